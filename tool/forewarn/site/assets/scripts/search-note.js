// What is said above the hits where there is no answer: of a version that is not recorded, of a hash.

import { address, el } from "./dom.js";

/** What is to be said of a version that there is not, or of a hash that nothing has. */
export function noteWords(note) {
  if (note.text) return [note.text];
  const { product, version, of } = note;
  const newest = product.newest
    ? [
        "the newest that is recorded is ",
        page(product.newest, `${product.title} ${product.version}`),
      ]
    : ["none is recorded of ", page(product.url, product.title)];
  return [
    `${product.title} ${version} is not recorded as a release of its own; `,
    ...newest,
    ". Whether it is out, is not known here.",
    ...(of ? [" ", page(of[1], of[0]), ` ${of[3]}.`] : []),
    ...coveredBy(note),
  ];
}

const page = (url, words) => el("a", { href: address(url) }, words);

/** What is stated of the versions around one that is not recorded, and where it is judged. */
function coveredBy({ covers, more, product, version }) {
  if (!covers) return [];
  const check = page(
    `compatibility/checker/?${new URLSearchParams([[product.id, version]])}`,
    "check it with another product",
  );
  const stated = covers.flatMap(({ url, title: words, verdict, of }, at) => [
    at ? "; " : "",
    `${verdict}, by `,
    page(url, words),
    ` of ${of}`,
  ]);
  const said = covers.length
    ? [
        " What is stated of the versions around it covers it: ",
        ...stated,
        more ? "; and more." : ".",
      ]
    : [" No statement covers it: do not promise that it works with anything."];
  return [...said, " Or ", check, "."];
}
