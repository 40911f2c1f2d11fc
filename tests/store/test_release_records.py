"""A release's life as people write it: history, rollout, support, members and downloads."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from forewarn.model.product import Product
from forewarn.model.record import Place, Support, SupportStage
from forewarn.model.release import (
    Download,
    Member,
    Release,
    RolloutStep,
    Status,
    Transition,
    Withdrawal,
)
from forewarn.store.records import read_record
from forewarn.store.records.problems import Problems

PATH = "releases/recorder/2.7.md"
SHIPPED = "status: shipped\nreleased_at: 2026-05-04\n"
WITHDRAWN = (
    "status: withdrawn\nreleased_at: 2026-05-04\nwithdrawn: {on: 2026-05-09, reason: no sound}\n"
)


def read(head: str, path: str = PATH) -> Release:
    problems = Problems(path)
    record = read_record(path, f"---\n{head}---\n".encode(), problems)
    assert problems.findings == []
    assert isinstance(record, Release)
    return record


def refused(head: str, path: str = PATH) -> list[tuple[str, int]]:
    problems = Problems(path)
    read_record(path, f"---\n{head}---\n".encode(), problems)
    return [(finding.rule, finding.place.line) for finding in problems.findings]


def history(*steps: str) -> str:
    return "history:\n" + "".join(f"  - {{{step}}}\n" for step in steps)


def test_each_change_of_status_has_its_time_and_who() -> None:
    head = SHIPPED + history(
        "to: planned, at: 2026-03-01",
        "to: staged, at: 2026-05-01T11:30:00+02:00, by: maria",
        'to: shipped, at: 2026-05-04T09:30Z, by: "Jo, release manager"',
        "to: withdrawn, at: 2026-05-09T07:00:00Z, withdrawn: {on: 2026-05-08, reason: no sound}",
        "to: shipped, at: 2026-05-12T07:00:00Z, by: maria, reason: it was the driver",
    )
    release = read(head)
    assert release.history == (
        Transition(to=Status.PLANNED, on=date(2026, 3, 1)),
        Transition(
            to=Status.STAGED,
            on=date(2026, 5, 1),
            at=datetime(2026, 5, 1, 9, 30, tzinfo=UTC),
            by="maria",
        ),
        Transition(
            to=Status.SHIPPED,
            on=date(2026, 5, 4),
            at=datetime(2026, 5, 4, 9, 30, tzinfo=UTC),
            by="Jo, release manager",
        ),
        Transition(
            to=Status.WITHDRAWN,
            on=date(2026, 5, 9),
            at=datetime(2026, 5, 9, 7, tzinfo=UTC),
            withdrawn=Withdrawal(on=date(2026, 5, 8), reason="no sound"),
        ),
        Transition(
            to=Status.SHIPPED,
            on=date(2026, 5, 12),
            at=datetime(2026, 5, 12, 7, tzinfo=UTC),
            by="maria",
            reason="it was the driver",
        ),
    )
    assert release.reinstated == release.history[-1]
    assert release.since == date(2026, 5, 12), "it can be had since it came back"


@pytest.mark.parametrize(
    ("head", "rule", "line"),
    [
        (SHIPPED + history("to: planned, at: 2026-05-01", "to: shipped, at: 2026-05-04"), "wrong-history", 6),
        (SHIPPED + history("to: shipped, at: 2026-05-04", "to: staged, at: 2026-05-05", "to: shipped, at: 2026-05-06"), "wrong-history", 6),
        ("status: staged\n" + history("to: shipped, at: 2026-05-04"), "wrong-history", 4),
        ("status: planned\n" + history("to: staged, at: 2026-05-04"), "wrong-history", 4),
        (SHIPPED + history("to: staged, at: 2026-05-05", "to: shipped, at: 2026-05-04T23:59Z"), "dates-out-of-order", 6),
        (SHIPPED + history("to: shipped, at: 2026-05-04T09:30:00"), "wrong-value", 5),
        (SHIPPED + history("to: shipped, at: 0001-01-01T00:00+23:59"), "wrong-value", 5),
        (SHIPPED + history("to: shipped, at: 0026-05-04"), "wrong-value", 5),
        (SHIPPED + history("to: shipped, at: 0026-05-04T09:30Z"), "wrong-value", 5),
        (SHIPPED + "planned_for: 0026-05-04\n", "wrong-value", 4),
        (SHIPPED + "support: {active_until: 0027-05-04}\n", "wrong-value", 4),
        (SHIPPED + history("to: out, at: 2026-05-04"), "wrong-value", 5),
        (SHIPPED + history("to: shipped"), "missing-key", 5),
        (SHIPPED + history("to: shipped, at: 2026-05-04, reason: it was ready"), "wrong-value", 5),
        (SHIPPED + history("to: shipped, at: 2026-05-04, withdrawn: {on: 2026-05-04, reason: x}"), "wrong-value", 5),
        (WITHDRAWN + history("to: withdrawn, at: 2026-05-09, withdrawn: {on: 2026-05-09, reason: x}"), "wrong-value", 6),
        (SHIPPED + "rollout: {windows: [{on: 2026-05-04, share: 101%}]}\n", "wrong-value", 4),
        (SHIPPED + "rollout: {windows: [{on: 2026-05-04, share: '10'}]}\n", "wrong-value", 4),
        (SHIPPED + "rollout: {windows: [{on: 2026-05-04}]}\n", "missing-key", 4),
        (SHIPPED + "rollout:\n  windows:\n  - {on: 2026-05-04, share: 10%}\n  - {on: 2026-05-04, share: 20%}\n", "dates-out-of-order", 7),
        (SHIPPED + "downloads: [{platform: macos, url: 'https://x.example/r.dmg'}]\nrollout: {windows: [{on: 2026-05-04, share: 1%}]}\n", "wrong-value", 5),
        (SHIPPED + "support:\n  - {on: 2026-05-04, active_until: 2027-05-04}\n  - {active_until: 2028-05-04}\n", "missing-key", 6),
        (SHIPPED + "support:\n  - {on: 2026-05-04, ended: true}\n  - {on: 2026-05-03, ended: true}\n", "dates-out-of-order", 6),
        (SHIPPED + "contains: {recorder: '2.6'}\n", "wrong-value", 4),
        (SHIPPED + "contains: {player: '../2.6'}\n", "wrong-value", 4),
        (SHIPPED + "contains: [player]\n", "wrong-type", 4),
        (SHIPPED + "downloads:\n  - {platform: windows, url: 'https://x.example/a'}\n  - {platform: windows, url: 'https://x.example/b'}\n", "duplicate-download", 6),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_named_with_its_line(head: str, rule: str, line: int) -> None:
    assert refused(head) == [(rule, line)]


def test_whoever_sets_the_status_by_hand_need_not_know_of_the_history() -> None:
    release = read(SHIPPED + history("to: staged, at: 2026-05-01"))
    assert not release.history_is_complete
    assert release.since == date(2026, 5, 4)


def test_a_rollout_is_what_has_been_reached_today() -> None:
    release = read(
        SHIPPED
        + "rollout:\n  windows: [{on: 2026-05-04, share: 10%}, {on: 2026-05-06, share: 100 %}]\n"
        + "  macos: [{on: 2026-05-06, share: 0.5%}]\n"
    )
    ten = RolloutStep(platform="windows", on=date(2026, 5, 4), share=Decimal(10))
    assert release.rolled_out(date(2026, 5, 3)) == ()
    assert release.rolled_out(date(2026, 5, 5)) == (ten,)
    assert [str(s.share) for s in release.rolled_out(date(2026, 5, 6))] == ["100", "0.5"]


def test_support_is_one_decision_or_a_log_of_which_the_last_holds() -> None:
    one = read(SHIPPED + "support: {active_until: 2027-05-04}\n").support
    assert one == Support(active_until=date(2027, 5, 4))
    log = read(
        SHIPPED
        + "support:\n  - {on: 2026-05-04, security_until: 2027-05-04}\n"
        + "  - {on: 2027-05-05, ended: true}\n"
        + "  - {on: 2027-06-01, security_until: 2028-05-04, reason: customers asked for it}\n"
    ).support
    first = Support(on=date(2026, 5, 4), security_until=date(2027, 5, 4))
    assert log == Support(
        on=date(2027, 6, 1),
        security_until=date(2028, 5, 4),
        reason="customers asked for it",
        earlier=(first, Support(on=date(2027, 5, 5), ended=True)),
    )
    assert not log.over(date(2027, 7, 1)), "it was reinstated"


def test_a_track_has_a_log_of_its_support_too() -> None:
    text = (
        "name: R\nscheme: loose\nsupport:\n  stable:\n    - {on: 2026-01-10, ended: true}\n"
        "    - {on: 2026-02-10, active_until: 2027-01-10}\n"
    )
    problems = Problems("releases/recorder/product.yml")
    product = read_record("releases/recorder/product.yml", text.encode(), problems)
    assert isinstance(product, Product) and not problems.findings
    assert product.support["stable"].ends == date(2027, 1, 10)


@pytest.mark.parametrize(
    ("today", "stage"),
    [
        (date(2027, 5, 4), SupportStage.ACTIVE),
        (date(2027, 5, 5), SupportStage.SECURITY),
        (date(2028, 5, 5), SupportStage.EXTENDED),
        (date(2029, 5, 5), SupportStage.END),
    ],
)
def test_the_last_day_of_a_stage_still_belongs_to_it(today: date, stage: SupportStage) -> None:
    support = Support(
        active_until=date(2027, 5, 4),
        security_until=date(2028, 5, 4),
        extended_until=date(2029, 5, 4),
    )
    assert support.stage(today) is stage
    assert Support().stage(today) is None
    assert Support(ended=True).stage(today) is SupportStage.END


def test_a_suite_names_what_is_in_it() -> None:
    release = read(SHIPPED + 'contains:\n  player: 2.70\n  exporter: "1.1"\n')
    assert release.contains == (
        Member(product="player", version="2.70", place=Place(file=PATH, line=5)),
        Member(product="exporter", version="1.1", place=Place(file=PATH, line=6)),
    )


def test_downloads_differ_by_platform_architecture_and_edition() -> None:
    rows = (
        "platform: windows, arch: x86_64",
        "platform: windows, arch: arm64",
        "platform: windows, edition: pro",
        "platform: windows",
    )
    text = "".join(f"  - {{{row}, url: 'https://x.example/{n}'}}\n" for n, row in enumerate(rows))
    release = read(f"{SHIPPED}downloads:\n{text}")
    assert [d.target_words for d in release.downloads] == [
        "windows x86_64",
        "windows arm64",
        "windows pro",
        "windows",
    ]
    assert release.downloads[1] == Download(
        platform="windows", arch="arm64", url="https://x.example/1"
    )


def test_only_a_release_of_which_nothing_is_told_is_bare() -> None:
    assert read(SHIPPED).bare
    assert not read(SHIPPED + history("to: shipped, at: 2026-05-04")).bare
