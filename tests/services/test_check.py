"""What `check` finds, and that what is right is left alone: both sides of each rule."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from command_line import Kb as CommandKb
from forewarn.model.finding import Finding
from forewarn.services.check.rules import by_id
from forewarn.services.check.run import check
from kb_builder import Kb
from waiting import today

TODAY = date(2026, 5, 20)
RECORDER = "name: Recorder\nscheme: loose\n"
SHIPPED = "---\nstatus: shipped\nreleased_at: 2026-05-04\n---\n"
ISSUE = """---
title: No sound
kind: known-issue
remediation: workaround
applies: {recorder: '2.4'}
---
"""
PRODUCT = "releases/recorder/product.yml"
NEW = "releases/recorder/2.7.md"
OLD = "releases/recorder/2.3.md"
ARTICLE = "kb/no-sound.md"


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    """Recorder and player, both shipped at 2.4; Maria owns what is owned."""
    kb = Kb(tmp_path)
    kb.write("forewarn.yml", "name: Acme support\npeople: {maria: {name: Maria Keller}}\n")
    for product in ("recorder", "player"):
        kb.product(product, product.capitalize())
        kb.release(product, "2.4")
    return kb.article("a-customer-calls", "A customer calls")


def findings(kb: Kb) -> tuple[Finding, ...]:
    found = check(kb.root, today=TODAY).findings
    for finding in found:
        assert finding.message and finding.help and finding.place.line >= 1
    return found


def rules(kb: Kb) -> list[str]:
    return [finding.rule for finding in findings(kb)]


def release(*lines: str, status: str = "shipped\nreleased_at: 2026-05-04") -> str:
    return f"---\nstatus: {status}\n" + "".join(f"{line}\n" for line in lines) + "---\n"


@pytest.mark.parametrize("row", ["a@b", "'...'", "' x'", "{x@y: '2'}", "[x]", "{owl: [2]}", "''"])
def test_what_cannot_be_a_name_is_refused_with_its_line(kb: Kb, row: str) -> None:
    kb.product("recorder", "Recorder", f"aliases:\n  - rec\n  - {row}\n")
    (finding,) = [f for f in findings(kb) if f.place.file == PRODUCT]
    assert finding.place.line == 5 and finding.rule in ("wrong-value", "wrong-type")


def says(*rows: str) -> str:
    """A release with these statements about the player."""
    return release("compatibility:", *(f"  - {{with: player, {row}}}" for row in rows))


def issue(*lines: str, applies: str = "2.4") -> str:
    head = ISSUE.removesuffix("---\n").replace("2.4", applies)
    return head + "".join(f"{line}\n" for line in lines) + "---\n"


class Sides(NamedTuple):
    """A file that breaks a rule, and the same file mended (the file gone, where there is none)."""

    rule: str
    path: str
    wrong: str
    right: str | None = None


def support(**days: str) -> str:
    return "support: {" + ", ".join(f"{name}: {day}" for name, day in days.items()) + "}"


def for_platform(platform: str) -> str:
    url = "https://downloads.example.com/recorder-2.7.exe"
    return f"{SHIPPED[:-4]}downloads: [{{platform: {platform}, url: '{url}'}}]\n---\n"


def watched(url: str) -> str:
    return f"{RECORDER}watch:\n  - {{type: feed, url: '{url}'}}\n"


ANNOUNCED = "planned\nplanned_for: 2026-06-15"
WITHDRAWN = "withdrawn\nreleased_at: 2026-05-04"


def called(*rows: str) -> str:
    return RECORDER + "aliases: [" + ", ".join(rows) + "]\n"


SIDES = [
    # What else a product is called.
    Sides("shared-name", PRODUCT, called("Player"), called("rec")),
    Sides("needless-alias", PRODUCT, called("rec", "Rec"), called("rec", "taper")),
    Sides("needless-alias", PRODUCT, called("RECORDER"), called("rec")),
    Sides("unknown-line", PRODUCT, called("{owl: '3'}"), called("{owl: '2'}", "{ow: stable}")),
    # Platforms.
    Sides("unknown-platform", NEW, for_platform("plan9"), for_platform("windows")),
    Sides("platform-spelling", NEW, for_platform("win"), for_platform("windows")),
    # Places that are watched.
    Sides("private-source", PRODUCT, watched("http://127.1/feed"), watched("https://v.example/")),
    Sides("wrong-source", PRODUCT, watched("http://[127.0.0.1]/"), watched("https://v.example/")),
    Sides(
        "secret-in-address",
        PRODUCT,
        watched("https://v.example/feed?token=abc"),
        watched("https://v.example/feed?token=${FOREWARN_TOKEN}"),
    ),
    Sides(
        "secret-in-address",
        NEW,
        release(
            "downloads: [{platform: any, url: 'https://x.example/r.exe?X-Amz-Signature=abc1'}]"
        ),
        release("downloads: [{platform: any, url: 'https://x.example/r.exe?lang=de'}]"),
    ),
    # Statements.
    Sides(
        "no-remedy",
        NEW,
        says("versions: '<2.7', verdict: breaks"),
        says("versions: '<2.7', verdict: breaks, remedy: Update the player."),
    ),
    Sides(
        "no-limits",
        NEW,
        says("versions: '*', verdict: limited"),
        says("versions: '*', verdict: limited, limits: no sound"),
    ),
    Sides(
        "contradiction",
        NEW,
        says("versions: '<2.7', verdict: works", "versions: '>2.3', verdict: unknown"),
        says("versions: '<2.7', verdict: works", "versions: '<2.5', verdict: unknown"),
    ),
    Sides(
        "no-exception",
        NEW,
        says("versions: '>=1.0,<3.0', verdict: works", "versions: '<2.5', verdict: unknown"),
        says("versions: '>=1.0,<2.5', verdict: works", "versions: '<2.5', verdict: unknown"),
    ),
    Sides(
        "outgrown",
        NEW,
        says("versions: '>=2.0', verdict: works, verified: {by: maria, on: 2025-01-01}"),
        says("versions: '>=2.0', verdict: works, verified: {by: maria, on: 2026-05-10}"),
    ),
    Sides(
        "outgrown",
        NEW,
        says("versions: '*', verdict: works, verified: {by: maria, on: 2025-01-01}"),
        says(
            "versions: '*', verdict: works, holds_until: {open: So.}, "
            "verified: {by: maria, on: 2025-01-01}"
        ),
    ),
    Sides(
        "idle-holds-until",
        NEW,
        says("versions: '>=2.0,<3', verdict: works, holds_until: '2.5'"),
        says("versions: '>=2.0', verdict: works, holds_until: '2.5'"),
    ),
    Sides(
        "idle-holds-until",
        NEW,
        says("versions: '>=2.4', verdict: works, holds_until: '2.3'"),
        says("versions: '>=2.4', verdict: works, holds_until: '2.5'"),
    ),
    Sides(
        "contradiction",
        NEW,
        says("versions: '2.4', verdict: works", "versions: 2.4.0, verdict: unknown"),
        says("versions: '2.4', verdict: works", "versions: '<2.7', verdict: unknown"),
    ),
    Sides(
        "contradiction",
        NEW,
        says(
            "versions: '*', verdict: works, about: Playing  it",
            "versions: '*', verdict: unknown, about: playing it",
        ),
        says(
            "versions: '*', verdict: works, about: playing it",
            "versions: '*', verdict: unknown, about: editing it",
        ),
    ),
    Sides(
        "redundant",
        NEW,
        says("versions: '<2.7', verdict: works", "versions: '>2.3', verdict: works"),
        says("versions: '<2.7', verdict: works", "versions: '<2.5', verdict: works"),
    ),
    Sides(
        "redundant",
        NEW,
        says("versions: '*', verdict: works", "versions: '*', verdict: works"),
        says("versions: '*', verdict: works", "versions: '*', verdict: works, audience: staff"),
    ),
    # Versions and ranges.
    Sides("twin", "releases/recorder/2.4.0.md", SHIPPED),
    Sides(
        "empty-range",
        NEW,
        says("versions: '>=2.7,<2.4', verdict: works"),
        says("versions: '>=2.4,<2.7', verdict: works"),
    ),
    Sides(
        "empty-range",
        ARTICLE,
        issue("fixed_in: {recorder: '>3,<3'}"),
        issue("fixed_in: {recorder: '>=3'}"),
    ),
    Sides(
        "range-spelling",
        NEW,
        says("versions: '2.4.x', verdict: works"),
        says("versions: '>=2.4,<2.5~dev', verdict: works"),
    ),
    Sides(
        "range-spelling",
        ARTICLE,
        issue("fixed_in: {recorder: 3 or later}"),
        issue("fixed_in: {recorder: '>=3'}"),
    ),
    Sides(
        "no-such-versions",
        NEW,
        says("versions: '2.5', verdict: works"),
        says("versions: '2.4', verdict: works"),
    ),
    Sides("no-such-versions", ARTICLE, issue(applies=">=2.4.1,<3"), issue(applies=">=2.4,<3")),
    Sides(
        "no-such-versions",
        NEW,
        says("versions: '>=3', verdict: works"),
        says("versions: '>=3', verdict: breaks, remedy: Stay below 3."),
    ),
    Sides(
        "no-such-versions",
        NEW,
        says("versions: '<2', verdict: works"),
        says("versions: '<2', verdict: limited, limits: no sound"),
    ),
    Sides("not-a-version", PRODUCT, RECORDER.replace("loose", "semver"), RECORDER),
    # What became of a release.
    Sides(
        "history-behind",
        NEW,
        release("history:", "  - {to: staged, at: 2026-05-03}"),
        release("history:", "  - {to: shipped, at: 2026-05-04}"),
    ),
    # Names of what is not there.
    Sides("unknown-product", NEW, says("versions: '*', verdict: works").replace("player", "plyer")),
    Sides("unknown-product", "releases/editor/2.7.md", SHIPPED),
    Sides("unknown-product", PRODUCT, RECORDER + "lockstep: [plyer]\n", RECORDER),
    Sides("unknown-product", NEW, release("contains: {plyer: '2.4'}")),
    Sides(
        "unknown-release",
        OLD,
        release("withdrawn: {on: 2026-05-05, reason: x, replacement: '9'}", status=WITHDRAWN),
        release("withdrawn: {on: 2026-05-05, reason: x, replacement: '2.4'}", status=WITHDRAWN),
    ),
    Sides(
        "unknown-release",
        NEW,
        release("contains: {player: '2.5'}"),
        release("contains: {player: '2.4'}"),
    ),
    Sides("no-release", "releases/recorder/2.9.briefing.md", "Say nothing.\n"),
    Sides(
        "bad-replacement",
        OLD,
        release("withdrawn: {on: 2026-05-05, reason: x, replacement: '2.3'}", status=WITHDRAWN),
        release("withdrawn: {on: 2026-05-05, reason: x}", status=WITHDRAWN),
    ),
    Sides("unknown-person", ARTICLE, issue("owner: jo"), issue("owner: maria")),
    Sides("unknown-person", PRODUCT, RECORDER + "owner: jo\n", RECORDER + "owner: maria\n"),
    Sides(
        "unknown-person",
        NEW,
        says("versions: '*', verdict: works, verified: {by: jo, on: 2026-05-04}"),
        says("versions: '*', verdict: works, verified: {by: maria, on: 2026-05-04}"),
    ),
    Sides(
        "no-fix-named",
        ARTICLE,
        issue().replace("workaround", "vendor_fix"),
        issue("fixed_in: {recorder: '>=2.8'}").replace("workaround", "vendor_fix"),
    ),
    Sides(
        "no-synonym",
        "kb/synonyms.md",
        issue() + "\n| People say | We say |\n|---|---|\n| crash | |\n",
        issue() + "\n| People say | We say |\n|---|---|\n| crash | stops |\n",
    ),
    # Tracks.
    Sides("unknown-track", NEW, release("track: beta"), SHIPPED),
    Sides(
        "unreachable-track",
        PRODUCT,
        RECORDER + "tracks: [stable, beta]\n",
        RECORDER + "tracks: [stable, beta]\nsupport: {beta: {ended: true}}\n",
    ),
    # Dates.
    Sides("no-date", NEW, release(status="planned"), release(status="staged")),
    Sides(
        "planned-passed",
        NEW,
        release(status="planned\nplanned_for: 2026-05-19"),
        release(status="planned\nplanned_for: 2026-05-20"),
    ),
    Sides(
        "planned-passed",
        NEW,
        release("planned_for: 2026-05-19", status="staged"),
        release("planned_for: 2026-05-19"),
    ),
    Sides(
        "planned-passed",
        ARTICLE,
        issue("promised: 2026-05-19", "fixed_in: {recorder: '>=2.7'}"),
        issue("promised: 2026-05-19", "fixed_in: {recorder: '>=2.4'}"),
    ),
    Sides(
        "dates-out-of-order",
        OLD,
        release("withdrawn: {on: 2026-05-03, reason: x}", status=WITHDRAWN),
        release("withdrawn: {on: 2026-05-04, reason: x}", status=WITHDRAWN),
    ),
    Sides(
        "dates-out-of-order",
        NEW,
        release(support(active_until="2027-05-04", security_until="2027-05-03")),
        release(support(active_until="2027-05-04", security_until="2027-05-04")),
    ),
    Sides(
        "dates-out-of-order",
        NEW,
        release(support(active_until="2026-05-03")),
        release(support(active_until="2026-05-04")),
    ),
    Sides(
        "dates-out-of-order",
        PRODUCT,
        RECORDER + "support: {stable: {security_until: 2028-01-01, extended_until: 2027-01-01}}\n",
        RECORDER + "support: {stable: {security_until: 2027-01-01, extended_until: 2028-01-01}}\n",
    ),
    Sides(
        "dates-out-of-order",
        ARTICLE,
        issue("verified: {by: maria, on: 2026-05-04, until: 2026-05-03}"),
        issue("verified: {by: maria, on: 2026-05-04, until: 2027-05-04}"),
    ),
    Sides(
        "dates-out-of-order",
        ARTICLE,
        issue("opened: 2026-05-10", "promised: 2026-05-09"),
        issue("opened: 2026-05-10", "promised: 2026-06-09"),
    ),
    Sides(
        "future-date",
        NEW,
        release(status="shipped\nreleased_at: 2026-05-22"),
        release(status="shipped\nreleased_at: 2026-05-21"),
    ),
    Sides(
        "future-date",
        NEW,
        release("announced_at: 2026-05-27", status=ANNOUNCED),
        release("announced_at: 2026-05-20", status=ANNOUNCED),
    ),
    Sides(
        "future-date",
        NEW,
        release("withdrawn: {on: 2026-06-20, reason: x}", status=WITHDRAWN),
        release("withdrawn: {on: 2026-05-20, reason: x}", status=WITHDRAWN),
    ),
    Sides(
        "future-date",
        ARTICLE,
        issue("verified: {by: maria, on: 2026-06-20}"),
        issue("verified: {by: maria, on: 2026-05-20}"),
    ),
    Sides("future-date", ARTICLE, issue("opened: 2027-05-20"), issue("opened: 2026-05-20")),
    # Links.
    Sides(
        "dangling-link",
        NEW,
        says("versions: '*', verdict: breaks, remedy: See kb/how.md."),
        says("versions: '*', verdict: breaks, remedy: See kb/a-customer-calls.md."),
    ),
    Sides(
        "dangling-link",
        "releases/recorder/2.4.briefing.md",
        "Read [this](../../kb/how.md).\n",
        "Read [this](../../kb/a-customer-calls.md).\n",
    ),
    # What the reader finds.
    Sides("unreadable", NEW, "---\nstatus: [\n---\n"),
    Sides("merge-conflict", ARTICLE, "<<<<<<< HEAD\n=======\n>>>>>>> them\n"),
    Sides("no-front-matter", ARTICLE, "No sound.\n"),
    Sides("shorthand", NEW, release("track: &a stable"), release("track: stable")),
    Sides("wrong-type", NEW, release("track: [stable]"), release("track: stable")),
    Sides("wrong-value", NEW, release("audience: all"), release("audience: public")),
    Sides("empty", PRODUCT, RECORDER.replace("Recorder", ""), RECORDER),
    Sides("duplicate-key", NEW, release("track: stable", "track: stable")),
    Sides("missing-key", NEW, release(status="shipped"), SHIPPED),
    Sides("unknown-key", NEW, release("notes: x"), SHIPPED),
    Sides("misplaced", "releases/2.7.md", SHIPPED),
    Sides("unsafe-name", "kb/No Sound.md", ISSUE),
    Sides("reserved-name", "kb/index.md", ISSUE),
    Sides(
        "duplicate-download",
        NEW,
        release("downloads:", *['  - {platform: any, url: "https://example.com/x"}'] * 2),
    ),
    Sides(
        "wrong-history",
        NEW,
        release(
            "history:", *(f"  - {{to: {to}, at: 2026-05-04}}" for to in ("planned", "shipped"))
        ),
        release("history:", *(f"  - {{to: {to}, at: 2026-05-04}}" for to in ("staged", "shipped"))),
    ),
    Sides(
        "history-behind",
        NEW,
        release("history: [{to: staged, at: 2026-05-04}]"),
        release("history: [{to: staged, at: 2026-05-04}, {to: shipped, at: 2026-05-04}]"),
    ),
    Sides("stray", "releases/recorder/notes.txt", "Remember the milk.\n"),
]
# Those whose two sides are not in one record; each has tests of its own, here or beside this file.
ELSEWHERE = {
    "broken-template",
    "crowded",
    "unfit-picture",
    "suite-cycle",
    "suite-breaks-inside",
    "untested-lockstep",
    "member-not-out",
    "wrong-track",
    "vanished",
    "unknown-rule",
    "unknown-channel",
    "wrong-channel",
    "subscribes-to-nothing",
    "cannot-reach",
    "overlapping-subscriptions",
    "digest-in-quiet-hours",
    "unknown-room",
    "unknown-list",
}


def test_the_knowledge_base_that_is_broken_below_has_no_findings(kb: Kb) -> None:
    assert findings(kb) == ()


@pytest.mark.parametrize("sides", SIDES, ids=lambda sides: f"{sides.rule}:{sides.path}")
def test_a_rule_finds_what_is_wrong_and_leaves_alone_what_is_right(kb: Kb, sides: Sides) -> None:
    before = (kb.root / sides.path).read_text() if (kb.root / sides.path).exists() else None
    kb.write(sides.path, sides.wrong)
    # What cannot be read is missing elsewhere, and is found there, too.
    found = rules(kb)
    assert sides.rule in found and (len(found) == 1 or before), found
    if sides.right is None:
        (kb.root / sides.path).unlink()
    else:
        kb.write(sides.path, sides.right)
    assert findings(kb) == ()


def test_every_rule_has_a_test_of_both_sides() -> None:
    assert {sides.rule for sides in SIDES} | ELSEWHERE == by_id().keys()


@pytest.mark.parametrize(
    ("tracks", "track", "right"),
    [
        ("['3.14', '3.12']", "3.14", "3.12"),
        ("['3', '3.12']", "3", "3.12"),
        ("[other, '3.12']", "other", "3.12"),
    ],
)
def test_a_release_on_another_cycle_than_its_versions_is_found(
    kb: Kb, tracks: str, track: str, right: str
) -> None:
    kb.product("python", "Python", f"tracks: {tracks}\n")
    kb.release("python", "3.12.1", more="track: '3.12'\n")
    kb.release("python", "3.14.0" if track == "3.14" else "3.9", more=f"track: '{track}'\n")
    kb.release("python", "3.12.99", more=f"track: '{track}'\n")
    found = [(f.rule, f.place.file) for f in findings(kb)]
    assert found == [("wrong-track", "releases/python/3.12.99.md")]
    kb.release("python", "3.12.99", more=f"track: '{right}'\n")
    assert findings(kb) == ()


def test_a_release_that_does_not_begin_as_all_others_of_its_cycle_is_found(kb: Kb) -> None:
    kb.product("python", "Python", "tracks: ['3.14']\n")
    kb.release("python", "3.14.0")
    kb.release("python", "3.12.99")
    assert rules(kb) == ["wrong-track"]
    kb.release("python", "3.12.99", more="imported: 2026-05-01\n")
    assert findings(kb) == (), "the list that it comes from put it there"


def test_a_record_that_names_no_track_is_on_the_cycle_of_its_version(kb: Kb) -> None:
    kb.product("python", "Python", "tracks: ['3.14', '3.12']\n")
    kb.release("python", "3.14.0")
    kb.release("python", "3.12.1")
    assert findings(kb) == ()


def test_the_newest_version_must_say_whether_its_lockstep_partner_works(kb: Kb) -> None:
    kb.write(PRODUCT, RECORDER + "lockstep: [player]\n")
    kb.write(NEW, SHIPPED)
    found = findings(kb)
    assert [(f.rule, f.place.file) for f in found] == [("untested-lockstep", NEW)]
    assert "Player 2.4" in found[0].message
    for verdict in ("works", "unknown"):
        kb.write(NEW, says(f"versions: '2.4', verdict: {verdict}"))
        assert findings(kb) == ()


def test_the_partners_own_statement_counts_in_lockstep(kb: Kb) -> None:
    kb.write(PRODUCT, RECORDER + "lockstep: [player]\n")
    text = says("versions: '*', verdict: works").replace("player", "recorder")
    kb.write("releases/player/2.4.md", text)
    assert findings(kb) == ()


def test_nobody_is_asked_about_tracks_that_are_out_of_support(kb: Kb) -> None:
    kb.write(
        PRODUCT,
        RECORDER + "lockstep: [player]\ntracks: [stable, lts]\nsupport: {lts: {ended: true}}\n",
    )
    kb.write("releases/recorder/1.0.md", release("track: lts"))
    kb.write("releases/recorder/2.4.md", says("versions: '2.4', verdict: works"))
    assert findings(kb) == ()


def test_a_planned_release_need_not_say_what_it_works_with(kb: Kb) -> None:
    kb.write(PRODUCT, RECORDER + "lockstep: [player]\n")
    kb.write("releases/recorder/2.4.md", says("versions: '2.4', verdict: works"))
    kb.write(NEW, release(status=ANNOUNCED))
    assert findings(kb) == ()


def test_what_a_shipped_suite_holds_must_have_shipped(kb: Kb) -> None:
    kb.write(NEW, release("contains: {player: '2.4'}"))
    kb.write("releases/player/2.4.md", release(status="staged"))
    assert [(f.rule, f.place.file) for f in findings(kb)] == [("member-not-out", NEW)]
    kb.write("releases/player/2.4.md", SHIPPED)
    assert findings(kb) == ()


def test_a_product_without_releases_has_no_unreachable_tracks_and_no_missing_versions(
    kb: Kb,
) -> None:
    kb.product("editor", "Editor", "tracks: [stable, beta]\n")
    kb.write(NEW, says("versions: '2.5', verdict: works").replace("player", "editor"))
    assert findings(kb) == ()


def test_of_three_statements_each_that_quarrels_is_named_with_its_line(kb: Kb) -> None:
    kb.write(
        NEW,
        says(
            "versions: '>=2.4,<2.7', verdict: works",
            "versions: '>=2.3,<2.6', verdict: works",
            "versions: '>=2.2,<2.5', verdict: unknown",
        ),
    )
    found = findings(kb)
    assert [(f.rule, f.place.line) for f in found] == [("redundant", 6), ("contradiction", 7)]
    assert "line 5" in found[0].message and "line 6" in found[1].message


@pytest.mark.slow
def test_many_statements_of_single_versions_are_compared_in_one_go(kb: Kb) -> None:
    rows = [f"versions: '2.4.{n}', verdict: unknown" for n in range(1, 3000)]
    for n in (1, 2999):
        kb.release("player", f"2.4.{n}")
    kb.write(NEW, says(*rows, "versions: '2.4.1', verdict: works"))
    assert set(rules(kb)) == {"contradiction", "no-such-versions"}
    assert rules(kb).count("contradiction") == 1


def test_each_version_is_read_by_its_scheme_once(kb: Kb) -> None:
    from forewarn.services.check import rules as all_rules
    from forewarn.services.check.rules.around import Around
    from forewarn.store.catalogue.whole import load_worktree

    for n in range(100):
        kb.release("player", f"3.{n}")
        kb.release(
            "recorder",
            f"3.{n}",
            more="compatibility:\n"
            f"  - {{with: player, versions: '<=3.{n}', verdict: unknown}}\n"
            f"  - {{with: player, versions: '>3.{n}', verdict: unknown}}\n",
        )
    loaded = load_worktree(kb.root)
    asked: list[str] = []

    class Counting:
        def __init__(self, scheme: object) -> None:
            self._scheme = scheme

        def __getattr__(self, name: str) -> object:
            return getattr(self._scheme, name)

        def key(self, version: str) -> object:
            asked.append(version)
            return self._scheme.key(version)  # type: ignore[attr-defined]

    catalogue = loaded.catalogue
    for product, scheme in tuple(catalogue.schemes.items()):
        catalogue.schemes[product] = Counting(scheme)  # type: ignore[index]
    around = Around(catalogue, people=None, files=loaded.read.keys(), today=TODAY)
    for product in catalogue.products.values():
        assert list(all_rules.of_product(around, product)) == []
    assert len(asked) == 2 * 101


def test_a_link_in_code_is_no_link(kb: Kb) -> None:
    body = "See [this]({}).\n\n```\n[not a link](nowhere.md)\n```\nand `[neither](x.md)`\n"
    kb.write(ARTICLE, ISSUE + body.format("other.md"))
    assert rules(kb) == ["dangling-link"]
    kb.write(ARTICLE, ISSUE + body.format("a-customer-calls.md#x"))
    assert findings(kb) == ()


def test_what_is_no_record_among_the_records_is_found(kb: Kb) -> None:
    kb.write("releases/Bad Name/2.7.md", "x")
    (kb.root / "releases/recorder/2.9.md").symlink_to("/etc/passwd")
    (kb.root / "releases/editor").symlink_to(kb.root / "kb")
    (kb.root / "releases/recorder/old").mkdir()
    (kb.root / "kb/linked.md").symlink_to("/etc/passwd")
    (kb.root / "kb/folder").symlink_to("/etc")
    (kb.root / "kb/picture.png").symlink_to("/etc/passwd")
    (kb.root / "kb/module/.git").mkdir(parents=True)
    assert sorted(rules(kb)) == [*["stray"] * 6, "unsafe-name", "unsafe-name"]
    said = {f.place.file: f.message for f in findings(kb)}
    assert said["kb/linked.md"].startswith("this is a symbolic link: Git has nothing of what")
    assert said["releases/recorder/2.9.md"] == said["kb/folder"] == said["kb/linked.md"]
    assert said["kb/module"].startswith("this is a repository of its own, such as a submodule:")


def test_what_has_the_name_of_a_product_or_of_a_record_and_is_none_is_found(kb: Kb) -> None:
    (kb.root / "releases/editor").write_text("")
    (kb.root / "releases/.gitkeep").write_text("")
    os.mkfifo(kb.root / "releases/recorder/2.9.md")
    assert sorted(rules(kb)) == ["stray", "stray"]


def test_the_clock_is_this_computers_unless_it_is_given(kb: Kb) -> None:
    past = today() - timedelta(days=3)
    kb.write(NEW, release(status=f"planned\nplanned_for: {past}"))
    assert [f.rule for f in check(kb.root).findings] == ["planned-passed"]
    assert check(kb.root, today=past).findings == ()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("name: x\nname: y\n", "duplicate-key"),
        ("people: {maria: {name: M, email: not an address}}\nname: x\n", "wrong-value"),
        ("name: x\nsubscriptions: [{person: jo, channel: inbox}]\n", "unknown-person"),
        ("name: x\nsubscriptions: [{person: jo, channel: inbox}]\n", "unknown-channel"),
        ("name: x\nchannels: {inbox: {type: pigeon}}\n", "wrong-channel"),
        (
            "name: x\nchannels: {mail: {type: email, host: h, from: a@b.example, prot: 1}}\n",
            "wrong-channel",
        ),
        ('name: x\npeople: {maria: {name: "M\\r\\nBcc: x@y.example"}}\n', "wrong-value"),
        ("- x\n", "wrong-type"),
    ],
)
def test_mistakes_in_the_settings_are_found(kb: Kb, text: str, rule: str) -> None:
    kb.write("forewarn.yml", text)
    assert rule in rules(kb)


def test_a_secret_in_the_settings_is_refused_and_never_shown(kb: Kb) -> None:
    kb.write(
        "forewarn.yml",
        "name: x\nchannels:\n  mail: {type: email, host: h, from: a@b.example, username: u, "
        "password: hunter2}\n",
    )
    ran = CommandKb(kb.root).run("check", code=1)
    assert "hunter2" not in ran.out + ran.err and "${" in ran.out


def test_a_build_that_the_scheme_leaves_out_of_its_order_is_named_as_such(kb: Kb) -> None:
    kb.write(PRODUCT, RECORDER.replace("loose", "semver"))
    for version in ("10.4.17", "10.4.17+security-01"):
        kb.write(f"releases/recorder/{version}.md", SHIPPED)
    twin = next(f for f in findings(kb) if f.rule == "twin")
    assert "what stands behind a + does not count in its order" in twin.message
    assert "such as loose" in twin.help
