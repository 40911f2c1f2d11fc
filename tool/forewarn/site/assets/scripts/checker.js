// The checker: which products and versions. What is chosen is kept in the page's address, so
// that the answer can be sent.

import { headline, pairBox, silentBox, title } from "./checker-answer.js";
import { beginningSo, findMeant, judge, loadIndex, loadProduct } from "./checker-data.js";
import { el } from "./dom.js";

const { products, staff } = await loadIndex();
const rows = [];
let made = 0;
let runs = 0;

class Row {
  constructor(product = "", version = "") {
    made += 1;
    const list = `fw-versions-${made}`;
    const note = `fw-check-note-${made}`;
    const field = { autocomplete: "off", spellcheck: "false", "aria-describedby": note };
    this.product = el("input", { ...field, list: "fw-products", value: product });
    this.version = el("input", { ...field, list, value: version });
    this.versions = el("datalist", { id: list });
    this.note = el("p", { class: "fw-small fw-check-note", id: note });
    this.remove = el("button", { type: "button", class: "fw-button" }, "Remove");
    this.element = el(
      "div",
      { class: "fw-check-row", role: "group" },
      el("label", {}, "Product", this.product),
      el("label", {}, "Version", this.version),
      this.remove,
      this.versions,
      this.note,
    );
    this.product.addEventListener("input", () => update());
    this.product.addEventListener("change", () => this.complete());
    this.version.addEventListener("input", () => update());
    this.remove.addEventListener("click", () => drop(this));
  }

  /** The product of this id or name. */
  get entry() {
    const typed = this.product.value.trim().toLowerCase();
    return products.find(({ id, name }) => id === typed || name.toLowerCase() === typed);
  }

  /** Take a beginning that only one product has for its name. */
  complete() {
    const typed = this.product.value.trim().toLowerCase();
    const begin = products.filter(({ name }) => typed && name.toLowerCase().startsWith(typed));
    const found = this.entry ?? (begin.length === 1 ? begin[0] : undefined);
    if (found) this.product.value = found.name;
    update();
  }

  /** What is chosen; the note says what is missing, or what has to be known of the release. */
  async read() {
    const { entry } = this;
    const name = this.product.value.trim();
    const typed = this.version.value.trim();
    const product = entry ? await loadProduct(entry.file) : null;
    const release = product && typed ? findMeant(product, typed) : undefined;
    this.offer(product);
    this.say(hint(name, product, typed, release));
    this.note.classList.toggle("fw-caveat", Boolean(release?.note));
    return { id: entry?.id ?? name, name: entry?.name ?? name, typed, release };
  }

  say(words) {
    if (this.note.textContent !== words) this.note.textContent = words;
  }

  /** The versions of a product to choose from. */
  offer(product) {
    if (this.offered === product) return;
    this.offered = product;
    this.versions.replaceChildren(
      ...(product?.releases ?? []).map(({ version, state }) =>
        el("option", {
          value: version,
          label: state === "shipped" ? null : `${version} (${state})`,
        }),
      ),
    );
  }
}

function hint(name, product, typed, release) {
  if (!name) return typed ? "Choose a product." : "";
  if (!product) return "No product of this name is recorded.";
  const newest = product.newest ? `; newest is ${product.newest}` : "";
  if (!typed) return `Choose a version${newest}.`;
  if (!release) return notRecorded(product, typed, newest);
  if (release.state === "unrecorded") {
    return `${title(release)} ${release.note}${newest}; it is judged by what is stated of the versions around it.`;
  }
  return release.note ? `${title(release)} ${release.note}.` : "";
}

/** Of versions without a record only those of numbers alone are placed here. */
function notRecorded(product, typed, newest) {
  const line = beginningSo(product, typed).map(({ version }) => version);
  if (line.length) {
    const span =
      line.length > 1 ? `${line.length} releases, ${line.at(-1)} to ${line[0]}` : line[0];
    return `${product.name} ${typed} stands for ${span}: choose one.`;
  }
  const judged = staff
    ? `forewarn compat ${product.id}@${typed} OTHER@VERSION tells`
    : "do not take it to work";
  return `${product.name} ${typed} is not recorded${newest}; what is stated of it cannot be told here: ${judged}.`;
}

