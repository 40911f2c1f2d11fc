"""Fetching a release's downloads to see that they are what the record says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from forewarn.errors import Refused
from forewarn.model.release import Download
from forewarn.net import DOWNLOAD, Client, Digest, NetError
from forewarn.services.lookup import the_release
from forewarn.store.catalogue import load_products


def verify_downloads(
    root: Path,
    product: str,
    version: str,
    *,
    allow_private: bool,
    step: Callable[[str], None],
) -> Mapping[str, Digest]:
    """Fetch every download of a release; returns url → size in bytes and sha256.

    Raises:
        UsageError: there is no such release.
        Refused: a download cannot be fetched, or is not what the record says.
    """
    release = the_release(load_products(root, {product}), product, version)

    async def fetch() -> dict[str, Digest]:
        async with Client(limits=DOWNLOAD) as client:
            found = {}
            for download in release.downloads:
                step(f"fetching {download.url}")
                try:
                    found[download.url] = await client.digest(
                        download.url, allow_private=allow_private
                    )
                except NetError as error:
                    raise Refused(
                        f"the {download.platform} download cannot be fetched: {error.what}",
                        where=release.place.file,
                        help=error.help or "Mend `url:`, or ship without --verify-downloads.",
                    ) from error
            return found

    digests = asyncio.run(fetch())
    for download in release.downloads:
        _compare(release.place.file, download, digests[download.url])
    return digests


def _compare(file: str, download: Download, found: Digest) -> None:
    for what, recorded, fetched in (
        ("size", download.size, found.size),
        ("sha256", download.sha256, found.sha256),
    ):
        if recorded is not None and recorded != fetched:
            raise Refused(
                f"the {download.platform} download has {what} {fetched}, "
                f"and the record says {recorded}",
                where=file,
                help="Find out which is right before anybody installs it: the file may have been "
                "replaced. Then mend the record or the download.",
            )
