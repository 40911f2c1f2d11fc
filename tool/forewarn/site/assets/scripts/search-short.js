// What people write for a product before a version of it, and nowhere else: py3.12, win 11.

const BEFORE = /(?:^|[^\d\s]\s+|[(,:"']\s*)$/;
const BEHIND = /^\s*v?\d+(?:\.\w+)*[a-z]?(?=$|\s|[.?!,;:)"'](?:\s|$))/i;

/**
 * The first of what may be short for a product that stands by itself and before a version. Where it
 * is short for several, these are all of them, and the first says so.
 */
export function meant(shorts, text) {
  const [first, ...others] = shorts.filter(
    ({ place }) => BEFORE.test(text.slice(0, place.from)) && BEHIND.test(text.slice(place.to)),
  );
  const same = first ? [first, ...others.filter(({ name }) => name === first.name)] : [];
  if (same.length > 1) {
    first.which = {
      title: first.name[0].toUpperCase() + first.name.slice(1),
      text: `${same.length} products here are called so. Which one is it?`,
      facts: [],
      more: [],
    };
  }
  return same;
}
