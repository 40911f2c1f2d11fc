// Full text: each word is looked for by itself, so that a page need not have all of them, and what
// customers have today comes before what they had.

import { address, loadJson } from "./dom.js";
import { fnv1a, meant, synonyms } from "./search-rows.js";
import { stopWords, wordsOf } from "./search-words.js";

const FOLDER = "pagefind/";
const MOST_TERMS = 6;
const FEW = 8; // fewer hits than these among what is current, and older releases are looked at
const WINDOW = 26; // words of an excerpt
const RANKING = { metaWeights: { title: 10 } };
const OLDER_WEIGHT = 0.5;
const GZIP = 0x1f; // what such a file begins with; a server may have unpacked it

let manifest;
let engine;
const merged = new Map();
const facets = new Map();
const packs = new Map();

const json = (path) => loadJson(FOLDER + path);

async function open() {
  manifest = await json("bundles.json");
  const [first, ...others] = manifest.now.length ? manifest.now : manifest.older;
  if (!first) return null;
  const { createInstance } = await import(address(`${FOLDER}pagefind.js`));
  const [name, print] = first;
  const made = createInstance({
    basePath: address(`${FOLDER}${name}/`),
    baseUrl: "/",
    metaCacheTag: print,
    noWorker: true,
    ranking: RANKING,
  });
  await Promise.all([made.init(), readFacets(first)]);
  await Promise.all(others.map((bundle) => merge(made, bundle, "now")));
  return made;
}

export function prepare() {
  engine ??= open().catch((error) => {
    engine = undefined;
    throw error;
  });
  return engine;
}

/** A kind of page, in the words that its page type has for it. */
export const kindName = (kind) => manifest?.kinds[kind] ?? kind;

function merge(made, [name, print], shelf) {
  if (!merged.has(name)) {
    const options = { baseUrl: "/", metaCacheTag: print, ranking: RANKING };
    if (shelf === "older") options.indexWeight = OLDER_WEIGHT;
    const path = address(`${FOLDER}${name}/`);
    merged.set(name, Promise.all([made.mergeIndex(path, options), readFacets([name, print])]));
  }
  return merged.get(name);
}

async function readFacets([name, print]) {
  const [line] = await unpacked(`${name}/facets.pack?${print}`);
  const { values, pages, packs: counts } = JSON.parse(line);
  let [pack, at] = [0, 0];
  for (const [names, boost, kind, state, ...products] of pages) {
    const what = {
      boost: boost / 100,
      kind: values[kind],
      kindName: kindName(values[kind]),
      state: values[state],
      products: products.map((number) => values[number]),
    };
    for (const page of names.split(" ")) {
      facets.set(page, { ...what, place: [name, print, pack, at] });
      at += 1;
      if (at === counts[pack]) [pack, at] = [pack + 1, 0];
    }
  }
}

/** The bundles of older releases: of the products that are named, or "all". */
async function openOlder(made, products) {
  const part = (id) => `older-${fnv1a(id) % manifest.older_parts}`;
  const wanted = (name) => products === "all" || products.map(part).includes(name);
  const bundles = manifest.older.filter(([name]) => wanted(name));
  await Promise.all(bundles.map((bundle) => merge(made, bundle, "older")));
}

const olderLeft = () => manifest.older.some(([name]) => !merged.has(name));

/** What is looked for: each word of the query with the others that stand for it. */
async function terms(query) {
  const words = wordsOf(query);
  const stop = stopWords(words);
  const telling = words.filter((word) => !stop(word) && (word.length > 1 || /\d/.test(word)));
  const found = [...new Set(telling.length ? telling : words)].slice(0, MOST_TERMS);
  const said = await synonyms(query);
  return found.map((word) => {
    const others = said
      .filter((row) => row.said.split(" ").includes(word))
      .flatMap((row) => row.words);
    return { word, others: [...new Set(others)] };
  });
}

