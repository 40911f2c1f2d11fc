"""What a publish would do, as text, as Markdown for a pull request, and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from forewarn.cli.say.table import columns
from forewarn.expressions import expression
from forewarn.facts.events import event_json
from forewarn.facts.findings import finding_json
from forewarn.facts.routing import decision_json
from forewarn.model.events.event import Event
from forewarn.model.events.fact import Harm
from forewarn.model.finding import Finding
from forewarn.model.matching import Decision
from forewarn.model.record import Audience
from forewarn.model.release import Verdict
from forewarn.model.visible import one_line
from forewarn.services.publish.plan import PublishPlan
from forewarn.words.events import title
from forewarn.words.releases import counted
from forewarn.words.routing import when, why

# Characters that mean something in Markdown or HTML.
_MARKUP = expression(r"([\\`*_\[\]<>|#~@])")
_SHOWN = 50
_VERB = {Verdict.BREAKS: "breaks", Verdict.LIMITED: "limits"}


def plan_text(plan: PublishPlan) -> str:
    """The plan for a terminal."""
    return "\n".join(_lines(plan, lambda text: text, lambda text: text, "  "))


def plan_markdown(plan: PublishPlan) -> str:
    """The plan for a pull request."""
    return "\n".join(_lines(plan, _escaped, lambda text: f"\n### {text}\n", "- "))


def plan_data(plan: PublishPlan) -> dict[str, Any]:
    """The plan as JSON has it."""
    return {
        "hash": plan.hash,
        "since": plan.since,
        "until": plan.until,
        "summary": _summary(plan),
        "wakes": sorted(plan.told),
        "events": [
            {
                **event_json(row.event),
                "decisions": [decision_json(one) for one in row.decisions if one.is_kept],
            }
            for row in plan.tells
        ],
        "becomes_public": list(plan.comes),
        "leaves_public": list(plan.leaves),
        "findings": [finding_json(finding) for finding in plan.findings],
        "unreadable": [finding_json(finding) for finding in plan.unread],
    }


def _lines(
    plan: PublishPlan, safe: Callable[[str], str], head: Callable[[str], str], item: str
) -> Iterator[str]:
    yield f"{safe(_summary(plan))}"
    for row in plan.tells:
        event = row.event
        theirs = " (told to customers)" if event.told_to is Audience.PUBLIC else ""
        yield head(safe(one_line(f"{event.severity.value}: {title(event)}{theirs}")))
        told = [one for one in row.decisions if one.is_kept]
        yield from _items(_told(told, safe, item), "nobody is told", item)
    for name, rows in (
        ("Breaks", [_breaks(event, harm) for event, harm in plan.breaks]),
        ("Becomes public", plan.comes),
        ("Leaves the public site", plan.leaves),
        ("Findings", [_found(finding) for finding in plan.findings]),
        ("Not read, so nothing is known of it", [_found(finding) for finding in plan.unread]),
    ):
        if rows:
            yield head(name)
            yield from _items([f"{item}{safe(one_line(row))}" for row in rows], "", item)
    yield head("Plan")
    yield f"{item}{plan.hash}: `forewarn publish --expect {plan.hash}` does this and nothing else"


def _told(rows: list[Decision], safe: Callable[[str], str], item: str) -> list[str]:
    cells = [
        (
            one.recipient,
            f"by {one.channel}",
            when(one),
            one.subscription.line if one.subscription else "",
            why(one) or "",
        )
        for one in rows
    ]
    if item == "- ":
        return [f"{item}{safe(', '.join(filter(None, row)))}" for row in cells]
    return [f"{item}{line}" for line in columns(cells).splitlines()]


def _items(rows: list[str], none: str, item: str) -> Iterator[str]:
    yield from rows[:_SHOWN] or ([f"{item}{none}"] if none else [])
    if len(rows) > _SHOWN:
        yield f"{item}and {len(rows) - _SHOWN} more"


def _summary(plan: PublishPlan) -> str:
    """One sentence: this wakes 214, breaks player <2.7, makes 2 pages public."""
    if not plan.tells and not plan.comes and not plan.leaves:
        said = "This tells nobody anything, and changes nothing that is public"
    else:
        broken = dict.fromkeys(
            f"{harm.of.product} {harm.of.versions}"
            for _, harm in plan.breaks
            if harm.said.verdict is Verdict.BREAKS
        )
        parts = [
            f"wakes {len(plan.told)}" if plan.told else "wakes nobody",
            *([f"breaks {', '.join(broken)}"] if broken else []),
            *([f"makes {_pages(plan.comes)} public"] if plan.comes else []),
            *([f"takes {_pages(plan.leaves)} from the public site"] if plan.leaves else []),
        ]
        said = f"This {', '.join(parts)}"
    return f"{said}; it would be refused." if plan.is_refused else f"{said}."


def _pages(paths: Iterable[str]) -> str:
    return counted(len([*paths]), "page")


def _breaks(event: Event, harm: Harm) -> str:
    verb = _VERB.get(harm.said.verdict, harm.said.verdict.value)
    about = f", {harm.about}" if harm.about else ""
    return f"{event.name} {event.version} {verb} {harm.of.name} {harm.of.versions}{about}"


def _found(finding: Finding) -> str:
    return f"{finding.place}: {finding.severity.value}: {finding.message}"


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)
