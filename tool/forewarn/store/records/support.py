"""Support: how long something is supported, as one decision or as a log of them."""

from __future__ import annotations

from dataclasses import replace

from forewarn.model import rule_ids
from forewarn.model.record import Support
from forewarn.store.records.fields import Fields
from forewarn.store.records.parts import optional


def read_support(fields: Fields, name: str) -> Support | None:
    """One mapping, or a list of dated ones of which the last holds; None where it is missing."""
    if not fields.is_list(name):
        return optional(fields, name, _decision)
    decisions: list[Support] = []
    for row in fields.mappings(name):
        if not row.has("on"):
            row.missing("on", ", the day on which this was decided")
        decision = _decision(row)
        before = decisions[-1].on if decisions else None
        if before and decision.on and decision.on < before:
            row.problems.add_at(
                row.place,
                rule_ids.DATES_OUT_OF_ORDER,
                f"this was decided on {decision.on}, before the row above it ({before})",
                "Put the oldest decision first; the last row is the one that holds.",
            )
        decisions.append(decision)
    return replace(decisions[-1], earlier=tuple(decisions[:-1])) if decisions else None


def _decision(fields: Fields) -> Support:
    support = Support(
        on=fields.day("on"),
        active_until=fields.day("active_until"),
        security_until=fields.day("security_until"),
        extended_until=fields.day("extended_until"),
        ended=fields.flag("ended"),
        reason=fields.text("reason"),
    )
    fields.end()
    return support
