// A file that is too long is told before it is sent: a browser that is cut off while sending shows no answer of ours.
function tooLong(input) {
  return [...input.files].filter((file) => file.size > Number(input.dataset.maxBytes));
}

function tell(input) {
  const id = `${input.id}-long`;
  document.getElementById(id)?.remove();
  const long = tooLong(input);
  if (!long.length) return true;
  const said = document.createElement("span");
  said.className = "field-error";
  said.id = id;
  said.setAttribute("role", "alert");
  said.textContent = long.map((file) => `${file.name}: ${input.dataset.tooLong}`).join("; ");
  input.after(said);
  return false;
}

document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-max-bytes]")) tell(event.target);
});
document.addEventListener("submit", (event) => {
  const input = event.target.querySelector?.("[data-max-bytes]");
  if (!input || tell(input)) return;
  event.preventDefault();
  input.focus();
}, true);
