// The small files of the lookup: which of them has a key, and words that are nearly right.

import { loadJson } from "./dom.js";

// Characters that nobody sees, as in model/visible.py.
export const UNSEEN =
  /\u034f|[\u180b-\u180f]|[\ufe00-\ufe0f]|[\xad\u061c\u115f-\u1160\u3164\uffa0\u17b4-\u17b5\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

export function fnv1a(text) {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}

/** A file of the lookup; what cannot be loaded has nothing. */
const get = (name) => loadJson(`api/v1/lookup/${name}`).catch(() => ({}));

export const prepare = () => get("index.json");

/** What the files of a family have under a key. */
export async function rows(family, key) {
  const count = (await get("index.json"))[family];
  if (!count) return [];
  return (await get(`${family}-${fnv1a(key) % count}.json`))[key] ?? [];
}

/** The releases that have a version: of a product, or of all of them, there in parts from 0 on. */
export async function versionRows(plain, product, part = 0) {
  const alone = product === undefined;
  const key = `${alone ? "" : `${product} `}${plain}${part ? ` +${part}` : ""}`;
  const [index, kept] = await Promise.all([prepare(), rows("keys", `v${key}`)]);
  return kept.map((row) => (alone ? wholeAlone : whole)(row, plain, product, index));
}

// Most rows are without what can be told from the others, see pages/search/short.py.
const isShort = (row) => typeof row[1] === "number";

const usual = (product, version) => [
  `products/${product}/#v${version}`,
  `products/${product}/${version}/`,
];

function whole(row, plain, product, { states, unended }) {
  if (!isShort(row)) return row;
  const [where, state, given, said, support = "", marks = ""] = row;
  const version = given || plain;
  const ends = support === 0 ? "" : `; ${support ? `it is ${support}` : unended}`;
  const url = usual(product, version)[where] ?? where;
  return [url, "", states[state], version, said + ends, support || "", marks];
}

function wholeAlone(row, plain, _, { states }) {
  if (!isShort(row)) return row;
  const [where, state, given, product, name] = row;
  const version = given || plain;
  const url = usual(product, version)[where] ?? where;
  return [url, `${name} ${version}`, states[state], version, product];
}

/** A row as a hit; `why` is what was found of it. */
export const hit =
  (why) =>
  ([url, title, state, key, ...more]) => ({ url, title, state, why, key, more });

export const all = async (promises) => (await Promise.all(promises)).flat();

/** The words of the vocabulary that begin like `word`, or with its second letter. */
async function vocabulary(word) {
  const firsts = (await get("index.json")).words ?? [];
  const wanted = new Set();
  for (const letter of new Set([word[0], word[1]])) {
    firsts.forEach((first, number) => {
      const next = firsts[number + 1];
      if (first[0] <= letter && (next === undefined || next[0] >= letter)) wanted.add(number);
    });
  }
  return all([...wanted].map((number) => get(`words-${number}.json`)));
}

/** The edit distance with swapped neighbours, or more than `most`. */
export function distance(a, b, most) {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let [before, last] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j], before[j - 2] + 1);
      }
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}

/** The words that may have been meant by one that nothing has; none for a word that is known. */
export async function meant(word) {
  if (!/^\p{L}{4,24}$/u.test(word)) return [];
  const known = await vocabulary(word);
  if (!Array.isArray(known) || known.includes(word)) return [];
  const most = word.length > 6 ? 2 : 1;
  const near = known
    .filter((other) => typeof other === "string")
    .map((other) => [distance(word, other, most), other])
    .filter(([far]) => far <= most)
    .sort();
  return near
    .filter(([far]) => far === near[0][0])
    .map(([, other]) => other)
    .slice(0, 3);
}

/** The words by which names and synonyms may be kept that a text holds. */
export function keyWords(text) {
  const found = new Set();
  for (const word of text.toLowerCase().split(/[\s_.,;:@=/()<>~!?"'-]+/)) {
    const letters = /^([^\d]+?)(?:v|version)?\d/.exec(word)?.[1];
    const [, name, number] = /^([^\d]+)(\d.*)/.exec(word) ?? [];
    const parts = [word, letters, name, number, /^(.*\d\p{L}+)\d+$/u.exec(word)?.[1]];
    for (const each of parts) if (each) found.add(each);
  }
  return [...found];
}

/** The words that our pages have for those that customers use, by what was said. */
export async function synonyms(text) {
  const plain = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_+#.-]+/gu, " ")
    .trim();
  const words = new Set(plain.split(" "));
  const kept = await all([...words].map((word) => rows("names", `s${word}`)));
  return kept
    .filter((row) => ` ${plain} `.includes(` ${row[0]} `))
    .map(([said, ...words]) => ({ said, words }));
}

/** The name of a product whose id is known. */
export async function productName(id) {
  const [name] = await rows("titles", `t${id}`);
  return name ?? id;
}
