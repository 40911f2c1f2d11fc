"""How the answers of `compat matrix` and `compat path` read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from forewarn.cli.say.compat import harm, notes
from forewarn.cli.say.words import verdict_word
from forewarn.model.recommend import passed_over
from forewarn.model.release import Status, Verdict
from forewarn.words.advice import advice_reason
from forewarn.words.obstacles import why_not

if TYPE_CHECKING:
    from forewarn.model.advice import Advice, Way
    from forewarn.model.matrix import Run
    from forewarn.model.replies import MatrixReply, PathReply

_MORE = "+?"
_WIDTH = max(len(verdict) for verdict in Verdict)


def matrix_text(found: MatrixReply) -> str:
    """The table: versions of the first product downwards, of the second across."""
    matrix = found.matrix
    if not (matrix.rows and matrix.columns):
        bare = matrix.b if matrix.rows else matrix.a
        return f"No release of {bare} is recorded, so there is nothing to compare."
    corner = f"{matrix.a} \\ {matrix.b}"
    heads = [_head(run) for run in matrix.columns]
    names = [_head(run) for run in matrix.rows]
    first = max(map(len, (corner, *names)))
    widths = [*(max(len(head), _WIDTH) for head in heads[:-1]), 0]
    lines = ["  ".join([corner.ljust(first), *map(str.ljust, heads, widths)])]
    for name, row, unknown in zip(names, matrix.verdicts, matrix.unknown, strict=True):
        cells = (_cell(*cell) for cell in zip(row, unknown, widths, strict=True))
        lines.append("  ".join([name.ljust(first), *cells]))
    notes = []
    if any(Verdict.UNKNOWN in row for row in matrix.verdicts):
        notes.append("UNKNOWN: nobody stands by a test of it; do not promise that it works.")
    if any(True in row for row in matrix.unknown):
        notes.append(f"{_MORE}: something else is not known of it; `forewarn compat` says what.")
    if notes:
        lines += ["", *notes]
    return "\n".join(lines)


def path_text(found: PathReply) -> str:
    """Where the customer should go, where else they could, and what it is like where they are."""
    advice = found.advice
    now, best = advice.now, advice.best
    lines = [_answer(advice, best) if best else f"There is no way: {advice_reason(advice)}."]
    lines += [f"  or {_moves(advice, way)}" for way in advice.others]
    lines += [f"  not recommended: {why}" for why in _not_recommended(advice)]
    lines += ["", f"Now: {verdict_word(now.verdict)}: {now.a} and {now.b}", *harm(now)]
    lines += notes((now.a, now.b), found)
    if best and best.steps:
        lines += ["", f"Why: forewarn compat {best.a.release} {best.b.release}"]
        lines += [f"Before they move: forewarn impact {step.release}" for step in best.steps]
    return "\n".join(lines)


def _not_recommended(advice: Advice) -> Iterator[str]:
    for product in (advice.now.a.product, advice.now.b.product):
        rows = [row for row in advice.skipped if row.release.product == product]
        if rows:
            yield f"{product}: {why_not(passed_over(rows))}"


def _answer(advice: Advice, best: Way) -> str:
    word = verdict_word(best.verdict)
    if not best.steps:
        better = "" if best.verdict is Verdict.WORKS else "; no version is without limits"
        return f"{word}: stay with {advice.now.a} and {advice.now.b}{better}."
    stays = next((step.release for step in (best.a, best.b) if not step.moved), None)
    rest = f"; {stays} stays" if stays else ""
    return f"{word}: {_moves(advice, best)}{rest}."


def _moves(advice: Advice, way: Way) -> str:
    moves = []
    for now, step in ((advice.now.a, way.a), (advice.now.b, way.b)):
        if step.moved:
            track = f" (track {step.release.track})" if step.release.track != now.track else ""
            verb = "downgrade" if step.back else "update"
            moves.append(
                f"{verb} {now.product} from {now.version} to {step.release.version}{track}"
            )
    return " and ".join(moves)


def _cell(verdict: Verdict, unknown: bool, width: int) -> str:
    word = verdict_word(verdict)
    padding = " " * (width - len(verdict.value) - len(_MORE) * unknown)
    return f"{word}{_MORE * unknown}{padding}"


def _head(run: Run) -> str:
    plain = run.newest.status is Status.SHIPPED
    return str(run) if plain else f"{run} ({run.newest.status})"
