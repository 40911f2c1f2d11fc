// The names of downloaded files without what browsers and people add, by the rules of model/file_names.py.

const KINDS =
  "7z|aab|apk|app|appimage|appx|appxbundle|bz2|cab|crx|deb|dmg|ear|egg|exe|flatpak|gem|gz|img|ipa|iso|jar|lz|lzma" +
  "|mpkg|msi|msix|msixbundle|msp|msu|nupkg|ova|pkg|qcow2|rar|rpm|run|snap|tar|tbz2?|tgz|txz|vhdx?|vmdk|vsix|war|whl" +
  "|xpi|xz|zip|zstd?";
export const FILE = new RegExp(`^(.+?)((?:\\.(?:${KINDS}))+)$`, "i");
const AT_END = `(?=(?:\\.(?:${KINDS}))*$)`;
const COPY = "copy|kopie|copie|copia|cópia|kopi|kopia|kopio|копия|másolat|kopya|コピー|副本|복사본";
const ADDED = [
  [/\.(?:part|partial|tmp|crdownload|download|opdownload|filepart|!ut|aria2)$/i, ""],
  [
    /\.(?:sha(?:1|224|256|384|512)(?:sums?)?|md5(?:sums?)?|asc|sig|minisig|torrent|meta4|metalink|blockmap|zsync)$/i,
    "",
  ],
  [new RegExp(`(?<=\\.)(${KINDS})(?:_|\\.(?:txt|bak|old|renamed))$`, "i"), "$1"],
  [new RegExp(`(?<=\\.)(${KINDS})(?<!tar)\\.(?:zip|7z|rar|gz|bz2|xz|zst)$`, "i"), "$1"],
  [new RegExp(` ?(?:\\(\\d+\\)|\\[\\d+\\])${AT_END}`, "i"), ""],
  [new RegExp(`(?:\\s+[-\u2013]\\s+|[\\s_-]+)(?:${COPY})(?:\\s*\\(?\\d+\\)?)?${AT_END}`, "i"), ""],
  [new RegExp(`^(?:${COPY})(?:\\s*\\(\\d+\\))?\\s+(?:of|von|de|di)\\s+`, "i"), ""],
];
const RANDOM = /\.[\w-]{8}(?=\.\w{1,12}\.part$)/;
const QUOTES = /^["'` “”„«»‘’]+|["'` “”„«»‘’]+$/g;
const HOST = /^(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?\//i;

/** The web address that a text is, without what stands around it; null where it is none. */
export function asUrl(text) {
  const plain = text
    .trim()
    .replace(/^</, "")
    .replace(QUOTES, "")
    .replace(/[.,;:!)>\]]+$/, "");
  if (/\s/.test(plain) || /^file:/i.test(plain)) return null;
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(plain)
    ? plain
    : HOST.test(plain)
      ? `https://${plain}`
      : null;
  return url && URL.canParse(url) ? new URL(url) : null;
}

/** The checksum that an address brings along, as package managers write it. */
export const digestIn = (url) =>
  /[#?&](?:checksum=)?(sha\d+[-=:][^&]+|md5[-=:][^&]+)$/i.exec(url.href)?.[1].replace("=", ":") ??
  "";

/** The name under which a download is saved, in small letters, or an empty text. */
export function fileName(url) {
  const segments = url.pathname.split("/").map((part) => decode(part).toLowerCase());
  const last = segments.pop();
  if (FILE.test(last)) return last;
  const said = [...url.searchParams.values()].map(
    (value) => /filename\*?=(?:utf-8'')?"?([^";]+)/i.exec(value)?.[1] ?? value,
  );
  const others = said.map((value) => value.split(/[/\\]/).pop().toLowerCase());
  return [...others, ...segments.reverse()].find((other) => FILE.test(other)) ?? last;
}

/** The names that a file may have had, in small letters: as it stands, then less and less. */
export function namesOf(text) {
  let path = text.trim().replace(/^& /, "").replace(QUOTES, "");
  if (path.includes("/") || path.includes("\\ "))
    path = path.replace(/\\([ ()[\]{}'"&!;$])/g, "$1");
  if (/^file:/i.test(path)) path = decode(path.replace(/^file:\/*/i, "/"));
  let name = path.split(/[/\\]/).pop().trim().toLowerCase();
  if (name.includes("%")) name = decode(name);
  const found = [name];
  for (let plain = name.replace(RANDOM, ""); plain; ) {
    if (!found.includes(plain)) found.push(plain);
    plain = ADDED.map(([added, kept]) => plain.replace(added, kept).trim()).find(
      (less) => less && less !== plain,
    );
  }
  return found;
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
