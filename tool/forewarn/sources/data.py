"""The `data` source: JSON, YAML, XML and tables, with what a release is found by JMESPath.

Options: `url` (required), `headers` and `allow_private` as for every address; `items`, where the
releases are in the document (without it the document is one); `fields` (required), what is found
in each: `version` (required), `url`, `page`, `title`, `platform`, `arch`, `track`, `size`,
`digest`, `date` and `rollout`; `where`, which items are meant; `version`, a pattern for what the
field `version` has; `format`, one of `auto`, `json`, `yaml`, `xml`, `paragraphs` (as Debian writes
them) and `lines`; `lines`, a pattern with named groups that reads a line as an item; `reach`, one
of `all`, `window` and `latest`; `made`, where the document says when it was made: `date`,
`valid_until`, and `url` and `format` where another document says it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

from forewarn.frozen import dataclass
from forewarn.model.sighting import Reach
from forewarn.options import Options
from forewarn.patterns import WrongPattern, pattern
from forewarn.responses import Response
from forewarn.sources.example import SourceExamples
from forewarn.sources.feed_dates import moment_of
from forewarn.sources.http import Address, ChangedPage, ask, ask_first
from forewarn.sources.interface import (
    Answer,
    FirstAddress,
    Kept,
    Request,
    SourceError,
)
from forewarn.sources.items import Item, Items
from forewarn.sources.parsed import ParsedSource

_FIELDS = ("url", "page", "title", "platform", "arch", "track", "size", "date", "rollout")
_FORMATS = ("auto", "json", "yaml", "xml", "paragraphs")
_PARSE = "forewarn.sources.data_worker:parse"


@dataclass(frozen=True, kw_only=True, slots=True)
class WhenMade:
    """Where it is said when a document was made, and until when it holds."""

    rules: Mapping[str, str]
    address: Address | None = None
    format: str = "auto"


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchedData:
    """Where the document is, and what is found in it, as JMESPath."""

    address: Address
    fields: Mapping[str, str]
    digests: Mapping[str, str] = field(default_factory=dict)
    items: str | None = None
    where: str | None = None
    version: str | None = None
    format: str = "auto"
    lines: str | None = None
    reach: Reach = Reach.WINDOW
    made: WhenMade | None = None


class DataSource(ParsedSource[WatchedData]):
    """A document of which JMESPath tells what in it is a release."""

    @classmethod
    def options(cls, read: Options) -> WatchedData:
        address = Address.read(read)
        below = read.below("fields")
        if below is None:
            read.refuse(
                "option 'fields' is missing", None, "Add `fields: {version: …}`, as JMESPath."
            )
        fields = {"version": below.required("version", check_expression)} if below else {}
        for name in _FIELDS:
            if below and (rule := below.text(name, None, check_expression)):
                fields[name] = rule
        items = read.text("items", None, check_expression)
        default = Reach.WINDOW if items or read.has("lines") else Reach.LATEST
        reach = read.text("reach", default.value, _check_reach) or default.value
        return WatchedData(
            address=address,
            fields=fields,
            digests=_digests(below) if below else {},
            items=items,
            where=read.text("where", None, check_expression),
            version=read.pattern("version"),
            format=read.choice("format", *_FORMATS),
            lines=read.text("lines", None, _check_lines),
            reach=Reach(reach),
            made=_made(read.below("made"), address),
        )

    @classmethod
    def first(cls, options: WatchedData) -> FirstAddress | None:
        # Another document may say something new though this one is as it was.
        return None if options.made and options.made.address else options.address.first

    @classmethod
    def examples(cls) -> SourceExamples:
        from forewarn.sources.data_examples import EXAMPLES

        return EXAMPLES

    async def poll(self, request: Request[WatchedData]) -> Answer:
        """Read the document once.

        Raises:
            NetError: there was no complete answer.
            SourceError: the answer is an error, no such document, or nothing is found in it.
        """
        options = request.options
        beside = await self._beside(options)
        said = {name: moment.isoformat() for name, moment in beside.items()}
        if _said_beside(request.state) != said:
            # What it says is kept with what this document shows, so that is read, too.
            request = replace(request, whole=True)
        changed = await ask_first(self._client, options.address, request)
        if changed is None:
            return Answer(unchanged=True, **beside)
        with options.address.named():
            answer = await self._answer(request, changed, beside)
        if said and isinstance(changed.state, Mapping):
            answer = replace(answer, state={**changed.state, "beside": said})
        return answer

    async def _answer(
        self, request: Request[WatchedData], changed: ChangedPage, beside: Mapping[str, Any]
    ) -> Answer:
        options = request.options
        read = await self._read(changed.response, options)
        items = Items(request, base=changed.response.url, pattern=options.version)
        for row in read["items"]:
            items.take(_item(row))
        for row in read["left_out"]:
            items.leave_out(_item(row), row["why"])
        made = beside or _moments(read["about"])
        responses = (changed.response,)
        return items.answer(state=changed.state, reach=options.reach, responses=responses, **made)

    async def _read(self, response: Response, options: WatchedData) -> dict[str, Any]:
        made = options.made
        found: dict[str, Any] = await self._workers.read(
            _PARSE,
            response.body,
            called="the document",
            format=options.format,
            lines=options.lines,
            items=options.items,
            where=options.where,
            fields=options.fields,
            digests=options.digests,
            about=made.rules if made and made.address is None else {},
        )
        return found

    async def _beside(self, options: WatchedData) -> dict[str, Any]:
        """What another document says of when this one was made."""
        made = options.made
        if made is None or made.address is None:
            return {}
        changed = await ask(self._client, made.address)
        assert changed is not None  # noqa: S101 - nothing was kept to ask by
        nothing: dict[str, Any] = dict.fromkeys(("lines", "items", "where"))
        with made.address.named():
            read = await self._workers.read(
                _PARSE,
                changed.response.body,
                called="the document",
                format=made.format,
                fields={},
                digests={},
                about=made.rules,
                **nothing,
            )
            return _moments(read["about"])


def _said_beside(state: Kept) -> Kept:
    return state.get("beside", {}) if isinstance(state, Mapping) else {}


def check_expression(text: str) -> str | None:
    """What keeps `text` from being a JMESPath expression, or None."""
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        jmespath.compile(text.removeprefix("$."))
    except JMESPathError as error:
        said = " ".join(str(error).split())[:200]
        return f"it is not a JMESPath expression: {said}"
    except RecursionError:
        return "it is nested too deeply"
    return None


def _check_lines(text: str) -> str | None:
    try:
        named = pattern(text).groupindex
    except WrongPattern as error:
        return str(error)
    return None if named else "it has no named group; write (?P<version>…) around the version"


def _check_reach(text: str) -> str | None:
    words = [reach.value for reach in Reach]
    return None if text in words else f"{text!a} is none of {', '.join(words)}"


def _digests(below: Options) -> dict[str, str]:
    """The field `digest`: one expression, or one for each algorithm."""
    if not below.is_mapping("digest"):
        rule = below.text("digest", None, check_expression)
        return {"": rule} if rule else {}
    inner = below.below("digest")
    names = inner.names() if inner else ()
    found = {name: inner.required(name, check_expression) for name in names if inner}
    return {name: rule for name, rule in found.items() if rule}


def _made(read: Options | None, document: Address) -> WhenMade | None:
    if read is None:
        return None
    rules = {
        name: rule
        for name in ("date", "valid_until")
        if (rule := read.text(name, None, check_expression))
    }
    address = document.beside(read) if read.has("url") else None
    return WhenMade(rules=rules, address=address, format=read.choice("format", *_FORMATS))


def _moments(about: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, key in (("date", "dated"), ("valid_until", "valid_until")):
        if text := about.get(name, ""):
            moment = moment_of(text)
            if moment is None:
                raise SourceError(f"`made` finds {text!a:.60}, which is no date")
            found[key] = moment
    return found


def _item(row: Mapping[str, Any]) -> Item:
    def text(name: str) -> str:
        return str(row.get(name) or "")

    return Item(
        key=text("key"),
        title=text("title"),
        version=text("version"),
        url=text("url"),
        page=text("page"),
        platform=text("platform"),
        arch=text("arch"),
        track=text("track"),
        size=text("size"),
        digests=row.get("digests") or {},
        date=text("date"),
        rollout=text("rollout"),
        file="platform" not in row,
    )
