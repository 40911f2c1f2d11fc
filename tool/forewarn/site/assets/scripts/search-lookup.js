// Exact answers: what was typed is looked up as a version, a hash, a file's name or an error line.
// The rules are those of model/error_line.py and pages/search/lookup.py.

import { leftOver, namedOrNearly, RANGE } from "./search-named.js";
import { all, fnv1a, hit, rows, UNSEEN } from "./search-rows.js";

export { prepare, productName } from "./search-rows.js";

// Without one of these no text holds a checksum, and what reads them need not be loaded.
const LIKE_CHECKSUM =
  /[0-9a-f]{8}|(?:[0-9a-f]{2,}[\s:-]){4}|[\w+/=-]{22}|md5|sha|crc|sm3|r(?:ipe)?md|blake|b[23]/i;
// Such a text is no address and no file's name, and what reads them need not be loaded.
const PLAIN = /^(?:[\p{L}\d ,?!]|\.(?!\p{L}|7z))*$/u;
// Without one no text has a version, and if it names no product either, neither is what reads those.
const DIGIT = /\d/;
const SEVERAL = new RegExp(`${RANGE.source}|\\d,\\d`, "u");
const ADVISORY = /\b(?:CVE-[0-9]{4}-[0-9]{4,7}|GHSA(?:-[a-z0-9]{4}){3})\b/;
const CODE =
  /\b(?:CVE-[0-9]{4}-[0-9]{4,7}|GHSA(?:-[a-z0-9]{4}){3}|0x[0-9a-f]{3,8}|[A-Z]{1,6}[-_]?[0-9]{3,6}|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b|(?<=(?:[Cc]ode|CODE)[ (:=])[0-9]{3,5}\b|(?<=(?:[Ee]rror|ERROR)[ (:=])[0-9]{3,5}\b|(?<=(?:[Ss]tatus|STATUS|[Ff]ehler)[ (:=])[0-9]{3,5}\b/g;
const CVE = /\bCVE[\s_:\u2010-\u2015-]*([0-9]{4})[\s_:\u2010-\u2015-]*([0-9]{4,7})\b/gi;
const GHSA = /\bGHSA((?:-[a-z0-9]{4}){3})\b/gi;
const BARE_CVE = /^(?:199|20[0-9])[0-9]-[0-9]{4,7}$/;
const NAME = /(?<![\p{L}\p{N}_.-])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\p{L}\p{N}_-])/gu;

export function skeleton(line) {
  return line
    .slice(0, 300)
    .toLowerCase()
    .replace(/(?<![\p{L}\p{N}_])(["'`])(.*?)\1(?![\p{L}\p{N}_])/gu, " ")
    .replace(/\S*[/\\]\S*/g, " ")
    .replace(/[0-9]+/g, "#")
    .replace(/[^\p{L}\p{N}_#]+/gu, " ")
    .trim();
}

export function lineKeys(line) {
  const keys = [];
  for (let rest = line.trim(); rest; ) {
    const key = skeleton(rest);
    if (key.length >= 6 && !key.startsWith("#") && !ADVISORY.test(spelled(rest))) keys.push(key);
    const colon = rest.indexOf(": ");
    rest = colon < 0 ? "" : rest.slice(colon + 2).trim();
  }
  return keys;
}

/** A text with its advisories written as they are published. */
const spelled = (text) =>
  text.replace(CVE, "CVE-$1-$2").replace(GHSA, (_, rest) => `GHSA${rest.toLowerCase()}`);

export function errorCodes(text) {
  const whole = text.trim();
  const found = [...spelled(text).matchAll(CODE)].map((match) => match[0].toLowerCase());
  if (BARE_CVE.test(whole)) found.unshift(`cve-${whole}`);
  return /^[0-9]{3,5}$/.test(whole) ? [whole, ...found] : found;
}

/** The names of options, functions and the like that a text has: client_max_fields. */
export const codeNames = (text) => [...text.matchAll(NAME)].map((match) => match[0]);

/** What has a name; a file at another address than the recorded one only resembles it. */
async function byName(names, url) {
  const place = url && String(fnv1a(`${url.host}${url.pathname}`));
  for (const name of names) {
    const kept = name.includes(".") ? await rows("keys", `f${name}`) : [];
    const there = kept
      .filter((row) => !url || row[4] === place)
      .map(hit(url ? "address" : "file name"));
    if (there.length) return there;
    const near = kept.map(hit("file name, at an address that is not recorded"));
    if (near.length) return near.map((each) => ({ ...each, near: true }));
  }
  return [];
}

async function byError(text) {
  const typed = new Set(text.toLowerCase().split(/[^\p{L}\p{N}_]+/u));
  const shared = (row) => row[3].split(/[^\p{L}\p{N}_]+/u).filter((word) => typed.has(word)).length;
  const found = (keys) => all([...new Set(keys)].map((key) => rows("keys", `c${key}`)));
  const codes = (await found(errorCodes(text))).map(hit("error code"));
  codes.push(...(await found(codeNames(text))).map(hit("name in code")));
  for (const key of lineKeys(text)) {
    const kept = (await rows("keys", `e${key}`)).map((row) => [shared(row), row]);
    const most = Math.max(...kept.map(([count]) => count));
    const lines = kept.filter(([count]) => count === most).map(([, row]) => row);
    if (lines.length) return [...lines.map(hit("error line")), ...codes];
  }
  return codes;
}

/**
 * The pages of products of which nothing is asked but what they are called, or nothing is known; of
 * two, the page of what they state of each other.
 */
async function ofNames(products, text) {
  if (leftOver(text, products).length) return [];
  const pair = await ofPair(products);
  if (pair.length) return pair;
  return products
    .filter(({ said, met }) => !(said && met))
    .map(({ url, title }) => ({ url, title, state: "", why: "product" }));
}

/** The page of what two products state of each other. */
async function ofPair(products) {
  if (products.length !== 2) return [];
  const [a, b] = products;
  const [one, other] = await Promise.all([
    rows("answers", `n${a.id} ${b.id}`),
    rows("answers", `n${b.id} ${a.id}`),
  ]);
  const url = one[1] ?? other[1];
  return url ? [{ url, title: `${a.title} and ${b.title}`, state: "", why: "compatibility" }] : [];
}

const versions = () => import("./search-versions.js");

/** The releases that a text means; what finds them is loaded where there may be any. */
async function byVersion(text, products, files) {
  if (!products.length && !DIGIT.test(text)) return { hits: [], note: null };
  return (await versions()).byVersion(text, products, files);
}

/**
 * The pages that a text means exactly, the products that it names, and what is to be said of a
 * version that there is not.
 */
export async function lookUp(query) {
  const files = PLAIN.test(query) ? null : await import("./search-names.js");
  if (DIGIT.test(query)) versions().catch(() => {}); // meanwhile; who needs it asks again
  const url = files?.asUrl(query);
  const holding = url ? files.digestIn(url) : query.trim();
  const checksums = LIKE_CHECKSUM.test(holding.replace(UNSEEN, ""))
    ? await import("./search-checksums.js")
    : null;
  const sum = checksums?.readChecksum(holding);
  if (sum && (sum.told || sum.problem || sum.name || sum.digits.length >= 32)) {
    return checksums.bySum(sum);
  }
  const name = url ? files.fileName(url) : "";
  const names = files ? files.namesOf(name || query) : [query.trim().toLowerCase()];
  const isFile = url || names.some((each) => files?.FILE.test(each));
  const typed = (isFile && names.at(-1)) || query.trim();
  const byContent = async () => [
    ...(sum ? await checksums.byHash(sum) : []),
    ...(await byName(names, url)),
  ];
  const others = Promise.all([byContent(), byError(query.trim())]);
  const { products, text, mended } = await namedOrNearly(typed);
  const version = await byVersion(text, products, files);
  const [content, errors] = await others;
  const seen = new Set();
  // The version in the name of such a file proves nothing either.
  const exact = content.some((each) => each.near) ? [] : version.hits;
  const called = await ofNames(products, text);
  const pages = products.length > 1 ? [...exact, ...called] : [...called, ...exact];
  const hits = [...content, ...pages, ...errors].filter(
    (each) => !seen.has(each.url) && seen.add(each.url),
  );
  return {
    hits,
    text,
    named: products,
    codes: errorCodes(query),
    // A version that is not known speaks against the slip of the keys: OpenSSH is not OpenSSL.
    // Nor are several versions denied as one.
    note:
      !mended && !SEVERAL.test(query) && hits.every(({ why }) => why === "product")
        ? version.note
        : null,
    alone: version.alone,
    products: products.map((p) => p.id),
  };
}
