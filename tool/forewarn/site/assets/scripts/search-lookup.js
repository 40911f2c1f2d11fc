// Exact answers: what was typed is looked up as a version, a hash, a file's name or an error line.
// The rules are those of model/clue.py, model/error_line.py and pages/lookup.py.

import { loadJson } from "./dom.js";
import { asUrl, FILE, fileName, namesOf } from "./search-names.js";

// Without one of these no text holds a checksum, and what reads them need not be loaded.
const UNSEEN = /[\u200b-\u200f\u2060\ufeff\u00ad]/g;
const LIKE_CHECKSUM =
  /[0-9a-f]{8}|(?:[0-9a-f]{2,}[\s:-]){4}|[\w+/=-]{22}|md5|sha|crc|sm3|r(?:ipe)?md|blake|b[23]/i;
const BEFORE_VERSION = /^[\s@._/=-]*(?:version[\s_-]*)?/i;
// What may stand at the end, up to three words of it, and says for what a file is or how it was made.
const LAST_WORDS = [2, 1, 0].map(
  (more) => new RegExp(`[\\s_.-]+\\(?((?:[^\\s_.()-]+[\\s_.-]+){${more}}[^\\s_.()-]+)\\)?$`),
);
const SYSTEM =
  "windows|win|macos|mac[\\s_-]?os[\\s_-]?x?|mac|os[\\s_-]?x|darwin|linux|ubuntu|debian|fedora|fc|rhel|el|centos|android|ios|freebsd";
const ARCH =
  "x64|amd64|x86(?:[_-]64)?|arm64|aarch64|i[3-6]86|armv7|armhf|universal2?|(?:32|64)[\\s_-]?bit";
const NO_VERSION = new RegExp(
  `^(?:for|all|any|noarch|setup|install(?:er)?|portable|bin|src|source|(?:${ARCH})|(?:${SYSTEM})[\\s_-]?\\d*(?:[\\s_-](?:${ARCH}))?)$`,
  "i",
);
const PACKAGES =
  /(?:\.pkg\.tar\.\w+|\.(?:rpm|deb|apk))$|-[^-\s]+\.(?:x86_64|aarch64|noarch|i[36]86|armv7hl|ppc64le|s390x|src)$/i;
const PACKAGE_RELEASE = /-[^-\s]*\d[^-\s]*$/;
const VERSION = /^v?\d[\w.+~^:!-]*$/i;
const CODE =
  /\b(?:CVE-[0-9]{4}-[0-9]{4,7}|GHSA(?:-[a-z0-9]{4}){3}|0x[0-9a-f]{3,8}|[A-Z]{1,6}[-_]?[0-9]{3,6}|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b|(?<=code )[0-9]{3,5}\b|(?<=error )[0-9]{3,5}\b|(?<=status )[0-9]{3,5}\b/g;

export function fnv1a(text) {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}

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
    if (key.length >= 6 && !key.startsWith("#")) keys.push(key);
    const colon = rest.indexOf(": ");
    rest = colon < 0 ? "" : rest.slice(colon + 2).trim();
  }
  return keys;
}

export function errorCodes(text) {
  const whole = text.trim();
  const found = [...text.matchAll(CODE)].map((match) => match[0].toLowerCase());
  return /^[0-9]{3,5}$/.test(whole) ? [whole, ...found] : found;
}

/** What stands behind a product's name in a text, or null where the text does not name it. */
export function behind(name, text) {
  const words = name.split(/[\s_.-]+/).filter(Boolean);
  if (!words.length || !text.toLowerCase().includes(words[0])) return null;
  const spelled = words.map((word) => word.replace(/[^\p{L}\p{N}_]/gu, "\\$&")).join("[\\s_.-]*");
  const alone = "(?<![\\p{L}\\p{N}])";
  const pattern = `${alone}${spelled}(?!\\p{L})|${alone}${spelled}(?=v\\d|version)`;
  const match = new RegExp(pattern, "iu").exec(text);
  return match && text.slice(match.index + match[0].length).replace(BEFORE_VERSION, "");
}

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

/** A file of the lookup; what cannot be loaded has nothing. */
const get = (name) => loadJson(`api/v1/lookup/${name}`).catch(() => ({}));

export const prepare = () => get("index.json");

async function rows(family, key) {
  const count = (await get("index.json"))[family];
  if (!count) return [];
  return (await get(`${family}-${fnv1a(key) % count}.json`))[key] ?? [];
}

