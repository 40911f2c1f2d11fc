"""Both sites, built by a real MkDocs in strict mode."""

from __future__ import annotations

import os
import socket
import urllib.request
from functools import partial
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

import pytest

from command_line import Ran
from forewarn.errors import DataError
from forewarn.model.record import Audience
from forewarn.model.settings import Settings
from forewarn.pages.view.page_type import NavItem
from forewarn.pages.view.paths import html_of
from forewarn.services.publish.beginning import begun_early as begun_where_it_pays
from forewarn.site.defaults import DEFAULT_MKDOCS_YML
from forewarn.site.quick_pages import QuickPages
from forewarn.site.record import Output, Task
from forewarn.site.render import Renderer, renderer
from forewarn.site.render_process import begun_early
from forewarn.site.spool import Spool
from forewarn.site.tree import configuration, write_config
from forewarn.site.workers import Renderers
from kb_builder import Kb, sighting, story
from own_process import mkdocs
from site_builder import Story, article, build_site, every_byte, parse
from waiting import SECONDS, wait_for


@pytest.mark.parametrize("audience", list(Audience))
def test_two_builds_of_the_same_input_are_the_same_bytes(
    tmp_path: Path, audience: Audience
) -> None:
    kb = story(tmp_path / "kb")
    first, again = (build_site(kb, tmp_path / n, audience, (sighting(),)) for n in ("1", "2"))
    for (name, data), (other, expected) in zip(every_byte(again), every_byte(first), strict=True):
        assert name == other
        assert data.splitlines() == expected.splitlines(), name


def test_every_link_leads_somewhere(told: Story) -> None:
    for site in (told.staff, told.public):
        pages = {
            path.relative_to(site).as_posix(): parse(path.read_text(encoding="utf-8"))
            for path in site.rglob("*.html")
        }
        for name, page in pages.items():
            if name == "404.html":
                continue
            for tag, attrs in page.elements:
                target = attrs.get("href", "#") if tag == "a" else attrs.get("src", "#")
                if "://" in target or target.startswith(("mailto:", "data:")):
                    continue
                path, _, anchor = target.partition("#")
                path = path.partition("?")[0]
                file = normpath(join(dirname(name), path)) if path else name
                if (site / file).is_dir():
                    file = normpath(join(file, "index.html"))
                assert (site / file).is_file(), f"{name}: {target}"
                if anchor and not anchor.startswith("__"):
                    assert anchor in pages[file].ids, f"{name}: {target}"


def test_a_picture_is_public_only_where_a_public_article_shows_it(told: Story) -> None:
    for site in (told.staff, told.public):
        assert (site / "kb/shots/menu.png").read_bytes() == b"\x89PNG menu"
        assert not (site / "kb/shots/unused.png").exists()
        assert 'src="../shots/menu.png"' in article(site, "kb/convert-recordings")


def test_staff_see_at_a_glance_that_it_is_the_staff_site(told: Story) -> None:
    for page in told.staff.rglob("index.html"):
        text = page.read_text(encoding="utf-8")
        assert "Staff &mdash; not for customers</p><nav" in text
        assert "Example support (staff)</title>" in text
        assert '<meta name="robots" content="noindex, nofollow">' in text
    for name, data in every_byte(told.public):
        assert b"not for customers" not in data, name
        assert "staff" not in name


def test_no_page_asks_another_host_for_anything(told: Story) -> None:
    for page in told.staff.rglob("*.html"):
        for tag, attrs in parse(page.read_text(encoding="utf-8")).elements:
            if tag == "a" or attrs.get("rel") == "canonical":
                continue
            for value in (attrs.get("href", ""), attrs.get("src", "")):
                assert "//" not in value, f"{page}: {tag} {attrs}"


def test_the_markdown_of_articles_is_rendered(told: Story) -> None:
    page = article(told.public, "kb/convert-recordings")
    for piece in (
        '<div class="admonition note">',
        '<h2 id="by-menu"><a class="fw-anchor" href="#by-menu">',
        'class="language-console highlight"',
        "<strong>File",
        "<th>Option</th>",
    ):
        assert piece in page


