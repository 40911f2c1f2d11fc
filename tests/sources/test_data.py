"""The `data` source: JSON, YAML, XML and tables, as vendors really write them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from feed_server import FeedServer
from forewarn import sources
from forewarn.errors import Trouble
from forewarn.model.sighting import Reach, Shown
from forewarn.sources.interface import Answer, Kept
from readers import failure, one, read, serve, versions
from watch_builder import row


@pytest.fixture(scope="module")
def server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


def data(server: FeedServer, body: str | bytes, **options: Any) -> Any:
    serve(server, "/data", body)
    return read(server, "data", "/data", **options)


SHA256 = "9f2c" * 16
EVERYTHING = {
    "version": "v",
    "url": "link",
    "page": "page",
    "title": "name",
    "platform": "os",
    "arch": "cpu",
    "track": "line",
    "size": "bytes",
    "digest": "sum",
    "date": "day",
    "rollout": "share",
}


def test_every_field_is_carried(server: FeedServer) -> None:
    body = json.dumps(
        {
            "v": "2.7",
            "link": "files/recorder-2.7.exe",
            "page": "/news/2.7",
            "name": "Recorder 2.7",
            "os": "win64",
            "cpu": "amd64",
            "line": "stable",
            "bytes": 18874368,
            "sum": f"sha256:{SHA256.upper()}",
            "day": "2026-05-04",
            "share": "10 %",
        }
    )
    answer = data(server, body, fields=EVERYTHING)
    assert one(answer) == Shown(
        version="2.7",
        url=server.url("/news/2.7"),
        title="Recorder 2.7",
        platform="windows",
        published=datetime(2026, 5, 4, tzinfo=UTC),
        arch="x64",
        channel="stable",
        download=server.url("/files/recorder-2.7.exe"),
        size=18874368,
        sha256=SHA256,
        digests=(("sha256", SHA256),),
        rollout=10,
    )
    assert answer.reach is Reach.LATEST


def test_what_a_field_has_and_cannot_be_read_is_noted(server: FeedServer) -> None:
    body = json.dumps({"v": "2.7", "bytes": "18 MB", "sum": "none", "day": "soon", "share": "250"})
    assert set(one(data(server, body, fields=EVERYTHING)).notes) == {
        "size 18 MB",
        "digest none",
        "date soon",
        "rollout 250",
    }


@pytest.mark.parametrize(
    ("body", "items", "fields", "shown"),
    [
        # A number with a point, and unquoted dates: as they are written.
        ('{"version": 2.10}', None, {"version": "version"}, ["2.10"]),
        ("version: 2.10\ndate: 2026-05-04", None, {"version": "version"}, ["2.10"]),
        ("version: 2026-05-04", None, {"version": "version"}, ["2026-05-04"]),
        # Members of an object, with their keys; a list of files for each.
        ('{"r": {"2.7": {}, "2.6": {}}}', "r", {"version": "key"}, ["2.7", "2.6"]),
        ('{"r": {"2.7": [{}, {}], "2.6": []}}', "r", {"version": "key"}, ["2.7"]),
        ('{"r": {"stable": "2.7"}}', "r", {"version": "value", "track": "key"}, ["2.7"]),
        ('{"v": "2.7", "r": [{"os": "mac"}]}', "r", {"version": "$.v"}, ["2.7"]),
        ('["2.7", "2.6"]', "@", {"version": "@"}, ["2.7", "2.6"]),
        ("\ufeff[{'v': '2.7'}]".replace("'", '"'), "@", {"version": "v"}, ["2.7"]),
        # XML: one child or several, attributes, namespaces.
        ("<m><v>2.7</v></m>", "v", {"version": "@"}, ["2.7"]),
        ("<m><v>2.7</v><v>2.6</v></m>", "v", {"version": "@"}, ["2.7", "2.6"]),
        ('<a xmlns="urn:x"><p Version="2.7"/></a>', "p", {"version": "Version"}, ["2.7"]),
        ('<a xmlns:x="urn:x"><x:p os="mac">2.7</x:p></a>', "p", {"version": "text"}, ["2.7"]),
    ],
)
def test_documents_are_read_as_they_are_written(
    server: FeedServer, body: str, items: str | None, fields: dict[str, str], shown: list[str]
) -> None:
    assert versions(data(server, body, items=items, fields=fields)) == shown


def test_paragraphs_and_lines_are_items_too(server: FeedServer) -> None:
    listed = "Package: recorder\nVersion: 1:2.7-1\nDescription: x\n more\n\nPackage: player\n"
    answer = data(
        server,
        listed + "Version: 2.4-1\n",
        format="paragraphs",
        items="[?Package=='recorder']",
        fields={"version": "Version"},
        scheme="debian",
    )
    assert versions(answer) == ["1:2.7-1"]
    lines = "# made today\n9f2c recorder-2.7.zip 10\nrecorder\n"
    answer = data(
        server,
        lines,
        lines=r"^\S+ recorder-(?P<version>[0-9.]+)\.zip (?P<size>\d+)$",
        fields={"version": "version", "size": "size"},
    )
    assert (versions(answer), one(answer).size) == (["2.7"], 10)
    assert [left.title for left in answer.left_out] == ["# made today", "recorder"]


def test_of_each_digest_the_algorithm_is_known_by_its_name_its_length_or_its_form(
    server: FeedServer,
) -> None:
    npm = "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
    body = json.dumps(
        {"v": "2.7", "sums": {"sha256": SHA256, "md5": "a" * 32, "odd": "x"}, "i": npm}
    )
    shown = one(data(server, body, fields={"version": "v", "digest": "sums"}))
    assert shown.digests == (("md5", "a" * 32), ("sha256", SHA256))
    shown = one(data(server, body, fields={"version": "v", "digest": "i"}))
    assert [(name, text[:8], len(text)) for name, text in shown.digests] == [
        ("sha512", "cf83e135", 128)
    ]
    wrong = {"version": "v", "digest": {"sha1": "sums.sha256"}}
    assert one(data(server, body, fields=wrong)).digests == ()


def test_what_is_left_out_is_said_and_what_cannot_be_read_is_told(server: FeedServer) -> None:
    body = json.dumps(
        [
            {"v": "2.7", "os": "windows"},
            {"v": "2.8", "os": "macos"},
            {"v": "2.9", "os": "windows", "draft": True},
            {"v": "nightly", "os": "windows"},
            {"v": "9" * 5000, "os": "windows"},
            {"v": "2.7\u202e\u200b<b>", "os": "windows"},
        ]
    )
    answer = data(
        server,
        body,
        items="@",
        where="!draft",
        platform="windows",
        fields={"version": "v", "platform": "os"},
    )
    assert versions(answer) == ["2.7"]
    assert [entry.why for entry in answer.left_out] == ["it is for macos", "`where` leaves it out"]
    assert (answer.elsewhere, answer.entries, len(answer.unread)) == (1, 5, 3)
    assert answer.unread[0].why == "it names no version"
    assert "no version under the scheme loose" in answer.unread[1].why
    assert answer.unread[2].title.isprintable()


def test_where_all_is_left_out_it_is_no_answer_that_nothing_is_there(server: FeedServer) -> None:
    """A place whose words have changed would be mute, and well."""
    serve(server, "/data", '[{"v": "2.7", "kind": 1}]')
    options = {"items": "@", "where": "kind == 'full'", "fields": {"version": "v"}}
    error = failure(server, "data", "/data", **options)
    assert str(error).partition(".")[0] == "`where` leaves out all that is there (1)"
    assert error.kind is Trouble.CHANGED_SHAPE


def test_a_document_may_say_beside_it_until_when_it_holds(server: FeedServer) -> None:
    serve(
        server, "/Release", "Date: Mon, 04 May 2026 10:00:00 UTC\nValid-Until: Mon, 11 May 2026\n"
    )
    made = {
        "url": server.url("/Release"),
        "format": "paragraphs",
        "date": "[0].Date",
        "valid_until": '[0]."Valid-Until"',
    }
    serve(server, "/data", "v: 2.7", headers={"ETag": '"1"'})
    answer = read(server, "data", "/data", fields={"version": "v"}, made=made)
    again = read(server, "data", "/data", fields={"version": "v"}, made=made, state=answer.state)
    assert again.unchanged
    for each in (answer, again):
        assert each.dated == datetime(2026, 5, 4, 10, tzinfo=UTC)
        assert each.valid_until == datetime(2026, 5, 11, tzinfo=UTC)


def test_a_document_is_read_again_once_another_says_something_else_of_it(
    server: FeedServer,
) -> None:
    """It may be signed anew though it is as it was; what was said last would be told as past."""
    made = {"url": server.url("/Release"), "valid_until": "until", "format": "yaml"}

    def again(said: str, state: Kept = None) -> Answer:
        serve(server, "/Release", said)
        found = read(server, "data", "/data", fields={"version": "v"}, made=made, state=state)
        assert isinstance(found, Answer)
        return found

    serve(server, "/data", "v: 2.7", headers={"ETag": '"1"'})
    first = again("until: 2026-05-11")
    assert again("until: 2026-05-11", first.state).unchanged
    later = again("until: 2026-05-18", first.state)
    assert (later.unchanged, later.valid_until) == (False, datetime(2026, 5, 18, tzinfo=UTC))
    never = again("n: 1", later.state)
    assert (never.unchanged, never.valid_until) == (False, None)
    assert again("n: 1", never.state).unchanged


def test_a_document_beside_another_is_asked_for_whatever_that_one_says(
    server: FeedServer,
) -> None:
    fields = {"version": "v"}
    given = row(server.url("/data"), type="data", fields=fields, made={"url": server.url("/a")})
    alone = row(server.url("/data"), type="data", fields=fields, made={"date": "day"})
    found = [sources.kind_of(r).first(sources.options_of(r, {})[0]) for r in (given, alone)]
    assert [bool(each) for each in found] == [False, True]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
ALIASES = "a0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
)


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (f'<!DOCTYPE m [<!ENTITY l0 "ha">{LAUGHS}]><m>&l11;</m>', Trouble.TOO_MUCH),
        ('<!DOCTYPE m [<!ENTITY f SYSTEM "file:///etc/passwd">]><m>&f;</m>', Trouble.TOO_MUCH),
        ("<m>" * 100_000, Trouble.CHANGED_SHAPE),
        ("<m>" * 100_000 + "</m>" * 100_000, Trouble.TOO_MUCH),
        ('{"v":' * 100_000, Trouble.TOO_MUCH),
        ("[" * 20_000, Trouble.TOO_MUCH),
        (ALIASES, Trouble.CHANGED_SHAPE),
        ("", Trouble.CHANGED_SHAPE),
        ("\x00\xff", Trouble.CHANGED_SHAPE),
    ],
    ids=["laughs", "a file", "open", "deep", "json", "yaml", "aliases", "empty", "noise"],
)
def test_a_document_that_attacks_is_told_and_harms_nothing(
    server: FeedServer, body: str, trouble: Trouble
) -> None:
    serve(server, "/data", body)
    error = failure(server, "data", "/data", items="v[]", fields={"version": "@"})
    assert error.kind in (trouble, Trouble.CHANGED_SHAPE)


@pytest.mark.parametrize(
    ("options", "line", "problem"),
    [
        ({}, 7, "option 'fields' is missing"),
        ({"fields": {"url": "x"}}, 7, "option 'version' is missing"),
        ({"fields": {"version": "a["}}, 9, "it is not a JMESPath expression"),
        ({"fields": {"version": "v"}, "version": "(?!a)(b)"}, 8, "looks ahead or behind"),
        ({"fields": {"version": "v"}, "lines": "([0-9]+)"}, 7, "it has no named group"),
        ({"fields": {"version": "v"}, "reach": "some"}, 7, "'some' is none of all, window, latest"),
        ({"fields": {"version": "v", "sise": "x"}}, 7, "there is no option 'sise'"),
    ],
)
def test_a_mistake_in_a_row_is_told_with_its_line(
    options: dict[str, Any], line: int, problem: str
) -> None:
    from dataclasses import replace

    from forewarn.model.record import Place

    watched = replace(
        row("https://vendor.example/data", type="data", **options),
        place=Place(file="product.yml", line=7),
        lines={"version": 8, "fields/version": 9},
    )
    found = sources.problems(watched)
    assert (found[0].place.line, problem in found[0].text) == (line, True), found


def test_further_files_of_a_version_for_the_same_system_are_known_by_their_digests(
    server: FeedServer,
) -> None:
    rows = [
        {"v": "2.7", "link": f"r.{end}", "os": "windows", "sum": digit * 64, "bytes": 7}
        for end, digit in (("msi", "a"), ("exe", "b"), ("zip", ""), ("exe", "b"))
    ]
    answer = data(server, json.dumps(rows), items="@", fields=EVERYTHING)
    shown = one(answer)
    assert (shown.download, shown.sha256) == (server.url("/r.msi"), "a" * 64)
    exe = (server.url("/r.exe"), (("sha256", "b" * 64),))
    assert shown.others == (exe, (server.url("/r.zip"), ()))
    assert len(answer.left_out) == 3