async function one(made, { word, others }) {
  const alternatives = [[word, 1], ...others.map((other) => [other, 0.9])];
  let answers = await Promise.all(alternatives.map(([text]) => made.search(text)));
  if (answers.every((answer) => !answer.results.length)) {
    const right = await meant(word);
    // What was meant may be what customers say, and our pages have another word for it.
    const said = (await Promise.all(right.map(synonyms))).flat().flatMap((row) => row.words);
    alternatives.splice(0, Infinity, ...[...right, ...said].map((other) => [other, 0.8]));
    answers = await Promise.all(alternatives.map(([text]) => made.search(text)));
  }
  const best = new Map();
  answers.forEach((answer, number) => {
    for (const result of answer.results) {
      const score = result.score * alternatives[number][1];
      const before = best.get(result.id);
      if (!before || before.score < score) best.set(result.id, { result, score });
    }
  });
  return best;
}

async function rank(made, wanted) {
  const found = new Map();
  for (const best of await Promise.all(wanted.map((term) => one(made, term)))) {
    for (const [id, { result, score }] of best) {
      const page = found.get(id) ?? { id, score: 0, words: 0, at: new Set() };
      page.score += score;
      page.words += 1;
      for (const place of result.words) page.at.add(place);
      found.set(id, page);
    }
  }
  const most = Math.max(...[...found.values()].map((page) => page.words));
  const fitting = [...found.values()].filter((page) => page.words * 2 >= most);
  const hits = fitting.map((page) => {
    const what = facets.get(page.id.split("_")[1]);
    const share = page.words / wanted.length;
    return { ...page, ...what, rank: page.score * share * share * Math.sqrt(what.boost) };
  });
  return hits.sort((a, b) => b.rank - a.rank || (a.id < b.id ? -1 : 1));
}

/**
 * The pages for a query, the best first; `more` tells that older releases were not looked at.
 * `older` are the products of which they are looked at, "all", or null for none.
 */
export async function search(query, older = null) {
  const made = await prepare();
  const wanted = made ? await terms(query) : [];
  if (!wanted.length) return { hits: [], more: false };
  if (older) await openOlder(made, older);
  return { hits: await rank(made, wanted), more: olderLeft() };
}

/** Of which products the older releases are worth the time, once the first hits are there. */
export function worthwhile({ hits, more }, products) {
  if (!more) return null;
  if (hits.length < FEW) return "all";
  return products.length ? products : null;
}

/** The texts of some pages, one a line, which are kept in one file. */
async function unpacked(name) {
  const answer = await fetch(address(`${FOLDER}${name}`));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  const data = await answer.blob();
  const packed = new Uint8Array(await data.slice(0, 2).arrayBuffer())[0] === GZIP;
  const text = packed ? data.stream().pipeThrough(new DecompressionStream("gzip")) : data;
  return (await new Response(text).text()).split("\n");
}

function textOf([name, print, pack, line]) {
  const file = `${name}/${pack}.pack?${print}`;
  if (!packs.has(file)) {
    const found = unpacked(file);
    packs.set(file, found);
    found.catch(() => packs.delete(file));
  }
  return packs.get(file).then((lines) => JSON.parse(lines[line]));
}

/** What is shown of a page: its title, a piece of its text, and the places in it that fit. */
export async function read(page) {
  const [url, title, content, heads] = await textOf(page.place);
  const words = content.split(/\s+/);
  const at = [...page.at].sort((a, b) => a - b);
  const place = address(`.${url.replace(/\.html$/, "/")}`);
  const places = heads.map(([id, words_, start], number) => {
    const end = heads[number + 1]?.[2] ?? words.length;
    return { id, words_, count: at.filter((place) => place >= start && place < end).length };
  });
  const fitting = places
    .filter(({ count }) => count)
    .sort((a, b) => b.count - a.count)
    .slice(0, 2);
  return {
    url: place,
    title,
    excerpt: excerpt(words, at),
    places: fitting.map(({ id, words_ }) => ({
      url: `${place}#${id}`,
      title: words_.replace(/¶$/, "").trim(),
    })),
  };
}

/** Pieces of text, marked or not, around the words that were looked for. */
function excerpt(words, at) {
  let [start, most] = [0, 0];
  for (const place of at) {
    const count = at.filter((other) => other >= place && other < place + WINDOW - 6).length;
    if (count > most) [start, most] = [Math.max(0, place - 4), count];
  }
  const marked = new Set(at);
  const pieces = words
    .slice(start, start + WINDOW)
    .map((text, number) => ({ text, mark: marked.has(start + number) }));
  return { pieces, before: start > 0, after: start + WINDOW < words.length };
}
