// <html class="is-busy"> while any htmx request is under way; the line itself waits 150 ms before it shows.
let underWay = 0;

function count(by) {
  underWay = Math.max(0, underWay + by);
  document.documentElement.classList.toggle("is-busy", underWay > 0);
}

document.addEventListener("htmx:beforeRequest", () => count(1));
document.addEventListener("htmx:afterRequest", () => count(-1));