def test_pages_name_their_feed(told: Story) -> None:
    page = (told.public / "products/recorder/2.7/index.html").read_text()
    assert 'href="../../../feeds/recorder.atom.xml"' in page


def test_what_mkdocs_says_is_told_when_it_refuses(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    config = tmp_path / "mkdocs.yml"
    config.write_text("site_name: x\nplugins: []\n")
    task = Task("index.md", "[x](nowhere.md)\n", "")
    with (
        renderer(config, ["index.md"]) as mkdocs,
        pytest.raises(DataError, match=r"'nowhere\.md', but the target is not found"),
    ):
        list(mkdocs.write([task], tmp_path, tmp_path))


def test_a_fault_of_a_library_is_told_by_the_page_that_it_met(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    hook = tmp_path / "hook.py"
    hook.write_text("def on_page_markdown(markdown, **more):\n    assert not markdown, 'odd'\n")
    config = tmp_path / "mkdocs.yml"
    config.write_text(f"site_name: x\nplugins: []\nhooks: [{hook}]\n")
    task = Task("kb/odd.md", "text", "")
    with renderer(config, ["kb/odd.md"]) as here:
        for begin in (
            lambda: list(here.write([task], tmp_path, tmp_path)),
            lambda: beside(config, [task] * 120, here),
        ):
            with pytest.raises(DataError, match="rendered: AssertionError: odd") as refused:
                begin()
            assert refused.value.where == "kb/odd.md"


def beside(
    config: Path, tasks: list[Task], here: Renderer, *, usual: bool = False
) -> dict[str, Output]:
    """Render with one process beside this one, before all pages are known."""
    quick = partial(QuickPages, named=["kb/0.md"], site=None, usual=usual)
    slim = config.parent / "slim"
    slim.mkdir(exist_ok=True)
    to = config.parent / "site"
    with (
        Spool(config.parent / "texts") as spool,
        Renderers(
            lambda: config, [tasks[0].src], to, spool, quick, slim, processors=2
        ) as renderers,
    ):
        for task in tasks:
            renderers.add(task)
        rows = [*renderers.rest([task.src for task in tasks], lambda: here)]
    return {row.address: row.output for row in rows}


def test_pages_that_are_rendered_before_all_are_known_come_out_the_same(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    config = tmp_path / "mkdocs.yml"
    config.write_text("site_name: x\nplugins: []\nnav: [{First: kb/0.md}]\n")
    texts = ["calm", "to [the last](149.md)", "to [one](0.md#a), and *more*", "## A {#a}\n\n- b"]
    tasks = [
        Task(f"kb/{n}.md", f'---\ntitle: "Page {n}"\n---\n\n{texts[n % 4]}\n\n{n}.', "")
        for n in range(150)
    ]
    with renderer(config, [task.src for task in tasks]) as here:
        beside(config, tasks, here)
        for task in tasks:
            written = tmp_path / "site" / html_of(task.src)
            assert written.read_bytes() == here.page(task.src, task.text)


def test_a_page_in_a_frame_that_is_known_comes_out_as_with_mkdocs(tmp_path: Path) -> None:
    nav = (NavItem(title="First", src="kb/0.md"),)
    config = write_config(
        tmp_path,
        configuration({}, settings=Settings(name="x"), audience=Audience.PUBLIC, nav=nav),
    )
    bodies = [
        "calm",
        "## A {#a}\n\n- b",
        '<details class="fw-fold"><summary>x</summary><p>[1]</p></details>',
        "to [the last](149.md)",
    ]
    tasks = [
        Task(f"kb/{n}.md", f'---\ntitle: "Page &lt;{n}"\n---\n\n{bodies[n % 4]}\n\n{n}.', "")
        for n in range(150)
    ]
    srcs = [task.src for task in tasks]
    with begun_early(), renderer(config, srcs) as here:
        beside(config, tasks, here, usual=True)
        for task in tasks:
            written = tmp_path / "site" / html_of(task.src)
            assert written.read_bytes() == here._with_mkdocs(task.src, task.text)
            assert written.read_bytes() == here.page(task.src, task.text)


def test_a_process_that_was_begun_early_ends_though_nothing_was_built() -> None:
    before = children()
    with begun_early():
        assert len(children() - before) == min((os.cpu_count() or 1) - 1, 1)
    assert children() == before


def test_a_process_begins_early_only_where_whole_sites_of_many_pages_are_due(
    tmp_path: Path,
) -> None:
    records, audiences = tmp_path / "releases" / "recorder", tuple(Audience)

    def begins(made_by: str = "mkdocs", *, fresh: bool = False) -> bool:
        before = children()
        with begun_where_it_pays(tmp_path, tmp_path / "site", audiences, made_by, fresh=fresh):
            return children() != before

    records.mkdir(parents=True)
    for number in range(299):
        (records / f"{number}.md").touch()
    assert not begins()
    (records / "299.md").touch()
    assert begins() == ((os.cpu_count() or 1) > 1)
    assert not begins("zensical") and not begins("nobody")
    for audience in audiences:
        (tmp_path / "site" / audience).mkdir(parents=True)
        (tmp_path / "site" / audience / "index.html").touch()
    assert not begins()
    assert begins(fresh=True) == ((os.cpu_count() or 1) > 1)


def children() -> set[str]:
    """The processes that this one has begun and not seen the end of."""
    files = Path("/proc/self/task").glob("*/children")
    return {number for file in files for number in file.read_text().split()}


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("[x](" * 50_000, "takes more than 0.5 s of processor time to render"),
        ("[" * 100_000, "takes more than 0.5 s of processor time to render"),
        ("1. " * 1500, "is nested too deeply to be rendered"),
    ],
)
def test_a_page_that_takes_too_much_is_named_and_no_other_waits_for_it(
    tmp_path: Path, body: str, what: str
) -> None:
    (tmp_path / "docs").mkdir()
    config = tmp_path / "mkdocs.yml"
    config.write_text("site_name: x\nplugins: []\n")
    with renderer(config, ["kb/long.md"]) as mkdocs, pytest.raises(DataError) as refused:
        seconds = 0.5 if "0.5" in what else 60
        list(mkdocs.write([Task("kb/long.md", body, "")], tmp_path, tmp_path, seconds=seconds))
    assert (refused.value.where, what in refused.value.what) == ("kb/long.md", True)


def build_at_the_root(kb: Kb, to: Path, *words: str) -> Ran:
    """What `mkdocs build` says there."""
    words = ("build", "--site-dir", str(to), *words)
    return mkdocs(kb.root, *words, SOURCE_DATE_EPOCH="1779235200").wait()


def at_the_root(kb: Kb) -> Kb:
    return kb.write("mkdocs.yml", DEFAULT_MKDOCS_YML.format(name='"Example support"'))


def test_mkdocs_at_the_root_shows_the_generated_pages(told: Story, tmp_path: Path) -> None:
    kb = at_the_root(story(tmp_path / "kb")).write("kb/shots/menu.png", b"picture")
    kb.article("shown", "Shown", body="![menu](shots/menu.png) [r](../releases/recorder/2.7.md)\n")
    done = build_at_the_root(kb, tmp_path / "site", "--strict")
    assert done.code == 0, done.err
    site = tmp_path / "site"
    page = "products/recorder/2.7"
    assert article(site, page) == article(told.staff, page)
    assert (site / "kb/convert-recordings/index.html").is_file()
    assert not (site / "convert-recordings").exists()
    assert (site / "kb/shots/menu.png").read_bytes() == b"picture"
    assert "Staff &mdash; not for customers" in (site / "index.html").read_text()


def test_mkdocs_at_the_root_names_the_line_of_a_bad_record(tmp_path: Path) -> None:
    kb = at_the_root(story(tmp_path / "kb"))
    kb.write("releases/player/2.8.md", "---\nstatus: nearly\n---\n")
    strict = build_at_the_root(kb, tmp_path / "site", "--strict")
    assert strict.code == 1
    assert "releases/player/2.8.md:2" in strict.err
    lenient = build_at_the_root(kb, tmp_path / "site")
    assert lenient.code == 0, lenient.err
    assert (tmp_path / "site/products/player/2.7/index.html").is_file()


def test_mkdocs_serve_shows_a_release_as_soon_as_it_is_written(tmp_path: Path) -> None:
    kb = at_the_root(Kb(tmp_path / "kb").product("recorder", "Recorder"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = mkdocs(kb.root, "serve", "--dev-addr", f"127.0.0.1:{port}")
    try:
        address = f"http://127.0.0.1:{port}/products/recorder/"
        wait_for(lambda: says("Recorder", address))
        kb.release("recorder", "2.7")
        wait_for(lambda: says('id="v2.7"', address))
    finally:
        server.kill()


def says(text: str, address: str) -> bool:
    """Whether a page says it."""
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:  # noqa: S310 - loopback
            return text in answer.read().decode()
    except OSError:
        return False


def test_of_the_authors_mkdocs_yml_the_look_passes_and_nothing_that_reads_files() -> None:
    author = {
        "theme": {
            "name": "material",
            "language": "de",
            "palette": {"scheme": "slate", "primary": "teal", "else": "x"},
            "features": ["navigation.instant", "navigation.footer", "<b>", 3],
            "logo": "logo.png",
            "custom_dir": "overrides",
            "font": {"text": "Roboto"},
        },
        "markdown_extensions": [
            "pymdownx.mark",
            {"toc": {"permalink": False, "toc_depth": 3, "title": "words"}},
            {"pymdownx.snippets": {"base_path": ["."]}},
        ],
        "repo_url": "https://git.example.com/kb",
    }
    made = configuration(
        author, settings=Settings(name="Example"), audience=Audience.PUBLIC, nav=()
    )
    assert made["theme"] | {"features": []} == {
        "name": "material",
        "language": "de",
        "font": False,
        "features": [],
        "palette": {"scheme": "slate", "primary": "teal"},
        "logo": "logo.png",
    }
    assert made["theme"]["features"][-1] == "navigation.footer"
    assert "navigation.instant" not in made["theme"]["features"]
    assert {"toc": {"permalink": False, "toc_depth": 3}} in made["markdown_extensions"]
    assert "pymdownx.mark" in made["markdown_extensions"]
    assert "snippets" not in str(made)
    assert "repo_url" not in made


@pytest.mark.parametrize(
    "look",
    [
        {"language": "../../../x"},
        {"language": "xx"},
        {"palette": {"toggle": {"icon": "../../x", "name": "Dark"}}},
        {"palette": [{"toggle": {"icon": "nothing/here"}}, {"toggle": {"name": "Dark"}}]},
        {"palette": [{"toggle": "icon"}, {"toggle": ["icon"]}]},
    ],
)
def test_of_the_look_only_what_the_theme_has_passes(look: dict[str, Any]) -> None:
    """A page that includes a file which there is not cannot be made."""
    common: dict[str, Any] = {
        "settings": Settings(name="Example"),
        "audience": Audience.PUBLIC,
        "nav": (),
    }
    plain = configuration({}, **common)["theme"]
    made = configuration({"theme": {"name": "material", **look}}, **common)["theme"]
    assert made.get("language") == plain.get("language")
    assert "here" not in str(made) and "../" not in str(made) and "Dark'" not in str(made)
    for each in made["palette"]:
        assert "toggle" not in each or each["toggle"]["icon"].startswith("material/")


def test_mkdocs_at_the_root_says_what_is_wrong_with_the_settings(tmp_path: Path) -> None:
    kb = at_the_root(story(tmp_path / "kb")).write("forewarn.yml", "nonsense: 1\n")
    done = build_at_the_root(kb, tmp_path / "site")
    assert done.code == 1
    assert "forewarn.yml:1" in done.err
    assert "Traceback" not in done.err
