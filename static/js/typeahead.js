// <select data-typeahead>: a field in which a few letters, with or without their marks, find the option.
// The select stays in the form and keeps the value, so without this file it is an ordinary select.
import { all, fold, ready } from "./ready.js";

const SHOWN = 12;

function enhance(select) {
  if (select.dataset.typeahead === "on") return;
  select.dataset.typeahead = "on";
  const known = [...select.options].filter((it) => it.value).map((it) => ({
    value: it.value, text: it.text.trim(), keys: fold(`${it.text} ${it.dataset.also ?? ""}`),
  }));
  const box = document.createElement("div");
  const input = document.createElement("input");
  const list = document.createElement("ul");
  box.className = "typeahead";
  list.className = "typeahead-list";
  list.id = `${select.id}-options`;
  list.role = "listbox";
  list.setAttribute("aria-label", select.labels[0]?.firstChild?.textContent ?? "");
  list.hidden = true;
  Object.assign(input, { className: "select", type: "text", autocomplete: "off", spellcheck: false, required: select.required });
  for (const [key, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(key, value);
  for (const key of ["aria-describedby", "aria-invalid"]) if (select.hasAttribute(key)) input.setAttribute(key, select.getAttribute(key));
  input.placeholder = select.options[0]?.value === "" ? select.options[0].text.trim() : "";
  input.id = select.id;
  select.id += "-value";
  select.required = false;
  select.hidden = true;
  select.before(box);
  box.append(input, list, select);

  let at = -1;
  const sync = () => { input.value = select.value ? select.selectedOptions[0].text.trim() : ""; };
  const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };

  function find() {
    const wanted = fold(input.value).split(/\s+/).filter(Boolean);
    const found = known.filter((it) => wanted.every((word) => it.keys.includes(word)));
    found.sort((a, b) => b.keys.startsWith(wanted[0] ?? "") - a.keys.startsWith(wanted[0] ?? ""));
    list.replaceChildren(...found.slice(0, SHOWN).map((it, n) => {
      const option = document.createElement("li");
      option.role = "option";
      option.id = `${list.id}-${n}`;
      option.dataset.value = it.value;
      option.textContent = it.text;
      return option;
    }));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(found.length ? 0 : -1);
  }
  function mark(n) {
    const options = [...list.children];
    at = options.length ? (n + options.length) % options.length : -1;
    options.forEach((it, index) => it.setAttribute("aria-selected", String(index === at)));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  }
  function take(option) {
    select.value = option.dataset.value;
    sync();
    close();
    select.dispatchEvent(new Event("input", { bubbles: true }));
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  input.addEventListener("input", find);
  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => { if (list.hidden) { input.select(); if (!select.value) find(); } });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) find();
      else mark(at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && !list.hidden && at >= 0) {
      event.preventDefault();
      take(list.children[at]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      close();
      sync();
    }
  });
  // Leaving the field takes an exact or only match, empties it when it was emptied, and otherwise puts back what was chosen.
  input.addEventListener("blur", () => {
    const typed = fold(input.value.trim());
    const exact = known.find((it) => fold(it.text) === typed);
    if (!typed && select.options[0]?.value === "") { select.value = ""; select.dispatchEvent(new Event("change", { bubbles: true })); }
    else if (exact && exact.value !== select.value) take({ dataset: exact });
    else if (!list.hidden && list.children.length === 1) take(list.firstChild);
    else sync();
    close();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  select.addEventListener("change", () => { if (document.activeElement !== input) sync(); });
  sync();
}

ready((root) => all(root, "select[data-typeahead]").forEach(enhance));
