// [data-drafts] holds a [data-draft-of="visit"] for each form that keeps drafts; those that this browser keeps are shown.
import { all, ready } from "./ready.js";
import { read } from "./draft.js";

ready((root) => all(root, "[data-drafts]").forEach((box) => {
  const kept = all(box, "[data-draft-of]").filter((it) => {
    it.hidden = !read(it.dataset.draftOf);
    return !it.hidden;
  });
  box.hidden = !kept.length;
}));
