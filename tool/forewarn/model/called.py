"""What products are called: their ids, names and aliases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from forewarn.expressions import expression
from forewarn.model.catalogue import Catalogue
from forewarn.rows import NamedTuple

# A line that is a name by itself, without its product's: galaxy-s10, and neither 10-lts nor pro.
_NAMED_LINE = expression(r"[^\W\d_]{4,}[ _-].*")
_BETWEEN_WORDS = expression(r"[\s_.-]+")
# Who makes what is called Java; which of them is meant, no version tells.
_JAVA = (
    "oracle-jdk",
    "eclipse-temurin",
    "openjdk-builds-from-oracle",
    "amazon-corretto",
    "azul-zulu",
    "bellsoft-liberica",
    "ibm-semeru",
    "microsoft-build-of-openjdk",
    "red-hat-build-of-openjdk",
    "sapmachine",
    "alibaba-dragonwell",
)
_ONE_POINT = ("5", "6", "7", "8")
# What people write before a version, and nowhere else: py3.12, win 11. Each by its product's id.
_SHORT = {
    **dict.fromkeys(_JAVA, ("java",)),
    "angular": ("ng",),
    "centos": ("cent",),
    "debian": ("deb",),
    "dotnet": ("net",),
    "elasticsearch": ("elastic",),
    "firefox": ("ff",),
    "kubernetes": ("k8s", "kube"),
    "macos": ("mac", "osx"),
    "mariadb": ("maria",),
    "mongodb": ("mongo",),
    "msexchange": ("exchange",),
    "mssqlserver": ("sql",),
    "nodejs": ("node",),
    "oracle-database": ("oracle", "oracle db"),
    "postgresql": ("pg", "psql"),
    "python": ("py",),
    "rhel": ("rh",),
    "ruby": ("rb",),
    "terraform": ("tf",),
    "visual-studio": ("vs",),
    "vmware-vcenter": ("vcenter",),
    "windows": ("win",),
    "windows-server": ("win server",),
    "wordpress": ("wp",),
}


class Call(NamedTuple):
    """A name of a product in small letters, and the line of releases that it means, if one."""

    name: str
    product: str
    line: str | None = None


def calls_of(catalogue: Catalogue, product: str) -> tuple[Call, ...]:
    """All that a product is called, its own names first, each once."""
    own = (product, catalogue.name_of(product).casefold())
    found = {name: Call(name, product) for name in own}
    for alias, line in catalogue.lines_of(product):
        name = alias.casefold()
        if name not in found:
            found[name] = Call(name, product, line)
    return tuple(found.values())


def names_of(catalogue: Catalogue, product: str) -> tuple[str, ...]:
    """The same without what they mean."""
    return tuple(call.name for call in calls_of(catalogue, product))


def calls(catalogue: Catalogue) -> Iterator[Call]:
    """What each product is called."""
    for product in catalogue.products:
        yield from calls_of(catalogue, product)


def named_lines(catalogue: Catalogue) -> Iterator[Call]:
    """The tracks that are names by themselves: who says "galaxy s10" names no product.

    For what a person asks, and not for the names of files, of which another product may be the
    better reading: "ubuntu-20.04" is a line of an image for build machines as well.
    """
    for id, product in catalogue.products.items():
        for track in filter(_NAMED_LINE.fullmatch, product.tracks):
            yield Call(re.sub(r"[ _-]+", " ", track).casefold(), id, track)


def begun_by(catalogue: Catalogue, text: str) -> tuple[str, ...]:
    """The names of products and of lines that go on behind these words, the shortest first."""
    said = _spaced(text.casefold()).strip()
    if not said:
        return ()
    goes_on = re.compile(rf"{re.escape(said)}(?!\w).").match
    found = {call.name for call in (*calls(catalogue), *named_lines(catalogue))}
    return tuple(sorted(filter(goes_on, found), key=lambda name: (len(name), name)))


def short_names(catalogue: Catalogue) -> Iterator[Call]:
    """What people write for a well-known product before a version of it: py3.12, win 11.

    Only what nothing in the catalogue is called, and for what a person asks alone: "win" in the
    name of a file says for what it is. Several products may have one such name.
    """
    taken = {call.name for call in (*calls(catalogue), *named_lines(catalogue))}
    for product, names in _SHORT.items():
        if product in catalogue.products:
            yield from (Call(name, product) for name in names if name not in taken)


def numbered_otherwise(product: str, line: str) -> str | None:
    """What a line calls itself by another number: of Java 8, `java -version` says 1.8."""
    return f"1.{line}" if product in _JAVA and line in _ONE_POINT else None


def namesakes(catalogue: Catalogue, product: str) -> tuple[str, ...]:
    """The products whose names hold one of this product's: of PowerShell it is Windows PowerShell.

    Who leaves out the rest of a name may mean one of these.
    """
    own = [_spaced(name) for name in names_of(catalogue, product)]
    others = (call for call in calls(catalogue) if call.line is None and call.product != product)
    found = (call.product for call in others if any(name in _spaced(call.name) for name in own))
    return tuple(dict.fromkeys(found))


def _spaced(name: str) -> str:
    """A name between blanks, with one between its words."""
    return f" {' '.join(_BETWEEN_WORDS.split(name))} "


def hosts(catalogue: Catalogue) -> frozenset[str]:
    """The products whose lines are called by the names of other products, which they run.

    "Java 17" on such a one is a line of it only where its own name is said, too.
    """
    found = set()
    own = {call.name: call.product for call in (*_ids(catalogue), *_names(catalogue))}
    for call in _aliases(catalogue):
        words = call.name.split()
        before = (" ".join(words[:count]) for count in range(1, len(words)))
        if call.line and any(own.get(name, call.product) != call.product for name in before):
            found.add(call.product)
    return frozenset(found)


def by_name(catalogue: Catalogue) -> Mapping[str, Call]:
    """Who is meant by a name; an id before a name, both before an alias, and all before a line.

    What is only said before a version comes last.

    A name of several products is left out where none of them has it for its id.
    """
    found: dict[str, Call | None] = {}
    others = hosts(catalogue)
    for rank in (_ids, _names, _aliases, named_lines, short_names):
        here: dict[str, Call | None] = {}
        for call in rank(catalogue):
            if call.line and call.product in others:
                continue
            other = here.get(call.name, call)
            here[call.name] = call if other and other.product == call.product else None
        found = {**here, **found}
    return {name: call for name, call in found.items() if call}


def _ids(catalogue: Catalogue) -> Iterator[Call]:
    return (Call(product, product) for product in catalogue.products)


def _names(catalogue: Catalogue) -> Iterator[Call]:
    return (Call(catalogue.name_of(id).casefold(), id) for id in catalogue.products)


def _aliases(catalogue: Catalogue) -> Iterator[Call]:
    return (
        Call(alias.casefold(), id, line)
        for id in catalogue.products
        for alias, line in catalogue.lines_of(id)
    )
