"""Recording, shipping and withdrawing a release; each is one commit of its own file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from forewarn.errors import Refused, UsageError
from forewarn.model.compatibility import judge
from forewarn.model.names import check_word
from forewarn.model.release import Download, Release, Status, Verdict, release_path
from forewarn.model.version import InvalidVersion
from forewarn.net import Digest
from forewarn.services.lookup import the_product, the_release
from forewarn.services.writing import refuse_unsafe, trailer, write_and_commit
from forewarn.store.catalogue import Loaded, load_worktree
from forewarn.store.edit import edit_record, new_record
from forewarn.store.records import check_url


def add_release(
    root: Path,
    *,
    product: str,
    version: str,
    track: str | None = None,
    planned_for: date | None = None,
    downloads: tuple[Download, ...] = (),
    note: str = "",
) -> Release:
    """Record a release: planned where it has a planned date, else staged. Commits it.

    `note` goes into the commit message. A release that is recorded as planned or
    staged takes the downloads and is staged then, where no planned date is given.

    Raises:
        UsageError: the product, version, track or a download cannot be used.
        Refused: the version is already recorded, or an equal one is.
        DataError: it could not be written or committed; nothing is left behind.
    """
    loaded = load_worktree(root)
    record = the_product(loaded, product)
    _refuse_bad_version(loaded, product, version)
    for download in downloads:
        _refuse_bad_download(download)
    if track is not None and track not in record.tracks:
        raise UsageError(
            f"{record.name} has no track {track!a}",
            help=f"Use one of {', '.join(record.tracks)}, or add it to {record.place.file}.",
        )
    existing = loaded.catalogue.find_release(product, version)
    if existing:
        return _stage_planned(root, existing, downloads, planned_for, note)
    _refuse_twin(root, product, version)
    status = Status.PLANNED if planned_for else Status.STAGED
    head: dict[str, Any] = {"status": status.value, "track": track or record.tracks[0]}
    if planned_for:
        head["planned_for"] = planned_for
    if downloads:
        head["downloads"] = [_download_row(download) for download in downloads]
    path = release_path(product, version)
    write_and_commit(
        root,
        {path: new_record(head, "")},
        f"Record {record.name} {version} as {status.value}\n\n{_paragraph(note)}"
        + trailer("Forewarn-Event", f"{status.value} {product}@{version}"),
    )
    return the_release(load_worktree(root), product, version)


@dataclass(frozen=True, kw_only=True)
class Shipped:
    """A shipped release, and what the release manager should still know."""

    release: Release
    untested: tuple[str, ...]


def ship_release(
    root: Path,
    *,
    product: str,
    version: str,
    on: date,
    accept_risk: str | None = None,
    verified: Mapping[str, Digest] = MappingProxyType({}),
) -> Shipped:
    """Declare a release shipped on a day, if the gate lets it through. Commits it.

    The gate: it has a download, and no product that must keep in lockstep has a newest shipped
    version that breaks with it without a remedy. `accept_risk` is the reason to pass all the
    same; it is kept in the commit. `verified` (url → digest) fills in the sizes and hashes that
    the record does not have. The commit takes the file as it lies in the working tree,
    with edits that were not committed yet.

    Raises:
        Refused: the gate is closed, or the release has shipped or was withdrawn; nothing is
            written.
        UsageError: there is no such release.
        DataError: it could not be written or committed.
    """
    loaded = load_worktree(root)
    release = the_release(loaded, product, version)
    _refuse_unshippable(release)
    if accept_risk is not None:
        refuse_unsafe("reason", accept_risk)
    else:
        _refuse_breaking(loaded, release)
    name = loaded.catalogue.products[product].name

    def change(head: Any) -> None:
        head["status"] = Status.SHIPPED.value
        head["released_at"] = on
        for row in head["downloads"]:
            digest = verified.get(row["url"])
            if digest:
                row.setdefault("size", digest.size)
                row.setdefault("sha256", digest.sha256)

    _rewrite(
        root,
        release,
        change,
        f"Ship {name} {release.version}\n\n"
        + trailer("Forewarn-Event", f"shipped {release}")
        + (trailer("Forewarn-Accepted-Risk", accept_risk) if accept_risk else ""),
    )
    after = load_worktree(root)
    return Shipped(release=the_release(after, product, version), untested=_untested(after, release))


def withdraw_release(
    root: Path,
    *,
    product: str,
    version: str,
    on: date,
    reason: str,
    replacement: str | None = None,
) -> Release:
    """Take a shipped release back, with the reason and what to use instead. Commits it.

    Raises:
        Refused: it has not shipped, or was withdrawn before.
        UsageError: the release or its replacement is not recorded.
        DataError: it could not be written or committed.
    """
    loaded = load_worktree(root)
    release = the_release(loaded, product, version)
    refuse_unsafe("reason", reason)
    if not reason.strip():
        raise UsageError("the reason is empty", help='Say why: --reason "…".')
    if release.status is not Status.SHIPPED:
        raise Refused(
            f"{release} is {release.status.value}; only a shipped release can be withdrawn",
            where=release.place.file,
            help="Remove its file if it was recorded by mistake."
            if release.status is not Status.WITHDRAWN
            else "Nothing is to be done.",
        )
    instead = the_release(loaded, product, replacement) if replacement else None
    if instead == release:
        raise UsageError(f"{release} cannot replace itself", help="Name another release.")
    name = loaded.catalogue.products[product].name

    def change(head: Any) -> None:
        head["status"] = Status.WITHDRAWN.value
        head["withdrawn"] = {"on": on, "reason": " ".join(reason.split())}
        if instead:
            head["withdrawn"]["replacement"] = instead.version

    _rewrite(
        root,
        release,
        change,
        f"Withdraw {name} {release.version}\n\n{_paragraph(reason)}"
        + trailer("Forewarn-Event", f"withdrawn {release}"),
    )
    return the_release(load_worktree(root), product, version)


def _rewrite(root: Path, release: Release, change: Callable[[Any], None], message: str) -> None:
    path = release.place.file
    data = edit_record((root / path).read_bytes(), change, path)
    write_and_commit(root, {path: data}, message)


def _stage_planned(
    root: Path,
    existing: Release,
    downloads: tuple[Download, ...],
    planned_for: date | None,
    note: str,
) -> Release:
    new = tuple(d for d in downloads if d not in existing.downloads)
    if existing.status not in (Status.PLANNED, Status.STAGED) or planned_for or not new:
        raise Refused(
            f"{existing} is already recorded; it is {existing.status.value}",
            where=existing.place.file,
            help=f"Edit the file, or go on: `forewarn release ship {existing.product} "
            f"{existing.version}`."
            if existing.status in (Status.PLANNED, Status.STAGED)
            else "Edit the file instead.",
        )

    def change(head: Any) -> None:
        head["status"] = Status.STAGED.value
        head["downloads"] = [*head.get("downloads", []), *(_download_row(d) for d in new)]

    _rewrite(
        root,
        existing,
        change,
        f"Stage {existing.product} {existing.version}\n\n{_paragraph(note)}"
        + trailer("Forewarn-Event", f"staged {existing}"),
    )
    return the_release(load_worktree(root), existing.product, existing.version)


def _refuse_unshippable(release: Release) -> None:
    where = release.place.file
    match release.status:
        case Status.SHIPPED:
            raise Refused(
                f"{release} has shipped already, on {release.released_at}",
                where=where,
                help="Nothing is to be done; edit the file to correct it.",
            )
        case Status.WITHDRAWN:
            raise Refused(
                f"{release} was withdrawn",
                where=where,
                help="Set its status back to staged and remove `withdrawn:`, if it is to return.",
            )
        case _ if not release.downloads:
            raise Refused(
                f"{release} has no download, so nobody could have got it",
                where=where,
                help="Add it under `downloads:` with its platform and url.",
            )


def _refuse_breaking(loaded: Loaded, release: Release) -> None:
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


def _untested(loaded: Loaded, release: Release) -> tuple[str, ...]:
    """The lockstep partners' newest versions about which nobody has said anything."""
    catalogue = loaded.catalogue
    return tuple(
        str(newest)
        for partner in catalogue.products[release.product].lockstep
        if partner in catalogue.products
        for newest in catalogue.latest_of_tracks(partner)
        if judge(catalogue, release, newest).verdict is Verdict.UNKNOWN
    )


