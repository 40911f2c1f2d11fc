"""How suites read on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from forewarn.cli.say.compat import harm
from forewarn.cli.say.live import live_words
from forewarn.cli.say.release import headline, state
from forewarn.cli.say.table import columns
from forewarn.cli.say.words import verdict_word

if TYPE_CHECKING:
    from forewarn.model.release import Member
    from forewarn.model.replies import SuiteDiffReply, SuiteReply


def suite_text(found: SuiteReply) -> str:
    """A suite's release: its members with their state, and what of it does not go together."""
    catalogue, suite = found.catalogue, found.suite
    rows = [_member(found, member) for member in suite.contains]
    shown = headline(catalogue, suite, found.today, found.seen.of(suite))
    return "\n".join([f"{shown}\n{columns(rows)}", *_inside(found)])


def suite_diff_text(found: SuiteDiffReply) -> str:
    """What changed from one release of a suite to another."""
    rows = [
        (
            found.catalogue.name_of(row.product),
            row.move.value,
            " → ".join(version for version in (row.before, row.after) if version),
        )
        for row in found.moved
    ]
    return columns(rows) or "nothing changed"


def _member(found: SuiteReply, member: Member) -> tuple[str, str]:
    key = member.product, member.version
    name = f"  {found.catalogue.name_of(member.product)} {member.version}"
    held, live = found.catalogue.find_release(*key), found.seen.version(*key)
    if held:
        return name, state(found.catalogue, held, found.today, live)
    missing = "recorded, and cannot be read" if key in found.unreadable else "not recorded"
    return name, missing + (f", but {live_words(live)}" if live else "")


def _inside(found: SuiteReply) -> Iterator[str]:
    for judgement in found.inside:
        yield from ("", f"{verdict_word(judgement.verdict)}: {judgement.a} and {judgement.b}")
        yield from harm(judgement)
