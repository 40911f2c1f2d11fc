// What a version stands for that no page has: a line of releases, or what is stated of those around it.

import { beginningSo, findMeant, loadIndex, loadProduct, statedOf } from "./checker-data.js";

const SHOWN = 3;
const UNKNOWN = 1;

/** The newest of the releases that begin with a version, as a hit; or what covers the version. */
export async function lineOf(id, version) {
  const { products, verdicts } = await loadIndex();
  const entry = products.find((one) => one.id === id);
  if (!entry) return {};
  const product = await loadProduct(entry.file);
  const release = findMeant(product, version);
  const line = release ? [] : beginningSo(product, version);
  if (line.length) {
    const out = line.filter(({ state }) => ["shipped", "withdrawn"].includes(state));
    const newest = (out.length ? out : line)[0];
    const span =
      line.length > 1
        ? `${line.length} releases, ${line.at(-1).version} to ${line[0].version}`
        : line[0].version;
    const title = `${product.name} ${version} stands for ${span}; the newest is ${newest.version}`;
    const hit = { url: newest.page, title, state: newest.state, why: "line of releases" };
    return { hit, newest: newest.version };
  }
  if (!release || release.state !== "unrecorded") return {};
  const all = await statedOf(release);
  const told = all.filter(({ statement }) => statement.counts !== UNKNOWN);
  const rows = told.length ? told : all;
  const covers = rows.map(({ owner, statement }) => ({
    url: owner.page,
    title: `${owner.product.name} ${owner.version}`,
    verdict: verdicts[statement.counts][2],
    of: statement.of,
  }));
  const once = covers.filter(
    (row, at) => covers.findIndex((one) => one.of === row.of && one.verdict === row.verdict) === at,
  );
  return { covers: once.slice(0, SHOWN), more: once.length > SHOWN };
}
