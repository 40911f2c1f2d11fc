"""What `compat` and `impact` print as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from forewarn.cli.reading import day, statement_json
from forewarn.cli.say.live import live_keys
from forewarn.model.release import Verdict
from forewarn.words import judgement as told

if TYPE_CHECKING:
    from forewarn.model.advice import Advice, Way
    from forewarn.model.article import Article
    from forewarn.model.compatibility import Applied, Judgement
    from forewarn.model.matrix import Matrix, Run
    from forewarn.services.ask.impact import ImpactReport
    from forewarn.services.ask.installed import Installed
    from forewarn.services.ask.live import Seen
    from forewarn.services.ask.spread import Spread


def answer_json(judgement: Judgement, seen: Seen) -> dict[str, Any]:
    """One pair that was asked for, with what of it is live."""
    return pair_json(judgement) | live_keys(seen, (judgement.a, judgement.b))


def pair_json(judgement: Judgement) -> dict[str, Any]:
    """One pair, with every statement that covers it, the worst first."""
    return {
        "a": str(judgement.a),
        "b": str(judgement.b),
        "verdict": judgement.verdict.value,
        "headline": told.headline(judgement, str),
        "not_known": _not_known_json(judgement),
        "statements": [_applied_json(row) for row in judgement.applied],
        "remedies": list(judgement.remedies),
    }


def spread_json(spread: Spread, seen: Seen) -> dict[str, Any]:
    """The worst answer, and each with the pairs that it is for."""
    worst = spread.answers[0].judgement
    return answer_json(worst, seen) | {
        "asked": list(spread.asked),
        "answers": [
            pair_json(answer.judgement) | {"pairs": [[str(a), str(b)] for a, b in answer.pairs]}
            for answer in spread.answers
        ],
    }


def set_json(judgements: Sequence[Judgement], installed: Installed, seen: Seen) -> dict[str, Any]:
    """All pairs of an installed set, the worst first, and what is not known of it."""
    return {
        "pairs": [pair_json(judgement) for judgement in judgements],
        "verdict": installed.verdict(j.verdict for j in judgements).value,
        "unknown": [row.name for row in installed.unknown],
        **live_keys(seen, installed.releases),
    }


def impact_json(report: ImpactReport) -> dict[str, Any]:
    """What going to a release means; with an installed set, what is not known of it, too."""
    impact, installed = report.impact, report.installed
    judged = (judgement.b for affected in impact.products for judgement in affected.judgements)
    data: dict[str, Any] = {
        "target": str(impact.target),
        "products": [
            {"product": affected.product, "releases": [_harmed_json(j) for j in affected.harmed]}
            for affected in impact.products
        ],
        "inside": [pair_json(judgement) for judgement in impact.inside],
        "issues": {
            "errors": _issues_json(impact.issues.errors),
            "warnings": _issues_json(impact.issues.warnings),
            "info": _issues_json(impact.issues.info),
        },
        **live_keys(report.seen, [impact.target, *judged]),
    }
    if installed is None:
        return data
    return data | {"unknown": [row.name for row in installed.unknown]}


def matrix_json(matrix: Matrix) -> dict[str, Any]:
    """A table; `verdicts[i][j]` holds for every version of `rows[i]` and of `columns[j]`.

    `unknown[i][j]` says that they break or are limited, and that something else is not known.
    """
    return {
        "a": matrix.a,
        "b": matrix.b,
        "rows": [_run_json(run) for run in matrix.rows],
        "columns": [_run_json(run) for run in matrix.columns],
        "verdicts": [[verdict.value for verdict in row] for row in matrix.verdicts],
        "unknown": [[*row] for row in matrix.unknown],
    }


def advice_json(advice: Advice, reason: str | None, seen: Seen) -> dict[str, Any]:
    """Where to go from a pair; `path` is null where there is no answer, and `reason` says why."""
    return {
        "a": str(advice.now.a),
        "b": str(advice.now.b),
        "verdict": advice.now.verdict.value,
        "path": _way_json(advice, advice.best) if advice.best else None,
        "alternatives": [_way_json(advice, way) for way in advice.others],
        "reason": reason,
        **live_keys(seen, (advice.now.a, advice.now.b)),
    }


def _applied_json(row: Applied) -> dict[str, Any]:
    data = statement_json(row.statement)
    if data["verified"]:
        data["verified"] |= {"expired": row.expired}
    return data | {
        "by": str(row.owner),
        "decides": row.decides,
        "counts_as": row.verdict.value,
        "doubt": row.doubt.value if row.doubt else None,
        "through": [{"suite": str(c.suite), "member": str(c.member)} for c in row.through],
    }


def _not_known_json(judgement: Judgement) -> list[str]:
    """What is not known of a pair, each matter and each part of a suite by name."""
    said = [*told.not_known(judgement, str)]
    if not said and judgement.verdict is Verdict.UNKNOWN:
        said = [told.headline(judgement, str)]
    return said


def _harmed_json(judgement: Judgement) -> dict[str, Any]:
    worst = [row.statement for row in judgement.worst]
    return {
        "version": judgement.b.version,
        "verdict": judgement.verdict.value,
        "about": _joined("; ", (statement.about for statement in worst)),
        "remedy": _joined(" ", (statement.remedy for statement in worst)),
        "limits": _joined(" ", (statement.limits for statement in worst)),
        "not_known": _not_known_json(judgement),
    }


def _joined(between: str, texts: Iterable[str | None]) -> str | None:
    return between.join(dict.fromkeys(text for text in texts if text)) or None


def _issues_json(issues: Iterable[Article]) -> list[dict[str, Any]]:
    return [
        {
            "title": issue.title,
            "file": issue.path,
            "remediation": issue.remediation.value if issue.remediation else None,
            "fixed_in": {product: str(versions) for product, versions in issue.fixed_in.items()},
            "promised": day(issue.promised),
            "contingency": issue.contingency,
        }
        for issue in issues
    ]


def _run_json(run: Run) -> dict[str, Any]:
    return {"versions": list(run.versions), "status": run.newest.status.value}


def _way_json(advice: Advice, way: Way) -> dict[str, Any]:
    return {
        "a": str(way.a.release),
        "b": str(way.b.release),
        "verdict": way.verdict.value,
        "moves": [
            {"product": now.product, "from": now.version, "to": step.release.version}
            for now, step in ((advice.now.a, way.a), (advice.now.b, way.b))
            if step.moved
        ],
    }
