"""Articles: the facts of the front matter in a box, then what people wrote."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.model.article import Article, Kind
from forewarn.pages import paths, words
from forewarn.pages.body import Body
from forewarn.pages.html import NOTHING, Html, esc, facts, join, link, tag
from forewarn.pages.parts import document, heading
from forewarn.pages.view import Page, View


def pages(view: View) -> Iterator[Page]:
    """A page for each article, and their list where nobody wrote kb/index.md."""
    for path in sorted(view.catalogue.articles):
        yield _page(view, view.catalogue.articles[path])
    if paths.ARTICLES not in view.catalogue.articles:
        yield Page(src=paths.ARTICLES, text=_list(view))


def _page(view: View, article: Article) -> Page:
    body = Body(view=view, file=article.path, src=article.path)
    trail = [
        link(paths.between(article.path, paths.KNOWN_ISSUES), esc("Known issues"))
        if article.kind is Kind.KNOWN_ISSUE
        else link(paths.between(article.path, paths.ARTICLES), esc("Articles")),
    ]
    blocks = [
        heading(esc(article.title), trail if article.path != paths.ARTICLES else ()),
        _facts(view, article),
        body.fit(article.body, 2),
        _references(article),
    ]
    hide = ["navigation"] if article.kind is Kind.KNOWN_ISSUE else []
    return Page(
        src=article.path,
        text=document(article.title, blocks, hide=hide),
        uses=frozenset(body.uses),
        broken=tuple(body.broken),
    )


def _facts(view: View, article: Article) -> Html:
    src, known_issue = article.path, article.kind is Kind.KNOWN_ISSUE
    owner = view.settings.people.get(article.owner) if article.owner else None
    return facts(
        [
            ("State", words.issue_state(view, article) if known_issue else NOTHING),
            ("What helps", esc(words.REMEDIATIONS[article.remediation]))
            if article.remediation
            else ("", NOTHING),
            ("Fix promised for", words.promise(view, article)),
            (
                "Until then",
                words.text(view, src, article.contingency) if article.contingency else NOTHING,
            ),
            ("Applies to", words.ranges_html(view, src, article.applies)),
            ("Fixed in", words.ranges_html(view, src, article.fixed_in)),
            ("Kind", esc(words.KINDS[article.kind]) if not known_issue else NOTHING),
            ("Opened", words.shown_day(article.opened) if article.opened else NOTHING),
            ("Inspection tag", words.inspection(view, article.verified)),
            ("Owner", esc(owner.name if owner else article.owner or "")),
            ("Audience", words.audience_chip(view, article.audience)),
        ]
    )


def _references(article: Article) -> str:
    if not article.references:
        return ""
    items = (tag("li", link(url, esc(url))) for url in article.references)
    return f"## References {{#references}}\n\n{tag('ul', *items)}"


def _list(view: View) -> str:
    blocks: list[str] = [heading(esc("Articles"))]
    for kind, name in words.KINDS.items():
        if kind is Kind.KNOWN_ISSUE:
            continue
        items = [
            tag(
                "li",
                join(
                    (
                        words.article_link(view, paths.ARTICLES, article),
                        words.audience_chip(view, article.audience),
                    ),
                    " ",
                ),
            )
            for article in sorted(
                view.catalogue.articles.values(), key=lambda a: (a.title.casefold(), a.path)
            )
            if article.kind is kind
        ]
        if items:
            blocks += [f"## {name} {{#{kind.value}}}", tag("ul", *items, class_="fw-list")]
    if len(blocks) == 1:
        blocks.append(tag("p", esc("No article is published here yet.")))
    if view.catalogue.known_issues:
        issues = link(paths.between(paths.ARTICLES, paths.KNOWN_ISSUES), esc("a list of their own"))
        blocks.append(tag("p", Html(f"Known issues have {issues}."), class_="fw-small"))
    return document("Articles", blocks)
