"""Articles: the facts of the front matter in a box, then what people wrote."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.model.article import Article, Kind
from forewarn.model.release import Status
from forewarn.model.synonyms import is_synonyms
from forewarn.pages.compatibility.statements import versions_words
from forewarn.pages.html import filters, words
from forewarn.pages.html.body import Body
from forewarn.pages.html.elements import (
    NOTHING,
    Html,
    day_html,
    esc,
    facts,
    fmt,
    join,
    link,
    plain,
    tag,
)
from forewarn.pages.html.parts import document, heading, issue_help, references
from forewarn.pages.html.prose import beginning
from forewarn.pages.search.customer import copy_issue
from forewarn.pages.view import paths
from forewarn.pages.view.find import Find, as_list
from forewarn.pages.view.page_type import NavItem, NavPlace, PageType
from forewarn.pages.view.view import Page, View

_ARTICLE, _KNOWN_ISSUE = "article", "known-issue"


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
    known_issue = article.kind is Kind.KNOWN_ISSUE
    blocks = [
        heading(esc(article.title), trail if article.path != paths.ARTICLES else ()),
        _what_to_do(view, article) if known_issue else "",
        copy_issue(view, article.path) if known_issue else "",
        _facts(view, article),
        body.fit(article.body, 2),
        references(article.references),
    ]
    hide = ["navigation"] if known_issue or not view.lists_articles else []
    return Page(
        src=article.path,
        text=document(
            article.title,
            blocks,
            hide=hide,
            find=_find(view, article),
            about=_about(view, article),
            scripts=[filters.SCRIPT] if known_issue and view.staff else (),
        ),
        uses=frozenset(body.uses),
        broken=tuple(body.broken),
    )


def _about(view: View, article: Article) -> str:
    """What it is about in a sentence or two: its state where it has one, and how it begins."""
    state = ""
    if article.kind is Kind.KNOWN_ISSUE:
        helps = plain(words.remediation(article))
        state = f"Known issue, {words.issue_word(view, article)}{f': {helps}' if helps else ''}."
    return " ".join(filter(None, (state, beginning(article.body))))


def _find(view: View, article: Article) -> Find | None:
    """One that somebody verified, and that still holds, ranks higher.

    The synonyms have the words of every other page, and are not found themselves.
    """
    if is_synonyms(article.path):
        return None
    tag_ = article.verified
    boost = 1.5 if tag_ and not tag_.expired(view.today) else 1.0
    products = tuple(dict.fromkeys([*article.applies, *article.fixed_in]))
    if article.kind is not Kind.KNOWN_ISSUE:
        return Find(kind=_ARTICLE, products=products, boost=boost)
    state = words.issue_word(view, article)
    return Find(kind=_KNOWN_ISSUE, products=products, state=state, boost=boost)


def _what_to_do(view: View, issue: Article) -> Html:
    """What an agent reads out about a known issue, before anything else."""
    helps = words.remediation(issue)
    state = join(
        (
            words.issue_state(view, issue),
            tag("strong", helps) if helps else NOTHING,
            words.audience_chip(view, issue.audience),
        ),
        " ",
    )
    opened = day_html(issue.opened) if issue.opened else NOTHING
    box = "fw-box" if view.catalogue.is_fixed(issue) else "fw-box fw-caution"
    return tag(
        "section",
        tag("p", state, class_="fw-box-title"),
        issue_help(view, issue.path, issue, ("opened", opened)),
        class_=box,
        aria_label="What to do",
    )


def _facts(view: View, article: Article) -> Html:
    src, known_issue = article.path, article.kind is Kind.KNOWN_ISSUE
    owner = view.settings.people.get(article.owner) if article.owner else None
    return facts(
        [
            ("Applies to", words.ranges_html(view, src, article.applies)),
            ("Valid now for" if not known_issue else "Releases that have it", _now(view, article)),
            (
                "Fixed in",
                words.ranges_html(view, src, article.fixed_in) if not known_issue else NOTHING,
            ),
            ("Kind", esc(words.KINDS[article.kind]) if not known_issue else NOTHING),
            ("Inspection tag", words.inspection(view, article.verified)),
            ("Owner", esc(owner.name if owner else article.owner or "")),
            (
                "Audience",
                words.audience_chip(view, article.audience) if not known_issue else NOTHING,
            ),
        ]
    )


def _now(view: View, article: Article) -> Html:
    """The releases that customers use today to which an article applies, product by product."""
    found = (_used(view, article, product) for product in article.applies)
    return join(found, "; ") or (
        esc("no release that is supported today") if article.applies else NOTHING
    )


def _used(view: View, article: Article, product: str) -> Html:
    releases = [
        release
        for release in view.catalogue.in_range(product, article.applies[product])
        if release.status is Status.SHIPPED
        and words.state_word(view, release) != words.OUT_OF_SUPPORT
    ]
    if not releases:
        return NOTHING
    name = words.product_link(view, article.path, product)
    return fmt("{} {}", name, versions_words(view, releases))


def _list(view: View) -> str:
    blocks: list[str] = [heading(esc("Articles"))]
    for kind, name, articles in _by_kind(view):
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
            for article in articles
        ]
        blocks += [f"## {name} {{#{kind.value}}}", tag("ul", *items, class_="fw-list")]
    if len(blocks) == 1:
        blocks.append(tag("p", esc("No article is published here yet.")))
    if view.catalogue.known_issues:
        issues = link(paths.between(paths.ARTICLES, paths.KNOWN_ISSUES), esc("a list of their own"))
        blocks.append(tag("p", fmt("Known issues have {}.", issues), class_="fw-small"))
    hide = [] if view.lists_articles else ["navigation"]
    about = f"The articles of {view.settings.name}: how-to, troubleshooting, policies, reference."
    return document("Articles", blocks, hide=hide, find=as_list(), about=about)


def _by_kind(view: View) -> Iterator[tuple[Kind, str, list[Article]]]:
    """The articles of each kind, by title; known issues have a list of their own."""
    articles = sorted(view.catalogue.articles.values(), key=lambda a: (a.title.casefold(), a.path))
    for kind, name in words.KINDS.items():
        found = [article for article in articles if article.kind is kind]
        if found and kind is not Kind.KNOWN_ISSUE:
            yield kind, name, found


def _in_navigation(view: View) -> tuple[NavItem, ...]:
    if not view.lists_articles:
        return ()
    listed = (
        (name, [a for a in articles if a.path != paths.ARTICLES])
        for _, name, articles in _by_kind(view)
    )
    return tuple(
        NavItem(
            title=esc(name), items=tuple(NavItem(title=esc(a.title), src=a.path) for a in articles)
        )
        for name, articles in listed
        if articles
    )


PAGES = PageType(
    pages=pages,
    nav=NavPlace(order=50, title="Articles", src=paths.ARTICLES, items=_in_navigation),
    kinds={_ARTICLE: "Article", _KNOWN_ISSUE: "Known issue"},
)
