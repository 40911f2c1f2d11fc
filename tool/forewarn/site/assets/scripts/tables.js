// Lists that can be narrowed, and buttons that copy. Every page is complete without this.

import { copyText, el } from "./dom.js";

const SEPARATOR = "|";
const ROWS = "tbody > tr, .fw-rows > li";

/* Copying */

function announcer() {
  const place = el("p", { class: "fw-unseen", role: "status" });
  document.body.append(place);
  return (words) => {
    place.textContent = "";
    setTimeout(() => {
      place.textContent = words;
    }, 50);
  };
}

function copyButtons() {
  const buttons = document.querySelectorAll("button[data-copy]");
  if (!buttons.length) return;
  const say = announcer();
  for (const button of buttons) {
    const label = button.textContent;
    let back;
    button.hidden = false;
    button.addEventListener("click", async () => {
      let word = "Copied";
      try {
        await copyText(button.dataset.copy);
        button.focus();
      } catch {
        word = "Not copied";
      }
      button.textContent = word;
      say(`${word}: ${button.dataset.copy}`);
      clearTimeout(back);
      back = setTimeout(() => {
        button.textContent = label;
      }, 2500);
    });
  }
}

/* Narrowing */

const values = (row, key) => (row.getAttribute(`data-filter-${key}`) ?? "").split(SEPARATOR);

/** The options at "0-3 5" of a list. */
function at(places, list) {
  return places
    .split(" ")
    .filter(Boolean)
    .flatMap((run) => {
      const [first, last = first] = run.split("-").map(Number);
      return list.slice(first, last + 1);
    });
}

/** The rows of another page of the same list. */
async function rowsOf(address) {
  const there = new URL(address, location.href);
  const answer = await fetch(there);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const rows = [...page.querySelectorAll("article .fw-rows > li")];
  // An address in it is as seen from there.
  for (const a of rows.flatMap((row) => [...row.querySelectorAll("a[href]")])) {
    a.href = new URL(a.getAttribute("href"), there);
  }
  return rows;
}

class Filter {
  constructor(box) {
    const spec = JSON.parse(box.dataset.filter);
    this.noun = spec.noun;
    this.choices = spec.choices;
    this.box = box;
    this.fold = box.closest("details");
    this.more = spec.more ?? [];
    this.rows = [...box.querySelectorAll(ROWS)];
    this.folds = [...box.querySelectorAll(".fw-fold")];
    this.opened = new Set();
    this.total = spec.total || this.rows.length;
    this.words = new Map();
    this.search = el("input", { type: "search", autocomplete: "off", spellcheck: "false" });
    this.selects = new Map(this.choices.map((choice) => [choice.key, el("select")]));
    this.count = el("p", { class: "fw-count", role: "status" });
    this.clear = el("button", { type: "button", class: "fw-button" }, "Show all");
    this.read();
    box.prepend(this.controls());
    if (this.narrowed() && this.fold) this.fold.open = true;
    this.apply();
    this.reveal().catch(console.warn);
    if (this.narrowed()) this.whole().catch(console.warn);
  }

  narrowed() {
    return this.search.value.trim() || [...this.selects.values()].some((select) => select.value);
  }

  /** Fetch what is on further pages, once, and narrow that as well. */
  async whole() {
    if (!this.more.length) return;
    this.parts ??= Promise.all(this.more.map(rowsOf));
    const parts = await this.parts.catch((error) => {
      this.parts = undefined;
      throw error;
    });
    if (!this.more.length) return;
    this.more = [];
    this.box.querySelector(".fw-parts")?.remove();
    [...this.box.querySelectorAll(".fw-rows")].at(-1).append(...parts.flat());
    this.rows = [...this.box.querySelectorAll(ROWS)];
    this.total = this.rows.length;
    this.apply();
  }

  controls() {
    const labelled = (label, field) => {
      field.id = `fw-by-${label.toLowerCase()}`;
      return el("div", {}, el("label", { for: field.id }, label), field);
    };
    const fields = this.choices.map((choice) =>
      labelled(choice.label, this.selects.get(choice.key)),
    );
    const bar = el(
      "div",
      { class: "fw-controls", role: "group", "aria-label": `Narrow the ${this.noun}` },
      labelled("Filter", this.search),
      ...fields,
      this.clear,
      this.count,
    );
    this.search.addEventListener("input", () => this.changed());
    for (const select of this.selects.values()) {
      select.addEventListener("change", () => this.changed());
    }
    this.clear.addEventListener("click", () => this.reset());
    addEventListener("hashchange", () => this.reveal().catch(console.warn));
    return bar;
  }

