// <form data-choose id="choose">: counts the boxes elsewhere on the page that belong to it (form="choose") and ticks them all at once
// by [data-choose-all]. Without this file boxes and buttons work all the same.
import { all, ready } from "./ready.js";

const boxes = (form) => [...form.elements].filter((it) => it.type === "checkbox" && it.name);

function count(form) {
  const own = boxes(form);
  const ticked = own.filter((it) => it.checked).length;
  const told = form.querySelector("[data-choose-count]");
  told.hidden = !ticked;
  told.textContent = ` (${ticked})`;
  const every = form.querySelector("[data-choose-all] input");
  every.checked = ticked > 0 && ticked === own.length;
  every.indeterminate = ticked > 0 && ticked < own.length;
}

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!form?.matches("[data-choose]")) return;
  if (event.target.closest("[data-choose-all]")) boxes(form).forEach((it) => { it.checked = event.target.checked; });
  count(form);
});
// A row that htmx swaps comes without its tick.
document.addEventListener("htmx:afterSettle", () => document.querySelectorAll("form[data-choose]").forEach(count));
ready((root) => all(root, "form[data-choose]").forEach((form) => {
  form.querySelector("[data-choose-all]").hidden = false;
  count(form);
}));
