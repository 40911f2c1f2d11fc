// What is asked first, on the home page: a search, whether two versions work together, and whether
// a version is out. Without this there are links in its place.

import { address, el, loadJson } from "./dom.js";

const query = document.getElementById("fw-search-query");
const place = document.getElementById("fw-desk");

const field = (label, attributes) => {
  const input = el("input", { autocomplete: "off", spellcheck: "false", ...attributes });
  return [el("label", {}, el("span", {}, label), input), input];
};

/** The product of this id or name, or the only one whose name begins so. */
function meant(products, typed) {
  const word = typed.trim().toLowerCase();
  const named = products.find(({ id, name }) => id === word || name.toLowerCase() === word);
  if (named || !word) return named;
  const begin = products.filter(({ name }) => name.toLowerCase().startsWith(word));
  return begin.length === 1 ? begin[0] : undefined;
}

/** Hand a question to the search box, which opens when its field gets the focus. */
function ask(question) {
  query.focus();
  query.value = question;
  query.dispatchEvent(new Event("input", { bubbles: true }));
}

function searchPrompt() {
  const said = "Type what you were asked: a product, a version, an error, a hash";
  const button = el(
    "button",
    { type: "button", class: "fw-desk-search" },
    said,
    el("kbd", {}, "/"),
  );
  button.addEventListener("click", () => query.focus());
  return button;
}

function form(title, fields, button, onSubmit) {
  const made = el(
    "form",
    { class: "fw-desk-form" },
    el("h2", {}, title),
    ...fields,
    el("button", { type: "submit", class: "fw-button" }, button),
  );
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    onSubmit();
  });
  return made;
}

function worksWith(products) {
  const list = { list: "fw-desk-products" };
  const [one, oneName] = field("Product", list);
  const [oneAt, oneVersion] = field("Version", {});
  const [other, otherName] = field("With product", list);
  const [otherAt, otherVersion] = field("Version", {});
  return form("Does it work with …?", [one, oneAt, other, otherAt], "Check", () => {
    const chosen = new URLSearchParams();
    for (const [name, version] of [
      [oneName, oneVersion],
      [otherName, otherVersion],
    ]) {
      const typed = name.value.trim();
      if (typed) chosen.append(meant(products, typed)?.id ?? typed, version.value.trim());
    }
    location.href = `${address("compatibility/checker/")}?${chosen}`;
  });
}

function isItOut() {
  const [product, name] = field("Product", { list: "fw-desk-products", required: "" });
  const [at, version] = field("Version", {});
  return form("Is it out?", [product, at], "Look", () => {
    const asked = `${name.value.trim()} ${version.value.trim()}`.trim();
    ask(version.value.trim() ? `is ${asked} out?` : asked);
  });
}

async function fill() {
  const { products } = await loadJson("checker/index.json");
  const options = products.map(({ name }) => el("option", { value: name }));
  const list = el("datalist", { id: "fw-desk-products" }, ...options);
  place.replaceChildren(searchPrompt(), worksWith(products), isItOut(), list);
  place.nextElementSibling.hidden = true;
}

if (place && query) fill().catch(console.warn);
