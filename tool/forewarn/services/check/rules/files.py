"""What lies among the records and is none: it would be overlooked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from forewarn.errors import DataError
from forewarn.model.finding import Finding
from forewarn.model.names import check_product
from forewarn.model.record import Place
from forewarn.services.check.rules.reading import UNSAFE_NAME
from forewarn.services.check.rules.rule import ERROR, Rule, RuleSet
from forewarn.site import attachments
from forewarn.store.layout import ARTICLES, RECORD_FOLDERS, RELEASES
from forewarn.store.records import is_record

STRAY = Rule(
    id="stray",
    severity=ERROR,
    means="A file or folder lies in a product's folder and is no record: its name does not end in "
    "`.md` and is not `product.yml`; or a symbolic link or a submodule lies among the records or "
    "the articles, of which Git has nothing. Whoever put it there believes that it counts. A "
    "commit that has such a link is not published: what it leads to is not gone.",
    mend="Remove it, or rename it. Pictures and other attachments belong below `kb/`.",
)
UNFIT_PICTURE = Rule(
    id="unfit-picture",
    severity=ERROR,
    means="A picture below `kb/` cannot be published: an SVG that could run something or call "
    "another host, or a photograph from which the notes on place, time and owner cannot be taken "
    "out.",
    mend="Save it anew with a drawing program: an SVG as *plain SVG* without scripts, links and "
    "style imports, a photograph as PNG, JPEG, GIF or WebP.",
)
_ANEW = "Save it anew with a drawing program, without scripts, links and metadata."


def _unfit_pictures(root: Path) -> Iterator[Finding]:
    """Pictures of the working tree that would not get into a site."""
    try:
        for path, why in attachments.in_folder(root).unfit():
            mend = attachments.OUT_OF_LFS if why == attachments.POINTS else _ANEW
            yield UNFIT_PICTURE.at(Place(file=path), f"this picture is not published: {why}", mend)
    except DataError as error:
        yield UNFIT_PICTURE.at(Place(file=error.where or "kb"), error.what, error.help or "")


def _strays(root: Path) -> Iterator[Finding]:
    """Strays in the working tree below `releases/`, and folders of records that are links."""
    for folder in RECORD_FOLDERS:
        if (root / folder).is_symlink():
            yield not_in_git(folder, is_link=True)
    for entry in _entries(root, RECORD_FOLDERS[0]):
        place = Place(file=f"{RECORD_FOLDERS[0]}/{entry.name}")
        problem = check_product(entry.name)
        if entry.is_symlink():
            yield not_in_git(place.file, is_link=True)
        elif entry.is_dir() and problem:
            yield UNSAFE_NAME.at(place, f"this is no product id: {problem}", "Rename it.")
        elif entry.is_dir():
            yield from _strays_of_product(root, place.file)
        elif not problem and not is_record(place.file):
            yield STRAY.at(
                place,
                "this has a product's name and is no folder, so the product has no record",
                "Put the product's folder in its place, or rename it.",
            )


def _strays_of_product(root: Path, folder: str) -> Iterator[Finding]:
    for entry in _entries(root, folder, but_for=".md"):
        relative = f"{folder}/{entry.name}"
        if entry.is_symlink() or entry.name == ".git":
            yield not_in_git(relative if entry.is_symlink() else folder, is_link=entry.is_symlink())
        elif not entry.is_file(follow_symlinks=False) or not is_record(relative):
            yield STRAY.at(
                Place(file=relative),
                "this is no record",
                "Releases are <version>.md files; remove this, or rename it.",
            )


def _entries(root: Path, folder: str, *, but_for: str | None = None) -> list[os.DirEntry[str]]:
    """What lies in a folder, by name; without plain files whose names end in `but_for`."""
    # Directory entries know what they are: a hundred thousand files need not be asked one by one.
    try:
        with os.scandir(root / folder) as entries:
            found = [
                entry
                for entry in entries
                if but_for is None
                or not entry.name.endswith(but_for)
                or not entry.is_file(follow_symlinks=False)
            ]
            return sorted(found, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _not_of_the_articles(root: Path) -> Iterator[Finding]:
    """Links and repositories of their own in the working tree among the articles."""
    waiting = [ARTICLES]
    while waiting and not (root / ARTICLES).is_symlink():
        folder = waiting.pop()
        for entry in _entries(root, folder):
            path = f"{folder}/{entry.name}"
            is_link = entry.is_symlink()
            if is_link and (is_record(path) or entry.is_dir()):
                yield not_in_git(path, is_link=True)
            elif not is_link and entry.is_dir(follow_symlinks=False):
                if entry.name == ".git":
                    yield not_in_git(folder, is_link=False)
                else:
                    waiting.append(path)


def not_in_git(path: str, *, is_link: bool) -> Finding:
    """That whatever lies at or behind a path is not in Git, so that nothing of it is published."""
    what = "a symbolic link" if is_link else "a repository of its own, such as a submodule"
    return STRAY.at(
        Place(file=path),
        f"this is {what}: Git has nothing of what lies behind it, so none of it is published",
        "Put what lies behind it there as files, or remove it.",
    )


def is_overlooked(path: str) -> bool:
    """Whether records may be missed where a link or a submodule lies at this path in Git."""
    name = path.rpartition("/")[2]
    return path.startswith(f"{RELEASES}/") or is_record(path) or "." not in name


def of_folder(root: Path) -> Iterator[Finding]:
    """What lies in the working tree and is no record, or cannot be published."""
    yield from _strays(root)
    yield from _not_of_the_articles(root)
    yield from _unfit_pictures(root)


RULES = RuleSet(rules=(STRAY, UNFIT_PICTURE), of_folder=of_folder)
