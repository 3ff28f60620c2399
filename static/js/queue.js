// [data-queue]: x ticks the row, j and k move through its [data-queue-item] links, or the row heads of its table; Enter follows the focused one.
// [data-queue-go="next" | "prev"] buttons do the same by hand. The chosen item carries aria-current.
// [data-queue-opens="#case"] on the list: what an item's address answers is swapped into that place and the address
// kept, without a page's worth of attributes on every row; the place is scrolled to where it would not be seen.
import { plain } from "./shortcuts.js";

const items = () => [...document.querySelectorAll("[data-queue] [data-queue-item], [data-queue] tbody th > a")].filter((it) => it.getClientRects().length);

function at(list) {
  const focused = list.findIndex((it) => it.contains(document.activeElement));
  return focused >= 0 ? focused : list.findIndex((it) => it.hasAttribute("aria-current"));
}

function move(by) {
  const list = items();
  const next = list[Math.min(Math.max(at(list) + by, 0), list.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return next;
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "j" && event.key !== "k") return;
  if (!plain(event) || !items().length) return;
  event.preventDefault();
  move(event.key === "j" ? 1 : -1);
});

// x ticks the box of the focused row, or of the one that is open, and so the choice is made without a mouse.
document.addEventListener("keydown", (event) => {
  if (event.key !== "x" || !plain(event)) return;
  const list = items();
  const box = list[at(list)]?.closest("li, tr")?.querySelector("input[type=checkbox]");
  if (!box) return;
  event.preventDefault();
  box.click();
});

document.addEventListener("click", (event) => {
  const go = event.target.closest("[data-queue-go]");
  if (go) move(go.dataset.queueGo === "next" ? 1 : -1)?.click();
  const item = event.target.closest("[data-queue-item]");
  if (!item || (!item.hasAttribute("data-hx-get") && !item.closest("[data-hx-boost]"))) return;
  items().forEach((it) => it.removeAttribute("aria-current"));
  item.setAttribute("aria-current", "true");
});

document.addEventListener("click", (event) => {
  const item = event.target.closest("[data-queue-item]");
  const list = item?.closest("[data-queue-opens]");
  if (!list || !window.htmx || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  items().forEach((it) => it.removeAttribute("aria-current"));
  item.setAttribute("aria-current", "true");
  const into = list.dataset.queueOpens;
  document.querySelector(".review")?.classList.add("is-chosen"); // on a phone the case then stands before the queue
  window.htmx.ajax("GET", item.href, { source: list, target: into, swap: "outerHTML" }).then(() => seen(document.querySelector(into)));
});

function seen(place) {
  const top = place?.getBoundingClientRect().top ?? 0;
  if (top < 0 || top > window.innerHeight * 0.7) place?.scrollIntoView({ block: "start" });
}
