"""What a person means by a version: one release, all that begin with it, or one without a record.

"3.9" said of Python is a line of releases, whether it is a track or only a beginning, and is
answered by them. "3.9.18" that nobody recorded is judged by what covers it.
"""

from __future__ import annotations

import re
from itertools import pairwise

from forewarn.expressions import expression
from forewarn.model.catalogue import Catalogue
from forewarn.model.names import check_version
from forewarn.model.release import Release, Status
from forewarn.model.tracks import falls_under, is_cycle, stem_of
from forewarn.model.unrecorded import release_or_stand_in
from forewarn.model.versions.comparator import is_version, quoted
from forewarn.model.versions.version import InvalidVersion

# What is said around a version, and the comma that some languages write for the point in it.
_AROUND = expression(r"^(?:(?:version|release|ver|v)[\s.:]+)(?=\d)|[.,;:\s]+$", re.IGNORECASE)
_COMMA = expression(r"(?<=\d),(?=\d)")
_RANGE = expression(
    r"^\s*=?[<>!~^\u2264\u2265]|\d\s+[-\u2013\u2014]\s*v?\d|\d[\u2013\u2014]v?\d|\d\.{2,}v?\d"
)
_OUT = (Status.SHIPPED, Status.WITHDRAWN)


def is_range(text: str) -> bool:
    """Whether it says several versions: >=2.7, ^2, 2.5 - 2.8. One of them is no answer to that."""
    return _RANGE.search(text) is not None


def spellings(text: str) -> tuple[str, ...]:
    """How a version that is said with blanks may be written, as it stands there first.

    "2.8 RC 1" is 2.8-RC1, 2.8-rc.1, 2.8~rc1 and so on. Numbers are never run together. Blanks
    around it, a dot behind it, the word "version" and a decimal comma are no part of it.
    """
    plain = _COMMA.sub(".", _AROUND.sub("", text.strip()))
    if plain != text:
        return tuple(dict.fromkeys((text, *(spellings(plain) if plain else ()))))
    words = text.split()
    if len(words) < 2 or not words[0][-1:].isdigit() or is_range(text):
        return (text,)
    if any(a[-1].isdigit() and b[0].isdigit() for a, b in pairwise(words)):
        return (text,)
    head, stage = words[0], words[1:]
    found = [text]
    for rest in ("".join(stage), "-".join(stage), ".".join(stage)):
        for word in (rest, rest.lower(), rest.upper()):
            found += [f"{head}{sign}{word}" for sign in ("-", "~", ".", "")]
    return tuple(dict.fromkeys(one for one in found if one == text or not check_version(one)))


def meant(catalogue: Catalogue, product: str, text: str) -> tuple[Release, ...]:
    """The releases that are meant, the highest first; never none.

    In this order: the release written so; the newest of a track that is no cycle; all that begin
    so; the release that is equal under the scheme; a stand-in for one without a record.

    A version that is said with blanks is read in whichever spelling is recorded, else in the
    first that the scheme has.

    Raises:
        InvalidVersion: nothing begins so, and the scheme has no such version; or it is a word
            such as "latest", under which nothing is recorded; or it says several versions.
    """
    if is_range(text):
        raise InvalidVersion(f"{quoted(text)} says several versions; name one of them")
    text = spelled(catalogue, product, text)
    exact = catalogue.releases.get((product, text))
    if exact:
        return (exact,)
    if text in catalogue.products[product].tracks and not is_cycle(text):
        newest = catalogue.latest(product, text)
        if newest:
            return (newest,)
    under = beginning_so(catalogue, product, text)
    if not under and not any(char.isdigit() for char in text):
        raise InvalidVersion(f"{quoted(text)} names no version")
    return under or (release_or_stand_in(catalogue, product, text),)


def spelled(catalogue: Catalogue, product: str, text: str) -> str:
    """The spelling that is recorded, else the first that is a version of the scheme."""
    among = spellings(text)
    if len(among) < 2:
        return text
    found = [one for one in among if is_version(one, catalogue.schemes[product])]
    recorded = (one for one in found if catalogue.find_release(product, one))
    return next(recorded, found[0] if found else text)


def beginning_so(catalogue: Catalogue, product: str, text: str) -> tuple[Release, ...]:
    """The releases of a product that begin with a text, the highest first.

    Those are the ones that have been out. Pre-releases count where there is nothing else and the
    text alone is no version, and what is still to come where nothing has been out. Another epoch
    of the very version that was named is another version, and nothing begins with a build (1.0+3).
    """
    if "+" in text:  # what has a build is one version
        return ()
    scheme = catalogue.schemes[product]
    stem = stem_of(text)
    under = [
        release
        for release in catalogue.releases_of(product)
        if (release.track == stem and is_cycle(stem))
        or (falls_under(release.version, text, scheme) and not _is_other_epoch(release, text))
    ]
    under = [release for release in under if release.status in _OUT] or under
    finals = [release for release in under if not scheme.final(release.version)]
    if not finals and stem == text:
        try:
            scheme.key(text)
        except InvalidVersion:
            return tuple(under)
        return ()
    return tuple(finals or under)


def _is_other_epoch(release: Release, text: str) -> bool:
    epoch, colon, rest = release.version.partition(":")
    return bool(colon) and epoch.strip("0") != "" and rest == text
