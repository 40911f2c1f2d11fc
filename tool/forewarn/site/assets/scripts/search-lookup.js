// Exact answers: what was typed is looked up as a version, a hash, a file's name or an error line.
// The rules are those of model/clue.py, model/error_line.py and pages/lookup.py.

import {
  BEFORE_VERSION,
  leftOver,
  NO_VERSION,
  namedOrNearly,
  restFrom,
  VERSION,
} from "./search-named.js";
import { all, fnv1a, rows, versionRows } from "./search-rows.js";
import { isAsking, wordsOf } from "./search-words.js";

export { prepare, productName } from "./search-rows.js";

// Without one of these no text holds a checksum, and what reads them need not be loaded.
const UNSEEN = /[\u200b-\u200f\u2060\ufeff\u00ad]/g;
const LIKE_CHECKSUM =
  /[0-9a-f]{8}|(?:[0-9a-f]{2,}[\s:-]){4}|[\w+/=-]{22}|md5|sha|crc|sm3|r(?:ipe)?md|blake|b[23]/i;
// Such a text is no address and no file's name, and what reads them need not be loaded.
const PLAIN = /^(?:[\p{L}\d ,?!]|\.(?!\p{L}|7z))*$/u;
// What may stand at the end, up to three words of it, and says for what a file is or how it was made.
const LAST_WORDS = [2, 1, 0].map(
  (more) => new RegExp(`[\\s_.-]+\\(?((?:[^\\s_.()-]+[\\s_.-]+){${more}}[^\\s_.()-]+)\\)?$`),
);
const IS_LINE = "line"; // among what a row of a release says of it
const LONGEST_LINE = 3; // words
const PART = 40; // as many products with one version are in one part of them
const PACKAGES =
  /(?:\.pkg\.tar\.\w+|\.(?:rpm|deb|apk))$|-[^-\s]+\.(?:x86_64|aarch64|noarch|i[36]86|armv7hl|ppc64le|s390x|src)$/i;
// A build or a revision behind a version: 7.0.12-159484, 2.6.10p210, 1:8.1.2-1ubuntu2.14.
const COUNTED = /(?<=\d[a-z]?)(?:p\d+[\w.+~-]*|-[pr]?\d[\w.+~-]*|[+~_][\w.+~-]+)$/i;
// A day, and what came before the version itself, are without nothing that is counted.
const WHOLE =
  /^\d{4}-\d\d-\d\d|(?<!\p{L})(?:a|alpha|b|beta|c|rc|pre|preview|dev|m|milestone|snapshot|nightly|canary)(?!\p{L})/iu;
