// The search box: opened by /, s or f; arrows and Enter choose; Esc closes. What it needs to search
// is loaded when it is opened.

const STATES = {
  planned: ["planned", "○"],
  staged: ["planned", "◐"],
  withdrawn: ["breaks", "✕"],
  "out of support": ["over", "■"],
  shipped: ["works", "●"],
  superseded: ["old", "●"],
  live: ["breaks", "▲"],
  open: ["breaks", "○"],
  fixed: ["works", "✓"],
};
const FILTERS = ["kind", "product", "state"];
const AT_ONCE = 8;
const LULL = 150; // milliseconds without a first key, in which full text can be loaded
const PAUSE = 60; // milliseconds without a key before the full text is searched

const root = new URL("../", import.meta.url);
const byId = (id) => document.getElementById(`fw-search-${id}`);
const toggle = document.getElementById("__search");
const query = byId("query");
const list = byId("hits");
const said = byId("said");
const answer = byId("answer");
const filters = byId("filters");
const more = byId("more");
const selects = Object.fromEntries(FILTERS.map((name) => [name, byId(name)]));
const initially = said?.textContent;

let exactly; // the two modules, once they are asked for
let text;
let turn = 0; // of the searches; an answer to an earlier one is dropped
let active = -1;
let found = { exact: [], note: null, hits: [], older: false };
let shown = AT_ONCE;

function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** What exact matches need. */
function load() {
  exactly ??= import("./search-lookup.js").then((lookup) => {
    lookup.prepare();
    return lookup;
  });
  return exactly;
}

/** What full text needs: much more, so that it is loaded when it does not hold up the other. */
function loadText() {
  text ??= import("./search-text.js").then((full) => {
    full.prepare().catch(() => {});
    return full;
  });
  return text;
}

function open() {
  toggle.checked = true;
  load();
  setTimeout(() => turn || loadText(), LULL);
  query.focus();
  query.select();
}

function close() {
  toggle.checked = false;
  query.blur();
  mark(-1);
}

async function search() {
  const mine = ++turn;
  const wanted = query.value.trim();
  found = { exact: [], note: null, hits: [], older: false };
  shown = AT_ONCE;
  if (!wanted) {
    said.textContent = initially;
    return render(mine);
  }
  const pause = new Promise((resolve) => setTimeout(resolve, PAUSE));
  const exact = await (await load()).lookUp(wanted);
  if (mine !== turn) return;
  Object.assign(found, {
    exact: exact.hits,
    note: exact.note,
    products: exact.products,
    done: Boolean(exact.only),
  });
  await render(mine);
  // Words beside a hash would find what has the name, and the hash alone decides.
  if (exact.only) return (said.dataset.for = wanted);
  loadText();
  await pause;
  if (mine !== turn) return;
  const first = await fullText(mine, wanted, null);
  const older = first && (await loadText()).worthwhile(first, found.products);
  if (older) await fullText(mine, wanted, older);
  if (mine === turn) said.dataset.for = wanted;
}

async function fullText(mine, wanted, older) {
  let reply = null;
  try {
    reply = await (await loadText()).search(wanted, older);
  } catch {
    found.broken = true;
  }
  if (mine !== turn) return null;
  Object.assign(found, { hits: reply?.hits ?? [], older: reply?.more, done: true });
  await render(mine);
  await fillFilters(mine); // second: it needs the names of all products that were found
  return reply;
}

const chosen = () =>
  FILTERS.filter((name) => selects[name].value).map((name) => [name, selects[name].value]);

const of = (hit, name) => (name === "product" ? hit.products : [hit[name]].filter(Boolean));

/** The hits that all filters but `except` let through. */
const passing = (except) =>
  found.hits.filter((hit) =>
    chosen().every(([name, value]) => name === except || of(hit, name).includes(value)),
  );

async function fillFilters(mine) {
  const lookup = await load();
  for (const name of FILTERS) {
    const counts = new Map();
    for (const hit of passing(name))
      for (const value of of(hit, name)) counts.set(value, (counts.get(value) ?? 0) + 1);
    const kept = selects[name].value;
    if (kept && !counts.has(kept)) counts.set(kept, 0);
    const named = [...counts].map(async ([value, count]) => {
      const label =
        name === "kind"
          ? (await loadText()).kindName(value)
          : name === "product"
            ? await lookup.productName(value)
            : value;
      return [label, value, count];
    });
    const rows = (await Promise.all(named)).sort((a, b) => a[0].localeCompare(b[0]));
    if (mine !== turn) return;
    const any = el("option", { value: "" }, "any");
    const options = rows.map(([label, value, count]) =>
      el("option", { value }, `${label} (${count})`),
    );
    selects[name].replaceChildren(any, ...options);
    selects[name].value = kept;
  }
}

function chip(state) {
  const [colour, sign] = STATES[state] ?? ["old", "●"];
  return el(
    "span",
    { class: `fw-chip fw-${colour}` },
    el("span", { class: "fw-sign", "aria-hidden": "true" }, sign),
    ` ${state}`,
  );
}

function option(url, className, ...children) {
  return el(
    "a",
    {
      class: `md-search-result__link ${className}`,
      href: url,
      role: "option",
      tabindex: "-1",
      "aria-selected": "false",
    },
    ...children,
  );
}

function item(...children) {
  return el("li", { class: "md-search-result__item", role: "presentation" }, ...children);
}

