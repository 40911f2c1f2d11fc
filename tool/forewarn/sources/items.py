"""What readers find in a place, made into what is shown: the same rules for all of them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.file_names import as_file, file_name
from forewarn.model.names import check_word
from forewarn.model.platforms import Target, arch_of, target_of
from forewarn.model.sighting import Chance, Reach, Shown, Unread
from forewarn.model.watching.digests import Known
from forewarn.patterns import first_group
from forewarn.responses import Response
from forewarn.sources.clean import clean, clean_url, hides_something
from forewarn.sources.feed_dates import moment_of
from forewarn.sources.feed_files import FileTarget, is_program, serves, target_of_file
from forewarn.sources.interface import Answer, Kept, Request, SourceError
from forewarn.sources.versions.declared import of_words
from forewarn.sources.versions.find import (
    HIDDEN,
    NAMELESS,
    UNMATCHED,
    FoundVersions,
    as_version,
    chance_of,
    names_another,
)
from forewarn.sources.versions.names import Names

LONGEST_TITLE, LONGEST_NOTE, LONGEST_WORD = 300, 100, 100
MOST_ITEMS = 20_000
_BY_LENGTH = {32: "md5", 40: "sha1", 56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}
_NAMED = expression(r"(md5|sha-?(?:1|224|256|384|512))[:=-]\s*(.+)", re.IGNORECASE)
_HEX = expression("[0-9a-f]+")
_EPOCH = expression("1[0-9]{9}(?:[0-9]{3})?")
_HIGHER = (
    "the pattern of this source does not find it, and it looks like {}: higher than all it finds"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One thing that a reader found, as it is written there; what is not there is empty.

    `key` tells it from others where its version cannot be read. `found` is for readers that find
    the version themselves; the others give it as `version`. `page` is where people read about it,
    `url` the file itself; `file` says that its platform may be told from the file's name, which is
    `name`, or a title that is one, where the address does not have it.
    """

    key: str
    title: str = ""
    version: str = ""
    found: FoundVersions | None = None
    url: str = ""
    page: str = ""
    platform: str = ""
    arch: str = ""
    track: str = ""
    size: str = ""
    digests: Mapping[str, str] = field(default_factory=dict)
    date: str = ""
    rollout: str = ""
    notes: tuple[str, ...] = ()
    file: bool = False
    name: str = ""
    empty: bool = False


