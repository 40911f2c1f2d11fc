"""A download that somebody says is there: a pipeline, an uploader, or a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from forewarn.errors import UsageError
from forewarn.frozen import dataclass
from forewarn.model.addresses import check_url
from forewarn.model.events.event import Event
from forewarn.model.product import Product
from forewarn.model.secrets import without_secrets
from forewarn.model.sha256 import check_sha256
from forewarn.model.sighting import Reach, Shown, Sighting
from forewarn.model.watching.compare import LookAt, compare
from forewarn.model.watching.digests import files_kept
from forewarn.model.watching.news import KnownVersions, Looked
from forewarn.services.alert.seen import Teller
from forewarn.services.ask.lookup import the_product
from forewarn.services.ask.platforms import the_target
from forewarn.services.watch.keep import taken_ids, tell
from forewarn.sources.versions.find import is_version
from forewarn.store.catalogue.loaded import Loaded
from forewarn.store.catalogue.whole import load_worktree
from forewarn.store.settings import load_settings
from forewarn.store.state.opening import open_state

# What stands for the place of what was reported.
REPORTED = "forewarn sightings report"


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A version that is at an address, as somebody says it."""

    product: str
    version: str
    url: str
    sha256: str | None = None
    platform: str | None = None
    channel: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported:
    """The sighting that was made of a report, or that it is of again, and what follows.

    `is_new` is whether nobody had reported it before.
    """

    sighting: Sighting
    is_new: bool
    alerts: tuple[Event, ...]


def report(root: Path, given: Report, *, at: datetime) -> Reported:
    """Keep what somebody reports as a sighting, and queue the alerts that follow from it.

    The same report twice changes nothing. `at` is now.

    Raises:
        UsageError: there is no such product or platform, or the version, the address or the
            sha256 is none.
        DataError: a record, forewarn.yml or the state database cannot be read.
    """
    loaded = load_worktree(root)
    product = the_product(loaded, given.product)
    item = _item(root, loaded, product, given)
    settings = load_settings(root)
    with open_state(root) as state, state.transaction() as change:
        kept = change.sightings_of(product.id)
        look = _look(item, kept)
        known = KnownVersions(loaded.catalogue, product.id, kept)
        told = change.told_versions(product.id)
        taken = taken_ids(change, product, [look])
        found = compare(product, known, kept, [look], at, told, taken)
        change.add_sighting(*found.new)
        for sighting in found.rebuilt:
            change.keep_newest_build(sighting)
        teller = Teller(loaded.catalogue, product.id, at, loaded.unreadable)
        alerts = tell(change, settings, teller.tell(found.conclusions), frozenset())
    (id,) = found.shown[REPORTED]
    now = {s.id: s for s in (*kept, *found.rebuilt, *found.new)}
    return Reported(sighting=now[id], is_new=bool(found.new), alerts=alerts)


def _look(item: Shown, kept: Iterable[Sighting]) -> LookAt:
    """What is reported, beside the files of the same version that were reported before."""
    about = (REPORTED, item.version, item.platform, item.arch, item.channel)
    files = (
        file
        for one in kept
        if (one.source, one.version, one.platform, one.arch, one.channel) == about
        for file in files_kept(one)
        if file[0] != item.download
    )
    looked = Looked(anew=False, reach=Reach.ALL)
    item = replace(item, others=tuple(files))
    return LookAt(source=REPORTED, shown=(item,), looked=looked, key=REPORTED)


def _item(root: Path, loaded: Loaded, product: Product, given: Report) -> Shown:
    scheme = loaded.catalogue.schemes[product.id]
    version, sha256 = given.version.strip(), (given.sha256 or "").strip().lower()
    if not is_version(version, scheme):
        raise UsageError(
            f"{version!a} is no version of {product.id} under the scheme {scheme.name}",
            help=f"Write it like {scheme.example}.",
        )
    problem = check_url(given.url)
    if problem:
        raise UsageError(f"--url: {problem}", help="Give the address of the file.")
    if sha256 and (problem := check_sha256(sha256)):
        raise UsageError(f"--sha256: {problem}", help="Give the one of the file.")
    target = the_target(root, product, given.platform) if given.platform else None
    url = without_secrets(given.url)
    return Shown(
        version=version,
        url=url,
        title=f"{product.name} {version}",
        platform=target.platform if target else None,
        arch=target.arch if target else None,
        channel=(given.channel or "").strip() or None,
        download=url,
        sha256=sha256 or None,
    )
