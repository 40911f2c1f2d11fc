// The open search box: what was typed is looked up exactly, then in the full text; arrows and Enter
// choose. Each search has an answer of its own: one that is not the newest is shown nowhere.

import { address, el } from "./dom.js";
import { exactItems, hitItem, offerItems } from "./search-hits.js";
import { examples, opened as openedLast, remember } from "./search-offers.js";

const FILTERS = ["kind", "product", "state"];
const AT_ONCE = 6;
const EXACT_AT_ONCE = 30;
const LULL = 150; // milliseconds without a first key, in which full text can be loaded
const PAUSE = 60; // milliseconds without a key before the full text is searched

const byId = (id) => document.getElementById(`fw-search-${id}`);
const query = byId("query");
const list = byId("hits");
const said = byId("said");
const note = byId("answer");
const filters = byId("filters");
const more = byId("more");
const selects = Object.fromEntries(FILTERS.map((name) => [name, byId(name)]));
const initially = said.textContent;

let exactly; // the two modules, once they are asked for
let text;
let found = answerTo("");
let noted; // the answer above the hits is its
let active = -1;
let close = () => {};

function answerTo(wanted) {
  return { wanted, exact: [], note: null, card: null, products: [], hits: [], shown: AT_ONCE };
}

/** What exact matches need. */
function load() {
  exactly ??= import("./search-lookup.js");
  exactly.then(
    (lookup) => lookup.prepare(),
    () => {
      exactly = undefined;
    },
  );
  return exactly;
}

/** What full text needs: much more, so that it is loaded when it does not hold up the other. */
function loadText() {
  text ??= import("./search-text.js");
  text.then(
    (full) => full.prepare().catch(() => {}),
    () => {
      text = undefined;
    },
  );
  return text;
}

/** The box was opened; `whenChosen` closes it. */
export function opened(whenChosen) {
  close = whenChosen;
  load().catch(() => {});
  setTimeout(() => found.wanted || loadText().catch(() => {}), LULL);
  const typed = query.value.trim();
  if (!typed || typed !== found.wanted || found.broken) search();
}

export const closed = () => mark(-1);

const isNewest = (answer) => answer === found;

/** Do a part of an answer; what cannot be loaded is said, while the answer is wanted. */
async function attempt(answer, part) {
  try {
    await part();
  } catch {
    if (!isNewest(answer)) return;
    answer.broken = answer.done = true;
    tell(answer);
  }
}

function search() {
  const answer = answerTo(query.value.trim());
  found = answer;
  return attempt(answer, () => (answer.wanted ? lookUp(answer) : offer(answer)));
}

/** What the box offers before anything is typed. */
async function offer(answer) {
  said.textContent = initially;
  filters.hidden = more.hidden = true;
  await renderNote(answer);
  const tries = await examples();
  if (isNewest(answer)) show(offerItems(openedLast(), tries));
}

async function lookUp(answer) {
  const pause = new Promise((resolve) => setTimeout(resolve, PAUSE));
  const reply = await (await load()).lookUp(answer.wanted);
  if (!isNewest(answer)) return;
  const { hits, note: words, products, only } = reply;
  Object.assign(answer, { exact: hits.map(asHit), note: words, products, done: Boolean(only) });
  await render(answer);
  if (!only) await answerAbove(answer, reply);
  // Words beside a hash would find what has the name, and the hash alone decides.
  if (!only) await lookUpText(answer, pause);
  if (!isNewest(answer)) return;
  said.dataset.for = answer.wanted;
  if (answer.entered) first()?.click();
}

/** What the filters go by, of a page that a version alone may mean. */
const asHit = (hit) => ({
  ...hit,
  kind: "release",
  products: hit.more?.length === 1 ? [hit.more[0]] : [],
});

