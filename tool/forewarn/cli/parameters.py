"""Click types that turn what a person types into values of the model."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from forewarn.model.release import Download

_DOWNLOAD = re.compile(
    r"(?P<platform>[^=:/]+)(?:/(?P<arch>[^=:/]+))?(?::(?P<edition>[^=:/]+))?=(?P<url>.+)", re.DOTALL
)


class _Day(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
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


DAY = _Day()
DOWNLOAD = _DownloadType()
