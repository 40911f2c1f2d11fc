"""Checksums as systems print them and people paste them: what a text says of a file's content.

The same rules are in site/assets/scripts/search-checksums.js, for what a reader types.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.visible import HIDDEN

SHA256 = "sha256"
_BEGINNING = 8  # digits that people read out
_FULL = 64
_MOST = 2000  # sums of one paste
# What an algorithm is called, and how many digits its sum has.
_DIGITS: Mapping[str, int] = {
    name: digits
    for digits, names in (
        (8, "CRC-32"),
        (32, "MD5"),
        (40, "SHA-1 RIPEMD-160"),
        (56, "SHA-224 SHA-512/224 SHA3-224"),
        (64, "sha256 SHA-512/256 SHA3-256 SM3 BLAKE2s BLAKE3"),
        (96, "SHA-384 SHA3-384"),
        (128, "SHA-512 SHA3-512 BLAKE2b"),
    )
    for name in names.split()
}
_USUAL = {32: "MD5", 40: "SHA-1", 56: "SHA-224", 64: SHA256, 96: "SHA-384", 128: "SHA-512"}
_LABEL = expression(
    r"(?<![a-z0-9])(?:(?P<md>md5)|(?P<crc>crc-?32)|(?P<sm>sm3)|(?P<rmd>(?:ripemd|rmd)-?160)"
    r"|sha3[-_ ]?(?P<three>224|256|384|512)|(?P<trunc>sha-?512[-/_](?:224|256))"
    r"|(?P<one>sha[-_ ]?1)|sha(?:2[-_ ]|[-_ ])?(?P<two>224|256|384|512)"
    r"|(?P<blake>blake-?2[bs]?|blake3|b2|b3)(?:[-_]?\d{3})?)(?:sums?)?(?![a-z0-9])",
    re.IGNORECASE,
)
# What stands in front of and behind a sum that is no part of a path, a version or a longer word.
_BEFORE = r"(?<![\w./\\+~@%-])(?:0x)?"
_AFTER = r"(?![\w/\\+~@%-]|\.\w)"
_RUN = expression(rf"{_BEFORE}([0-9a-f]{{8,}}){_AFTER}", re.IGNORECASE)
_APART = expression(
    rf"{_BEFORE}((?:[0-9a-f]{{2}}([ :-])(?:[0-9a-f]{{2}}\2){{14,}}[0-9a-f]{{2}})"
    rf"|(?:[0-9a-f]{{4}}([ :-])(?:[0-9a-f]{{4}}\3){{6,}}[0-9a-f]{{4}})"
    rf"|(?:[0-9a-f]{{8}}([ :-])(?:[0-9a-f]{{8}}\4){{2,}}[0-9a-f]{{8}})){_AFTER}",
    re.IGNORECASE,
)
_CUT = expression(rf"{_BEFORE}([0-9a-f]{{8,}})(?:…|\.{{2,3}})([0-9a-f]*)(?!\w)", re.IGNORECASE)
_DAMAGED = expression(rf"{_BEFORE}([0-9a-z]{{32,}}){_AFTER}", re.IGNORECASE)
_IN_64 = expression(
    r"(?<![\w+/=])(?:(?P<label>md5|sha-?(?:1|224|256|384|512))(?:-|=:?|:))?"
    r"(?P<value>[a-z0-9+/_-]{22,86}={1,2}|(?<=-)[a-z0-9+/]{64}):?(?![\w+/=])",
    re.IGNORECASE,
)
_BYTES = {16: "MD5", 20: "SHA-1", 28: "SHA-224", 32: SHA256, 48: "SHA-384", 64: "SHA-512"}
# Signs and words around a name in a line of sums.
_WORDS = expression(
    r"^(?:(?:algorithm|hash|path|file|filename|name|checksum|digest)\b\s*[:=]?"
    r"|(?:hash|sum|checksum)?[\s-]*\b(?:of|for|von|de|di)\b(?:\s+file\b)?|[\s*=:|,;()\[\]<>\\\"'`-]+)\s*",
    re.IGNORECASE,
)
_END = expression(r"(?:[\s=:|,;(\[<\"'`]+|\s-+)$|(?<=\w)[)\]>]+$")
# What a text without a sum has none of: as many digits in a row, and what names an algorithm.
_DIGITS_IN_A_ROW = expression(r"[0-9a-f]{8}")
_NAMES = ("md5", "crc", "sm3", "rmd", "ripemd", "sha", "blake", "b2", "b3")
_SHORTEST_APART = 39  # characters of the shortest sum that is written in groups, or on two lines
_FIELD = expression(r"\s*(algorithm|hash|path)\s*:\s*(.*)", re.IGNORECASE)
_HEADING = expression(r"[\s-]*|algorithm\s+hash(?:\s+path)?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Checksum:
    """What a text says of a file's content.

    `digits` are small hexadecimal digits, perhaps the first ones alone. `name` is the name that
    stands beside it. `told` is whether the text names the algorithm; else it follows from how
    many digits there are. `problem` is what is wrong, where it cannot be compared with anything.
    """

    digits: str
    algorithm: str = SHA256
    told: bool = False
    name: str | None = None
    problem: str | None = None

    @property
    def sha256(self) -> str | None:
        """The digits of a sha256, or of what may be the beginning of one."""
        if self.problem or len(self.digits) > _FULL or (self.told and self.algorithm != SHA256):
            return None
        return self.digits


def read_checksums(text: str) -> tuple[Checksum, ...]:
    """The checksums in a text, such as the output of sha256sum, Get-FileHash or certutil.

    Empty where it holds none: a version, a file's name, or an address.
    """
    if _holds_none(text):
        return ()
    lines = [*_lines(text)]
    found: list[Checksum] = []
    label = name = None
    for line in lines:
        field = _FIELD.fullmatch(line)
        known, value, rest = _read(line, alone=len(lines) == 1)
        if value is None:
            beside = _name(rest)
            if field and field[1].lower() == "path" and found and found[-1].name is None:
                found[-1] = replace(found[-1], name=field[2].strip() or None)
            elif known or (field and field[1].lower() == "path"):
                label, name = known or label, beside or name
            continue
        whole = _whole(value, known or label)
        found.append(replace(whole, name=_name(rest) or name))
        label = name = None
        if len(found) == _MOST:
            break
    return tuple(found)


def is_list(text: str) -> bool:
    """Whether a text is a list of checksums, and nothing else."""
    lines = [line for line in _lines(text) if not line.startswith("#")]
    read = [_read(line, alone=False) for line in lines]
    return any(value and len(value) >= 32 for _, value, _ in read) and all(
        value or label or _FIELD.fullmatch(line) or line.lower().startswith("certutil:")
        for line, (label, value, _) in zip(lines, read, strict=True)
    )


def _holds_none(text: str) -> bool:
    """Whether a short text is seen to hold no sum, without the expressions that look for each."""
    plain = text.lower()
    return (
        len(text) < _SHORTEST_APART
        and text.isascii()
        and text.isprintable()
        and "=" not in text
        and not any(name in plain for name in _NAMES)
        and _DIGITS_IN_A_ROW.search(plain) is None
    )


def _lines(text: str) -> Iterator[str]:
    """The lines that say something; a sum that was broken in two is one again."""
    plain = HIDDEN.sub("", text.replace("\u00a0", " ").replace("\t", " "))
    # A field that holds one line has made one of several.
    plain = re.sub(r"(?=CertUtil: -|(?:Hash|Path) +: )", "\n", plain, flags=re.IGNORECASE)
    joined: list[str] = []
    for raw in plain.splitlines():
        line = raw.strip()
        if not line or _HEADING.fullmatch(line):
            continue
        digits = re.sub(r"[ :-]", "", line)
        if joined and re.fullmatch(r"[0-9a-f]+", digits, re.IGNORECASE):
            before = re.search(r"(?:^|[\s:=])([0-9a-f][0-9a-f ]*)$", joined[-1], re.IGNORECASE)
            already = before[1].replace(" ", "") if before else ""
            # A line that is indented goes on with the one above it.
            broken = raw.startswith("  ") or len(already) not in _USUAL
            if already and broken and len(already + digits) in _USUAL:
                joined[-1] = joined[-1][: before.start(1) if before else 0] + already + digits
                continue
        joined.append(line)
    halves = [line for line in joined if re.fullmatch(r"[0-9a-f]{8,}", line, re.IGNORECASE)]
    # Two lines and nothing else: one sum, broken where the line was full.
    if len(joined) == len(halves) == 2 and len("".join(halves)) in (_FULL, 2 * _FULL):
        if {*map(len, halves)} & {_FULL}:
            yield from joined
        else:
            yield "".join(halves)
        return
    yield from joined


def _read(line: str, *, alone: bool) -> tuple[str | None, str | None, str]:
    """The algorithm that a line names, the sum in it, and the rest of it."""
    coded = _coded(line)
    if coded:
        return coded
    line = re.sub(r"^\\(?=[0-9a-f]{8})", "", line)
    labels = [match for match in _LABEL.finditer(line) if not _in_name(line, match)]
    label = _algorithm(labels[0]) if labels else None
    bare = _without(line, labels[0].span()) if labels else line
    for pattern in (_APART, _RUN, _CUT, _DAMAGED):
        match = max(pattern.finditer(bare), key=lambda m: len(m[1]), default=None)
        if match and _counts(pattern, match, bare, label, alone=alone):
            return label, _digits(pattern, match), _without(bare, match.span())
    # "sha256: 9f2c" claims to be a sum, however little is left of it.
    claimed = re.fullmatch(r"\s*[:=-]\s*(?:0x)?([0-9a-z]{1,})\s*", bare, re.IGNORECASE)
    if label and claimed and labels[0].start() == 0:
        return label, claimed[1].lower(), ""
    return label, None, bare


def _counts(
    pattern: re.Pattern[str], match: re.Match[str], line: str, label: str | None, *, alone: bool
) -> bool:
    """Whether what looks like a sum is one, and no version, word or date."""
    digits = match[1]
    if pattern is _DAMAGED:
        strange = len(re.sub(r"[0-9a-f]", "", digits, flags=re.IGNORECASE))
        return bool(re.search(r"\d", digits)) and (strange <= len(digits) // 8 or label is not None)
    if len(digits) >= 32 or label:
        return True
    rest = _without(line, match.span()).strip()
    if not rest or pattern is _CUT:
        return alone
    # A few digits in front of a name, as a list of sums has them; or a version behind one.
    return (
        match.start() == 0 and re.search(r"\.[a-z][a-z0-9]{1,8}$", rest, re.IGNORECASE) is not None
    )


def _digits(pattern: re.Pattern[str], match: re.Match[str]) -> str:
    if pattern is _CUT and match[2]:
        return f"{match[1]}…{match[2]}".lower()
    return re.sub(r"[ :-]", "", match[1]).lower()


def _coded(line: str) -> tuple[str | None, str, str] | None:
    """A sum in base64, as web pages and package managers write it."""
    for match in _IN_64.finditer(line):
        try:
            data = base64.b64decode(
                match["value"].replace("-", "+").replace("_", "/"), validate=True
            )
        except ValueError:
            continue
        if len(data) in _BYTES and (match["label"] or match[0] == line.strip()):
            label = _LABEL.fullmatch(match["label"]) if match["label"] else None
            name = _algorithm(label) if label else _BYTES[len(data)]
            return name, data.hex(), _without(line, match.span())
    return None


def _in_name(line: str, match: re.Match[str]) -> bool:
    """Whether what names an algorithm is part of a file's name: `sha256-tool.exe`, `x.sha256`."""
    before, after = line[: match.start()][-1:], line[match.end() :]
    return (
        before in tuple("./\\_-")
        or re.match(r"[._/\\]\w|-(?!hash)[a-z]*[g-z]", after, re.IGNORECASE) is not None
    )


