// "My products": one list of feeds, one calendar and one page of news of the products chosen here.
// A site of plain files has no feed of just these, so that it is put together in the browser: as a
// list that a feed reader takes at once, as a calendar file, and as news below. What is chosen
// stands in the page's address, which can be kept and sent.

import { address, copyText, el, loadJson } from "./dom.js";

const NEWS = 15;
const place = document.getElementById("fw-mine");
const chosen = new Set();
let products = [];
let site = "";
let shown = 0;

const mine = () => products.filter(({ id }) => chosen.has(id));

/** A file made here, for the browser to keep. */
function keep(name, type, text) {
  const link = el("a", { download: name, href: URL.createObjectURL(new Blob([text], { type })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function opml() {
  const made = document.implementation.createDocument(null, "opml");
  const node = (name, attributes, ...children) => {
    const one = made.createElement(name);
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
    one.append(...children);
    return one;
  };
  made.documentElement.setAttribute("version", "2.0");
  const feeds = mine().map(({ name, feed }) =>
    node("outline", { type: "rss", text: `${name} · ${site}`, xmlUrl: address(feed) }),
  );
  made.documentElement.append(
    node("head", {}, node("title", {}, `${site}: my products`)),
    node("body", {}, node("outline", { text: site }, ...feeds)),
  );
  return `<?xml version="1.0" encoding="utf-8"?>\n${new XMLSerializer().serializeToString(made)}\n`;
}

async function texts(files) {
  const asked = files.map(async (file) => {
    const answer = await fetch(address(file));
    if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
    return answer.text();
  });
  return Promise.all(asked);
}

/** The dates of several calendar files as one, each once. */
async function calendar() {
  const files = await texts(mine().map((one) => one.calendar));
  const found = new Map();
  for (const text of files) {
    for (const [event] of text.matchAll(/BEGIN:VEVENT\r\n[\s\S]*?END:VEVENT\r\n/g)) {
      found.set(event.match(/^UID:.*/m)[0], event);
    }
  }
  const head = files[0].slice(0, files[0].search(/BEGIN:VEVENT|END:VCALENDAR/));
  const named = head.replace(/^((?:X-WR-CAL)?NAME):.*/gm, `$1:My products`);
  return `${named}${[...found.values()].join("")}END:VCALENDAR\r\n`;
}

async function news() {
  const feeds = await texts(mine().map(({ feed }) => feed.replace(/atom\.xml$/, "json")));
  const items = new Map(feeds.flatMap((text) => JSON.parse(text).items.map((i) => [i.id, i])));
  return [...items.values()]
    .sort((a, b) => b.date_published.localeCompare(a.date_published))
    .slice(0, NEWS);
}

const day = (stamp) =>
  new Date(stamp).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });

function copier(label, text, words = "Copy") {
  const button = el("button", { type: "button", class: "fw-button", "aria-label": label }, words);
  button.addEventListener("click", async () => {
    const done = await copyText(text).then(
      () => "Copied",
      () => "Not copied",
    );
    button.textContent = done;
    say(`${done}.`);
    setTimeout(() => {
      button.textContent = words;
    }, 2500);
  });
  return button;
}

function row({ id, name, feed, calendar: dates }) {
  const label = `Remove ${name}`;
  const remove = el(
    "button",
    { type: "button", class: "fw-button", "aria-label": label },
    "Remove",
  );
  remove.addEventListener("click", () => {
    const at = mine().findIndex((one) => one.id === id);
    choose(() => chosen.delete(id)).catch(console.warn);
    // Who goes by the keyboard goes on where they were.
    const others = [...place.querySelectorAll("li > button:last-child")];
    (others[at] ?? others.at(-1) ?? place.querySelector("input")).focus();
  });
  const webcal = address(dates).replace(/^https?:/, "webcal:");
  return el(
    "li",
    {},
    el("strong", {}, name),
    " feed ",
    el("a", { href: address(feed), "aria-label": `Atom feed of ${name}` }, "Atom"),
    " ",
    copier(`Copy the address of the feed of ${name}`, address(feed)),
    " calendar ",
    el("a", { href: webcal, "aria-label": `Add ${name} to a calendar` }, "add"),
    " ",
    copier(`Copy the address of the calendar of ${name}`, address(dates)),
    " ",
    remove,
  );
}

function ways() {
  const button = (words, act) => {
    const made = el("button", { type: "button", class: "fw-button" }, words);
    made.addEventListener("click", () => act().catch(() => say("It could not be loaded.")));
    return made;
  };
  return el(
    "div",
    {},
    el(
      "p",
      { class: "fw-mine-ways" },
      button("One list of feeds (OPML)", async () =>
        keep("my-products.opml", "text/x-opml", opml()),
      ),
      button("One calendar file", async () =>
        keep("my-products.ics", "text/calendar", await calendar()),
      ),
      copier(
        "Copy this page's address with these products",
        location.href,
        "Copy this page's address",
      ),
    ),
    el(
      "p",
      { class: "fw-small" },
      "A feed reader imports the list as one folder, which follows what changes. The calendar file ",
      "holds the dates of today; a calendar that follows changes is added product by product. ",
      "The address of this page keeps the choice.",
    ),
    el("ul", { class: "fw-list" }, ...mine().map(row)),
    el("h3", {}, "News of these"),
    el("ul", { class: "fw-list", id: "fw-mine-news" }),
  );
}

const status = el("p", { class: "fw-small", role: "status" });
const say = (words) => {
  status.textContent = words;
};

/** Change what is chosen, and show it. */
async function choose(change) {
  change();
  const there = new URL(location.href);
  there.searchParams.delete("product");
  for (const id of chosen) there.searchParams.append("product", id);
  history.replaceState(history.state, "", there);
  await show();
}

async function show() {
  shown += 1;
  const run = shown;
  const body = place.querySelector(".fw-mine-body");
  body.replaceChildren(...(chosen.size ? [ways()] : []));
  say(`${chosen.size} ${chosen.size === 1 ? "product" : "products"} chosen.`);
  if (!chosen.size) return;
  const items = await news();
  if (run !== shown) return;
  const lines = items.map(({ title, url, date_published: at }) =>
    el("li", {}, url ? el("a", { href: url }, title) : title, ` ${day(at)}`),
  );
  document.getElementById("fw-mine-news").replaceChildren(...lines);
}

async function begin() {
  const data = await loadJson("subscribe/products.json");
  site = data.site;
  products = data.products.map(([id, name, feed, dates]) => ({ id, name, feed, calendar: dates }));
  const input = el("input", { list: "fw-mine-products", autocomplete: "off", id: "fw-mine-add" });
  const add = el("form", { class: "fw-controls" });
  const options = products.map(({ name }) => el("option", { value: name }));
  add.append(
    el("div", {}, el("label", { for: "fw-mine-add" }, "Product"), input),
    el("button", { type: "submit", class: "fw-button" }, "Add"),
    el("datalist", { id: "fw-mine-products" }, ...options),
  );
  add.addEventListener("submit", (event) => {
    event.preventDefault();
    const word = input.value.trim().toLowerCase();
    const found = products.find(({ id, name }) => id === word || name.toLowerCase() === word);
    if (!found) return say(`No product is called ${input.value}.`);
    input.value = "";
    return choose(() => chosen.add(found.id)).catch(console.warn);
  });
  place.replaceChildren(add, status, el("div", { class: "fw-mine-body" }));
  const asked = new URLSearchParams(location.search).getAll("product");
  for (const { id } of products.filter((one) => asked.includes(one.id))) chosen.add(id);
  if (chosen.size) await show();
}

if (place) begin().catch(console.warn);
