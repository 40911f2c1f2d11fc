// What the empty box offers: the pages that were opened from it last, which only this browser knows,
// and examples of what can be asked of this site.

import { address, loadJson } from "./dom.js";

const KEPT = 5;
const SITE = address("");
const KEY = `${new URL(SITE).pathname}.forewarn.opened`;

/** The pages that were opened last, the newest first; nothing where the browser keeps nothing. */
export function opened() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isPage).slice(0, KEPT) : [];
  } catch {
    return [];
  }
}

const isPage = (kept) =>
  typeof kept?.url === "string" && typeof kept.title === "string" && isOurs(kept.url);

const isOurs = (url) => URL.canParse(url, SITE) && address(url).startsWith(SITE);

/** Keep that a page was opened. */
export function remember(href, title) {
  if (!isOurs(href) || !title) return;
  const page = { url: href.slice(SITE.length), title };
  const others = opened().filter(({ url }) => url !== page.url);
  try {
    localStorage.setItem(KEY, JSON.stringify([page, ...others].slice(0, KEPT)));
  } catch {
    // A browser that keeps nothing opens the page all the same.
  }
}

/** Words that find something on this site. */
export const examples = () =>
  loadJson("api/v1/lookup/index.json").then(
    (index) => index.examples ?? [],
    () => [],
  );
