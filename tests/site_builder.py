"""Real sites from a scratch knowledge base, and ways to look at every byte of them."""

from __future__ import annotations

import gzip
import http.server
import io
import re
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from forewarn.model.record import Audience
from forewarn.model.sighting import Sighting
from forewarn.site.attachments import in_folder
from forewarn.site.build import build
from forewarn.site.ingredients import Ingredients
from forewarn.store.catalogue.whole import load_worktree
from forewarn.store.settings import load_settings
from kb_builder import TODAY, Kb


@dataclass(frozen=True)
class Story:
    """The knowledge base of the story, in the folder `root`, with both its sites."""

    root: Path
    staff: Path
    public: Path


def build_site(
    kb: Kb, to: Path, audience: Audience, sightings: tuple[Sighting, ...] | None = None
) -> Path:
    """The site of one audience, as it is published."""
    site = to / audience
    build(made_of(kb, audience, sightings), site)
    return site


def made_of(
    kb: Kb, audience: Audience, sightings: tuple[Sighting, ...] | None = None
) -> Ingredients:
    """What the site of one audience is made of."""
    loaded = load_worktree(kb.root)
    return Ingredients(
        root=kb.root,
        catalogue=loaded.catalogue,
        identity=loaded.identity,
        settings=load_settings(kb.root),
        attachments=in_folder(kb.root),
        audience=audience,
        today=TODAY,
        sightings=sightings,
    )


def every_byte(site: Path) -> Iterator[tuple[str, bytes]]:
    """Each file's path and content; what is packed, whatever its name, comes unpacked as well."""
    for path in sorted(site.rglob("*")):
        if path.is_file():
            name = path.relative_to(site).as_posix()
            for data in _unpacked(path.read_bytes()):
                yield name, data


def _unpacked(data: bytes) -> Iterator[bytes]:
    """A file's bytes, and what is in them: gzip, zlib, zip, the text of a PNG picture."""
    yield data
    inner: list[bytes] = []
    if data.startswith(b"\x1f\x8b"):
        inner = [gzip.decompress(data)]
    elif data.startswith(b"PK\3\4"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inner = [name.encode() + b"\n" + archive.read(name) for name in archive.namelist()]
    elif data.startswith((b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")):
        with suppress(zlib.error):
            inner = [zlib.decompress(data)]
    elif data.startswith(b"\x89PNG"):
        for text in re.finditer(rb"(?:zTXt|iTXt).*?(\x78[\x01\x5e\x9c\xda].*)", data, re.DOTALL):
            with suppress(zlib.error):
                inner.append(zlib.decompressobj().decompress(text.group(1)))
    for each in inner:
        yield from _unpacked(each)


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
        # As real servers do: a connection serves many files, and what pages share is asked once.
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(folder))  # type: ignore[arg-type]

        def end_headers(self) -> None:
            if self.path.startswith("/assets/"):
                self.send_header("Cache-Control", "max-age=3600")
            super().end_headers()

        def log_message(self, *args: object) -> None:
            pass

        def copyfile(self, *args: object) -> None:
            with suppress(ConnectionError):  # a browser that is closed reads no further
                super().copyfile(*args)  # type: ignore[arg-type]

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
