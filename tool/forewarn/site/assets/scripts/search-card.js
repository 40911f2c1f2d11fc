// How the answer above the hits looks: what it is, a sentence to read out, what stands beside it.

import { address, chip, copyText, el } from "./dom.js";
import { stateChip } from "./search-hits.js";

const COPIED_FOR = 2500; // milliseconds for which the button says so

/** The card of an answer, with one link, and a button that copies the sentence. */
export function card(answer) {
  return [
    head(answer),
    ...said(answer),
    answer.facts.length ? facts(answer.facts) : null,
    answer.more.length ? lines(answer.more) : null,
    copy(sentenceOf(answer)),
  ].filter(Boolean);
}

/** What is copied and read out: the sentence, and what to say or do. */
export const sentenceOf = ({ text, remedies = [] }) =>
  [text, ...remedies.map((remedy) => remedy.textContent)].join(" ");

function head({ title, url, state, chip: verdict }) {
  const words = url ? el("a", { href: address(url), class: "fw-answer-link" }, title) : title;
  const mark = verdict ? chip(...verdict) : state ? stateChip(state) : null;
  return el("p", { class: "fw-answer-head" }, mark, mark ? " " : null, words);
}

/** Sentences that customers must not hear are marked so, in place of "Say". */
function said({ text, remedies = [], inside, staff, unsure }) {
  const label = inside && staff ? "For staff only: " : staff && !unsure ? "Say: " : "";
  const first = remedies.length ? "" : label;
  return [el("p", { class: "fw-say" }, first ? el("strong", {}, first) : null, text), ...remedies];
}

function facts(rows) {
  const cells = rows.flatMap(([label, value]) => [
    el("div", {}, el("dt", {}, label), el("dd", {}, value)),
  ]);
  return el("dl", { class: "fw-answer-facts" }, ...cells);
}

const lines = (rows) =>
  el(
    "ul",
    { class: "fw-answer-lines" },
    ...rows.map(([title, url, text]) =>
      el("li", {}, el("a", { href: address(url) }, title), ` ${text}`),
    ),
  );

function copy(text) {
  const button = el("button", { type: "button", class: "fw-button" }, "Copy");
  button.addEventListener("click", async () => {
    button.textContent = await copyText(text).then(
      () => "Copied",
      () => "Not copied",
    );
    button.focus();
    setTimeout(() => {
      button.textContent = "Copy";
    }, COPIED_FOR);
  });
  return el("p", { class: "fw-answer-copy" }, button);
}