function add(product, version) {
  const row = new Row(product, version);
  rows.push(row);
  form.firstChild.append(row.element);
  label();
  return row;
}

function drop(row) {
  const at = rows.indexOf(row);
  rows.splice(at, 1);
  row.element.remove();
  label();
  update();
  rows[Math.min(at, rows.length - 1)].product.focus();
}

/** Rows are named by their order, and there are never fewer than two. */
function label() {
  rows.forEach((row, at) => {
    row.element.setAttribute("aria-label", `Product ${at + 1}`);
    row.remove.setAttribute("aria-label", `Remove product ${at + 1}`);
    row.remove.hidden = rows.length < 3;
  });
}

/* The address */

function readAddress() {
  for (const [id, version] of new URLSearchParams(location.search)) {
    add(products.find((one) => one.id === id)?.name ?? id, version);
  }
  while (rows.length < 2) add();
}

/** The address of this page with what is chosen, some of it replaced by other releases. */
function addressOf(chosen, instead = new Map()) {
  const state = new URLSearchParams();
  for (const { id, typed, release } of chosen) {
    if (id) state.append(id, instead.get(release)?.version ?? typed);
  }
  const query = state.toString();
  return `${location.pathname}${query ? `?${query}` : ""}`;
}

function writeAddress(chosen) {
  history.replaceState(history.state, "", addressOf(chosen));
  document.querySelector(".fw-copy-answer button").dataset.copy = location.href;
}

/* The answer */

async function answer(chosen) {
  const releases = chosen.flatMap(({ release }) => release ?? []);
  const left = chosen.flatMap(({ name, typed, release }) =>
    release || !name || !typed ? [] : `${name} ${typed}`,
  );
  const pairs = releases.flatMap((a, at) =>
    releases
      .slice(at + 1)
      .filter((b) => b.product !== a.product)
      .map((b) => [a, b]),
  );
  if (!pairs.length && !(left.length && releases.length)) {
    return [el("p", {}, "Choose at least two products with their versions.")];
  }
  const judgements = await Promise.all(pairs.map(([a, b]) => judge(a, b)));
  judgements.sort((one, other) => other.verdict - one.verdict);
  const several = judgements.length > 1 || left.length > 0;
  const silent = judgements.filter(
    (judgement) => several && !judgement.deciding.length && !judgement.gaps.length,
  );
  const boxes = judgements
    .filter((judgement) => !silent.includes(judgement))
    .map((judgement) => pairBox(judgement, several, (instead) => addressOf(chosen, instead)));
  if (silent.length) boxes.push(silentBox(silent));
  return [headline(judgements, left), ...boxes];
}

/** Read the form, keep it in the address, and answer; of several runs only the newest is shown. */
async function update() {
  runs += 1;
  const run = runs;
  let shown;
  try {
    const chosen = await Promise.all(rows.map((row) => row.read()));
    shown = await answer(chosen);
    if (run === runs) writeAddress(chosen);
  } catch {
    shown = [el("p", {}, "The data could not be loaded. Look at the tables below, or try again.")];
  }
  if (run !== runs) return;
  const [head, ...boxes] = shown;
  // What has not changed is not read out again.
  if (status.textContent !== head.textContent) status.replaceChildren(head);
  details.replaceChildren(...boxes);
}

const more = el("button", { type: "button", class: "fw-button" }, "Add a product");
const form = el(
  "form",
  { "aria-label": "Products and versions" },
  el("div"),
  more,
  el(
    "datalist",
    { id: "fw-products" },
    ...products.map(({ name }) => el("option", { value: name })),
  ),
);
const status = el("div", { role: "status" });
const details = el("div");
form.addEventListener("submit", (event) => event.preventDefault());
more.addEventListener("click", () => add().product.focus());
document.getElementById("fw-checker-off").remove();
document.getElementById("fw-checker").append(form, status, details);
readAddress();
await update();
