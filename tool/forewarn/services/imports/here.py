"""What the knowledge base has already of what an import brings."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path

from forewarn.errors import DataError
from forewarn.frozen import dataclass
from forewarn.model.names import check_product, version_of_stem
from forewarn.model.product import Product
from forewarn.model.release import product_path, release_path
from forewarn.model.versions.version import InvalidVersion, Scheme
from forewarn.services.ask.lookup import no_product
from forewarn.services.imports.importing import Notes, Reason
from forewarn.store.records import read_record
from forewarn.store.records.problems import Problems


@dataclass(frozen=True, kw_only=True)
class Present:
    """What the knowledge base has of one product; `files` maps a folded name to the name."""

    product: Product | None
    folder: Path
    files: Mapping[str, str]


def present(root: Path, notes: Notes) -> Present | None:
    """What is here of a product; None (and a note) where its product.yml cannot be read."""
    path = root / product_path(notes.product)
    folder = path.parent
    files = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    names = {name.casefold(): name for name in files}
    if path.name not in files:
        return Present(product=None, folder=folder, files=names)
    problems = Problems(product_path(notes.product))
    record = read_record(problems.file, path.read_bytes(), problems)
    if not isinstance(record, Product) or problems.findings:
        finding = problems.findings[0]
        notes.add(Reason.UNREADABLE_HERE, str(finding.place), finding.message)
        return None
    return Present(product=record, folder=folder, files=names)


def product_here(root: Path, product: str) -> tuple[Present, Product]:
    """What is here of a product that must be recorded.

    Raises:
        UsageError: it is not.
        DataError: its product.yml cannot be read.
    """
    notes = Notes(product)
    here = None if check_product(product) else present(root, notes)
    if notes.rows:
        row = notes.rows[0]
        raise DataError(row.why, where=row.item, help="`forewarn check` says how to mend it.")
    if here is None or here.product is None:
        there = (path.parent.name for path in sorted((root / "releases").glob("*/product.yml")))
        raise no_product({id: id for id in there}, product)
    return here, here.product


class VersionFiles:
    """The versions of one product that have a file here, or get one by this import."""

    def __init__(self, here: Present, scheme: Scheme) -> None:
        self._here = here
        self._scheme = scheme
        self._files = dict(here.files)
        self._recorded: dict[Hashable, str] = {}
        for name in here.files.values():
            version = version_of_stem(name.removesuffix(".md"))
            if not name.endswith(".md") or version.endswith(".briefing"):
                continue
            try:
                self._recorded[scheme.key(version)] = version
            except InvalidVersion:
                # It is no release; `check` says what is wrong with it, if anything is.
                continue

    def file_of(self, version: str) -> Path | None:
        """The file that is here for a version, spelled just so."""
        name = _file_name(version)
        there = self._here.files.get(name.casefold()) == name
        return self._here.folder / name if there else None

    def takes(self, version: str, notes: Notes) -> bool:
        """Whether a version that has no file is new; it is on the shelf then, else noted."""
        name = _file_name(version)
        same_file = self._files.setdefault(name.casefold(), name)
        if same_file != name:
            notes.add(Reason.SAME_FILE, version, f"{same_file} is there")
            return False
        try:
            same = self._recorded.setdefault(self._scheme.key(version), version)
        except InvalidVersion as error:
            notes.add(Reason.NOT_A_VERSION, version, str(error))
            return False
        if same != version:
            why = f"it equals {same} under the scheme {self._scheme.name}"
            notes.add(Reason.EQUAL, version, why)
        return same == version


def _file_name(version: str) -> str:
    return release_path("", version).rpartition("/")[2]
