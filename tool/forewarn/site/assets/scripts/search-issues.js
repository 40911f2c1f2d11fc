// What is known to be wrong with a release, beside what is said of it otherwise.

const NONE = "No known issue here concerns it, which proves nothing.";

/** An answer about a release with its known issues, or null for `known`: that none here is its. */
export const withIssues = (answer, known) => ({
  ...answer,
  text: `${answer.text} ${known?.text ?? NONE}`,
  more: known?.more ?? [],
  inside: answer.inside || Boolean(known?.inside),
});
