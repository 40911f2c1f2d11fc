"""Which spellings are one version: for whoever has to look many of them up."""

from __future__ import annotations

from collections.abc import Hashable

from forewarn.model.versions.comparator import InvalidVersion, Scheme


def identity(scheme: Scheme | None, version: str) -> Hashable:
    """The same for versions that are equal under the scheme, and for no others.

    Where the scheme's order leaves out what stands behind a `+`, that must be the same, too: a
    vendor may ship 10.4.17+security-01 after 10.4.17. What is no version under the scheme, one
    from before a change of it for example, is only itself.
    """
    if scheme is None:
        return version
    try:
        return scheme.key(version), unordered_build(scheme, version)
    except InvalidVersion:
        return version


def is_same(scheme: Scheme | None, one: str, other: str) -> bool:
    """Whether two spellings are one version."""
    return one == other or identity(scheme, one) == identity(scheme, other)


def unordered_build(scheme: Scheme | None, version: str) -> str:
    """What stands behind the `+` of a version, where the scheme's order leaves it out."""
    base, plus, build = version.partition("+")
    if scheme is None or not plus:
        return ""
    try:
        return build.casefold() if scheme.key(base) == scheme.key(version) else ""
    except InvalidVersion:
        return ""
