"""What every source promises: tried with its own examples, and with servers that misbehave."""

from __future__ import annotations

import asyncio
import inspect
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from forewarn import plugins, schemes, sources
from forewarn.contract.server import Served, WebServer
from forewarn.errors import ForewarnError
from forewarn.model.option import OptionValue
from forewarn.model.product import Product, Watch
from forewarn.model.record import Place
from forewarn.net import Client, Limits, NetError
from forewarn.responses import Response
from forewarn.sources.example import SourceExample, SourceExamples
from forewarn.sources.interface import Answer, Kept, Request, SourceError
from forewarn.sources.preset import Preset
from forewarn.store.state.source_text import state_text

SOURCES = plugins.names("sources")
PRESETS = plugins.names("presets")
_PLACE = Place(file="releases/recorder/product.yml", line=7)
_MOST_SECONDS = 15


@dataclass
class SourceTried:
    """A source with one of its examples: the server runs, and the files are there."""

    name: str
    server: WebServer
    folder: Path

    @property
    def examples(self) -> SourceExamples:
        kind: Any = sources.kind_named(self.name)
        examples = kind.examples()
        assert isinstance(examples, SourceExamples)
        return examples

    def set_up(self, example: SourceExample) -> Watch:
        """Have the place as the example says; the row that watches it."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        for name, body in example.files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(self._bytes(body))
        self.server.pages = {
            path: Served(self._bytes(reply.body), reply.status, reply.headers)
            for path, reply in example.replies.items()
        }
        own = {name: self._filled(value, folder) for name, value in example.options.items()}
        return Watch(type=self.name, platform=example.platform, options=own, place=_PLACE)

    def begin(self, row: Watch) -> Response | None:
        """What comes from the address that the source begins with, if it says which that is."""
        options, _ = sources.options_of(row, {})
        first = sources.kind_of(row).first(options)
        if first is None:
            return None
        url, headers, allow_private, _ = first

        async def run() -> Response:
            async with Client() as client:
                return await client.fetch(url, headers=headers, allow_private=allow_private)

        return asyncio.run(run())

    def poll(self, row: Watch, state: Kept = None, answered: Response | None = None) -> Answer:
        """One answer, as `watch` would get it."""
        options, _ = sources.options_of(row, {})
        request = Request(
            product=Product(
                id="recorder", name="Recorder", scheme="loose", watch=(row,), place=_PLACE
            ),
            options=options,
            scheme=schemes.get("loose"),
            place=row.source,
            platform=row.platform,
            state=state,
            answered=answered,
        )

        limits = Limits(size=1_000_000, seconds=10)

        async def run() -> Answer:
            async with (
                Client(limits=limits, downloads=limits) as client,
                sources.kind_of(row)(client) as source,
            ):
                return await source.poll(request)

        answer = asyncio.run(run())
        assert isinstance(answer, Answer)
        return answer

    def _bytes(self, body: bytes) -> bytes:
        return body.replace(b"{server}", self.server.url("").encode())

    def _filled(self, value: OptionValue, folder: Path) -> OptionValue:
        if isinstance(value, str):
            value = value.replace("{server}", self.server.url(""))
            return value.replace("{folder}", str(folder))
        if isinstance(value, Mapping):
            return {name: self._filled(below, folder) for name, below in value.items()}
        return tuple(self._filled(below, folder) for below in value)


@pytest.fixture(params=SOURCES)
def played(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SourceTried]:
    with WebServer() as server:
        yield SourceTried(request.param, server, tmp_path)


@pytest.fixture(params=(*SOURCES, *PRESETS))
def any_played(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SourceTried]:
    """A source or a preset: what a preset's reader promises need not be tried again for each."""
    with WebServer() as server:
        yield SourceTried(request.param, server, tmp_path)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_says_what_it_reads_and_what_its_options_are(name: str) -> None:
    preset = plugins.load_one("presets", name, Preset)
    assert preset.about and all(preset.parameters.values())
    assert preset.reader in SOURCES and name not in SOURCES
    assert {*preset.defaults} <= {*preset.parameters}


def test_its_module_says_what_its_options_are(played: SourceTried) -> None:
    module = inspect.getmodule(plugins.load("sources", played.name))
    assert "Options:" in (module.__doc__ or "")


def test_its_examples_are_one_good_place_and_several_broken_ones(any_played: SourceTried) -> None:
    examples = any_played.examples
    assert examples.good.shows, "the good example shows nothing"
    assert len(examples.broken) >= 4, "at least four ways in which the place may be broken"
    names = [example.name for example in (examples.good, *examples.broken)]
    assert len({*names}) == len(names), "two examples have one name"


