// <form data-draft="visit">: what is typed is kept in this browser, per user, until the server says it is saved
// ([data-draft-clear="visit"] in a later page) or two weeks pass. On return the form offers to restore it:
// <div data-draft-offer hidden> inside the form, with [data-draft-restore] and [data-draft-forget] buttons.
// Passwords, hidden fields, files and [data-draft-skip] are never kept.
import { all, ready } from "./ready.js";
import { ensure } from "./repeat-lines.js";

const KEPT_MS = 14 * 24 * 3600 * 1000;
const name = (key) => `cityties-draft:${document.body.dataset.user ?? ""}:${key}`;
const timers = new WeakMap();

export function read(key) {
  try {
    const draft = JSON.parse(localStorage.getItem(name(key)));
    return draft && Date.now() - draft.at < KEPT_MS ? draft : null;
  } catch { return null; }
}

function forget(key) {
  try { localStorage.removeItem(name(key)); } catch { /* nothing was kept */ }
}

function fields(form) {
  return [...form.elements].filter((it) => it.name && !it.matches("[type=hidden], [type=password], [type=file], [data-draft-skip], button"));
}

// A list, since names may come more than once; choices are kept with their value.
function values(form) {
  return fields(form).filter((it) => !it.matches("[type=checkbox], [type=radio]") || it.checked).map((it) => [it.name, it.value]);
}

function keep(form) {
  const typed = values(form);
  if (JSON.stringify(typed) === form.draftBefore) return forget(form.dataset.draft);
  try { localStorage.setItem(name(form.dataset.draft), JSON.stringify({ at: Date.now(), values: typed })); } catch { /* full or refused */ }
}

function restore(form, draft) {
  form.querySelectorAll("[data-repeat]").forEach((box) => {
    const numbers = draft.values.map(([field]) => field.match(new RegExp(`^${box.dataset.repeat}-(\\d+)-`))?.[1]).filter(Boolean);
    ensure(box, Math.max(0, ...numbers.map((n) => Number(n) + 1)));
  });
  const left = draft.values.map((pair) => [...pair]);
  fields(form).forEach((it) => {
    const choice = it.matches("[type=checkbox], [type=radio]");
    const at = left.findIndex(([field, value]) => field === it.name && (!choice || value === it.value));
    if (choice) it.checked = at >= 0;
    else if (at >= 0) it.value = left[at][1];
    if (at >= 0) left.splice(at, 1);
    it.dispatchEvent(new Event("change", { bubbles: true }));
  });
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (!form) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => keep(form), 300));
});
// A page that is left at once must not lose the last words.
window.addEventListener("pagehide", () => {
  document.querySelectorAll("form[data-draft]").forEach((form) => { if (timers.has(form)) keep(form); });
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-draft-restore], [data-draft-forget]");
  const form = button?.closest("form[data-draft]");
  if (!form) return;
  if (button.matches("[data-draft-restore]")) restore(form, read(form.dataset.draft) ?? { values: [] });
  else forget(form.dataset.draft);
  form.querySelector("[data-draft-offer]").hidden = true;
});

ready((root) => {
  all(root, "[data-draft-clear]").forEach((it) => forget(it.dataset.draftClear));
  all(root, "form[data-draft]").forEach((form) => {
    form.draftBefore ??= JSON.stringify(values(form));
    const draft = read(form.dataset.draft);
    const offer = form.querySelector("[data-draft-offer]");
    if (draft && offer) offer.hidden = JSON.stringify(draft.values) === form.draftBefore;
  });
});
