"""The other builder: the same pages, held to the same rules, on this repository's knowledge base."""

from __future__ import annotations

import gzip
import json
import re
import sys
from datetime import date
from pathlib import Path

import pytest

from forewarn.errors import UsageError
from forewarn.model.record import Audience
from forewarn.site import zensical
from forewarn.site.attachments import in_folder
from forewarn.site.build import build
from forewarn.site.ingredients import Ingredients
from forewarn.store.catalogue.whole import load_worktree
from forewarn.store.settings import load_settings
from hostile_kb import hostile, hostile_sighting
from site_builder import article, every_byte, made_of, parse

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """This repository's public site by MkDocs and by Zensical."""
    folder = tmp_path_factory.mktemp("both")
    loaded = load_worktree(ROOT)
    own = Ingredients(
        root=ROOT,
        catalogue=loaded.catalogue,
        identity=loaded.identity,
        settings=load_settings(ROOT),
        attachments=in_folder(ROOT),
        audience=Audience.PUBLIC,
        today=date(2026, 11, 21),
    )
    build(own, folder / "mkdocs")
    zensical.build(own, folder / "zensical")
    return folder / "mkdocs", folder / "zensical"


def names(site: Path) -> set[str]:
    return {
        name
        for name, _ in every_byte(site)
        if not name.startswith(("assets/", "pagefind/", "sitemap"))
    }


def test_both_builders_make_the_same_pages_and_files(both: tuple[Path, Path]) -> None:
    mkdocs, other = both
    assert names(mkdocs) == names(other)


def test_both_builders_show_the_same_text_and_links(both: tuple[Path, Path]) -> None:
    mkdocs, other = both
    for name in sorted(names(mkdocs)):
        if not name.endswith("/index.html"):
            continue
        page = name.removesuffix("/index.html")
        one, two = parse(article(mkdocs, page)), parse(article(other, page))
        assert squeezed(one.text) == squeezed(two.text), name
        assert one.ids == two.ids - {"__skip"}, name


def squeezed(text: str) -> str:
    """Without the spaces that stand between two elements in one builder's pages only."""
    return re.sub(r"\s+", "", text)


def test_both_builders_make_pages_that_search_finds(both: tuple[Path, Path]) -> None:
    kept = []
    for site in both:
        files = (site / "pagefind").glob("*/facets.pack")
        facets = [json.loads(gzip.decompress(file.read_bytes())) for file in files]
        kept.append(sum(sum(each["packs"]) for each in facets))
    assert kept[0] == kept[1] > 100


def test_each_page_has_our_search_box_once_and_its_look(both: tuple[Path, Path]) -> None:
    mkdocs, other = both
    assert (mkdocs / "assets/header.js").read_text(encoding="utf-8").count(r"id=\"fw-search\"") == 1
    for name in sorted(names(mkdocs)):
        if name.endswith("/index.html"):
            page, same = ((site / name).read_text(encoding="utf-8") for site in both)
            assert page.count('id="fw-search"') == 0, name
            assert page.count("assets/header.js") == 1, name
            assert same.count('id="fw-search"') == 1, name
            assert "assets/search-box.css" in (other / name).read_text(encoding="utf-8")
    assert (other / "assets/search-box.css").is_file()


def test_text_that_tries_to_run_is_harmless_with_either_builder(tmp_path: Path) -> None:
    kb = hostile(tmp_path / "kb")
    zensical.build(made_of(kb, Audience.STAFF, (hostile_sighting(),)), tmp_path / "site")
    for path in (tmp_path / "site").rglob("*.html"):
        page = parse(path.read_text(encoding="utf-8"))
        head = [attrs for tag, attrs in page.elements if tag == "meta"]
        assert any(meta.get("http-equiv") == "Content-Security-Policy" for meta in head), path
        for tag, attrs in page.elements:
            assert not any(name.startswith("on") for name in attrs), f"{path}: {tag} {attrs}"
            assert not attrs.get("href", "").strip().lower().startswith("javascript:"), path
            if tag == "script" and attrs.get("type") != "application/json":
                assert attrs.get("src", "").lstrip("./").startswith("assets/"), f"{path}: {attrs}"


def test_where_it_is_not_installed_the_command_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "zensical", None)
    kb = hostile(tmp_path / "kb")
    with pytest.raises(UsageError, match="not installed"):
        zensical.build(made_of(kb, Audience.STAFF), tmp_path / "site")
