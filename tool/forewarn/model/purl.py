"""Package URLs: which package of which registry or distribution something is.

`pkg:type/namespace/name@version?qualifiers#subpath`
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote

from forewarn.expressions import expression
from forewarn.frozen import dataclass

# Of these the namespace only says who packed it, and is no part of what the package is called.
_PACKED_BY = frozenset(["alpm", "apk", "brew", "conan", "conda", "deb", "generic", "rpm"])
_TYPE = expression(r"[a-z][a-z0-9.+-]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class PackageUrl:
    """A package URL, decoded; `namespace` has its parts with `/` between, or is empty.

    `epoch` is what stands in the qualifier of that name, which RPM's and Debian's versions have
    in front of a colon.
    """

    type: str
    namespace: str
    name: str
    version: str | None = None
    epoch: str | None = None

    @property
    def package(self) -> tuple[str, str, str]:
        """What two package URLs have in common that are of one package, whatever the version."""
        name = re.sub(r"[-_.]+", "-", self.name) if self.type == "pypi" else self.name
        return self.type, self.namespace.casefold(), name.casefold()

    @property
    def full_version(self) -> str | None:
        """The version with its epoch, where one is declared that is not zero."""
        if not self.version or ":" in self.version or self.epoch in (None, "", "0"):
            return self.version
        return f"{self.epoch}:{self.version}"

    @property
    def belongs_to_name(self) -> bool:
        """Whether the namespace is part of the name, as a scope of npm or a group of Maven is."""
        return bool(self.namespace) and self.type not in _PACKED_BY

    def __str__(self) -> str:
        return f"pkg:{'/'.join(filter(None, (self.type, self.namespace, self.name)))}"


def read_purl(text: str) -> PackageUrl | None:
    """The package URL that a text is; None where it is none."""
    scheme, _, rest = text.strip().partition(":")
    rest = rest.partition("#")[0]
    path, _, qualifiers = rest.partition("?")
    parts = [part for part in path.split("/") if part]
    if scheme.lower() != "pkg" or len(parts) < 2 or not _TYPE.fullmatch(parts[0].lower()):
        return None
    # An npm scope may stand there without having been encoded: `pkg:npm/@acme/recorder@2.7`.
    name, _, version = parts[-1].partition("@")
    if not name:
        return None
    return PackageUrl(
        type=parts[0].lower(),
        namespace="/".join(unquote(part) for part in parts[1:-1]),
        name=unquote(name),
        version=unquote(version) or None,
        epoch=dict(parse_qsl(qualifiers)).get("epoch"),
    )


def check_purl(text: str) -> str | None:
    """What keeps `text` from naming a package, without a version, or None."""
    found = read_purl(text)
    if found is None:
        return "it is no package URL such as pkg:npm/%40acme/recorder"
    if found.version or "?" in text or "#" in text:
        return f"write it without version and qualifiers: {found}"
    return None
