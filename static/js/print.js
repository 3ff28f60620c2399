// [data-print] prints the page; hidden without scripts, since the browser's own menu prints as well.
import { all, ready } from "./ready.js";

document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
ready((root) => all(root, "[data-print][hidden]").forEach((it) => { it.hidden = false; }));

// [data-print-open]: what is folded on the screen stands open on paper.
const folded = () => document.querySelectorAll("details[data-print-open]");
addEventListener("beforeprint", () => folded().forEach((it) => { it.dataset.wasOpen = it.open; it.open = true; }));
addEventListener("afterprint", () => folded().forEach((it) => { it.open = it.dataset.wasOpen === "true"; }));
