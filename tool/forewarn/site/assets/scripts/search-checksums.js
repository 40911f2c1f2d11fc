// Checksums as systems print them and people paste them, by the rules of model/checksums.py; and what has them.

import { hit, rows, UNSEEN } from "./search-rows.js";

const FULL = 64;
const USUAL = {
  32: "MD5",
  40: "SHA-1",
  56: "SHA-224",
  64: "sha256",
  96: "SHA-384",
  128: "SHA-512",
};
const BYTES = { 16: "MD5", 20: "SHA-1", 28: "SHA-224", 32: "sha256", 48: "SHA-384", 64: "SHA-512" };
const DIGITS = {
  "CRC-32": 8,
  MD5: 32,
  "SHA-1": 40,
  "RIPEMD-160": 40,
  "SHA-224": 56,
  "SHA-512/224": 56,
  "SHA3-224": 56,
  sha256: 64,
  "SHA-512/256": 64,
  "SHA3-256": 64,
  SM3: 64,
  BLAKE2s: 64,
  BLAKE3: 64,
  "SHA-384": 96,
  "SHA3-384": 96,
  "SHA-512": 128,
  "SHA3-512": 128,
  BLAKE2b: 128,
};
const LABEL =
  /(?<![a-z0-9])(?:(?<md>md5)|(?<crc>crc-?32)|(?<sm>sm3)|(?<rmd>(?:ripemd|rmd)-?160)|sha3[-_ ]?(?<three>224|256|384|512)|(?<trunc>sha-?512[-/_](?:224|256))|(?<one>sha[-_ ]?1)|sha(?:2[-_ ]|[-_ ])?(?<two>224|256|384|512)|(?<blake>blake-?2[bs]?|blake3|b2|b3)(?:[-_]?\d{3})?)(?:sums?)?(?![a-z0-9])/gi;
const BEFORE = String.raw`(?<![\w./\\+~@%-])(?:0x)?`;
const AFTER = String.raw`(?![\w/\\+~@%-]|\.\w)`;
const apart = (size, more) =>
  `[0-9a-f]{${size}}([ :-])(?:[0-9a-f]{${size}}\\${more[0]}){${more[1]},}[0-9a-f]{${size}}`;
const APART = new RegExp(
  `${BEFORE}((?:${apart(2, [2, 14])})|(?:${apart(4, [3, 6])})|(?:${apart(8, [4, 2])}))${AFTER}`,
  "gi",
);
const RUN = new RegExp(`${BEFORE}([0-9a-f]{8,})${AFTER}`, "gi");
const CUT = new RegExp(String.raw`${BEFORE}([0-9a-f]{8,})(?:…|\.{2,3})([0-9a-f]*)(?!\w)`, "gi");
const DAMAGED = new RegExp(`${BEFORE}([0-9a-z]{32,})${AFTER}`, "gi");
const IN_64 =
  /(?<![\w+/=])(?:(?<label>md5|sha-?(?:1|224|256|384|512))(?:-|=:?|:))?(?<value>[a-z0-9+/_-]{22,86}={1,2}|(?<=-)[a-z0-9+/]{64}):?(?![\w+/=])/gi;
