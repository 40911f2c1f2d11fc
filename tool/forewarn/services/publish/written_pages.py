"""One audience's pages written out, for a site generator of one's own."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from forewarn.errors import Refused
from forewarn.frozen import dataclass
from forewarn.model.record import Audience
from forewarn.services.ask.sightings import last_look, sightings_of
from forewarn.services.check.run import check_catalogue, elsewhere
from forewarn.services.publish.events import the_head
from forewarn.services.publish.gate import refuse_errors
from forewarn.site.attachments import in_commit
from forewarn.site.ingredients import Ingredients
from forewarn.site.tree import is_ours, write_tree
from forewarn.store.catalogue.commit import load_commit
from forewarn.store.files import cannot_write
from forewarn.store.git.repository import Repository
from forewarn.store.settings import load_settings
from forewarn.store.state.opening import open_state


@dataclass(frozen=True, kw_only=True)
class WrittenPages:
    """The tree in `folder`, of `pages` Markdown files, made from `commit`."""

    folder: Path
    pages: int
    commit: str
    uncommitted: tuple[str, ...]


def write_pages(root: Path, audience: Audience, to: Path, *, now: datetime) -> WrittenPages:
    """Write what `audience` may see of the checked-out commit into the folder `to`.

    Raises:
        Refused: the folder holds something that is not such a tree, or `check` finds an error.
        DataError: the repository or its records cannot be used, or a file cannot be written.
    """
    _refuse_unless_ours(to)
    settings = load_settings(root)
    today = now.astimezone().date()
    with Repository(root) as repository, open_state(root) as state:
        commit = the_head(repository)
        loaded = load_commit(repository, commit)
        findings = check_catalogue(loaded, settings, today, remembered=root)
        findings += elsewhere(repository, commit, settings)
        refuse_errors(repository, loaded, findings, "written")
        uncommitted = repository.uncommitted(["releases", "kb"])
        sightings = sightings_of(state, loaded.catalogue, loaded.catalogue.releases)
        made_of = Ingredients(
            root=root,
            catalogue=loaded.catalogue,
            identity=loaded.identity,
            settings=settings,
            attachments=in_commit(repository, commit),
            audience=audience,
            today=today,
            sightings=tuple(sightings),
            last_look=last_look(state, loaded.catalogue),
            accounts=state.accounts(),
            commit=commit,
        )
        with TemporaryDirectory(dir=_parent(to), prefix=".forewarn-") as scratch:
            tree = write_tree(made_of, Path(scratch) / "tree")
            _replace(tree, to)
    pages = sum(1 for _ in (to / "docs").rglob("*.md"))
    return WrittenPages(folder=to, pages=pages, commit=commit, uncommitted=uncommitted)


def _refuse_unless_ours(to: Path) -> None:
    if not to.exists() or (to.is_dir() and (is_ours(to) or not any(to.iterdir()))):
        return
    raise Refused(
        "this holds something else than pages that were written here before",
        where=str(to),
        help="Name a new or an empty folder: --to pages.",
    )


def _parent(to: Path) -> Path:
    """The folder beside it, so that what is written there needs only to be renamed."""
    folder = to.absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
    return folder


def _replace(tree: Path, to: Path) -> None:
    """Put what was written in place of what was written before, and of nothing else."""
    try:
        to.mkdir(exist_ok=True)
        for made in sorted(tree.iterdir()):
            old = to / made.name
            if old.is_dir() and not old.is_symlink():
                shutil.rmtree(old)
            made.replace(old)
    except OSError as error:
        raise cannot_write(to, error) from error
