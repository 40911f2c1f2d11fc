"""What every importer does: add what is new, leave what is here, and say what was left out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Self

from forewarn.errors import Refused
from forewarn.frozen import dataclass
from forewarn.model import rule_ids
from forewarn.model.events.change import JUST_SHIPPED
from forewarn.model.release import Status, release_path
from forewarn.model.visible import escaped
from forewarn.services.records.writing import trailer
from forewarn.store.git.repository import Repository
from forewarn.store.git.writer import change_and_commit, one_writer
from forewarn.words.releases import counted

# What is being done, how much of it is done, and how much there is.
Step = Callable[[str, int, int], None]
_STEP_EVERY = 1000


class Reason(StrEnum):
    """Why something was left out, or is not here as it was there."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Self:
        """A reason's word, and the sentence for people."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    UNREADABLE = rule_ids.UNREADABLE, "files that could not be read"
    WRONG_ROW = "wrong-row", "rows and entries that were skipped: a value in them cannot be used"
    UNKNOWN_PRODUCT = rule_ids.UNKNOWN_PRODUCT, "rows of products that are not recorded here"
    WRONG_SHAPE = "wrong-shape", "parts of a file that are not of the expected shape"
    NO_PRODUCT = "no-product", "versions of products that no file describes"
    UNSAFE_NAME = rule_ids.UNSAFE_NAME, "names that cannot be a file or a track here"
    SAME_FILE = "same-file", "versions that would share a file on Windows or macOS"
    NOT_A_VERSION = rule_ids.NOT_A_VERSION, "versions that the product's scheme refuses"
    BAD_DATE = "bad-date", "dates that are none, or have not come"
    NO_DATE = rule_ids.NO_DATE, "versions without a date"
    NO_VERSION = "no-version", "entries that name no version"
    OTHER_SYSTEM = "other-system", "entries for another system than the platform that was asked for"
    LAST_CHANGE = "last-change", "versions dated by the last change of their entry"
    SEVERAL_DATES = "several-dates", "versions with several dates (the first of them is taken)"
    SAME_TARGET = "same-target", "downloads beside another one for the same platform"
    SHARED = "shared", "cycles without a release, as their latest is another cycle's"
    EQUAL = "equal", "versions that are recorded in another, equal spelling"
    NO_CYCLE = "no-cycle", "versions of no listed cycle (they are on the track `other`)"
    OPEN_END = "open-end", "ends of active support, where security support has no known end"
    EXTENDED_OPEN = "extended-open", "cycles whose extended support goes on without a known end"
    NO_END_DATE = "no-end-date", "stages of support that ended on an unknown day"
    NO_PLACE = "no-place", "values that a record has no key for"
    BAD_LINK = "bad-link", "links that are no web address"
    NO_TRACK = "no-track", "versions that do not say which of the product's tracks they are on"
    UNKNOWN_TRACK = (
        rule_ids.UNKNOWN_TRACK,
        "versions on a track that product.yml here does not have",
    )
    UNREADABLE_HERE = "unreadable-here", "products whose product.yml here cannot be read"
    DIFFERS = "differs", "records here that say something else (they were left alone)"

    @property
    def lost(self) -> bool:
        """Whether it could not be read or not be meant, so that only a part was imported."""
        return self in (
            Reason.UNREADABLE,
            Reason.WRONG_ROW,
            Reason.UNKNOWN_PRODUCT,
            Reason.NO_TRACK,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """Something that could not be carried over, or not as it was; `count` of them.

    `product` is empty where it is about none.
    """

    reason: Reason
    product: str
    item: str
    why: str
    count: int = 1


class Notes:
    """What is left out of one product, as it is met."""

    def __init__(self, product: str) -> None:
        self.product = product
        self.rows: list[LeftOut] = []

    def add(self, reason: Reason, item: str, why: str, count: int = 1) -> None:
        """Keep one row, in characters that can be shown whatever the files held."""
        item, why = map(escaped, (item, why))
        row = LeftOut(reason=reason, product=self.product, item=item, why=why, count=count)
        self.rows.append(row)


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import found, and the `files` that are new or, of products, have more cycles.

    Without a `commit` none was written.

    `news` are the releases among them that are told all the same, as `product@version`: they
    have just shipped, or are still to come. `products` is 0 where the list is not by product.
    """

    products: int
    products_new: int
    releases: int
    releases_new: int
    planned: int
    news: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    files: Mapping[str, bytes]
    commit: str | None

    @property
    def partly(self) -> bool:
        """Whether something could not be read, or not be meant, and the rest went in."""
        return any(row.reason.lost for row in self.left_out)


