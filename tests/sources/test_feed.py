"""Feeds as vendors write them, and as they should not be."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from entry_builder import entry
from entry_builder import read as versions_of_entry
from feed_server import FeedServer, Page, rss
from forewarn import schemes
from forewarn.model.sighting import Shown
from forewarn.net import Client
from forewarn.sources import options_of
from forewarn.sources.feed import FeedSource, WatchedFeed
from forewarn.sources.feed_reading import next_step, rollout_of
from forewarn.sources.interface import Answer, Request, SourceError
from forewarn.sources.versions.find import HIDDEN, UNMATCHED
from model_builder import product
from waiting import SECONDS
from watch_builder import row


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


def request(
    server: FeedServer, version: str | None = None, scheme: str = "loose"
) -> Request[WatchedFeed]:
    watch = row(server.url(), version=version)
    options, _ = options_of(watch, {})
    return Request(
        product=product("recorder", scheme=scheme, watch=(watch,)),
        options=options,
        scheme=schemes.get(scheme),
        place=watch.source,
    )


def poll(*requests: Request[WatchedFeed], parse_seconds: float = 10.0) -> list[Answer | str]:
    """The answer to each request in turn, or what was wrong with it."""

    async def run() -> list[Answer | str]:
        answers: list[Answer | str] = []
        async with Client() as client, FeedSource(client, parse_seconds=parse_seconds) as source:
            for item in requests:
                try:
                    answers.append(await source.poll(item))
                except SourceError as error:
                    answers.append(error.what)
        return answers

    return asyncio.run(run())


def read(server: FeedServer, body: bytes, version: str | None = None, **options: str) -> Answer:
    server.pages["/feed.xml"] = Page(body)
    (answer,) = poll(request(server, version, **options))
    assert isinstance(answer, Answer), answer
    return answer


def problem(server: FeedServer, body: bytes, **options: float) -> str:
    server.pages["/feed.xml"] = Page(body)
    (answer,) = poll(request(server), **options)
    assert isinstance(answer, str), answer
    return answer


ATOM = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Releases</title><entry>
<title>Spring update</title><updated>2026-05-04T10:00:00Z</updated>
<published>2026-05-04T09:00:00+02:00</published>
<link rel="alternate" href="/o/r/releases/tag/v2.7"/></entry></feed>"""
APPCAST = b"""<rss version="2.0" xmlns:sparkle="http://www.andymatuschak.org/xml-namespaces/sparkle">
<channel><item><title>Version 2.7</title><enclosure url="https://vendor.example/Recorder%202.7.dmg"
 sparkle:version="2700" length="9" type="application/octet-stream"/></item></channel></rss>"""
RSS_1 = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/"><item rdf:about="https://vendor.example/2.7">
<title>recorder 2.7</title><link>https://vendor.example/2.7</link></item></rdf:RDF>"""


def test_atom_shows_the_version_of_the_link_and_the_day_of_publication(server: FeedServer) -> None:
    assert read(server, ATOM).shown == (
        Shown(
            version="2.7",
            url=server.url("/o/r/releases/tag/v2.7"),
            title="Spring update",
            published=datetime(2026, 5, 4, 7, tzinfo=UTC),
        ),
    )


def test_an_appcast_shows_its_download(server: FeedServer) -> None:
    url = "https://vendor.example/Recorder%202.7.dmg"
    assert read(server, APPCAST).shown == (
        Shown(version="2.7", url=url, title="Version 2.7", platform="macos", download=url, size=9),
    )


def test_an_appcast_names_its_version_where_the_title_does_not(server: FeedServer) -> None:
    for name, declared in (("shortVersionString", "2.7"), ("version", "2.7")):
        more = f"<sparkle:{name}>{declared}</sparkle:{name}>"
        body = APPCAST.replace(b"Version 2.7", b"Spring").replace(b'sparkle:version="2700"', b"")
        body = body.replace(b"%202.7", b"").replace(b"<enclosure", more.encode() + b"<enclosure")
        assert [shown.version for shown in read(server, body).shown] == ["2.7"]


def test_rss_1_is_a_feed_too(server: FeedServer) -> None:
    (shown,) = read(server, RSS_1).shown
    assert shown == Shown(version="2.7", url="https://vendor.example/2.7", title="recorder 2.7")


def test_a_pattern_is_searched_in_the_title_and_then_in_the_link(server: FeedServer) -> None:
    more = "<item><title>Spring</title><link>https://vendor.example/build-2.8</link></item>"
    answer = read(server, rss("build-2.7 of recorder 3.1", more=more), r"build-([0-9.]+)")
    assert [shown.version for shown in answer.shown] == ["2.7", "2.8"]