/** The answer to a question of a known shape, above the hits. */
async function answerAbove(answer, found) {
  const { named = [], alone, codes = [] } = found;
  if (!named.length && !alone && !codes.length) return;
  const { answerFor } = await import("./search-answer.js");
  const card = await answerFor(answer.wanted, found);
  if (!card || !isNewest(answer)) return;
  answer.card = card;
  await renderNote(answer);
}

async function lookUpText(answer, pause) {
  const full = loadText();
  await pause;
  if (!isNewest(answer)) return;
  await fullText(answer, null);
  if (!isNewest(answer)) return;
  const older = (await full).worthwhile(answer.reply, answer.products);
  if (older) await fullText(answer, older);
}

async function fullText(answer, older) {
  const reply = await (await loadText()).search(answer.wanted, older);
  Object.assign(answer, { reply, hits: reply.hits, older: reply.more, done: true });
  if (!isNewest(answer)) return;
  await render(answer);
  await fillFilters(answer); // second: it needs the names of all products that were found
}

/* Narrowing */

const chosen = () =>
  FILTERS.filter((name) => selects[name].value).map((name) => [name, selects[name].value]);

const of = (hit, name) => (name === "product" ? hit.products : [hit[name]].filter(Boolean));

const fits = (except) => (hit) =>
  chosen().every(([name, value]) => name === except || of(hit, name).includes(value));

/** The hits that all filters but `except` let through. */
const passing = (answer, except) => beside(answer).filter(fits(except));

/** The same of the pages that were meant exactly; of those without a product, only unfiltered. */
const meantHere = (answer, except) =>
  chosen().length
    ? answer.exact.filter((hit) => hit.products.length).filter(fits(except))
    : answer.exact;

/** The hits without the releases that a version alone has found already. */
function beside({ exact, hits }) {
  const met = new Set(exact.flatMap(({ products }) => products));
  return hits.filter(({ kind, products }) => kind !== "release" || !met.has(products[0]));
}