  /** The options of a choice; one that hangs on another has them only when that is chosen. */
  fill(choice, chosen) {
    const select = this.selects.get(choice.key);
    const options = choice.of
      ? (choice.lists[this.selects.get(choice.of).value] ?? []).map((value) => [value, value])
      : choice.options;
    select.replaceChildren(el("option", { value: "" }, "all"));
    for (const [value, label] of options) select.append(el("option", { value }, label));
    select.value = options.some(([value]) => value === chosen) ? chosen : "";
    select.disabled = !options.length;
  }

  /** What the page's address asks for. */
  read() {
    const asked = new URLSearchParams(location.search);
    this.search.value = asked.get("q") ?? "";
    for (const choice of this.choices) this.fill(choice, asked.get(choice.key) ?? "");
  }

  /** Keep it in the address, so that it can be sent. */
  write() {
    const address = new URL(location.href);
    const state = [
      ["q", this.search.value.trim()],
      ...[...this.selects].map(([key, select]) => [key, select.value]),
    ];
    for (const [key, value] of state) {
      if (value) address.searchParams.set(key, value);
      else address.searchParams.delete(key);
    }
    history.replaceState(history.state, "", address);
  }

  changed() {
    for (const choice of this.choices.filter((one) => one.of)) {
      this.fill(choice, this.selects.get(choice.key).value);
    }
    this.write();
    this.apply();
    this.whole().catch(console.warn);
  }

  reset() {
    this.search.value = "";
    for (const select of this.selects.values()) select.value = "";
    this.changed();
    this.search.focus();
  }

  /** A row that the address names is shown, whatever the filters say. */
  async reveal() {
    const named = decodeURIComponent(location.hash.slice(1));
    if (!named) return;
    if (!document.getElementById(named)) await this.whole();
    const row = document.getElementById(named);
    if (!this.rows.includes(row)) return;
    if (row.hidden) this.reset();
    for (let at = row.closest("details"); at; at = at.parentElement.closest("details")) {
      at.open = true;
    }
    row.scrollIntoView();
    row.classList.add("fw-asked");
  }

  has(row, choice) {
    const wanted = this.selects.get(choice.key).value;
    if (!wanted) return true;
    if (!choice.of) return values(row, choice.key).includes(wanted);
    const parent = this.selects.get(choice.of).value;
    const mine = values(row, choice.key).find((value) => value.startsWith(`${parent} `)) ?? "";
    return at(mine.slice(parent.length + 1), choice.lists[parent] ?? []).includes(wanted);
  }

  text(row) {
    if (!this.words.has(row)) this.words.set(row, row.textContent.toLowerCase());
    return this.words.get(row);
  }

  /** Folds show what is left of a narrowed list, and are as they were once it is whole again. */
  unfold() {
    const narrowed = Boolean(this.narrowed());
    for (const fold of this.folds) {
      const rows = [...fold.querySelectorAll(ROWS)];
      fold.hidden = rows.length > 0 && rows.every((row) => row.hidden);
      if (narrowed && !fold.open) this.opened.add(fold);
      if (narrowed) fold.open = true;
      else if (this.opened.delete(fold)) fold.open = false;
    }
  }

  apply() {
    const typed = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of this.rows) {
      const fits =
        this.choices.every((choice) => this.has(row, choice)) &&
        typed.every((word) => this.text(row).includes(word));
      row.hidden = !fits;
      shown += fits;
    }
    this.unfold();
    const all = shown === this.rows.length;
    this.clear.hidden = all;
    this.count.textContent = all
      ? `${this.total} ${this.total === 1 ? this.noun.replace(/s$/, "") : this.noun}`
      : `${shown} of ${this.total} ${this.noun} shown`;
  }
}

copyButtons();
for (const box of document.querySelectorAll(".fw-filter[data-filter]")) {
  try {
    new Filter(box);
  } catch (error) {
    // The notes of a release may hold such an attribute too; the list stays whole.
    console.warn(error);
  }
}
