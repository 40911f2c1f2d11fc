"""A judgement in words: its first sentence, and what is not known, each matter by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from forewarn.model.compatibility import Applied, Doubt, Judgement
from forewarn.model.matter import verified_on
from forewarn.model.release import Release, Status, Verdict
from forewarn.model.whole import Contained, Gap, GapReason
from forewarn.words.ranges import stretch

Name = Callable[[Release], str]

NO_PROMISE = "do not promise that it works"
SILENCE = "nobody has tested this"
EXPIRED = "the test that said so is past its date"
_REST = "all else"


def headline(judgement: Judgement, name: Name) -> str:
    """The worst of what is known, and what is not; without the names of the pair and a stop."""
    unknown = open_matters(judgement) if judgement.harm else ""
    rest = f"; not known: {unknown}" if unknown else ""
    match judgement.verdict:
        case Verdict.WORKS:
            return "they work together"
        case Verdict.BREAKS:
            return f"they do not work together{rest}"
        case Verdict.LIMITED if rest or any(row.beyond for row in judgement.harm):
            limited = _named(judgement.harm)
            known = f"limited in {limited}" if limited != _REST else "limited, as far as was tested"
            return f"{known}{rest}; do not promise the rest"
        case Verdict.LIMITED:
            return "they work together, with limits"
        case Verdict.UNKNOWN:
            return f"{_not_known(judgement, name)}; {NO_PROMISE}"


def not_known(judgement: Judgement, name: Name) -> Iterator[str]:
    """Each matter of which nothing is known though others are, and each gap, with the reason.

    Nothing where the headline says it all.
    """
    unknown = judgement.unknown
    several = len(judgement.deciding) > 1 or judgement.gaps
    for row in unknown if several else ():
        about = row.statement.about or _REST
        yield f"{about}: {reason(judgement, row, name)}{through(row.through, name)}"
    for row in judgement.harm:
        if row.beyond:
            about = row.statement.about or _REST
            yield f"{about}, beyond its limits: {_since(judgement, row, name)}"
    for gap in judgement.gaps:
        yield gap_words(gap, name)


def reason(judgement: Judgement, row: Applied, name: Name) -> str:
    """Why nothing is known of the matter of a statement that counts as unknown."""
    match row.doubt:
        case None:
            return SILENCE
        case Doubt.EXPIRED:
            return EXPIRED
        case Doubt.BEYOND:
            return (
                f"stated to work {stretch(row.statement.versions)}, {_since(judgement, row, name)}"
            )
        case Doubt.HALVED:
            asked = _asked(judgement, row).version
            return (
                f"stated to work {stretch(row.statement.versions)}, which does not hold both "
                f"{asked} and the release that it leads to"
            )


def through(contained: Iterable[Contained], name: Name) -> str:
    """That a statement bears on a pair by what a suite contains; empty where it does not."""
    said = [f"{name(c.member)}, which {name(c.suite)} contains" for c in contained]
    return f" (by {' and '.join(said)})" if said else ""


def gap_words(gap: Gap, name: Name) -> str:
    """What is not known of a suite."""
    suite = name(gap.suite)
    held = f"{suite} contains {gap.product} {gap.version}"
    match gap.why:
        case GapReason.MISSING:
            return f"{held}, of which there is no record that can be read"
        case GapReason.SILENT:
            assert gap.other  # noqa: S101 - it is a pair of which nobody states anything
            return f"{held}, and nobody has tested that with {name(gap.other)}"
        case GapReason.OTHER_VERSION:
            assert gap.other  # noqa: S101 - it is asked about
            return f"{held}, not {gap.other.version}, and nobody has tested the two side by side"
        case GapReason.CYCLE:
            return f"{held}, which contains it in its turn"
        case GapReason.WITHHELD:
            return f"{suite} contains more than is recorded here"


def beside(judgement: Judgement, name: Name) -> Iterator[str]:
    """What a suite contains of the product that is asked about."""
    for contained in judgement.beside:
        yield f"{name(contained.suite)} contains {name(contained.member)}"


def _not_known(judgement: Judgement, name: Name) -> str:
    unknown, deciding = judgement.unknown, judgement.deciding
    if not deciding:
        return gap_words(judgement.gaps[0], name) if judgement.gaps else SILENCE
    if unknown and len(unknown) == len(deciding) and len({_said(r) for r in unknown}) == 1:
        return reason(judgement, unknown[0], name)
    works = _named([row for row in deciding if row.verdict is Verdict.WORKS])
    known = f"stated to work: {works}; " if works else ""
    return f"{known}not known: {open_matters(judgement)}"


def _said(row: Applied) -> object:
    return row.doubt, row.statement.versions


def _named(rows: Sequence[Applied]) -> str:
    return ", ".join(dict.fromkeys(row.statement.about or _REST for row in rows))


def _since(judgement: Judgement, row: Applied, name: Name) -> str:
    """That a version came after all that a statement was tested with."""
    holds = row.statement.holds_until
    if holds and holds.version:
        return f"and that up to {holds.version} only"
    if verified_on(row.owner, row.statement) is None:
        return "and nobody says with which versions it was tested"
    asked = _asked(judgement, row)
    if asked.status in (Status.SHIPPED, Status.WITHDRAWN):
        return f"not tested since {asked.version} shipped"
    return f"not tested with {asked.version}"


def _asked(judgement: Judgement, row: Applied) -> Release:
    """The release that a statement is about here."""
    parts = (*(c.member for c in row.through), judgement.a, judgement.b)
    return next(r for r in parts if r is not row.owner and r.product == row.statement.partner)


def shortly(judgement: Judgement, name: Name) -> str:
    """Why nothing is known of a pair, in a few words; empty where nobody has said anything."""
    said = [_SHORT[row.doubt](row) for row in judgement.unknown if row.doubt]
    said += [gap_words(gap, name) for gap in judgement.gaps]
    return "; ".join(dict.fromkeys(said))


_SHORT: dict[Doubt, Callable[[Applied], str]] = {
    Doubt.EXPIRED: lambda row: "tested, but past its date",
    Doubt.BEYOND: lambda row: (
        f"stated to work {stretch(row.statement.versions)}, not tested with this one"
    ),
    Doubt.HALVED: lambda row: (
        f"stated to work {stretch(row.statement.versions)}, which holds half of a pre-release"
    ),
}


def open_matters(judgement: Judgement) -> str:
    """The matters of which nothing is known, by name; empty where there is none."""
    named = [row.statement.about or _REST for row in judgement.unknown]
    named += [f"{gap.product} {gap.version}".strip() or _REST for gap in judgement.gaps]
    return ", ".join(dict.fromkeys(named))
