"""CycloneDX: the components that a bill of materials in JSON lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from forewarn.errors import DataError


@dataclass(frozen=True, kw_only=True, slots=True)
class Component:
    """One component, as its author named it; `package` is the name in its package URL.

    The version is the component's own, else that of the package URL.
    """

    name: str
    version: str | None = None
    package: str | None = None


def is_bom(document: object) -> bool:
    """Whether a JSON document says of itself that it is a bill of materials of some format."""
    return isinstance(document, dict) and ("bomFormat" in document or "spdxVersion" in document)


def read_components(document: dict[str, Any], file: str) -> Iterator[Component]:
    """Every component, those inside others too, in the order of the document.

    Raises:
        DataError: it is no CycloneDX document of version 1, or a component is not one.
    """
    form, version = document.get("bomFormat"), document.get("specVersion")
    if form != "CycloneDX":
        found = "SPDX" if "spdxVersion" in document else f"bomFormat {form!a}"
        raise _unreadable(file, f"this is {found}; expected CycloneDX", "Export it as CycloneDX.")
    if not isinstance(version, str) or not version.startswith("1."):
        raise _unreadable(
            file,
            f"this is CycloneDX {version!a:.40}; expected a specVersion from 1.2 to 1.7",
            "Export it as CycloneDX 1.6.",
        )
    # A stack and no recursion: how deep components nest is for the author of the file to say.
    waiting = _listed(document, "components", file)
    while waiting:
        path, row = waiting.pop()
        yield _component(row, path, file)
        waiting += _listed(row, f"{path}.components", file)


def _listed(owner: dict[str, Any], path: str, file: str) -> list[tuple[str, Any]]:
    rows = owner.get("components") or []
    if not isinstance(rows, list):
        raise _unreadable(file, f"{path} is not a list", "Export it again.")
    return [(f"{path}[{number}]", row) for number, row in enumerate(rows)][::-1]


def _component(row: object, path: str, file: str) -> Component:
    if not isinstance(row, dict):
        raise _unreadable(file, f"{path} is not a component with keys and values")
    name, version, purl = row.get("name"), row.get("version"), row.get("purl")
    if not isinstance(name, str) or not name.strip():
        raise _unreadable(file, f"{path} has no name")
    for key, value in (("version", version), ("purl", purl)):
        if not isinstance(value, str | None):
            raise _unreadable(file, f"the {key} of {path} ({name!a:.40}) is not text")
    package, packaged = _package(purl or "")
    return Component(name=name, version=version or packaged, package=package)


def _package(purl: str) -> tuple[str | None, str | None]:
    """Name and version of `pkg:type/namespace/name@version?qualifiers#subpath`."""
    scheme, _, rest = purl.partition(":")
    path = rest.partition("#")[0].partition("?")[0]
    if scheme.lower() != "pkg" or "/" not in path:
        return None, None
    name, _, version = path.rstrip("/").rpartition("/")[2].partition("@")
    return unquote(name) or None, unquote(version) or None


def _unreadable(file: str, what: str, help: str = "Export the file again.") -> DataError:
    return DataError(what, where=file, help=help)
