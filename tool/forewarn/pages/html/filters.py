"""Lists that can be narrowed on the page: a script hides rows, and without it all are there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, field

from forewarn.frozen import dataclass
from forewarn.pages.html.elements import Html, tag

SCRIPT = "tables.js"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing to narrow a list by; `key` names it in the page's address.

    `options` are values with what they are called. In a choice that hangs on another (`of`),
    `lists` has the options for each value of that one, and a row says which by their places.
    """

    key: str
    label: str
    options: Sequence[tuple[str, str]] = ()
    of: str = ""
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)


def filtered(
    content: Html,
    *,
    noun: str,
    choices: Iterable[Choice] = (),
    more: Sequence[str] = (),
    total: int = 0,
) -> Html:
    """A list of `noun` with what it can be narrowed by; its rows carry `mark` for each choice.

    `more` are addresses of pages with further rows, which are fetched once somebody narrows the
    list or asks for one of them; `total` is then how many there are in all.
    """
    given = list(choices)
    parents = {choice.of for choice in given}
    # A choice among one is none, unless another hangs on it.
    offered = [c for c in given if len(c.options) > 1 or c.of or c.key in parents]
    spec: dict[str, object] = {"noun": noun, "choices": [asdict(choice) for choice in offered]}
    if more:
        spec |= {"more": [*more], "total": total}
    return tag("div", content, class_="fw-filter", data_filter=json.dumps(spec, ensure_ascii=False))


def mark(**values: Iterable[str]) -> dict[str, str]:
    """The attributes of a row: the values that it has for each choice."""
    return {f"data_filter_{key}": "|".join(found) for key, found in values.items()}


def places(wanted: Iterable[str], among: Sequence[str]) -> str:
    """Where the wanted values stand in a list, neighbours as `0-3`."""
    asked = set(wanted)
    runs: list[list[int]] = []
    for place, value in enumerate(among):
        if value not in asked:
            continue
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return " ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
