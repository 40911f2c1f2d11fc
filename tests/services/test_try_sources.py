"""`watch test` shows what a source would give; `watch add` finds the row that reads an address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from command_line import Kb
from feed_server import FeedServer, Page, rss

DATA = json.dumps(
    {
        "releases": [
            {"version": "2.7", "os": "windows", "url": "recorder-2.7.exe", "sha256": "9f2c" * 16},
            {"version": "2.8", "os": "macos", "url": "recorder-2.8.dmg"},
            {"version": "soon", "os": "windows"},
        ]
    }
)


@pytest.fixture
def plain(tmp_path: Path) -> Kb:
    """A folder with a recorder: a try needs no Git and keeps nothing."""
    kb = Kb(tmp_path / "plain")
    kb.write("forewarn.yml", "name: Acme support\n")
    return kb


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


def watch(kb: Kb, server: FeedServer) -> None:
    kb.write(
        "releases/recorder/product.yml",
        f"""name: Recorder
scheme: loose
watch:
  - type: data
    url: {server.url("/data")}
    allow_private: true
    platform: windows
    items: releases
    fields: {{version: version, url: url, platform: os, digest: sha256}}
  - {{type: page, url: "{server.url("/page")}", allow_private: true, version: "r-([0-9.]+)"}}
""",
    )


def test_a_source_is_tried_entry_by_entry_and_nothing_is_kept(
    plain: Kb, server: FeedServer
) -> None:
    watch(plain, server)
    server.pages["/data"] = Page(DATA.encode())
    ran = plain.run("watch", "test", "recorder", "--source", "1")
    shown, unread, left_out, count = ran.out.splitlines()[1:]
    assert shown == (
        f"  shows    2.7, windows, {server.url('/recorder-2.7.exe')}, sha256 9f2c9f2c9f2c…"
    )
    assert unread.startswith("  unread   ") and unread.endswith(": it names no version")
    assert left_out == "  left out recorder-2.8.dmg: it is for macos"
    assert count == ("  entries: 3; 1 shown, 1 that cannot be read, 1 left out; reach: window")
    assert not list(plain.root.glob("**/*.db"))
    both = plain.run("watch", "test", "recorder", "--format", "json", code=3).json
    assert [one["number"] for one in both] == [1, 2]
    assert both[0]["shown"][0]["digests"] == {"sha256": "9f2c" * 16}
    assert both[1]["failed"]["kind"] == "refused"


@pytest.mark.parametrize("head", ["", "HTTP/1.1 200 OK\r\nContent-Type: text/json\r\n\r\n"])
def test_a_recorded_answer_is_read_and_nobody_is_asked(
    plain: Kb, server: FeedServer, head: str
) -> None:
    watch(plain, server)
    plain.write("answer", head + DATA)
    file = str(plain.root / "answer")
    ran = plain.run("watch", "test", "recorder", "--source", "1", "--file", file)
    assert "shows    2.7, windows" in ran.out
    assert server.requests == []


def test_the_redirects_that_were_recorded_lead_on(plain: Kb, server: FeedServer) -> None:
    """`curl -iL` writes the head of each answer on the way, `curl -i` that of the first alone."""
    plain.write(
        "releases/recorder/product.yml",
        f"""name: Recorder
scheme: loose
watch:
  - {{type: redirect, url: "{server.url("/latest")}", allow_private: true}}
