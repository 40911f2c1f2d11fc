"""What a hostile place may do: it costs its own time, is told in one sentence, and no more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from feed_server import FeedServer, Page, rss
from forewarn.errors import Trouble
from readers import failure, read, serve, versions

EXE = r"recorder-([0-9.]+)\.exe"
LINK = "<a href='recorder-2.7.exe'>x</a>"


@pytest.fixture(scope="module")
def server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 300_000 + LINK,
        f"<a {' '.join(f'a{n}=1' for n in range(100_000))} href='recorder-2.7.exe'>x</a>",
    ],
    ids=["300,000 nested", "100,000 attributes"],
)
@pytest.mark.slow
def test_a_page_that_is_too_much_is_given_up(server: FeedServer, body: str) -> None:
    serve(server, "/page", body)
    error = failure(server, "page", "/page", version=EXE)
    assert error.kind is Trouble.TOO_MUCH
    assert "\n" not in error.what


def test_a_page_that_is_too_large_is_not_parsed(server: FeedServer) -> None:
    serve(server, "/page", LINK + " " * 5_300_000)
    error = failure(server, "page", "/page", version=EXE)
    assert (error.kind, error.what) == (
        Trouble.TOO_MUCH,
        "the page has 5,300,032 bytes; 5,242,880 is the most",
    )


def test_what_another_left_behind_in_a_worker_harms_nobody(server: FeedServer) -> None:
    serve(server, "/page", LINK)
    assert versions(read(server, "page", "/page", version=EXE)) == ["2.7"]


@pytest.mark.parametrize(
    "version",
    [
        "9" * 5000,
        "9." * 2500 + "9",
        "2.7\u202e7.2",
        "2.7\u200b",
        "2.7\ufeff.1",
        "<b>2.7</b>",
        "2.7\x00",
    ],
)
@pytest.mark.parametrize("scheme", ["loose", "semver", "pep440", "debian", "windows", "maven"])
def test_a_version_that_is_none_is_never_shown(
    server: FeedServer, version: str, scheme: str
) -> None:
    serve(server, "/data", json.dumps([{"v": version}, {"v": "2.7.0"}]))
    answer = read(server, "data", "/data", items="@", fields={"version": "v"}, scheme=scheme)
    assert set(versions(answer)) <= {"2.7.0", "2.7"}
    assert all(entry.title.isprintable() and len(entry.title) <= 300 for entry in answer.unread)


@pytest.mark.slow
def test_ten_thousand_new_versions_are_read_at_once(server: FeedServer) -> None:
    rows = [{"v": f"2.{n}", "u": f"/recorder-2.{n}.exe"} for n in range(10_000)]
    serve(server, "/data", json.dumps(rows))
    answer = read(server, "data", "/data", items="@", fields={"version": "v", "url": "u"})
    assert len(answer.shown) == 10_000


@pytest.mark.parametrize(
    ("type", "options"),
    [
        (
            "data",
            {"fields": {"version": "v", "title": "t", "track": "t", "page": "u"}, "items": "@"},
        ),
        ("forge", {"kind": "github"}),
    ],
)
def test_text_and_addresses_of_a_place_are_made_safe(
    server: FeedServer, type: str, options: dict[str, Any]
) -> None:
    title = "\u202e<script>alert(1)</script>\u200b\r\nBcc: x@vendor.example"
    bad = "javascript:alert(1)"
    release = {"tag_name": "v2.7", "name": title, "html_url": bad, "assets": []}
    body = [release] if type == "forge" else [{"v": "2.7", "t": title, "u": bad}]
    path = "/api/v3/repos/a/b/releases?per_page=100"
    serve(server, path, json.dumps(body))
    answer = read(server, type, "/a/b" if type == "forge" else path, **options)
    (shown,) = answer.shown
    assert shown.title == "<script>alert(1)</script> Bcc: x@vendor.example"
    assert shown.url.startswith(server.url(""))


def test_links_of_a_page_that_are_no_web_addresses_are_none(server: FeedServer) -> None:
    links = "".join(
        f"<a href='{scheme}recorder-2.{n}.exe'>x</a>"
        for n, scheme in enumerate(
            ("javascript:", "data:,", "file:///", "ftp://h/", "http://u:p@h/")
        )
    )
    serve(server, "/page", links)
    answer = read(server, "page", "/page", version=EXE)
    assert {shown.download for shown in answer.shown} == {None}
    assert {shown.url for shown in answer.shown} == {server.url("/page")}


def test_a_feed_with_entity_bombs_shows_nothing(server: FeedServer) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = rss("Recorder 2.7").decode().replace("Recorder", "&l9;")
    server.pages["/feed.xml"] = Page(f'<!DOCTYPE r [<!ENTITY l0 "ha">{laughs}]>{body}'.encode())
    try:
        answer = read(server, "feed", "/feed.xml")
    except Exception as error:
        assert "\n" not in str(error)
    else:
        assert all(len(shown.title) <= 300 for shown in answer.shown)
