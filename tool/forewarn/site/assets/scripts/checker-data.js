// What the checker knows. The site's builder has judged every version already: a statement comes
// with the places (versions, counted from the highest down) for which it decides. Nothing here
// compares versions but those of numbers alone, without a record, with the ends of what is
// stated; it looks places up and takes the worst of what decides.

import { atLeast, readNumbers, sameNumbers } from "./checker-numbers.js";
import { loadJson } from "./dom.js";

const UNKNOWN = 1;
const LIMITED = 2;
const MOST_PARTNERS = 12;

export const loadIndex = () => loadJson("checker/index.json");

/** A product with all its versions, the highest first. */
export async function loadProduct(file) {
  const product = await loadJson(file);
  if (!product.releases) {
    product.releases = product.versions.map((given) => {
      const more = typeof given === "string" ? { version: given } : given;
      return {
        page: `${product.page}${more.version}/`,
        track: product.track,
        state: "shipped",
        ...more,
        product,
      };
    });
  }
  return product;
}

/** The release that was typed; "v2.7" is taken for 2.7 where there is no other. */
function findRelease(product, typed) {
  const written = typed.trim();
  const small = written.toLowerCase();
  const named = (test) => product.releases.find((release) => test(release.version));
  return (
    named((version) => version === written) ??
    named((version) => version.toLowerCase() === small) ??
    named((version) => version.toLowerCase() === small.replace(/^v/, ""))
  );
}

/** What was typed as the release that is equal to it, or as what stands for one without a record. */
function findEqual(product, typed) {
  const written = typed.trim();
  const known = standIn(product, written);
  if (known) return known;
  const numbers = readNumbers(product.plain, written);
  if (!numbers) return undefined;
  product.numbers ??= product.releases.map((one) =>
    readNumbers(product.plain, one.same ?? one.version),
  );
  const at = product.numbers.findIndex((each) => each && sameNumbers(each, numbers));
  if (at >= 0) return product.releases[at];
  const seen = product.unrecorded.find((version) => {
    const found = readNumbers(product.plain, version);
    return found && sameNumbers(found, numbers);
  });
  return seen ? standIn(product, seen) : { ...unrecorded(product, written), numbers };
}

/** The releases that begin with what was typed, part by part: 3.9.18 with 3.9, or 3.9.x. */
export function beginningSo(product, typed) {
  const stem = typed
    .trim()
    .toLowerCase()
    .replace(/^v(?=\d)/, "")
    .replace(/([._-][x*])+$/, "");
  if (!/^\d/.test(stem)) return [];
  return product.releases.filter(({ version }) => {
    const plain = version.toLowerCase().replace(/^v(?=\d)/, "");
    return plain.startsWith(stem) && !/^[0-9]/.test(plain.slice(stem.length)) && plain !== stem;
  });
}

/** What was typed: a release, or a version without a record; not the beginning of several. */
export const findMeant = (product, typed) =>
  findRelease(product, typed) ??
  (beginningSo(product, typed).length ? undefined : findEqual(product, typed));

async function loadPair(a, b) {
  const [file] = a.product.pairs[b.product.id] ?? [];
  const data = file ? await loadJson(file) : { sides: [], statements: [] };
  data.places ??= new Map(
    data.sides.map((side) => [
      side.product,
      new Map(side.versions.map((version, place) => [version, place])),
    ]),
  );
  return data;
}

/** Where a release stands in the order that the statements go by. */
const placeOf = (data, release) => data.places.get(release.product.id)?.get(release.version);

/** The same on the other side of statements, where what has no record falls between their ends. */
function placeAcross(data, { ends }, release) {
  const place = placeOf(data, release);
  if (place !== undefined || !release.numbers || !ends) return place;
  let below = 0;
  for (let at = 0; at < ends.length; at += 2) {
    below += atLeast(release.numbers, readNumbers(release.product.plain, ends[at]), ends[at + 1]);
  }
  return data.places.get(release.product.id).size + below;
}

