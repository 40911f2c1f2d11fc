// The answer above the hits: which of those that the site's builder has worked out fits what was typed.
// Nothing is judged here; the verdict on a pair is looked up by the checker's own script.

import { errorCodes, plainVersion } from "./search-lookup.js";
import { leftOver, VERSION } from "./search-named.js";
import { prepare, rows, versionRows } from "./search-rows.js";
import { asks, wordsOf } from "./search-words.js";

const CVE = /\bCVE-\d{4}-\d{4,7}\b/i;
// The states in which customers can have a release.
const INSIDE = "inside"; // among what a row of a release says of it
const WHICH = /\b(?:which|what|welche[mnrs]?)\b/i;
const OUT = ["live", "shipped", "superseded", "out of support"];

/**
 * What is to be said, or null: a title with its address and state, the sentence, what stands beside
 * it in short, and more lines. `inside` is whether customers must not be told.
 */
export async function answerFor(query, found) {
  const { staff } = await prepare();
  const answer = await (aboutCode(query) ?? aboutProducts(query, found) ?? aboutVersion(found));
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

function aboutCode(query) {
  const cve = CVE.exec(query)?.[0].toUpperCase();
  const [code] = cve ? [cve.toLowerCase()] : errorCodes(query);
  if (!code) return null;
  const text = `No known issue here names ${cve}; that says nothing of whether a product is affected.`;
  const unknown = { title: cve, text, facts: [], more: [], unsure: true };
  return kept(`c${code}`, (title, say) => `${title}: ${say}.`).then(
    (answer) => answer ?? (cve ? unknown : null),
  );
}

/* Products */

function aboutProducts(query, { named = [], text }) {
  if (!named.length) return null;
  const versioned = named.filter(isVersioned);
  if (named.length > 1 && (asks("need", query) || (!versioned.length && WHICH.test(query)))) {
    return needed(named, query);
  }
  const several = versioned.length > 1 || asks("together", query);
  if (named.length > 1 && several && !unplaced(text, named)) return pair(named);
  if (named.length > 1 || leftOver(text, named).length) return null;
  return aboutOne(named[0], query);
}

const isVersioned = ({ row, lineRow, asked }) => row || lineRow || asked;

/** Whether a version stands there of which it cannot be told whose it is. */
function unplaced(text, named) {
  const versions = wordsOf(text).filter((word) => VERSION.test(word));
  return versions.length > named.filter(({ asked }) => asked).length;
}

async function aboutOne(product, query) {
  const { lineRow, row, asked, said, title } = product;
  if (lineRow?.length) return fromRow(lineRow);
  if (row) return ofRelease(product, row, query);
  if (asked || said) return null; // the note says what there is of it
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

const asksWhetherOut = (query) => asks("out", query) && !asks("support", query);

/** "Which python do I need for forewarn": by what its newest release states of the other. */
async function needed(named, query) {
  const said = await Promise.all(
    named
      .flatMap((a) => named.map((b) => [a, b]))
      .filter(([a, b]) => a !== b)
      .map(async ([a, b]) => ({ a, answer: await kept(`n${a.id} ${b.id}`) })),
  );
  const fitting = said.filter(({ answer }) => answer);
  const last = Math.max(...fitting.map(({ a }) => a.place.from));
  const first = Math.min(...fitting.map(({ a }) => a.place.from));
  // "for forewarn", else "does forewarn need": what is asked about stands last, or first.
  const at = /\b(?:for|für)\b/i.test(query) ? last : first;
  return fitting.find(({ a }) => a.place.from === at)?.answer ?? null;
}

/** What two products do together, in the versions that were typed or in their newest ones. */
async function pair(named) {
  const [a, b] = [...named].sort((one, other) => one.place.from - other.place.from);
  try {
    const { pairAnswer } = await import("./search-pair.js");
    return await pairAnswer(a, b);
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