def test_a_pattern_that_takes_the_v_with_it_still_finds_a_version(server: FeedServer) -> None:
    answer = read(server, rss("v2.7.0"), r"(v[0-9.]+)", scheme="semver")
    assert [shown.version for shown in answer.shown] == ["2.7.0"]


@pytest.mark.parametrize("title", ["../../etc/passwd", "2.7\N{SOFT HYPHEN}", "con", "x" * 101])
def test_what_is_no_safe_version_is_left_out(server: FeedServer, title: str) -> None:
    answer = read(server, rss(title), "^(.*)$")
    assert (answer.shown, answer.entries) == ((), 1)


def test_a_feed_without_entries_is_a_feed(server: FeedServer) -> None:
    assert read(server, rss()) == Answer()


def test_validators_come_with_the_answer_and_lead_to_unchanged(server: FeedServer) -> None:
    server.show("2.7", ETag='"1"', Last_Modified="Mon, 04 May 2026 10:00:00 GMT")
    first = request(server)
    (answer,) = poll(first)
    assert isinstance(answer, Answer)
    assert answer.state == {"etag": '"1"', "last_modified": "Mon, 04 May 2026 10:00:00 GMT"}
    second = replace(first, state=answer.state)
    assert poll(second) == [Answer(unchanged=True)]


def test_a_feed_that_breaks_off_shows_what_came_and_is_read_anew_next_time(
    server: FeedServer,
) -> None:
    body = rss("recorder 2.6").removesuffix(b"</channel></rss>") + b"<item><title>recorder 2"
    server.pages["/feed.xml"] = Page(body, headers={"ETag": '"1"'})
    (answer,) = poll(request(server))
    assert isinstance(answer, Answer)
    assert [shown.version for shown in answer.shown] == ["2.6"]
    assert answer.state is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "the answer is empty"),
        (b" \n", "the answer is empty"),
        (b"<!doctype html><title>2.7</title>", "a web page came where a feed was expected"),
        (b" <!-- x --><HTML><body>", "a web page came where a feed was expected"),
        (b"/etc/passwd", "what came is neither an RSS nor an Atom feed"),
        (b"http://127.0.0.1:1/feed.xml", "what came is neither an RSS nor an Atom feed"),
        (b'{"version": "2.7"}', "JSON came where a feed was expected"),
        (b"<rss version='2.0'><channel><title>x", "the feed is malformed and has no entries"),
        (rss(*["2.7"] * 20_001), "the feed has 20001 entries; 20000 is the most"),
    ],
)
def test_what_is_no_feed_is_told_as_what_it_is(server: FeedServer, body: bytes, said: str) -> None:
    assert said in problem(server, body)


@pytest.mark.parametrize("status", [204, 304, 403, 404, 410, 429, 500, 503])
def test_any_other_status_is_an_error_even_with_a_feed_in_it(
    server: FeedServer, status: int
) -> None:
    server.pages["/feed.xml"] = Page(b"" if status in (204, 304) else rss("2.7"), status)
    (answer,) = poll(request(server))
    assert isinstance(answer, str)
    assert f"HTTP {status}" in answer


def test_a_body_that_looks_like_a_path_is_never_opened(server: FeedServer, tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_bytes(rss("recorder 2.7"))
    assert "neither" in problem(server, str(feed).encode())


@pytest.mark.slow
def test_an_author_that_hangs_the_parser_costs_seconds_and_only_itself(server: FeedServer) -> None:
    # What nothing but feedparser reads, for an element that is not known.
    author = "<item><title>2.8</title><odd/><author>" + "a" * 40_000 + "</author></item>"
    server.pages["/feed.xml"] = Page(rss(more=author))
    with FeedServer() as other:
        other.show("recorder 2.7")
        started = time.monotonic()
        hung, well = poll(request(server), request(other), parse_seconds=3.0)
    assert time.monotonic() - started < SECONDS
    assert hung == "the feed takes more than 3 s to read"
    assert isinstance(well, Answer)
    assert [shown.version for shown in well.shown] == ["2.7"]


@pytest.mark.parametrize("pattern", [r"^((?:[0-9]+)+)$", "((?:1+)+)$", "(?:(?:a|1)*)*(2)"])
def test_no_title_makes_a_pattern_slow(server: FeedServer, pattern: str) -> None:
    server.show("1" * 200 + "!")
    (answer,) = poll(request(server, pattern), parse_seconds=5.0)
    assert isinstance(answer, Answer)
    assert [entry.why for entry in answer.unread] == [UNMATCHED]


@pytest.mark.parametrize(
    "written",
    [
        "&#xD800;",
        "&#55296;",
        "&#xdfff;",
        "&#0;",
        "&#x1;",
        "&#xFFFF;",
        "&#x110000;",
        "&#9999999999;",
    ],
)
@pytest.mark.slow
def test_a_reference_to_no_character_hides_no_release(server: FeedServer, written: str) -> None:
    title = f"recorder {written} 2.7"
    item = f"<item><title>{title}</title><description>{written}</description></item>"
    body = rss("recorder 2.6", more=item)
    declared = f"<?xml version='1.0' encoding='utf-16'?>{body.decode()}"
    for encoded in (body, declared.encode("utf-16")):
        assert [shown.version for shown in read(server, encoded).shown] == ["2.6", "2.7"]


def test_a_character_that_is_written_in_halves_is_whole(server: FeedServer) -> None:
    body = rss(more="<item><title>recorder 2.7 &#xD83D;&#xDE00;</title></item>")
    (shown,) = read(server, body).shown
    assert shown.title == "recorder 2.7 \N{GRINNING FACE}"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "https://a:b@vendor.example/", "http://["]
)
def test_only_a_harmless_web_address_is_taken_for_the_place(server: FeedServer, link: str) -> None:
    body = rss(more=f"<item><title>recorder 2.7</title><link>{link}</link></item>")
    (shown,) = read(server, body).shown
    assert shown.url == server.url()


