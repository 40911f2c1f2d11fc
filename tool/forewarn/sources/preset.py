"""Presets: how well-known places are read, as data for one of the readers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field, replace
from functools import cache
from typing import Any

from forewarn import plugins
from forewarn.frozen import dataclass
from forewarn.model.addresses import check_url
from forewarn.model.option import OptionValue
from forewarn.options import Options
from forewarn.sources.example import PageReply, SourceExample, SourceExamples
from forewarn.sources.interface import Answer, Request, Source

# What a parameter may hold: it stands within addresses and within quotes.
_PLAIN = re.compile(r"[A-Za-z0-9@][A-Za-z0-9@._+~/:-]{0,199}")
_ADDRESSES = ("url", "server", "archive")
# What every row may say itself, whatever the preset.
_PASSED = ("headers", "allow_private", "version")


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """A type of `watch:` rows that is data: the options of a reader, with a row's own in them.

    `parameters` are the options that a row gives, and what each is; `defaults` has those that it
    may leave out. In the texts of `options`, `{name}` stands for a parameter. `witness` is a
    preset that reads a third party or tags. `path`, `body` and `shows` are an example for the
    contract test: an answer as the place really gives it, at a server that every address of the
    row leads to; `given` are the parameters and `platform` that of the row there, `beside`
    what else is there.
    """

    about: str
    reader: str
    parameters: Mapping[str, str]
    options: Mapping[str, OptionValue]
    defaults: Mapping[str, str] = field(default_factory=dict)
    witness: bool = False
    given: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    body: bytes = b""
    shows: tuple[str, ...] = ()
    platform: str = "windows"
    beside: Mapping[str, bytes] = field(default_factory=dict)

    def filled(self, read: Options) -> Options:
        """The reader's options that a row of this preset stands for."""
        values = {}
        for name in self.parameters:
            rule = check_url if name in _ADDRESSES else _check_parameter
            if name in self.defaults:
                values[name] = read.written_text(name, rule) or self.defaults[name]
            else:
                values[name] = read.written_text(name, rule, needed=True) or ""
        whole = {name: _with(value, values) for name, value in self.options.items()}
        for name in _PASSED:
            if (own := read.written(name)) is not None:
                both = isinstance(own, Mapping) and isinstance(whole.get(name), Mapping)
                whole[name] = {**whole[name], **own} if both else own  # type: ignore[dict-item]
        return read.instead(whole)

    @property
    def examples(self) -> SourceExamples:
        """The place as it should be, and in ways in which it may be broken."""
        page = b"<!doctype html><title>Log in</title><input type=password>"
        return SourceExamples(
            good=self._example("as it should be", PageReply(body=self.body), *self.shows),
            broken=(
                self._example("nothing comes", PageReply()),
                self._example("a web page", PageReply(body=page)),
                self._example("an error", PageReply(body=b'{"message": "Not Found"}')),
                self._example("gone", PageReply(status=404)),
            ),
        )

    def _example(self, name: str, reply: PageReply, *shows: str) -> SourceExample:
        beside = {path: PageReply(body=body) for path, body in self.beside.items()}
        return SourceExample(
            name=name,
            options={**self.given, "allow_private": "true"},
            replies={**beside, self.path: reply},
            shows=shows,
            platform=self.platform,
        )


@cache
def source_of(name: str) -> type[Source[Any]]:
    """The source that reads rows of a preset: its reader, with the preset's options.

    Raises:
        UsageError: there is no preset of that name, or it cannot be loaded.
    """
    preset = plugins.load_one("presets", name, Preset)
    reader: Any = plugins.load("sources", preset.reader)

    class FromPreset(reader):  # type: ignore[misc]
        """A reader with the options of a preset."""

        @classmethod
        def options(cls, read: Options) -> Any:
            return reader.options(preset.filled(read))

        @classmethod
        def examples(cls) -> SourceExamples:
            return preset.examples

        async def poll(self, request: Request[Any]) -> Answer:
            answer: Answer = await super().poll(request)
            return replace(answer, witness=preset.witness or answer.witness)

    return FromPreset


def _with(value: OptionValue, values: Mapping[str, str]) -> OptionValue:
    if isinstance(value, str):
        for name, own in values.items():
            value = value.replace(f"{{{name}}}", own.rstrip("/") if name in _ADDRESSES else own)
        return value
    if isinstance(value, Mapping):
        return {name: _with(below, values) for name, below in value.items()}
    return tuple(_with(below, values) for below in value)


def _check_parameter(text: str) -> str | None:
    if _PLAIN.fullmatch(text) and ".." not in text:
        return None
    return "use letters, digits and @ . _ + ~ / : -"
