// Runs a function on the first page and on every fragment that htmx swaps in.
export function ready(enhance) {
  enhance(document);
  document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
}

// The matching elements in a fragment, the fragment's own root included.
export function all(root, selector) {
  const own = root instanceof Element && root.matches(selector) ? [root] : [];
  return [...own, ...root.querySelectorAll(selector)];
}

// Latin letters without their marks, for finding "Nữu Ước" by "nuu uoc".
export function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
}