const all = async (promises) => (await Promise.all(promises)).flat();

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
function keyWords(text) {
  const found = new Set();
  for (const word of text.toLowerCase().split(/[\s_.,;:@=/()<>~!?"'-]+/)) {
    const letters = /^([^\d]+?)(?:v|version)?\d/.exec(word)?.[1];
    for (const each of [word, letters, /^([^\d]+)\d/.exec(word)?.[1]]) if (each) found.add(each);
  }
  return [...found];
}

async function named(text) {
  const kept = await all(keyWords(text).map((word) => rows("names", `p${word}`)));
  const found = [];
  for (const row of kept.sort((a, b) => b[0].length - a[0].length || (a[0] < b[0] ? -1 : 1))) {
    const rest = behind(row[0], text);
    // The longest name first: "Recorder Pro 2.7" is no version of Recorder.
    const within = found.some((other) => other.name.includes(row[0]) && other.rest === rest);
    if (rest === null || within || found.some((other) => other.id === row[1])) continue;
    found.push({
      name: row[0],
      id: row[1],
      title: row[2],
      url: row[3],
      newest: row[4],
      version: row[5],
      rest,
    });
  }
  return found;
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
  const kept = await all(keyWords(id).map((word) => rows("names", `p${word}`)));
  return kept.find((row) => row[1] === id)?.[2] ?? id;
}

const hit =
  (why) =>
  ([url, title, state]) => ({ url, title, state, why });

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

/** What a version stands for that is not written so anywhere; nothing where it cannot be told. */
async function standsFor(product, version) {
  try {
    const { lineOf } = await import("./search-line.js");
    return await lineOf(product.id, version);
  } catch {
    return {};
  }
}

async function byVersion(text, products) {
  if (!products.length) {
    const version = text.replace(BEFORE_VERSION, "");
    if (!VERSION.test(version)) return { hits: [], note: null };
    return { hits: best(await rows("keys", `v${plainVersion(version)}`), [version]), note: null };
  }
  const match = FILE.exec(text);
  let stem = match?.[1] ?? text;
  if (match?.[2].toLowerCase() === ".whl") stem = stem.split("-").slice(0, 2).join("-");
  const hits = [];
  let note = null;
  for (const product of products) {
    const wanted = versions(behind(product.name, stem) ?? product.rest, PACKAGES.test(text));
    const kept = await all(wanted.map((v) => rows("keys", `v${product.id} ${plainVersion(v)}`)));
    const [version] = wanted.slice(-1);
    const written = kept.some((row) =>
      wanted.some((v) => row[3].toLowerCase() === v.toLowerCase().replace(/^v(?=\d)/, "")),
    );
    const line = version && !written ? await standsFor(product, version) : {};
    hits.push(...(line.hit ? [line.hit] : best(kept, wanted)));
    if (!kept.length && version && !line.hit && !note) note = { ...line, version, product };
  }
  return { hits, note };
}

/** As it is written before what merely equals it, and the whole of it before a part. */
function best(kept, wanted) {
  for (const version of wanted) {
    const plain = version.replace(/^v(?=\d)/i, "").toLowerCase();
    const equal = kept.filter((row) => plainVersion(row[3]) === plainVersion(plain));
    const exact = equal.filter((row) => row[3].toLowerCase() === plain);
    if (equal.length) return (exact.length ? exact : equal).map(hit("version"));
  }
  return [];
}

async function byError(text) {
  const typed = new Set(text.toLowerCase().split(/[^\p{L}\p{N}_]+/u));
  const shared = (row) => row[3].split(/[^\p{L}\p{N}_]+/u).filter((word) => typed.has(word)).length;
  const codes = await all(errorCodes(text).map((code) => rows("keys", `c${code}`)));
  for (const key of lineKeys(text)) {
    const kept = (await rows("keys", `e${key}`)).map((row) => [shared(row), row]);
    const most = Math.max(...kept.map(([count]) => count));
    const lines = kept.filter(([count]) => count === most).map(([, row]) => row);
    if (lines.length) return [...lines.map(hit("error line")), ...codes.map(hit("error code"))];
  }
  return codes.map(hit("error code"));
}

/** The checksum that an address brings along, as package managers write it. */
const digestIn = (url) =>
  /[#?&](?:checksum=)?(sha\d+[-=:][^&]+|md5[-=:][^&]+)$/i.exec(url.href)?.[1].replace("=", ":") ??
  "";

/** The pages that a text means exactly, and what is to be said of a version that there is not. */
export async function lookUp(query) {
  const url = asUrl(query);
  const sum = await checksumIn(url ? digestIn(url) : query.trim());
  if (sum && (sum.told || sum.problem || sum.name || sum.digits.length >= 32)) return bySum(sum);
  const name = url ? fileName(url) : "";
  const names = namesOf(name || query);
  const text =
    url || names.some((each) => FILE.test(each)) ? names.at(-1) || query.trim() : query.trim();
  const byContent = async () => [...(sum ? await byHash(sum) : []), ...(await byName(names, url))];
  const others = Promise.all([byContent(), byError(query.trim())]);
  let products = await named(text);
  if (!products.length) {
    const words = keyWords(text);
    const corrected = await Promise.all(words.map(async (word) => [word, (await meant(word))[0]]));
    const mended = corrected.reduce(
      (all_, [word, other]) => (other ? all_.toLowerCase().replace(word, other) : all_),
      text,
    );
    if (mended !== text) products = await named(mended);
    products = products.map((product) => ({
      ...product,
      rest: behind(product.name, mended) ?? "",
    }));
  }
  const version = await byVersion(text, products);
  const [content, errors] = await others;
  const seen = new Set();
  // The version in the name of such a file proves nothing either.
  const exact = content.some((each) => each.near) ? [] : version.hits;
  const hits = [...content, ...exact, ...errors].filter(
    (each) => !seen.has(each.url) && seen.add(each.url),
  );
  return { hits, note: hits.length ? null : version.note, products: products.map((p) => p.id) };
}
