// [data-region]: a list whose filters, sorts and pages are links to the same page with another query. With this file such a link
// swaps the list alone and the address follows (the server says which, HX-Push-Url); without it the link loads the page.
// Focus stays on what was clicked, and a menu in which something was chosen stays open for the next choice.
const region = (element) => element.closest?.("[data-region]");

function place(link, list) {
  const menu = link.closest("details");
  const menus = [...list.querySelectorAll("details")];
  const links = [...(menu ?? list).querySelectorAll("a[href]")];
  return { menu: menus.indexOf(menu), link: links.indexOf(link), text: link.textContent };
}

function restore(at, list) {
  const menu = list.querySelectorAll("details")[at.menu];
  if (menu && at.menu >= 0) menu.open = true;
  const links = [...(menu ?? list).querySelectorAll("a[href]")];
  (links.find((it) => it.textContent === at.text) ?? links[at.link] ?? list.querySelector("a[href]"))?.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const list = link && region(link);
  if (!list || !window.htmx || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || url.pathname !== location.pathname || url.hash) return;
  event.preventDefault();
  const at = place(link, list);
  const id = list.id;
  const page = url.searchParams.get("page") !== new URL(location.href).searchParams.get("page");
  window.htmx.ajax("GET", url.pathname + url.search, { source: list, target: list, swap: "outerHTML" }).then(() => {
    const fresh = document.getElementById(id);
    if (!fresh) return;
    if (at.menu >= 0 || !page) restore(at, fresh);
    else fresh.scrollIntoView({ block: "start" });
  });
});
