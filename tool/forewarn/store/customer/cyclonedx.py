"""CycloneDX: the components that a bill of materials in JSON lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from forewarn.errors import DataError
from forewarn.frozen import dataclass
from forewarn.model.purl import PackageUrl, read_purl

_ABOUT = "metadata.component"


class Number(str):
    """A number as it is written: 2.10 is not 2.1."""

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class Component:
    """One component, as its author named it; `group` is whose it is, by the same author.

    The version is the component's own, as it is written; `purl` may say one, too.
    """

    name: str
    version: str | None = None
    group: str | None = None
    purl: PackageUrl | None = None


def is_bom(document: object) -> bool:
    """Whether a JSON document says of itself that it is a bill of materials of some format."""
    return isinstance(document, dict) and ("bomFormat" in document or "spdxVersion" in document)


def read_components(document: dict[str, Any], file: str) -> Iterator[Component]:
    """What is installed, in the order of the document: what it is about, and its components.

    Those inside others count, too; those that their author excluded, as used for tests alone, do
    not, nor does the tool that wrote the document.

    Raises:
        DataError: it is no CycloneDX document of version 1, or a component is not one.
    """
    form, version = document.get("bomFormat"), document.get("specVersion")
    if form != "CycloneDX":
        found = "SPDX" if "spdxVersion" in document else f"bomFormat {form!a}"
        raise _unreadable(file, f"this is {found}; expected CycloneDX", "Export it as CycloneDX.")
    if type(version) is not str or not version.startswith("1."):
        raise _unreadable(
            file,
            f"this is CycloneDX {version!a:.40}; expected a specVersion from 1.2 to 1.7",
            "Export it as CycloneDX 1.6.",
        )
    # A stack and no recursion: how deep components nest is for the author of the file to say.
    waiting = [*_listed(document, "components", file), *_about(document)]
    while waiting:
        path, row = waiting.pop()
        component = _component(row, path, file)
        if row.get("scope") == "excluded":
            continue
        # What a document is about may be the customer's own machine, which has no version.
        if path != _ABOUT or component.version or component.purl:
            yield component
        waiting += _listed(row, f"{path}.components", file)


def _about(document: dict[str, Any]) -> list[tuple[str, Any]]:
    metadata = document.get("metadata")
    row = metadata.get("component") if isinstance(metadata, dict) else None
    return [] if row is None else [(_ABOUT, row)]


def _listed(owner: dict[str, Any], path: str, file: str) -> list[tuple[str, Any]]:
    rows = owner.get("components") or []
    if not isinstance(rows, list):
        raise _unreadable(file, f"{path} is not a list", "Export it again.")
    return [(f"{path}[{number}]", row) for number, row in enumerate(rows)][::-1]


def _component(row: object, path: str, file: str) -> Component:
    if not isinstance(row, dict):
        raise _unreadable(file, f"{path} is not a component with keys and values")
    name, version = row.get("name"), row.get("version")
    purl, group = row.get("purl"), row.get("group")
    if type(name) is not str or not name.strip():
        raise _unreadable(file, f"{path} has no name")
    if isinstance(version, Number):
        version = str(version)
    for key, value in (("version", version), ("purl", purl), ("group", group)):
        if value is not None and type(value) is not str:
            raise _unreadable(file, f"the {key} of {path} ({name!a:.40}) is not text")
    return Component(
        name=name,
        version=version or None,
        group=group or None,
        purl=read_purl(purl) if purl else None,
    )


def _unreadable(file: str, what: str, help: str = "Export the file again.") -> DataError:
    return DataError(what, where=file, help=help)
