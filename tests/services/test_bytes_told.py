"""What the answers of the command line say of a file that has other bytes under one version."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from events_builder import NOON, SHIPPED
from forewarn.cli.say.compat import compat_text
from forewarn.cli.say.release import shown_text
from forewarn.facts.compat import compat_json
from forewarn.facts.releases import shown_json
from forewarn.model.events.event import EventKind
from forewarn.model.events.fact import BytesChanged, ChangedBytes
from forewarn.services.alert.unannounced import seen_download
from forewarn.services.ask.compat import CompatQuestion, compat
from forewarn.services.ask.releases import ReleaseQuestion, release
from forewarn.services.watch.keep import Kept
from forewarn.store.state.opening import open_state
from forewarn.words.events import lines
from kb_builder import TODAY, Kb, sighting
from looking import QUARTER, Looking, shown

OLD, NEW = "a" * 64, "b" * 64
DAY = timedelta(days=1)
QUESTION = ReleaseQuestion(product="recorder", version="2.7")
FEED = "watch: [{type: feed, url: 'https://vendor.example/feed.xml'}]\n"


def kb_with_other_bytes(root: Path) -> Kb:
    """Recorder 2.7 was seen with one digest, and a quarter of an hour later with another."""
    kb = Kb(root).product("recorder", "Recorder", FEED).product("player", "Player")
    kb.release("recorder", "2.7").release("player", "2.4")
    with open_state(root) as state:
        looking = Looking(state, kb.load())
        for digest in (OLD, NEW):
            looking.answer("recorder", shown("2.7", sha256=digest, digests=(("sha256", digest),)))
            looking.pass_()
    return kb


def test_release_show_and_compat_say_that_the_bytes_are_others(tmp_path: Path) -> None:
    kb = kb_with_other_bytes(tmp_path)
    found = release(kb.root, ReleaseQuestion(product="recorder", version="2.7"), today=TODAY)
    text = shown_text(found)
    assert "other bytes than before: advise nobody to install it until somebody has said" in text
    assert f"sha256 before {OLD} (seen since 2026-05-04 02:00 UTC)" in text
    assert f"sha256 now {NEW} (since 2026-05-04 02:15 UTC)" in text
    (row,) = shown_json(found)["other_bytes"]
    assert {key: row[key] for key in ("version", "before", "since", "after", "at", "url")} == {
        "version": "2.7",
        "before": OLD,
        "since": "2026-05-04T02:00:00+00:00",
        "after": NEW,
        "at": "2026-05-04T02:15:00+00:00",
        "url": "https://vendor.example/2.7.exe",
    }
    pair = compat(kb.root, CompatQuestion(releases=("recorder@2.7", "player@2.4")), today=TODAY)
    note = "note: recorder@2.7 has other bytes than before, since 2026-05-04 02:15 UTC: advise"
    assert note in compat_text(pair)
    assert compat_json(pair)["other_bytes"] == [row]


def changes_of(kept: Kept) -> list[tuple[str, str, bool]]:
    """What people were told of the bytes: before, after, and whether they are the record's."""
    facts = [event.fact for event in kept.alerts]
    assert all(isinstance(fact, BytesChanged) for fact in facts)
    rows = [row for fact in facts if isinstance(fact, BytesChanged) for row in fact.found]
    return [(row.before, row.after, row.as_recorded) for row in rows]


def test_what_goes_to_and_fro_is_told_once_a_day_and_the_mark_says_how_it_is(
    tmp_path: Path,
) -> None:
    recorded = f"downloads: [{{platform: windows, url: 'https://x.example/r', sha256: {OLD}}}]\n"
    kb = Kb(tmp_path).product("recorder", "Recorder", FEED)
    kb.release("recorder", "2.7", more=recorded)
    told = []
    with open_state(kb.root) as state:
        looking = Looking(state, kb.load())
        for digest, time in ((OLD, QUARTER), (NEW, QUARTER), (OLD, QUARTER), (NEW, DAY)):
            given = shown("2.7", sha256=digest, digests=(("sha256", digest),))
            told.append(changes_of(looking.answer("recorder", given)))
            looking.pass_(time)
        assert told == [[], [(OLD, NEW, False)], [(NEW, OLD, True)], []]
        (mark,) = shown_json(release(kb.root, QUESTION, today=TODAY))["other_bytes"]
        assert (mark["before"], mark["after"]) == (OLD, NEW)
        assert mark["at"] == "2026-05-04T02:45:00+00:00"
        back = shown("2.7", sha256=OLD, digests=(("sha256", OLD),))
        assert changes_of(looking.answer("recorder", back)) == [(NEW, OLD, True)]
    assert "other_bytes" not in shown_json(release(kb.root, QUESTION, today=TODAY))


def test_bytes_that_are_the_records_again_are_nothing_to_warn_of() -> None:
    seen = ChangedBytes(
        seen=seen_download(sighting()), algorithm="sha256", before=NEW, since=None, after=OLD,
        at=NOON, as_recorded=True,
    )  # fmt: skip
    event = replace(SHIPPED, kind=EventKind.BYTES_CHANGED, fact=BytesChanged(found=(seen,)))
    (said,) = [text for label, text in lines(event) if label == "What to do"]
    assert said == "it is the file of the record again; ask the vendor what the one in between was"
