// [data-repeat="follow_ups"] holds [data-line] elements, a <template data-line-template> whose names carry __n__ for the number,
// and a [data-add-line] button. [data-remove-line] in a line takes it away; the rest are renumbered without gaps.
import { all, ready } from "./ready.js";

const NUMBERED = ["name", "id", "for", "list", "aria-describedby", "aria-labelledby"];
const lines = (box) => [...box.querySelectorAll("[data-line]")];

function number(line, prefix, n) {
  const old = new RegExp(`${prefix}-(?:\\d+|__n__)`, "g");
  all(line, "*").forEach((element) => {
    for (const name of NUMBERED) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, value.replace(old, `${prefix}-${n}`));
    }
  });
  line.querySelectorAll("[data-line-number]").forEach((it) => { it.textContent = n + 1; });
}

export function add(box) {
  const fragment = box.querySelector("template[data-line-template]").content.cloneNode(true);
  const line = fragment.querySelector("[data-line]");
  number(line, box.dataset.repeat, lines(box).length);
  const last = lines(box).at(-1);
  if (last) last.after(line);
  else box.prepend(line);
  return line;
}

// At least `count` lines, for a draft that is being restored.
export function ensure(box, count) {
  while (lines(box).length < count) add(box);
}

document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-repeat]");
  if (!box) return;
  if (event.target.closest("[data-add-line]")) {
    add(box).querySelector("input:not([type=hidden]), select, textarea")?.focus();
  } else if (event.target.closest("[data-remove-line]")) {
    const line = event.target.closest("[data-line]");
    const neighbour = line.nextElementSibling?.matches("[data-line]") ? line.nextElementSibling : line.previousElementSibling;
    line.remove();
    lines(box).forEach((it, n) => number(it, box.dataset.repeat, n));
    ((neighbour?.matches("[data-line]") && neighbour.querySelector("input, select, textarea")) || box.querySelector("[data-add-line]"))?.focus();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
});

// The buttons do nothing without this file, so they are hidden until it runs.
ready((root) => all(root, "[data-add-line][hidden], [data-remove-line][hidden]").forEach((it) => { it.hidden = false; }));