/** Whether it cannot be told which statements of the one bear on the other, without a record. */
const unplaced = (data, one, other) =>
  data.sides.some(
    ({ product, ends }) =>
      !ends &&
      ((product === one.product.id && other.numbers) ||
        (product === other.product.id && one.numbers)),
  );

/** Whether flat ranges [start, stop, start, stop] hold a place. */
function holds(ranges, place) {
  for (let at = 0; at < ranges.length; at += 2) {
    if (ranges[at] <= place && place < ranges[at + 1]) return true;
  }
  return false;
}

const worst = (rows) =>
  rows.reduce((found, row) => (row.decides ? Math.max(found, row.statement.counts) : found), -1);
const verdictOf = (rows) => {
  const found = worst(rows);
  return found < 0 ? UNKNOWN : found;
};

/** What is stated of a version by the products that it has a table with, the worst first. */
export async function statedOf(release) {
  const { products } = await loadIndex();
  const found = [];
  for (const id of Object.keys(release.product.pairs).slice(0, MOST_PARTNERS)) {
    const entry = products.find((one) => one.id === id);
    if (!entry) continue;
    const partner = await loadProduct(entry.file);
    const data = await loadPair(release, { product: partner });
    for (const side of data.sides.filter(({ product }) => product === id)) {
      const there = placeAcross(data, side, release);
      for (const [, statement, owners, decides] of side.rows) {
        if (there === undefined || !holds(decides, there)) continue;
        const owner = partner.releases.find((one) => holds(owners, placeOf(data, one)));
        if (owner) found.push({ owner, statement: data.statements[statement] });
      }
    }
  }
  return found.sort((x, y) => y.statement.counts - x.statement.counts);
}

/** What both sides state of two releases, the worst that decides first. */
function applied(data, a, b) {
  const found = [];
  for (const side of data.sides) {
    const [owner, other] = side.product === a.product.id ? [a, b] : [b, a];
    const there = placeAcross(data, side, other);
    for (const [number, statement, owners, decides, overruled] of side.rows) {
      if (!holds(owners, placeOf(data, owner))) continue;
      const does = holds(decides, there);
      if (!does && !holds(overruled, there)) continue;
      const page = `${owner.page}#${side.anchors[number]}`;
      found.push({ owner, other, page, decides: does, statement: data.statements[statement] });
    }
  }
  return found.sort((x, y) => y.decides - x.decides || y.statement.counts - x.statement.counts);
}

/** What stands for a version without a record. */
const unrecorded = (product, version) => {
  const live = product.live[version];
  const note = `is not recorded${live ? `, but ${live}` : ""}`;
  return { product, version, page: product.page, track: "", state: "unrecorded", note };
};

/** The same for a version that a suite contains, or that can be downloaded. */
function standIn(product, version) {
  if (!product.unrecorded.includes(version)) return null;
  product.standIns ??= new Map();
  if (!product.standIns.has(version)) {
    product.standIns.set(version, unrecorded(product, version));
  }
  return product.standIns.get(version);
}

/** A release, first, with all that it contains, and what of it is not known. */
async function wholeOf(release) {
  const parts = [{ release, within: [0], through: [] }];
  const gaps = [];
  const { products } = await loadIndex();
  const name = (id) => products.find((one) => one.id === id)?.name ?? id;
  for (const part of parts) {
    const suite = part.release;
    if (suite.more) gaps.push({ why: "withheld", suite });
    for (const [id, version, written] of suite.contains ?? []) {
      const entry = products.find((one) => one.id === id);
      const product = entry ? await loadProduct(entry.file) : null;
      const held =
        product &&
        (product.releases.find((one) => one.version === version) ?? standIn(product, written));
      const member = `${name(id)} ${written}`;
      if (!held || held.state === "unrecorded") gaps.push({ why: "missing", suite, member });
      if (!held) continue;
      if (part.within.some((at) => parts[at].release === held)) {
        gaps.push({ why: "cycle", suite, member });
      } else if (!parts.some((one) => one.release === held)) {
        parts.push({
          release: held,
          within: [...part.within, parts.length],
          through: [[suite, held]],
          suite,
          member,
        });
      }
    }
  }
  return { parts, gaps };
}

