"""Links and mentions of articles, and whether they lead anywhere."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from forewarn.expressions import expression
from forewarn.model.finding import Finding
from forewarn.model.product import Product
from forewarn.model.prose import split_code, without_spans
from forewarn.model.record import Place
from forewarn.services.check.rules.around import Around
from forewarn.services.check.rules.rule import ERROR, Rule, RuleSet

DANGLING_LINK = Rule(
    id="dangling-link",
    severity=ERROR,
    means="An article, release or briefing links to a `.md` file that is not there, or a remedy, "
    "limits or contingency names one (`kb/….md`). Whoever reads it out on the telephone finds "
    "nothing. What stands in code is left alone.",
    mend="Mend the path. In a body it is relative to the file's own folder; in a remedy it begins "
    "with `kb/`.",
)

# The text before it may hold a picture with brackets of its own. No target holds a bracket, so that
# a body of nothing but beginnings is read once and not once for each of them.
_LINK = expression(r"\]\((?P<target>[^)\s#\[]+\.md)(?:#[^)\s\[]*)?\)")
_MENTION = expression(r"\bkb/[A-Za-z0-9._/-]+\.md\b")


def of_product(around: Around, product: Product) -> Iterator[Finding]:
    """Links in notes and briefings, and mentions in what is told to customers."""
    for release in around.releases_of(product.id):
        yield from _links(around, release.notes, release.place)
        for statement in release.compatibility:
            for text in (statement.remedy, statement.limits):
                yield from _mentions(around, text, statement.place)
    for briefing in around.briefings_of(product.id):
        yield from _links(around, briefing.text, briefing.place)


def of_articles(around: Around) -> Iterator[Finding]:
    """Links in articles, and mentions in what is told to customers."""
    for article in around.articles():
        yield from _mentions(around, article.contingency, article.place)
        yield from _links(around, article.body, article.place)


def _mentions(around: Around, text: str | None, place: Place) -> Iterator[Finding]:
    for path in _MENTION.findall(text or ""):
        if not around.has_file(path):
            yield _dangling(path, place)


def _links(around: Around, body: str, place: Place) -> Iterator[Finding]:
    if "](" not in body:
        return
    folder = posixpath.dirname(place.file)
    prose = "".join(part for is_code, part in split_code(body) if not is_code)
    for match in _LINK.finditer(without_spans(prose)):
        target = match.group("target")
        path = posixpath.normpath(posixpath.join(folder, target))
        if "://" not in target and not around.has_file(path):
            yield _dangling(target, place)


def _dangling(target: str, place: Place) -> Finding:
    return DANGLING_LINK.at(place, f"it links to {target}, which is not there", "Mend the link.")


RULES = RuleSet(rules=(DANGLING_LINK,), of_product=of_product, of_articles=of_articles)
