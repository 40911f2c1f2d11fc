// The answer above the hits: which of those that the site's builder has worked out fits what was typed.
// Nothing is judged here; the verdict on a pair is looked up by the checker's own script.

import { errorCodes } from "./search-lookup.js";
import { inOrder, isVersioned, leftOver, NO_VERSION, RANGE, VERSION } from "./search-named.js";
import { prepare, rows, versionRows } from "./search-rows.js";
import { plainVersion } from "./search-versions.js";
import { asks, WHICH, wordsOf } from "./search-words.js";

// The states in which customers can have a release.
const INSIDE = "inside"; // among what a row of a release says of it
const SINCE = /\b(?:since|seit|when|wann)\b/i;
// Between two products of which the one is to run on the other.
const ON = /^(?:on|under|inside|using|via|auf|unter)$/i;
// From one to another: nothing that is said of either answers that.
const MOVES = /\b(?:from|von)\b.+\b(?:to|auf|nach|zu)\b/i;
const OTHER =
  /(?:^|\s)(?:to|auf|nach|zu|vs\.?|versus|or|oder|and|und|bis|-+>|>|→)\s+(?:version\s+)?$/i;
const BESIDE = /\d[\s,;/&]+$/;
// A release that is not the newest one, and of which no record says which it is.
const NOT_NEWEST = /^(?:lts[bc]?|esr|next|n(?:ä|ae)chste.?)$/;
const OUT = ["live", "shipped", "superseded", "out of support"];

/**
 * What is to be said, or null: a title with its address and state, the sentence, what stands beside
 * it in short, and more lines. `inside` is whether customers must not be told.
 */
export async function answerFor(query, found) {
  const { staff } = await prepare();
  const answer =
    (await aboutCode(query)) ?? (await aboutProducts(query, found)) ?? (await aboutVersion(found));
  return answer && { ...answer, staff };
}

const sentence = (title, say) => `${title} ${say}.`;

function fromRow([title, url, state, say, support, newest, inside, ...more], said = sentence) {
  const facts = [
    ["Newest", newest],
    ["Support", support],
  ];
  return {
    title,
    url,
    state,
    text: said(title, say),
    facts: facts.filter(([, value]) => value),
    inside: Boolean(inside),
    more,
  };
}

const kept = async (key, said = sentence) => {
  const row = await rows("answers", key);
  return row.length ? fromRow(row, said) : null;
};

/* A code of an error or of an advisory */

async function aboutCode(query) {
  const codes = errorCodes(query);
  const code = codes.find((each) => each.startsWith("cve-")) ?? codes[0];
  const answer = code ? await kept(`c${code}`, (title, say) => `${title}: ${say}.`) : null;
  // A bare number may be a version as well.
  if (answer || !code?.startsWith("cve-") || !/cve/i.test(query)) return answer;
  const cve = code.toUpperCase();
  const text = `No known issue here names ${cve}; that says nothing of whether a product is affected.`;
  return { title: cve, text, facts: [], more: [], unsure: true };
}

/* Products */

async function aboutProducts(query, { named = [], text }) {
  if (!named.length || RANGE.test(text)) return null;
  if (named[0].which) return named[0].which;
  const versioned = named.filter(isVersioned);
  if (named.length > 1 && versioned.length < 2 && (asks("need", query) || WHICH.test(query))) {
    if (unplaced(text, named)) return null;
    return (await import("./search-needed.js")).needed(named, text, kept, judged);
  }
  const together = asks("together", query) || isOn(named, text);
  if (named.length > 1 && !together && MOVES.test(text)) return null;
  const several = versioned.length > 1 || together;
  if (named.length > 1 && several && !unplaced(text, named))
    return judged("pairAnswer", ...inOrder(named));
  if (named.length > 1 || leftOver(text, named).length || isOfAnother(named[0], text)) return null;
  return aboutOne(named[0], query);
}

/** Whether one of two products is asked about on the other: "gitpython 3.2 on python 3.14". */
function isOn(named, text) {
  const [first, second, ...others] = inOrder(named);
  if (!second || others.length) return false;
  const between = wordsOf(text.slice(first.place.to, second.place.from));
  const words = between.filter((word) => !VERSION.test(word));
  return words.length > 0 && words.every((word) => ON.test(word));
}