const WORDS =
  /^(?:(?:algorithm|hash|path|file|filename|name|checksum|digest)\b\s*[:=]?|(?:hash|sum|checksum)?[\s-]*\b(?:of|for|von|de|di)\b(?:\s+file\b)?|[\s*=:|,;()[\]<>\\"'`-]+)\s*/i;
const END = /(?:[\s=:|,;([<"'`]+|\s-+)$|(?<=\w)[)\]>]+$/;
const FIELD = /^\s*(algorithm|hash|path)\s*:\s*(.*)$/i;
const HEADING = /^(?:[\s-]*|algorithm\s+hash(?:\s+path)?)$/i;

/** The first checksum in a text, or null; a beginning of a sha256 counts. */
export function readChecksum(text) {
  const lines = text
    .replace(UNSEEN, "")
    .replace(/[\u00a0\t]/g, " ")
    .replace(/(?=CertUtil: -|(?:Hash|Path) +: )/gi, "\n")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line && !HEADING.test(line));
  let [found, label, name] = [null, null, null];
  for (const line of lines) {
    const [known, value, rest] = read(line, lines.length === 1);
    const path = /^path$/i.test(FIELD.exec(line)?.[1] ?? "");
    if (value !== null && found) return found;
    if (value !== null) found = { ...whole(value, known ?? label), name: beside(rest) ?? name };
    else if (path && found) found.name ??= FIELD.exec(line)[2].trim() || null;
    else if (known || path) [label, name] = [known ?? label, beside(rest) ?? name];
  }
  return found;
}

function read(line, alone) {
  const coded = inBase64(line);
  if (coded) return coded;
  const plain = line.replace(/^\\(?=[0-9a-f]{8})/, "");
  const first = [...plain.matchAll(LABEL)].find((match) => !inName(plain, match));
  const label = first ? algorithm(first) : null;
  const bare = first ? without(plain, first) : plain;
  for (const pattern of [APART, RUN, CUT, DAMAGED]) {
    const matches = [...bare.matchAll(pattern)];
    const longest = Math.max(...matches.map((match) => match[1].length));
    const match = matches.find((each) => each[1].length === longest);
    if (match && counts(pattern, match, bare, label, alone))
      return [label, digits(pattern, match), without(bare, match)];
  }
  const claimed = /^\s*[:=-]\s*(?:0x)?([0-9a-z]+)\s*$/i.exec(bare);
  if (label && claimed && first.index === 0) return [label, claimed[1].toLowerCase(), ""];
  return [label, null, bare];
}

function counts(pattern, match, line, label, alone) {
  const text = match[1];
  if (pattern === DAMAGED) {
    return (
      /\d/.test(text) &&
      (text.replace(/[0-9a-f]/gi, "").length <= Math.floor(text.length / 8) || label !== null)
    );
  }
  if (text.length >= 32 || label) return true;
  const rest = without(line, match).trim();
  if (!rest || pattern === CUT) return alone;
  return match.index === 0 && /\.[a-z][a-z0-9]{1,8}$/i.test(rest);
}

function digits(pattern, match) {
  if (pattern === CUT && match[2]) return `${match[1]}…${match[2]}`.toLowerCase();
  return match[1].replace(/[ :-]/g, "").toLowerCase();
}

function inBase64(line) {
  for (const match of line.matchAll(IN_64)) {
    const { label, value } = match.groups;
    let bytes;
    try {
      bytes = atob(value.replace(/-/g, "+").replace(/_/g, "/"));
    } catch {
      continue;
    }
    if (!BYTES[bytes.length] || !(label || match[0] === line)) continue;
    const hex = [...bytes].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
    const name = label ? algorithm([...label.matchAll(LABEL)][0]) : BYTES[bytes.length];
    return [name, hex, without(line, match)];
  }
  return null;
}

function inName(line, match) {
  const after = line.slice(match.index + match[0].length);
  return (
    "./\\_-".includes(line[match.index - 1] || "\0") ||
    /^(?:[._/\\]\w|-(?!hash)[a-z]*[g-z])/i.test(after)
  );
}

function algorithm(match) {
  const { two, three, trunc, blake, md, crc, sm, rmd } = match.groups;
  if (two) return two === "256" ? "sha256" : `SHA-${two}`;
  if (three) return `SHA3-${three}`;
  if (trunc) return `SHA-512/${trunc.slice(-3)}`;
  if (blake)
    return (
      { blake2s: "BLAKE2s", blake3: "BLAKE3", b3: "BLAKE3" }[
        blake.toLowerCase().replace("-", "")
      ] ?? "BLAKE2b"
    );
  return (md && "MD5") || (crc && "CRC-32") || (sm && "SM3") || (rmd && "RIPEMD-160") || "SHA-1";
}

function whole(text, label) {
  const told = label !== null;
  const name = label ?? USUAL[text.length] ?? "sha256";
  const wanted = DIGITS[name];
  const what = `${an(name)} has ${wanted}`;
  const strange = /[^0-9a-f]/.exec(text);
  const lacks = `it has ${text.length} digits, and ${what}`;
  let problem = null;
  if (text.includes("…")) problem = `the middle of it is missing; ${what}`;
  else if (strange) problem = `'${strange[0]}' in it is no hexadecimal digit`;
  else if (text.length > wanted) problem = lacks;
  else if (name === "sha256" && text.length < 8) problem = `${lacks}; the first 8 are enough`;
  else if (!["sha256", "BLAKE2b", "BLAKE2s"].includes(name) && text.length < wanted)
    problem = lacks;
  return { digits: text, algorithm: name, told, problem };
}

const an = (name) => `${/^(?:MD5|SM3)$/.test(name) ? "an" : "a"} ${name}`;

/** What keeps a checksum from being compared, where no record has it; null where nothing does. */
export function whyNot({ digits: text, algorithm: name, told, problem }) {
  if (problem) return problem;
  if (name !== "sha256")
    return `${told ? "it is" : "it has as many digits as"} ${an(name)}, and only sha256 is recorded`;
  return text.length < FULL ? `it has ${text.length} digits, and a sha256 has ${FULL}` : null;
}

/** The digits of a sha256, or of what may be the beginning of one, or null. */
export const sha256Of = ({ digits: text, algorithm: name, told, problem }) =>
  problem || text.length > FULL || (told && name !== "sha256") ? null : text;

function beside(rest) {
  let [text, before] = [rest, null];
  while (text !== before) {
    before = text;
    text = text.trim().replace(WORDS, "").replace(END, "").trim();
  }
  return /[\p{L}\p{N}_]/u.test(text) ? text : null;
}

const without = (line, match) =>
  `${line.slice(0, match.index).trimEnd()} ${line.slice(match.index + match[0].length).trimStart()}`.trim();

/** The releases of which a checksum, or the beginning of one, is the sha256 of a file. */
export async function byHash(checksum) {
  const sha = sha256Of(checksum);
  if (!sha || sha.length < 8) return [];
  const kept = await rows("keys", `h${sha.slice(0, 8)}`);
  return kept
    .filter((row) => row[3].startsWith(sha))
    .map(hit(sha.length === 64 ? "sha256" : "beginning of the sha256"));
}

/** What a checksum means. It decides: the name that stands beside it proves nothing. */
export async function bySum(checksum) {
  const hits = await byHash(checksum);
  const problem = whyNot(checksum);
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
