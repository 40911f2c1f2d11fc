"""What is said of a known issue, and of the codes and advisories by which people look for one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from forewarn.model.article import Article, Kind
from forewarn.model.error_line import advisories, error_codes
from forewarn.model.record import Audience
from forewarn.model.release import Release
from forewarn.pages.html import words
from forewarn.pages.html.elements import plain
from forewarn.pages.search.answers import MOST, AnswerCard, is_inside, place
from forewarn.pages.view import paths
from forewarn.pages.view.view import View
from forewarn.words import answers as said
from forewarn.words.ranges import plain_range


class _AdvisedRelease(NamedTuple):
    """A release that names an advisory: its address and title, and if it is for staff alone."""

    where: str
    title: str
    inside: bool


def advisories_of(release: Release) -> Iterable[str]:
    """The advisories that a release's notes name, or what it refers to is about."""
    # Most of an imported catalogue have neither.
    if not (release.notes or release.references):
        return ()
    return dict.fromkeys(advisories("\n".join((release.notes, *release.references))))


def advisories_named(view: View, product: str) -> list[tuple[str, str, str, bool]]:
    """The advisories that a product's releases name, those of the lowest version first.

    Each with the release's address and title, and whether it is for staff alone.
    """
    return [
        (code, place(view, release), view.title(release), is_inside(view, release))
        for release in reversed(view.catalogue.releases_of(product))
        for code in advisories_of(release)
    ]


def of_advisories(
    view: View, named: Mapping[str, Iterable[tuple[str, str, str, bool]]]
) -> Iterator[tuple[str, AnswerCard]]:
    """What names an advisory where no known issue does; `named` as `advisories_named` has it."""
    for code, releases in _by_code(view, named).items():
        yield (
            f"c{code}",
            AnswerCard(
                title=code.upper() if code.startswith("cve") else code,
                url=releases[0][0],
                state="",
                say=said.advisory_words([title for _, title, _ in releases[:MOST]]),
                inside=all(inside for *_, inside in releases),
            ),
        )


def _by_code(
    view: View, named: Mapping[str, Iterable[tuple[str, str, str, bool]]]
) -> Mapping[str, Sequence[_AdvisedRelease]]:
    found: dict[str, list[_AdvisedRelease]] = {}
    for product in sorted(named, key=lambda id: (view.catalogue.name_of(id).casefold(), id)):
        for code, where, title, inside in named[product]:
            found.setdefault(code, []).append(_AdvisedRelease(where, title, inside))
    return found


def of_codes(
    view: View, named: Mapping[str, Iterable[tuple[str, str, str, bool]]]
) -> Iterator[tuple[str, AnswerCard]]:
    """What is said of the codes and advisories of known issues; `named` as for `of_advisories`."""
    releases = _by_code(view, named)
    for path in sorted(view.catalogue.articles):
        if view.catalogue.articles[path].kind is Kind.KNOWN_ISSUE:
            yield from _codes(view, view.catalogue.articles[path], releases)


def _codes(
    view: View, article: Article, named: Mapping[str, Sequence[_AdvisedRelease]]
) -> Iterator[tuple[str, AnswerCard]]:
    text = f"{article.title}\n{article.body}"
    for code in dict.fromkeys((*error_codes(text), *advisories("\n".join(article.references)))):
        answer = issue_answer(view, article)
        # An article on several advisories says of none of them alone in what it was fixed.
        releases = named.get(code, ())
        others = said.named_words([title for _, title, _ in releases[:MOST]])
        told = "; ".join(filter(None, (answer.say, others)))
        inside = answer.inside or any(inside for *_, inside in releases)
        yield f"c{code}", answer._replace(say=told, inside=inside)


def issue_answer(view: View, issue: Article) -> AnswerCard:
    """What is said of a known issue."""
    applies, fixed = (
        "; ".join(plain_range(view.name(id), versions) for id, versions in ranges.items())
        for ranges in (issue.applies, issue.fixed_in)
    )
    return AnswerCard(
        title=issue.title,
        url=paths.url(issue.path),
        state=words.issue_word(view, issue),
        say=said.issue_words(
            issue,
            applies=applies,
            fixed=fixed,
            is_fixed=view.catalogue.is_fixed(issue),
            helps=plain(words.remediation(issue)).lower(),
        ),
        inside=issue.audience is Audience.STAFF,
    )
