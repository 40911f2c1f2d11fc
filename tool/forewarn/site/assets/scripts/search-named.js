// Which products a text names, by the rules of model/named.py, and what else it says.

import { all, keyWords, meant, rows } from "./search-rows.js";
import { isAsking, wordsOf } from "./search-words.js";

export const BEFORE_VERSION = /^[\s@._/=:-]*(?:version[\s_:-]*)?/i;
const SYSTEM =
  "windows|win|macos|mac[\\s_-]?os[\\s_-]?x?|mac|os[\\s_-]?x|darwin|linux|ubuntu|debian|fedora|fc|rhel|el|centos|android|ios|freebsd";
const ARCH =
  "x64|amd64|x86(?:[_-]64)?|arm64|aarch64|i[3-6]86|armv7|armhf|universal2?|(?:32|64)[\\s_-]?bit";
export const NO_VERSION = new RegExp(
  `^(?:for|all|any|noarch|setup|install(?:er)?|portable|bin|src|source|(?:${ARCH})|(?:${SYSTEM})[\\s_-]?\\d*(?:[\\s_-](?:${ARCH}))?)$`,
  "i",
);
export const VERSION = /^v?\d[\w.+~^:!-]*$/i;
/** Several versions in one: >=3.9, 8.1 - 8.3, 18..22. What is said of one is no answer to that. */
export const RANGE =
  /(?<![=-])[<>≤≥]=?\s*v?\d|(?<![\p{N}.])[~^]=?\s?v?\d|\d\.{2,}v?\d|\d\s+[-–—]\s*v?\d|\d[–—]v?\d/u;
const SHORT = "short"; // what a product is called before a version alone
const COMMA = /(?<=\d),(?=\d)/g;
const GOING = /\b(?:go|goes|reach|reaches)\s+(?=(?:eol|eos|end|out|unsupported)\b)/gi;

/**
 * Where a text names a product first, outside of what is taken; null where it does not. Only where
 * something ends may a name stand right behind a letter.
 */
function placeIn(name, text, taken = [], ends = []) {
  const words = name.split(/[\s_.-]+/).filter(Boolean);
  if (!words.length || !text.toLowerCase().includes(words[0])) return null;
  const end = /\d$/.test(name) ? "(?!\\d)" : "";
  const spelled =
    words.map((word) => word.replace(/[^\p{L}\p{N}_]/gu, "\\$&")).join("[\\s_.-]*") + end;
  const alone = `(?<![${ends.length ? "" : "\\p{L}"}\\p{N}])`;
  const pattern = `${alone}${spelled}(?!\\p{L})|${alone}${spelled}(?=v\\d|version)`;
  for (const match of text.matchAll(new RegExp(pattern, "giu"))) {
    const [from, to] = [match.index, match.index + match[0].length];
    if (/\p{L}/u.test(text[from - 1] ?? "") && !ends.includes(from)) continue;
    if (!taken.some((other) => other.from <= from && to <= other.to)) return { from, to };
  }
  return null;
}

/** What stands behind a place, without the words that only lead to a version. */
export const restFrom = (text, { to }) => text.slice(to).replace(BEFORE_VERSION, "");

/** What stands behind a product's name in a text, or null where the text does not name it. */
export function behind(name, text) {
  const place = placeIn(name, text);
  return place && restFrom(text, place);
}

