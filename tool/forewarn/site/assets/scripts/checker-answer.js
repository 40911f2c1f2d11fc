// The checker's answer: the verdict, what to say, and why.

import { loadIndex } from "./checker-data.js";
import { address, chip, el } from "./dom.js";

const { staff, verdicts } = await loadIndex();

const SILENCE = "nobody has tested them together";
const DOUBTS = { expired: "past its tag", beyond: "not tested since", halved: "not tested" };
const COUNTS = {
  breaks: ["breaks", "break"],
  limited: ["is limited", "are limited"],
  unknown: ["was not tested", "were not tested"],
  works: ["works", "work"],
};
const UNKNOWN = 1;
const BOXES = { breaks: " fw-alarm", limited: " fw-caution" };

export const title = (release) => `${release.product.name} ${release.version}`;

const word = (verdict) => verdicts[verdict][0];
const link = (to, ...words) => el("a", { href: address(to) }, ...words);
const releaseLink = (release) => link(release.page, title(release));
const small = (...words) => el("p", { class: "fw-small" }, ...words);
const sentence = (words) => `${words[0].toUpperCase()}${words.slice(1)}.`;
const labelled = (label, ...words) => el("p", {}, el("b", {}, `${label} `), ...words);

function verdictChip(verdict, doubt) {
  const [kind, sign, words] = verdicts[doubt ? UNKNOWN : verdict];
  return chip(kind, sign, DOUBTS[doubt] ?? words);
}

/** The one reason why nothing is known of a pair, if there is one. */
function doubtOf({ verdict, unknown }) {
  const doubts = new Set(unknown.map((row) => row.statement.doubt));
  return word(verdict) === "unknown" && doubts.size === 1 ? [...doubts][0] : undefined;
}

/** One line of a record: pieces of text, code and links. */
const line = (pieces = []) =>
  pieces.map((piece) => {
    if (typeof piece === "string") return piece;
    return piece.code ? el("code", {}, piece.code) : link(piece.to, piece.text);
  });

/** The lines that deciding statements have for something, each once. */
function linesOf(judgement, key) {
  const found = judgement.deciding.map((row) => row.statement[key]).filter(Boolean);
  return [...new Map(found.map((pieces) => [JSON.stringify(pieces), line(pieces)])).values()];
}

/** The first line: the worst of all pairs, and never better than what could not be judged. */
export function headline(judgements, left) {
  const verdict = Math.max(...judgements.map((one) => one.verdict), left.length ? 1 : 0);
  if (judgements.length === 1 && !left.length) {
    const [judgement] = judgements;
    const names = [releaseLink(judgement.a), " and ", releaseLink(judgement.b)];
    const words = worded(judgement);
    const own = [judgement.a, judgement.b].filter(({ state }) => state === "unrecorded");
    const note = own.length
      ? ` ${sentence(`${own.map(title).join(" and ")} ${own.length > 1 ? "are" : "is"} not recorded`)}`
      : "";
    return el(
      "h2",
      { class: "fw-verdict" },
      verdictChip(verdict, doubtOf(judgement)),
      " ",
      ...names,
      words + note,
    );
  }
  const said = judgements.length ? counted(judgements) : "there is no pair to judge";
  const rest = left.length ? `; not known here, and so not judged: ${left.join(", ")}` : "";
  return el("h2", { class: "fw-verdict" }, verdictChip(verdict), ` ${sentence(`${said}${rest}`)}`);
}

/** What is to be read out of one pair: the verdict, a sentence, and what to say or do. */
export function spoken(judgement) {
  const { a, b, verdict, deciding } = judgement;
  const doubt = doubtOf(judgement);
  const [kind, sign, words] = verdicts[doubt ? UNKNOWN : verdict];
  return {
    chip: [kind, sign, DOUBTS[doubt] ?? words],
    text: `${title(a)} and ${title(b)}${worded(judgement)}`,
    remedies: toSay(judgement),
    inside: Boolean(a.inside || b.inside) || deciding.some(({ statement }) => statement.staff),
  };
}

