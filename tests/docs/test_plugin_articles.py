"""What the articles on plug-ins have as an example works when it is installed and named."""

from __future__ import annotations

import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from command_line import Kb
from events_builder import an_event, queue
from feed_server import FeedServer, Page
from forewarn.contract.server import WebServer
from forewarn.model.events.event import EventKind
from forewarn.model.receipt import Assurance, Receipt
from forewarn.services.alert.deliveries import deliveries
from forewarn.store.settings import load_settings
from plugin_article import install

pytestmark = pytest.mark.slow

# By article: the file of the contract that tries its plug-in, and the plug-in's name.
CONTRACTS = {
    "write-a-source.md": ("test_sources", "shelf"),
    "what-can-be-watched.md": ("test_sources", "acme"),
    "write-a-channel.md": ("test_channels", "chat"),
    "write-a-page-type.md": ("test_pages", "support_ends"),
    "write-a-rule.md": ("test_rules", "acme"),
    "write-an-importer.md": ("test_importers", "lines"),
    "write-a-builder.md": ("test_builders", "plain"),
}
SETTINGS = """\
name: Example Support
people: {{maria: {{name: Maria, email: maria@example.com}}}}
channels:
{row}
subscriptions: [{{person: maria, channel: duty}}]
"""


def test_every_package_of_an_article_passes_the_contract_tests(tmp_path: Path) -> None:
    """All beside each other, as they are in one environment."""
    for article in sorted(CONTRACTS):
        plugin = install(article, tmp_path / "site")
    tried = plugin.contract(*(name for _, name in CONTRACTS.values()), cwd=tmp_path)
    assert {f"{file} {name}" for file, name in CONTRACTS.values()} <= tried


def test_every_package_of_an_article_is_what_a_type_checker_takes(tmp_path: Path) -> None:
    for article in (*CONTRACTS, "versions.md"):
        install(article, tmp_path)
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *sorted(map(str, tmp_path.glob("*.py")))],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"in {len(CONTRACTS) + 1} source files" in done.stdout


def test_a_preset_and_a_scheme_of_others_are_used_by_their_names(acme: Kb, tmp_path: Path) -> None:
    install("what-can-be-watched.md", tmp_path / "site")
    plugin = install("versions.md", tmp_path / "site")
    row = "name: Camera\nscheme: revisions\nwatch: [{{type: acme, url: '{}'{}}}]\n"
    acme.write("releases/camera/product.yml", row.format("https://example.com/updates.json", ""))
    assert "'app' is missing" in plugin.forewarn(acme.root, "check", code=1)
    with FeedServer() as server:
        shown = b'{"apps": {"camera": [{"version": "B12", "file": "/b12.bin"}]}}'
        server.pages["/updates.json"] = Page(shown)
        own = ", app: camera, allow_private: true"
        url = server.url("/updates.json")
        acme.write("releases/camera/product.yml", row.format(url, own))
        said = plugin.forewarn(acme.root, "watch", "test", "camera")
        assert "B12" in said and server.url("/b12.bin") in said
    assert "a letter and a number" in plugin.forewarn(acme.root, "version", "schemes")


def test_the_source_of_the_article_watches_a_folder_by_its_name(acme: Kb, tmp_path: Path) -> None:
    shelf = install("write-a-source.md", tmp_path / "site")
    builds = tmp_path / "builds"
    builds.mkdir()
    (builds / "recorder-2.4.exe").write_bytes(b"old")
    row = (
        f"watch:\n  - type: shelf\n    foldr: {builds}\n    platform: windows\n"
        f"    served_at: https://downloads.example.com/builds\n    version: recorder-([0-9.]+)\\.exe\n"
    )
    product = "releases/recorder/product.yml"
    acme.write(product, acme.read(product) + row)
    line = acme.read(product)[: acme.read(product).index("foldr")].count("\n") + 1
    said = shelf.forewarn(acme.root, "check", code=1)
    assert f"{product}:{line}" in said
    assert "there is no option 'foldr'" in said and "Did you mean 'folder'?" in said
    assert "'folder' is missing" in shelf.forewarn(acme.root, "watch", "--once", code=3)

    acme.write(product, acme.read(product).replace("foldr", "folder"))
    acme.commit("Watch the shelf")
    assert "wrong-source" not in shelf.forewarn(acme.root, "check", code=1)
    shelf.forewarn(acme.root, "watch", "--once")
    assert "unchanged: 1" in shelf.forewarn(acme.root, "watch", "--once")
    (builds / "recorder-2.7.exe").write_bytes(b"new")
    (builds / "readme.txt").write_bytes(b"")
    said = shelf.forewarn(acme.root, "watch", "--once")
    assert "recorder 2.7" in said and "its name has no version" in said
    (found,) = json.loads(shelf.forewarn(acme.root, "sightings", "--open", "--format", "json"))
    assert (found["version"], found["platform"], found["url"]) == (
        "2.7",
        "windows",
        "https://downloads.example.com/builds/recorder-2.7.exe",
    )
    assert found["source"].startswith("shelf folder=")
    # Where the package is not installed, the row is told, and everything else goes on.
    assert "no source named 'shelf'" in acme.run("watch", "--once", code=3).out
    assert "no source named 'shelf'" in acme.run("check", code=1).out


def a_chat(server: WebServer) -> None:
    """A chat service at /post: each post has a number; one that answers none begins a thread."""

    def take(handler: BaseHTTPRequestHandler) -> None:
        number = len(server.bodies)
        thread = json.loads(server.bodies[-1])["thread"] or f"t{number}"
        body = json.dumps({"id": f"m{number}", "thread": thread}).encode()
        Page(body, headers={"Content-Type": "application/json"})(handler)

    server.pages["/post"] = take


def test_the_channel_of_the_article_delivers_by_its_name_into_threads(tmp_path: Path) -> None:
    chat = install("write-a-channel.md", tmp_path / "site", FOREWARN_CHAT_TOKEN="xoxb-of-the-chat")
    kb = Kb(tmp_path / "kb")
    with FeedServer() as server:
        a_chat(server)
        row = (
            f"  duty: {{type: chat, url: '{server.url('/post')}', "
            "allow_private: true, token: '${FOREWARN_CHAT_TOKEN}'"
        )
        kb.write("forewarn.yml", SETTINGS.format(row=f"{row}, colour: red}}"))
        said = chat.forewarn(kb.root, "check", code=1)
        assert "forewarn.yml:4" in said and "there is no option 'colour'" in said
        kb.write("forewarn.yml", SETTINGS.format(row=f"{row}}}"))
        queue(kb.root, load_settings(kb.root), an_event(1))
        chat.forewarn(kb.root, "deliver")
        correction = an_event(
            2, kind=EventKind.CORRECTED, takes_back=("recorder@2.7",), thread="recorder@2.7"
        )
        queue(kb.root, load_settings(kb.root), correction)
        chat.forewarn(kb.root, "deliver")
    posts = [json.loads(body) for body in server.bodies]
    assert [(post["to"], post["thread"]) for post in posts] == [
        ("maria@example.com", None),
        ("maria@example.com", "t1"),
    ]
    assert server.requests[0][1]["Authorization"] == "Bearer xoxb-of-the-chat"
    assert [row.receipt for row in deliveries(kb.root).deliveries] == [
        Receipt(message="m1", thread="t1", assurance=Assurance.DELIVERED),
        Receipt(message="m2", thread="t1", assurance=Assurance.DELIVERED),
    ]
