// What the scripts share: elements of a page, and files of the site.

const SITE = new URL("../", import.meta.url);
const files = new Map();

/** An element; an attribute or a child that is null or undefined is left out. Text stays text. */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** A sign and a word; `kind` gives the colour, as the third way to say it. */
export function chip(kind, sign, words) {
  const shown = el("span", { class: "fw-sign", "aria-hidden": "true" }, sign);
  return el("span", { class: `fw-chip fw-${kind}` }, shown, ` ${words}`);
}

/** An address of the site, or an address elsewhere that a record names. */
export const address = (path) => new URL(path, SITE).href;

/** What a JSON file of the site holds: asked for once, and again only where that failed. */
export function loadJson(path) {
  if (!files.has(path)) {
    const asked = fetch(address(path)).then((answer) => {
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      return answer.json();
    });
    files.set(path, asked);
    asked.catch(() => files.delete(path));
  }
  return files.get(path);
}

/** Put a text on the clipboard; refused where the browser does not do it. */
export async function copyText(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  // Pages that are not served over HTTPS have no clipboard of their own.
  const field = el("textarea", { class: "fw-unseen", "aria-hidden": "true" });
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error("the browser did not copy");
}
