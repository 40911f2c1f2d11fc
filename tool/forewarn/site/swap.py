"""A built site put in place whole: whoever reads it sees the old one or the new one."""

from __future__ import annotations

import os
import re
import shutil
import time
from dataclasses import replace
from pathlib import Path

from forewarn.errors import Refused
from forewarn.site.record import Record, load, place_of
from forewarn.store.files import cannot_write

_BUILDS = ".builds"
_UNFINISHED = ".part"
# Seconds that a reader has to open what it found in the site that was there before.
_READERS_LEAVE = 10
_LINKS = 40  # as many as Linux follows


def fresh(place: Path) -> Path:
    """A path to build the next site for `place` into; what killed runs left is removed.

    The site in place and the one before it stay, for readers that are still at it.

    Raises:
        Refused: something else than a site lies at `place`.
        DataError: the folder beside `place` cannot be written.
    """
    place = _real(place)
    try:
        if _current(place) is None and place.exists() and not _is_site(place):
            raise Refused(
                "something else than a site lies here, so nothing was put in its place",
                where=str(place),
                help="Move it away, or publish to another folder: `forewarn publish --to DIR`.",
            )
        builds = builds_folder(place)
        builds.mkdir(parents=True, exist_ok=True)
        current = _current(place)
        newest = _number(current) if current else 0
        for path in _builds(place):
            if path.suffix == _UNFINISHED or (current and _number(path) > newest):
                _remove(path)
        return builds / f"{place.name}-{_next(place)}{_UNFINISHED}"
    except OSError as error:
        raise cannot_write(place, error) from error


def reuse(place: Path, to: Path) -> Record | None:
    """Move the build that the next swap would remove to `to`, to be built over; its record.

    None where there is none, or readers may still be at it.

    Raises:
        DataError: it cannot be moved.
    """
    place = _real(place)
    shown = _current(place)
    try:
        if shown is None or time.time() - place.lstat().st_mtime < _READERS_LEAVE:
            return None
        for path in _builds(place):
            record = load(path) if _number(path) < _number(shown) else None
            if record is not None:
                place_of(path).unlink()
                path.rename(to)
                return replace(record, folder=to)
    except OSError as error:
        raise cannot_write(place, error) from error
    return None


def current(place: Path) -> Path | None:
    """The folder of the build that is in place, if there is one of ours."""
    return _current(_real(place))


def swap(built: Path, place: Path) -> Path:
    """Put a built site in place whole: a reader sees the old one or the new one; its folder.

    The place is a symbolic link that is switched by one rename. Where there are no symbolic
    links, or a plain folder is there, it takes two. The site that was there is kept until the
    next swap.

    Raises:
        DataError: a file cannot be written; the old site is in place.
    """
    place = _real(place)
    try:
        builds = builds_folder(place)
        builds.mkdir(parents=True, exist_ok=True)
        before, number = _current(place), _next(place)
        if before is None and place.exists():
            before, number = builds / f"{place.name}-{number}", number + 1
        after = builds / f"{place.name}-{number}"
        _move(built, after)
        _switch(place, after, before)
        for path in _builds(place):
            if path != after and path != before and _number(path) < _number(after):
                _remove(path)
        return after if place.is_symlink() else place
    except OSError as error:
        raise cannot_write(place, error) from error


def older(place: Path) -> list[Path]:
    """The builds for a place that are not the one in it."""
    place = _real(place)
    shown = _current(place)
    return (
        [path for path in _builds(place) if path != shown] if builds_folder(place).is_dir() else []
    )


def make_room(place: Path) -> None:
    """Remove the builds that are not in place, where the disk is full; what is in place stays."""
    for path in older(place):
        _remove(path)


def forget_old(place: Path) -> None:
    """Take out of the builds before the one in place whatever that one does not show any more.

    What was narrowed is then on no disk of ours. What both share stays, so that the next build is
    quick. Readers have been given time to leave.

    Raises:
        DataError: a file cannot be removed.
    """
    place = _real(place)
    shown = _current(place)
    try:
        if shown is None or time.time() - place.lstat().st_mtime < _READERS_LEAVE:
            return
        for path in _builds(place):
            if _number(path) < _number(shown) and not _is_forgotten(path, place):
                _keep_what_is_shared(path, shown)
                place_of(path).touch()
    except OSError as error:
        raise cannot_write(place, error) from error


def _is_forgotten(build: Path, place: Path) -> bool:
    record = place_of(build)
    return record.exists() and record.stat().st_mtime > place.lstat().st_mtime


def _keep_what_is_shared(build: Path, shown: Path) -> None:
    for folder, _, names in os.walk(build, topdown=False):
        beside = f"{shown}{folder.removeprefix(str(build))}"
        for name in names:
            try:
                shared = Path(folder, name).samefile(f"{beside}/{name}")
            except FileNotFoundError:
                shared = False
            if not shared:
                Path(folder, name).unlink()
        if not Path(beside).is_dir():
            Path(folder).rmdir()


def _switch(place: Path, after: Path, before: Path | None) -> None:
    switch = after.with_name(f".{place.name}.link")
    switch.unlink(missing_ok=True)
    try:
        switch.symlink_to(Path(_BUILDS) / after.name, target_is_directory=True)
        linked = True
    except (OSError, NotImplementedError):
        linked = False
    if before is not None and not place.is_symlink():
        place.rename(before)
    if linked:
        switch.replace(place)
    else:
        after.rename(place)


def _real(place: Path) -> Path:
    """Where the site lies, if `place` is a link that somebody else has set."""
    place = place.absolute()
    for _ in range(_LINKS):
        if not place.is_symlink() or _current(place) is not None:
            return place
        # One step, not to the end: what it leads to may be the link of ours.
        place = place.parent / place.readlink()
    raise Refused(
        "this link leads to itself, or through too many others",
        where=str(place),
        help="Remove it, or let it lead to the folder that is served.",
    )


def _is_site(place: Path) -> bool:
    return place.is_dir() and ((place / "index.html").is_file() or not any(place.iterdir()))


def _current(place: Path) -> Path | None:
    """The build that `place` shows, if it is a link of ours."""
    if not place.is_symlink():
        return None
    target = place.parent / place.readlink()
    return target if target.parent == builds_folder(place) else None


def builds_folder(place: Path) -> Path:
    """Where the builds for `place` lie."""
    return place.parent / _BUILDS


def _builds(place: Path) -> list[Path]:
    pattern = re.compile(rf"{re.escape(place.name)}-\d+({re.escape(_UNFINISHED)})?")
    return [path for path in builds_folder(place).iterdir() if pattern.fullmatch(path.name)]


def _number(build: Path | None) -> int:
    return int(build.name.removesuffix(_UNFINISHED).rsplit("-", 1)[1]) if build else 0


def _next(place: Path) -> int:
    return max((_number(path) for path in _builds(place)), default=0) + 1


def _move(built: Path, to: Path) -> None:
    try:
        built.rename(to)
    except OSError:
        # It was built on another disk: the copy gets its name only when it is whole.
        copy = to.with_name(to.name + _UNFINISHED)
        shutil.copytree(built, copy)
        copy.rename(to)
        _remove(built)


def _remove(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
    for beside in path.parent.glob(f"{path.name}.*"):
        if beside.is_file():
            beside.unlink()
