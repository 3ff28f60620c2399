// [data-mentions] textarea: after an @ colleagues are offered; arrows choose, Enter or Tab writes the name, Escape closes.
// Without this file a name or an e-mail address is typed by hand: the server reads both.
import { all, ready } from "./ready.js";

const TYPED = /(?:^|[^\p{L}\p{N}._])@([\p{L}\p{N}._-]*(?: [\p{L}\p{N}]+){0,3})$/u;

function enhance(box) {
  const area = box.querySelector("textarea");
  if (!area || area.dataset.mentions === "on") return;
  area.dataset.mentions = "on";
  const list = document.createElement("ul");
  list.className = "typeahead-list";
  list.id = `${area.id}-colleagues`;
  list.role = "listbox";
  list.setAttribute("aria-label", area.labels[0]?.firstChild?.textContent ?? "");
  list.hidden = true;
  const around = document.createElement("div");
  around.className = "typeahead";
  area.before(around);
  around.append(area, list);
  area.setAttribute("aria-controls", list.id);
  let at = -1, asked = 0;

  const close = () => { list.hidden = true; at = -1; area.removeAttribute("aria-activedescendant"); };
  const typed = () => TYPED.exec(area.value.slice(0, area.selectionStart))?.[1];
  function mark(n) {
    const options = [...list.children];
    at = options.length ? (n + options.length) % options.length : -1;
    options.forEach((it, index) => { it.id = `${list.id}-${index}`; it.setAttribute("aria-selected", String(index === at)); });
    if (at >= 0) area.setAttribute("aria-activedescendant", options[at].id);
  }
  async function find() {
    const text = typed();
    if (text === undefined) return close();
    const mine = ++asked;
    const answer = await fetch(`/colleagues?${new URLSearchParams({ q: text })}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (mine !== asked || !answer?.ok) return;
    list.innerHTML = await answer.text();
    if (typed() !== text || !list.children.length) return close();
    list.hidden = false;
    mark(0);
  }
  function take(option) {
    const end = area.selectionStart, start = end - typed().length;
    area.setRangeText(`${option.dataset.value} `, start, end, "end");
    close();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  area.addEventListener("input", find);
  area.addEventListener("blur", close);
  area.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark(at + (event.key === "ArrowDown" ? 1 : -1));
    } else if ((event.key === "Enter" || event.key === "Tab") && at >= 0) {
      event.preventDefault();
      take(list.children[at]);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
}

ready((root) => all(root, "[data-mentions]").forEach(enhance));
