"""A product: anything with versions of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import timedelta
from functools import cached_property, lru_cache
from urllib.parse import urlsplit

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.finding import Spelling
from forewarn.model.option import OptionValue
from forewarn.model.record import Audience, Place, Support
from forewarn.model.secrets import names_secret, told, without_secrets
from forewarn.model.variables import names_in

DEFAULT_TRACK = "stable"
USUAL_GRACE = timedelta(hours=24)


# Without slots: what follows from its options is worked out once.
@dataclass(frozen=True, kw_only=True)
class Watch:
    """One row of `watch:`: a type of source, and the options that this type has of its own.

    They are as written, with `${NAME}` for variables of the environment; which there are and what
    they mean is the source's to say. `lines` has the line of each, by its path. `platform` is that
    of all that the row shows; `interval` is how often it is looked at, where the row says so.
    """

    type: str
    platform: str | None = None
    interval: timedelta | None = None
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    place: Place

    @property
    def called(self) -> str:
        """What an error calls it."""
        return f"source {self.type!a}"

    @property
    def url(self) -> str | None:
        """The address, for a type that reads one, as written: it may hold a secret."""
        url = self.options.get("url")
        return url if isinstance(url, str) and url else None

    @cached_property
    def host(self) -> str | None:
        """The host that is asked, in small letters, for a type that reads an address."""
        return _host(_END_OF_PLACE.split(self.url, maxsplit=1)[0]) if self.url else None

    @cached_property
    def source(self) -> str:
        """What names it to people: its address without secrets, else its type and options."""
        return without_secrets(self.url) if self.url else self._address

    @cached_property
    def kept_under(self) -> str:
        """What its state is kept under: with other options it is read anew."""
        parts = (self._address, self.platform, *(self._own if self.url else ()))
        return " ".join(filter(None, parts))

    def is_kept_under(self, key: str) -> bool:
        """Whether a state is that of the row, which may have been given another pattern since."""
        return f"{key} ".startswith(f"{self._address} ")

    @cached_property
    def _address(self) -> str:
        if self.url:
            return f"{self.type} {self.source}"
        return " ".join((self.type, *self._own))

    @property
    def _own(self) -> tuple[str, ...]:
        """The options that say what is read, not how its host is asked; no secret is among them."""
        return tuple(
            # A pattern stands bare: so it was kept when there were no other options.
            _plain(value) if name == "version" else f"{name}={_plain(value)}"
            for name, value in sorted(self.options.items())
            if name not in _HOW_TO_ASK and value
            if not (names_secret(name) and not names_in(_plain(value)))
        )


# How the host of an address is asked, which changes nothing in what is there.
_HOW_TO_ASK = frozenset(("url", "headers", "allow_private"))


# What follows the host and the port.
_END_OF_PLACE = expression(r"(?<=[^:/])/|[?#]")


# Of thousands of addresses many are at one host.
@lru_cache(maxsize=4096)
def _host(place: str) -> str | None:
    try:
        return (urlsplit(place).hostname or "").casefold() or None
    except ValueError:
        return None


def _plain(value: OptionValue) -> str:
    """An option on one line."""
    if isinstance(value, str):
        return told(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_plain(below)}' for key, below in sorted(value.items()))}}}"
    return f"[{', '.join(_plain(below) for below in value)}]"


@dataclass(frozen=True, kw_only=True, slots=True)
class Alias:
    """Another name of a product, as people say it.

    `line` is set where it means a line of its releases: a track, or what their versions begin with.
    """

    name: str
    line: str | None = None

    @property
    def beside(self) -> bool:
        """Whether it counts only beside a name of the product: 2022 alone may be anything."""
        return self.line is not None and self.name[:1].isdigit()


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """`releases/<id>/product.yml`.

    `tracks` is never empty and its first is the default; `lockstep` names the products that
    must keep working with each new release of this one. `aliases` are its other names. `purls` are
    the packages that it is, without a version; `platforms` are its own ones, beside
    those that are known everywhere; `spellings` are the words in the file that were read as others.
    """

    id: str
    name: str
    scheme: str
    owner: str | None = None
    description: str | None = None
    homepage: str | None = None
    references: tuple[str, ...] = ()
    audience: Audience = Audience.PUBLIC
    tracks: tuple[str, ...] = (DEFAULT_TRACK,)
    support: Mapping[str, Support] = field(default_factory=dict)
    watch: tuple[Watch, ...] = ()
    lockstep: tuple[str, ...] = ()
    lockstep_grace: timedelta = USUAL_GRACE
    aliases: tuple[Alias, ...] = ()
    purls: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    spellings: tuple[Spelling, ...] = field(default=(), compare=False)
    place: Place


def in_lockstep(one: Product, other: Product) -> bool:
    """Whether one of two products must keep working with each new release of the other."""
    return other.id in one.lockstep or one.id in other.lockstep


def lockstep_of_each(products: Iterable[Product]) -> dict[str, set[str]]:
    """For each product that is `in_lockstep` with others, these, in one pass over all."""
    found: dict[str, set[str]] = {}
    for product in products:
        for other in product.lockstep:
            found.setdefault(product.id, set()).add(other)
            found.setdefault(other, set()).add(product.id)
    return found
