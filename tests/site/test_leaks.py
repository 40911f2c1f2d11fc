"""Nothing that is not for customers is in any byte of the public site."""

from __future__ import annotations

import itertools
import textwrap
from pathlib import Path

import pytest

from forewarn.model.record import Audience
from kb_builder import Kb, sighting
from site_builder import build_site, every_byte

MARK = "zqcanary"


class Canaries:
    """Words that occur nowhere else; each is asked for by what it is planted in."""

    def __init__(self) -> None:
        self._numbers = itertools.count(100)
        self.planted: dict[str, str] = {}

    def __call__(self, where: str) -> str:
        word = f"{MARK}{next(self._numbers)}"
        self.planted[word] = where
        return word


# What is in no site at all, because it is in the files for those who edit them.
IN_NO_SITE = (
    *("comment", "mkdocs.yml", "watched", "beside", "mail address", "unused", "channel"),
    "id of a person",
)


def plant(root: Path) -> tuple[Kb, Canaries]:
    """A small public knowledge base with a canary in every place that is not public."""
    c = Canaries()
    kb = Kb(root)
    staff_page = f"escalate-{c('name of a staff article')}"
    person = c("id of a person")
    secret = f"9.1.{c('version under embargo')}"
    _settings(kb, c, person)
    _products(kb, c, person, staff_page)
    _releases(kb, c, person, staff_page, secret)
    _articles(kb, c, person, staff_page, secret)
    _files(kb, c, root)
    return kb, c


def _settings(kb: Kb, c: Canaries, person: str) -> None:
    kb.write(
        "forewarn.yml",
        f"""
        name: Example support # {c("comment in forewarn.yml")}
        people:
          {person}: {{name: {c("name of a person")}, email: {c("mail address")}@example.com}}
        channels:
          chat: {{type: folder, path: {c("option of a channel")}}}
        sites:
          staff: https://{c("address of the staff site")}.example.com/
          public: https://help.example.com/
        """,
    )
    kb.write(
        "mkdocs.yml",
        f"""
        # {c("comment in mkdocs.yml")}
        site_name: {c("site name in mkdocs.yml")}
        site_description: {c("description in mkdocs.yml")}
        repo_url: https://git.example.com/{c("repository in mkdocs.yml")}
        edit_uri: edit/{c("edit address in mkdocs.yml")}
        docs_dir: kb
        theme:
          name: material
          custom_dir: {c("custom_dir in mkdocs.yml")}
          {c("theme key in mkdocs.yml")}: {c("theme value in mkdocs.yml")}
        nav: [{c("nav in mkdocs.yml")}: index.md]
        extra: {{{c("key in mkdocs.yml")}: {c("value in mkdocs.yml")}}}
        extra_css: [{c("css in mkdocs.yml")}.css]
        extra_javascript: [{c("script in mkdocs.yml")}.js]
        hooks: [{c("hook in mkdocs.yml")}.py]
        markdown_extensions:
          - pymdownx.snippets: {{base_path: "{c("snippets in mkdocs.yml")}"}}
          - toc: {{title: "{c("extension option in mkdocs.yml")}"}}
        plugins: [search, forewarn, {c("plugin in mkdocs.yml")}]
        copyright: The Example Company <!-- {c("comment in the copyright of mkdocs.yml")} -->
        """,
    )


def _products(kb: Kb, c: Canaries, person: str, staff_page: str) -> None:
    inside = f"tool-{c('id of a staff product')}"
    kb.product(
        "recorder",
        "Recorder",
        f"""
        # {c("comment in product.yml")}
        description: It records (see kb/{staff_page}.md).
        owner: {person}
        lockstep: [player, {inside}]
        watch: [{{type: feed, url: "https://{c("watched address")}.example.com/feed"}}]
        """,
    )
    kb.product("player", "Player")
    kb.product(inside, c("name of a staff product"), "audience: staff\n")
    kb.release(inside, "1.0", notes=c("notes of a staff product"))
    kb.article(
        "tooling",
        "Tooling",
        f'applies: {{recorder: "*", {inside}: "*"}}\n',
        f"See [the tool](../releases/{inside}/1.0.md) and [all](../releases/{inside}/product.yml).",
    )


