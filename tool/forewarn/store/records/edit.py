"""Changing a record while keeping its author's comments, order and layout."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from forewarn.errors import DataError
from forewarn.expressions import expression
from forewarn.model.product import Alias
from forewarn.store.records.yaml_reader import too_deep

# What comes out as it went in; a key without a value is one, too.
_USUAL = expression(r"|true|false|0|-?[1-9][0-9]*|[0-9]{4}-[0-9]{2}-[0-9]{2}")


def new_record(head: dict[str, Any], body: str) -> bytes:
    """The bytes of a new record: front matter with `head` in its order, then `body`."""
    return f"---\n{_dump(head)}---\n{body}".encode()


def new_yaml(head: dict[str, Any], comment: str = "") -> bytes:
    """The bytes of a new YAML file, below an optional comment."""
    return f"{comment}{_dump(head)}".encode()


def alias_rows(aliases: Iterable[Alias]) -> list[str | dict[str, str]]:
    """Aliases as a record has them."""
    return [alias.name if alias.line is None else {alias.name: alias.line} for alias in aliases]


def edit_record(data: bytes, change: Callable[[Any], None], where: str) -> bytes:
    """Give the front matter of a record to `change`, which edits it as a mapping.

    Raises:
        DataError: the record is no text or has no front matter that can be edited, or the
            library that edits it would spoil it.
    """
    text = _text(data, where)
    lines = text.splitlines(keepends=True)
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        raise DataError(
            "the front matter has no end", where=where, help="Run `forewarn check` and mend it."
        )
    before = "".join(lines[1:end])
    head = _mapping(before, where)
    change(head)
    after = _dump(head)
    _refuse_spoilt(head, after, where)
    after = _with_line_ends(after, before or lines[0])
    return "".join([lines[0], after, *lines[end:]]).encode("utf-8")


def edit_yaml(data: bytes, change: Callable[[Any], None], where: str) -> bytes:
    """Give a YAML file to `change`, which edits it as a mapping.

    Raises:
        DataError: it is no text, it cannot be read, or the library that edits it would spoil it.
    """
    before = _text(data, where)
    head = _mapping(before, where)
    change(head)
    text = _dump(head)
    _refuse_spoilt(head, text, where)
    return _with_line_ends(text, before).encode("utf-8")


def _text(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _unreadable("is not UTF-8", where) from error


def _mapping(text: str, where: str) -> Any:
    from ruamel.yaml.error import YAMLError

    if too_deep(text):
        raise _unreadable("is nested too deeply", where)
    try:
        head = _round_trip().load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise _unreadable("cannot be read as YAML", where) from error
    if not isinstance(head, dict):
        raise _unreadable("has no keys", where)
    return head


def _unreadable(why: str, where: str) -> DataError:
    return DataError(
        f"it {why}, so no command can change it", where=where, help="Run `forewarn check` first."
    )


def _with_line_ends(text: str, like: str) -> str:
    """The text with the line ends of what was there: each as it was, new ones as those before."""
    count = like.count("\r\n")
    if count in (0, like.count("\n")):
        return text.replace("\r\n", "\n").replace("\n", "\r\n") if count else text
    old, new = like.split("\n"), [line.removesuffix("\r") for line in text.split("\n")]
    ends = ["\r" if line.endswith("\r") else "" for line in old]
    usual = "\r" if ends.count("\r") * 2 >= len(ends) - 1 else ""
    kept = SequenceMatcher(None, [line.removesuffix("\r") for line in old], new, autojunk=False)
    made = [usual] * len(new)
    for block in kept.get_matching_blocks():
        made[block.b : block.b + block.size] = ends[block.a : block.a + block.size]
    # What follows the last line end is no line.
    made[-1] = ""
    return "\n".join(line + end for line, end in zip(new, made, strict=True))


def _refuse_spoilt(head: Any, text: str, where: str) -> None:
    """Refuse what does not read back as it was meant.

    ruamel.yaml 0.19.1 joins the lines of a row that follows one in braces with a comment
    behind it, where a comment stands above the list.
    """
    from ruamel.yaml.error import YAMLError

    with suppress(YAMLError):
        if _meant(_round_trip().load(text)) == _meant(head):
            return
    raise DataError(
        "this file cannot be edited by command without spoiling it",
        where=where,
        help="Move the comments that stand behind rows in braces to lines of their own, or edit "
        "the file by hand.",
    )


def _meant(value: Any) -> Any:
    """A value with what its texts mean, for a comparison."""
    match value:
        case dict():
            return {key: _meant(below) for key, below in value.items()}
        case list():
            return [_meant(below) for below in value]
        case _AsTyped():
            return value.meant
    return value


def read_value(text: str) -> Any:
    """A value as it may stand behind a key, on one line; numbers stay as they are written.

    Raises:
        ValueError: it is no YAML, more than one line, nothing that a record may hold, or it would
            not be written as it is here.
    """
    from ruamel.yaml.error import YAMLError

    row = f"value: {text}\n"
    if too_deep(row):
        raise ValueError("it is nested too deeply")
    try:
        loaded = _round_trip().load(row)
        if not isinstance(loaded, dict) or list(loaded) != ["value"]:
            raise ValueError("it is more than one value")
        meant, marked = _scalars(row)
        if marked:
            raise _NotHeldError("an anchor, an alias or a tag stands there")
        if meant != _scalars(_dump(loaded))[0]:
            raise _NotHeldError("it would be written otherwise")
    except _NotHeldError:
        raise
    except (YAMLError, ValueError, RecursionError) as error:
        raise ValueError("it is no value that YAML can hold on one line") from error
    return loaded["value"]


class _NotHeldError(ValueError):
    """It is YAML, but nothing that would stand in a record as it is written."""


def _scalars(text: str) -> tuple[list[str], bool]:
    """The scalars as they are written, and whether anchors, aliases or tags are among them."""
    from ruamel.yaml.events import NodeEvent, ScalarEvent

    events = [event for event in _round_trip().parse(text) if isinstance(event, NodeEvent)]
    marked = any(event.anchor or getattr(event, "tag", None) for event in events)
    return [event.value for event in events if isinstance(event, ScalarEvent)], marked


def one_line(row: dict[str, Any]) -> Any:
    """A mapping that is written on one line, in braces; its moments to the second, in UTC."""
    from ruamel.yaml.comments import CommentedMap

    mapping = CommentedMap(
        {k: _moment(v) if isinstance(v, datetime) else v for k, v in row.items()}
    )
    mapping.fa.set_flow_style()
    return mapping


def _moment(at: datetime) -> Any:
    from ruamel.yaml.timestamp import TimeStamp

    # What the library writes behind the time is the name of its zone.
    utc = at.astimezone(timezone(timedelta(0), "Z"))
    stamp = TimeStamp(*utc.timetuple()[:6], tzinfo=utc.tzinfo)
    stamp._yaml["t"] = True
    return stamp


def _dump(head: dict[str, Any]) -> str:
    buffer = io.StringIO()
    _round_trip().dump(head, buffer)
    return buffer.getvalue()


def _round_trip() -> Any:
    # ruamel takes a quarter of a second to import, and only commands that write need it.
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt")
    yaml.Constructor, yaml.Representer = _as_written()
    yaml.preserve_quotes = True
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


class _AsTyped(str):
    """A value as it stands in the file, where the library would write it otherwise: TRUE, +1, ~."""

    __slots__ = ("meant", "tag")
    tag: str
    meant: object


@cache
def _as_written() -> tuple[Any, Any]:
    """What reads and writes values, so that those which nobody has changed keep their text."""
    from ruamel.yaml.constructor import RoundTripConstructor
    from ruamel.yaml.representer import RoundTripRepresenter

    class Constructor(RoundTripConstructor):
        pass

    class Representer(RoundTripRepresenter):
        pass

    for kind in ("bool", "int", "float", "null", "timestamp"):
        tag = f"tag:yaml.org,2002:{kind}"
        Constructor.add_constructor(tag, _keeping(Constructor.yaml_constructors[tag], tag))
    Representer.add_representer(
        _AsTyped, lambda representer, data: representer.represent_scalar(data.tag, str(data))
    )
    return Constructor, Representer


def _keeping(construct: Callable[[Any, Any], Any], tag: str) -> Callable[[Any, Any], Any]:
    def made(constructor: Any, node: Any) -> Any:
        text = node.value
        value = construct(constructor, node)
        if _USUAL.fullmatch(text) or node.style:
            return value
        written = _AsTyped(text)
        written.tag, written.meant = tag, value
        return written

    return made