def _refuse_bad_version(loaded: Loaded, product: str, version: str) -> None:
    try:
        loaded.catalogue.schemes[product].key(version)
    except InvalidVersion as error:
        scheme = loaded.catalogue.products[product].scheme
        raise UsageError(
            f"this is no version of {product} (scheme {scheme}): {error}",
            help="Write the version as the vendor does.",
        ) from error


def _refuse_bad_download(download: Download) -> None:
    for what, problem in (
        ("platform", check_word(download.platform)),
        ("url", check_url(download.url)),
    ):
        if problem:
            raise UsageError(
                f"the download's {what} cannot be used: {problem}",
                help="Write it like --download windows=https://downloads.example.com/app-2.7.exe.",
            )


def _refuse_twin(root: Path, product: str, version: str) -> None:
    """Refuse a file whose name some file system takes for that of another one."""
    wanted = Path(release_path(product, version)).name.casefold()
    for other in (root / "releases" / product).glob("*.md"):
        if other.name.casefold() == wanted:
            raise Refused(
                f"{other.name} is already there, and some systems take the two for one file",
                where=f"releases/{product}/{other.name}",
                help="Use the version as it is recorded there, or mend that file.",
            )


def _download_row(download: Download) -> dict[str, Any]:
    row: dict[str, Any] = {"platform": download.platform, "url": download.url}
    if download.edition:
        row["edition"] = download.edition
    if download.size is not None:
        row["size"] = download.size
    if download.sha256:
        row["sha256"] = download.sha256
    return row


def _paragraph(text: str) -> str:
    return f"{' '.join(text.split())}\n\n" if text.strip() else ""
