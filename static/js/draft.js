// <form data-draft="visit">: what is typed is kept in this browser, per user, until the form was saved or two weeks pass. The form of a
// record names it: data-draft="partner:fukuoka". On return the form offers to restore it (#draft-template of macros/dialogs.html).
// Passwords, hidden fields, files and [data-draft-skip] are never kept.
// A draft of a record's form knows the version it was written on: restored over a newer one it is sent as of its own, so that the server
// shows both.
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

export function forget(key) {
  try { localStorage.removeItem(name(key)); } catch { /* nothing was kept */ }
}

// Every draft of this user that may still be gone on with, the newest first.
export function list() {
  try {
    const keys = Object.keys(localStorage).filter((it) => it.startsWith(name("")));
    return keys.map((it) => read(it.slice(name("").length))).filter((it) => it?.url).sort((a, b) => b.at - a.at);
  } catch { return []; }
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
  const before = read(form.dataset.draft);
  // After a refusal the page stands at the address that was posted to, which may have no form.
  const { url, title } = before?.url ? before : { url: location.pathname + location.search, title: document.querySelector("h1")?.textContent.trim() };
  const draft = { at: Date.now(), values: typed, version: form.elements.version?.value, url, title };
  try { localStorage.setItem(name(form.dataset.draft), JSON.stringify(draft)); } catch { /* full or refused */ }
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
  if (draft.version && form.elements.version) form.elements.version.value = draft.version;
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
  form.querySelector("[data-draft-offer]").remove();
});

// A form that was sent and answered by a redirect is saved; an error's page, or the form again, is no redirect.
const SENT = "cityties-draft-sent";

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.target.matches("form[data-draft]")) return;
  try { sessionStorage.setItem(SENT, event.target.dataset.draft); } catch { /* it stays as a draft */ }
});

function saved() {
  try {
    const key = sessionStorage.getItem(SENT);
    sessionStorage.removeItem(SENT);
    return key && performance.getEntriesByType("navigation")[0]?.redirectCount > 0 ? key : null;
  } catch { return null; }
}

const done = saved();
if (done) forget(done);

function offer(form) {
  const box = document.getElementById("draft-template").content.firstElementChild.cloneNode(true);
  (form.querySelector("[data-error-summary]") ?? form.firstElementChild).before(box);
}

ready((root) => {
  all(root, "form[data-draft]").forEach((form) => {
    const now = JSON.stringify(values(form));
    form.draftBefore ??= form.querySelector("[data-error-summary]") ? "" : now;
    const draft = read(form.dataset.draft);
    if (draft && JSON.stringify(draft.values) !== now && !form.querySelector("[data-draft-offer]")) offer(form);
  });
});
