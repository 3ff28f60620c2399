// [data-key="v"]: that key follows the link, presses the button, opens the <details> or focuses the field.
// Escape closes such a <details> from within and goes back to what opens it.
// data-key-label puts it into the list that `?` shows. Single keys can be switched off there (WCAG 2.1.4).
import { show } from "./dialogs.js";

const OFF = "cityties-keys-off";

function off() {
  try { return localStorage.getItem(OFF) !== null; } catch { return false; }
}

export function typing(target) {
  return target instanceof Element && target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
}

// Single keys act only outside fields and dialogs, without modifiers.
export function plain(event) {
  return !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing
    && !typing(event.target) && !document.querySelector("dialog[open]") && !off();
}

function act(element) {
  if (element instanceof HTMLDetailsElement) {
    element.open = true;
    element.scrollIntoView({ block: "nearest" });
    (element.querySelector("input:not([type=hidden]), select, textarea") ?? element.querySelector("summary")).focus();
  } else if (element.matches("input, select, textarea")) {
    element.focus();
    element.select?.();
  } else {
    element.focus();
    element.click();
  }
}

document.addEventListener("keydown", (event) => {
  const within = event.key === "Escape" && !event.defaultPrevented && !event.isComposing && event.target.closest?.("details[data-key][open]");
  if (!within) return;
  within.open = false;
  within.querySelector("summary").focus();
});

document.addEventListener("keydown", (event) => {
  if (!plain(event)) return;
  if (event.key === "?") {
    event.preventDefault();
    show(list());
    return;
  }
  const element = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)].find((it) => it.getClientRects().length);
  if (!element) return;
  event.preventDefault();
  act(element);
});

function list() {
  const dialog = document.getElementById("shortcuts");
  const keys = dialog?.querySelector("[data-keys]");
  if (!keys) return null;
  keys.querySelectorAll("[data-found]").forEach((it) => it.remove());
  document.querySelectorAll("[data-key][data-key-label]").forEach((it) => {
    const [term, meaning, key] = ["dt", "dd", "kbd"].map((name) => document.createElement(name));
    term.dataset.found = meaning.dataset.found = "";
    key.textContent = it.dataset.key;
    term.append(key);
    meaning.textContent = it.dataset.keyLabel;
    keys.append(term, meaning);
  });
  dialog.querySelector("[data-keys-on]").checked = !off();
  return dialog;
}

// The dialog may also be opened from the menu: fill it before it shows.
document.addEventListener("click", (event) => {
  if (event.target.closest('[data-dialog="shortcuts"]')) list();
}, true);

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-keys-on]")) return;
  try {
    if (event.target.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "");
  } catch { /* storage refused: the keys stay on */ }
});
