"""Writing articles: how-tos, policies, and what is known to go wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from forewarn.errors import Refused, UsageError
from forewarn.model.article import Article, Kind, Remediation
from forewarn.model.names import LONGEST, check_article_path
from forewarn.model.record import Audience
from forewarn.services.ask.lookup import the_product
from forewarn.services.records.writing import refuse_unfit
from forewarn.store.catalogue.some import load_products
from forewarn.store.layout import ARTICLES
from forewarn.store.records import read_record
from forewarn.store.records.edit import new_record
from forewarn.store.records.problems import Problems

# No product can be called so: who leaves it is told.
_ROW = {"PRODUCT": ">=VERSION"}
_FOLDERS = {Kind.KNOWN_ISSUE: "known-issues/"}
_STARTS = {
    Kind.HOW_TO: "1. First step.\n2. Second step.\n",
    Kind.TROUBLESHOOTING: "## What you see\n\n## What to do\n",
    Kind.KNOWN_ISSUE: "## What you see\n\n## Why\n\n## What to do\n",
    Kind.POLICY: "What holds, for whom, and from when on.\n",
    Kind.REFERENCE: "What it is.\n",
}


def article_path(root: Path, kind: Kind, title: str, name: str | None) -> str:
    """Where a new article goes: `kb/NAME.md`, the name made of its title where none is given.

    Raises:
        UsageError: no name can be made of the title, or the name cannot be used.
        Refused: there is an article of that name.
    """
    slug = (name or _FOLDERS.get(kind, "") + _slug(title)).removeprefix(f"{ARTICLES}/")
    slug = slug.removesuffix(".md")
    problem = check_article_path(slug)
    if problem:
        raise UsageError(
            f"the article's name cannot be used: {problem}",
            help="Give one: --name convert-recordings.",
        )
    path = f"{ARTICLES}/{slug}.md"
    if (root / path).exists():
        raise Refused(
            "there is an article of that name",
            where=path,
            help=f"Edit it with `forewarn article edit {path}`, or give another --name.",
        )
    return path


def _slug(title: str) -> str:
    # Letters with marks lose them, as the addresses of pages do; what is left makes the name.
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: LONGEST - 10].strip("-")


def new_article(
    root: Path,
    *,
    title: str,
    kind: Kind,
    audience: Audience,
    owner: str | None = None,
    applies: Mapping[str, str] | None = None,
    fixed_in: Mapping[str, str] | None = None,
    remediation: Remediation | None = None,
    opened: date | None = None,
    promised: date | None = None,
    contingency: str | None = None,
    body: str | None = None,
) -> bytes:
    """The bytes of a new article; without a `body`, with headings to be filled.

    `applies` and `fixed_in` map products to ranges as they are written; a known issue that says
    nothing of it yet has a row to be filled as well.

    Raises:
        UsageError: the title or the contingency cannot be used, or a product is not known.
    """
    for name, line in (("title", title), ("contingency", contingency)):
        if line is not None:
            refuse_unfit(name, line)
    named = {*(applies or ()), *(fixed_in or ())}
    loaded = load_products(root, named)
    for product in named:
        the_product(loaded, product)
    head: dict[str, Any] = {"title": title, "kind": kind.value, "audience": audience.value}
    rows: dict[str, Any] = {
        "owner": owner,
        "opened": opened,
        "applies": dict(applies or {}) or (_ROW if remediation and body is None else None),
        "fixed_in": dict(fixed_in) if fixed_in else None,
        "remediation": remediation.value if remediation else None,
        "promised": promised,
        "contingency": contingency,
    }
    head |= {key: value for key, value in rows.items() if value is not None}
    text = _STARTS[kind] if body is None else body.strip("\n") + "\n"
    return new_record(head, text)


def the_article(
    root: Path, named: str, what: str = "article", such_as: str = "convert-recordings"
) -> str:
    """The path of the article that somebody names: by its file, with or without `kb/` and `.md`.

    Raises:
        UsageError: there is none.
    """
    slug = named.removeprefix("./").removeprefix(f"{ARTICLES}/").removesuffix(".md").strip("/")
    found = [
        path
        for path in (f"{ARTICLES}/{slug}.md", f"{ARTICLES}/known-issues/{slug}.md")
        if check_article_path(slug) is None and (root / path).is_file()
    ]
    if not found:
        raise UsageError(f"there is no {what} {named!a}", help=_near(root, slug, such_as))
    return found[0]


def the_issue(root: Path, named: str) -> str:
    """The path of the known issue that somebody names; see `the_article`.

    Raises:
        UsageError: there is none, or it is an article of another kind.
    """
    path = the_article(root, named, "known issue", "known-issues/no-sound")
    record = read_record(path, (root / path).read_bytes(), Problems(path))
    if isinstance(record, Article) and record.kind is not Kind.KNOWN_ISSUE:
        raise UsageError(
            f"this is no known issue: its kind is {record.kind}",
            where=path,
            help=f"Edit it with `forewarn article edit {named}`.",
        )
    return path


def _near(root: Path, slug: str, such_as: str) -> str:
    import difflib

    folder = root / ARTICLES
    names = {
        path.relative_to(folder).as_posix().removesuffix(".md"): path.stem
        for path in sorted(folder.rglob("*.md"))
    }
    stems = {stem: name for name, stem in names.items()}
    close = difflib.get_close_matches(slug.rpartition("/")[2], stems, n=3)
    if not close:
        return f"Name its file below {ARTICLES}/, such as {ARTICLES}/{such_as}.md."
    return "Did you mean " + " or ".join(f"{ARTICLES}/{stems[stem]}.md" for stem in close) + "?"