class Items:
    """What one answer shows, item by item.

    Args:
        base: where the answer came from, for addresses that are relative.
        pattern: finds the version in what is written as one.
        words: a version may have words around it, as in "2.7 beta 3".
    """

    def __init__(
        self,
        request: Request[Any],
        *,
        base: str,
        pattern: str | None = None,
        words: bool = True,
    ) -> None:
        self._request = request
        self._base = base
        # A row without an address is called by its type and options.
        place = request.place
        self._place = place if place.startswith(("http://", "https://")) else clean_url(base) or ""
        self._pattern = pattern
        self._words = words
        self.names = Names(request.product, request.prefixes, others=request.others)
        self._shown: dict[tuple[str | None, ...], Shown] = {}
        self._others: dict[tuple[str | None, ...], list[Known]] = {}
        self._unread: list[Unread] = []
        self._left_out: list[Unread] = []
        self._unmatched: list[tuple[Item, FoundVersions]] = []
        self._elsewhere = 0
        self._entries = 0

    def take(self, item: Item) -> None:
        """Show an item, say why it cannot be read, or that it is for another system."""
        self._entries += 1
        target = self._target(item)
        platform = self._request.platform
        if platform and not serves(platform, target.system):
            self._elsewhere += 1
            self.leave_out(item, f"it is for {target.system}")
            return
        found = self._version(item.version) if item.found is None else item.found
        for version in found.versions:
            shown = self._one(item, version, target)
            key = (shown.version, shown.platform, shown.arch, shown.channel)
            if self._shown.setdefault(key, shown) is not shown:
                file = (shown.download or "", shown.digests)
                self._others.setdefault(key, []).extend([file] if any(file) else [])
                self.leave_out(item, f"another file of {version} for the same system comes before")
        if not found:
            chance = chance_of(found, is_file=is_program(item.url))
            self._unread.append(self._entry(item, found.why, chance))

    def take_unmatched(self, item: Item, named: FoundVersions) -> None:
        """Keep in mind what the row's pattern does not find, though a version stands clearly there.

        Only one that is higher than all that is shown is told as unread: the vendor may have begun
        to name files in another way.
        """
        self._unmatched.append((item, named))

    def leave_out(self, item: Item, why: str) -> None:
        """Say of an item that it is rightly not shown."""
        self._left_out.append(self._entry(item, why))

    def answer(
        self,
        *,
        state: Kept,
        reach: Reach,
        responses: tuple[Response, ...],
        mute: bool = False,
        **more: Any,
    ) -> Answer:
        """All of it; `mute` lets none of it name a version, `more` are further fields.

        Raises:
            SourceError: there are entries, and none of them names a version.
        """
        self._judge_unmatched()
        if self._unread and not (mute or self._shown or self._elsewhere):
            first = self._unread[0]
            raise SourceError(
                f"none of the {len(self._unread)} entries names a version that can be used: of "
                f"{first.title!a:.80}, {first.why}",
                help="`forewarn watch test` shows each; what is there may look otherwise now.",
            )
        return Answer(
            shown=tuple(self._with_others()),
            unread=tuple(self._unread),
            left_out=tuple(self._left_out),
            elsewhere=self._elsewhere,
            entries=self._entries,
            state=state,
            reach=reach,
            responses=responses,
            **more,
        )

    def _with_others(self) -> Iterator[Shown]:
        for key, shown in self._shown.items():
            others = self._others.get(key, ())
            has_digests = shown.digests or any(digests for _, digests in others)
            if others and has_digests:
                yield replace(shown, others=tuple(dict.fromkeys(others)))
            else:
                yield shown

    def _judge_unmatched(self) -> None:
        key = self._request.scheme.key
        highest = max((key(shown.version) for shown in self._shown.values()), default=None)
        for item, named in self._unmatched:
            higher = [v for v in named.versions if highest is None or key(v) > highest]
            if higher:
                why = UNMATCHED if highest is None else _HIGHER.format(max(higher, key=key))
                self.take(replace(item, found=FoundVersions(why=why, chance=Chance.MUCH)))
            else:
                self.leave_out(item, UNMATCHED)

    def address(self, text: str) -> str | None:
        """An address that is written there, whole and safe; None where it is none."""
        if not text:
            return None
        try:
            return clean_url(urljoin(self._base, text.strip()))
        except ValueError:
            return None

    def _version(self, text: str) -> FoundVersions:
        if self._pattern:
            text = first_group(self._pattern, text) or ""
            if not text:
                return FoundVersions(why=UNMATCHED)
        text = text.strip()
        if not any(char.isdigit() for char in text):
            return FoundVersions(why=NAMELESS)
        scheme = self._request.scheme
        why = f"{clean(text, 60)!a} is no version under the scheme {scheme.name}"
        if len(text) > LONGEST_WORD:
            return FoundVersions(why=why)
        if hides_something(text):
            return FoundVersions(why=HIDDEN)
        for plain in (re.sub("^[vV](?=[0-9])", "", text), text):
            if version := as_version(plain, scheme):
                return FoundVersions((version,))
        words = clean(text, LONGEST_WORD)
        return of_words(words, self.names, scheme) if self._words else FoundVersions(why=why)

    def _target(self, item: Item) -> FileTarget:
        own = self._request.product.platforms
        declared = _declared(item.platform[:LONGEST_WORD], own)
        word = item.platform.lower()
        platform = (
            declared.platform if declared else word if word and not check_word(word) else None
        )
        named = _target_of_names(item) if item.file else FileTarget()
        return FileTarget(
            system=platform or named.system,
            arch=arch_of(item.arch) or (declared.arch if declared else None) or named.arch,
        )

    def _one(self, item: Item, version: str, target: FileTarget) -> Shown:
        notes = list(item.notes)

        def left(name: str, text: str) -> None:
            notes.append(f"{name} {text}")

        download, page = self.address(item.url), self.address(item.page)
        digests = _digests(item.digests, left)
        return Shown(
            version=version,
            url=page or download or self._place,
            title=clean(item.title or _file_name(item.url) or item.version, LONGEST_TITLE),
            platform=self._request.platform or target.system,
            published=_moment(item.date, left),
            arch=target.arch,
            channel=clean(item.track, LONGEST_NOTE) or None,
            download=download,
            size=_size(item.size, left),
            sha256=dict(digests).get("sha256"),
            digests=digests,
            rollout=percent(item.rollout, left),
            empty=item.empty,
            notes=tuple(clean(note, LONGEST_NOTE) for note in notes),
        )

    def _entry(self, item: Item, why: str, chance: Chance = Chance.LITTLE) -> Unread:
        return Unread(
            key=clean(item.key, LONGEST_TITLE),
            title=clean(item.title or _file_name(item.url) or item.key, LONGEST_TITLE),
            url=self.address(item.page) or self.address(item.url) or self._place,
            why=why,
            chance=chance,
        )


