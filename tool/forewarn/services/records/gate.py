"""What keeps a release from being recorded or shipped, and what is said of it all the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from forewarn.errors import Refused, UsageError
from forewarn.model.addresses import check_url
from forewarn.model.compatibility import judge
from forewarn.model.meant import spelled
from forewarn.model.names import check_word
from forewarn.model.platforms import arch_of
from forewarn.model.release import Download, Release, Status, Verdict, release_path
from forewarn.model.versions.version import InvalidVersion
from forewarn.store.catalogue.loaded import Loaded
from forewarn.store.catalogue.some import load_with_members


def refuse_unshippable(release: Release, *, reinstate: bool) -> None:
    """Refuse what has shipped, has no download, or was withdrawn and is not to be reinstated.

    Raises:
        Refused: it must not ship.
    """
    where = release.place.file
    match release.status:
        case Status.SHIPPED:
            raise Refused(
                f"{release} has shipped already, on {release.released_at}",
                where=where,
                help="To correct it, edit the file. If it was not pushed, `git push` does it.",
            )
        case Status.WITHDRAWN if not reinstate:
            raise Refused(
                f"{release} was withdrawn",
                where=where,
                help='If it is to return, say why: --reinstate "reason".',
            )
        case Status.PLANNED | Status.STAGED if reinstate:
            raise Refused(
                f"{release} is {release.status.value}; only a withdrawn release can be reinstated",
                where=where,
                help="Ship it without --reinstate.",
            )
        case _ if not release.downloads:
            raise Refused(
                f"{release} has no download, so nobody could have got it",
                where=where,
                help="Add it under `downloads:` with its platform and url.",
            )


def load_gated(root: Path, product: str) -> Loaded:
    """Load all that the gate looks at: the releases of a product, and of those in lockstep with it.

    Raises:
        DataError: a file cannot be opened.
    """
    loaded = load_with_members(root, {product})
    record = loaded.catalogue.products.get(product)
    return (
        load_with_members(root, {product, *record.lockstep})
        if record and record.lockstep
        else loaded
    )


def refuse_breaking(loaded: Loaded, release: Release) -> None:
    """Refuse what breaks the newest release of a lockstep product, and no remedy is written.

    Raises:
        Refused: it must not ship.
    """
    catalogue = loaded.catalogue
    for partner in catalogue.products[release.product].lockstep:
        for newest in catalogue.latest_of_tracks(partner) if partner in catalogue.products else ():
            judgement = judge(catalogue, release, newest)
            silent = [
                row.statement
                for row in judgement.applied
                if row.decides and row.statement.verdict is Verdict.BREAKS
                if not (row.statement.remedy or "").strip()
            ]
            if silent:
                raise Refused(
                    f"{release} breaks {newest}"
                    + (f" ({silent[0].about})" if silent[0].about else "")
                    + ", the newest that customers have, and no remedy is written",
                    where=str(silent[0].place),
                    help="Write `remedy:` there (what to tell the customer) and run this again, "
                    'or take the risk on record: --accept-risk "reason".',
                )


def untested(loaded: Loaded, release: Release) -> tuple[str, ...]:
    """The lockstep partners' newest versions about which nobody has said anything."""
    catalogue = loaded.catalogue
    return tuple(
        str(newest)
        for partner in catalogue.products[release.product].lockstep
        if partner in catalogue.products
        for newest in catalogue.latest_of_tracks(partner)
        if judge(catalogue, release, newest).verdict is Verdict.UNKNOWN
    )


def _meant_version(loaded: Loaded, product: str, version: str) -> str:
    """The version that is asked after as it is typed here: 2,8 and "version 2.8" are 2.8."""
    right = spelled(loaded.catalogue, product, version)
    return f"Did you mean {right}? " if right != version else ""


def refuse_bad_version(loaded: Loaded, product: str, version: str) -> None:
    """Refuse a version that is none under the product's scheme.

    Raises:
        UsageError: it is none.
    """
    try:
        loaded.catalogue.schemes[product].key(version)
    except InvalidVersion as error:
        scheme = loaded.catalogue.products[product].scheme
        raise UsageError(
            f"this is no version of {product} (scheme {scheme}): {error}",
            help=f"{_meant_version(loaded, product, version)}Write the version as the vendor does.",
        ) from error


def refuse_bad_downloads(known: Sequence[Download], downloads: Sequence[Download]) -> None:
    """Refuse downloads that cannot be written, or of which a release has another one already.

    Raises:
        UsageError: a platform, architecture, edition or address cannot be used.
        Refused: two are for the same platform, architecture and edition.
    """
    for download in downloads:
        for what, problem in (
            ("platform", check_word(download.platform)),
            ("architecture", check_word(download.arch) if download.arch else None),
            ("edition", check_word(download.edition) if download.edition else None),
            ("url", check_url(download.url)),
        ):
            if problem:
                raise UsageError(
                    f"the download's {what} cannot be used: {problem}",
                    help="Write it like --download "
                    "windows=https://downloads.example.com/app-2.7.exe.",
                )
    seen = {_target(download): download for download in known}
    for download in downloads:
        other = seen.setdefault(_target(download), download)
        if other.url != download.url:
            raise Refused(
                f"there is another download for {download.target_words} already: {other.url}",
                help="Tell the two apart, such as windows/arm64 or windows:pro, or correct the "
                "address in the file. A sighting of the same file elsewhere can be dismissed.",
            )


def _target(download: Download) -> tuple[str, str, str]:
    """What it is for, whatever its architecture is called: x64, amd64 and x86_64 are one."""
    platform, arch, edition = download.target
    return platform, arch_of(arch) or arch, edition


def refuse_twin(root: Path, product: str, version: str, *, besides: str = "") -> None:
    """Refuse a file whose name some file system takes for that of another one.

    `besides` is the path of a file that goes, and is in nobody's way.
    """
    wanted = Path(release_path(product, version)).name.casefold()
    for other in (root / "releases" / product).glob("*.md"):
        if other.name.casefold() == wanted and other.name != Path(besides).name:
            raise Refused(
                f"{other.name} is already there, and some systems take the two for one file",
                where=f"releases/{product}/{other.name}",
                help="Use the version as it is recorded there, or mend that file.",
            )


def refuse_recorded(
    existing: Release, downloads: tuple[Download, ...], planned_for: date | None
) -> None:
    """Refuse to record a release again, unless it is to come and gets a further download.

    Raises:
        Refused: it is recorded, and gets nothing new.
    """
    waits = existing.status in (Status.PLANNED, Status.STAGED)
    known = {(download.target, download.url) for download in existing.downloads}
    new = any((download.target, download.url) not in known for download in downloads)
    if waits and new and not planned_for:
        return
    raise Refused(
        f"{existing} is already recorded; it is {existing.status.value}",
        where=existing.place.file,
        help=f"Edit the file, or go on: `forewarn release ship {existing.product} "
        f"{existing.version}`."
        if waits
        else "Edit the file instead.",
    )


def refuse_future(on: date, at: datetime) -> None:
    """Refuse a day that has not come as the day on which something happened.

    Raises:
        UsageError: it has not come anywhere yet.
    """
    # Somewhere it is already tomorrow.
    if on > at.date() + timedelta(days=1):
        raise UsageError(
            f"{on} has not come yet",
            help="Give the day on which it happened; for what is to come: `forewarn release plan`.",
        )
