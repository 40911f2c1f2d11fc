"""An article: one page of `kb/`."""

from __future__ import annotations

from forewarn.model import rule_ids
from forewarn.model.addresses import check_url
from forewarn.model.article import Article, Kind, Remediation
from forewarn.model.names import check_article_path, check_header, check_product, check_word
from forewarn.model.record import Audience
from forewarn.model.versions.version import VersionRange
from forewarn.store.records.fields import Fields
from forewarn.store.records.parts import inspection, optional
from forewarn.store.records.problems import Problems
from forewarn.store.records.text import front_matter


def read_article(path: str, text: str, problems: Problems) -> Article | None:
    """Read the text of an article; None where it is none."""
    problem = check_article_path(path.removeprefix("kb/"))
    if problem:
        problems.add(
            None, rule_ids.UNSAFE_NAME, f"the file's name cannot be used: {problem}", "Rename it."
        )
        return None
    parts = front_matter(text, problems, "this article")
    if parts is None:
        return None
    fields, body = parts
    if not fields.has("kind"):
        fields.missing("kind")
    kind = fields.choice("kind", Kind)
    article = Article(
        path=path,
        title=fields.required("title", check_header),
        kind=kind or Kind.REFERENCE,
        audience=fields.audience() or Audience.STAFF,
        owner=fields.text("owner", check_word),
        applies=_ranges(fields, "applies"),
        fixed_in=_ranges(fields, "fixed_in"),
        opened=fields.day("opened"),
        remediation=fields.choice("remediation", Remediation),
        promised=fields.day("promised"),
        contingency=fields.text("contingency"),
        verified=optional(fields, "verified", inspection),
        references=fields.texts("reference", check_url),
        body=body,
        place=problems.place(None),
    )
    if kind is Kind.KNOWN_ISSUE:
        for name in ("applies", "remediation"):
            if not fields.has(name):
                fields.missing(name, ", and it is a known issue")
    fields.end()
    return article if kind else None


def _ranges(fields: Fields, name: str) -> dict[str, VersionRange]:
    rows = fields.mapping(name)
    if rows is None:
        return {}
    ranges = {}
    for product in rows.names():
        problem = check_product(product)
        if problem:
            rows.problems.add_at(
                rows.place_of(product),
                rule_ids.WRONG_VALUE,
                f"no product id: {problem}",
                "Mend the key.",
            )
            continue
        versions = rows.versions(product)
        if versions is not None:
            ranges[product] = versions
    return ranges
