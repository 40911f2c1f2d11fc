"""A release is shipped, and what may go with that: fetched downloads, a push, a tag."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path

from forewarn.frozen import dataclass
from forewarn.model.release import Release
from forewarn.services.records.push import push_shipped
from forewarn.services.records.ship import ship_release
from forewarn.services.records.tag import finish_tagging, tag_release
from forewarn.services.records.verify import fetch_downloads


@dataclass(frozen=True, kw_only=True, slots=True)
class ToShip:
    """A release to be shipped on a day, and what may go with it.

    `accept_risk` and `reinstate` are reasons, as `ship_release` takes them. With `verify` the
    downloads are fetched, from private addresses only if `allow_private`. `tag` is the name of a
    tag, `push` that of a remote, "" for the branch's own; None is neither.
    """

    product: str
    version: str
    on: date
    accept_risk: str | None = None
    reinstate: str | None = None
    verify: bool = False
    allow_private: bool = False
    tag: str | None = None
    push: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class IsShipped:
    """The release; whether it had shipped `already`, so that only its tag was missing.

    `untested` are the newest releases of which nobody has said whether it works with them.
    """

    release: Release
    already: bool = False
    untested: tuple[str, ...] = ()


def ship_and_share(
    root: Path,
    asked: ToShip,
    *,
    at: datetime,
    done: Callable[[str], None],
    fetching: Callable[[str], None],
) -> IsShipped:
    """Ship a release; then push it and tag it where that was asked for.

    Args:
        done: called with each thing that holds from now on, whatever becomes of the next.
        fetching: called with what a download has come to.

    Raises:
        Refused: the gate is closed, or it cannot be pushed without force, or a tag is there.
        UsageError: there is no such release, the day has not come, or a reason is empty.
        DataError: it could not be written, committed, pushed or tagged.
    """
    if asked.tag is not None:
        tagged = finish_tagging(root, asked.product, asked.version, asked.tag)
        if tagged:
            return IsShipped(release=tagged, already=True)
    fetch = partial(fetch_downloads, allow_private=asked.allow_private, step=fetching)
    shipped = ship_release(
        root,
        product=asked.product,
        version=asked.version,
        on=asked.on,
        at=at,
        accept_risk=asked.accept_risk,
        reinstate=asked.reinstate,
        **({"fetch": fetch} if asked.verify else {}),
    )
    release = shipped.release
    done(f"committed {release.place.file}: {release} has shipped")
    if asked.push is not None:
        done(_push(root, release, asked, done))
    if asked.tag is not None:
        tag_release(root, release, asked.tag)
        done(f"tagged {asked.tag}; `git push origin {asked.tag}` shares it")
    return IsShipped(release=release, untested=shipped.untested)


def _push(root: Path, release: Release, asked: ToShip, step: Callable[[str], None]) -> str:
    pushed = push_shipped(
        root,
        release,
        asked.push or None,
        reinstate=asked.reinstate is not None,
        accept_risk=asked.accept_risk is not None,
        step=step,
    )
    along = "".join(f", with {said!a}" for said in pushed.along)
    return f"pushed to {pushed.remote}{along}"