def test_where_it_begins_is_not_asked_again(played: SourceTried) -> None:
    row = played.set_up(played.examples.good)
    response = played.begin(row)
    if response is None:
        return
    answer = played.poll(row, answered=response)
    (first, _), *more = played.server.requests
    assert first not in [path for path, _ in more]
    assert answer == played.poll(row)


def test_it_returns_what_the_place_shows(any_played: SourceTried) -> None:
    example = any_played.examples.good
    answer = any_played.poll(any_played.set_up(example))
    assert not answer.unchanged
    assert sorted((s.version, s.platform) for s in answer.shown) == sorted(
        (version, example.platform) for version in example.shows
    )
    assert answer.entries >= len(example.shows)
    scheme = schemes.get("loose")
    for shown in answer.shown:
        scheme.key(shown.version)
        assert shown.title.isprintable()
        for url in (shown.url, shown.download):
            assert url is None or url.startswith(("http://", "https://")), url


def test_its_state_can_be_kept_and_what_is_unchanged_shows_nothing(played: SourceTried) -> None:
    row = played.set_up(played.examples.good)
    first = played.poll(row)
    state_text(first.state)
    again = played.poll(row, first.state)
    assert again == Answer(unchanged=True) or again.shown == first.shown


@pytest.mark.parametrize("state", ["an old one's", 7, [], {"etag": 7}, {"x": {"y": [None]}}])
def test_a_state_that_another_version_kept_does_no_harm(played: SourceTried, state: Kept) -> None:
    row = played.set_up(played.examples.good)
    assert played.poll(row, state).shown == played.poll(row).shown


def test_what_it_cannot_read_is_one_sentence_and_never_an_empty_answer(
    any_played: SourceTried,
) -> None:
    for example in any_played.examples.broken:
        assert not example.shows, f"{example.name}: what is broken shows nothing"
        _is_told(any_played, any_played.set_up(example), example.name)


def test_an_option_that_it_does_not_have_is_refused_by_name_and_line(
    any_played: SourceTried,
) -> None:
    row = any_played.set_up(any_played.examples.good)
    assert sources.problems(row) == ()
    strange = replace(row, options={**row.options, "surprise": "yes"}, lines={"surprise": 9})
    (problem,) = sources.problems(strange)
    assert "'surprise'" in problem.text
    assert str(problem.place) == "releases/recorder/product.yml:9"


def test_a_row_without_options_is_refused_or_can_be_asked(played: SourceTried) -> None:
    bare = Watch(type=played.name, place=_PLACE)
    if not sources.problems(bare):
        _is_told_or_read(played, bare)


def endless(handler: BaseHTTPRequestHandler) -> None:
    """Send blanks for ever."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b" " * 10_000)


MISBEHAVING: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {
    "nothing": Served(b""),
    "noise": Served(b"\x00\xff" * 100),
    "the path of a file": Served(b"/etc/passwd"),
    "a log-in page": Served(b"<!doctype html><title>Log in</title>"),
    "503": Served(b"down for maintenance", status=503),
    "404": Served(status=404),
    "no end": endless,
}


@pytest.mark.parametrize("behaviour", MISBEHAVING.values(), ids=MISBEHAVING)
def test_a_server_that_misbehaves_is_told_in_time(
    played: SourceTried, behaviour: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    row = played.set_up(_on_the_web(played))
    played.server.pages = dict.fromkeys(played.server.pages, behaviour)
    _is_told(played, row, "")


def test_it_does_not_call_a_private_address_without_leave(played: SourceTried) -> None:
    row = played.set_up(_on_the_web(played))
    public = {name: value for name, value in row.options.items() if name != "allow_private"}
    with pytest.raises((NetError, SourceError)):
        played.poll(replace(row, options=public))
    assert played.server.requests == []


def test_it_asks_whether_anything_changed(played: SourceTried) -> None:
    row = played.set_up(_on_the_web(played))
    first = played.poll(row)
    if any("ETag" in reply.headers for reply in played.examples.good.replies.values()):
        assert played.poll(row, first.state) == Answer(unchanged=True)


def _on_the_web(played: SourceTried) -> SourceExample:
    example = played.examples.good
    if not example.replies:
        pytest.skip("it reads nothing on the web")
    return example


def _is_told(played: SourceTried, row: Watch, name: str) -> None:
    began = time.monotonic()
    with pytest.raises((NetError, SourceError)) as caught:
        played.poll(row)
        pytest.fail(f"{name}: it was read as if nothing were wrong")
    assert time.monotonic() - began < _MOST_SECONDS, name
    assert isinstance(caught.value, ForewarnError)
    assert "\n" not in caught.value.what, name


def _is_told_or_read(played: SourceTried, row: Watch) -> None:
    try:
        played.poll(row)
    except (NetError, SourceError) as error:
        assert "\n" not in error.what
