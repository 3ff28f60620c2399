// [data-drafts]: the forms that were begun in this browser, as links in its [data-drafts-list]; hidden while there are none.
import { all, ready } from "./ready.js";
import { list } from "./draft.js";

ready((root) => all(root, "[data-drafts]").forEach((box) => {
  const links = list().map((draft) => {
    const link = document.createElement("a");
    // Only a path of ours: what lies in the browser's store is no address to be trusted.
    link.href = draft.url.startsWith("/") && !/^\/[\/\\]/.test(draft.url) ? draft.url : "/";
    link.textContent = draft.title || draft.url;
    return link;
  });
  box.querySelector("[data-drafts-list]").replaceChildren(...links.flatMap((link, place) => (place ? [" · ", link] : [link])));
  box.hidden = !links.length;
}));
