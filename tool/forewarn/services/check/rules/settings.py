"""What forewarn.yml says of channels and of the rules themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from forewarn import channels
from forewarn.errors import DataError
from forewarn.model.finding import Finding
from forewarn.model.record import Place
from forewarn.model.settings import Settings
from forewarn.services.check.rules.reading import UNREADABLE
from forewarn.services.check.rules.rule import ERROR, WARNING, Rule, RuleSet
from forewarn.store.mkdocs_yml import CONFIG, read_config

WRONG_CHANNEL = Rule(
    id="wrong-channel",
    severity=ERROR,
    means="A channel of forewarn.yml has an option that its type does not take, or lacks one that "
    "it needs. Its alerts would not be sent.",
    mend="Mend the channel as the message says. `forewarn doctor` then tries to connect.",
)
UNKNOWN_RULE = Rule(
    id="unknown-rule",
    severity=WARNING,
    means="`check: severity:` of forewarn.yml names a rule that this forewarn does not have, or "
    "one whose severity cannot be changed. The row has no effect.",
    mend="Mend the id, or remove the row. `forewarn check --explain RULE` knows the ids.",
)


def of_settings(settings: Settings) -> Iterator[Finding]:
    """Channels whose options their type would refuse."""
    for channel in settings.channels.values():
        for problem in channels.problems(channel):
            yield WRONG_CHANNEL.at(problem.place, problem.text, problem.help)


def of_folder(root: Path) -> Iterator[Finding]:
    """What keeps mkdocs.yml from being read, so that no site could be built."""
    try:
        read_config(root)
    except DataError as error:
        file, _, line = (error.where or CONFIG).partition(":")
        yield UNREADABLE.at(Place(file=file, line=int(line or 1)), error.what, error.help or "")


def find_severities(
    settings: Settings, known: Collection[str], settable: Collection[str]
) -> Iterator[Finding]:
    """Severities given to rules that there are not, or that keep theirs."""
    for row in settings.check.severities.values():
        if row.rule in known and row.rule not in settable:
            yield UNKNOWN_RULE.at(
                row.place,
                f"the severity of {row.rule} cannot be changed: it keeps records from being read",
                "Remove the row, and mend what it finds.",
            )
        elif row.rule not in settable:
            from difflib import get_close_matches

            close = get_close_matches(row.rule, settable, n=1)
            yield UNKNOWN_RULE.at(
                row.place,
                f"there is no rule {row.rule!r}",
                f"Did you mean {close[0]!r}?" if close else "Remove the row.",
            )


RULES = RuleSet(rules=(WRONG_CHANNEL, UNKNOWN_RULE), of_settings=of_settings, of_folder=of_folder)
