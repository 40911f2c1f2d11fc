// The verdict on two products in the versions that were typed, as the checker has it.

import { spoken } from "./checker-answer.js";
import { beginningSo, findMeant, judge, loadIndex, loadProduct } from "./checker-data.js";

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
