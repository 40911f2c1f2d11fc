// The verdict on two products in the versions that were typed, as the checker has it.

import { spoken } from "./checker-answer.js";
import {
  beginningSo,
  findMeant,
  judge,
  loadIndex,
  loadProduct,
  verdictOn,
} from "./checker-data.js";

const MOST = 8; // versions, or spans of them, that one answer names
// By verdict, as in words/answers.py, and in which order, as in pages/search/answers.py.
const DOES = ["works with", "was not tested with", "works with limits with", "does not work with"];
const ORDER = [0, 2, 3, 1];
const joined = (words) => words.join(", ").replace(/, ([^,]*)$/, " and $1");

/** The answer about two products that were named; null where neither it nor a doubt can be said. */
export async function pairAnswer(a, b) {
  const { products } = await loadIndex();
  const chosen = await Promise.all([a, b].map((named) => releaseOf(products, named)));
  if (chosen.some((one) => one === null)) return null;
  const query = new URLSearchParams(chosen.map(({ id, version }) => [id, version]));
  const url = `compatibility/checker/?${query}`;
  const title = chosen.map(({ name, version }) => `${name} ${version}`).join(" and ");
  if (chosen.some(({ release }) => !release)) {
    const text = `Whether ${title} work together is not known here: do not promise it.`;
    return { title, url, text, facts: [], more: [], unsure: true };
  }
  const { chip, text, remedies, inside } = spoken(await judge(...chosen.map((one) => one.release)));
  const taken = chosen.map(({ taken: words }) => words).filter(Boolean);
  const note = taken.length ? ` (${taken.join(" ")})` : "";
  return { title, url, chip, text: text + note, remedies, facts: [], more: [], inside };
}

/** With which releases of `b` the one works that was typed of `a`; null where nobody stated any. */
export async function neededAnswer(a, b) {
  const { products } = await loadIndex();
  const { name, version, release, taken } = (await releaseOf(products, a)) ?? {};
  const entry = products.find(({ id }) => id === b.id);
  if (!entry || !release?.product.pairs[b.id]) return null;
  const partner = await loadProduct(entry.file);
  const spans = DOES.map(() => []);
  let [last, inside] = [null, release.inside];
  for (const other of partner.releases.filter(({ state }) => state === "shipped")) {
    const judged = await verdictOn(release, other);
    inside ||= judged.inside;
    if (judged.verdict !== last) spans[judged.verdict].push([]);
    spans[judged.verdict].at(-1).push(other.version);
    last = judged.verdict;
  }
  const told = ORDER.filter((verdict) => spans[verdict].length).map((verdict) => {
    const names = spans[verdict].slice(0, MOST).map((run) => {
      const ends = [...new Set([run.at(-1), run[0]])];
      return `${partner.name} ${ends.join(" to ")}`;
    });
    const more = spans[verdict].length - MOST;
    return `${DOES[verdict]} ${joined([...names, ...(more > 0 ? [`${more} more`] : [])])}`;
  });
  if (!told.length) return null;
  const title = `${name} ${version}`;
  const url = `compatibility/${[a.id, b.id].sort().join("--")}/`;
  const text = `${title} ${told.join("; ")}.${taken ? ` (${taken})` : ""}`;
  return { title, url, text, facts: [], more: [], inside: Boolean(inside) };
}

/** The release that was typed of a product; the newest one where no version was. */
async function releaseOf(products, { id, asked, version: newest }) {
  const entry = products.find((one) => one.id === id);
  const version = asked ?? newest;
  if (!entry || !version) return null;
  const product = await loadProduct(entry.file);
  const release = findMeant(product, version) ?? beginningSo(product, version)[0];
  const meant = release?.version ?? version;
  const of = asked && meant !== version && !release?.numbers ? ` ${asked}` : "";
  const newestOf = !asked || of ? `The newest of ${product.name}${of} is ${meant}.` : "";
  return { id, name: product.name, version: meant, release, taken: newestOf };
}
