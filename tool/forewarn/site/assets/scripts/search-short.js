// What people write for a product before a version of it, and nowhere else: py3.12, win 11.

const BEFORE = /(?:^|[^\d\s]\s+|[(,:"']\s*)$/;
const BEHIND = /^\s*v?\d+(?:\.\w+)*(?=$|\s|[.?!,;:)"'](?:\s|$))/i;

/** The first of what may be short for a product that stands by itself and before a version. */
export const meant = (shorts, text) =>
  shorts
    .filter(
      ({ place }) => BEFORE.test(text.slice(0, place.from)) && BEHIND.test(text.slice(place.to)),
    )
    .slice(0, 1);