const EPOCH = /^\d+:(?=\d)/;
const PACKAGE_RELEASE = /-[^-\s]*\d[^-\s]*$/;
const ADVISORY = /\b(?:CVE-[0-9]{4}-[0-9]{4,7}|GHSA(?:-[a-z0-9]{4}){3})\b/;
const CODE =
  /\b(?:CVE-[0-9]{4}-[0-9]{4,7}|GHSA(?:-[a-z0-9]{4}){3}|0x[0-9a-f]{3,8}|[A-Z]{1,6}[-_]?[0-9]{3,6}|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b|(?<=(?:[Cc]ode|CODE)[ (:=])[0-9]{3,5}\b|(?<=(?:[Ee]rror|ERROR)[ (:=])[0-9]{3,5}\b|(?<=(?:[Ss]tatus|STATUS|[Ff]ehler)[ (:=])[0-9]{3,5}\b/g;
const CVE = /\bCVE[\s_:\u2010-\u2015-]*([0-9]{4})[\s_:\u2010-\u2015-]*([0-9]{4,7})\b/gi;
const GHSA = /\bGHSA((?:-[a-z0-9]{4}){3})\b/gi;
const BARE_CVE = /^(?:199|20[0-9])[0-9]-[0-9]{4,7}$/;
const NAME = /(?<![\p{L}\p{N}_.-])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\p{L}\p{N}_-])/gu;

export function plainVersion(version) {
  return version
    .toLowerCase()
    .replace(/v(?=[0-9])/, "")
    .replace(/(?:\.0+)+$/, "");
}

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

/** The versions that a text may begin with: all of it, less and less of its end, its first word. */
export function versions(text, packaged = false) {
  const found = [];
  const first = text.split(/[\s,;()]/)[0].replace(/[.:]+$/, "");
  for (let rest = text; rest; ) {
    found.push(rest);
    const ends = LAST_WORDS.map((pattern) => pattern.exec(rest)).filter(Boolean);
    const end = ends.find((match) => NO_VERSION.test(match[1]));
    const counted = !end && packaged && PACKAGE_RELEASE.exec(rest);
    if (counted) found.push(rest.slice(0, counted.index));
    if (!end) break;
    rest = rest.slice(0, end.index);
  }
  return [...new Set([...found, first])].filter((version) => VERSION.test(version));
}

const hit =
  (why) =>
  ([url, title, state, key, ...more]) => ({ url, title, state, why, key, more });

const checksums = () => import("./search-checksums.js");

/** The first checksum in a text, or null. */
async function checksumIn(text) {
  if (!LIKE_CHECKSUM.test(text.replace(UNSEEN, ""))) return null;
  return (await checksums()).readChecksum(text);
}

async function byHash(checksum) {
  const { sha256Of } = await checksums();
  const sha = sha256Of(checksum);
  if (!sha || sha.length < 8) return [];
  const kept = await rows("keys", `h${sha.slice(0, 8)}`);
  return kept
    .filter((row) => row[3].startsWith(sha))
    .map(hit(sha.length === 64 ? "sha256" : "beginning of the sha256"));
}

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

/** What a checksum means. It decides: the name that stands beside it proves nothing. */
async function bySum(checksum) {
  const hits = await byHash(checksum);
  const problem = (await checksums()).whyNot(checksum);
  const why = hits.length
    ? null
    : problem
      ? `It cannot be told by this hash: ${problem}.`
      : "No record has this sha256.";
  const name = checksum.name
    ? ` It stands beside the name ${checksum.name}, which proves nothing.`
    : "";
  return { hits, note: why && { text: why + name }, products: [], only: true };
}

/** A line of releases as it is looked up. */
export const lineKey = (line) =>
  line
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_.]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .replace(/v(?=\d)/, "");

/** What a version stands for that is not written so anywhere; nothing where it cannot be told. */
async function standsFor(product, version) {
  try {
    const { lineOf } = await import("./search-line.js");
    return await lineOf(product.id, version);
  } catch {
    return {};
  }
}

/** Every product that has a version, however many there are. */
async function byVersionAlone(text) {
  const version = versionAlone(text);
  if (!version) return { hits: [], note: null };
  const kept = [];
  for (let part = 0; part * PART === kept.length; part += 1) {
    kept.push(...(await versionRows(plainVersion(version), undefined, part)));
    if (!kept.length) break;
  }
  const hits = best(kept, [version], true).map(hit("version"));
  const note = hits.length
    ? null
    : { text: `No product has a version ${version} here. Whether there is one, is not known.` };
  return { hits, note, alone: version };
}

/** The only version in a text that asks for nothing else, or null: "is 2.7 out?" */
function versionAlone(text) {
  const plain = text.replace(BEFORE_VERSION, "");
  if (VERSION.test(plain)) return plain;
  const words = wordsOf(text);
  const asking = isAsking(words);
  const rest = words.filter((word) => !asking(word));
  return rest.length === 1 && VERSION.test(rest[0]) ? rest[0] : null;
}

async function byVersion(text, products, files) {
  if (!products.length) return byVersionAlone(text);
  const match = files?.FILE.exec(text);
  let stem = match?.[1] ?? text;
  if (match?.[2].toLowerCase() === ".whl") stem = stem.split("-").slice(0, 2).join("-");
  const hits = [];
  let note = null;
  for (const product of products) {
    const found = await ofProduct(product, stem, PACKAGES.test(text), products.length);
    hits.push(...found.hits);
    note ??= found.note;
  }
  return { hits, note };
}

/** What a text means of one product that it names: a line of releases, a release, or neither. */
async function ofProduct(product, stem, packaged, named) {
  const wanted = wantedOf(product, stem, packaged, named);
  product.said = wanted.length > 0;
  if (!wanted.length && product.line) wanted.push(product.line);
  const kept = await all(wanted.map((v) => versionRows(plainVersion(v), product.id)));
  for (const row of kept) row[1] ||= `${product.title} ${row[3]}`;
  const [version] = wanted.slice(-1);
  const written = kept.some((row) =>
    wanted.some((v) => row[3].toLowerCase() === v.toLowerCase().replace(/^v(?=\d)/, "")),
  );
  product.asked = version;
  product.row = best(kept, wanted)[0];
  // What is written exactly so and is the beginning of no line is a release.
  const exact = written && !product.row?.[6]?.includes(IS_LINE);
  product.lineRow = exact ? null : await lineRow(product, wanted);
  const found = best(kept, wanted).map(hit("version"));
  if (product.lineRow) {
    product.met = true;
    return { hits: [lineHit(product.lineRow), ...(written ? found : [])] };
  }
  const line = version && !written ? await standsFor(product, version) : {};
  product.newestSo = line.newest;
  product.met = Boolean(line.hit || found.length);
  const near = product.met ? [] : await withoutBuild(product, wanted);
  product.met ||= near.length > 0;
  if (near.length) return { hits: near, note: null };
  return {
    hits: line.hit ? [line.hit] : found,
    note: !product.met && version && !product.doubtful ? { ...line, version, product } : null,
  };
}

/**
 * What a version resembles that has something counted behind it: a package's revision may be another
 * release than the one without.
 */
async function withoutBuild(product, wanted) {
  const plain = wanted
    .filter((version) => !WHOLE.test(version))
    .map((version) => version.replace(EPOCH, "").replace(COUNTED, ""));
  const others = plain.filter((version) => !wanted.includes(version));
  const kept = await all(others.map((v) => versionRows(plainVersion(v), product.id)));
  for (const row of kept) row[1] ||= `${product.title} ${row[3]}`;
  return best(kept, others)
    .map(hit("version, without what is counted behind it"))
    .map((each) => ({ ...each, near: true }));
}

const lineHit = ([title, url, state]) => ({ url, title, state, why: "line of releases" });

/** The answer about a line of releases that words mean: "13 pro max", "11 23h2", "stable". */
async function lineRow(product, wanted) {
  const words = wordsOf(product.rest).slice(0, LONGEST_LINE);
  const said = words.map((_, at) => words.slice(0, words.length - at).join("-"));
  const found = await Promise.all(
    [...said, ...wanted].map((line) => rows("answers", `t${product.id} ${lineKey(line)}`)),
  );
  const at = found.findIndex((row) => row.length);
  if (at >= 0 && at < said.length) {
    product.said = true;
    product.lineWords = words.slice(0, words.length - at);
  }
  return found[at] ?? null;
}

/** The versions that may be meant of a product: behind its name, else the one that stands before. */
function wantedOf(product, stem, packaged, named) {
  // Visual Studio 2022 is called so, and its versions begin with 17.
  if (product.code && !stem.slice(product.place.to, product.code.from).trim()) {
    const behindIt = versions(stem.slice(product.code.to).replace(BEFORE_VERSION, ""), packaged);
    return behindIt.length ? behindIt : [product.line];
  }
  const rest = product.place.to < stem.length ? restFrom(stem, product.place) : product.rest;
  const found = versions(rest, packaged);
  if (found.length || named > 1) return found;
  const words = wordsOf(stem.slice(0, product.place.from));
  const before = words.filter((word) => VERSION.test(word));
  // What stands behind a name that nobody knows here is that one's: "Apache/2.4.57 (Debian)".
  product.doubtful = !isAsking(words)(words[words.indexOf(before[0]) - 1] ?? "of");
  return before.length === 1 ? before : [];
}

/** As it is written before what merely equals it, and the whole of it before a part. */
function best(kept, wanted, whole = false) {
  for (const version of wanted) {
    const plain = version.replace(/^v(?=\d)/i, "").toLowerCase();
    const equal = kept.filter((row) => plainVersion(row[3]) === plainVersion(plain));
    const exact = equal.filter((row) => row[3].toLowerCase() === plain);
    if (equal.length) return exact.length && !whole ? exact : equal;
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

/** The checksum that an address brings along, as package managers write it. */
const digestIn = (url) =>
  /[#?&](?:checksum=)?(sha\d+[-=:][^&]+|md5[-=:][^&]+)$/i.exec(url.href)?.[1].replace("=", ":") ??
  "";

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

/**
 * The pages that a text means exactly, the products that it names, and what is to be said of a
 * version that there is not.
 */
export async function lookUp(query) {
  const files = PLAIN.test(query) ? null : await import("./search-names.js");
  const url = files?.asUrl(query);
  const sum = await checksumIn(url ? digestIn(url) : query.trim());
  if (sum && (sum.told || sum.problem || sum.name || sum.digits.length >= 32)) return bySum(sum);
  const name = url ? files.fileName(url) : "";
  const names = files ? files.namesOf(name || query) : [query.trim().toLowerCase()];
  const isFile = url || names.some((each) => files?.FILE.test(each));
  const typed = (isFile && names.at(-1)) || query.trim();
  const byContent = async () => [...(sum ? await byHash(sum) : []), ...(await byName(names, url))];
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
    note: !mended && hits.every(({ why }) => why === "product") ? version.note : null,
    alone: version.alone,
    products: products.map((p) => p.id),
  };
}