def may_be_a_release(address: str, names: Names) -> bool:
    """Whether it is a program with the product's name and no version: "Recorder Setup New.exe".

    One with a version of something else, as "recorder-plugin-1.3.zip", is that other thing.
    """
    name = file_name(address) or ""
    ours = names.has_word(name) or names.pattern.search(name)
    return bool(ours) and is_program(address) and not names_another(name, names)


def _target_of_names(item: Item) -> FileTarget:
    """What the address of a file tells, or else the name that its place gives it."""
    called = item.name or (item.title if as_file(item.title) else "")
    path, name = target_of_file(unquote(urlsplit(item.url).path)), target_of_file(called)
    return FileTarget(system=path.system or name.system, arch=path.arch or name.arch)


def _declared(text: str, own: tuple[str, ...]) -> Target | None:
    """The target that a text names, or its beginning does: `windows-x86_64-nsis`."""
    while text:
        if target := target_of(text, own):
            return target
        text = text.rpartition("-")[0]
    return None


def digest_of(text: str, algorithm: str = "") -> tuple[str, str] | None:
    """An algorithm and small hexadecimal digits: of `sha256:9f2c…`, of bare digits, of base64.

    Without `algorithm` it is what the text begins with, or what has digits of that length.
    """
    text = text.strip()
    if named := _NAMED.fullmatch(text):
        algorithm, text = named[1], named[2].strip()
    algorithm = algorithm.lower().replace("-", "")
    digits = text.lower()
    if not (_HEX.fullmatch(digits) and len(digits) in _BY_LENGTH):
        try:
            digits = base64.b64decode(text, validate=True).hex()
        except (binascii.Error, ValueError):
            return None
    known = _BY_LENGTH.get(len(digits))
    return (known, digits) if known and algorithm in ("", known) else None


def percent(text: str, left: Any = None) -> int | None:
    """How many percent; None where it is no number from 0 to 100."""
    match = re.fullmatch(r"([0-9]{1,3})(?:\.[0-9]*)?\s*%?", text.strip())
    if match and int(match[1]) <= 100:
        return int(match[1])
    if text and left:
        left("rollout", text)
    return None


def _digests(written: Mapping[str, str], left: Any) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for name, text in written.items():
        digest = digest_of(text[:300], name)
        if digest:
            found.setdefault(digest[0], digest[1])
        elif text:
            left(name or "digest", text)
    return tuple(sorted(found.items()))


def _size(text: str, left: Any) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= 15:
        return int(text) or None
    if text:
        left("size", text)
    return None


def _moment(text: str, left: Any) -> datetime | None:
    text = text.strip()[:LONGEST_NOTE]
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    moment = moment_of(text)
    if text and moment is None:
        left("date", text)
    return moment


def _file_name(url: str) -> str:
    try:
        return unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    except ValueError:
        return ""