def _releases(kb: Kb, c: Canaries, person: str, staff_page: str, secret: str) -> None:
    kb.release("player", "2.4")
    kb.release("recorder", "2.4")
    kb.release(
        "recorder",
        "2.7",
        more=f"""
        # {c("comment in a release")}
        compatibility:
          - with: player
            versions: "<2.7"
            verdict: breaks
            about: playing
            remedy: Convert it (kb/{staff_page}.md), or ask.
            verified: {{by: {person}, on: 2026-05-01, how: {c("how it was verified")}}}
          - with: player
            versions: "2.4"
            verdict: limited
            about: {c("matter of a staff statement")}
            limits: {c("limits of a staff statement")}
            remedy: {c("remedy of a staff statement")}
            audience: staff
          - with: player
            versions: ">={secret}"
            verdict: works
            about: {c("matter of a statement on an embargoed version")}
        """,
        notes=f"""
        Faster. <!-- {c("comment in release notes")} -->

        See [the steps](../../kb/{staff_page}.md) and kb/{staff_page}.md.

        <!--
        ```
        {c("fenced code in a comment")}
        ```
        -->
        """,
    )
    kb.write("releases/recorder/2.7.briefing.md", f"Say: {c('briefing')}.\n")
    for status in ("planned", "staged"):
        kb.release(
            "recorder",
            f"{status}.{c(f'version of a {status} release')}",
            "",
            f"""
            status: {status}
            planned_for: 2026-06-15
            downloads: [{{platform: any, url: "https://x.example.com/{c("url of a " + status)}"}}]
            """,
            c(f"notes of a {status} release"),
        )
    kb.release("player", secret, "", "status: planned\n", c("notes under embargo"))
    kb.release(
        "player",
        f"8.0.{c('version that is announced tomorrow')}",
        "",
        "status: planned\nannounced_at: 2026-05-21\n",
    )
    kb.release("player", f"7.0.{c('version of a staff release')}", more="audience: staff\n")
    kb.release(
        "player",
        "2.5",
        "",
        f"""
        status: withdrawn
        released_at: 2026-03-01
        withdrawn:
          on: 2026-03-02
          reason: It loses sound (kb/{staff_page}.md).
          replacement: {secret}
        """,
    )


def _articles(kb: Kb, c: Canaries, person: str, staff_page: str, secret: str) -> None:
    kb.article(
        staff_page,
        c("title of a staff article"),
        "audience: staff\n",
        f"{c('text of a staff article')}\n\n![shot](shots/{c('picture of a staff article')}.png)\n",
    )
    kb.article(
        "silent",
        "Silence",
        f"""
        kind: known-issue
        # {c("comment in an article")}
        owner: {person}
        applies: {{player: ">=2.4,<{secret}", recorder: "*"}}
        fixed_in: {{player: ">={secret}"}}
        remediation: workaround
        contingency: Follow kb/{staff_page}.md.
        verified: {{by: {person}, on: 2026-05-01, how: {c("how an article was verified")}}}
        """,
        f"""
        Text with a `<!--` in code, then <!-- {c("comment behind code")} --> more.

        [inline]({staff_page}.md "title") and [angled](<{staff_page}.md>) and [by name][steps]
        and [![shown](shots/public.png)]({staff_page}.md) and <a href="{staff_page}.md">raw</a>.

        [steps]: {staff_page}.md

        ```console
        $ less kb/{staff_page}.md
        ```

        ````
        ```
        not closed <!-- code keeps what looks like a comment -->
        ````

        <!-- {c("comment that is never closed")}

        ```
        {c("code behind a comment that is never closed")}
        ```
        """,
    )


