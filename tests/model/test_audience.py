"""What the public may see, decided in one place."""

from __future__ import annotations

import re
import time
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from forewarn.model.audience import Grounds, PublicShelf, visible
from forewarn.model.catalogue import Catalogue
from forewarn.model.prose import split_code, without_comments
from forewarn.model.record import Audience
from kb_builder import Kb, story


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    return story(tmp_path / "kb")


def public(kb: Kb) -> Catalogue:
    return visible(kb.load(), Audience.PUBLIC)


def test_staff_see_everything(kb: Kb) -> None:
    catalogue = kb.load()
    assert visible(catalogue, Audience.STAFF) is catalogue


def test_customers_see_what_is_shipped_and_what_is_announced(kb: Kb) -> None:
    shown = public(kb)
    assert ("recorder", "2.7") in shown.releases
    assert ("recorder", "3.0") in shown.releases
    assert ("player", "3.0") not in shown.releases
    assert shown.briefings == {}
    assert "kb/refunds.md" not in shown.articles


def test_customers_learn_when_something_was_verified_and_not_by_whom(kb: Kb) -> None:
    tag = public(kb).releases["recorder", "2.7"].compatibility[0].verified
    assert tag is not None
    assert (tag.on.isoformat(), tag.by, tag.how) == ("2026-05-01", "", None)


def test_a_statement_about_a_version_under_embargo_is_not_public(kb: Kb) -> None:
    kb.release(
        "recorder",
        "2.8",
        more="""
        compatibility:
          - {with: player, versions: ">=3.0", verdict: works}
          - {with: player, versions: "<2.7", verdict: breaks, remedy: Update it.}
        """,
    )
    stated = public(kb).releases["recorder", "2.8"].compatibility
    assert [str(statement.versions) for statement in stated] == ["<2.7"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Read kb/refunds.md first.", "Read first."),
        ("Read it (kb/refunds.md).", "Read it."),
        ("Read kb/sound-lost.md.", "Read kb/sound-lost.md."),
    ],
)
def test_a_remedy_names_no_staff_article(kb: Kb, written: str, shown: str) -> None:
    kb.release(
        "recorder",
        "2.8",
        more=f"""
        compatibility:
          - {{with: player, versions: "*", verdict: breaks, remedy: {written}}}
        """,
    )
    assert public(kb).releases["recorder", "2.8"].compatibility[0].remedy == shown


def test_a_withdrawal_names_no_staff_article_and_no_version_under_embargo(kb: Kb) -> None:
    kb.release(
        "player",
        "2.6",
        "",
        """
        status: withdrawn
        released_at: 2026-03-02
        withdrawn: {on: 2026-03-09, reason: It fails (kb/refunds.md)., replacement: 3.0}
        """,
    )
    taken_back = public(kb).releases["player", "2.6"].withdrawn
    assert taken_back is not None
    assert (taken_back.reason, taken_back.replacement) == ("It fails.", None)


