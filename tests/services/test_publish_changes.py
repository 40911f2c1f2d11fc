"""A publish makes only what has changed, and nobody can tell: every byte is as if made anew."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from command_line import BREAKS, REMEDY, Kb, add_to_record
from site_builder import every_byte

pytestmark = pytest.mark.slow

ARTICLE = """\
---
title: No sound
kind: known-issue
audience: public
owner: maria
applies: {recorder: "<2.7"}
fixed_in: {recorder: ">=2.7"}
opened: 2026-05-01
remediation: workaround
---
Turn it off and on again; see [2.4](../releases/recorder/2.4.md).
"""


def site(kb: Kb, audience: str, folder: str = "site") -> dict[str, bytes]:
    """Every file of a published site."""
    return dict(every_byte((kb.root / folder / audience).resolve()))


def inodes(kb: Kb, audience: str = "staff") -> dict[str, int]:
    """Which files of a site are the very same as before."""
    root = (kb.root / "site" / audience).resolve()
    return {p.relative_to(root).as_posix(): p.stat().st_ino for p in root.rglob("*.html")}


def add_27(kb: Kb) -> None:
    url = "windows=https://downloads.example.com/recorder-2.7.exe"
    kb.run("release", "add", "recorder", "2.7", "--download", url)


def break_playback(kb: Kb) -> None:
    add_to_record(kb, "releases/recorder/2.7.md", BREAKS + REMEDY)
    kb.commit()


def ship_27(kb: Kb) -> None:
    kb.run("release", "ship", "recorder", "2.7")


def write_article(kb: Kb) -> None:
    kb.write("kb/no-sound.md", ARTICLE)
    add_to_record(kb, "releases/player/2.4.md", "reference: [https://example.com/kb]\n")
    kb.write("releases/player/2.4.md", kb.read("releases/player/2.4.md") + "See kb/no-sound.md.\n")
    kb.commit()


def hide_article(kb: Kb) -> None:
    kb.write("kb/no-sound.md", ARTICLE.replace("audience: public", "audience: staff"))
    kb.commit()


def rename_player(kb: Kb) -> None:
    path = "releases/player/product.yml"
    kb.write(path, kb.read(path).replace("Player", "Playback"))
    kb.commit()


def withdraw_27(kb: Kb) -> None:
    kb.run("release", "withdraw", "recorder", "2.7", "--reason", "it breaks playback")


def remove_article(kb: Kb) -> None:
    (kb.root / "kb/no-sound.md").unlink()
    kb.commit()


def add_editor(kb: Kb) -> None:
    kb.run("product", "add", "editor", "--name", "Editor", "--scheme", "loose")


CHANGES: list[Callable[[Kb], None]] = [
    add_27,
    break_playback,
    ship_27,
    write_article,
    hide_article,
    rename_player,
    withdraw_27,
    add_editor,
    remove_article,
]


def let_readers_leave(folder: Path) -> None:
    """As if the last publish were long ago, so that its predecessor may be built over."""
    for audience in ("staff", "public"):
        os.utime(folder / audience, (0, 0), follow_symlinks=False)


def test_after_any_change_a_publish_gives_the_bytes_of_a_full_one(acme: Kb) -> None:
    hurried, calm = ("publish", "--no-deliver"), acme.root / "calm"
    calmly = (*hurried, "--to", str(calm))
    acme.run(*hurried)
    acme.run(*calmly)
    for number, change in enumerate(CHANGES, 1):
        change(acme)
        acme.run(*hurried)
        folders = ["site"]
        if number % 2 or change is CHANGES[-1]:
            # Over what it was two changes ago.
            let_readers_leave(calm)
            acme.run(*calmly)
            folders.append("calm")
        acme.run(*hurried, "--fresh", "--to", str(acme.root / "anew"))
        for audience in ("staff", "public"):
            anew = site(acme, audience, "anew")
            for folder in folders:
                kept = site(acme, audience, folder)
                assert kept.keys() == anew.keys(), change.__name__
                differ = [name for name in kept if kept[name] != anew[name]]
                assert differ == [], change.__name__


def test_a_page_that_nothing_has_changed_is_not_made_again(acme: Kb) -> None:
    acme.run("product", "add", "editor", "--name", "Editor", "--scheme", "loose")
    acme.run("publish", "--no-deliver")
    before = inodes(acme)
    add_to_record(acme, "releases/recorder/2.4.md", "reference: [https://example.com/notes]\n")
    acme.commit()
    acme.run("publish", "--no-deliver")
    after = inodes(acme)
    assert before.keys() == after.keys()
    changed = {name for name in before if before[name] != after[name]}
    assert "products/recorder/2.4/index.html" in changed
    assert "products/editor/index.html" not in changed
    assert "https://example.com/notes" in (
        acme.root / "site/staff/products/recorder/2.4/index.html"
    ).read_text(encoding="utf-8")


def test_a_published_page_that_somebody_has_edited_is_mended_by_the_next_publish(acme: Kb) -> None:
    acme.run("publish", "--no-deliver")
    page = acme.root / "site/public/products/player/index.html"
    good = page.read_bytes()
    page.unlink()
    page.write_bytes(b"edited by hand")
    index = acme.root / "site/public/pagefind"
    shutil.rmtree(index)
    index.write_text("a file where the index was")
    lost = acme.root / "site/public/404.html"
    lost.unlink()
    add_27(acme)
    acme.run("publish", "--no-deliver")
    assert (index / "bundles.json").is_file()
    assert lost.is_file()
    assert page.read_bytes()[:15] == good[:15]
    assert b"edited by hand" not in page.read_bytes()


def test_what_somebody_put_into_a_published_site_is_gone_after_the_next_publishes(acme: Kb) -> None:
    acme.run("publish", "--no-deliver")
    (acme.root / "site/public/notes.html").write_text("put here by hand")
    (acme.root / "site/public/products/index.html").unlink()
    player = acme.root / "site/public/products/player"
    shutil.rmtree(player)
    player.write_text("a file where a folder is due")
    for change in (add_27, add_editor, break_playback):
        change(acme)
        let_readers_leave(acme.root / "site")
        acme.run("publish", "--no-deliver")
        assert (acme.root / "site/public/products/index.html").is_file()
        assert (acme.root / "site/public/products/player/index.html").is_file()
        assert not (acme.root / "site/public/notes.html").exists()


def test_one_audience_can_be_published_alone(acme: Kb) -> None:
    ran = acme.run("publish", "--no-deliver", "--audience", "public")
    assert "public site:" in ran.out
    assert "staff site:" not in ran.out
    assert (acme.root / "site/public/index.html").is_file()
    assert not (acme.root / "site/staff").exists()


def files_on(kb: Kb, branch: str) -> dict[str, bytes]:
    names = kb.git("ls-tree", "-r", "--name-only", "-z", branch).split("\0")
    return {name: kb.git("show", f"{branch}:{name}").encode() for name in names if name}


def test_a_site_can_be_put_on_a_branch_and_pushed(acme: Kb, tmp_path: Path) -> None:
    acme.git("init", "-q", "--bare", str(tmp_path / "host.git"))
    acme.git("remote", "add", "host", str(tmp_path / "host.git"))
    words = ("publish", "--no-deliver", "--audience", "public", "--branch", "gh-pages")
    ran = acme.run(*words, "--push", "host")
    assert "branch: gh-pages, pushed to host" in ran.out
    names = acme.git("ls-tree", "-r", "--name-only", "gh-pages").split()
    published = (acme.root / "site/public").resolve()
    there = {p.relative_to(published).as_posix() for p in published.rglob("*") if p.is_file()}
    assert set(names) == there | {".nojekyll"}
    shown = acme.git("show", "gh-pages:products/player/index.html")
    assert shown == (published / "products/player/index.html").read_text(encoding="utf-8")
    first = acme.git("rev-parse", "gh-pages").strip()
    assert acme.git("-C", str(tmp_path / "host.git"), "rev-parse", "gh-pages").strip() == first

    acme.run(*words)
    assert acme.git("rev-parse", "gh-pages").strip() == first, "nothing had changed"
    add_editor(acme)
    acme.run(*words)
    assert acme.git("rev-parse", "gh-pages^").strip() == first
    assert acme.git("status", "--porcelain") == ""


def test_the_branch_that_is_checked_out_is_not_replaced_by_a_site(acme: Kb) -> None:
    before = acme.head
    ran = acme.run("publish", "--no-deliver", "--audience", "public", "--branch", "main", code=1)
    assert "gh-pages" in ran.err
    assert acme.head == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--branch", "gh-pages"), "--audience"),
        (("--audience", "public", "--push", "origin"), "--branch"),
    ],
)
def test_what_cannot_be_meant_is_refused(acme: Kb, words: tuple[str, ...], said: str) -> None:
    assert said in acme.run("publish", *words, code=2).err


def test_an_alert_goes_out_although_the_branch_cannot_be_pushed(acme: Kb) -> None:
    told = len(acme.mails())
    add_27(acme)
    ship_27(acme)
    words = ("publish", "--audience", "public", "--branch", "gh-pages", "--push", "nowhere")
    ran = acme.run(*words, code=4)
    assert "gh-pages could not be pushed to nowhere" in ran.err
    assert "See where nowhere leads: `git remote -v`." in ran.err
    assert len(acme.mails()) > told


def test_after_a_change_of_few_words_neither_the_theme_nor_markdown_is_loaded(acme: Kb) -> None:
    for number in range(4):
        path = f"releases/recorder/2.5.{number}.md"
        acme.write(path, "---\nstatus: shipped\nreleased_at: 2026-01-01\n---\nCalmer.\n")
    acme.commit()
    acme.run("publish", "--no-deliver")
    acme.write("releases/recorder/2.5.2.md", acme.read("releases/recorder/2.5.2.md") + "By far.\n")
    acme.commit()
    before = inodes(acme, "public")
    script = (
        "import sys; from forewarn.cli import main\n"
        "try: main()\n"
        "finally: print([name for name in ('mkdocs', 'jinja2', 'markdown') if name in sys.modules])"
    )
    words = ("-C", str(acme.root), "publish", "--no-deliver", "--audience", "public")
    ran = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, check=True
    )
    page = "products/recorder/2.5.2/index.html"
    assert [name for name, inode in inodes(acme, "public").items() if inode != before[name]] == [
        page
    ]
    assert b"By far." in site(acme, "public")[page]
    assert ran.stdout.endswith("[]\n")
    acme.run("publish", "--no-deliver", "--fresh", "--to", str(acme.root / "fresh"))
    assert site(acme, "public") == site(acme, "public", "fresh")
