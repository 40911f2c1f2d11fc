// Versions of numbers alone, in the order that the product's scheme has for them. The rules are
// those of model/plain.py; what is not certain is not read.

const YEAR = /^(?:\d{2}|[12]\d{3})$/;

/** The numbers of a version, so that equal ones are equal versions; null for any other text. */
export function readNumbers(plain, text) {
  if (!plain) return null;
  const written = plain.prefix ? text.replace(/^v/i, "") : text;
  if (!/^\d{1,9}(?:\.\d{1,9}){0,7}$/.test(written)) return null;
  const parts = written.split(".");
  const numbers = parts.map(Number);
  if (parts.length < plain.shortest || parts.length > plain.longest) return null;
  if (numbers.some((number) => number > plain.highest)) return null;
  if (!plain.zeros && numbers.some((number, at) => String(number) !== parts[at])) return null;
  if (plain.years) {
    if (!YEAR.test(parts[0])) return null;
    if (parts[0].length === 2) numbers[0] += 2000;
  }
  while (plain.filled && numbers.at(-1) === 0) numbers.pop();
  return numbers;
}

function compare(one, other) {
  for (let at = 0; at < Math.min(one.length, other.length); at += 1) {
    if (one[at] !== other[at]) return one[at] - other[at];
  }
  return one.length - other.length;
}

export const sameNumbers = (one, other) => compare(one, other) === 0;

/** Whether numbers are the same as others or above them; where `after`, only whether above. */
export const atLeast = (numbers, end, after) => compare(numbers, end) >= (after ? 1 : 0);
