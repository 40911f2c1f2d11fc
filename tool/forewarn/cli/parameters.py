"""Click types that turn what a person types into values of the model."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import click

from forewarn.cli.naming import product_named
from forewarn.expressions import expression
from forewarn.rows import NamedTuple

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from forewarn.model.product import Alias
    from forewarn.model.release import Download

_DOWNLOAD = expression(
    r"(?P<platform>[^=:/]+)(?:/(?P<arch>[^=:/]+))?(?::(?P<edition>[^=:/]+))?=(?P<url>.+)", re.DOTALL
)
# The sign between the two may be left out before one of a range: recorder>=2.5.
_RANGE_OF = expression(r"(.+?)(?:=|(?=[<>]|!=))(.+)", re.DOTALL)


class _Day(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        if isinstance(value, date):
            return value
        from forewarn.model.days import NobodysDay, read_day

        try:
            return read_day(str(value))
        except NobodysDay as error:
            self.fail(f"{value!r} is no date that anybody means: {error}", param, ctx)
        except ValueError:
            self.fail(f"{value!r} is not a date; write it like 2026-05-04", param, ctx)


class _DownloadType(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    name = "PLATFORM[/ARCH][:EDITION]=URL"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Download:
        from forewarn.model.release import Download

        if isinstance(value, Download):
            return value
        match = _DOWNLOAD.fullmatch(str(value))
        if match is None:
            self.fail(f"{value!r} is not written {self.name}", param, ctx)
        platform, arch, edition, url = match.groups()
        return Download(platform=platform, arch=arch, edition=edition, url=url)


class InstalledName(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """The name of something that is installed; they are looked for when they are needed."""

    name = "NAME"

    def __init__(self, group: str) -> None:
        self._group = group

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return f"[{'|'.join(self._known())}]"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        known = self._known()
        if value not in known:
            named = ", ".join(repr(name) for name in known)
            self.fail(f"{str(value)!r} is not one of {named}.", param, ctx)
        return str(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(name) for name in self._known() if name.startswith(incomplete)]

    def _known(self) -> tuple[str, ...]:
        from forewarn import plugins

        return plugins.names(self._group)


def complete_schemes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The schemes whose names begin so, for the tab key; a scheme is more than a name."""
    from forewarn import schemes

    return [name for name in schemes.names() if name.startswith(incomplete)]


class Named(NamedTuple):
    """A release as a person names it."""

    product: str
    version: str


class _ReleaseType(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    name = "PRODUCT@VERSION"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Named:
        if isinstance(value, Named):
            return value
        product, at, version = str(value).partition("@")
        if not (product and at and version):
            self.fail(f"{value!r} is not written like recorder@2.7", param, ctx)
        return Named(product, version)


class _RangeOfType(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    name = "PRODUCT=RANGE"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        match = _RANGE_OF.fullmatch(str(value))
        if match is None:
            self.fail(f"{value!r} is not written like recorder='>=2.5,<2.8'", param, ctx)
        product, versions = match.groups()
        return (product_named(ctx, product) if ctx else product), versions


class _AliasType(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    name = "NAME[=LINE]"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Alias:
        from forewarn.model.names import check_alias, check_track
        from forewarn.model.product import Alias

        if isinstance(value, Alias):
            return value
        name, equals, line = (part.strip() for part in str(value).partition("="))
        problem = check_alias(name) or (check_track(line) if equals else None)
        if problem:
            self.fail(f"{value!r} cannot be an alias: {problem}", param, ctx)
        return Alias(name=name, line=line if equals else None)


DAY = _Day()
DOWNLOAD = _DownloadType()
RELEASE = _ReleaseType()
RANGE_OF = _RangeOfType()
ALIAS = _AliasType()
