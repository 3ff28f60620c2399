// <input list="…" data-suggest>: the list's options are found by a few letters, with or without their marks, which browsers
// do not do. Whatever is typed stays typed: the server knows more spellings. Without this file the browser's own list serves.
// An empty <datalist data-suggest-url="…"> stands for more than a page should carry: what fits is asked for while one types.
import { all, fold, ready } from "./ready.js";

const SHOWN = 10;
const PAUSE = 150; // ms without a key before the server is asked

const listed = (holder) => [...holder.querySelectorAll("option")].map((it) => ({ value: it.value, hint: it.text, keys: fold(`${it.value} ${it.text}`) }));

function enhance(input) {
  const source = document.getElementById(input.getAttribute("list"));
  if (!source) return;
  const known = listed(source);
  const url = known.length ? "" : source.dataset.suggestUrl;
  const box = document.createElement("div");
  const list = document.createElement("ul");
  box.className = "typeahead";
  list.className = "typeahead-list";
  list.id = `${input.id}-options`;
  list.role = "listbox";
  list.setAttribute("aria-label", input.labels[0]?.firstChild?.textContent ?? "");
  list.hidden = true;
  input.removeAttribute("list");
  for (const [key, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(key, value);
  input.before(box);
  box.append(input, list);

  let at = -1;
  let asked = 0;
  let timer;
  const close = () => { asked += 1; clearTimeout(timer); list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  function mark(n) {
    const options = [...list.children];
    at = options.length ? (n + options.length) % options.length : -1;
    options.forEach((it, index) => it.setAttribute("aria-selected", String(index === at)));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  }
  function find() {
    if (url) return ask();
    const wanted = fold(input.value).split(/\s+/).filter(Boolean);
    const found = wanted.length ? known.filter((it) => wanted.every((word) => it.keys.includes(word))) : known;
    found.sort((a, b) => b.keys.startsWith(wanted[0] ?? "") - a.keys.startsWith(wanted[0] ?? ""));
    show(found);
  }
  function ask() {
    clearTimeout(timer);
    const wanted = input.value.trim();
    if (!wanted) return close();
    const mine = asked += 1;
    timer = setTimeout(async () => {
      const answer = await fetch(`${url}?q=${encodeURIComponent(wanted)}`).catch(() => null); // offline: any name can still be typed
      if (!answer?.ok) return;
      const holder = document.createElement("template");
      holder.innerHTML = await answer.text();
      if (mine === asked) show(listed(holder.content));
    }, PAUSE);
  }
  function show(found) {
    list.replaceChildren(...found.slice(0, SHOWN).map((it, n) => {
      const option = document.createElement("li");
      const hint = document.createElement("small");
      option.role = "option";
      option.id = `${list.id}-${n}`;
      option.dataset.value = it.value;
      hint.className = "muted";
      hint.textContent = ` ${it.hint}`;
      option.append(it.value, hint);
      return option;
    }));
    list.hidden = !found.length || found.some((it) => it.value === input.value);
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(list.hidden ? -1 : 0);
  }
  function take(option) {
    input.value = option.dataset.value;
    close();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  input.addEventListener("input", find);
  input.addEventListener("blur", close);
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
    }
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
}

ready((root) => all(root, "input[data-suggest][list]").forEach(enhance));
