"""Compatibility statements, inspection tags and tables of verdicts as JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

from forewarn.facts.times import day
from forewarn.model.matrix import Matrix, Run
from forewarn.model.record import Audience, Inspection, Place
from forewarn.model.release import Statement


def statement_json(statement: Statement, today: date, audience: Audience) -> dict[str, Any]:
    """A compatibility statement as it is written, its range and its verdict, too."""
    return {
        "with": statement.partner,
        "versions": str(statement.versions),
        "about": statement.about,
        "verdict": statement.verdict.value,
        "limits": statement.limits,
        "remedy": statement.remedy,
        "verified": inspection_json(statement.verified, today, audience),
        "holds_until": _holds_until(statement),
        "references": list(statement.references),
        "audience": statement.audience.value,
    }


def place_json(place: Place) -> dict[str, Any]:
    """Where something is written, for who has the files."""
    return {"file": place.file, "line": place.line}


def inspection_json(
    tag: Inspection | None, today: date, audience: Audience
) -> dict[str, Any] | None:
    """An inspection tag; the public is not told `by` whom and `how`, and gets no such keys."""
    if tag is None:
        return None
    names = {"by": tag.by, "how": tag.how} if audience is Audience.STAFF else {}
    return {
        **names,
        "on": day(tag.on),
        "until": day(tag.until),
        "expired": tag.expired(today),
    }


def _holds_until(statement: Statement) -> dict[str, Any] | None:
    """How far an open end holds, where its author says so: `version`, or `open` with a reason."""
    holds = statement.holds_until
    return {"version": holds.version, "open": holds.reason} if holds else None


def table_json(matrix: Matrix) -> dict[str, Any]:
    """A table; `verdicts[i][j]` holds for every version of `rows[i]` and of `columns[j]`.

    `unknown[i][j]` says that they break or are limited, and that something else is not known.
    """
    return {
        "rows": [_run(run) for run in matrix.rows],
        "columns": [_run(run) for run in matrix.columns],
        "verdicts": [[verdict.value for verdict in row] for row in matrix.verdicts],
        "unknown": [[*row] for row in matrix.unknown],
    }


def _run(run: Run) -> dict[str, Any]:
    return {"versions": list(run.versions), "status": run.newest.status.value}