function exactItem(hit) {
  const facts = el(
    "span",
    { class: "fw-hit-facts" },
    el("span", {}, `${hit.near ? "Resembles" : "Exact"}: ${hit.why}`),
    hit.state ? chip(hit.state) : null,
  );
  return item(
    option(
      new URL(hit.url, root).href,
      "fw-hit fw-hit--exact",
      facts,
      el("span", { class: "fw-hit-title" }, hit.title),
    ),
  );
}

function hitItem(hit, page, products) {
  const facts = el(
    "span",
    { class: "fw-hit-facts" },
    el("span", {}, hit.kindName),
    hit.state ? chip(hit.state) : null,
    hit.kind === "product" || !products.length ? null : el("span", {}, products.join(", ")),
  );
  const text = el("span", { class: "fw-hit-text" }, page.excerpt.before ? "… " : "");
  for (const { text: word, mark } of page.excerpt.pieces)
    text.append(mark ? el("mark", {}, word) : word, " ");
  if (page.excerpt.after) text.append("…");
  const main = option(
    page.url,
    "fw-hit",
    facts,
    el("span", { class: "fw-hit-title" }, page.title),
    text,
  );
  const places = page.places.map((place) => option(place.url, "fw-hit-place", `# ${place.title}`));
  return item(main, ...places);
}

async function render(mine) {
  const lookup = await load();
  const hits = passing();
  const known = new Set(found.exact.map((hit) => new URL(hit.url, root).href));
  const pages = await Promise.all(
    hits.slice(0, shown).map(async (hit) => ({
      hit,
      page: await (await loadText()).read(hit),
      products: await Promise.all(hit.products.slice(0, 3).map(lookup.productName)),
    })),
  );
  if (mine !== turn) return;
  const exact = chosen().length ? [] : found.exact;
  const rest = pages.filter(({ page }) => chosen().length || !known.has(page.url));
  const rows = [
    ...exact.map(exactItem),
    ...rest.map(({ hit, page, products }) => hitItem(hit, page, products)),
  ];
  list.replaceChildren(...rows);
  options().forEach((each, number) => (each.id = `fw-search-hit-${number}`));
  mark(-1);
  renderNote();
  filters.hidden = !found.hits.length;
  more.hidden = !(hits.length > shown || (found.done && found.older));
  more.textContent = hits.length > shown ? "Show more" : "Search older releases as well";
  query.setAttribute("aria-expanded", String(rows.length > 0));
  tell(hits.length + exact.length - (pages.length - rest.length));
}

function renderNote() {
  const note = found.note;
  answer.hidden = !note;
  if (!note) return answer.replaceChildren();
  if (note.text) return answer.replaceChildren(note.text);
  const { product, version } = note;
  const link = (url, title) => el("a", { href: new URL(url, root).href }, title);
  const newest = product.newest
    ? ["the newest is ", link(product.newest, `${product.title} ${product.version}`)]
    : ["none is recorded of ", link(product.url, product.title)];
  answer.replaceChildren(
    `${product.title} ${version} is not recorded as a release of its own; `,
    ...newest,
    ".",
    ...coveredBy(note, link),
  );
}

/** What is stated of the versions around one that is not recorded, and where it is judged. */
function coveredBy({ covers, more, product, version }, link) {
  if (!covers) return [];
  const check = link(
    `compatibility/checker/?${new URLSearchParams([[product.id, version]])}`,
    "check it with another product",
  );
  const stated = covers.flatMap(({ url, title, verdict, of }, at) => [
    at ? "; " : "",
    `${verdict}, by `,
    link(url, title),
    ` of ${of}`,
  ]);
  const said = covers.length
    ? [
        " What is stated of the versions around it covers it: ",
        ...stated,
        more ? "; and more." : ".",
      ]
    : [" No statement covers it: do not promise that it works with anything."];
  return [...said, " Or ", check, "."];
}

function tell(count) {
  if (!query.value.trim()) return;
  if (!found.done && !count) return;
  if (found.broken)
    said.textContent =
      "The full text could not be loaded. Exact matches are below, if there are any.";
  else if (!count && found.done)
    said.textContent = chosen().length
      ? "No page fits these filters."
      : "No page was found. Try other words, or fewer.";
  else said.textContent = `${count} ${count === 1 ? "page" : "pages"}`;
}

const options = () => [...list.querySelectorAll("[role=option]")];

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

function onQueryKey(event) {
  if (event.isComposing) return;
  if (event.key === "ArrowDown") mark(active + 1);
  else if (event.key === "ArrowUp") mark(active - 1);
  else if (event.key === "Enter") (options()[active] ?? options()[0])?.click();
  else return;
  event.preventDefault();
}

function onKey(event) {
  if (event.key === "Escape" && toggle.checked) {
    event.preventDefault();
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

function onMore() {
  if (passing().length > shown) {
    shown += AT_ONCE;
    return render(turn);
  }
  return fullText(turn, query.value.trim(), "all");
}

if (query && toggle) {
  query.addEventListener("input", search);
  query.addEventListener("keydown", onQueryKey);
  query.addEventListener("focus", () => !toggle.checked && open());
  query.form.addEventListener("submit", (event) => event.preventDefault());
  query.form.addEventListener("reset", () => setTimeout(() => (search(), query.focus())));
  toggle.addEventListener("change", () => (toggle.checked ? open() : close()));
  document.addEventListener("keydown", onKey);
  more.addEventListener("click", onMore);
  list.addEventListener("click", (event) => event.target.closest("a") && close());
  for (const name of FILTERS) {
    selects[name].addEventListener("change", async () => {
      shown = AT_ONCE;
      await fillFilters(turn);
      await render(turn);
    });
  }
}