def test_titles_and_links_are_cleaned_and_cut(server: FeedServer) -> None:
    title = f"Recorder\u202e\n 2.7\u200b &#x81; {'long ' * 100}"
    link = "https://vendor.example/it's here/ü?a=&quot;"
    body = f"<rss version='2.0'><channel><item><title>{title}</title><link>{link}</link></item>"
    (shown,) = read(server, f"{body}</channel></rss>".encode()).shown
    assert shown.version == "2.7"
    assert shown.title.startswith("Recorder 2.7 long") and shown.title.isprintable()
    assert len(shown.title) <= 300
    assert shown.url == "https://vendor.example/it%27s%20here/%C3%BC?a=%22"


_started: list[str] = []


def _hear(event: str, _: object) -> None:
    if event == "subprocess.Popen":
        _started.append(event)


sys.addaudithook(_hear)


def test_many_feeds_are_read_by_few_processes(server: FeedServer) -> None:
    server.show("recorder 2.7")
    before = len(_started)
    answers = poll(*[request(server)] * 30)
    assert 0 < len(_started) - before <= 2
    assert all(isinstance(answer, Answer) and answer.shown for answer in answers)


def appcast(item: str) -> bytes:
    spaces = 'xmlns:sparkle="http://www.andymatuschak.org/xml-namespaces/sparkle"'
    return f'<rss version="2.0" {spaces}><channel><item>{item}</item></channel></rss>'.encode()


def test_however_many_deltas_come_before_it_the_whole_download_is_carried(
    server: FeedServer,
) -> None:
    deltas = "".join(
        f'<enclosure url="https://vendor.example/{n}.delta" sparkle:deltaFrom="{n}"/>'
        for n in range(30)
    )
    whole = '<enclosure url="https://vendor.example/r.dmg" sparkle:version="2.7" length="9"/>'
    (shown,) = read(server, appcast(f"<title>Recorder</title>{deltas}{whole}")).shown
    assert (shown.version, shown.download, shown.size) == ("2.7", "https://vendor.example/r.dmg", 9)


def test_a_file_beside_the_appcast_is_carried_as_any_other(server: FeedServer) -> None:
    item = (
        '<title>2.7</title><enclosure url="r.zip" sparkle:version="2.7"/>'
        '<enclosure url="/files/r.exe" sparkle:version="2.7" sparkle:os="windows"/>'
    )
    shown = read(server, appcast(item)).shown
    assert [(one.platform, one.download) for one in shown] == [
        ("macos", server.url("/r.zip")),
        ("windows", server.url("/files/r.exe")),
    ]


def test_what_an_appcast_shows_to_people_too_short_for_the_scheme_is_completed_by_its_build(
    server: FeedServer,
) -> None:
    item = """<title>x</title><sparkle:shortVersionString>2.7</sparkle:shortVersionString>
        <sparkle:version>2.7.0</sparkle:version>"""
    assert [s.version for s in read(server, appcast(item), scheme="semver").shown] == ["2.7.0"]


@pytest.mark.parametrize(
    "title", ["Recorder 2.7 (Mac)", "[macOS] Recorder 2.7", "Mac: Recorder 2.7"]
)
def test_a_title_that_names_another_system_is_not_the_rows(server: FeedServer, title: str) -> None:
    server.pages["/feed.xml"] = Page(rss(title, "Recorder 2.6 (Windows)"))
    asked = request(server)
    (answer,) = poll(replace(asked, platform="windows"))
    assert isinstance(answer, Answer)
    assert ([s.version for s in answer.shown], answer.elsewhere) == (["2.6"], 1)