/** What is stated of all that two releases contain, and what is not known of it. */
async function appliedToAll(a, b) {
  const [ours, theirs] = [await wholeOf(a), await wholeOf(b)];
  const gaps = [...ours.gaps, ...theirs.gaps];
  const rows = [];
  const beside = new Set();
  const spoken = new Set();
  const told = (one, other) =>
    one.within.some((x) => other.within.some((y) => spoken.has(`${x} ${y}`)));
  const pairs = ours.parts.flatMap((one, x) => theirs.parts.map((other, y) => [one, other, x, y]));
  const alike = ([one, other]) => one.release.product === other.release.product;
  const apart = pairs.filter((pair) => !alike(pair) || !(pair[2] || pair[3]));
  for (const [one, other, x, y] of apart) {
    const data = await loadPair(one.release, other.release);
    const found = applied(data, one.release, other.release);
    if (unplaced(data, one.release, other.release)) gaps.push({ why: "unplaced", a, b });
    const through = [...one.through, ...other.through];
    rows.push(...found.map((row) => ({ ...row, through })));
    if (found.length) spoken.add(`${x} ${y}`);
  }
  for (const [one, other] of apart) {
    const recorded = one.release.state !== "unrecorded" && other.release.state !== "unrecorded";
    const leaves = recorded && !one.release.contains && !other.release.contains;
    const { speaks } = one.release.product;
    if (leaves && !told(one, other) && speaks.includes(other.release.product.id)) {
      const [part, rest] = one.suite ? [one, other] : [other, one];
      gaps.push({ why: "silent", suite: part.suite, member: part.member, other: rest.release });
    }
  }
  for (const pair of pairs.filter(alike)) {
    const [one, other, x, y] = pair;
    for (const part of [one, other]) if (part.suite) beside.add(part);
    if (!x === !y) continue;
    const [part, asked] = y ? [other, one] : [one, other];
    if (part.release.state === "unrecorded") continue;
    if (part.release !== asked.release && !told(one, other)) {
      gaps.push({
        why: "other-version",
        suite: part.suite,
        member: part.member,
        other: asked.release,
      });
    }
  }
  const file = ({ owner }) => `releases/${owner.product.id}/${owner.version}.md`;
  rows.sort(
    (x, y) =>
      y.decides - x.decides ||
      y.statement.counts - x.statement.counts ||
      (file(x) < file(y) ? -1 : Number(file(x) > file(y))),
  );
  return { rows, gaps, beside: [...beside] };
}

/** The verdict on two releases, and what it rests on. */
async function decided(a, b) {
  const data = await loadPair(a, b);
  const suites = a.contains || b.contains || a.more || b.more;
  const { rows, gaps, beside } = suites
    ? await appliedToAll(a, b)
    : {
        rows: applied(data, a, b),
        gaps: unplaced(data, a, b) ? [{ why: "unplaced", a, b }] : [],
        beside: [],
      };
  const verdict = gaps.length ? Math.max(verdictOf(rows), UNKNOWN) : verdictOf(rows);
  const deciding = rows.filter((row) => row.decides);
  return { data, suites, rows, gaps, beside, verdict, deciding };
}

/** The verdict alone, and whether what decides is for staff. */
export async function verdictOn(a, b) {
  const { verdict, deciding } = await decided(a, b);
  return { verdict, inside: deciding.some(({ statement }) => statement.staff) };
}

/** The judgement on two releases of different products. */
export async function judge(a, b) {
  const { data, suites, rows, gaps, beside, verdict, deciding } = await decided(a, b);
  return {
    a,
    b,
    verdict,
    deciding,
    unknown: deciding.filter((row) => row.statement.counts === UNKNOWN),
    harm: deciding.filter((row) => row.statement.verdict >= LIMITED),
    overruled: rows.filter((row) => !row.decides),
    gaps,
    beside,
    // What to use instead of suites, and of what has no record, is asked of the command line.
    advice:
      verdict === 0 || suites || [a, b].some(({ state }) => state === "unrecorded")
        ? null
        : advise(data, a, b),
    matrix: a.product.pairs[b.product.id]?.[1],
  };
}

