"""Which versions fall under 3.14, and which of a product's tracks a version belongs to.

A track that is named like the beginning of a version (3.14, 11, v2, 1.x) is a cycle: it takes the
versions that fall under it, and no others. Any other track (stable, lts) takes what people put on
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from forewarn.expressions import expression
from forewarn.model.versions.version import InvalidVersion, Scheme

# Where importers put the versions that fall under no cycle.
OTHER = "other"

_EPOCH = expression(r"[0-9]+[:!]")
_V = expression(r"[vV][._-]?(?=[0-9])")
_WILD = expression(r"(?:[._-][xX*])+\Z")
_RUN = expression(r"[0-9]+|[A-Za-z]+")
_CYCLE = expression(r"[vV]?[0-9]")

_Run = int | str


def stem_of(prefix: str) -> str:
    """A prefix without its wildcards: 3.9 of 3.9.x, 3.9.* and 3.9."""
    return _WILD.sub("", prefix)


def falls_under(version: str, prefix: str, scheme: Scheme) -> bool:
    """Whether a version begins with a prefix, part by part: 3.14.2 does with 3.14, 3.1 or 3.

    Never within a part: 3.10 does not begin with 3.1. A `v` and an epoch that the prefix does not
    have do not count, nor do zeros before a number, nor another spelling that is equal under the
    scheme (calver's 24.4 and 2024.04).
    """
    return _begins(version, prefix) or _begins_otherwise(version, prefix, scheme)


def is_cycle(track: str) -> bool:
    """Whether a track is named like the beginning of a version."""
    return _CYCLE.match(track) is not None


def cycle_of(version: str, tracks: Iterable[str], scheme: Scheme) -> str | None:
    """Of the tracks that are cycles the one that a version falls under, the longest first."""
    return beginning_of(version, _cycles(tuple(tracks)), scheme)


def beginning_of(version: str, prefixes: Iterable[str], scheme: Scheme) -> str | None:
    """Of some prefixes the longest that a version falls under."""
    among = tuple(prefixes)
    if version in among:
        return version
    return _beginnings(among).of(version) or _spelled_otherwise(version, among, scheme)


def _spelled_otherwise(version: str, prefixes: tuple[str, ...], scheme: Scheme) -> str | None:
    """Of some prefixes the longest that a beginning of a version equals under the scheme."""
    order: Any = scheme  # which mypy cannot see to be hashable
    known = _by_key(prefixes, order)
    found: list[str] = []
    for parts, text in _beginnings_of(version):
        key = _key(text, scheme) if known else None
        for prefix in known.get(key, ()) if key is not None else ():
            if parts is None or parts >= len(_runs_of_stem(prefix)):
                found.append(prefix)
    found.sort(key=prefixes.index)
    return max(found, key=lambda prefix: len(_runs_of_stem(prefix)), default=None)


def _beginnings_of(version: str) -> Iterator[tuple[int | None, str]]:
    """A version, and what it begins with, with the number of its parts."""
    yield None, version
    for parts, run in enumerate(_RUN.finditer(version), 1):
        yield parts, version[: run.end()]


@lru_cache(maxsize=1000)
def _by_key(prefixes: tuple[str, ...], scheme: Scheme) -> Mapping[object, Sequence[str]]:
    found: dict[object, list[str]] = {}
    for prefix in prefixes:
        key = _key(stem_of(prefix), scheme) if _runs_of_stem(prefix) else None
        if key is not None:
            found.setdefault(key, []).append(prefix)
    return found


class _Beginnings:
    """Some prefixes, by what they begin with: a product has few, and a thousand releases."""

    def __init__(self, prefixes: tuple[str, ...]) -> None:
        self._all: dict[tuple[_Run, ...], str] = {}
        self._without_epoch: dict[tuple[_Run, ...], str] = {}
        for prefix in prefixes:
            wanted = _runs_of_stem(prefix)
            if wanted:
                self._all.setdefault(wanted, prefix)
                if not _EPOCH.match(prefix):
                    self._without_epoch.setdefault(wanted, prefix)
        self._lengths = sorted({len(wanted) for wanted in self._all}, reverse=True)
        self._prefixes = prefixes

    def of(self, version: str) -> str | None:
        """The longest that a version begins with, part by part; of equal ones the first."""
        whole, epoch = _runs(version), _EPOCH.match(version)
        rest = _runs(version[epoch.end() :]) if epoch else ()
        for length in self._lengths:
            found = [
                among[runs[:length]]
                for runs, among in ((whole, self._all), (rest, self._without_epoch))
                if len(runs) >= length and runs[:length] in among
            ]
            if found:
                return min(found, key=self._prefixes.index)
        return None


@lru_cache(maxsize=1000)
def _beginnings(prefixes: tuple[str, ...]) -> _Beginnings:
    return _Beginnings(prefixes)


@lru_cache(maxsize=1000)
def _cycles(tracks: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(filter(is_cycle, tracks))


def track_named(word: str | None, tracks: Sequence[str]) -> str | None:
    """The track that somebody else's word is for, a channel of a feed for example."""
    named = (word or "").casefold()
    return next((track for track in tracks if track.casefold() == named), None)


def track_for(version: str, tracks: Sequence[str], scheme: Scheme) -> str | None:
    """The track that a new release belongs to; None where a person has to say it.

    That is the cycle that the version falls under. Where no track is a cycle, it is the one whose
    name stands in the version (2.8-beta1 on beta), else the first, but for a pre-release: among
    several tracks nobody can tell whether the first is meant for one.
    """
    if any(map(is_cycle, tracks)):
        return cycle_of(version, tracks, scheme)
    words = {run for run in _runs(version) if isinstance(run, str)}
    named = next((track for track in tracks if track.casefold() in words), None)
    if named:
        return named
    return None if len(tracks) > 1 and scheme.final(version) else tracks[0]


def _begins(version: str, prefix: str) -> bool:
    wanted = _runs_of_stem(prefix)
    if not wanted:
        return False
    if _runs(version)[: len(wanted)] == wanted:
        return True
    epoch = _EPOCH.match(version)
    if epoch is None or _EPOCH.match(prefix):
        return False
    return _runs(version[epoch.end() :])[: len(wanted)] == wanted


def _begins_otherwise(version: str, prefix: str, scheme: Scheme) -> bool:
    """Whether a beginning that has as many parts equals the prefix under the scheme."""
    return _spelled_otherwise(version, (prefix,), scheme) is not None


@lru_cache(maxsize=10_000)
def _runs(text: str) -> tuple[_Run, ...]:
    """Numbers and words, in order: what stands between them does not count."""
    found = _RUN.findall(_V.sub("", text, count=1) if text[:1] in ("v", "V") else text)
    return tuple(int(run) if run.isdigit() else run.casefold() for run in found)


@lru_cache(maxsize=10_000)
def _runs_of_stem(prefix: str) -> tuple[_Run, ...]:
    return _runs(stem_of(prefix))


def _key(version: str, scheme: Scheme) -> object:
    try:
        return scheme.key(version) if version else None
    except InvalidVersion:
        return None
