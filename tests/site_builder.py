"""Real sites from a scratch knowledge base, and ways to look at every byte of them."""

from __future__ import annotations

import gzip
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from forewarn.model.record import Audience
from forewarn.model.sighting import Sighting
from forewarn.site.build import build
from forewarn.site.tree import write_tree
from forewarn.store.settings import load_settings
from kb_builder import TODAY, Kb


@dataclass(frozen=True)
class Story:
    """The knowledge base of the story with both its sites."""

    kb: Kb
    staff: Path
    public: Path


def build_site(
    kb: Kb, to: Path, audience: Audience, sightings: tuple[Sighting, ...] | None = None
) -> Path:
    """The site of one audience, by a real strict MkDocs build."""
    tree = write_tree(
        kb.root,
        to / f"tree-{audience}",
        catalogue=kb.load(),
        settings=load_settings(kb.root),
        audience=audience,
        today=TODAY,
        sightings=sightings,
    )
    site = to / audience
    build(tree, site, TODAY)
    return site


def every_byte(site: Path) -> Iterator[tuple[str, bytes]]:
    """Each file's path and content; what is compressed comes unpacked as well."""
    for path in sorted(site.rglob("*")):
        if path.is_file():
            name, data = path.relative_to(site).as_posix(), path.read_bytes()
            yield name, data
            if name.endswith(".gz"):
                yield name, gzip.decompress(data)


@dataclass
class Parsed(HTMLParser):
    """The elements of a page, its ids and its links."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def ids(self) -> set[str]:
        return {attrs[key] for _, attrs in self.elements for key in ("id", "name") if key in attrs}

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def parse(html: str) -> Parsed:
    """A page, or the part of it from its article element on."""
    parsed = Parsed()
    parsed.feed(html)
    return parsed


def article(site: Path, page: str) -> str:
    """The HTML of a page's own content, without header, navigation and footer."""
    html = (site / page / "index.html").read_text(encoding="utf-8")
    return html.split("<article", 1)[1].split("</article>", 1)[0]


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder on a loopback address."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(folder))  # type: ignore[arg-type]

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
