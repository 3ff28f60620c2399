// Toasts go by themselves, later while read; those that offer Undo stay until they are dismissed or the page changes.
// The server may send one with the header  HX-Trigger: {"toast": {"text": "…", "undo_url": "…"}}.
import { all, ready } from "./ready.js";

const SHOWN_MS = 7000;

function watch(toast) {
  if (toast.dataset.toast === "on") return;
  toast.dataset.toast = "on";
  if (toast.hasAttribute("data-toast-stays")) return;
  let timer = 0;
  const start = () => { timer = setTimeout(() => toast.remove(), SHOWN_MS); };
  const stop = () => clearTimeout(timer);
  for (const event of ["mouseenter", "focusin"]) toast.addEventListener(event, stop);
  for (const event of ["mouseleave", "focusout"]) toast.addEventListener(event, start);
  start();
}

function say({ text, undo_url: undo }) {
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  toast.querySelector("p").textContent = text;
  const form = toast.querySelector("form");
  if (undo) form.action = undo;
  else { form.remove(); toast.removeAttribute("data-toast-stays"); }
  document.getElementById("toasts").append(toast);
  watch(toast);
}

document.addEventListener("toast", (event) => say(event.detail));

// An htmx request that failed changes nothing on the page, so it says why here.
const words = () => document.getElementById("toast-template").dataset;
document.addEventListener("htmx:responseError", (event) => {
  const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  say({ text: answer.querySelector("[data-error-text]")?.textContent.trim() || words().failed });
});
for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, () => say({ text: words().offline }));
document.addEventListener("click", (event) => event.target.closest("[data-toast-close]")?.closest("[data-toast]").remove());
ready((root) => all(root, "[data-toast]").forEach(watch));
