// The search box while it is closed: opened by /, s or f, by its field or by its button. All that it
// does once it is open, and what it needs for that, is loaded then.

const toggle = document.getElementById("__search");
const drawer = document.getElementById("__drawer");
const query = document.getElementById("fw-search-query");
const whole = document.getElementById("fw-search");
const said = document.getElementById("fw-search-said");
const opener = document.querySelector(".fw-drawer");
let box;
let before; // what had the focus, to which Escape leads back

/** The module of the open box; asked for again where it could not be loaded. */
function load() {
  box ??= import("./search-box.js");
  box.catch(() => {
    box = undefined;
    said.textContent = "Search could not be loaded. Close it and try again.";
  });
  return box;
}

function open(from) {
  before = from;
  toggle.checked = true;
  query.focus();
  query.select();
  load().then(
    ({ opened }) => opened(close),
    () => {},
  );
}

function close() {
  toggle.checked = false;
  query.blur();
  box?.then(
    ({ closed }) => closed(),
    () => {},
  );
}

function onKey(event) {
  if (event.key === "Escape" && (toggle.checked || drawer?.checked)) {
    event.preventDefault();
    const back = drawer?.checked ? opener : before;
    showDrawer(false);
    close();
    return back?.focus();
  }
  const target = event.target;
  const typing = target.isContentEditable || /^(?:INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (plain && !typing && ["/", "s", "f"].includes(event.key)) {
    event.preventDefault();
    open(target);
  }
}

/** What the reader has left for another part of the page closes behind them. */
function onFocus({ target }) {
  if (toggle.checked && !whole.contains(target)) close();
  if (drawer?.checked && target.closest(".md-content, .md-footer")) showDrawer(false);
}

/** Who opens the drawer goes on in it, and not behind it. */
function showDrawer(shown) {
  if (!drawer) return;
  drawer.checked = shown;
  opener?.setAttribute("aria-expanded", shown);
  if (shown) document.querySelector(".md-sidebar--primary a").focus({ preventScroll: true });
}

if (query && toggle) {
  // A button on a page may lead here; who comes by the tab key goes on by it.
  query.addEventListener("focus", ({ relatedTarget: from }) => {
    if (!toggle.checked) open(from?.matches("button") ? from : null);
  });
  drawer?.addEventListener("change", () => showDrawer(drawer.checked));
  opener?.addEventListener("click", () => showDrawer(!drawer.checked));
  query.form.addEventListener("submit", (event) => event.preventDefault());
  toggle.addEventListener("change", () => (toggle.checked ? open() : close()));
  document.addEventListener("keydown", onKey);
  document.addEventListener("focusin", onFocus);
  whole.addEventListener("pointerenter", load, { once: true });
}
