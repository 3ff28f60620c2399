// [data-dialog="id"] opens the dialog of that id; [data-dialog-close] and a click on the backdrop close it.
export function show(dialog) {
  if (dialog && !dialog.open) dialog.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    opener.closest("details[data-menu]")?.removeAttribute("open");
    show(document.getElementById(opener.dataset.dialog));
  } else if (event.target.closest("[data-dialog-close]") || event.target instanceof HTMLDialogElement) {
    event.target.closest("dialog")?.close();
  }
});
