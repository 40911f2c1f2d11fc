"""Reading JSON, YAML, XML and tables in a worker: documents, and what JMESPath finds in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from forewarn.errors import SourceError, Trouble

_MOST = 20_000
_LONGEST = 2000
_MOST_LEFT_OUT = 1000  # lines that are named
_WEB_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_LONGEST_NUMBER = 18  # digits
_ROOT = "$."


def parse(
    body: bytes,
    *,
    format: str,
    lines: str | None,
    items: str | None,
    where: str | None,
    fields: Mapping[str, str],
    digests: Mapping[str, str],
    about: Mapping[str, str],
) -> dict[str, Any]:
    """The items of a document, each with its fields as texts; `about` is what it says of itself.

    Raises:
        SourceError: it is no such document, or nothing is found in it.
    """
    document, unmatched = _document(body, format, lines)
    found: dict[str, Any] = {
        "items": [],
        "left_out": unmatched,
        "about": {name: _text(_search(rule, document, document)) for name, rule in about.items()},
    }
    if not fields:
        return found
    if lines and not document:
        raise SourceError(
            "no line fits the pattern of `lines`",
            help="Open the address: what is there may have another form now.",
        )
    there = _search(items, document, document) if items else document
    listed = list(_each(there, items))
    found["left_out"] += _without_parts(there)
    for item in listed:
        row: dict[str, Any] = {
            name: _text(_search(rule, item, document)) for name, rule in fields.items()
        }
        row["digests"] = dict(_digests(item, document, digests))
        row["key"] = json.dumps(item, ensure_ascii=True, sort_keys=True, default=str)[:300]
        kept = where is None or _holds(_search(where, item, document))
        if not kept:
            row["why"] = "`where` leaves it out"
        found["items" if kept else "left_out"].append(row)
    if listed and not found["items"]:
        raise SourceError(
            f"`where` leaves out all that is there ({len(listed)})",
            help="Open the address: what is there may be called otherwise now.",
        )
    return found


def _document(body: bytes, format: str, lines: str | None) -> tuple[Any, list[Any]]:
    if _WEB_PAGE.match(body[:4000]):
        raise SourceError(
            "a web page came where data was expected",
            help="Open the address: it may ask for a log-in, or the data may have moved.",
        )
    try:
        text = _decoded(body)
        if lines:
            return _lines(text, lines)
        if format == "auto":
            start = text.lstrip()[:1]
            format = "json" if start in ("{", "[") else "xml" if start == "<" else "yaml"
        match format:
            case "json":
                return json.loads(text, parse_int=_integer, parse_float=str, parse_constant=str), []
            case "xml":
                return read_xml(body), []
            case "paragraphs":
                return list(_paragraphs(text)), []
            case _:
                return _yaml(text), []
    except RecursionError as error:
        raise SourceError("the document is nested too deeply", kind=Trouble.TOO_MUCH) from error
    except ValueError as error:
        said = " ".join(str(error).split())[:200]
        raise SourceError(f"the document cannot be read: {said}") from error


def _decoded(body: bytes) -> str:
    encoding = json.detect_encoding(body)
    return body.decode("utf-8-sig" if encoding == "utf-8" else encoding)


def _integer(text: str) -> int | str:
    # More digits are no size and no date, and slow to make a number of.
    return int(text) if len(text) <= _LONGEST_NUMBER else text


def _yaml(text: str) -> Any:
    """The document, with every value as it is written: 2.10 is no number, a date no date."""
    import yaml

    base = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        return yaml.load(text, Loader=base)  # noqa: S506 - it makes texts, lists and mappings alone
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def read_xml(body: bytes) -> Any:
    """An XML document as mappings and lists; see `_element`.

    Raises:
        SourceError: it declares entities.
        ValueError: it is malformed.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return _element(fromstring(body, forbid_dtd=False, forbid_entities=True))
    except DefusedXmlException as error:
        raise SourceError(
            "the document declares entities, which nothing here needs", kind=Trouble.TOO_MUCH
        ) from error
    except ParseError as error:
        raise ValueError(str(error)) from error