/* Which versions to move to: the nearest shipped and supported ones that work together. */

const byCost = (one, other) => {
  for (let at = 0; at < one.cost.length; at += 1) {
    if (one.cost[at] !== other.cost[at]) return one.cost[at] - other.cost[at];
  }
  return 0;
};
const first = (items, before) =>
  items.reduce((best, item) => (best === null || before(item, best) < 0 ? item : best), null);

/** Whether a release has a known issue that is open, and that the other one has not. */
const hasNewIssue = (to, now) => (to.issues ?? []).some((one) => !now.issues?.includes(one));

/** Every release of a product that may be named, with what moving to it costs. */
function steps(now) {
  const known = now.product.releases.filter((one) => one.state === "shipped" || one === now);
  const here = known.indexOf(now);
  const newest = new Map();
  for (const one of known) {
    if (one.state === "shipped" && !newest.has(one.track)) newest.set(one.track, one);
  }
  return known.flatMap((to, place) => {
    if (to === now ? to.avoid && !to.stay : to.avoid || hasNewIssue(to, now)) return [];
    if (to.version === now.instead) {
      return [{ to, place, moved: true, back: place > here, cost: [1, 0, 0, 0, 0] }];
    }
    const off = to.track !== now.track;
    const old = off && newest.get(to.track) !== to;
    const cost = [to !== now, place > here, off, old, Math.abs(place - here)].map(Number);
    return [{ to, place, moved: to !== now, back: place > here, cost }];
  });
}

/** Of the releases of which the same is stated, the nearest and the newest on each track. */
function worthTrying(all, data) {
  const nearest = new Map();
  const newest = new Map();
  for (const step of all) {
    const group = `${step.to.track}|${step.moved}|${kind(data, step.to)}`;
    const before = nearest.get(group);
    if (!before || byCost(step, before) < 0) nearest.set(group, step);
    if (!newest.has(group)) newest.set(group, step);
  }
  const kept = new Set([...nearest.values(), ...newest.values()]);
  return all.filter((step) => kept.has(step));
}

/** What two releases of a product have in common if all their verdicts are the same. */
function kind(data, release) {
  return data.sides
    .map((side) =>
      side.rows
        .map(([, , owners, decides]) =>
          Number(
            holds(side.product === release.product.id ? owners : decides, placeOf(data, release)),
          ),
        )
        .join(""),
    )
    .join("|");
}

function advise(data, a, b) {
  const choices = [steps(a), steps(b)];
  const found = new Set();
  const ways = [];
  const others = worthTrying(choices[1], data);
  for (const one of worthTrying(choices[0], data)) {
    for (const other of others) {
      const verdict = verdictOf(applied(data, one.to, other.to));
      found.add(verdict);
      if (verdict !== 0 && verdict !== LIMITED) continue;
      const cost = [verdict, ...one.cost.map((part, at) => part + other.cost[at])];
      ways.push({ steps: [one, other], verdict, cost });
    }
  }
  const best = first(ways, byCost);
  const without = choices.findIndex((choice) => !choice.length);
  return { best, others: best ? [...alternatives(best, ways)] : [], found, without };
}

/** The newest way that moves the same, and the best that moves only the other product. */
function* alternatives(best, ways) {
  const moved = (way) => way.steps.map((step) => step.moved).join();
  const tracks = (way) => way.steps.map((step) => step.to.track).join();
  const good = ways.filter((way) => way.verdict === best.verdict);
  const alike = good.filter((way) => moved(way) === moved(best) && tracks(way) === tracks(best));
  const newest = first(
    alike,
    (one, other) =>
      one.steps[0].place - other.steps[0].place || one.steps[1].place - other.steps[1].place,
  );
  if (newest !== best) yield newest;
  const turned = best.steps
    .map((step) => step.moved)
    .reverse()
    .join();
  if (turned === moved(best)) return;
  const other = first(
    good.filter((way) => moved(way) === turned),
    byCost,
  );
  if (other) yield other;
}
