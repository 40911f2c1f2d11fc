"""A site built by Zensical, which reads the same tree as MkDocs does."""

from __future__ import annotations

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from forewarn import child
from forewarn.errors import DataError, UsageError
from forewarn.site import search
from forewarn.site.builder import Builder
from forewarn.site.bundles import look
from forewarn.site.fingerprint import html_words
from forewarn.site.ingredients import Ingredients
from forewarn.site.record import Record
from forewarn.site.tree import write_tree
from forewarn.store.files import cannot_write

# Its own search index, as the pages have another search; and what older ones write for generators
# of documentation that refer to each other. Nobody would ask for them.
_UNUSED = ("search.json", "objects.inv")
_SECONDS = 3600  # for all pages, of which it makes hundreds in one


def build(made_of: Ingredients, to: Path) -> Record:
    """Build a site into the new folder `to`, every page of it; the record of it.

    Raises:
        UsageError: Zensical is not installed.
        DataError: it refused, or a file cannot be read or written.
    """
    if find_spec("zensical") is None:
        raise UsageError(
            "Zensical is not installed", help="Install it beside forewarn: `pip install zensical`."
        )
    try:
        with TemporaryDirectory(prefix="forewarn-") as scratch:
            tree = Path(scratch).resolve() / "tree"
            write_tree(made_of, tree)
            _run(tree)
            shutil.move(tree / "site", to)
        for name in _UNUSED:
            (to / name).unlink(missing_ok=True)
        search.index(to, look(to, html_words(to)), before=None)
    except OSError as error:
        raise cannot_write(to, error) from error
    return Record(folder=to)


def _run(tree: Path) -> None:
    line, before = child.dying_with_us(
        child.python("zensical", "build", "--strict", "--config-file", str(tree / "mkdocs.yml"))
    )
    try:
        done = subprocess.run(
            line,
            cwd=tree,
            env=child.environment(),
            stdin=subprocess.DEVNULL,
            preexec_fn=before,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise DataError(
            f"Zensical did not build the site within {_SECONDS} s",
            where=str(tree),
            help="Build with MkDocs: `--builder mkdocs`. The site that was there has been left "
            "as it was.",
        ) from error
    if done.returncode or not (tree / "site" / "index.html").is_file():
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise DataError(
            "Zensical could not build the site: " + " / ".join(said[-5:] or ["it gave no reason"]),
            where=str(tree),
            help="Mend what it names, or build with MkDocs: `--builder mkdocs`. "
            "The site that was there has been left as it was.",
        )


BUILDER = Builder(build=build)
