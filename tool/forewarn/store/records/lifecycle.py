"""A release's life: its history, its rollout, and the withdrawal that holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from forewarn.expressions import expression
from forewarn.model import rule_ids
from forewarn.model.days import meant_day, read_day
from forewarn.model.finding import Spelling
from forewarn.model.names import check_header, check_version
from forewarn.model.platforms import check_platform, platform_of
from forewarn.model.release import DECLARED, Download, RolloutStep, Status, Transition, Withdrawal
from forewarn.store.records.fields import Fields
from forewarn.store.records.parts import optional

_MOMENT = expression(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_DAY = expression(r"\d{4}-\d\d-\d\d", re.ASCII)


def read_withdrawal(fields: Fields) -> Withdrawal | None:
    """Why and when a release was taken back; None where the day is missing."""
    if not fields.has("on"):
        fields.missing("on")
    on = fields.day("on")
    reason = fields.required("reason")
    replacement = fields.text("replacement", check_version)
    fields.end()
    return Withdrawal(on=on, reason=reason, replacement=replacement) if on else None


def read_history(fields: Fields, status: Status | None) -> tuple[Transition, ...]:
    """The changes of status, which must follow one another and not go beyond `status`.

    They may end before it: whoever sets the status by hand need not know of the history.
    """
    rows = [(row, _transition(row)) for row in fields.mappings("history")]
    known = [(row, transition) for row, transition in rows if transition]
    before: Transition | None = None
    for row, transition in known:
        _check_step(row, before, transition)
        before = transition
    if known and status:
        _check_end(*known[-1], status)
    return tuple(transition for _, transition in known)


def _transition(fields: Fields) -> Transition | None:
    for name in ("to", "at"):
        if not fields.has(name):
            fields.missing(name)
    to = fields.choice("to", Status, DECLARED)
    moment = fields.parsed("at", _moment_or_day, "a moment such as 2026-05-04T09:30:00Z, or a day")
    at = moment if isinstance(moment, datetime) else None
    by, reason = fields.text("by", check_header), fields.text("reason")
    withdrawn = optional(fields, "withdrawn", read_withdrawal)
    fields.end()
    if to is None or moment is None:
        return None
    if withdrawn and to is not Status.WITHDRAWN:
        fields.problems.add_at(
            fields.place_of("withdrawn"),
            rule_ids.WRONG_VALUE,
            f"'withdrawn' stands in a row to {to}",
            "Move it to the row `to: withdrawn`.",
        )
    on = at.date() if at else moment
    return Transition(to=to, on=on, at=at, by=by, reason=reason, withdrawn=withdrawn)


def _moment_or_day(text: str) -> date:
    if _DAY.fullmatch(text):
        return read_day(text)
    if not _MOMENT.fullmatch(text):
        raise ValueError
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError as error:
        raise ValueError from error
    meant_day(moment.date())
    return moment


def _check_step(row: Fields, before: Transition | None, after: Transition) -> None:
    if after.reason and (before is None or before.to is not Status.WITHDRAWN):
        row.problems.add_at(
            row.place_of("reason"),
            rule_ids.WRONG_VALUE,
            "'reason' stands here, and this is no return from a withdrawal",
            "Write the reason of a withdrawal into `withdrawn:`, or remove the key.",
        )
    if before is None:
        return
    if after.to is not before.to.following:
        row.problems.add_at(
            row.place,
            rule_ids.WRONG_HISTORY,
            f"what is {before.to} cannot become {after.to}; it becomes {before.to.following}",
            f"Add the row `to: {before.to.following}` between them, or remove a row.",
        )
    # By the day: the clocks of two release managers may differ by some minutes.
    elif after.on < before.on:
        row.problems.add_at(
            row.place,
            rule_ids.DATES_OUT_OF_ORDER,
            f"it became {after.to} on {after.on}, before it became {before.to} on {before.on}",
            "Put the oldest row first, or mend one of the times.",
        )


def _check_end(row: Fields, last: Transition, status: Status) -> None:
    if status in (Status.PLANNED, Status.STAGED) and not last.to.comes_before(status):
        row.problems.add_at(
            row.place,
            rule_ids.WRONG_HISTORY,
            f"the history says that it became {last.to}, and the status is {status}",
            f"Set `status: {last.to}`, or remove this row.",
        )
    elif last.withdrawn and status is Status.WITHDRAWN:
        row.problems.add_at(
            row.place_of("withdrawn"),
            rule_ids.WRONG_VALUE,
            "this withdrawal is the one that holds, and stands in the history",
            "Move it to the key `withdrawn:` of the release.",
        )


def read_rollout(
    fields: Fields, downloads: tuple[Download, ...], spellings: list[Spelling]
) -> tuple[RolloutStep, ...]:
    """The steps of each platform's rollout, the oldest first."""
    platforms = fields.mapping("rollout")
    if platforms is None:
        return ()
    found: list[RolloutStep] = []
    for written in platforms.names():
        platform = platform_of(written) or written
        problem = check_platform(written)
        if not problem and downloads and not any(d.serves(platform) for d in downloads):
            problem = "no download of this release is for it"
        if problem:
            platforms.problems.add_at(
                platforms.place_of(written),
                rule_ids.WRONG_VALUE,
                f"the platform {written!a} cannot be used: {problem}",
                "Name the platform of one of the `downloads:`.",
            )
            continue
        if platform != written:
            spellings.append(platforms.key_spelling(written, platform))
        found += _steps(platform, written, platforms)
    return tuple(found)


def _steps(platform: str, written: str, platforms: Fields) -> Iterator[RolloutStep]:
    before: date | None = None
    for row in platforms.mappings(written):
        for name in ("on", "share"):
            if not row.has(name):
                row.missing(name)
        on = row.day("on")
        share = row.share("share")
        row.end()
        if on and before and on <= before:
            row.problems.add_at(
                row.place,
                rule_ids.DATES_OUT_OF_ORDER,
                f"the step of {on} stands below that of {before}",
                "Put the oldest step first, and one step a day.",
            )
        before = on or before
        if on and share is not None:
            yield RolloutStep(platform=platform, on=on, share=share)
