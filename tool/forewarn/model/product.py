"""A product: anything with versions of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from forewarn.model.finding import Spelling
from forewarn.model.record import Audience, Place, Support

DEFAULT_TRACK = "stable"


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """One row of `watch:`: a source type and its own settings, as written.

    `url` and the values of `headers` may name variables of the environment as `${NAME}`.
    """

    type: str
    url: str
    version: str | None = None
    platform: str | None = None
    allow_private: bool = False
    place: Place
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """`releases/<id>/product.yml`.

    `tracks` is never empty and its first is the default; `lockstep` names the products that
    must keep working with each new release of this one. `purls` are the packages that
    it is, without a version; `platforms` are its own ones, beside
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
    purls: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    spellings: tuple[Spelling, ...] = field(default=(), compare=False)
    place: Place
