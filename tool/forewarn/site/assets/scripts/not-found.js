// An address that leads nowhere: what it says is offered to the search.

import { el } from "./dom.js";

const query = document.getElementById("fw-search-query");
const place = document.getElementById("fw-not-found");
const SITE = new URL("../", import.meta.url);

/** An address as it is read; as it stands where what it says after a % is no letter. */
function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The words of an address: `products/recorder/9.9/` asks for `recorder 9.9`. */
function words() {
  const path = decoded(location.pathname.slice(SITE.pathname.length));
  const parts = path.split("/").filter(Boolean);
  if (["products", "kb", "compatibility"].includes(parts[0])) parts.shift();
  const said = parts.join(" ").replace(/\.(?:html?|md)$/, "");
  return said === "404" ? "" : said.replace(/[^\p{L}\p{N}._-]+/gu, " ").slice(0, 100);
}

const asked = words();
const button = el("button", { type: "button", class: "fw-desk-search" }, `Search for: ${asked}`);
button.addEventListener("click", () => {
  query.focus();
  query.value = asked;
  query.dispatchEvent(new Event("input", { bubbles: true }));
});
if (place && query && asked) place.after(button);
