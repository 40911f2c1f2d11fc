// The words that only make a sentence of a question, and those that say what is asked for.

const LISTS = {
  en: "a s t m re ll ve d isn aren doesn don can won wasn didn hasn haven whats thats hows wheres isnt cant doesnt dont about after all also am an and any are as at be been before but by can could did do does doing for from get gets got had has have he hello her hi his how i if in into is it its just me my no not of on or our please said says she should so still tell than thanks that the their them then there these they this those to too us was we were what when where whether which who whose why will with would yet you your customer customers",
  de: "aber alle als also am an auch auf aus bei beim bin bis bitte da damit danke dann das dass dein dem den der des die dies diese dieser dieses doch du ein eine einem einen einer es etwas für gibt habe haben hallo hat hatte ich ihr im immer in ins ist ja jetzt kann kein keine können kunde kunden kundin man mein meine mich mir mit muss nach nicht noch nun nur ob oder ohne schon sein sich sie sind so soll um und uns unser vom von vor war warum was welche welchem welchen welcher welches wenn wer werden wie wieder wir wird wo wurde zu zum zur über",
};
const PAGE = document.documentElement.lang.slice(0, 2).toLowerCase();
if (!(PAGE in LISTS)) Object.assign(LISTS, (await import("./search-words-more.js")).LISTS);
/** The words of a list, also as they are typed without their keys: für, fuer; draußen, draussen. */
const listed = (words) => {
  const plain = { ä: "ae", ö: "oe", ü: "ue", ß: "ss" };
  return new Set(`${words} ${words.replace(/[äöüß]/g, (letter) => plain[letter])}`.split(" "));
};
const STOP = Object.fromEntries(
  Object.entries(LISTS).map(([language, words]) => [language, listed(words)]),
);

const ASKED = {
  // Whether it is out.
  out: "out available released release shipped live published downloadable launched draußen erschienen heraus raus veröffentlicht verfügbar freigegeben",
  // Until when there is support.
  support:
    "support supported unsupported end ends ended ending eol eos life dead alive use using used usable patched patches obsolete deprecated maintained maintenance until lifecycle expire expires dates date old recommended recommend advisable esm ltss oss extended commercial empfohlen tot nutzen nutze benutzen benutze verwenden verwende veraltet ende endet enden endete supportende unterstützung unterstützt wartung wann lange bis auslaufen",
  // Whether something is known to be wrong with it.
  safe: "safe unsafe secure insecure security vulnerable vulnerability vulnerabilities affected ok okay fine good sicher sicherheit unsicher gut verwundbar anfällig betroffen",
  // What is the newest.
  newest:
    "latest newest new newer current currently recent last next stable lts aktuell aktuelle aktuellen aktueller aktuellste neu neue neueste neuesten neuester neuestes neuste neusten letzte letzter letzten",
  // What something needs.
  need: "need needs needed require requires required requirement requirements minimum prerequisite prerequisites braucht brauche brauchen benötigt benötige benötigen voraussetzung voraussetzungen nötig",
  // Whether things work together.
  together:
    "with and together compatible compatibility work works working run runs against vs plus mit und zusammen kompatibel kompatibilität läuft laufen funktioniert vertragen verträgt",
};
const FILLING =
  "since seit coming kommt version versions release releases update updates upgrade number download downloads product already now today right know info information status state for fassung ausgabe versionen aktualisierung update produkt heute stand gerade jahr";
const INTENTS = Object.fromEntries(
  Object.entries(ASKED).map(([intent, words]) => [intent, listed(words)]),
);
const QUESTION = listed(`${Object.values(ASKED).join(" ")} ${FILLING}`);

/** What asks for one of several. */
export const WHICH = /\b(?:which|what|welche[mnrs]?)\b/i;

/** The words of a text, in small letters, without what stands around them. */
export const wordsOf = (text) =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}_.+#-]+/u)
    .map((word) => word.replace(/^[.+-]+|[.-]+$/g, ""))
    .filter(Boolean);

/**
 * What tells whether a word only holds a sentence together: of this site's language, of English,
 * and of another one where the words are plainly of that one.
 */
export function stopWords(words) {
  const count = (language) => words.filter((word) => STOP[language].has(word)).length;
  const here = [STOP.en, STOP[PAGE] ?? STOP.en];
  const [most] = Object.keys(STOP).sort((a, b) => count(b) - count(a));
  const own = Math.max(count("en"), STOP[PAGE] ? count(PAGE) : 0);
  if (count(most) > own) here.push(STOP[most]);
  return (word) => here.some((list) => list.has(word));
}

/** Whether a word may belong to a question and not to what it is about. */
export function isAsking(words) {
  const stop = stopWords(words);
  return (word) => stop(word) || QUESTION.has(word);
}

/** Whether a text asks for something: one of ASKED. */
export const asks = (intent, text) =>
  wordsOf(text).some((word) => INTENTS[intent].has(word)) ||
  (intent === "together" && /[+&]/.test(text));