@dataclasses.dataclass(kw_only=True)
class Plan:
    """What an import will write, as it grows; `same` is what is there already, as it would be.

    `changed` are files that are there and get more.
    """

    today: date
    files: dict[str, bytes] = field(default_factory=dict)
    changed: dict[str, bytes] = field(default_factory=dict)
    same: set[str] = field(default_factory=set)
    news: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    products: int = 0
    products_new: int = 0
    releases: int = 0
    releases_new: int = 0
    planned: int = 0

    def add_release(
        self, product: str, version: str, status: Status, day: date | None, data: bytes
    ) -> None:
        """Add the record of a release; `day` is when it shipped or is planned for."""
        self.files[release_path(product, version)] = data
        self.releases_new += 1
        planned = status is Status.PLANNED
        self.planned += planned
        just = status is Status.SHIPPED and day and self.today - day <= JUST_SHIPPED
        if planned or just:
            self.news.append(f"{product}@{version}")

    def result(self, commit: str | None) -> Imported:
        """What the import has to say of it."""
        return Imported(
            products=self.products,
            products_new=self.products_new,
            releases=self.releases,
            releases_new=self.releases_new,
            planned=self.planned,
            news=tuple(sorted(self.news)),
            left_out=tuple(self.left_out),
            files={**self.files, **self.changed},
            commit=commit,
        )

    def message(self, source: str, paths: Collection[str]) -> str:
        """The message of the commit that adds `paths`."""
        products = counted(len({_folder(path) for path in paths}), "product")
        releases = counted(sum(path.endswith(".md") for path in paths), "release")
        return f"Import {releases} of {products} from {source}\n\n" + trailer(
            "Forewarn-Event", "imported"
        )


def carry_out(
    root: Path, plan: Callable[[], Plan], source: str, *, dry_run: bool, step: Step
) -> Imported:
    """Make a plan and, unless it is a dry run, commit what it adds.

    Raises:
        Refused: no branch is checked out, a merge is under way, or another command is writing.
        DataError: something could not be written or committed; nothing is left behind.
    """
    if dry_run:
        return plan().result(None)
    with one_writer(root), Repository(root) as repository:
        repository.refuse_unless_on_a_branch()
        made = plan()
        unfinished = _unfinished(repository, made.same)
        commit = None
        if made.files or made.changed or unfinished:
            message = made.message(source, [*made.files, *made.changed, *unfinished])
            _refuse_uncommitted(repository, made.changed)
            commit = _commit(repository, made, unfinished, message, step)
    return made.result(commit)


def _commit(
    repository: Repository, made: Plan, unfinished: Collection[str], message: str, step: Step
) -> str:
    """Write what the plan adds and changes, and commit it and what is `unfinished`."""
    files = {**made.files, **made.changed}
    ours = {*files, *unfinished}
    others = {_folder(path) for path in repository.uncommitted(("releases",)) if path not in ours}

    def written(done: int) -> None:
        if done == len(files):
            step("committing", 0, 1)
        elif done % _STEP_EVERY == 0:
            step("writing files", done, len(files))

    commit = change_and_commit(
        repository,
        files,
        message,
        along=unfinished,
        paths=_to_commit(ours, others),
        written=written,
    )
    step("committing", 1, 1)
    return commit


def _refuse_uncommitted(repository: Repository, changed: Collection[str]) -> None:
    """Refuse to commit what a person has changed and not committed."""
    for path in sorted({*changed}.intersection(repository.uncommitted(("releases",)))):
        raise Refused(
            "this file is to get more tracks, and has changes that are not committed",
            where=path,
            help="Commit them, then import again.",
        )


def _unfinished(repository: Repository, same: Collection[str]) -> set[str]:
    """What an import wrote that died before its commit: as it would be, and in no commit."""
    found = {*same}.intersection(repository.uncommitted(("releases",)))
    head = repository.head()
    if not found or head is None:
        return found
    return found.difference(blob.path for blob in repository.blobs(head, ("releases",)))


def _to_commit(paths: Iterable[str], others: set[str]) -> list[str]:
    """The paths for the commit: a folder for all its files where nothing else changed in it.

    Git compares every file of the repository with every path it is given, so that a hundred
    thousand paths would take it hours.
    """
    return sorted({path if _folder(path) in others else _folder(path) for path in paths})


def _folder(path: str) -> str:
    return PurePosixPath(path).parent.as_posix()
