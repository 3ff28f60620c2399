// A form with an unsafe method is sent once: a second submit while the first is under way is dropped.
// The button is not disabled, since that would drop its name from the form and its focus from the page.
const LONGEST_MS = 15000; // an answer may be a download, after which no page loads

function release(form) {
  delete form.dataset.sending;
  form.querySelectorAll("[aria-disabled=true]").forEach((button) => button.removeAttribute("aria-disabled"));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method")?.toLowerCase() !== "post" && !form.hasAttribute("data-hx-post")) return;
  if ("sending" in form.dataset) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  setTimeout(() => {
    if (event.defaultPrevented && !form.matches("[data-hx-post], [data-hx-patch], [data-hx-put], [data-hx-delete], [data-hx-boost]")) return;
    form.dataset.sending = "";
    (event.submitter ?? form.querySelector("[type=submit], button:not([type])"))?.setAttribute("aria-disabled", "true");
    setTimeout(() => release(form), LONGEST_MS);
  });
}, true);

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt?.closest?.("form");
  if (form) release(form);
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sending]").forEach(release);
});
