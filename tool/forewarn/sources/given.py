"""What a watched row names as `${NAME}`: given to its host, and put back to the name elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, fields, is_dataclass, replace
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus, unquote

from forewarn import sources
from forewarn.frozen import dataclass
from forewarn.model.product import Watch
from forewarn.sources.interface import Answer, Kept

_SHORTEST = 4  # characters of a value that is looked for in what came
Thing = TypeVar("Thing")


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """A row's options as its source reads them, and the values of the variables in them."""

    options: Any = field(repr=False)
    values: Mapping[str, str] = field(repr=False)

    def concealed(self, answer: Answer | str) -> Answer | str:
        """What came, or why it did not, without the values: a server may send back what it got."""
        if not self.values or isinstance(answer, str):
            return self.hidden(answer)
        return replace(
            answer,
            shown=self.hidden(answer.shown),
            unread=self.hidden(answer.unread),
            left_out=self.hidden(answer.left_out),
            responses=self.hidden(answer.responses),
            # Part of a state is none: with what it was told back, all of it is given up.
            state=None if self._is_told(answer.state) else answer.state,
        )

    def hidden(self, thing: Thing) -> Thing:
        """The same with the names in place of the values, in whatever text it holds."""
        if not self.values:
            return thing
        found: Any = thing
        if isinstance(thing, str):
            found = self._text(thing)
        elif isinstance(thing, bytes):
            found = self._bytes(thing)
        elif isinstance(thing, tuple):
            hidden = map(self.hidden, thing)
            found = thing._make(hidden) if hasattr(thing, "_make") else tuple(hidden)
        elif isinstance(thing, Mapping):
            found = {self.hidden(key): self.hidden(value) for key, value in thing.items()}
        elif is_dataclass(thing) and not isinstance(thing, type):
            held = {each.name: getattr(thing, each.name) for each in fields(thing)}
            found = replace(thing, **{name: self.hidden(one) for name, one in held.items()})
        return found  # type: ignore[no-any-return]

    def _is_told(self, kept: Kept) -> bool:
        if isinstance(kept, str):
            return self._text(kept) != kept
        if isinstance(kept, Mapping):
            return self._is_told((*kept, *kept.values()))
        return isinstance(kept, Sequence) and any(self._is_told(part) for part in kept)

    def _text(self, text: str) -> str:
        for name, value in self.values.items():
            for spelling in _spellings(value):
                text = text.replace(spelling, f"${{{name}}}")
        return text

    def _bytes(self, data: bytes) -> bytes:
        for name, value in self.values.items():
            for spelling in _spellings(value):
                data = data.replace(spelling.encode(), f"${{{name}}}".encode())
        return data


def given_to(row: Watch, environ: Mapping[str, str]) -> Given:
    """The row's options, with the values of its variables.

    Raises:
        ForewarnError: they cannot be used: an option is wrong, or a variable is not set.
    """
    options, values = sources.options_of(row, environ)
    return Given(options=options, values=values)


def _spellings(value: str) -> tuple[str, ...]:
    """The ways in which a value may come back, the longest first; a short one is any word."""
    ways = {value, unquote(value), quote(value), quote(value, safe=""), quote_plus(value)}
    ways.add(quote(value, safe="%"))  # as it stands in the addresses that are asked
    return tuple(sorted((way for way in ways if len(way) >= _SHORTEST), key=len, reverse=True))