/** The products that a text names, each with where it does, and what stands behind. */
async function named(text) {
  const kept = await all(keyWords(text).map((word) => rows("names", `p${word}`)));
  const found = [];
  const lines = [];
  const shorts = [];
  const [NAME, LINE] = [0, 6];
  // The longest name first: "Recorder Pro 2.7" is no version of Recorder. Then lines.
  kept.sort(
    (a, b) =>
      !!a[LINE] - !!b[LINE] || b[NAME].length - a[NAME].length || (a[NAME] < b[NAME] ? -1 : 1),
  );
  for (const row of kept) {
    const [name, id, title, url, newest, version, line, beside] = row;
    // A line is called by a name that several may have, but by no part of a longer one.
    const longer = lines.filter((other) => line && other.name.length > name.length);
    const place = placeIn(
      name,
      text,
      [...found, ...longer].map((other) => other.place),
      // "sqlserver2019" is that line.
      line ? [...found, ...shorts].flatMap((other) => (other.id === id ? other.place.to : [])) : [],
    );
    if (!place || (!line && found.some((other) => other.id === id))) continue;
    const rest = restFrom(text, place);
    const one = { name, id, title, url, newest, version, line, beside, place, rest };
    (beside === SHORT ? shorts : line ? lines : found).push(one);
  }
  const whole = withLines(notInPassing(found, text), lines);
  if (whole.length || !shorts.length) return whole;
  return withLines((await import("./search-short.js")).meant(shorts, text), lines);
}

/** Without those that are words of a question as well ("the next release"), where others are named. */
function notInPassing(found, text) {
  const asking = isAsking(wordsOf(text));
  const meant = found.filter(({ name }) => !asking(name));
  return meant.length ? meant : found;
}

/** A code name is often a word of every day: beside the name of a product it is only that one's. */
function withLines(found, lines) {
  for (const product of found) {
    const code = lines.find((one) => one.id === product.id);
    product.line = code?.line;
    product.code = code?.place;
  }
  if (found.length) return found;
  const once = lines.filter((one, at) => lines.findIndex(({ id }) => id === one.id) === at);
  return once.filter(({ name, beside }) => !beside && !/^\d/.test(name));
}

/** The products that a text names, or names with a slip of the keys; and the text without slips. */
export async function namedOrNearly(typed) {
  // ".net" is spoken, and filed, with its dot; 2,7 is 2.7 where a comma parts decimals.
  const plain = typed.replace(/(?<!\S)\.(?=\p{L})/gu, "dot").replace(COMMA, ".");
  const text = await joined(plain.replace(GOING, ""));
  const products = await named(text);
  // Whether a short name means that product, only a version that it has tells.
  if (products.length) return { products, text, mended: products[0].beside === SHORT };
  const corrected = await Promise.all(
    keyWords(text).map(async (word) => [word, (await meant(word))[0]]),
  );
  const mended = corrected.reduce(
    (all_, [word, other]) => (other ? all_.toLowerCase().replace(word, other) : all_),
    text,
  );
  return {
    products: mended === text ? [] : await named(mended),
    text: mended,
    mended: mended !== text,
  };
}

/** A text with names that are one word and were typed as two: "libre office". */
async function joined(text) {
  const pairs = [...text.matchAll(/(?<![\p{L}\p{N}])(?=(\p{L}{2,}) (\p{L}{2,})(?!\p{L}))/gu)];
  const whole = await Promise.all(
    pairs.map(async ([, one, other]) => {
      const name = `${one}${other}`.toLowerCase();
      return (await rows("names", `p${name}`)).some(([called]) => called === name);
    }),
  );
  return pairs
    .filter((_, at) => whole[at])
    .reduce((all_, [, one, other]) => all_.replace(`${one} ${other}`, one + other), text);
}

/** Whether a version of a product was named, or a line of it. */
export const isVersioned = ({ row, lineRow, asked }) => row || lineRow || asked;

/** The products as they were typed, one after the other. */
export const inOrder = (products) => [...products].sort((a, b) => a.place.from - b.place.from);

/** The words of a text that neither name a product or its version nor only make a question. */
export function leftOver(text, products) {
  let rest = text;
  for (const { from, to } of products.flatMap(({ place, code }) => [place, code ?? place])) {
    rest = rest.slice(0, from) + " ".repeat(to - from) + rest.slice(to);
  }
  const words = wordsOf(rest);
  const asking = isAsking(wordsOf(text));
  // The maker's name before a line of its product is no other matter: "samsung galaxy s10".
  const codes = new Set(
    products.flatMap(({ lineWords, title }) => [...(lineWords ?? []), ...wordsOf(title)]),
  );
  return words.filter(
    (word) => !asking(word) && !VERSION.test(word) && !NO_VERSION.test(word) && !codes.has(word),
  );
}
