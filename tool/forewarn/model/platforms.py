"""Platforms and architectures: what each is called here, and what else people and feeds call it.

A platform is one of a known set, or one that product.yml or forewarn.yml declares under
`platforms:`. A version may stand behind it: `windows-11`, `ubuntu-24-04`. Two spellings of one
platform would be two platforms to every question about "the newest for macOS".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from forewarn.expressions import expression
from forewarn.model.names import check_word
from forewarn.model.release import ANY_PLATFORM
from forewarn.rows import NamedTuple

# What a platform is called here, with other words for it; case, blanks and signs do not count.
PLATFORMS: Mapping[str, str] = {
    ANY_PLATFORM: "all allplatforms crossplatform multiplatform platformindependent",
    "source": "src sources sourcecode",
    "windows": "win w32 win32 winnt windowsnt mswin mswindows microsoftwindows pcwindows"
    " pcwindowsmsvc pcwindowsgnu windowsdesktop",
    "windows-server": "winserver microsoftwindowsserver",
    "macos": "mac macosx osx darwin applemacos appledarwin applemacosx macintosh",
    "ios": "iphone iphoneos appleios",
    "ipados": "ipad",
    "tvos": "appletv",
    "watchos": "applewatch",
    "visionos": "xros",
    "android": "googleandroid linuxandroid",
    "chromeos": "cros",
    "linux": "gnulinux linuxgnu unknownlinux unknownlinuxgnu pclinuxgnu",
    "linux-musl": "musllinux unknownlinuxmusl",
    "almalinux": "alma",
    "alpine": "alpinelinux",
    "amazon-linux": "amzn amazon",
    "arch": "archlinux",
    "centos": "",
    "centos-stream": "",
    "debian": "debianlinux",
    "fedora": "fc fedoralinux",
    "gentoo": "gentoolinux",
    "kali": "kalilinux",
    "manjaro": "manjarolinux",
    "mint": "linuxmint",
    "nixos": "nix",
    "opensuse": "opensuseleap",
    "opensuse-tumbleweed": "tumbleweed",
    "oracle-linux": "ol",
    "raspberry-pi-os": "raspbian raspios",
    "rhel": "el redhat redhatenterpriselinux redhatlinux",
    "rocky": "rockylinux",
    "sles": "sle suse suselinux suselinuxenterprise suselinuxenterpriseserver",
    "ubuntu": "ubuntulinux",
    "openwrt": "",
    "freebsd": "unknownfreebsd",
    "openbsd": "unknownopenbsd",
    "netbsd": "unknownnetbsd",
    "dragonflybsd": "dragonfly",
    "solaris": "sunos sunsolaris",
    "illumos": "",
    "aix": "ibmaix",
    "hp-ux": "",
    "z-os": "",
    "ibm-i": "os400 as400 iseries",
    "openvms": "vms",
    "haiku": "",
    "qnx": "",
    "vxworks": "",
    "unix": "",
    "java": "jvm jre",
    "container": "docker dockerimage containerimage oci ociimage",
    "kubernetes": "k8s",
    "web": "browser",
}
_ARCHES: Mapping[str, str] = {
    "x64": "amd64 x8664 x8664h intel64 em64t 64 64bit",
    "x86": "i386 i486 i586 i686 ia32 x8632 32 32bit 386 86",
    "arm64": "aarch64 arm64e arm64v8 arm64v8a armv8 applesilicon",
    "arm": "armv7 armv7a armv7l armv7hl armhf arm32 arm32v7 armeabiv7a",
    "armv6": "armv6l armel arm32v6",
    "ia64": "itanium",
    "loong64": "loongarch64",
    "mips": "",
    "mipsel": "mipsle",
    "mips64": "",
    "mips64el": "mips64le",
    "ppc64": "powerpc64",
    "ppc64le": "ppc64el powerpc64le",
    "riscv64": "riscv64gc",
    "s390x": "",
    "sparc64": "",
    "universal": "universal2 fat",
}
# What says a package's form and no platform.
_FORMATS = frozenset(
    ["appimage", "deb", "dmg", "exe", "flatpak", "msi", "msix", "pkg", "rpm", "snap", "tar", "zip"]
)
_SIGNS = expression(r"[^a-z0-9]+")
_RELEASE = expression(r"-?(\d+(?:-\d+){0,2})")


class Target(NamedTuple):
    """What a download is for, as it is called here; `arch` is None where nothing says it."""

    platform: str
    arch: str | None = None


def _by_word(rows: Mapping[str, str]) -> Mapping[str, str]:
    found = {word: name for name, words in rows.items() for word in words.split()}
    # As `_compact` has them, but for the expression: these are names of ours.
    compact = {"".join(filter(str.isalnum, name)): name for name in rows}
    return MappingProxyType(found | compact)


def _folded(text: str) -> str:
    return _SIGNS.sub("-", text.casefold()).strip("-")


def _compact(text: str) -> str:
    return _SIGNS.sub("", text.casefold())


_PLATFORM_BY_WORD = _by_word(PLATFORMS)
_ARCH_BY_WORD = _by_word(_ARCHES)
# The longest first: `x86_64` ends with an architecture that it is not.
_LONGEST_ARCH = sorted(_ARCH_BY_WORD, key=len, reverse=True)
_LONGEST_PLATFORM = sorted(_PLATFORM_BY_WORD, key=len, reverse=True)
# Only of a Mac does the maker of its processor say which architecture it is.
_BOTH = {
    f"{word}intel": Target("macos", "x64")
    for word, name in _PLATFORM_BY_WORD.items()
    if name == "macos"
}
# Behind these, a number is none of the platform's own versions: Darwin 20 is macOS 11.
_NUMBERED_OTHERWISE = frozenset(
    _compact(word)
    for word in ("darwin", "appledarwin", "sunos", "w32", "any", "all", "source", "src", "web")
)
# Of these "32" and "64" tell how many bits it has; there was a Fedora 32.
_BITS = frozenset(["windows", "macos", "linux", "linux-musl", "freebsd", "unix"])


def platform_of(text: str, own: Iterable[str] = ()) -> str | None:
    """What the platform that a text names is called here; None where none is known.

    `own` are the platforms that are declared. An architecture beside it is no part of it:
    "macOS (arm64)" is `macos`.
    """
    target = target_of(text, own)
    return target.platform if target else None


def arch_of(text: str) -> str | None:
    """What the architecture that a text names is called here; None where none is known."""
    return _ARCH_BY_WORD.get(_compact(text))


def target_of(text: str, own: Iterable[str] = ()) -> Target | None:
    """The platform, with the architecture if it says one: `win64`, `linux-x86_64`, `macOS 14`.

    None where the text names no platform that is known or declared.
    """
    return _target(text, tuple(own))


@cache
def _target(text: str, own: tuple[str, ...]) -> Target | None:
    if text in own:
        return Target(text)
    names = {**_PLATFORM_BY_WORD, **{_compact(name): name for name in own}}
    word, folded = _compact(text), _folded(text)
    if word in _BOTH:
        return _BOTH[word]
    platform = _plain(folded, names)
    if platform:
        return Target(platform)
    for arch in _LONGEST_ARCH:
        for rest in (word.removesuffix(arch), word.removeprefix(arch)):
            if rest != word and rest in names:
                return Target(names[rest], _ARCH_BY_WORD[arch])
    # What is left has a version and an architecture: `macos-14-arm64`.
    for arch in _LONGEST_ARCH:
        pattern = "-?".join(arch)
        match = re.fullmatch(rf"(.+)-{pattern}|{pattern}-(.+)", folded)
        platform = _plain(match[1] or match[2], names) if match else None
        if platform:
            return Target(platform, _ARCH_BY_WORD[arch])
    return None


def _plain(folded: str, names: Mapping[str, str]) -> str | None:
    """A platform that stands alone, or with a version behind it."""
    word = folded.replace("-", "")
    if word in names:
        return names[word]
    for known in _LONGEST_PLATFORM:
        platform = _PLATFORM_BY_WORD[known]
        if not word.startswith(known) or known in _NUMBERED_OTHERWISE:
            continue
        release = _RELEASE.fullmatch(_behind(folded, known))
        if release and not (platform in _BITS and release[1] in _ARCH_BY_WORD):
            return f"{platform}-{release[1]}"
    return None


def _behind(folded: str, known: str) -> str:
    """What stands behind a word that a text begins with, and that may have signs within."""
    match = re.match("-?".join(known), folded)
    return folded[match.end() :] if match else ""


def check_platform(text: str) -> str | None:
    """What keeps `text` from naming a platform in a record, or None; it need not be known."""
    return None if platform_of(text) else check_word(text)


def check_declared(text: str) -> str | None:
    """What keeps `text` from being declared as a platform of one's own, or None."""
    known = target_of(text)
    if known is None:
        return check_word(text)
    if known.platform == text:
        return f"{text!r} is known already, and need not be declared"
    return f"it is another word for {known.platform!r}"


def explain(text: str, own: Iterable[str] = ()) -> str:
    """What to write instead of a platform that is not known."""
    arch = arch_of(text)
    if arch:
        return f"That is an architecture: name the platform, and write `arch: {arch}` beside it."
    if _compact(text) in _FORMATS:
        return "That is a form of package: name the platform, and write it under `edition:`."
    names = [*own, *PLATFORMS]
    from difflib import get_close_matches

    close = get_close_matches(text, names, n=1)
    known = f"Did you mean {close[0]!r}? " if close else ""
    return (
        f"{known}Known are {', '.join(names)}, with a version behind it if need be; declare your "
        "own under `platforms:` of product.yml or forewarn.yml."
    )
