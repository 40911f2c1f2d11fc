// How hits look: each is one choice of the list, with what it is and the state that it is in.

import { address, chip, el } from "./dom.js";

const STATES = {
  planned: ["planned", "○"],
  staged: ["planned", "◐"],
  withdrawn: ["breaks", "✕"],
  "out of support": ["over", "■"],
  shipped: ["works", "●"],
  superseded: ["old", "●"],
  live: ["breaks", "▲"],
  supported: ["works", "●"],
  "security only": ["limited", "◐"],
  "extended only": ["limited", "◔"],
  open: ["breaks", "○"],
  fixed: ["works", "✓"],
};
const ORDER = Object.keys(STATES);
const GROUPED = 6; // as many pages of one version, and they stand in groups

/** The state of a release or an issue as a sign and a word. */
export function stateChip(state) {
  const [colour, sign] = STATES[state] ?? ["old", "●"];
  return chip(colour, sign, state);
}

function choice(name, attributes, className, ...children) {
  const all = {
    ...attributes,
    class: `md-search-result__link ${className}`,
    role: "option",
    tabindex: "-1",
    "aria-selected": "false",
  };
  return el(name, all, ...children);
}

const link = (url, className, ...children) => choice("a", { href: url }, className, ...children);
const title = (words) => el("span", { class: "fw-hit-title" }, words);
const facts = (...children) => el("span", { class: "fw-hit-facts" }, ...children);
const item = (...children) =>
  el("li", { class: "md-search-result__item", role: "presentation" }, ...children);

/** A page that what was typed means exactly. */
export function exactItem(hit) {
  const why = el("span", {}, `${hit.near ? "Resembles" : "Exact"}: ${hit.why}`);
  const first = facts(why, hit.state ? stateChip(hit.state) : null);
  return item(link(address(hit.url), "fw-hit fw-hit--exact", first, title(hit.title)));
}

/** Several pages that a version alone may mean, by the state that it is in there. */
export function exactItems(hits) {
  if (hits.length < GROUPED) return hits.map(exactItem);
  return ORDER.flatMap((state) => {
    const items = hits.filter((hit) => hit.state === state);
    const choices = items.map(({ url, title: words }) =>
      link(address(url), "fw-hit fw-hit--exact", title(words)),
    );
    return group(`${state} (${items.length})`, choices);
  });
}

/** A page that has the words, a piece of its text, and the places in it that fit. */
export function hitItem(hit, page, products) {
  const first = facts(
    el("span", {}, hit.kindName),
    hit.state ? stateChip(hit.state) : null,
    hit.kind === "product" || !products.length ? null : el("span", {}, products.join(", ")),
  );
  const text = el("span", { class: "fw-hit-text" }, page.excerpt.before ? "… " : "");
  for (const { text: word, mark } of page.excerpt.pieces) {
    text.append(mark ? el("mark", {}, word) : word, " ");
  }
  if (page.excerpt.after) text.append("…");
  const places = page.places.map((place) => link(place.url, "fw-hit-place", `# ${place.title}`));
  return item(link(page.url, "fw-hit", first, title(page.title), text), ...places);
}

/** What may be chosen before anything is typed: pages that were opened, and words to search. */
export function offerItems(opened, examples) {
  const pages = opened.map(({ url, title: words }) => link(address(url), "fw-hit", title(words)));
  const tries = examples.map((words) =>
    choice("button", { type: "button", "data-example": words }, "fw-hit", title(words)),
  );
  return [...group("Opened last", pages), ...group("For example", tries)];
}

function group(name, choices) {
  if (!choices.length) return [];
  const head = el("span", { class: "fw-hit-group", "aria-hidden": "true" }, name);
  const all = el("div", { role: "group", "aria-label": name }, head, ...choices);
  return [el("li", { role: "presentation" }, all)];
}
