"""What happens inside changes nothing that customers can see: no byte, no name, no page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from forewarn.model.record import Audience
from forewarn.pages import tree_of
from forewarn.site.tree import configuration
from kb_builder import Kb, sighting, story
from site_builder import made_of

Change = Callable[[Kb], object]


def edit(path: str, old: str, new: str) -> Change:
    def change(kb: Kb) -> None:
        file = kb.root / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


PLANNED = "status: planned\nplanned_for: 2026-09-09\n"
STAFF = "audience: staff\n"
FRONT = "---\n"
CHANGES: dict[str, Change] = {
    "an embargoed release": lambda kb: kb.release("recorder", "9.9", "", PLANNED),
    "an embargoed release on a track of its own": lambda kb: (
        edit(
            "releases/recorder/product.yml",
            "tracks: [stable, beta]",
            "tracks: [stable, beta, next]",
        )(kb),
        kb.release("recorder", "9.9", "", PLANNED + "track: next\n"),
    ),
    "support of a track that only an embargoed release is on": lambda kb: (
        edit(
            "releases/recorder/product.yml",
            "tracks: [stable, beta]\nlockstep: [player, exporter]\nsupport:\n",
            "tracks: [stable, beta, next]\nlockstep: [player, exporter]\nsupport:\n"
            "  next: {active_until: 2031-01-01}\n",
        )(kb),
        kb.release("recorder", "9.9", "", PLANNED + "track: next\n"),
    ),
    "an embargoed suite": lambda kb: (
        kb.product("studio", "Studio", STAFF),
        kb.release("studio", "1", "", PLANNED + 'contains: {recorder: "2.7"}\n'),
    ),
    "an embargoed release with downloads": lambda kb: kb.release(
        "recorder",
        "9.9",
        "",
        "status: staged\ndownloads: [{platform: amiga, url: 'https://x.example.com/y'}]\n",
    ),
    "an embargoed release with support ends": lambda kb: kb.release(
        "recorder", "9.9", "", PLANNED + "support: {active_until: 2031-01-01}\n"
    ),
    "what an embargoed release breaks": lambda kb: kb.release(
        "recorder",
        "9.9",
        "",
        PLANNED + 'compatibility: [{with: player, versions: "<2.4", verdict: breaks}]\n',
    ),
    "a range that names an embargoed version": lambda kb: (
        kb.release("player", "9.9", "", PLANNED),
        edit(
            "releases/recorder/2.7.md",
            "compatibility:\n",
            'compatibility:\n  - {with: player, versions: ">=9.9", about: exporting, verdict: works}\n',
        )(kb),
    ),
    "the day for which a shipped release was planned": edit(
        "releases/recorder/2.7.md",
        "status: shipped\n",
        "status: shipped\nplanned_for: 2026-04-01\n",
    ),
    "a staff product": lambda kb: kb.product("probe", "Probe", STAFF),
    "a staff product with releases": lambda kb: (
        kb.product("probe", "Probe", STAFF),
        kb.release(
            "probe",
            "1.0",
            more='compatibility: [{with: recorder, versions: "*", verdict: works}]\n',
        ),
    ),
    "a lockstep with a staff product": lambda kb: (
        kb.product("probe", "Probe", STAFF),
        edit("releases/recorder/product.yml", "[player, exporter]", "[player, exporter, probe]")(
            kb
        ),
    ),
    "a staff statement": edit(
        "releases/recorder/2.7.md",
        "compatibility:\n",
        'compatibility:\n  - {with: player, versions: "*", about: streaming, verdict: breaks, audience: staff}\n',
    ),
    "a briefing": lambda kb: kb.write("releases/recorder/2.4.briefing.md", "Say nothing.\n"),
    "a changed briefing": lambda kb: kb.write("releases/recorder/2.7.briefing.md", "Say it all.\n"),
    "a staff article": lambda kb: kb.article("inside", "Inside", STAFF),
    "a staff known issue": lambda kb: kb.article(
        "inside",
        "Inside",
        STAFF + 'kind: known-issue\napplies: {recorder: "*"}\nremediation: none_available\n',
    ),
    "a picture of a staff article": lambda kb: (
        kb.article("inside", "Inside", STAFF, "![x](inside.png)\n"),
        kb.write("kb/inside.png", b"picture"),
    ),
    "a file that nothing links to": lambda kb: kb.write("kb/unused.pdf", b"%PDF"),
    "a comment in a public article": lambda kb: edit(
        "kb/convert-recordings.md", FRONT, FRONT + "# a note\n"
    )(kb),
    "a comment in the notes of a release": lambda kb: append(
        kb, "releases/recorder/2.7.md", "\n<!-- x -->\n"
    ),
    "an owner": edit("releases/recorder/product.yml", "owner: maria\n", ""),
    "a watched place": edit(
        "releases/recorder/product.yml",
        "scheme: loose",
        "scheme: loose\nwatch: [{type: feed, url: 'https://inside.example.com/feed'}]",
    ),
    "people and channels": edit(
        "forewarn.yml",
        "people:\n",
        "channels: {box: {type: folder}}\npeople:\n  ida: {name: Ida}\n",
    ),
    "the address of the staff site": edit(
        "forewarn.yml", "https://support.example.com/", "https://inside.example.com/"
    ),
    "a check's severity": lambda kb: append(
        kb, "forewarn.yml", "check: {severity: {stray: warning}}\n"
    ),
    "who shipped a release, and when": edit(
        "releases/recorder/2.7.md",
        "status: shipped\n",
        "status: shipped\nhistory: [{to: shipped, at: 2026-05-04T07:00:00Z, by: Maria}]\n",
    ),
    "who verified a statement, and how": lambda kb: swap_inspector(kb),
}


def append(kb: Kb, path: str, text: str) -> None:
    with (kb.root / path).open("a", encoding="utf-8") as file:
        file.write(text)


def swap_inspector(kb: Kb) -> None:
    for path in sorted((kb.root / "releases").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        if "by: maria" in text:
            path.write_text(text.replace("by: maria", "by: ida", 1), encoding="utf-8")


def public(kb: Kb) -> tuple[object, ...]:
    """All that the public site is made from."""
    made = made_of(kb, Audience.PUBLIC, (sighting(),))
    tree = tree_of(made.look())
    config = configuration({}, settings=made.settings, audience=made.audience, nav=tree.nav)
    used = {src: made.attachments.read(src, made.audience) for src in tree.uses}
    return tree.files, used, config


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, ...]:
    return public(story(tmp_path_factory.mktemp("before") / "kb"))


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_inside_changes_nothing_outside(
    tmp_path: Path, before: tuple[object, ...], name: str
) -> None:
    kb = story(tmp_path / "kb")
    CHANGES[name](kb)
    after = public(kb)
    assert after == before


def test_each_of_these_changes_does_change_what_staff_see_or_what_is_kept(tmp_path: Path) -> None:
    """So that no change in the list is one that does nothing at all."""
    kb = story(tmp_path / "kb")
    files = {path: path.read_bytes() for path in kb.root.rglob("*") if path.is_file()}
    for name, change in CHANGES.items():
        change(kb)
        now = {path: path.read_bytes() for path in kb.root.rglob("*") if path.is_file()}
        assert now != files, name
        for path in now.keys() - files.keys():
            path.unlink()
        for path, data in files.items():
            path.write_bytes(data)
