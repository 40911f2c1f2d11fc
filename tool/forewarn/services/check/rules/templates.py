"""Templates that alerts would not be worded by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from forewarn.model import rule_ids
from forewarn.model.finding import Finding
from forewarn.services.check.rules.rule import ERROR, Rule, RuleSet
from forewarn.store.templates import read_templates

BROKEN_TEMPLATE = Rule(
    id=rule_ids.BROKEN_TEMPLATE,
    severity=ERROR,
    means="Something in `templates/` is no template that is read, or is one that cannot "
    "be filled in for every kind of event: it has a mistake, names what is not "
    "there, asks for what templates may not do, is too large, takes too long, is a "
    "link or is not UTF-8. Alerts go out in the built-in wording instead.",
    mend="Mend the line that is named, or remove the file.",
)


def of_folder(root: Path) -> Iterator[Finding]:
    """What lies in `templates/` and is not read, and what fails over examples of every event."""
    files, left_out = read_templates(root)
    if not (files or left_out):
        return
    from forewarn.channels.templates import Templates  # most knowledge bases have none

    with Templates(files, left_out) as templates:
        templates.try_all()
    for found in templates.problems:
        yield BROKEN_TEMPLATE.at(found.place, found.message, "Mend it, or remove it.")


RULES = RuleSet(rules=(BROKEN_TEMPLATE,), of_folder=of_folder)
