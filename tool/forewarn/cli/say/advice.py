"""How the answers of `compat matrix` and `compat path` read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from forewarn.cli.say.compat import harm, notes
from forewarn.cli.say.words import verdict_word
from forewarn.model.recommend import reasons
from forewarn.model.release import Status, Verdict

if TYPE_CHECKING:
    from forewarn.model.advice import Advice, Way
    from forewarn.model.catalogue import Catalogue
    from forewarn.model.matrix import Matrix, Run
    from forewarn.services.ask.live import Seen

_MORE = "+?"
_WIDTH = max(len(verdict) for verdict in Verdict)


def matrix_text(matrix: Matrix) -> str:
    """The table: versions of the first product downwards, of the second across."""
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


def advice_text(
    catalogue: Catalogue, advice: Advice, reason: str | None, today: date, seen: Seen
) -> str:
    """Where he should go, where else he could, and what it is like where he is."""
    now, best = advice.now, advice.best
    lines = [_answer(advice, best) if best else f"There is no way: {reason}."]
    lines += [f"  or {_moves(advice, way)}" for way in advice.others]
    lines += [f"  not recommended: {why}" for why in _not_recommended(advice)]
    lines += ["", f"Now: {verdict_word(now.verdict)}: {now.a} and {now.b}", *harm(now)]
    lines += notes((now.a, now.b), catalogue, today, seen)
    if best and best.steps:
        lines += ["", f"Why: forewarn compat {best.a.release} {best.b.release}"]
        lines += [f"Before they move: forewarn impact {step.release}" for step in best.steps]
    return "\n".join(lines)


def advice_reason(advice: Advice) -> str | None:
    """Why there is no answer; None where there is one."""
    if advice.best:
        return None
    for release, choice in zip((advice.now.a, advice.now.b), advice.choices, strict=True):
        if not choice:
            return f"no release of {release.product} can be recommended"
    if advice.found == {Verdict.UNKNOWN}:
        return "nobody has tested any pair of their releases that can be recommended"
    if advice.found == {Verdict.BREAKS}:
        return "every pair of their releases that can be recommended breaks"
    return (
        "of their releases that can be recommended, the pairs that were tested break, "
        "and nobody has tested the others"
    )


def _not_recommended(advice: Advice) -> Iterator[str]:
    for product in (advice.now.a.product, advice.now.b.product):
        rows = [row for row in advice.skipped if row.release.product == product]
        if rows:
            yield f"{product}: {reasons(rows)}"


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
