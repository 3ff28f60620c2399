// [data-copy] gets a button that copies the code in it. Without this file the text can be selected.
for (const box of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small";
  button.textContent = box.dataset.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(box.querySelector("code").textContent);
    button.textContent = box.dataset.copied;
    setTimeout(() => { button.textContent = box.dataset.copy; }, 2000);
  });
  box.append(button);
}
