// Ctrl+K: pages (the rail's links) and acts ([data-act]) of the present page, filtered as one types;
// partners come from data-palette-url as an HTML list of <li><a href>. Enter without a choice searches everything.
import { show } from "./dialogs.js";
import { fold } from "./ready.js";

const WAIT_MS = 120;
let timer = 0;
let running = null;
let chosen = -1;

const dialog = () => document.querySelector("[data-palette]");
const list = () => document.getElementById("palette-list");
const options = () => [...list().querySelectorAll("a[role=option]")];

function words(element) {
  return (element.dataset.keyLabel ?? element.querySelector("span")?.textContent ?? element.textContent).trim();
}

function here() {
  const seen = new Set();
  return [...document.querySelectorAll("main [data-act], .topbar [data-act], .rail .nav-link")].filter((it) => {
    const key = it.getAttribute("href") ?? words(it);
    return !seen.has(key) && seen.add(key);
  });
}

function row(source) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = source.getAttribute("href") ?? "#";
  const icon = source.querySelector(".icon");
  if (icon) link.append(icon.cloneNode(true));
  link.append(words(source));
  if (!source.hasAttribute("href")) link.addEventListener("click", (event) => {
    event.preventDefault();
    dialog().close();
    source.click();
  });
  item.append(link);
  return item;
}

function dress() {
  [...list().children].forEach((item, index) => {
    const link = item.querySelector("a");
    item.setAttribute("role", "none");
    link.setAttribute("role", "option");
    link.id = `palette-${index}`;
    link.tabIndex = -1;
  });
  dialog().querySelector(".palette-none").hidden = options().length > 0;
  choose(options().length ? 0 : -1);
}

function choose(index) {
  const items = options();
  chosen = items.length ? (index + items.length) % items.length : -1;
  items.forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
  const input = dialog().querySelector("input");
  if (chosen < 0) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", items[chosen].id);
  items[chosen].scrollIntoView({ block: "nearest" });
}

function filter(text) {
  const wanted = fold(text).split(/\s+/).filter(Boolean);
  list().replaceChildren(...here().filter((it) => wanted.every((word) => fold(words(it)).includes(word))).map(row));
  dress();
}

async function suggest(text) {
  running?.abort();
  if (text.trim().length < 2) return;
  running = new AbortController();
  try {
    const url = new URL(dialog().dataset.paletteUrl, location.href);
    url.searchParams.set("q", text);
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal: running.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    list().prepend(...[...page.querySelectorAll("li")].filter((it) => it.querySelector("a[href]")));
    dress();
  } catch { /* typed on, or no network: pages and acts remain */ }
}

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || !dialog()) return;
  event.preventDefault();
  if (dialog().open) return dialog().close();
  dialog().querySelector("input").value = "";
  filter("");
  show(dialog());
});

document.addEventListener("input", (event) => {
  if (!event.target.closest("[data-palette]")) return;
  filter(event.target.value);
  clearTimeout(timer);
  timer = setTimeout(() => suggest(event.target.value), WAIT_MS);
});

document.addEventListener("keydown", (event) => {
  if (!event.target.closest?.("[data-palette]") || event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
  } else if (event.key === "Enter") {
    event.preventDefault();
    const link = options()[chosen];
    if (link) link.click();
    else location.assign(`/search?q=${encodeURIComponent(event.target.value)}`);
  }
});
