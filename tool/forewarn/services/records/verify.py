"""Fetching a release's downloads to see that they are what the record says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from forewarn.errors import Refused
from forewarn.model.release import Download, Release
from forewarn.net import DOWNLOAD, Client, Digest, NetError, PrivateAddressError


def fetch_downloads(
    release: Release, *, allow_private: bool, step: Callable[[str], None]
) -> Mapping[str, Digest]:
    """Fetch every download of a release; returns url → size in bytes and sha256.

    Raises:
        Refused: a download cannot be fetched, or is not what the record says.
    """
    digests = asyncio.run(_fetch(release, allow_private, step))
    for download in release.downloads:
        _compare(release.place.file, download, digests[download.url])
    return digests


async def _fetch(
    release: Release, allow_private: bool, step: Callable[[str], None]
) -> dict[str, Digest]:
    found: dict[str, Digest] = {}
    async with Client(limits=DOWNLOAD) as client:
        for download in release.downloads:
            step(f"fetching {download.url}")
            try:
                found[download.url] = await client.digest(download.url, allow_private=allow_private)
            except NetError as error:
                raise Refused(
                    f"the {download.target_words} download cannot be fetched: {error.what}",
                    where=release.place.file,
                    help="If it is meant to be there, fetch it with --allow-private."
                    if isinstance(error, PrivateAddressError)
                    else error.help
                    or f"Open {download.url} yourself: customers may not get it either. Mend "
                    "`url:` in the record, or ship without --verify-downloads.",
                ) from error
    return found


def _compare(file: str, download: Download, found: Digest) -> None:
    for what, recorded, fetched in (
        ("size", download.size, found.size),
        ("sha256", download.sha256, found.sha256),
    ):
        if recorded is not None and recorded != fetched:
            raise Refused(
                f"the {download.target_words} download has {what} {fetched}, "
                f"and the record says {recorded}",
                where=file,
                help="Find out which is right before anybody installs it: the file may have been "
                "replaced. Then mend the record or the download.",
            )