""",
    )
    first = "HTTP/1.1 302 Found\r\nLocation: /f/recorder-2.7.exe\r\n\r\n"
    for rest in ("", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"):
        plain.write("answer", first + rest)
        ran = plain.run("watch", "test", "recorder", "--file", str(plain.root / "answer"))
        assert f"shows    2.7, windows, {server.url('/f/recorder-2.7.exe')}" in ran.out


def test_a_recorded_error_is_told_as_one(plain: Kb, server: FeedServer) -> None:
    watch(plain, server)
    plain.write("answer", "HTTP/2 429 \nRetry-After: 60\n\nlater")
    file = str(plain.root / "answer")
    ran = plain.run("watch", "test", "recorder", "--source", "1", "--file", file, code=3)
    assert "FAILED (rate-limited): the server answered HTTP 429 Too Many Requests" in ran.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nothing",), "there is no product 'nothing'"),
        (("recorder", "--source", "3"), "recorder has no source 3"),
    ],
)
def test_what_is_not_there_is_told(
    plain: Kb, server: FeedServer, words: tuple[str, ...], said: str
) -> None:
    watch(plain, server)
    assert said in plain.run("watch", "test", *words, code=2).err


ALTERNATE = '<link rel="alternate" type="application/rss+xml" href="/news.xml"><a href=/>x</a>'
PLACES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "a feed": ("/feed", {"/feed": rss("Recorder 2.7")}, {"type": "feed"}),
    "a page with a feed": (
        "/page",
        {"/page": f"<html>{ALTERNATE}".encode(), "/news.xml": rss("Recorder 2.7")},
        {"type": "feed"},
    ),
    "a page with files": (
        "/page",
        {"/page": b"<html><title>x</title><a href='/f/recorder-2.7.exe'>get</a>"},
        {"type": "page", "version": r"recorder-([0-9.]+)\.exe"},
    ),
    "an index": (
        "/f/",
        {"/f/": b"<html><title>Index of /f</title><a href='recorder-2.7.exe'>x</a>"},
        {"type": "listing"},
    ),
    "data": (
        "/data",
        {"/data": DATA.encode()},
        {
            "type": "data",
            "items": "releases",
            "fields": {"version": "version", "url": "url", "digest": "sha256", "platform": "os"},
        },
    ),
    "electron": ("/latest.yml", {"/latest.yml": b"version: 2.7.0\nsha512: x\n"}, {"type": "electron"}),
    "an index of Caddy's": (
        "/f/",
        {"/f/": b"<html><title>f</title><a href='..'>Up</a><a href='./recorder-2.7.exe'>x</a>"},
        {"type": "listing"},
    ),
    "an index in JSON": (
        "/f/",
        {"/f/": b'[{"name": "recorder-2.7.exe", "type": "file", "mtime": "", "size": 1}]'},
        {"type": "listing"},
    ),
    "versions alone": (
        "/all.json",
        {"/all.json": b'{"versions": ["2.7", "2.7.1"]}'},
        {"type": "data", "items": "versions", "fields": {"version": "@"}},
    ),
    "versions by name": (
        "/all.json",
        {"/all.json": b'{"versions": {"2.7": {"builds": []}}}'},
        {"type": "data", "items": "versions", "fields": {"version": "key"}},
    ),
    "one version": (
        "/stable.txt",
        {"/stable.txt": b"2.7\n"},
        {"type": "data", "fields": {"version": "@"}},
    ),
    "another name for it": (
        "/update",
        {"/update": b'{"version": "abcdef", "productVersion": "2.7", "url": "/r.exe"}'},
        {"type": "data", "fields": {"version": "productVersion", "url": "url"}},
    ),
    "tauri": (
        "/latest.json",
        {"/latest.json": b'{"version": "2.7.0", "platforms": {"linux-x86_64": {"url": "/a"}}}'},
        {"type": "tauri"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLACES)
def test_for_an_address_the_row_is_proposed_that_reads_it(
    plain: Kb, server: FeedServer, name: str
) -> None:
    plain.write("releases/recorder/product.yml", "name: Recorder\nscheme: loose\n")
    path, pages, row = PLACES[name]
    server.pages = {at: Page(body) for at, body in pages.items()}
    words = ("watch", "add", "recorder", server.url(path), "--allow-private")
    found = plain.run(*words, "--format", "json").json
    url = server.url("/news.xml" if name == "a page with a feed" else path)
    assert found["row"] == {"url": url, "allow_private": "true", **row}
    assert found["shown"][0]["version"].startswith("2.7")


def test_the_row_for_a_page_finds_the_files_of_each_system(plain: Kb, server: FeedServer) -> None:
    plain.write("releases/recorder/product.yml", "name: Recorder\nscheme: loose\n")
    ends = (".exe", ".dmg", "-x86_64.AppImage", ".exe")
    links = "".join(f"<a href='recorder-2.{n}{end}'>here</a>" for n, end in enumerate(ends))
    server.pages = {"/page": Page(f"<!doctype html>{links}".encode())}
    words = ("watch", "add", "recorder", server.url("/page"), "--allow-private")
    found = plain.run(*words, "--format", "json").json
    assert found["row"]["version"] == "recorder-([0-9.]+)(?:\\.exe|\\.dmg|-x86_64\\.AppImage)"
    assert [row["platform"] for row in found["shown"]] == ["windows", "macos", "linux", "windows"]


SUMS = f"{'a' * 64}  recorder-2.7.exe\n{'b' * 64} *recorder-2.7.dmg\n"
TAGGED = json.dumps([{"tag_name": "v2.7", "assets": []}, {"tag_name": "v2.6", "assets": []}])
MAVEN = "<metadata><versioning><versions><version>2.7</version></versions></versioning></metadata>"
ARCHIVE = "/deb/dists/stable/main/binary-amd64"
KNOWN: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {
    "a table of checksums": (
        "/SHA256SUMS",
        {"/SHA256SUMS": SUMS},
        {
            "type": "data",
            "reach": "all",
            "fields": {"version": "version", "url": "file", "digest": {"sha256": "sum"}},
        },
    ),
    "an object by platform": (
        "/latest",
        {"/latest": '{"windows": {"version": "2.7", "url": "/a"}, "macos": {"version": "2.7"}}'},
        {
            "type": "data",
            "items": "@",
            "fields": {"version": "version", "url": "url", "platform": "key"},
        },
    ),
    "versions by platform": (
        "/latest",
        {"/latest": '{"stable": {"win64": "2.7", "mac": "2.6"}}'},
        {"type": "data", "items": "stable", "fields": {"version": "value", "platform": "key"}},
    ),
    "an index of packages": (
        "/maven/com/acme/recorder/maven-metadata.xml",
        {"/maven/com/acme/recorder/maven-metadata.xml": MAVEN},
        {"type": "maven", "server": "{server}/maven/com", "path": "acme/recorder"},
    ),
    "another index of packages": (
        "/npm/recorder",
        {"/npm/recorder": '{"dist-tags": {}, "versions": {"2.7": {"version": "2.7"}}}'},
        {"type": "npm", "server": "{server}/npm", "package": "recorder"},
    ),
    "an archive": (
        f"{ARCHIVE}/Packages",
        {
            f"{ARCHIVE}/Packages.gz": "Package: recorder\nVersion: 2.7\nFilename: a.deb\n",
            "/deb/dists/stable/Release": "Date: Mon, 04 May 2026 10:00:00 UTC\n",
        },
        {
            "type": "apt",
            "archive": "{server}/deb",
            "suite": "stable",
            "component": "main",
            "arch": "amd64",
            "package": "recorder",
        },
    ),
    "a repository": (
        "/recorder.git",
        {"/recorder.git/info/refs?service=git-upload-pack": f"{'a' * 40}\trefs/tags/v2.7\n"},
        {"type": "git-tags", "url": "{server}/recorder.git"},
    ),
    "the interface of a forge": (
        "/api/v1/repos/acme/recorder/releases",
        {"/api/v1/repos/acme/recorder/releases?limit=50": TAGGED},
        {"type": "forge", "url": "{server}/acme/recorder", "kind": "gitea"},
    ),
    "a page of a forge": (
        "/acme/recorder/-/releases",
        {
            "/acme/recorder/-/releases": '<html><meta content="GitLab" property="og:site_name">',
            "/api/v4/projects/acme%2Frecorder/releases?per_page=100": TAGGED,
        },
        {"type": "forge", "url": "{server}/acme/recorder", "kind": "gitlab"},
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_well_known_place_is_known_on_whatever_server_it_is(
    plain: Kb, server: FeedServer, name: str
) -> None:
    plain.write("releases/recorder/product.yml", "name: Recorder\nscheme: loose\n")
    path, pages, row = KNOWN[name]
    server.pages = {at: Page(text.encode()) for at, text in pages.items()}
    words = ("watch", "add", "recorder", server.url(path), "--allow-private", "--format", "json")
    found = plain.run(*words).json
    here = server.url("")
    assert {option: found["row"][option] for option in row} == {
        option: value.replace("{server}", here) if isinstance(value, str) else value
        for option, value in row.items()
    }
    assert found["shown"][0]["version"] == "2.7"


def test_the_files_of_another_recorded_product_are_not_proposed(
    plain: Kb, server: FeedServer
) -> None:
    for id in ("recorder", "player"):
        plain.write(f"releases/{id}/product.yml", f"name: {id.title()}\nscheme: loose\n")
    links = ("notes-1.0.exe", "recorder-2.7.exe", "player-2.4.exe", "Recorder_2.6.dmg")
    anchors = "".join(f"<a href={link}>get</a>" for link in links)
    server.pages["/page"] = Page(f"<html>{anchors}".encode())
    server.pages["/others"] = Page(b"<html><a href=recorder-2.7.exe>get</a>")
    words = ("--allow-private", "--format", "json")
    found = plain.run("watch", "add", "player", server.url("/page"), *words).json
    assert found["row"]["version"] == r"player-([0-9.]+)\.exe"
    assert [shown["version"] for shown in found["shown"]] == ["2.4"]
    assert plain.run("watch", "add", "player", server.url("/others"), *words, code=1).json == {
        "product": "player",
        "row": None,
        "tried": [],
    }


def test_of_a_file_it_is_told_whether_its_address_leads_to_it_or_is_its_own(
    plain: Kb, server: FeedServer
) -> None:
    plain.write("releases/recorder/product.yml", "name: Recorder\nscheme: loose\n")
    server.pages["/latest"] = Page(status=302, headers={"Location": "/recorder-2.7.exe"})
    server.pages["/recorder-2.7.exe"] = Page(
        b"MZ", headers={"Content-Type": "application/octet-stream"}
    )
    for path, reader in (("/latest", "redirect"), ("/recorder-2.7.exe", "file")):
        words = ("watch", "add", "recorder", server.url(path), "--allow-private")
        found = plain.run(*words, "--format", "json").json
        assert found["row"] == {"type": reader, "url": server.url(path), "allow_private": "true"}
        assert [shown["version"] for shown in found["shown"]] == ["2.7"]


def test_a_proposal_can_be_written_as_it_is_printed(plain: Kb, server: FeedServer) -> None:
    plain.write("releases/recorder/product.yml", "name: Recorder\nscheme: loose\n")
    server.pages["/latest"] = Page(status=302, headers={"Location": "/recorder-2.7.exe"})
    server.pages["/recorder-2.7.exe"] = Page(
        b"MZ", headers={"Content-Type": "application/x-msdownload"}
    )
    ran = plain.run("watch", "add", "recorder", server.url("/latest"), "--allow-private")
    _, _, rest = ran.out.partition("product.yml:\n\n")
    rows, _, shows = rest.partition("\n\n")
    plain.write("releases/recorder/product.yml", f"name: Recorder\nscheme: loose\n{rows}\n")
    assert "2.7, windows" in shows
    assert "shows    2.7, windows" in plain.run("watch", "test", "recorder").out


def test_where_nothing_reads_an_address_it_is_said_what_was_tried(
    plain: Kb, server: FeedServer
) -> None:
    plain.write("releases/recorder/product.yml", "name: Recorder\nscheme: loose\n")
    server.pages["/feed.xml"] = Page(rss())
    words = ("watch", "add", "recorder", server.url(), "--allow-private")
    assert "tried feed:" in plain.run(*words, code=1).out
    server.pages["/feed.xml"] = Page(b"hello")
    assert "nothing there looks like releases" in plain.run(*words, code=1).out
    assert "loopback" in plain.run("watch", "add", "recorder", server.url(), code=1).err


PACKAGES = b"Package: recorder\nVersion: 2.7\nArchitecture: amd64\nFilename: r.deb\nSize: 9\n"
RELEASE = b"Suite: stable\nDate: Mon, 04 May 2026 10:00:00 UTC\n"
SUITE = "dists/stable"


@pytest.mark.parametrize(
    ("there", "missing"),
    [
        ({f"{SUITE}/main/binary-amd64/Packages.gz": PACKAGES}, f"{SUITE}/Release"),
        ({f"{SUITE}/Release": RELEASE}, f"{SUITE}/main/binary-amd64/Packages.gz"),
    ],
)
def test_a_preset_says_which_of_its_documents_could_not_be_had(
    plain: Kb, server: FeedServer, there: dict[str, bytes], missing: str
) -> None:
    archive = server.url("/apt")
    plain.write(
        "releases/recorder/product.yml",
        "name: Recorder\nscheme: loose\nwatch:\n"
        f"  - {{type: apt, archive: '{archive}', suite: stable, package: recorder, "
        "allow_private: true}\n",
    )
    for path, body in there.items():
        server.pages[f"/apt/{path}"] = Page(body)
    ran = plain.run("watch", "test", "recorder", code=3)
    assert f"{archive}/{missing}: the server answered HTTP 404 Not Found" in ran.out


def test_a_document_is_named_without_what_a_variable_gave(
    plain: Kb, server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, sent = "s%3 cr/et", "s%3%20cr%2Fet"
    monkeypatch.setenv("FOREWARN_KEY", secret)
    place = server.url("/${FOREWARN_KEY}")
    plain.write(
        "releases/recorder/product.yml",
        "name: Recorder\nscheme: loose\nwatch:\n"
        f"  - {{type: electron, url: '{place}/latest.yml', allow_private: true}}\n"
        f"  - {{type: data, url: '{place}/data', allow_private: true, fields: {{version: v}}, "
        f"made: {{url: '{place}/made', date: d}}}}\n",
    )
    ran = plain.run("watch", "test", "recorder", code=3)
    assert f"{place}/made: the server answered HTTP 404 Not Found" in ran.out
    assert {path.split("/")[1] for path, _ in server.requests} == {sent}
    for spelling in (secret, sent, "cr/et", "cr%2Fet"):
        assert spelling not in ran.out + ran.err


def test_a_document_beside_another_gets_the_headers_of_its_own_host_alone(
    plain: Kb, server: FeedServer
) -> None:
    with FeedServer() as other:
        for one in (server, other):
            one.pages["/made"] = Page(b'{"date": "2026-05-04"}')
        server.pages["/data"] = Page(b'{"version": "2.7"}')
        rows = "".join(
            f"  - {{type: data, url: '{server.url('/data')}', allow_private: true, "
            "headers: {X-Who: us}, fields: {version: version}, "
            f"made: {{url: '{one.url('/made')}', date: date}}}}\n"
            for one in (server, other)
        )
        plain.write(
            "releases/recorder/product.yml",
            f"name: Recorder\nscheme: loose\nwatch:\n{rows}",
        )
        plain.run("watch", "test", "recorder")
        assert [headers["X-Who"] for _, headers in other.requests] == [None]
        assert {headers["X-Who"] for _, headers in server.requests} == {"us"}