/** The worst of what is known, and what is not, each by name. */
function worded(judgement) {
  const { verdict, deciding, unknown, harm, gaps } = judgement;
  const parts = gaps.map(({ member }) => member ?? "all else");
  const open = [...new Set([...unknown.map(aboutOf), ...parts])].join(", ");
  const rest = harm.length && open ? `; not known: ${open}` : "";
  switch (word(verdict)) {
    case "works":
      return " work together.";
    case "breaks":
      return ` do not work together${rest}.`;
    case "limited":
      if (!rest && !harm.some((row) => row.statement.beyond)) return " work together, with limits.";
      return `: limited in ${named(harm)}${rest}; do not promise the rest.`;
    default:
  }
  if (!deciding.length) return `: ${gaps.length ? gapWords(gaps[0]) : SILENCE}.`;
  const reasons = new Set(unknown.map(why));
  const [only, ...others] = reasons;
  if (!gaps.length && unknown.length === deciding.length && !others.length) return `: ${only}.`;
  const works = deciding.filter((row) => word(row.statement.counts) === "works");
  return `: ${works.length ? `stated to work: ${named(works)}; ` : ""}not known: ${open}.`;
}

/** What is not known of a suite. */
function gapWords({ why: kind, suite, member, other, a, b }) {
  if (kind === "unplaced") {
    const command = staff ? `; ${askCommand(a, b)} tells` : "";
    return `which statements hold for a version that is not recorded cannot be told here${command}`;
  }
  const held = `${title(suite)} contains ${member}`;
  switch (kind) {
    case "missing":
      return `${held}, of which there is no record that can be read`;
    case "silent":
      return `${held}, and nobody has tested that with ${title(other)}`;
    case "other-version":
      return `${held}, not ${other.version}, and nobody has tested the two side by side`;
    case "cycle":
      return `${held}, which contains it in its turn`;
    default:
      return `${title(suite)} contains more than is recorded here`;
  }
}

const askCommand = (...releases) =>
  `forewarn compat ${releases.map(({ product, version }) => `${product.id}@${version}`).join(" ")}`;

const named = (rows) => [...new Set(rows.map(aboutOf))].join(", ");
const aboutOf = ({ statement }) =>
  line(statement.about)
    .map((p) => p.textContent ?? p)
    .join("") || "all else";

/** Why nothing is known of the matter of a statement. */
function why({ statement, other }) {
  const { doubt, range } = statement;
  if (doubt === "expired") return "the test that said that they work is past its date";
  if (doubt === "halved") {
    return `stated to work ${range}, which does not hold both ${other.version} and the release that it leads to`;
  }
  if (doubt !== "beyond") return SILENCE;
  return `stated to work ${range}, ${since(statement, other)}`;
}

/** That a version came after all that a statement was tested with. */
function since({ last, undated }, other) {
  if (last) return `and that up to ${last} only`;
  if (undated) return "and nobody says with which versions it was tested";
  const out = ["shipped", "withdrawn"].includes(other.state);
  return out ? `not tested since ${other.version} shipped` : `not tested with ${other.version}`;
}

/** What is not known beside what is, each matter with its reason. */
function notKnown({ deciding, unknown, harm, gaps, beside }) {
  const open =
    deciding.length > 1 || gaps.length ? unknown.map((row) => `${aboutOf(row)}: ${why(row)}`) : [];
  const beyond = harm
    .filter((row) => row.statement.beyond)
    .map((row) => `${aboutOf(row)}, beyond its limits: ${since(row.statement, row.other)}`);
  const said = [...new Set([...open, ...beyond, ...gaps.map(gapWords)])];
  const contained = beside.map(({ suite, member }) => `${title(suite)} contains ${member}.`);
  return [
    ...said.map((words) => labelled("Not known:", `${words}.`)),
    ...contained.map((words) => labelled("Note:", words)),
  ];
}

function counted(judgements) {
  const parts = Object.entries(COUNTS).flatMap(([name, [one, many]]) => {
    const count = judgements.filter((judgement) => word(judgement.verdict) === name).length;
    return count ? `${count} ${count === 1 ? one : many}` : [];
  });
  const size = judgements.length;
  return `of ${size} ${size === 1 ? "pair" : "pairs"}, ${parts.join(", ")}`;
}

/** One pair; `next` gives the address of this page with other releases in place of some. */
export function pairBox(judgement, named, next) {
  const { a, b, verdict, deciding, overruled, matrix } = judgement;
  const names = [
    verdictChip(verdict, doubtOf(judgement)),
    " ",
    releaseLink(a),
    " and ",
    releaseLink(b),
  ];
  return el(
    "section",
    { class: `fw-box${BOXES[word(verdict)] ?? ""}`, "aria-label": `${title(a)} and ${title(b)}` },
    named ? el("h3", { class: "fw-box-title" }, ...names) : null,
    ...toSay(judgement),
    ...linesOf(judgement, "limits").map((words) => labelled("Limits:", ...words)),
    ...notKnown(judgement),
    advice(judgement, next),
    deciding.length ? reasons(deciding) : null,
    overruled.length
      ? el(
          "details",
          overruled.some((row) => row.statement.verdict > UNKNOWN) ? { open: "" } : {},
          el(
            "summary",
            {},
            `Overruled by a statement inside it, or a more cautious one: ${overruled.length}`,
          ),
          reasons(overruled),
        )
      : null,
    matrix ? small(link(matrix, `All versions of ${a.product.name} and ${b.product.name}`)) : null,
  );
}

