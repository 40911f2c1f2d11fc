"""What the answers of the command line say of a file that has other bytes under one version."""

from __future__ import annotations

from pathlib import Path

from forewarn.cli.say.compat import compat_text
from forewarn.cli.say.release import shown_text
from forewarn.facts.compat import compat_json
from forewarn.facts.releases import shown_json
from forewarn.services.ask.compat import CompatQuestion, compat
from forewarn.services.ask.releases import ReleaseQuestion, release
from forewarn.store.state.opening import open_state
from kb_builder import TODAY, Kb
from looking import Looking, shown

OLD, NEW = "a" * 64, "b" * 64
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