def _algorithm(match: re.Match[str]) -> str:
    text = match[0].lower()
    if match["two"]:
        return SHA256 if match["two"] == "256" else f"SHA-{match['two']}"
    if match["three"]:
        return f"SHA3-{match['three']}"
    if match["trunc"]:
        return f"SHA-512/{text.removesuffix('sum')[-3:]}"
    if match["blake"]:
        blake = match["blake"].lower().replace("-", "")
        return {"blake2s": "BLAKE2s", "blake3": "BLAKE3", "b3": "BLAKE3"}.get(blake, "BLAKE2b")
    plain = {"md": "MD5", "crc": "CRC-32", "sm": "SM3", "rmd": "RIPEMD-160", "one": "SHA-1"}
    return next(name for group, name in plain.items() if match[group])


def _whole(digits: str, label: str | None) -> Checksum:
    """The sum, with what is wrong with it."""
    told = label is not None
    algorithm = label or _USUAL.get(len(digits), SHA256)
    wanted = _DIGITS[algorithm]
    what = f"{_an(algorithm)} has {wanted}"
    strange = re.search(r"[^0-9a-f]", digits)
    problem = None
    if "…" in digits:
        problem = f"the middle of it is missing; {what}"
    elif strange:
        problem = f"{strange[0]!r} in it is no hexadecimal digit"
    elif len(digits) > wanted:
        problem = f"it has {len(digits)} digits, and {what}"
    elif algorithm == SHA256 and len(digits) < _BEGINNING:
        problem = f"it has {len(digits)} digits, and {what}; the first {_BEGINNING} are enough"
    elif algorithm not in (SHA256, "BLAKE2b", "BLAKE2s") and len(digits) < wanted:
        problem = f"it has {len(digits)} digits, and {what}"
    return Checksum(digits=digits, algorithm=algorithm, told=told, problem=problem)


def _an(algorithm: str) -> str:
    return f"an {algorithm}" if algorithm in ("MD5", "SM3") else f"a {algorithm}"


def _name(rest: str) -> str | None:
    """The name that is left of a line; None where nothing is."""
    before = None
    while rest != before:
        before = rest
        rest = _END.sub("", _WORDS.sub("", rest.strip(), count=1)).strip()
    return rest if re.search(r"\w", rest) else None


def _without(line: str, span: tuple[int, int]) -> str:
    return f"{line[: span[0]].rstrip()} {line[span[1] :].lstrip()}".strip()
