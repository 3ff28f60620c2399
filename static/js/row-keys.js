// [data-row]: while the focus is in a row, a key presses that row's own [data-row-key] button or link.
import { plain } from "./shortcuts.js";

document.addEventListener("keydown", (event) => {
  if (!plain(event)) return;
  const row = document.activeElement?.closest?.("[data-row]");
  const control = row?.querySelector(`[data-row-key="${CSS.escape(event.key)}"]`);
  if (!control) return;
  event.preventDefault();
  // A link opens a form in its row, which then takes the focus; a button leaves it on the row.
  if (control instanceof HTMLAnchorElement) control.focus();
  control.click();
});
