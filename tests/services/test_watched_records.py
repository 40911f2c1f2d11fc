"""What a look needs of the records stands in one file; its answer is that of all the files."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from feed_server import FeedServer
from forewarn.errors import DataError, Trouble
from forewarn.model.catalogue import Catalogue
from forewarn.model.watching.place import SourceState
from forewarn.net import PAGE, Client
from forewarn.services.watch.asking import Asking, NoAnswer, OpenSources
from forewarn.services.watch.looking import LookDone, look
from forewarn.services.watch.places import records_at
from forewarn.store.catalogue.cache import Cache, Hints
from kb_builder import Kb

pytestmark = pytest.mark.slow

FOLDER = ".forewarn/cache"
GIST = "_gist"
PRODUCT = "releases/recorder/product.yml"
RELEASE = "releases/recorder/2.7.md"
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)

_opened: list[str] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and str(arguments[0]).endswith((".md", ".yml", ".shard")):
        _opened.append(Path(str(arguments[0])).name)


sys.addaudithook(_hear)


@contextmanager
def opened() -> Iterator[list[str]]:
    """The names of the records, settings and files of the cache that the block opens."""
    _opened.clear()
    found: list[str] = []
    yield found
    found += _opened


def written(root: Path, url: str) -> Kb:
    kb = Kb(root).product(
        "recorder", "Recorder", f"watch:\n  - {{type: feed, url: '{url}', allow_private: true}}\n"
    )
    kb.product("player", "Player", "lockstep: [recorder]\n")
    kb.release("recorder", "2.6").release("recorder", "2.7")
    kb.write("releases/player/notes/readme.txt", "none")
    return kb.write("subscriptions/none.yml", "subscriptions: []\n")


@pytest.fixture(scope="module")
def server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture(scope="module")
def aged(tmp_path_factory: pytest.TempPathFactory, server: FeedServer) -> Callable[[], Kb]:
    """Knowledge bases whose files are old enough to be known by their times; all age at once."""
    made = [written(tmp_path_factory.mktemp("aged") / "kb", server.url()) for _ in range(26)]
    time.sleep(2.1)
    for kb in made:
        records_at(kb.root)
    return made.pop


def facts(root: Path) -> Any:
    return records_at(root).facts


def from_the_files(root: Path) -> Any:
    """The same where no cache is."""
    shutil.rmtree(root / FOLDER)
    return facts(root)


def edit(path: str, before: str, after: str) -> Callable[[Path], None]:
    """An edit in place after which size and time of the file are as they were."""

    def change(root: Path) -> None:
        was = (root / path).stat()
        text = (root / path).read_text()
        assert before in text and len(before) == len(after)
        (root / path).write_text(text.replace(before, after, 1))
        os.utime(root / path, ns=(was.st_atime_ns, was.st_mtime_ns))

    return change


def add(path: str, text: str) -> Callable[[Path], None]:
    return lambda root: Kb(root).write(path, text) and None


NEW = "name: Other\nscheme: loose\nwatch:\n  - {type: feed, url: 'https://other.example/f.xml'}\n"
EDITS: dict[str, Callable[[Path], None]] = {
    "another address": edit(PRODUCT, "feed.xml", "free.xml"),
    "no watch any more": edit(PRODUCT, "watch:", "xatch:"),
    "another scheme": edit(PRODUCT, "loose", "maven"),
    "a release that is not out": edit(RELEASE, "shipped", "planned"),
    "another pace": lambda root: (
        (root / "forewarn.yml").write_text("name: Example support\nwatch: {per_second: 2}\n")
        and None
    ),
    "a product is gone": lambda root: (root / PRODUCT).unlink(),
    "its folder is gone": lambda root: shutil.rmtree(root / "releases/recorder"),
    "another name": lambda root: (
        (root / "releases/recorder").rename(root / "releases/grabber") and None
    ),
    "a product of a folder that was there": lambda root: (
        (root / PRODUCT).rename(root / "releases/player/product.yml") and None
    ),
    "a new product": add("releases/other/product.yml", NEW),
    "a new release": add("releases/recorder/2.8.md", "---\nstatus: planned\n---\n"),
    "a release in a folder below": add(
        "releases/player/notes/3.0.md", "---\nstatus: planned\n---\n"
    ),
}


@pytest.mark.parametrize("change", EDITS.values(), ids=EDITS.keys())
def test_an_edit_of_any_record_is_seen(
    change: Callable[[Path], None], aged: Callable[[], Kb]
) -> None:
    root = aged().root
    with opened() as found:
        before = facts(root)
    assert found == [f"{GIST}.shard"]
    change(root)
    with opened() as found:
        after = facts(root)
    assert f"{GIST}.shard" in found and len(found) > 1
    assert after == from_the_files(root)
    assert (after != before) is (change is not EDITS["a release in a folder below"])


def test_settings_that_turned_wrong_end_a_look_before_it_asks(aged: Callable[[], Kb]) -> None:
    root = aged().root
    Kb(root).write("subscriptions/more.yml", "subscriptions: {}\n")
    with pytest.raises(DataError):
        facts(root)
    (root / "subscriptions/more.yml").unlink()
    (root / "forewarn.yml").unlink()
    with pytest.raises(DataError):
        facts(root)


def test_an_edit_within_the_same_tick_of_the_clock_is_seen(tmp_path: Path) -> None:
    kb = written(tmp_path, "https://vendor.example/feed-0.xml")
    for number in range(1, 8):
        facts(kb.root)
        edit(PRODUCT, f"feed-{number - 1}", f"feed-{number}")(kb.root)
        (row,) = facts(kb.root).places
        assert row.source == f"https://vendor.example/feed-{number}.xml"


def _damaged(root: Path, made: Callable[[bytes], bytes]) -> None:
    shard = root / FOLDER / f"{GIST}.shard"
    shard.write_bytes(made(shard.read_bytes()))


def _remade(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    """A file that is whole, and was written by this code, with something else in it."""

    def write(root: Path) -> None:
        cache = Cache(root)
        shard = cache.read(GIST)
        assert shard
        change(shard.payload)
        cache.write(GIST, shard.payload, Hints.of(0, ()))

    return write


def _row(place: int, value: object) -> Callable[[dict[str, Any]], object]:
    def change(payload: dict[str, Any]) -> None:
        (row,), *others = payload["made"]
        payload["made"] = (((*row[:place], value, *row[place + 1 :]),), *others)

    return change


DAMAGE: dict[str, Callable[[Path], None]] = {
    "nothing left": lambda root: _damaged(root, lambda data: b""),
    "cut short": lambda root: _damaged(root, lambda data: data[: len(data) // 2]),
    "one byte is wrong": lambda root: _damaged(
        root, lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]
    ),
    "it is gone": lambda root: (root / FOLDER / f"{GIST}.shard").unlink(),
    "of other code": lambda root: (root / FOLDER / "made-by").write_bytes(b"other") and None,
    "of other code of sources": _remade(lambda payload: payload.update(code="other")),
    "it came from elsewhere": lambda root: (
        (shutil.copytree(root / FOLDER, root / "copy") and shutil.rmtree(root / FOLDER))
        or ((root / "copy").rename(root / FOLDER) and None)
    ),
    "no mapping": _remade(lambda payload: payload.clear()),
    "of no record": _remade(lambda payload: payload.update(made=None)),
    "a part is missing": _remade(lambda payload: payload.update(made=payload["made"][:-1])),
    "another type": _remade(_row(2, 7)),
    "another kind of address": _remade(_row(7, ("https://elsewhere.example", None, 1))),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_file_that_is_damaged_or_not_ours_changes_no_answer(
    damage: Callable[[Path], None], aged_story: Kb
) -> None:
    before = facts(aged_story.root)
    damage(aged_story.root)
    assert facts(aged_story.root) == before


@pytest.fixture(scope="module")
def aged_story(aged: Callable[[], Kb]) -> Kb:
    return aged()


class Ours:
    """A knowledge base that is looked at."""

    def __init__(self, kb: Kb, server: FeedServer) -> None:
        self.root = kb.root
        self.now = NOON
        self.server = server

    def look(self, meanwhile: Callable[[], object] = lambda: None) -> LookDone:
        """Look at everything, a quarter of an hour after the last time."""
        self.now += timedelta(minutes=15)

        def progress(total: int) -> Any:
            meanwhile()
            return nullcontext(lambda step: None)

        return look(
            self.root,
            now=lambda: self.now,
            environ={},
            progress=progress,
            only_due=False,
            interval=timedelta(minutes=15),
        )


def test_while_nothing_is_new_no_record_is_opened_and_what_is_new_is_told(
    aged: Callable[[], Kb], server: FeedServer
) -> None:
    ours = Ours(aged(), server)
    server.show("Recorder 2.7", ETag='"1"')
    ours.look()
    with opened() as found:
        looked = ours.look()
    assert (looked.report.polled, looked.report.unchanged) == (1, 1)
    assert set(found) == {f"{GIST}.shard", "forewarn.yml"}  # the latter names the database
    server.show("Recorder 2.8", "Recorder 2.7", ETag='"2"')
    server.requests.clear()
    (alert,) = ours.look().report.alerts
    assert (alert.product, alert.version) == ("recorder", "2.8")
    assert len(server.requests) == 1


def test_a_place_that_does_not_answer_holds_up_nobody_by_the_records(
    aged: Callable[[], Kb], server: FeedServer
) -> None:
    (row,) = records_at(aged().root).facts.places
    assert row.first is not None
    elsewhere = row.first[0].replace("127.0.0.1", "127.0.0.9")
    dead = row._replace(first=(elsewhere, *row.first[1:]))

    def load() -> Catalogue:
        raise AssertionError("the records were asked for")

    async def ask() -> object:
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(Client(limits=PAGE))
            asking = Asking(load, {}, OpenSources(client, stack))
            return await asking.ask_place(dead, SourceState(), NOON)

    answer = asyncio.run(ask())
    assert isinstance(answer, NoAnswer) and answer.trouble is Trouble.UNREACHABLE


def test_what_a_row_showed_that_was_edited_meanwhile_is_asked_for_again(
    aged: Callable[[], Kb], server: FeedServer
) -> None:
    ours = Ours(aged(), server)
    server.show("Recorder 2.7", ETag='"3"')
    ours.look()
    server.show("Recorder 2.8", "Recorder 2.7", ETag='"4"')
    change = edit(PRODUCT, "Recorder", "Recorded")
    looked = ours.look(meanwhile=lambda: change(ours.root))
    assert looked.report.alerts == () and looked.report.failed == ()
    (alert,) = ours.look().report.alerts
    assert alert.version == "2.8"


def test_two_looks_at_once_leave_a_file_that_is_whole(aged: Callable[[], Kb]) -> None:
    root = aged().root
    before = facts(root)
    one = records_at(root)
    edit(PRODUCT, "feed.xml", "free.xml")(root)
    other = records_at(root)
    assert one.facts == before and other.facts.places != before.places
    (row,) = one.facts.places
    assert row.row_in(one.catalogue) is None  # it is recorded in another way by now
    assert facts(root) == from_the_files(root)
