"""What the checker has to know of two products together: each statement with what it decides."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from forewarn.model.compatibility import Applied, stated
from forewarn.model.matter import verified_on
from forewarn.model.record import Audience
from forewarn.model.release import Release
from forewarn.model.unrecorded import stand_in
from forewarn.pages.compatibility.between import Between
from forewarn.pages.compatibility.checker_products import unrecorded
from forewarn.pages.compatibility.statements import anchor_of
from forewarn.pages.html import words
from forewarn.pages.html.elements import plain
from forewarn.pages.html.line import Piece, pieces
from forewarn.pages.view import paths
from forewarn.pages.view.view import View
from forewarn.words.ranges import plain_range, stretch


def pair_data(view: View, one: str, other: str) -> dict[str, Any]:
    """What either side states of the other."""
    # In this order statements that count the same are told; see `Judgement.applied`.
    first, second = sorted((one, other), key=lambda product: f"releases/{product}/")
    texts: dict[str, int] = {}
    sides = [_side(view, first, second, texts), _side(view, second, first, texts)]
    return {"sides": sides, "statements": [json.loads(text) for text in texts]}


def _side(view: View, product: str, partner: str, texts: dict[str, int]) -> dict[str, Any]:
    """What the releases of a product state of its partner; `texts` numbers the statements.

    The places of the partner's versions are followed by those of the stretches between `ends`.
    """
    known, between = view.stated(product, partner), Between(view, product, partner)
    rows: dict[tuple[Any, ...], list[int]] = {}
    releases = view.catalogue.releases_of(product)
    for place, release in enumerate(releases):
        found: dict[tuple[int, int], tuple[list[range], list[range]]] = {}
        numbers: dict[int, int] = {}
        for reach in known.of(release):
            number = numbers.setdefault(reach.number, len(numbers))
            said = found.setdefault((number, _numbered(view, reach.applied, texts)), ([], []))
            said[0].extend(reach.decides)
            said[1].extend(reach.overruled)
        for number, row, there in _of_unrecorded(view, release, partner, between):
            said = found.setdefault((number, _numbered(view, row, texts)), ([], []))
            said[0 if row.decides else 1].append(there)
        for (number, text), (decides, overruled) in found.items():
            key = number, text, tuple(_joined(decides)), tuple(_joined(overruled))
            rows.setdefault(key, []).append(place)
    count = max((number for number, *_ in rows), default=-1) + 1
    return {
        "product": product,
        "versions": [*(release.version for release in releases), *unrecorded(view, product)],
        "ends": between.ends,
        "anchors": [anchor_of(partner, number) for number in range(count)],
        "rows": [
            [number, said, _flat(_runs(owners)), _flat(decides), _flat(overruled)]
            for (number, said, decides, overruled), owners in sorted(
                rows.items(), key=lambda row: (row[0][0], row[1])
            )
            if decides or overruled
        ],
    }


def _numbered(view: View, row: Applied, texts: dict[str, int]) -> int:
    """The number of a statement among those of the pair."""
    text = json.dumps(_statement(view, row), ensure_ascii=False)
    return texts.setdefault(text, len(texts))


def _of_unrecorded(
    view: View, release: Release, partner: str, between: Between
) -> Iterator[tuple[int, Applied, range]]:
    """What a release states of versions without a record: those that are known, and all others.

    Their places are those after all recorded releases.
    """
    made = [s for s in release.compatibility if s.partner == partner]
    place = len(view.catalogue.releases_of(partner))
    for version in unrecorded(view, partner):
        for row in stated(view.catalogue, release, stand_in(partner, version), view.today):
            yield made.index(row.statement), row, range(place, place + 1)
        place += 1
    for number, row, there in between.of(release):
        yield number, row, range(place + there.start, place + there.stop)


def _statement(view: View, row: Applied) -> dict[str, Any]:
    made = row.statement
    said = {
        "verdict": made.verdict.caution,
        "counts": row.verdict.caution,
        "doubt": row.doubt.value if row.doubt else "",
        "beyond": row.beyond and row.harms,
        "range": stretch(made.versions) if row.doubt or row.beyond else "",
        "last": made.holds_until.version if row.beyond and made.holds_until else "",
        "undated": row.beyond and verified_on(row.owner, made) is None,
        "holds": words.reach_words(view, row.owner, made),
        "of": plain_range(view.name(made.partner), made.versions),
        "about": _line(view, made.about),
        "limits": _line(view, made.limits),
        "remedy": _line(view, made.remedy),
        "verified": plain(words.verified(view, made.verified)) if made.verified else "",
        "until": plain(words.held_until(view, made.verified)) if made.verified else "",
        "expired": words.past_its_day(view) if row.expired else "",
        "staff": view.staff and made.audience is Audience.STAFF,
        "sources": list(made.references),
    }
    return {
        key: value for key, value in said.items() if value not in ("", []) and value is not False
    }


def _line(view: View, line: str | None) -> list[Any]:
    return [_piece(piece) for piece in pieces(view, line)] if line else []


def _piece(piece: Piece) -> Any:
    if piece.code:
        return {"code": piece.text}
    to = piece.url or (piece.src and paths.url(piece.src))
    return {"text": piece.text, "to": to} if to else piece.text


def _joined(found: Iterable[range]) -> Iterator[range]:
    """Ranges in order, neighbours that touch as one."""
    return _runs(place for places in sorted(found, key=lambda r: r.start) for place in places)


def _runs(places: Iterable[int]) -> Iterator[range]:
    """Places that follow each other as ranges."""
    start = stop = -1
    for place in places:
        if place != stop:
            if stop >= 0:
                yield range(start, stop)
            start = place
        stop = place + 1
    if stop >= 0:
        yield range(start, stop)


def _flat(found: Iterable[range]) -> list[int]:
    return [edge for places in found for edge in (places.start, places.stop)]