def test_a_json_feed_is_read_as_the_others_are(server: FeedServer) -> None:
    item = {
        "id": "27",
        "title": "Recorder 2.7",
        "url": "https://vendor.example/27",
        "date_published": "2026-05-04T10:00:00+02:00",
        "attachments": [
            {
                "url": "https://vendor.example/recorder-2.7.exe",
                "mime_type": "application/octet-stream",
                "size_in_bytes": 18874368,
            }
        ],
    }
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": [item, 7]}
    server.pages["/feed.xml"] = Page(json.dumps(feed).encode())
    (answer,) = poll(request(server))
    assert isinstance(answer, Answer)
    assert answer.shown == (
        Shown(
            version="2.7",
            url="https://vendor.example/27",
            title="Recorder 2.7",
            published=datetime(2026, 5, 4, 8, tzinfo=UTC),
            download="https://vendor.example/recorder-2.7.exe",
            size=18874368,
        ),
    )


@pytest.mark.parametrize(
    ("name", "build", "others"),
    [
        ("r.zip", "", [("r.dmg", "a")]),
        ("r.zip", "7", [("r.dmg", "a")]),
        # That is a newer build, and has other bytes.
        ("r.zip", "8", []),
        ("new.dmg", "7", []),
    ],
)
def test_files_of_a_version_that_have_an_entry_each_are_all_known(
    server: FeedServer, name: str, build: str, others: list[tuple[str, str]]
) -> None:
    sparkle = "http://www.andymatuschak.org/xml-namespaces/sparkle"
    items = "".join(
        f"<item><title>Recorder 2.7</title><pubDate>Mon, 0{day} May 2026 10:00:00 GMT</pubDate>"
        f"<enclosure url='https://vendor.example/{file}' sparkle:version='{number}' "
        f"sparkle:shortVersionString='2.7' sparkle:os='macos' sparkle:sha256='{digest * 64}'/></item>"
        for file, number, day, digest in (
            ("r.dmg", build and "7", 4, "a"),
            (name, build, 5, "b"),
        )
    )
    body = rss(more=items).replace(b"<rss ", f"<rss xmlns:sparkle='{sparkle}' ".encode())
    server.pages["/feed.xml"] = Page(body)
    (answer,) = poll(request(server))
    assert isinstance(answer, Answer)
    (shown,) = answer.shown
    assert (shown.download, shown.sha256) == (f"https://vendor.example/{name}", "b" * 64)
    assert shown.others == tuple(
        (f"https://vendor.example/{file}", (("sha256", digest * 64),)) for file, digest in others
    )


@pytest.mark.parametrize(
    ("hours", "declares", "percent", "moves"),
    [
        (0, {"phasedrolloutinterval": "86400"}, 14, 24),
        (24, {"phasedrolloutinterval": "86400"}, 29, 48),
        (25, {"phasedrolloutinterval": "86400"}, 29, 48),
        (24 * 6, {"phasedrolloutinterval": "86400"}, 100, None),
        (24 * 30, {"phasedrolloutinterval": "86400"}, 100, None),
        (-5, {"phasedrolloutinterval": "86400"}, 14, 24),
        (0, {"phasedrolloutinterval": "0"}, 100, None),
        (0, {"phasedrolloutinterval": "86400", "criticalupdate": ""}, None, None),
        (0, {"phasedrolloutinterval": "soon"}, None, None),
        (0, {}, None, None),
    ],
)
def test_a_phased_rollout_is_told_in_percent_and_when_it_moves(
    hours: int, declares: dict[str, str], percent: int | None, moves: int | None
) -> None:
    day = datetime(2026, 5, 4, tzinfo=UTC)
    found = entry("Recorder 2.7", published=day.isoformat(), declares=declares)
    now = day.timestamp() + hours * 3600
    assert rollout_of(found, now) == percent
    assert next_step(found, now) == (None if moves is None else day.timestamp() + moves * 3600)


@pytest.mark.parametrize("version", ["2.7\u202e7.2", "2\u200b.8"])
def test_a_declared_version_with_signs_that_nobody_sees_is_none(version: str) -> None:
    found = versions_of_entry("Recorder", short_version=version)
    assert (found.versions, found.why) == ((), HIDDEN)


def test_what_a_feed_has_for_another_system_is_said_to_be_left_out(server: FeedServer) -> None:
    items = "".join(
        f"<item><title>Recorder 2.{n}</title><guid>{n}</guid>"
        f"<enclosure url='https://vendor.example/recorder-2.{n}.{end}'/></item>"
        for n, end in ((7, "exe"), (8, "dmg"), (7, "exe"))
    )
    server.pages["/feed.xml"] = Page(rss(more=items))
    (answer,) = poll(replace(request(server), platform="windows"))
    assert isinstance(answer, Answer)
    assert [(entry.title, entry.why) for entry in answer.left_out] == [
        ("Recorder 2.8", "it is for macos"),
        ("Recorder 2.7", "another entry of 2.7 comes before it"),
    ]
