"""The files that an entry of a feed comes with: for which system, where, how large."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.file_names import FILE, file_name
from forewarn.model.names import check_word
from forewarn.model.platforms import arch_of, platform_of, target_of
from forewarn.model.sha256 import check_sha256
from forewarn.sources.clean import clean_url
from forewarn.sources.feed_reader import Enclosure, FeedEntry

# What an appcast is for, where neither it nor the file's name says so.
_APPCAST_PLATFORM = "macos"
# Enclosures that are no program: the picture of a news item, the sound of a podcast.
_MEDIA = frozenset(["image", "audio", "video", "text"])
# What only vouches for another file, or says of which parts it is made.
_VOUCHERS = expression(
    r".*\.(?:asc|sig|sign|minisig|zsync|blockmap|md5|sha(?:1|224|256|384|512)|(?:md5|sha[0-9]*)sums?"
    r"|pem|crt|cert|sigstore(?:\.json)?|intoto\.jsonl|sbom(?:\.json|\.xml)?|(?:spdx|cdx)(?:\.json|\.xml)?)"
    r"|(?:.*[-_.])?(?:(?:md5|sha-?[0-9]*)sums?[0-9]*|checksums?|sums?)"
    r"(?:[-_.]?(?:md5|sha-?[0-9]+))?(?:\.(?:txt|json))?",
    re.IGNORECASE,
)
_UPDATERS = expression(
    r"(?:latest|stable|beta|alpha|nightly)(?:[-_][a-z0-9_-]+)?\.(?:ya?ml|json)"
    r"|releases(?:[-.][\w-]+)?(?:\.json)?|appcast[\w-]*\.xml|assets\.[\w-]+\.json",
    re.IGNORECASE,
)
# What programs call a file that they are still writing: browsers, FTP clients, rsync.
_UNFINISHED = expression(
    r".*\.(?:part(?:ial)?|filepart|crdownload|opdownload|(?:up|down)load(?:ing)?|incomplete|te?mp"
    r"|aria2|!ut)|\..+\.[a-z0-9]{6}|\.in\..+",
    re.IGNORECASE,
)
VOUCHER = "it only vouches for another file"
UNFINISHED = "it is still being put up"
FOR_UPDATERS = "it is for updaters alone"
_LONGEST_SIZE = 15  # digits
_LONGEST_NAME = 300
_ENDS = {
    "windows": (".exe", ".msi", ".msp", ".msu", ".msix", ".msixbundle", ".appx", ".appxbundle"),
    "macos": (".dmg", ".pkg", ".mpkg"),
    "linux": (".deb", ".rpm", ".appimage", ".flatpak", ".snap"),
    "android": (".apk", ".aab"),
    "ios": (".ipa",),
}
_ARCH = expression(
    r"(?<![a-z0-9])(arm64|aarch64|x86[-_]64|amd64|x64|i[36]86|armhf|armv7l?|universal2?)(?![a-z0-9])"
)
_NAMED_SYSTEM = expression(
    r"(?<![a-z0-9])(win(?:dows)?[-_]?(?:32|64)?|mac(?:os)?x?|osx|darwin|linux[-_]?(?:32|64)?"
    r"|android|freebsd|openbsd|netbsd)(?![a-z0-9])"
)
_SYSTEM = r"(windows|mac(?:os)?(?:\s?x)?|os\s?x|linux|android|ios|ipados)"
_FOR = expression(
    rf"\b(?:for|on)\s+{_SYSTEM}(?![\w.])|[(\[]{_SYSTEM}[)\]]|^\s*{_SYSTEM}\s*[:|]", re.I
)
# Systems that are none of Linux's: "linux" may stand for Ubuntu, and never for these.
_NOT_LINUX = ("windows", "macos", "ios", "ipados", "tvos", "watchos", "visionos", "android")


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryFile:
    """One file of an entry; None is what nobody says.

    `url` is None where the address is none that may be used; `written` is what stands there.
    `platform` is what is declared. `system` is what at least the name or the title tells: enough
    to see that a file is for another system, and not enough to record it.
    """

    url: str | None
    written: str
    platform: str | None = None
    system: str | None = None
    arch: str | None = None
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FileTarget:
    """For which system and architecture a file is; None is what nobody says."""

    system: str | None = None
    arch: str | None = None


def target_of_file(path: str) -> FileTarget:
    """What the name of a file tells by how it ends, and by the words in it."""
    name = path.lower().rstrip("/").removesuffix("/download").rpartition("/")[2]
    ended = next((system for system, ends in _ENDS.items() if name.endswith(ends)), None)
    worded = _NAMED_SYSTEM.search(name)
    arch = _ARCH.search(name)
    named = target_of(worded[1]) if worded else None
    return FileTarget(
        system=ended or (named.platform if named else None),
        arch=(arch_of(arch[1]) if arch else None) or (named.arch if named else None),
    )


def is_program(url: str) -> bool:
    """Whether an address is that of a download, and not of what only vouches for one."""
    name = file_name(url) or ""
    return bool(FILE.fullmatch(name)) and not is_voucher(name)


def is_voucher(name: str) -> bool:
    """Whether a file of that name only vouches for another, as a signature does."""
    return bool(_VOUCHERS.fullmatch(name[-_LONGEST_NAME:]))


def why_no_download(address: str) -> str | None:
    """Why what an address or a name leads to is rightly not shown, where its name tells."""
    name = unquote(address.partition("?")[0]).rpartition("/")[2][-_LONGEST_NAME:]
    if is_voucher(name):
        return VOUCHER
    return UNFINISHED if _UNFINISHED.fullmatch(name) else None


def is_for_updaters(name: str) -> bool:
    """Whether a file of that name is what programs ask to update themselves: latest.yml."""
    return bool(_UPDATERS.fullmatch(name))


def files_of(entry: FeedEntry, own: tuple[str, ...] = ()) -> Iterator[EntryFile]:
    """The programs among an entry's files, each with what the entry declares of it.

    `own` are the platforms that the product declares.
    """
    for row in entry.enclosures:
        media = row.type.partition("/")[0].lower() in _MEDIA
        if not media and not is_voucher(row.url):
            yield _file(row, entry, own)


def system_of(entry: FeedEntry) -> str | None:
    """The system that the title says it is for, if it names a single one."""
    names = ("".join(groups) for groups in _FOR.findall(entry.title))
    found = {platform_of(" ".join(name.split())) for name in names}
    return found.pop() if len(found) == 1 else None


def serves(platform: str, declared: str | None) -> bool:
    """Whether what is declared for a system may be what a row for `platform` watches."""
    ours, theirs = (
        platform_of(platform) or platform,
        declared and (platform_of(declared) or declared),
    )
    if not theirs or "any" in (ours, theirs):
        return True
    if "linux" in (ours, theirs):
        other = theirs if ours == "linux" else ours
        return not other.startswith(_NOT_LINUX)
    return ours == theirs or ours.startswith(f"{theirs}-") or theirs.startswith(f"{ours}-")


def _file(row: Enclosure, entry: FeedEntry, own: tuple[str, ...]) -> EntryFile:
    url = clean_url(row.url)
    name = unquote(urlsplit(url or "").path).lower().rstrip("/").removesuffix("/download")
    declared = target_of(row.platform, own) if row.platform else None
    platform = declared.platform if declared else _word(row.platform)
    arch = declared.arch if declared else None
    ended = (system for system, ends in _ENDS.items() if name.endswith(ends))
    system = platform or next(ended, None) or system_of(entry)
    if platform is None and (entry.short_version or entry.build):
        platform = system or _APPCAST_PLATFORM
    named = _ARCH.search(name.rpartition("/")[2])
    return EntryFile(
        url=url,
        written=row.url,
        platform=platform,
        system=system,
        arch=arch or arch_of(entry.hardware) or (arch_of(named[1]) if named else None),
        size=_size(row.length),
        sha256=None if check_sha256(row.sha256.lower()) else row.sha256.lower(),
    )


def _word(text: str) -> str | None:
    name = text.lower()
    return name if name and check_word(name) is None else None


def _size(length: str) -> int | None:
    """The size in bytes; feeds write 0 where they do not know it."""
    known = length.isascii() and length.isdigit() and len(length) <= _LONGEST_SIZE
    return int(length) or None if known else None
