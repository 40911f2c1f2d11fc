"""Words by which a release is found without reading it: what `identify` and suites look for.

The cache keeps a checksum of each with its product. A word is made here and nowhere else, so that
what is asked for is spelled like what was kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from forewarn.model.release import Release
from forewarn.model.versions.numbers import numbers_of
from forewarn.model.versions.version import InvalidVersion, Scheme

ANY_SUITE = "suite"  # what every suite has, whatever it contains
ANY_UNUSABLE = "unusable"  # what a product has of whose files one cannot be used


def words_of(release: Release, scheme: Scheme) -> Iterator[str]:
    """Every word of a release."""
    yield from words_of_version(release.version, scheme)
    if release.contains:
        yield ANY_SUITE
    for member in release.contains:
        yield word_of_member(member.product)
    for download in release.downloads:
        yield from words_of_url(download.url)
        if download.sha256:
            yield word_of_sha256(download.sha256)


def words_of_version(version: str, scheme: Scheme) -> Iterator[str]:
    """The words by which a release of a version is found.

    Raises:
        InvalidVersion: it is none under the scheme.
    """
    yield word_of_version(version, scheme)
    without_epoch = version.partition(":")[2]  # as files and package lists write it
    if without_epoch:
        with suppress(InvalidVersion):
            yield word_of_version(without_epoch, scheme)


def word_of_version(version: str, scheme: Scheme) -> str:
    """The word for a version; equal versions of one scheme have the same.

    Raises:
        InvalidVersion: it is none under the scheme.
    """
    key = scheme.key(version)
    # An object of a library says its version as it was written: 1.10 is equal to 1.10.0.
    return f"version {key!r}" if type(key) is tuple else f"version {numbers_of(version)}"


def word_of_basis(blob: str) -> str:
    """The word for the product.yml under whose scheme the others were made, by its content."""
    return f"product.yml {blob}"


def word_of_member(product: str) -> str:
    """The word for a suite that contains releases of a product."""
    return f"suite of {product}"


def words_of_url(url: str) -> Iterator[str]:
    """The words for a download's address, and for the name of its file."""
    # What this imports takes longer than most questions, and most are not about an address.
    from forewarn.model.file_names import address, file_name

    yield f"url {address(url)!r}"
    yield word_of_file(file_name(url) or "")


def word_of_file(name: str) -> str:
    """The word for a file's name in small letters."""
    return f"file {name}"


def word_of_sha256(digits: str) -> str:
    """The word for a hash, or for a beginning of it that has eight digits or more."""
    return f"sha256 {digits[:8]}"
