// [data-print] prints the page; hidden without scripts, since the browser's own menu prints as well.
import { all, ready } from "./ready.js";

document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
ready((root) => all(root, "[data-print][hidden]").forEach((it) => { it.hidden = false; }));
