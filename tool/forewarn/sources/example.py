"""Examples that a source ships: what a place answers, and what the source makes of it.

The contract test plays them, on this machine, for every source that is installed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from forewarn.frozen import dataclass
from forewarn.model.option import OptionValue


@dataclass(frozen=True, kw_only=True, slots=True)
class PageReply:
    """What a web server answers. With an ETag among its headers it also answers 304."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceExample:
    """A place and the options of a row that watches it.

    In the texts of `options` (and in bodies), `{server}` stands for the address of a web server
    that gives `replies` by their paths, and `{folder}` for a folder that holds `files`. `shows`
    are the versions that the place shows for the row's `platform`, and none where it cannot be
    read.
    """

    name: str
    options: Mapping[str, OptionValue]
    replies: Mapping[str, PageReply] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    shows: tuple[str, ...] = ()
    platform: str = "windows"


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceExamples:
    """One place that is as it should be, and several that are not, each in a way of its own."""

    good: SourceExample
    broken: tuple[SourceExample, ...]
