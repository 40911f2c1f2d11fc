"""How the answers of `compat` read: first what to say on the telephone, then why."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from forewarn.cli.say.live import bytes_note, live_words
from forewarn.cli.say.words import verdict_word
from forewarn.model.recommend import adviser
from forewarn.model.release import Verdict
from forewarn.model.replies import PairReply, SpreadReply
from forewarn.words import judgement as told
from forewarn.words.caveats import caveat
from forewarn.words.releases import counted
from forewarn.words.spread import pairs_words, stands_for

if TYPE_CHECKING:
    from forewarn.model.catalogue import Catalogue
    from forewarn.model.compatibility import Applied, Judgement
    from forewarn.model.installed import Unknown
    from forewarn.model.release import Release
    from forewarn.model.replies import ReplyWithLive, SetReply

_COUNTS = {
    Verdict.BREAKS: ("breaks", "break"),
    Verdict.LIMITED: ("is limited", "are limited"),
    Verdict.UNKNOWN: ("was not tested", "were not tested"),
    Verdict.WORKS: ("works", "work"),
}


def compat_text(found: PairReply | SpreadReply | SetReply) -> str:
    """What was asked for: a pair, several releases that two texts stand for, or a set."""
    match found:
        case PairReply():
            return _pair_text(found, found.judgement)
        case SpreadReply():
            return _spread_text(found)
        case _:
            return _set_text(found)


def _pair_text(found: PairReply | SpreadReply, judgement: Judgement) -> str:
    """One pair: the verdict, what to say, who states it, and where to go from there."""
    pair = f"{judgement.a} and {judgement.b}"
    lines = [f"{verdict_word(judgement.verdict)}: {pair}: {told.headline(judgement, str)}."]
    lines += [f"  limits: {limits}" for limits in judgement.limits]
    lines += _open_questions(judgement)
    lines += notes((judgement.a, judgement.b), found)
    to_say = judgement.remedies or _nothing_to_say(found.catalogue, judgement)
    if to_say:
        lines += ["", "Say:", *(f"  {text}" for text in to_say)]
    if judgement.applied:
        lines += ["", "Because:", *_reasons(judgement)]
    if judgement.verdict is not Verdict.WORKS and judgement.a.product != judgement.b.product:
        command = f"forewarn compat path {judgement.a} {judgement.b}"
        lines += ["", f"Other versions: {command}"]
    return "\n".join(lines)


def _set_text(found: SetReply) -> str:
    """All pairs of an installed set: what harms, what nobody tested, and what works."""
    installed, judgements = found.installed, found.judgements
    lines = [f"{verdict_word(found.verdict)}: {_counted(judgements, installed.unknown)}"]
    lines += notes(installed.releases, found)
    for judgement in judgements:
        if judgement.verdict.harms:
            lines += ["", f"{verdict_word(judgement.verdict)}: {judgement.a} and {judgement.b}"]
            lines += harm(judgement)
    unknown = [j for j in judgements if j.verdict is Verdict.UNKNOWN]
    if unknown:
        lines += ["", "Not tested; do not promise that these work:", *_partners(unknown)]
    works = [j for j in judgements if j.verdict is Verdict.WORKS]
    if works:
        lines += ["", "These work together:", *_partners(works)]
    return "\n".join([*lines, *not_known(installed.unknown)])


def harm(judgement: Judgement) -> list[str]:
    """What does not work or only in part, and what to say of it, each once."""
    rows = judgement.harm
    lines = []
    for row in rows:
        parts = (row.verdict.value, row.statement.about, row.statement.limits)
        said = ": ".join(part for part in parts if part)
        lines.append(f"  {said}{told.through(row.through, str)}{_again(row)}")
    if rows:
        lines += _open_questions(judgement)
    remedies = judgement.remedies or (("(no remedy is written)",) if rows else ())
    lines += [f"  say: {remedy}" for remedy in remedies]
    return list(dict.fromkeys(lines))


def _open_questions(judgement: Judgement) -> Iterator[str]:
    """What is not known beside what is, and what a suite contains of what is asked about."""
    yield from (f"  not known: {text}" for text in told.not_known(judgement, str))
    yield from (f"  note: {text}" for text in told.beside(judgement, str))


def not_known(unknown: Sequence[Unknown]) -> list[str]:
    """What a customer has that is not recorded here, by the reason."""
    if not unknown:
        return []
    lines = ["", "Not known here, and so not judged:"]
    for reason in dict.fromkeys(row.reason for row in unknown):
        names = ", ".join(row.name for row in unknown if row.reason == reason)
        lines += _wrapped(f"{reason}: {names}")
    return lines


def notes(releases: Iterable[Release], found: ReplyWithLive) -> list[str]:
    """What has to be known of releases that are not simply shipped."""
    every = tuple(releases)
    rows = ((release, _note(release, every, found)) for release in every)
    said = [f"  note: {release} {text}" for release, text in rows if text]
    bytes_ = ((release, bytes_note(found.seen, release)) for release in every)
    said += [f"  note: {release} {text}" for release, text in bytes_ if text]
    return [*said, *(f"  note: {finding.message}" for finding in found.seen.unread)]


def _note(release: Release, beside: Sequence[Release], found: ReplyWithLive) -> str:
    live, support = found.seen.of(release), found.catalogue.support_of(release)
    return caveat(
        release,
        live=live_words(live) if live else "",
        is_over=support is not None and support.over(found.today),
        advice=lambda: adviser(found.catalogue, found.today).recommend(release, beside),
        day=str,
    )


def _nothing_to_say(catalogue: Catalogue, judgement: Judgement) -> tuple[str, ...]:
    if not judgement.verdict.harms:
        return ()
    owners = (catalogue.products[row.owner.product].owner for row in judgement.worst)
    asked = " or ".join(dict.fromkeys(owner for owner in owners if owner))
    return (f"(no remedy is written{f'; ask {asked}' if asked else ''})",)


def _reasons(judgement: Judgement) -> Iterator[str]:
    """The statements, those that say the same of the same matter together."""
    groups: dict[str, list[Applied]] = {}
    for row in judgement.applied:
        groups.setdefault(_reason(judgement, row), []).append(row)
    for reason, rows in groups.items():
        yield reason
        for row in rows:
            partner = f"{row.statement.partner} {row.statement.versions}"
            by = told.through(row.through, str)
            yield f"    stated by {row.owner} of {partner} in {row.statement.place}{by}"
            yield f"      {_verified(row)}"


def _reason(judgement: Judgement, row: Applied) -> str:
    overruled = "" if row.decides else f" ({_overruled(row)})"
    about = f" {row.statement.about}" if row.statement.about else ""
    text = f"  {verdict_word(row.statement.verdict)}{about}{overruled}"
    limits = row.statement.limits
    # Those of the statements that decide stand above, beside the verdict.
    return text if not limits or limits in judgement.limits else f"{text}\n    limits: {limits}"


def _verified(row: Applied) -> str:
    tag, holds = row.statement.verified, row.statement.holds_until
    said = "not verified"
    if tag:
        said = f"verified by {tag.by} on {tag.on}{f': {tag.how}' if tag.how else ''}"
    if holds:
        last = f"up to {holds.version}" if holds.version else f"without end: {holds.reason}"
        said += f"; it holds {last}"
    return f"{said}{_again(row)}"


def _overruled(row: Applied) -> str:
    if row.doubt:
        return "another statement stands"
    return "one that lies inside it, or a more cautious one, decides"


def _again(row: Applied) -> str:
    """That a statement is past its inspection tag, or says nothing of this version."""
    tag = row.statement.verified
    counts = ", and counts as unknown" if row.doubt else ""
    if tag and row.expired:
        return f" [held until {tag.until}{counts}; inspect it again]"
    if row.beyond and row.statement.verdict.promises:
        return f" [it was not tested with this version{counts}; inspect it again]"
    return f" [of a pre-release and its release it covers one{counts}]" if row.halved else ""


def _counted(judgements: Sequence[Judgement], unknown: Sequence[Unknown]) -> str:
    parts = []
    for verdict, (one, many) in _COUNTS.items():
        number = sum(judgement.verdict is verdict for judgement in judgements)
        if number:
            parts.append(f"{number} {one if number == 1 else many}")
    size = counted(len(judgements), "pair")
    pairs = f"of {size}, {', '.join(parts)}" if parts else "there is no pair"
    if not unknown:
        return f"{pairs}."
    return f"{pairs}; {len(unknown)} of what is installed {_are(unknown)} not known here."


def _are(rows: Sequence[object]) -> str:
    return "is" if len(rows) == 1 else "are"


def _partners(judgements: Iterable[Judgement]) -> Iterator[str]:
    """Pairs with the same verdict, by their first release."""
    partners: dict[str, list[str]] = {}
    for judgement in judgements:
        partners.setdefault(str(judgement.a), []).append(f"{judgement.b}{aside(judgement)}")
    for release, others in partners.items():
        yield from _wrapped(f"{release} with {', '.join(others)}")


def aside(judgement: Judgement) -> str:
    """In brackets, why nothing is known of a pair, or what harm was overruled."""
    said = ""
    if judgement.verdict is Verdict.UNKNOWN:
        said = told.shortly(judgement, str)
    elif judgement.overruled_harm:
        worst = judgement.overruled_harm[0]
        said = f"{worst.statement.verdict} with {worst.statement.versions}, but for this one"
    return f" ({said})" if said else ""


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        text,
        width=100,
        initial_indent="  ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _spread_text(found: SpreadReply) -> str:
    """What several releases that were named at once have in common, or the worst first."""
    spread = found.spread
    worst = spread.answers[0]
    stands = [f"  note: {asked} stands for {words}" for asked, words in stands_for(spread)]
    if len(spread.answers) == 1:
        head, *rest = _pair_text(found, worst.judgement).split("\n")
        same = "  note: the answer is the same for all of them"
        return "\n".join([head, *stands, same, *rest])
    a, b = spread.asked
    verdict = worst.judgement.verdict
    lines = [
        f"{verdict_word(verdict)}: {a} and {b}: not the same for all; the worst first.",
        *stands,
    ]
    for answer in spread.answers:
        judgement = answer.judgement
        lines += ["", f"{verdict_word(judgement.verdict)}: {pairs_words(answer, spread)}"]
        lines += harm(judgement)
        lines += notes((judgement.a, judgement.b), found)
    return "\n".join([*lines, "", f"More: forewarn compat {worst.judgement.a} {worst.judgement.b}"])
