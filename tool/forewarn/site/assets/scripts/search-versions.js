// Which releases a text means by their versions, by the rules of model/named.py.

import { BEFORE_VERSION, NO_VERSION, restFrom, VERSION } from "./search-named.js";
import { all, hit, rows, versionRows } from "./search-rows.js";
import { isAsking, wordsOf } from "./search-words.js";

// What may stand at the end, up to three words of it, and says for what a file is or how it was made.
const LAST_WORDS = [2, 1, 0].map(
  (more) => new RegExp(`[\\s_.-]+\\(?((?:[^\\s_.()-]+[\\s_.-]+){${more}}[^\\s_.()-]+)\\)?$`),
);
// A line whose words may be run together (iPhone 14promax) is not denied.
const RUN_TOGETHER = /^\d+\p{L}{5,}$/u;
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

export function plainVersion(version) {
  return version
    .toLowerCase()
    .replace(/v(?=[0-9])/, "")
    .replace(/(?:\.0+)+$/, "");
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

/** What a text means of the products that it names, or by a version alone. */
export async function byVersion(text, products, files) {
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
  const again = product.met ? null : await withDot(product, stem, version, packaged, named);
  if (again) return again;
  const others = product.met || !version ? [] : await ofNamesakes(product, version);
  if (others.length) return { hits: others, note: null };
  const denied = !product.met && version && !product.doubtful && !RUN_TOGETHER.test(version);
  return {
    hits: line.hit ? [line.hit] : found,
    note: denied ? { ...line, version, product, of: await lineAround(product, version) } : null,
  };
}

/** The releases of products that are called so, too: PowerShell 5.1 is one of Windows PowerShell. */
async function ofNamesakes({ id, name }, version) {
  const kept = await versionRows(plainVersion(version));
  return kept
    .filter((row) => row[4] !== id && row[1].toLowerCase().includes(` ${name}`))
    .map(hit("version, of a product that is called so, too"))
    .map((each) => ({ ...each, near: true }));
}

/** What a version means that was typed without its dot: "python312", "ubuntu 2204". */
async function withDot(product, stem, version, packaged, named) {
  const at = /^\d{2,4}$/.test(version) ? stem.indexOf(version, product.place.to) : -1;
  if (at < 0) return null;
  const cuts = { 2: at === product.place.to ? [1] : [], 3: [1], 4: [2, 1] }[version.length];
  for (const cut of cuts.filter((place) => !/^0+$/.test(version.slice(place)))) {
    const dotted = `${version.slice(0, cut)}.${version.slice(cut)}`;
    const text = stem.slice(0, at) + dotted + stem.slice(at + version.length);
    const again = { ...product, rest: restFrom(text, product.place) };
    const found = await ofProduct(again, text, packaged, named);
    if (again.met) return Object.assign(product, again) && found;
  }
  return null;
}

/** The answer about the line that a version would be of, if there is one: of 9.2 that of 9. */
async function lineAround(product, version) {
  const parts = version.split(".");
  for (parts.pop(); parts.length; parts.pop()) {
    const row = await rows("answers", `t${product.id} ${lineKey(parts.join("."))}`);
    const [, , , say, , , inside] = row;
    if (row.length && !inside && !say.startsWith("stands for")) return row;
  }
  return null;
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
