"""Staff sites that are in place, brought up to date with what was seen since; no publish."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from forewarn.errors import ForewarnError
from forewarn.frozen import dataclass
from forewarn.model.record import Audience
from forewarn.store.defects import keep_defect
from forewarn.store.files import only_one
from forewarn.store.own import state_folder
from forewarn.store.state.interface import BUILT, State, Unreachable
from forewarn.store.state.opening import open_state, state_is_there

if TYPE_CHECKING:
    from forewarn.services.publish.sites import Built

Step = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Refreshed:
    """The places of the sites that were made anew, and what kept others from it.

    `unreachable` is that the database was gone, which is no fault of any site.
    """

    places: tuple[Path, ...] = ()
    failures: tuple[str, ...] = ()
    unreachable: Unreachable | None = None


def refresh_staff_sites(root: Path, step: Step = lambda name: None) -> Refreshed:
    """Bring every staff site that was published from here up to date with what was seen.

    It stays a site of the commit and the day that it was published from, so that little has to be
    made anew; the customers' site is not touched. Whatever goes wrong is told, never raised: what
    was found must not be lost by it.
    """
    if not state_is_there(root):
        return Refreshed()
    places: list[Path] = []
    failures: list[str] = []
    unreachable = None
    try:
        with open_state(root) as state:
            if not state.marks(BUILT):
                return Refreshed()
            # Where there is no site, what makes them is not even imported.
            from forewarn.services.publish.sites import built_sites, seen_word

            seen = seen_word(state)
            for place, built in built_sites(state, Audience.STAFF).items():
                there = built.root == str(root.resolve()) and (place / "index.html").is_file()
                if there and built.seen != seen:
                    _refresh(root, state, place, built, step, places, failures)
    except Exception as error:
        failures.append(_why(root, error))
        unreachable = error if isinstance(error, Unreachable) else None
    return Refreshed(places=tuple(places), failures=tuple(failures), unreachable=unreachable)


def _refresh(
    root: Path,
    state: State,
    place: Path,
    built: Built,
    step: Step,
    places: list[Path],
    failures: list[str],
) -> None:
    # Where there is no site, nothing of this is needed.
    from forewarn.services.publish.sites import Sites
    from forewarn.store.catalogue.commit import load_commit
    from forewarn.store.settings import load_settings

    try:
        sites = Sites(
            root=root,
            target=place.parent,
            audiences=(Audience.STAFF,),
            builder=built.builder,
            commit=built.commit,
            today=date.fromisoformat(built.day),
            settings=load_settings(root),
            fresh=False,
        )
        with only_one(state_folder(root, "publish.lock"), "publishing"):
            from forewarn.store.git.repository import Repository

            with Repository(root) as repository:
                loaded = load_commit(repository, built.commit)
                rebuilt, failure = sites.bring_up_to_date(state, loaded, repository, step)
    except Unreachable:
        raise  # it is for the others, too
    except Exception as error:  # also a defect of a page type that somebody installed
        failures.append(f"{place}: {_why(root, error)}")
        return
    if rebuilt:
        places.append(place)
    if isinstance(failure, Unreachable):
        raise failure
    if failure:
        failures.append(f"{place}: {_why(root, failure)}")


def _why(root: Path, error: Exception) -> str:
    if isinstance(error, ForewarnError):
        where = f"{error.where}: " if error.where else ""
        return f"{where}{error.what}"
    return f"{type(error).__name__}: {error}. {keep_defect(root, 'site', error)}"