def test_an_article_in_code_is_an_example_unless_it_is_a_staff_article(kb: Kb) -> None:
    kb.article("steps", "Steps", body="```\nless kb/refunds.md kb/example.md\n```\n")
    assert public(kb).articles["kb/steps.md"].body == "```\nless kb/example.md\n```\n"


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("a <!-- b --> c", "a  c"),
        ("a\n<!-- b\nc -->\nd", "a\n\nd"),
        ("a <!-- b", "a "),
        ("a <!--\n```\nb\n```\n--> c", "a  c"),
        ("a `<!--` b <!-- c -->", "a `<!--` b "),
        ("``a ` <!-- b -->`` c", "``a ` <!-- b -->`` c"),
        ("a ` b\n\n<!-- c --> ` d", "a ` b\n\n ` d"),
        ("```\n<!-- a -->\n```\n<!-- b -->", "```\n<!-- a -->\n```\n"),
        ("~~~\n```\n<!-- a -->\n~~~\n<!-- b -->", "~~~\n```\n<!-- a -->\n~~~\n"),
        ("```\nnot closed <!-- a -->", "```\nnot closed "),
        ("```one line``` <!-- a -->\n```", "```one line``` \n```"),
        ("```a```\n\n```\n<!-- b -->\n```", "```a```\n\n```\n<!-- b -->\n```"),
        ("````\n```\n<!-- a -->\n````", "````\n```\n<!-- a -->\n````"),
    ],
)
def test_comments_go_and_code_stays(written: str, left: str) -> None:
    assert without_comments(written) == left
    assert "".join(part for _, part in split_code(written)) == written


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "![",
        "- [ ] x\n",
        "[a](b)",
        "[a](",
        "kb/",
        " ",
        "`a``b```c",
        "```x\n",
        "~~~x\n",
        "<!-- ",
    ],
)
@pytest.mark.slow
def test_no_text_makes_the_filter_slow(kb: Kb, piece: str) -> None:
    """A body is at most a megabyte; a fifth of it, of the worst kind, takes no time."""
    kb.article("long", "Long", body=piece * (200_000 // len(piece)))
    catalogue = kb.load()
    start = time.process_time()
    visible(catalogue, Audience.PUBLIC)
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    "written",
    [
        r"[x](refunds\.md)",
        r"refunds\.md",
        "refunds&period;md",
        "ref**unds**.md",
        "_kb/refunds.md_",
        "KB/refunds.md",
        "kb/refunds",
        "kb%2Frefunds.md",
        "releases/player/3.0.md",
        "releases/player/3.0",
        "https://git.example.com/blob/main/releases/player/3.0.md",
        "https://git.example.com/blob/main/kb/refunds.md",
        "[//]: # (refunds, player 3.0)",
        "[comment]: <> (refunds, player 3.0)",
        "<?php refunds, player 3.0 ?>",
    ],
)
@pytest.mark.parametrize("place", ["article", "notes"])
def test_no_markup_names_a_file_that_is_for_staff(kb: Kb, written: str, place: str) -> None:
    if place == "article":
        kb.article("told", "Told", body=f"{written}\n\nKept.\n")
        body = public(kb).articles["kb/told.md"].body
    else:
        kb.release("recorder", "2.8", notes=f"{written}\n\nKept.\n")
        body = public(kb).releases["recorder", "2.8"].notes
    plain = re.sub(r"[\\*]", "", unquote(unescape(body)))
    assert "refunds" not in plain
    assert "3.0" not in plain
    assert body.endswith("Kept.\n")


def test_one_line_of_a_record_names_no_file_that_is_for_staff(kb: Kb) -> None:
    kb.product(
        "viewer",
        "Viewer",
        "description: See refunds.md, releases/player/3.0.md, kb/refunds and 2.7.\n"
        "homepage: https://git.example.com/kb/refunds.md\n"
        "reference: [https://git.example.com/releases/player/3.0.md, https://example.com/a.md]\n",
    )
    shown = public(kb).products["viewer"]
    assert shown.description == "See , ,  and 2.7."
    assert shown.homepage is None
    assert shown.references == ("https://example.com/a.md",)


@pytest.mark.parametrize(
    "written", ["refunds", "the cmd refunds", "releases/player/2.7.md", "a.yml"]
)
def test_words_that_name_no_file_stay(kb: Kb, written: str) -> None:
    kb.product("viewer", "Viewer", f"description: {written}\n")
    kb.article("cmd", "Cmd", "audience: staff\n")
    assert public(kb).products["viewer"].description == written


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("kb/secret.md", "audience: staff", "audience: public"),
        ("kb/guide.md", "audience: public", "audience: staff"),
        ("releases/player/2.5.md", "status: planned", "status: shipped\nreleased_at: 2026-06-01"),
        ("releases/player/product.yml", "name: Player", "name: Player\naudience: staff"),
    ],
)
def test_what_was_asked_of_other_records_is_asked_again_when_they_change(
    tmp_path: Path, path: str, old: str, new: str
) -> None:
    kb = Kb(tmp_path / "kb").product("player", "Player").product("recorder", "Recorder")
    kb.release("player", "2.4").release("player", "2.5", "", "status: planned\n")
    kb.article("secret", "Secret", "audience: staff\n")
    kb.article("guide", "Guide", "audience: public\n")
    states = "compatibility:\n  - {with: player, versions: '>=2.5', verdict: works}\n"
    notes = "See kb/secret.md, [it](../player/2.5.md), kb/guide.md.\n"
    kb.release("recorder", "2.7", "2026-05-04", states, notes)
    was = asked_of(visible(kb.load(), Audience.PUBLIC))
    again = asked_of(visible(kb.load(), Audience.PUBLIC, {"recorder": was}))
    assert again is was
    other = kb.root / path
    other.write_text(other.read_text().replace(old, new))
    known = visible(kb.load(), Audience.PUBLIC, {"recorder": was})
    assert asked_of(known) == asked_of(visible(kb.load(), Audience.PUBLIC)) != was


def asked_of(catalogue: Catalogue) -> Grounds:
    assert isinstance(catalogue.shelf, PublicShelf)
    return catalogue.shelf.asked("recorder")
