"""What else a product listed by endoflife.date is called.

Taken are the other addresses of its page, and the names by which packages, advisories and
distributions know it, as far as they mean this product alone; and the code names of its cycles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import takewhile

from forewarn.expressions import expression
from forewarn.model.names import check_alias, check_track
from forewarn.model.product import Alias
from forewarn.services.imports.endoflife_format import Cycle, ListedProduct

_SHORTEST = 3
_DIGITS = expression(r"\d+")
_PART_ENDS = expression(r"(?<=[.-])")
_SERVICE_PACK = expression(r" sp\d+$")
_BETWEEN = expression(r"[\s_.-]+")
# What packages are called within the account of their maker, which alone says whose they are.
_PARTS = frozenset(
    " ".join(
        (
            "agent api app apps base bin bundle cli client cms common community context core",
            "daemon debug dev devel distroless docker engine enterprise framework free full",
            "handlers images jars lib library linux lite main manager module open operator",
            "package parent pilot plugin pro project registry release runner runtime schema sdk",
            "server service serving sessions source stable static stream tools ui unix utils web",
        )
    ).split()
)


def aliases_of_each(listed: Iterable[ListedProduct]) -> Mapping[str, tuple[Alias, ...]]:
    """The aliases of each product, by its id; a name of several products is no one's."""
    products = [*listed]
    own = {product.id: {_folded(product.id), _folded(product.title)} for product in products}
    wanted = {
        product.id: [*_distinct(_named(product), {cycle.name for cycle in product.cycles})]
        for product in products
    }
    held: Counter[str] = Counter()
    for product in products:
        held.update({*own[product.id], *map(_key, wanted[product.id])})
    return {
        id: tuple(a for a in rows if _key(a) not in own[id] and (held[_key(a)] == 1 or a.beside))
        for id, rows in wanted.items()
    }


def code_names(cycle: Cycle) -> Iterator[Alias]:
    """The label and the code name of a cycle, and what people leave of them: of XP SP3 the first
    word, of Jammy Jellyfish, too.
    """
    label = (cycle.label or "").lower()
    for said in dict.fromkeys((label, _SERVICE_PACK.sub("", label))):
        if said and _folded(said) != _folded(cycle.name) and not check_alias(said):
            yield Alias(name=said, line=cycle.name)
    name = (cycle.codename or "").lower()
    if not name or name in _PARTS or check_alias(name) or check_track(cycle.name):
        return
    yield Alias(name=name, line=cycle.name)
    first, *others = name.split()
    if len(others) == 1 and first[0] == others[0][0] and first not in _PARTS:
        yield Alias(name=first, line=cycle.name)


def _named(product: ListedProduct) -> Iterator[Alias]:
    for name in map(str.lower, product.pages):
        if name not in _PARTS and not check_alias(name):
            yield Alias(name=name)
    for name in map(str.lower, product.identifiers):
        if not check_alias(name) and _is_a_name(name, product.id):
            yield Alias(name=name)
    for cycle in product.cycles:
        yield from code_names(cycle)


def _is_a_name(name: str, product: str) -> bool:
    """Whether a package's name is more than a part, and no version of one: python3.11."""
    if len(name) < _SHORTEST or name in _PARTS or not any(char.isalpha() for char in name):
        return False
    return set(_DIGITS.findall(name)) <= set(_DIGITS.findall(product))


def _distinct(aliases: Iterable[Alias], cycles: Collection[str]) -> Iterator[Alias]:
    """Each once; a name of several cycles is that of all that begin as they do, or no one's."""
    named: dict[str, list[Alias]] = {}
    for alias in aliases:
        named.setdefault(_key(alias), []).append(alias)
    for key, same in named.items():
        lines = {alias.line for alias in same if alias.line is not None}
        begin = _beginning(lines)
        # A name that goes on, as 2016 SP3 Azure does, is one of 2016.
        longer = (rows for other, rows in named.items() if other.startswith(key))
        covered = {alias.line for rows in longer for alias in rows}
        if len(lines) < 2:
            yield same[0]
        elif begin and covered.issuperset(c for c in cycles if _begins(c, begin)):
            yield Alias(name=same[0].name, line=begin)


def _beginning(lines: Iterable[str]) -> str:
    """What lines begin with, part by part; empty where they have nothing in common."""
    parts = zip(*(_PART_ENDS.split(line) for line in lines), strict=False)
    common = takewhile(lambda same: len(set(same)) == 1, parts)
    return "".join(part for part, *_ in common).rstrip(".-")


def _begins(line: str, begin: str) -> bool:
    return line == begin or line.startswith((f"{begin}.", f"{begin}-"))


def _key(alias: Alias) -> str:
    return _folded(alias.name)


def _folded(name: str) -> str:
    """Names between whose words something else stands are found by each other."""
    return _BETWEEN.sub("", name.casefold())