def _element(element: Any) -> Any:
    """An element as a mapping: attributes as texts, each kind of child as a list.

    One that has neither is its text. Names are without their namespace.
    """
    text = (element.text or "").strip()
    if not len(element) and not element.attrib:
        return text
    found: dict[str, Any] = {}
    for child in element:
        if isinstance(child.tag, str):
            found.setdefault(_local(child.tag), []).append(_element(child))
    for name, value in element.attrib.items():
        name = _local(name)
        found[f"@{name}" if name in found else name] = value
    if text:
        found.setdefault("text", text)
    return found


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _paragraphs(text: str) -> Iterator[dict[str, str]]:
    """Paragraphs of `Name: value`, as Debian writes them; a line that is indented goes on."""
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        found: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if line[:1] in (" ", "\t") and name:
                found[name] += f"\n{line.strip()}"
            elif ":" in line and not line.startswith(("#", "-----")):
                name, _, value = line.partition(":")
                found[name] = value.strip()
        if found:
            yield found


def _lines(text: str, expression: str) -> tuple[list[dict[str, str]], list[Any]]:
    from forewarn.patterns import pattern

    compiled = pattern(expression)
    rows: list[dict[str, str]] = []
    rest: list[Any] = []
    for line in text.splitlines():
        line = line.encode("utf-8", "replace").decode()
        if match := compiled.search(line):
            rows.append({name: text or "" for name, text in match.groupdict().items()})
        elif line.strip() and len(rest) < _MOST_LEFT_OUT:
            rest.append({"key": line[:300], "why": "the pattern of `lines` does not find it"})
        if len(rows) > _MOST:
            raise _too_many(len(rows))
    return rows, rest


def _each(found: Any, items: str | None) -> Iterator[Any]:
    """The items: of a list each, of a mapping each member with its `key`."""
    where = f"`items: {items}`" if items else "the document"
    if isinstance(found, Mapping) and items:
        rows = list(_members(found))
    else:
        rows = found if isinstance(found, list) else [found]
    if not [row for row in rows if row is not None]:
        raise SourceError(
            f"{where} finds nothing" if items else f"{where} is empty",
            help="Open the address: what is there may have another form now.",
        )
    if len(rows) > _MOST:
        raise _too_many(len(rows))
    yield from rows


def _members(found: Mapping[str, Any]) -> Iterator[Any]:
    for key, value in found.items():
        for each in value if isinstance(value, list) else [value]:
            yield {**each, "key": key} if isinstance(each, Mapping) else {"key": key, "value": each}


def _without_parts(found: Any) -> list[Any]:
    """The members of an object that are lists without anything in them, each to be left out."""
    empty = [key for key, value in found.items() if value == []] if isinstance(found, dict) else []
    return [{"key": key, "title": key, "why": "nothing is in it"} for key in empty][:_MOST_LEFT_OUT]


def _search(rule: str | None, item: Any, document: Any) -> Any:
    import jmespath
    from jmespath.exceptions import JMESPathError

    if rule is None:
        return None
    whole = rule.startswith(_ROOT)
    try:
        return jmespath.search(rule[len(_ROOT) :] if whole else rule, document if whole else item)
    except JMESPathError as error:
        said = " ".join(str(error).split())[:200]
        raise SourceError(f"{rule!a:.100} cannot be looked for in it: {said}") from error


def _digests(item: Any, document: Any, rules: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, rule in rules.items():
        found = _search(rule, item, document)
        if isinstance(found, Mapping):
            yield from ((str(key)[:20], _text(value)) for key, value in list(found.items())[:20])
        else:
            yield name, _text(found)


def _text(found: Any) -> str:
    """One value as a text; nothing where it is none, or several."""
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, (str, int)):
        text = str(found).strip()
        return text[: _LONGEST + 1]  # what is longer is no address and no version
    if isinstance(found, Mapping) and isinstance(found.get("text"), str):
        return _text(found["text"])  # an element that has attributes, too
    return ""


def _holds(found: Any) -> bool:
    """Whether JMESPath takes it for true."""
    return (isinstance(found, int) and found is not False) or bool(found)


def _too_many(number: int) -> SourceError:
    return SourceError(
        f"there are {number} items; {_MOST} is the most",
        help="Narrow `items` to those that are meant.",
        kind=Trouble.TOO_MUCH,
    )