def _files(kb: Kb, c: Canaries, root: Path) -> None:
    for name, word in (
        ("public.png", "shown"),
        (f"{c('name of an unused picture')}.png", c("unused picture")),
        (f".{c('hidden file beside the articles')}", "x"),
        (f"{c('page beside the articles')}.html", "x"),
    ):
        kb.write(f"kb/shots/{name}", word.encode())
    for word, where in list(c.planted.items()):
        if where == "picture of a staff article":
            kb.write(f"kb/shots/{word}.png", b"picture")
    outside = root.parent / "outside.png"
    outside.write_text(c("file beside the knowledge base"))
    (root / "kb/shots/linked.png").symlink_to(outside)
    kb.article("linking", "Linking", body="![x](shots/linked.png) ![y](../../outside.png)\n")
    kb.write("releases/recorder/notes.txt", c("file beside the records"))
    kb.write(".forewarn/state.db", c("file beside: the state"))


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, str]]:
    """The public site, the staff site, and what was planted where."""
    folder = tmp_path_factory.mktemp("leaks")
    kb, canaries = plant(folder / "kb")
    seen = (
        sighting(
            version=f"2.8.{canaries('version of a sighting')}",
            url=f"https://downloads.example.com/{canaries('address of a sighting')}",
            title=canaries("unused title of a sighting"),
        ),
    )
    public = build_site(kb, folder, Audience.PUBLIC, seen)
    staff = build_site(kb, folder, Audience.STAFF, seen)
    return public, staff, canaries.planted


def found_in(site: Path, words: dict[str, str]) -> dict[str, str]:
    """The words that occur in a site, in a file's name or content, with what they tell."""
    found = {}
    for name, data in every_byte(site):
        text = name.casefold() + "\n" + data.decode("utf-8", "replace").casefold()
        if MARK in text:
            found |= {word: f"{where}: {name}" for word, where in words.items() if word in text}
    return found


def test_no_byte_of_the_public_site_tells_what_is_for_staff(
    planted: tuple[Path, Path, dict[str, str]],
) -> None:
    public, _, words = planted
    assert found_in(public, words) == {}


def test_the_public_pages_are_there_all_the_same(
    planted: tuple[Path, Path, dict[str, str]],
) -> None:
    public, _, _ = planted
    release = (public / "products/recorder/2.7/index.html").read_text()
    assert "Convert it, or ask." in release
    article = (public / "kb/silent/index.html").read_text()
    assert "not closed &lt;!-- code keeps what looks like a comment --&gt;" in article
    assert "behind code" not in article
    assert "more." in article
    assert (public / "kb/shots/public.png").read_bytes() == b"shown"


def test_the_staff_site_holds_what_was_hidden(
    planted: tuple[Path, Path, dict[str, str]],
) -> None:
    """Else the test above would look for words that are in no site anyway."""
    _, staff, words = planted
    expected = {w for w, where in words.items() if not any(n in where for n in IN_NO_SITE)}
    assert {words[word] for word in expected - found_in(staff, words).keys()} == set()


def test_taking_an_article_from_customers_takes_it_from_the_next_publish(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").article("steps", "The steps", body=f"{MARK}\n")
    before = build_site(kb, tmp_path / "one", Audience.PUBLIC)
    assert found_in(before, {MARK: "text"})
    kb.article("steps", "The steps", "audience: staff\n", f"{MARK}\n")
    after = build_site(kb, tmp_path / "two", Audience.PUBLIC)
    assert not found_in(after, {MARK: "text"})
    assert not list(after.rglob("*steps*"))


def test_a_mkdocs_yml_that_cannot_be_read_names_its_line(tmp_path: Path) -> None:
    from forewarn.errors import DataError

    kb = Kb(tmp_path / "kb")
    kb.write("mkdocs.yml", textwrap.dedent("site_name: x\ntheme: [\n"))
    with pytest.raises(DataError) as caught:
        build_site(kb, tmp_path, Audience.PUBLIC)
    assert caught.value.where == "mkdocs.yml:3"