/** Whether a version stands there of which it cannot be told whose it is. */
function unplaced(text, named) {
  const versions = wordsOf(text).filter((word) => VERSION.test(word));
  return versions.length > named.filter(({ asked }) => asked).length;
}

/** Whether another version is asked about than the one that is understood, if one is. */
function isOfAnother({ name, asked, lineRow, lineWords, code, place }, text) {
  if (code) return false;
  const behind = text.slice(place.to);
  const found = [...behind.matchAll(/(?<![\p{L}\p{N}_.])v?\d[\w.+~^:!-]*/giu)].filter(
    ({ 0: word }) => !NO_VERSION.test(word) && !lineWords?.includes(word.toLowerCase()),
  );
  if (!asked && !lineRow) return found.length > 0;
  const before = (index) => behind.slice(0, index).toLowerCase().replaceAll(name, " ");
  // "3.11 3.12", and not "16.0 16.0.4150", which says more of the same.
  const another = (word) => parseInt(word, 10) === parseInt(asked, 10) && !word.startsWith(asked);
  return found.some(
    ({ 0: word, index }) =>
      index > 0 && (OTHER.test(before(index)) || (BESIDE.test(before(index)) && another(word))),
  );
}

async function aboutOne(product, query) {
  const { lineRow, row, asked, said, title, newestSo } = product;
  if (lineRow?.length) return fromRow(lineRow);
  // Since when "2.45" is out, the first release of it tells; whether it is, the newest one.
  if (newestSo && !(row && SINCE.test(query))) return ofNewestSo(product, query);
  if (row) return withIssues(product, ofRelease(product, row, query), row, query);
  if (asked || said) return null; // the note says what there is of it
  const called = title.toLowerCase();
  if (wordsOf(query).some((word) => NOT_NEWEST.test(word) && !called.includes(word))) return null;
  const answer = await kept(`p${product.id}`);
  return answer && { ...answer, title };
}

function ofRelease(product, [url, , state, version, say, support, inside], query) {
  const title = `${product.title} ${version}`;
  const facts = [
    ["Newest", product.version === version ? "this one" : product.version],
    ["Support", support],
  ];
  const yes = asksWhetherOut(query) && OUT.includes(state) ? "Yes: " : "";
  return {
    title,
    url,
    state,
    text: `${yes}${sentence(title, say)}`,
    facts: facts.filter(([, value]) => value),
    inside: Boolean(inside?.includes(INSIDE)),
    more: [],
  };
}

/** The same with what is known to be wrong with it, where somebody asks whether it is safe. */
async function withIssues({ id }, answer, [, , , version], query) {
  if (!asks("safe", query)) return answer;
  return (await import("./search-issues.js")).withIssues(
    answer,
    await kept(`i${id} ${version}`, (_, say) => `It ${say}.`),
  );
}

const asksWhetherOut = (query) =>
  asks("out", query) && !asks("support", query) && !SINCE.test(query);

/** The newest of the releases that begin with what was typed, where that is no line of its own. */
async function ofNewestSo(product, query) {
  const { id, title, asked, newestSo } = product;
  const row = (await versionRows(plainVersion(newestSo), id)).find(([, , , v]) => v === newestSo);
  const answer = row && (await withIssues(product, ofRelease(product, row, query), row, query));
  const note = ` (The newest of ${title} ${asked} is ${newestSo}.)`;
  return answer ? { ...answer, text: answer.text + note } : null;
}

/** What two products do together, or one needs, in the versions typed or in their newest ones. */
async function judged(how, a, b) {
  try {
    return await (await import("./search-pair.js"))[how](a, b);
  } catch {
    return null;
  }
}

/* A version alone */

async function aboutVersion({ alone, hits, text }) {
  if (!alone || !hits.length) return null;
  const ids = [...new Set(hits.map(({ more }) => more?.[0]).filter(Boolean))];
  if (ids.length !== 1 || hits.length > 1) return several(alone, ids.length);
  const [row] = await versionRows(plainVersion(alone), ids[0]);
  const product = await kept(`p${ids[0]}`);
  if (!row?.[4] || !product) return null;
  return ofRelease({ title: product.title, version: newestOf(product) }, row, text);
}

const newestOf = ({ facts }) => facts.find(([label]) => label === "Newest")?.[1] ?? "";

function several(version, count) {
  if (count < 2) return null;
  const text = `${count} products have a version ${version} here. Which one is it?`;
  return { title: `Version ${version}`, text, facts: [], more: [] };
}
