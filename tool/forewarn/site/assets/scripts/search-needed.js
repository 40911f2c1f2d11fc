// Which release of one product another one needs.

import { inOrder, isVersioned } from "./search-named.js";
import { isAsking, WHICH, wordsOf } from "./search-words.js";

/** "Which python do I need for forewarn": by what its release, or its newest one, states of the other. */
export async function needed(named, query, kept, judged) {
  const versioned = named.find(isVersioned);
  if (versioned) {
    const [partner] = named.filter((one) => one !== versioned);
    if (named.length > 2) return null;
    return inNeed(named, query) === versioned
      ? judged("neededAnswer", versioned, partner)
      : judged("pairAnswer", ...inOrder(named));
  }
  const said = await Promise.all(
    named
      .flatMap((a) => named.map((b) => [a, b]))
      .filter(([a, b]) => a !== b)
      .map(async ([a, b]) => ({ a, answer: await kept(`n${a.id} ${b.id}`) })),
  );
  const fitting = said.filter(({ answer }) => answer);
  const asked = inNeed(
    fitting.map(({ a }) => a),
    query,
  );
  return fitting.find(({ a }) => a === asked)?.answer ?? null;
}

/** What is asked about: "for forewarn", "which python does forewarn need", "does forewarn need". */
function inNeed(named, text) {
  const [first, ...others] = inOrder(named);
  const which = WHICH.exec(text);
  const between = which ? text.slice(which.index, first?.place.from) : null;
  const isWanted = between !== null && wordsOf(between).every(isAsking(wordsOf(text)));
  const last = others.at(-1) ?? first;
  return isWanted || /\b(?:for|fuer|für)\b/i.test(text) ? last : first;
}
