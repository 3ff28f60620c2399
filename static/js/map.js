// [data-place] in the list beside the map: while it is pointed at or focused, its mark is lit.
function light(event, on) {
  const place = event.target.closest?.("[data-place]");
  if (place) document.getElementById(`m-at-${place.dataset.place}`)?.classList.toggle("is-shown", on);
}

document.addEventListener("mouseover", (event) => light(event, true));
document.addEventListener("mouseout", (event) => light(event, false));
document.addEventListener("focusin", (event) => light(event, true));
document.addEventListener("focusout", (event) => light(event, false));
