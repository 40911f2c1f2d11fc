"""Pages, redirects, listings, files and forges, with what they do to those who read them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from feed_server import FeedServer, Page
from forewarn import sources
from forewarn.errors import Trouble
from forewarn.model.product import Watch
from forewarn.model.record import Place
from forewarn.model.sighting import Chance, Reach
from forewarn.sources.presets.witnesses import GIT_TAGS
from readers import failure, one, read, serve, versions
from watch_builder import row


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


EXE = r"recorder-([0-9.]+)\.exe"


def page(server: FeedServer, body: str, **options: Any) -> Any:
    serve(server, "/page", f"<!doctype html><title>Downloads</title>{body}")
    return read(server, "page", "/page", **options)


def test_of_a_page_the_links_that_fit_are_releases(server: FeedServer) -> None:
    answer = page(
        server,
        "<base href='/files/'><a href='recorder-2.7.exe'>x</a><a href=/manual.pdf>m</a>"
        "<a href='recorder-2.8.dmg'>new name</a><a href='recorder-2.6.dmg'>old name</a><a href='recorder-2.7.exe.sig'>sig</a>",
        version=EXE,
    )
    assert [(s.version, s.download) for s in answer.shown] == [
        ("2.7", server.url("/files/recorder-2.7.exe"))
    ]
    # Higher than all that the pattern finds, it may be the new way to name files: that is told.
    assert [(entry.title, entry.why, entry.url) for entry in answer.unread] == [
        (
            "new name",
            "the pattern of this source does not find it, and it looks like 2.8: "
            "higher than all it finds",
            server.url("/files/recorder-2.8.dmg"),
        )
    ]
    assert "old name" in [entry.title for entry in answer.left_out]


def test_of_a_page_each_element_that_a_selector_finds_is_a_release(server: FeedServer) -> None:
    answer = page(
        server,
        "<ul><li class=v>Recorder <b>2.7</b> <a href=/27>more</a><li class=v>soon</ul>",
        select="li.v",
        version="Recorder ([0-9.]+)",
    )
    assert [(s.version, s.url) for s in answer.shown] == [("2.7", server.url("/27"))]
    assert [entry.title for entry in answer.unread] == ["soon"]
    answer = page(server, "<p data-v=2.6>x<p data-v=2.7>y", select="p", attribute="data-v")
    assert versions(answer) == ["2.6", "2.7"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<title>Just a moment...</title><a href=recorder-2.7.exe>x</a>", "keeps programs out"),
        ("<title>Sign in</title><input type=password><a href=recorder-2.7.exe>x", "a log-in page"),
        ("<div class=g-recaptcha></div><a href=/>x</a>", "asks whether somebody is human"),
        ("<input type=password><a href=/>x</a>", "a log-in page"),
        ("<div id=root></div><script src=app.js></script>", "without a single link"),
        ("<title>News</title><a href=/x>x</a>", "its title is 'News'"),
    ],
)
def test_a_page_that_is_another_is_an_error_and_never_no_change(
    server: FeedServer, body: str, said: str
) -> None:
    serve(server, "/page", body)
    error = failure(server, "page", "/page", version=EXE)
    assert error.kind is Trouble.CHANGED_SHAPE
    assert said in error.what


def test_html_in_a_page_is_text_and_signs_that_nobody_sees_are_gone(server: FeedServer) -> None:
    answer = page(
        server,
        "<a href='recorder-2.7.exe'>&lt;script&gt;alert(1)&lt;/script&gt; \u202e\u200bnew</a>",
        version=EXE,
    )
    assert one(answer).title == "<script>alert(1)</script> new"


def to(target: str, status: int = 302, **headers: str) -> Page:
    return Page(status=status, headers={"Location": target, **headers})


def no_head(body: Page) -> Any:
    def behaviour(handler: BaseHTTPRequestHandler) -> None:
        Page(status=405)(handler) if handler.command == "HEAD" else body(handler)

    return behaviour


@pytest.mark.parametrize(
    ("pages", "options", "version", "download"),
    [
        (
            {"/latest": to("/recorder-2.7.exe"), "/recorder-2.7.exe": Page(b"MZ")},
            {},
            "2.7",
            "/recorder-2.7.exe",
        ),
        (
            {
                "/latest": to("/recorder-2.7.exe;jsessionid=1?sid=x"),
                "/recorder-2.7.exe;jsessionid=1?sid=x": Page(b"MZ"),
            },
            {},
            "2.7",
            "/recorder-2.7.exe",
        ),
        (
            {
                "/latest": Page(
                    b"MZ",
                    headers={"Content-Disposition": 'attachment; filename="Recorder-2.7.exe"'},
                )
            },
            {},
            "2.7",
            "/latest",
        ),
        (
            {
                "/latest": Page(
                    b"MZ",
                    headers={
                        "Content-Disposition": "attachment; filename*=UTF-8''Recorder%202.7.exe"
                    },
                )
            },
            {"version": "Recorder ([0-9.]+)\\.exe"},
            "2.7",
            "/latest",
        ),
        *(
            (
                {
                    "/latest": Page(
                        b"MZ", headers={"Content-Disposition": f"attachment; {disposition}"}
                    )
                },
                {},
                "2.7",
                "/latest",
            )
            for disposition in (
                "filename=\"setup.exe\"; filename*=UTF-8''Recorder%202.7%20Setup.exe",
                "filename*=iso-8859-1'de'Recorder%2D2.7.exe",
                'filename*0="Recorder-2."; filename*1="7.exe"',
                'filename="=?UTF-8?B?UmVjb3JkZXItMi43LmV4ZQ==?="',
                "filename=Recorder 2.7.exe; size=2",
                'filename="C:\\\\builds\\\\Recorder-2.7.exe"',
                "filename*=nosuch''x%FF; filename=\"Recorder-2.7.exe\"",
            )
        ),
        (
            {"/latest": no_head(to("/v/2.7/setup.exe")), "/v/2.7/setup.exe": no_head(Page(b"MZ"))},
            {},
            "2.7",
            "/v/2.7/setup.exe",
        ),
        (
            {"/latest": to("/get?v=2.7"), "/get?v=2.7": Page(b"MZ")},
            {"version": r"v=([0-9.]+)"},
            "2.7",
            "/get?v=2.7",
        ),
    ],
    ids=[
        *("a hop", "a session", "disposition", "encoded name", "two names", "another charset"),
        *("in parts", "as in mails", "bare", "a path", "no charset", "no HEAD", "in the query"),
    ],
)
def test_where_a_latest_address_leads_tells_the_version(
    server: FeedServer, pages: dict[str, Any], options: dict[str, Any], version: str, download: str
) -> None:
    server.pages = pages
    answer = read(server, "redirect", "/latest", **options)
    shown = one(answer)
    assert (shown.version, shown.download) == (version, server.url(download))
    assert (shown.url, answer.reach) == (server.url("/latest"), Reach.LATEST)


def test_a_latest_address_is_unchanged_while_it_leads_to_the_same_file(server: FeedServer) -> None:
    server.pages = {
        "/latest": to("/recorder-2.7.exe"),
        "/recorder-2.7.exe": Page(b"MZ", headers={"ETag": "1"}),
    }
    state = read(server, "redirect", "/latest").state
    assert read(server, "redirect", "/latest", state=state).unchanged
    server.pages = {
        "/latest": to("/recorder-2.8.exe"),
        "/recorder-2.8.exe": Page(b"MZ", headers={"ETag": "1"}),
    }
    assert versions(read(server, "redirect", "/latest", state=state)) == ["2.8"]


APACHE = """<title>Index of /f</title><a href="?C=N;O=D">Name</a><a href="/">Parent</a>
<a href="../">up</a><a href="recorder-2.7.exe"><img></a><a href="recorder-2.7.exe">r</a>
<a href="/f/recorder-2.6.exe">r</a><a href="2.5/">2.5/</a><a href="recorder-2.7.exe.asc">s</a>
<a href="README.html">R</a><a href="http://x.example/recorder-9.9.exe">x</a><a href="a/b-8.exe">"""


def test_of_an_index_the_names_right_within_it_are_read(server: FeedServer) -> None:
    serve(server, "/f/", APACHE)
    answer = read(server, "listing", "/f/")
    assert versions(answer) == ["2.7", "2.6", "2.5"]
    assert answer.reach is Reach.ALL
    assert [left.title for left in answer.left_out] == ["recorder-2.7.exe.asc", "README.html"]


def test_a_file_that_is_still_being_put_up_is_no_download(server: FeedServer) -> None:
    """A program that writes it calls it otherwise until it is whole."""
    names = (
        "recorder-2.8.exe.part",
        "recorder-2.9.exe.filepart",
        ".recorder-3.0.exe.Xa3f9Z",
        "recorder-3.1.exe.tmp",
    )
    serve(server, "/f/", "".join(f"<a href='{n}'>x</a>" for n in ("recorder-2.7.exe", *names)))
    for type_, options in (
        ("listing", {}),
        ("listing", {"version": EXE}),
        ("page", {"version": EXE}),
    ):
        answer = read(server, type_, "/f/", **options)
        assert versions(answer) == ["2.7"]
        assert [left.why for left in answer.left_out] == ["it is still being put up"] * 4


def test_a_file_of_the_product_in_an_index_that_names_no_version_is_said_to_be_unread(
    server: FeedServer,
) -> None:
    names = (
        "recorder-2.7.exe",
        "Recorder%20Setup%20New.exe",
        "Recorder%20Setup%202_9.exe",
        "recorder-plugin-1.3.zip",
        "player.exe",
    )
    serve(server, "/f/", "".join(f"<a href='{name}'>x</a>" for name in names))
    for options in ({}, {"version": EXE}):
        answer = read(server, "listing", "/f/", **options)
        there = ["2.7"] if options else ["2.7", "2.9"]
        assert versions(answer) == there
        assert [(one.title, one.chance) for one in answer.unread] == [
            ("Recorder Setup New.exe", Chance.SOME),
            *([("Recorder Setup 2_9.exe", Chance.MUCH)] if options else []),
        ]


def bucket(*keys: str, more: str = "") -> str:
    rows = "".join(
        f"<Contents><Key>{key}</Key><Size>10</Size><ETag>&quot;{'a' * 32}&quot;</ETag>"
        "<LastModified>2026-05-04T10:00:00.000Z</LastModified></Contents>"
        for key in keys
    )
    space = "http://s3.amazonaws.com/doc/2006-03-01/"
    return f'<?xml version="1.0"?><ListBucketResult xmlns="{space}">{rows}{more}</ListBucketResult>'


def test_every_page_of_a_bucket_is_read_and_asked_for_each_time(server: FeedServer) -> None:
    cut = "<IsTruncated>true</IsTruncated>"
    token = f"{cut}<NextContinuationToken>a+b/c=</NextContinuationToken>"
    first, second = "/b?prefix=r/", "/b?prefix=r%2F&list-type=2&continuation-token=a%2Bb%2Fc%3D"
    serve(server, first, bucket("r/recorder-2.7.exe", more=token), headers={"ETag": '"1"'})
    serve(server, second, bucket("r/recorder-2.8.exe", more=cut))
    serve(server, "/b?prefix=r%2F&marker=r%2Frecorder-2.8.exe", bucket("r/recorder-2.9.exe"))
    answer = read(server, "listing", first)
    assert versions(answer) == ["2.7", "2.8", "2.9"]
    assert (answer.state, len(answer.responses)) == (None, 3)
    shown = answer.shown[0]
    assert (shown.download, shown.size) == (server.url("/b/r/recorder-2.7.exe"), 10)
    assert shown.digests == (("md5", "a" * 32),)


def test_a_key_that_a_bucket_writes_as_in_an_address_is_the_name_of_the_file(
    server: FeedServer,
) -> None:
    more = "<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>"
    serve(server, "/b", bucket("r/recorder%2B2.7+setup.exe", more=more))
    shown = one(read(server, "listing", "/b"))
    assert (shown.version, shown.download) == ("2.7", server.url("/b/r/recorder%2B2.7%20setup.exe"))


def test_indexes_for_programs_are_indexes_too(server: FeedServer) -> None:
    """nginx and Caddy write JSON when asked to; Azure has another XML than S3."""
    nginx = [
        {"name": "2.6", "type": "directory", "mtime": "Mon, 04 May 2026 10:00:00 GMT"},
        {"name": "recorder-2.7.exe", "type": "file", "mtime": "", "size": 10},
        {"name": "../recorder-2.9.exe", "type": "file", "mtime": "", "size": 10},
    ]
    caddy = [
        {"name": "2.6/", "is_dir": True, "url": "./2.6/"},
        {"name": "recorder-2.7.exe", "is_dir": False, "size": 10},
    ]
    for entries in (nginx, caddy):
        serve(server, "/f/", json.dumps(entries))
        answer = read(server, "listing", "/f/")
        assert [(s.version, s.download or s.url, s.size) for s in answer.shown] == [
            ("2.6", server.url("/f/2.6/"), None),
            ("2.7", server.url("/f/recorder-2.7.exe"), 10),
        ]
    blob = (
        "<Blobs><Blob><Name>r/recorder-{}.exe</Name><Properties>"
        "<Content-Length>10</Content-Length></Properties></Blob></Blobs>"
    )
    for path, version, marker in (("/c", "2.7", "n2"), ("/c?marker=n2", "2.8", "")):
        rows = f"{blob.format(version)}<NextMarker>{marker}</NextMarker>"
        serve(server, path, f"<EnumerationResults>{rows}</EnumerationResults>")
    answer = read(server, "listing", "/c")
    assert [(s.version, s.download) for s in answer.shown] == [
        ("2.7", server.url("/c/r/recorder-2.7.exe")),
        ("2.8", server.url("/c/r/recorder-2.8.exe")),
    ]


def test_an_index_without_end_is_given_up(server: FeedServer) -> None:
    class Endless(dict[str, Any]):
        def get(self, path: str, *rest: Any) -> Any:
            number = len(server.requests)
            cut = "<IsTruncated>true</IsTruncated>"
            return Page(bucket(f"recorder-{number}.0.exe", more=cut).encode())

    server.pages = Endless()
    error = failure(server, "listing", "/b", pages="5")
    assert (error.kind, len(server.requests)) == (Trouble.TOO_MUCH, 5)


def test_a_file_is_read_through_only_where_its_headers_say_that_it_is_another(
    server: FeedServer,
) -> None:
    def copy(body: bytes, etag: str) -> None:
        server.pages["/setup.exe"] = Page(body, headers={"ETag": etag})

    copy(b"MZ one", "1")
    first = read(server, "file", "/setup.exe", release="2.7")
    shown = one(first)
    assert (shown.version, shown.size, shown.sha256) == (
        "2.7",
        6,
        hashlib.sha256(b"MZ one").hexdigest(),
    )
    assert read(server, "file", "/setup.exe", release="2.7", state=first.state).unchanged
    assert server.methods == ["HEAD", "GET", "HEAD"]
    # Another copy of the same bytes is no other file.
    copy(b"MZ one", "2")
    again = read(server, "file", "/setup.exe", release="2.7", state=first.state)
    assert again.shown == first.shown
    copy(b"MZ two", "3")
    other = read(server, "file", "/setup.exe", release="2.7", state=again.state)
    assert one(other).sha256 == hashlib.sha256(b"MZ two").hexdigest()
    # After a week it is read whatever the headers say.
    assert isinstance(other.state, dict)
    old = {**other.state, "hashed_at": 0}
    assert not read(server, "file", "/setup.exe", release="2.7", state=old).unchanged


def test_a_file_that_changes_between_two_questions_is_read_again(server: FeedServer) -> None:
    def changing(handler: BaseHTTPRequestHandler) -> None:
        etag = "old" if handler.command == "HEAD" and len(server.requests) == 1 else "new"
        Page(b"MZ new", headers={"ETag": etag})(handler)

    server.pages["/setup.exe"] = changing
    state = read(server, "file", "/setup.exe", release="2.7").state
    # What is kept is what came with the bytes, and not what was told before.
    assert read(server, "file", "/setup.exe", release="2.7", state=state).unchanged


def test_a_file_of_which_nothing_says_the_version_is_told_when_it_is_another(
    server: FeedServer,
) -> None:
    keys = []
    for body in (b"MZ one", b"MZ two"):
        server.pages["/setup.exe"] = Page(body, headers={"ETag": body.decode()})
        keys += [entry.key for entry in read(server, "file", "/setup.exe").unread]
    assert len({*keys}) == 2


def release(tag: str, *files: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "tag_name": tag,
        "name": "",
        "html_url": f"https://github.com/acme/recorder/releases/tag/{tag}",
        "draft": False,
        "prerelease": False,
        "published_at": "2026-05-04T10:00:00Z",
        "assets": list(files),
        **changes,
    }


def asset(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "state": "uploaded",
        "size": 10,
        "digest": "sha256:" + "9f2c" * 16,
        "browser_download_url": f"https://github.com/acme/recorder/releases/download/x/{name}",
        **changes,
    }


GITHUB = "/api/v3/repos/acme/recorder/releases?per_page=100"


def forge(server: FeedServer, *releases: dict[str, Any], **options: Any) -> Any:
    serve(server, GITHUB, json.dumps(releases), headers={"ETag": '"1"'})
    return read(server, "forge", "/acme/recorder", kind="github", **options)


def test_of_a_forge_each_file_is_shown_with_its_system_and_its_digest(server: FeedServer) -> None:
    answer = forge(
        server,
        release(
            "v2.7",
            asset("recorder-2.7-win64.exe"),
            asset("recorder-2.7.dmg"),
            asset("recorder-2.7-linux-arm64.tar.gz"),
            asset("recorder-2.7-win64.exe.sha256"),
        ),
    )
    assert [(s.version, s.platform, s.arch) for s in answer.shown] == [
        ("2.7", "windows", "x64"),
        ("2.7", "macos", None),
        ("2.7", "linux", "arm64"),
    ]
    assert {s.digests for s in answer.shown} == {(("sha256", "9f2c" * 16),)}
    assert answer.reach is Reach.ALL


def test_what_only_accompanies_the_files_of_a_release_is_no_platform_of_it(
    server: FeedServer,
) -> None:
    beside = {
        "it only vouches for another file": (
            *("SHA256SUMS", "recorder_2.7_checksums.txt", "recorder-2.7.exe.sigstore.json"),
            *("recorder-2.7.exe.blockmap", "recorder-2.7.spdx.json", "SHASUMS512.txt.asc"),
        ),
        "it is for updaters alone": ("latest.yml", "latest-mac.yml", "RELEASES", "appcast.xml"),
        "it is no program, and others of this release are": ("CHANGELOG.md", "manual-2.7.pdf"),
    }
    files = [asset(name) for names in beside.values() for name in names]
    answer = forge(server, release("v2.7", *files, asset("recorder-2.7.exe")))
    assert [s.platform for s in answer.shown] == ["windows"]
    assert {left.title: left.why for left in answer.left_out} == {
        name: why for why, names in beside.items() for name in names
    }
    # Where nothing else is there, it may be how the vendor ships.
    assert len(forge(server, release("v2.7", asset("recorder"))).shown) == 1


def test_a_draft_a_pre_release_and_a_file_under_way_are_not_the_release(
    server: FeedServer,
) -> None:
    answer = forge(
        server,
        release("v3.0", draft=True),
        release("v2.9", asset("recorder-2.9.exe", state="open")),
        release("v2.8", asset("recorder-2.8.exe"), prerelease=True),
        release("v2.8-beta1", asset("recorder-2.8-beta1.exe"), prerelease=True),
        release("v2.7", asset("recorder-2.7.exe")),
    )
    assert [(s.version, s.channel, s.empty, s.download is None) for s in answer.shown] == [
        ("2.9", None, True, True),
        ("2.8", "pre-release", False, False),
        ("2.8-beta1", None, False, False),
        ("2.7", None, False, False),
    ]
    assert [left.why for left in answer.left_out] == [
        "it is a draft, which nobody else sees",
        "it is not uploaded yet",
    ]
    # Where no release has files of its own, one without is not empty.
    assert [s.empty for s in forge(server, release("v2.7"), release("v2.6")).shown] == [False] * 2


def test_further_pages_of_a_forge_are_read_where_that_is_asked(server: FeedServer) -> None:
    hundred = [release(f"v1.{n}", asset("a.exe")) for n in range(100)]
    serve(server, f"{GITHUB}&page=2", json.dumps([release("v0.9", asset("a.exe"))]))
    answer = forge(server, *hundred)
    assert (len(answer.shown), answer.reach) == (100, Reach.WINDOW)
    answer = forge(server, *hundred, pages="5")
    assert (len(answer.shown), answer.reach) == (101, Reach.ALL)


@pytest.mark.parametrize(
    ("kind", "path", "header", "body", "shown"),
    [
        (
            "gitlab",
            "/api/v4/projects/acme%2Ftools%2Frecorder/releases?per_page=100",
            ("PRIVATE-TOKEN", "s3cret-token"),
            [
                {"tag_name": "v2.8", "upcoming_release": True, "assets": {"links": []}},
                {
                    "tag_name": "v2.7",
                    "released_at": "2026-05-04T10:00:00Z",
                    "assets": {"links": [{"name": "r.exe", "url": "https://x.example/r.exe"}]},
                    "_links": {"self": "https://gitlab.example/-/releases/v2.7"},
                },
            ],
            ["2.7"],
        ),
        (
            "gitea",
            "/api/v1/repos/acme/tools/releases?limit=50",
            ("Authorization", "token s3cret-token"),
            [
                {
                    "tag_name": "2.7",
                    "assets": [
                        {"name": "r.exe", "browser_download_url": "https://x.example/r.exe"}
                    ],
                }
            ],
            ["2.7"],
        ),
    ],
)
def test_other_forges_are_asked_in_their_own_way_and_the_token_stays_with_them(
    server: FeedServer, kind: str, path: str, header: tuple[str, str], body: Any, shown: list[str]
) -> None:
    with FeedServer() as elsewhere:
        serve(elsewhere, path, json.dumps(body))
        server.pages[path] = to(elsewhere.url(path))
        answer = read(
            server,
            "forge",
            "/acme/tools/recorder",
            kind=kind,
            token="${FOREWARN_TOKEN}",
            environ={"FOREWARN_TOKEN": "s3cret-token"},
        )
        assert versions(answer) == shown
        assert server.requests[0][1][header[0]] == header[1]
        assert header[0] not in elsewhere.requests[0][1]


def test_a_403_that_is_a_rate_limit_says_how_long(server: FeedServer) -> None:
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "90"}
    server.pages[GITHUB] = Page(b"{}", 403, headers)
    error = failure(server, "forge", "/acme/recorder", kind="github")
    assert (error.kind, error.retry_after) == (Trouble.RATE_LIMITED, 90.0)
    server.pages[GITHUB] = Page(b"{}", 403)
    error = failure(server, "forge", "/acme/recorder", kind="github")
    assert (error.kind, error.retry_after) == (Trouble.REFUSED, None)


@pytest.mark.parametrize("type", ["page", "data", "listing", "redirect", "file", "forge"])
def test_no_reader_follows_a_redirect_to_where_nobody_may_call(
    server: FeedServer, type: str
) -> None:
    def policy(address: str) -> str | None:
        return None if address == "127.0.0.1" else "private"

    class Anywhere(dict[str, Any]):
        def get(self, path: str, *rest: Any) -> Any:
            return to("http://127.0.0.2:9/recorder-2.7.exe")

    server.pages = Anywhere()
    options: dict[str, Any] = {
        "page": {"version": EXE},
        "data": {"fields": {"version": "v"}},
        "forge": {"kind": "github"},
    }.get(type, {})
    error = failure(
        server,
        type,
        "/acme/recorder",
        client={"address_problem": policy},
        allow_private="false",
        **options,
    )
    assert error.kind is Trouble.REFUSED
    assert error.what == "127.0.0.2 is refused: it has a private address"


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"url": "https://git.example.com/a/b"}, "option 'kind' is missing"),
        ({"url": "https://github.com/acme"}, "must lead to a project"),
        ({"url": "https://github.com/a/b", "token": "ghp_plain"}, "must not stand in the file"),
        (
            {"url": "http://github.com/a/b", "token": "${FOREWARN_TOKEN}"},
            "is sent by https alone",
        ),
        ({"url": "https://github.com/a/b", "kind": "svn"}, "'svn' is none of github"),
        ({"url": "https://github.com/a/b", "pages": "99"}, "from 1 to 20"),
    ],
)
def test_a_mistake_in_a_row_of_a_forge_is_told(options: dict[str, str], problem: str) -> None:
    watched = Watch(type="forge", options=options, place=Place(file="product.yml", line=1))
    assert problem in sources.problems(watched)[0].text


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, "option 'package' is missing"),
        ({"package": "a'; drop"}, "option 'package': use letters"),
        ({"package": "../x"}, "option 'package': use letters"),
        ({"package": "x", "server": "file:///etc"}, "option 'server'"),
        ({"package": "x", "items": "y"}, "there is no option 'items'"),
    ],
)
def test_a_mistake_in_a_row_of_a_preset_is_told(options: dict[str, str], problem: str) -> None:
    watched = Watch(type="pypi", options=options, place=Place(file="product.yml", line=1))
    assert problem in sources.problems(watched)[0].text


def test_an_unknown_type_is_told_with_all_that_there_are() -> None:
    watched = Watch(type="pip", options={}, place=Place(file="product.yml", line=1))
    (problem,) = sources.problems(watched)
    assert problem.text == "there is no source named 'pip'"
    assert "pypi" in problem.help and "forge" in problem.help


@pytest.mark.parametrize(
    ("type", "path", "page", "options"),
    [
        (
            "redirect",
            "/download?os=win",
            Page(
                b"MZ",
                headers={"Content-Disposition": "attachment; filename=Recorder-2.7-arm64.exe"},
            ),
            {},
        ),
        (
            "file",
            "/download/17",
            Page(
                b"MZ",
                headers={"Content-Disposition": "attachment; filename=Recorder-2.7-arm64.exe"},
            ),
            {},
        ),
        (
            "forge",
            "/api/v4/projects/acme%2Frecorder/releases?per_page=100",
            '[{"tag_name": "v2.7", "assets": {"links": [{"name": "Recorder-2.7-arm64.exe", '
            '"url": "/files/17/download"}]}}]',
            {"kind": "gitlab"},
        ),
        (
            "data",
            "/list",
            '{"v": "2.7", "name": "Recorder-2.7-arm64.exe", "link": "/files/17"}',
            {"fields": {"version": "v", "title": "name", "url": "link"}},
        ),
        (
            "page",
            "/page",
            "<!doctype html><a class=f href='/files/17'>Recorder-2.7-arm64.exe</a>",
            {"select": "a.f", "version": "Recorder-([0-9.]+)-"},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isalpha() else "",
)
def test_a_name_that_the_address_does_not_have_tells_the_system(
    server: FeedServer, type: str, path: str, page: str | Page, options: dict[str, str]
) -> None:
    server.pages = {path: page if isinstance(page, Page) else Page(page.encode())}
    asked = "/acme/recorder" if type == "forge" else path
    shown = one(read(server, type, asked, **options))
    assert (shown.version, shown.platform, shown.arch) == ("2.7", "windows", "arm64")


def test_what_a_witness_shows_is_marked_as_its_word(server: FeedServer) -> None:
    serve(server, "/r.git/info/refs?service=git-upload-pack", GIT_TAGS.body)
    answer = read(server, "git-tags", "/r.git")
    assert (answer.witness, versions(answer)) == (True, list(GIT_TAGS.shows))


def test_a_project_that_does_not_answer_is_called_by_its_page_however_it_was_asked() -> None:
    given = row("https://forge.example/owner/name", type="forge", kind="gitea")
    first = sources.kind_of(given).first(sources.options_of(given, {})[0])
    assert first is not None and first.document == given.source
    assert first.url.startswith("https://forge.example/api/")
