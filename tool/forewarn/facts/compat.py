"""What works with what, as JSON: pairs, sets, tables, the way out, and the impact of a release."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from forewarn.facts.issues import issue_json
from forewarn.facts.live import live_keys, other_bytes_key
from forewarn.facts.statements import place_json, statement_json, table_json
from forewarn.model.record import Audience
from forewarn.model.release import Verdict
from forewarn.model.replies import PairReply, SpreadReply
from forewarn.words import judgement as words
from forewarn.words.advice import advice_reason

if TYPE_CHECKING:
    from forewarn.model.advice import Advice, Way
    from forewarn.model.article import Article
    from forewarn.model.compatibility import Applied, Judgement
    from forewarn.model.impact import Affected
    from forewarn.model.replies import (
        ImpactReply,
        MatrixReply,
        PathReply,
        SetReply,
    )


def compat_json(found: PairReply | SpreadReply | SetReply) -> dict[str, Any]:
    """What was asked for: a pair, several releases that two texts stand for, or a set."""
    match found:
        case PairReply():
            return _asked_json(found, found.judgement)
        case SpreadReply():
            return _spread_json(found)
        case _:
            return _set_json(found)


def pair_json(judgement: Judgement, today: date) -> dict[str, Any]:
    """One pair, with every statement that covers it, the worst first."""
    return {
        "a": str(judgement.a),
        "b": str(judgement.b),
        "verdict": judgement.verdict.value,
        "headline": words.headline(judgement, str),
        "not_known": _not_known(judgement),
        "statements": [_applied_json(row, today) for row in judgement.applied],
        "remedies": list(judgement.remedies),
    }


def _asked_json(found: PairReply | SpreadReply, judgement: Judgement) -> dict[str, Any]:
    """A pair that was asked for, with what of it is live."""
    pair = judgement.a, judgement.b
    told = live_keys(found.seen, pair) | other_bytes_key(found.seen, pair)
    return pair_json(judgement, found.today) | told


def _spread_json(found: SpreadReply) -> dict[str, Any]:
    """The worst answer, and each with the pairs that it is for."""
    spread = found.spread
    return _asked_json(found, spread.answers[0].judgement) | {
        "asked": list(spread.asked),
        "answers": [
            pair_json(answer.judgement, found.today)
            | {"pairs": [[str(a), str(b)] for a, b in answer.pairs]}
            for answer in spread.answers
        ],
    }


def _set_json(found: SetReply) -> dict[str, Any]:
    """All pairs of an installed set, the worst first, and what is not known of it."""
    return {
        "pairs": [pair_json(judgement, found.today) for judgement in found.judgements],
        "verdict": found.verdict.value,
        "unknown": [row.name for row in found.installed.unknown],
        **live_keys(found.seen, found.installed.releases),
        **other_bytes_key(found.seen, found.installed.releases),
    }


def impact_json(found: ImpactReply) -> dict[str, Any]:
    """What going to a release means; with an installed set, what is not known of it, too."""
    impact, installed = found.impact, found.installed
    judged = (judgement.b for affected in impact.products for judgement in affected.judgements)
    issues = impact.issues
    data: dict[str, Any] = {
        "target": str(impact.target),
        "products": [_affected_json(affected, found.today) for affected in impact.products],
        "inside": [pair_json(judgement, found.today) for judgement in impact.inside],
        "issues": {
            "errors": _issues_json(found, issues.errors),
            "warnings": _issues_json(found, issues.warnings),
            "info": _issues_json(found, issues.info),
        },
        **live_keys(found.seen, [impact.target, *judged]),
    }
    return data | ({"unknown": [row.name for row in installed.unknown]} if installed else {})


def _affected_json(affected: Affected, today: date) -> dict[str, Any]:
    row = {
        "product": affected.product,
        "releases": [_harmed_json(judgement) for judgement in affected.harmed],
    }
    if affected.stated is None:
        return row
    stated = [statement_json(one, today, Audience.STAFF) for one in affected.stated]
    return row | {"stated": stated}


def matrix_json(found: MatrixReply) -> dict[str, Any]:
    """The table of two products: `a` downwards, `b` across."""
    return {"a": found.matrix.a, "b": found.matrix.b, **table_json(found.matrix)}


def path_json(found: PathReply) -> dict[str, Any]:
    """Where to go from a pair; `path` is null where there is no answer, and `reason` says why."""
    advice = found.advice
    return {
        "a": str(advice.now.a),
        "b": str(advice.now.b),
        "verdict": advice.now.verdict.value,
        "path": _way_json(advice, advice.best) if advice.best else None,
        "alternatives": [_way_json(advice, way) for way in advice.others],
        "reason": advice_reason(advice),
        **live_keys(found.seen, (advice.now.a, advice.now.b)),
    }


def _applied_json(row: Applied, today: date) -> dict[str, Any]:
    return {
        **place_json(row.statement.place),
        **statement_json(row.statement, today, Audience.STAFF),
        "by": str(row.owner),
        "decides": row.decides,
        "counts_as": row.verdict.value,
        "doubt": row.doubt.value if row.doubt else None,
        "through": [{"suite": str(c.suite), "member": str(c.member)} for c in row.through],
    }


def _not_known(judgement: Judgement) -> list[str]:
    """What is not known of a pair, each matter and each part of a suite by name."""
    said = [*words.not_known(judgement, str)]
    if not said and judgement.verdict is Verdict.UNKNOWN:
        said = [words.headline(judgement, str)]
    return said


def _harmed_json(judgement: Judgement) -> dict[str, Any]:
    worst = [row.statement for row in judgement.worst]
    return {
        "version": judgement.b.version,
        "verdict": judgement.verdict.value,
        "about": _joined("; ", (statement.about for statement in worst)),
        "remedy": _joined(" ", (statement.remedy for statement in worst)),
        "limits": _joined(" ", (statement.limits for statement in worst)),
        "not_known": _not_known(judgement),
    }


def _joined(between: str, texts: Iterable[str | None]) -> str | None:
    return between.join(dict.fromkeys(text for text in texts if text)) or None


def _issues_json(found: ImpactReply, issues: Iterable[Article]) -> list[dict[str, Any]]:
    return [
        {"file": issue.path, **issue_json(found.catalogue, issue, found.today, Audience.STAFF)}
        for issue in issues
    ]


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
