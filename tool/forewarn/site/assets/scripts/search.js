// The search box while it is closed: opened by /, s or f, by its field or by its button. All that it
// does once it is open, and what it needs for that, is loaded then.

const toggle = document.getElementById("__search");
const drawer = document.getElementById("__drawer");
const query = document.getElementById("fw-search-query");
const whole = document.getElementById("fw-search");
const said = document.getElementById("fw-search-said");
let box;

/** The module of the open box; asked for again where it could not be loaded. */
function load() {
  box ??= import("./search-box.js");
  box.catch(() => {
    box = undefined;
    said.textContent = "Search could not be loaded. Close it and try again.";
  });
  return box;
}

function open() {
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
    if (drawer) drawer.checked = false;
    return close();
  }
  const target = event.target;
  const typing = target.isContentEditable || /^(?:INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (plain && !typing && ["/", "s", "f"].includes(event.key)) {
    event.preventDefault();
    open();
  }
}

/** What the reader has left for another part of the page closes behind them. */
function onFocus({ target }) {
  if (toggle.checked && !whole.contains(target)) close();
  if (drawer?.checked && target.closest(".md-content, .md-footer")) drawer.checked = false;
}

if (query && toggle) {
  query.addEventListener("focus", () => toggle.checked || open());
  query.form.addEventListener("submit", (event) => event.preventDefault());
  toggle.addEventListener("change", () => (toggle.checked ? open() : close()));
  document.addEventListener("keydown", onKey);
  document.addEventListener("focusin", onFocus);
  whole.addEventListener("pointerenter", load, { once: true });
}
