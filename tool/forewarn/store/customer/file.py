"""A customer's file: what it lists, whichever of the forms it has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from forewarn.errors import DataError
from forewarn.store.customer.cyclonedx import Component, Number, is_bom, read_components
from forewarn.store.encodings import encoding_of
from forewarn.store.records.fields import Fields
from forewarn.store.records.problems import Problems
from forewarn.store.records.text import decode
from forewarn.store.records.yaml_reader import read_mapping

_LARGEST_BOM = 50_000_000  # bytes; a machine writes it
_LARGEST_LIST = 1_000_000  # bytes; a person writes it
_LIST = "installed"
_FORMS = "Write lines such as `recorder: 2.7` or `- recorder@2.7`, or give a CycloneDX BOM in JSON."


def read_customer_file(file: str) -> tuple[Component, ...]:
    """What a customer's file lists, in its order.

    YAML with a mapping `product: version` (or a list of versions), or a list of
    `product@version`; or a CycloneDX BOM in JSON.

    Raises:
        DataError: the file cannot be read, or lists nothing.
    """
    found = tuple(_components(file))
    if not found:
        raise DataError("nothing is listed in this file", where=file, help=_FORMS)
    return found


def _components(file: str) -> Iterator[Component]:
    problems = Problems(file)
    data = _read(file)
    text = decode(_as_utf8(data), problems)
    _raise(problems)
    assert text is not None  # noqa: S101 - a text that cannot be decoded is a problem
    start = text.lstrip()[:1]
    if start == "<":
        raise DataError("this is XML", where=file, help="Export the BOM as JSON.")
    document = _json(text, file) if start == "{" else None
    if isinstance(document, dict) and is_bom(document):
        yield from read_components(document, file)
        return
    if len(data) > _LARGEST_LIST:
        raise _too_large(file, _LARGEST_LIST)
    fields = read_mapping(text, problems, "the list of what is installed", _LIST)
    rows = list(_rows(fields)) if fields else []
    _raise(problems)
    yield from rows


def _read(file: str) -> bytes:
    try:
        with Path(file).open("rb") as stream:
            data = stream.read(_LARGEST_BOM + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise DataError(
            f"cannot be read: {reason}", where=file, help="Give a file that you may read."
        ) from error
    if len(data) > _LARGEST_BOM:
        raise _too_large(file, _LARGEST_BOM)
    return data


def _as_utf8(data: bytes) -> bytes:
    """The bytes as UTF-8; Windows PowerShell writes UTF-16 into files."""
    name = encoding_of(data)
    if name.startswith("utf-8"):
        return data
    try:
        return data.decode(name).encode()
    except UnicodeDecodeError:
        return data  # the reader says what is wrong with it


def _json(text: str, file: str) -> Any:
    """The JSON document; None where it is none and does not claim to be a BOM either."""
    try:
        return json.loads(text, parse_float=Number, parse_int=Number)
    except (ValueError, RecursionError) as error:
        if '"bomFormat"' not in text:
            return None
        place, what = file, "it is nested too deeply"
        if isinstance(error, ValueError):
            place, what = f"{file}:{getattr(error, 'lineno', 1)}", getattr(error, "msg", str(error))
        raise DataError(
            f"this is not readable JSON: {what}", where=place, help="Export the BOM again."
        ) from error


def _rows(fields: Fields) -> Iterator[Component]:
    if fields.has(_LIST):
        for text in fields.texts(_LIST, _check_pair):
            name, _, version = text.strip().rpartition("@")
            yield Component(name=name, version=version)
    for name in fields.names():
        if name != _LIST:
            for version in fields.texts(name) or ("",):
                yield Component(name=name, version=version.strip() or None)


def _check_pair(text: str) -> str | None:
    name, _, version = text.strip().rpartition("@")
    return None if name and version else f"{text[:60]!a} is not written product@version"


def _raise(problems: Problems) -> None:
    if problems.findings:
        first = problems.findings[0]
        raise DataError(first.message, where=str(first.place), help=f"{first.help} {_FORMS}")


def _too_large(file: str, most: int) -> DataError:
    return DataError(
        f"it is larger than {most} bytes", where=file, help="Give the list of one installation."
    )
