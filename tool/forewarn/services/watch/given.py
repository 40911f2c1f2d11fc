"""What a watched row names as `${NAME}`: given to its host, and put back to the name elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, quote_plus, unquote

from forewarn.errors import DataError
from forewarn.model.product import Watch
from forewarn.model.sighting import Shown, Unread
from forewarn.model.variables import NotAllowed, look_up, names_in
from forewarn.sources.interface import Answer, Validators

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SHORTEST = 4  # characters of a value that is looked for in what came


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """A row's address and headers with the values in them, and which value is whose."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    values: Mapping[str, str] = field(repr=False)

    def concealed(self, answer: Answer | str) -> Answer | str:
        """What came, or why it did not, without the values: a server may send back what it got."""
        if not self.values:
            return answer
        if isinstance(answer, str):
            return self._text(answer)
        kept = answer.validators
        return replace(
            answer,
            shown=tuple(self._shown(item) for item in answer.shown),
            unread=tuple(self._unread(entry) for entry in answer.unread),
            validators=Validators(
                etag=self._unless_told(kept.etag),
                last_modified=self._unless_told(kept.last_modified),
            ),
        )

    def _shown(self, item: Shown) -> Shown:
        return replace(
            item,
            version=self._text(item.version),
            url=self._text(item.url),
            title=self._text(item.title),
            channel=self._text(item.channel) if item.channel else None,
            download=self._text(item.download) if item.download else None,
            notes=tuple(self._text(note) for note in item.notes),
        )

    def _unread(self, entry: Unread) -> Unread:
        return Unread(
            key=self._text(entry.key),
            title=self._text(entry.title),
            url=self._text(entry.url),
            why=self._text(entry.why),
        )

    def _unless_told(self, text: str | None) -> str | None:
        return text if text is None or self._text(text) == text else None

    def _text(self, text: str) -> str:
        for name, value in self.values.items():
            for spelling in _spellings(value):
                text = text.replace(spelling, f"${{{name}}}")
        return text


def given_to(row: Watch, environ: Mapping[str, str]) -> Given:
    """The row's address and headers as they are sent.

    Raises:
        DataError: a variable is not set, is not meant for it, or holds what cannot be sent.
    """
    names = dict.fromkeys(n for text in (row.url, *row.headers.values()) for n in names_in(text))
    values = {name: _value(name, row, environ) for name in names}
    url, headers = row.url, dict(row.headers)
    for name, value in values.items():
        # In an address it stands for itself, whatever characters it has.
        url = url.replace(f"${{{name}}}", quote(value, safe="%"))
        headers = {key: text.replace(f"${{{name}}}", value) for key, text in headers.items()}
    return Given(url=url, headers=headers, values=values)


def _value(name: str, row: Watch, environ: Mapping[str, str]) -> str:
    try:
        value = look_up(name, environ)
    except NotAllowed as error:
        raise DataError(str(error), where=str(row.place)) from error
    if value is None:
        raise DataError(
            f"the environment variable {name} is not set",
            where=str(row.place),
            help="Set it where `forewarn watch` runs.",
        )
    if _CONTROL.search(value):
        raise DataError(
            f"the environment variable {name} holds a line end or another control character",
            where=str(row.place),
            help="Set it to the bare value.",
        )
    return value


def _spellings(value: str) -> tuple[str, ...]:
    """The ways in which a value may come back, the longest first; a short one is any word."""
    ways = {value, unquote(value), quote(value), quote(value, safe=""), quote_plus(value)}
    return tuple(sorted((way for way in ways if len(way) >= _SHORTEST), key=len, reverse=True))
