"""What opens a watched place stays where it is set: no output, state, commit or page has it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from command_line import Kb, run
from feed_server import FeedServer, Page

pytestmark = pytest.mark.slow

CANARY = "c4n4ry-S3cret/42"
QUOTED = "c4n4ry-S3cret%2F42"
LITERAL = "l1teralT0ken"


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


def rss(*items: str) -> bytes:
    rows = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>x</title>{rows}</channel></rss>'.encode()


def watched(kb: Kb, row: str) -> None:
    path = "releases/recorder/product.yml"
    kb.write(path, kb.read(path) + f"watch:\n  - {row}\n")
    kb.commit("Watch it")


def everything(kb: Kb) -> bytes:
    """Whatever is kept: files, the state database, and each object in Git."""
    files = [p for p in kb.root.rglob("*") if p.is_file() and ".git/" not in str(p)]
    objects = subprocess.run(
        ["git", "-C", str(kb.root), "cat-file", "--batch-all-objects", "--batch"],
        capture_output=True,
        check=True,
    ).stdout
    return b"\0".join(p.read_bytes() for p in files) + objects


def the_whole_way(kb: Kb) -> str:
    """Seen, told, accepted, shipped, published; all that was printed."""
    said = []
    for words in (
        ("watch", "--once"),
        ("sightings", "--format", "json"),
        ("sightings",),
        ("deliveries",),
        ("events", "HEAD~1..HEAD"),
        ("doctor",),
    ):
        ran = kb.run(*words)
        said += [ran.out, ran.err]
    for found in kb.run("sightings", "--open", "--format", "json").json:
        ran = kb.run("sightings", "accept", found["id"])
        said += [ran.out, ran.err]
        shipped = run("-C", str(kb.root), "release", "ship", "recorder", found["version"])
        said += [shipped.out, shipped.err]
    said.append(kb.run("publish").out)
    return "".join(said)


def test_a_token_in_the_environment_is_sent_and_appears_nowhere(
    acme: Kb, server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOREWARN_FEED", CANARY)
    echo = f"http://127.0.0.1:{server.port}/get/{QUOTED}/recorder.exe?a=1&amp;token={QUOTED}"
    server.pages[f"/feed?token={QUOTED}"] = Page(
        rss(
            "<title>Recorder 2.7</title>",
            f"<title>Recorder 2.8 {CANARY}</title><link>{echo}</link>",
            f"<title>nothing {CANARY}</title><guid>{CANARY}</guid><link>{echo}</link>",
        ),
        headers={"ETag": f'"{CANARY}"'},
    )
    url = f"http://127.0.0.1:{server.port}/feed?token=${{FOREWARN_FEED}}"
    watched(
        acme,
        f'{{type: feed, url: "{url}", allow_private: true, '
        'headers: {Authorization: "Bearer ${FOREWARN_FEED}"}}',
    )
    said = the_whole_way(acme)
    assert server.requests[0][1]["Authorization"] == f"Bearer {CANARY}"
    assert "${FOREWARN_FEED}" in said
    kept = everything(acme)
    for secret in (CANARY, QUOTED):
        assert secret not in said
        assert secret.encode() not in kept


def test_a_token_that_stands_in_the_address_reaches_no_output_state_alert_or_page(
    acme: Kb, server: FeedServer
) -> None:
    path = f"/feed?channel=x&access_token={LITERAL}&sig={LITERAL}#key={LITERAL}"
    server.pages[path.partition("#")[0]] = Page(
        rss("<title>Recorder 2.7</title>", "<title>none</title>")
    )
    record = "releases/recorder/product.yml"
    url = f"http://127.0.0.1:{server.port}{path}"
    watched(acme, f'{{type: feed, url: "{url}", allow_private: true}}')
    assert "secret-in-address" in acme.run("check", code=1).out
    said = the_whole_way(acme)
    assert "access_token=***" in said
    assert LITERAL not in said
    (acme.root / record).unlink()
    # The cache has the record as it is, for whoever may read the record.
    for file in acme.root.rglob("*"):
        if file.is_file() and not {".git", "cache"} & {*file.parts}:
            assert LITERAL.encode() not in file.read_bytes(), file
    log = acme.git("log", "--format=%B", "-p", "--", "releases/recorder/2.7.md")
    assert LITERAL not in log


def test_a_feeds_own_address_is_never_the_download(acme: Kb, server: FeedServer) -> None:
    server.pages["/feed"] = Page(rss("<title>Recorder 2.7</title>"))
    url = f"http://127.0.0.1:{server.port}/feed"
    watched(acme, f'{{type: feed, url: "{url}", allow_private: true}}')
    acme.run("watch", "--once")
    (found,) = acme.run("sightings", "--open", "--format", "json").json
    acme.run("sightings", "accept", found["id"])
    assert "feed" not in acme.read("releases/recorder/2.7.md")


def test_where_a_redirect_leads_is_not_kept(acme: Kb, server: FeedServer) -> None:
    signed = f"/signed?X-Amz-Signature={LITERAL}&X-Amz-Credential={LITERAL}"
    server.pages["/feed"] = Page(status=302, headers={"Location": signed})
    server.pages[signed] = Page(rss("<title>Recorder 2.7</title>", "<title>none</title>"))
    url = f"http://127.0.0.1:{server.port}/feed"
    watched(acme, f'{{type: feed, url: "{url}", allow_private: true}}')
    said = the_whole_way(acme)
    assert LITERAL not in said and LITERAL.encode() not in everything(acme)


def test_headers_follow_no_redirect_to_another_host(
    acme: Kb, server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOREWARN_FEED", CANARY)
    with FeedServer() as other:
        other.pages["/feed"] = Page(rss("<title>Recorder 2.7</title>"))
        there = f"http://127.0.0.1:{other.port}/feed"
        server.pages["/feed"] = Page(status=302, headers={"Location": there})
        url = f"http://127.0.0.1:{server.port}/feed"
        watched(
            acme,
            f'{{type: feed, url: "{url}", allow_private: true, '
            'headers: {X-Token: "${FOREWARN_FEED}"}}',
        )
        acme.run("watch", "--once")
        assert server.requests[0][1]["X-Token"] == CANARY
        assert other.requests[0][1]["X-Token"] is None


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("${HOME}", "HOME is not meant for forewarn"),
        ("${FOREWARN_UNSET}", "FOREWARN_UNSET, which is not set"),
        ("${FOREWARN_LINES}", "FOREWARN_LINES holds a line end"),
    ],
)
def test_a_variable_that_cannot_be_used_is_a_failure_of_its_source_alone(
    acme: Kb, server: FeedServer, monkeypatch: pytest.MonkeyPatch, named: str, says: str
) -> None:
    monkeypatch.setenv("FOREWARN_LINES", f"{CANARY}\r\nX-More: 1")
    server.pages["/feed"] = Page(rss("<title>Recorder 2.7</title>"))
    url = f"http://127.0.0.1:{server.port}/feed"
    watched(
        acme,
        f'{{type: feed, url: "{url}", allow_private: true, headers: {{X-Given: "{named}"}}}}\n'
        f'  - {{type: feed, url: "{url}", allow_private: true}}',
    )
    ran = acme.run("watch", "--once", code=3)
    assert says in ran.out + ran.err and CANARY not in ran.out + ran.err
    assert len(server.requests) == 1
    assert says in acme.run("doctor", code=1).out


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ('{Authorization: "Bearer abc"}', "a secret must not stand in the file"),
        ('{X-Api-Key: "abc"}', "a secret must not stand in the file"),
        ('{Host: "x.example"}', "forewarn sets that header itself"),
        ('{"X Y": "abc"}', "no name of a header"),
        ('{X-Given: "a\\r\\nX-More: 1"}', "no line end"),
    ],
)
def test_headers_that_cannot_be_sent_are_refused(acme: Kb, headers: str, says: str) -> None:
    watched(acme, f"{{type: feed, url: 'https://v.example/feed', headers: {headers}}}")
    assert says in acme.run("check", code=1).out
