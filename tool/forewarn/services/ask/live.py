"""What customers can already download, for the answers of the command line."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from forewarn.errors import ForewarnError, UsageError
from forewarn.model.catalogue import Catalogue
from forewarn.model.finding import UNREAD_SIGHTINGS, Finding, FindingSeverity
from forewarn.model.live import Live, find_again, find_live, find_other_bytes
from forewarn.model.record import Place
from forewarn.model.release import Release
from forewarn.model.seen import Seen
from forewarn.model.sighting import Sighting
from forewarn.model.unrecorded import release_or_stand_in, stand_in
from forewarn.model.versions.version import InvalidVersion
from forewarn.services.ask.lookup import the_release, those_meant
from forewarn.services.ask.sightings import with_other_bytes
from forewarn.store.catalogue.loaded import Loaded
from forewarn.store.root import STATE_FOLDER
from forewarn.store.state.opening import open_state, state_is_there

# What is kept between runs is slow to import, and not there before the first watch or publish.
if TYPE_CHECKING:
    from forewarn.store.state.interface import State


def what_is_live(root: Path, catalogue: Catalogue, products: Collection[str]) -> Seen:
    """What is live of these products, whose releases the catalogue has; to ask writes nothing."""
    versions = ((product, v) for product in products for v in catalogue.versions_of(product))
    rows, unread = read_standing(
        root, lambda state: with_other_bytes(state, state.standing(versions))
    )
    wanted = [sighting for sighting in rows if sighting.product in products]
    return Seen(
        catalogue=catalogue,
        found=find_live(catalogue, wanted),
        again=find_again(catalogue, wanted) if wanted else {},
        other_bytes=find_other_bytes(catalogue, wanted) if wanted else {},
        unread=unread,
    )


def read_standing(
    root: Path, read: Callable[[State], tuple[Sighting, ...]]
) -> tuple[tuple[Sighting, ...], tuple[Finding, ...]]:
    """What `read` asks the state for, or nothing and why it cannot be read."""
    if not state_is_there(root):
        return (), ()

    try:
        with open_state(root) as state:
            return read(state), ()
    except ForewarnError as error:
        why = Finding(
            rule=UNREAD_SIGHTINGS,
            severity=FindingSeverity.ERROR,
            place=Place(file=error.where or STATE_FOLDER),
            message=f"whether customers can already download it is not known: {error.what}",
            help=error.help or "`forewarn doctor` says more.",
        )
        return (), (why,)


def the_release_or_live(loaded: Loaded, seen: Seen, product: str, version: str) -> Release:
    """The release of this product and version; what stands for it where it is live alone.

    Raises:
        UsageError: there is none, and it was not seen either.
        DataError: there is one, and its record cannot be read.
    """
    try:
        return the_release(loaded, product, version)
    except UsageError as error:
        if product not in loaded.catalogue.products:
            raise
        live = seen.version(product, version)
        if live is None:
            raise _with_what_is_live(error, seen, product) from error
        return standing_for(loaded.catalogue, live)


def _with_what_is_live(error: UsageError, seen: Seen, product: str) -> UsageError:
    """The answer that a version is not recorded, with what of its product is out there."""
    found = [live.version for live in seen.found if live.product == product]
    if not found:
        return error
    said = f"{error.what}; customers can already download {' and '.join(found[:3])}"
    return UsageError(said, help=error.help)


def those_meant_or_live(loaded: Loaded, seen: Seen, text: str) -> tuple[Release, ...]:
    """The releases that `product@version` means, or what stands for it where it is live alone.

    Raises:
        UsageError: it is not written so, there is no such product, or it has no such version.
        DataError: there is such a release, and its record cannot be read.
    """
    product, _, version = text.partition("@")
    live = seen.version(product, version) if product in loaded.catalogue.products else None
    if live and live.record is None:
        return (standing_for(loaded.catalogue, live),)
    return those_meant(loaded, text)


def standing_for(catalogue: Catalogue, live: Live) -> Release:
    """What is judged for a version that is live without a record."""
    try:
        return release_or_stand_in(catalogue, live.product, live.version)
    except InvalidVersion:
        return stand_in(live.product, live.version)  # the product's scheme was changed