/** The pairs of which nobody states anything, in one box. */
export function silentBox(judgements) {
  const items = judgements.map(({ a, b }) => el("li", {}, releaseLink(a), " and ", releaseLink(b)));
  return el(
    "section",
    { class: "fw-box", "aria-label": "Not tested" },
    el("h3", { class: "fw-box-title" }, verdictChip(judgements[0].verdict)),
    ...toSay(judgements[0]),
    el("ul", { class: "fw-list" }, ...items),
  );
}

const say = (...words) =>
  el("p", { class: "fw-say" }, el("strong", {}, staff ? "Say: " : "What to do: "), ...words);

/** What to say or do; it stands before everything else. */
function toSay(judgement) {
  const said = linesOf(judgement, "remedy");
  if (said.length) return said.map((words) => say(...words));
  const name = word(judgement.verdict);
  if (name === "works") return [];
  if (name !== "unknown") return [el("p", { class: "fw-say" }, "No remedy is known.")];
  return [
    say(
      staff
        ? "I cannot promise that these versions work together: nobody stands by a test of them."
        : "Do not rely on these versions together: nobody stands by a test of them.",
    ),
  ];
}

const reasons = (rows) => el("ul", { class: "fw-list fw-reasons" }, ...rows.map(reason));

function reason({ statement, owner, page, through = [] }) {
  const { verdict, doubt, about, of, verified, until, expired, holds, sources = [] } = statement;
  const stated = [
    "stated by ",
    link(page, title(owner)),
    ` of ${of}; `,
    verified ?? "not verified",
  ];
  if (until) stated.push(`, ${until}`);
  if (expired) stated.push(": ", chip("limited", "!", expired));
  if (holds) stated.push(`; ${holds}`);
  for (const [suite, member] of through) {
    stated.push(`; by ${title(member)}, which ${title(suite)} contains`);
  }
  for (const [at, url] of sources.entries()) {
    stated.push(" · ", link(url, at ? `source ${at + 1}` : "source"));
  }
  return el(
    "li",
    {},
    verdictChip(verdict, doubt),
    " ",
    ...line(about),
    " ",
    statement.staff ? chip("staff", "◆", "staff only") : null,
    el("div", { class: "fw-small" }, ...stated),
  );
}

/* Which versions could be used instead */

function advice({ a, b, advice: found }, next) {
  if (!found) return null;
  const { best, others } = found;
  if (!best) return labelled("Other versions:", sentence(noWay(found, [a, b])));
  if (!best.steps.some((step) => step.moved)) {
    return labelled("Other versions:", "None is without limits.");
  }
  const together = word(best.verdict) === "works" ? "These work together:" : "These work in part:";
  const items = [best, ...others].map((way) =>
    el(
      "li",
      {},
      el(
        "a",
        {
          href: next(
            new Map([
              [a, way.steps[0].to],
              [b, way.steps[1].to],
            ]),
          ),
        },
        sentence(moves(way, [a, b])),
      ),
    ),
  );
  return el(
    "div",
    {},
    el("p", {}, el("b", {}, together)),
    el("ul", { class: "fw-list" }, ...items),
  );
}

function moves(way, from) {
  const said = way.steps.flatMap(({ to, moved, back }, at) => {
    const track = to.track === from[at].track ? "" : ` (track ${to.track})`;
    const verb = back ? "downgrade" : "update";
    return moved
      ? `${verb} ${to.product.name} from ${from[at].version} to ${to.version}${track}`
      : [];
  });
  const stays = way.steps.find((step) => !step.moved);
  return `${said.join(" and ")}${stays ? `; ${title(stays.to)} stays` : ""}`;
}

function noWay({ found, without }, pair) {
  if (without >= 0) return `no release of ${pair[without].product.name} can be recommended`;
  const names = [...found].map(word);
  if (names.every((name) => name === "unknown")) {
    return "nobody has tested any pair of their releases that can be recommended";
  }
  if (names.every((name) => name === "breaks")) {
    return "every pair of their releases that can be recommended breaks";
  }
  return (
    "of their releases that can be recommended, the pairs that were tested break, " +
    "and nobody has tested the others"
  );
}
