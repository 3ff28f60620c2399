// [data-map-list], the list beside the map: while a partner in it is pointed at or focused, its mark is lit.
function light(event, on) {
  const link = event.target.closest?.("[data-map-list] a[href]");
  if (link) document.querySelector(`.map-marks a[href="${link.getAttribute("href")}"]`)?.classList.toggle("is-shown", on);
}

document.addEventListener("mouseover", (event) => light(event, true));
document.addEventListener("mouseout", (event) => light(event, false));
document.addEventListener("focusin", (event) => light(event, true));
document.addEventListener("focusout", (event) => light(event, false));