async function fillFilters(answer) {
  const [lookup, full] = await Promise.all([load(), loadText()]);
  const label = (name, value) => {
    if (name === "kind") return full.kindName(value);
    return name === "product" ? lookup.productName(value) : value;
  };
  for (const name of FILTERS) {
    const counts = new Map();
    const met = answer.exact.filter((hit) => hit.products.length).filter(fits(name));
    for (const hit of [...met, ...passing(answer, name)]) {
      for (const value of of(hit, name)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const kept = selects[name].value;
    if (kept && !counts.has(kept)) counts.set(kept, 0);
    const named = [...counts].map(async ([value, count]) => [
      await label(name, value),
      value,
      count,
    ]);
    const rows = (await Promise.all(named)).sort((a, b) => a[0].localeCompare(b[0]));
    if (!isNewest(answer)) return;
    const any = el("option", { value: "" }, "any");
    const choices = rows.map(([words, value, count]) =>
      el("option", { value }, `${words} (${count})`),
    );
    selects[name].replaceChildren(any, ...choices);
    selects[name].value = kept;
  }
}

/* Showing */

async function render(answer) {
  const hits = passing(answer);
  const shown = await Promise.all(hits.slice(0, answer.shown).map(readHit));
  if (!isNewest(answer)) return;
  const meant = meantHere(answer);
  const exact = meant.slice(0, EXACT_AT_ONCE + answer.shown - AT_ONCE);
  const known = new Set(exact.map(({ url }) => address(url)));
  const rest = shown.filter(({ page }) => !known.has(page.url));
  const items = rest.map(({ hit, page, products }) => hitItem(hit, page, products));
  show([...exactItems(exact), ...items]);
  answer.listed = true;
  filters.hidden = !answer.hits.length;
  answer.left = hits.length > answer.shown || meant.length > exact.length;
  more.hidden = !(answer.left || (answer.done && answer.older));
  more.textContent = answer.left ? "Show more" : "Search older releases as well";
  tell(answer, hits.length + meant.length - (shown.length - rest.length));
  await renderNote(answer);
}

async function readHit(hit) {
  const [lookup, full] = await Promise.all([load(), loadText()]);
  const names = hit.products.slice(0, 3).map(lookup.productName);
  return { hit, page: await full.read(hit), products: await Promise.all(names) };
}

function show(rows) {
  list.replaceChildren(...rows);
  for (const [number, each] of options().entries()) each.id = `fw-search-hit-${number}`;
  mark(-1);
  query.setAttribute("aria-expanded", String(rows.length > 0));
}

/** What is said above the hits; what was said of another question does not stand there meanwhile. */
async function renderNote(answer) {
  const { card, note: words } = answer;
  if (noted !== answer) putNote([]);
  noted = answer;
  let made = [];
  if (card) made = (await import("./search-card.js")).card(card);
  else if (words) made = (await import("./search-note.js")).noteWords(words);
  if (isNewest(answer) && card === answer.card) putNote(made, Boolean(card));
}

function putNote(made, isAnswer = false) {
  note.hidden = !made.length;
  note.classList.toggle("fw-answer", isAnswer);
  note.replaceChildren(...made);
}

function tell(answer, count = 0) {
  if (!answer.done && !count) return;
  if (answer.broken) {
    said.textContent =
      "The full text could not be loaded. Exact matches are below, if there are any.";
  } else if (count) said.textContent = `${count} ${count === 1 ? "page" : "pages"}`;
  else if (chosen().length) said.textContent = "No page fits these filters.";
  else said.textContent = "No page was found. Try other words, or fewer.";
}

/* Choosing */

const options = () => [...list.querySelectorAll("[role=option]")];
const first = () => options()[active] ?? options()[0] ?? note.querySelector("a");

function mark(number) {
  const all = options();
  all[active]?.setAttribute("aria-selected", "false");
  active = all.length ? Math.max(-1, Math.min(number, all.length - 1)) : -1;
  const chosenOne = all[active];
  if (!chosenOne) return query.removeAttribute("aria-activedescendant");
  chosenOne.setAttribute("aria-selected", "true");
  query.setAttribute("aria-activedescendant", chosenOne.id);
  chosenOne.scrollIntoView({ block: "nearest" });
}

/** The marked hit, or the first one for what stands in the box, be it yet to come. */
function enter() {
  const answered = found.exact.length > 0 || said.dataset.for === found.wanted;
  if (active >= 0 || (found.listed && answered)) {
    first()?.click();
  } else {
    found.entered = true;
  }
}

function onKey(event) {
  if (event.isComposing) return;
  if (event.key === "ArrowDown") mark(active + 1);
  else if (event.key === "ArrowUp") mark(active - 1);
  else if (event.key === "Enter") enter();
  else return;
  event.preventDefault();
}

function onChoice(event) {
  const example = event.target.closest("[data-example]");
  if (example) {
    query.value = example.dataset.example;
    query.focus();
    return search();
  }
  const link = event.target.closest("a");
  if (!link) return;
  const title = ".fw-hit-title"; // of a place, that of its page
  const named = link.querySelector(title) ?? link.closest("li").querySelector(title);
  remember(link.href, named.textContent);
  return close();
}

function onMore() {
  const answer = found;
  if (answer.left) {
    answer.shown += AT_ONCE;
    return attempt(answer, () => render(answer));
  }
  return attempt(answer, () => fullText(answer, "all"));
}

function onFilter() {
  const answer = found;
  answer.shown = AT_ONCE;
  return attempt(answer, async () => {
    await fillFilters(answer);
    await render(answer);
  });
}

function onReset() {
  // The field is emptied after this event.
  setTimeout(() => {
    search();
    query.focus();
  });
}

query.addEventListener("input", search);
query.addEventListener("keydown", onKey);
query.form.addEventListener("reset", onReset);
more.addEventListener("click", onMore);
list.addEventListener("click", onChoice);
for (const name of FILTERS) selects[name].addEventListener("change", onFilter);
