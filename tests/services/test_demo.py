"""The story: a release that nobody announced is known to support before the first call."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

import pytest

from command_line import Kb, run


@pytest.mark.slow
def test_the_story_is_told_by_real_commands_and_its_end_is_true(tmp_path: Path) -> None:
    ran = run("demo", "--no-serve", "--dir", str(tmp_path / "story"))
    assert ran.code == 0, ran.err
    kb = Kb(tmp_path / "story" / "support-kb")

    alerts = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in kb.mails()
    ]
    assert any(
        "2.7" in m["Subject"] and m["X-Forewarn-Kind"] == "unannounced_download" for m in alerts
    )
    kinds = {m["X-Forewarn-Kind"] for m in alerts}
    assert {"partial_release", "bytes_changed"} <= kinds
    answer = kb.run("compat", "recorder@2.7", "player@2.4", "--format", "json").json
    assert answer["verdict"] == "breaks" and answer["remedies"]
    assert (
        kb.run("release", "show", "recorder", "2.7", "--format", "json").json["status"] == "shipped"
    )
    for audience in ("staff", "public"):
        page = kb.root / "site" / audience / "products/recorder/2.7/index.html"
        assert "Update the player" in page.read_text(encoding="utf-8")
    assert kb.run("sightings", "--open", "--format", "json").json == []
    assert all(row["state"] == "sent" for row in kb.run("deliveries", "--format", "json").json)
    assert kb.git("status", "--porcelain") == ""


def test_the_story_does_not_overwrite_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "support-kb").mkdir()
    (tmp_path / "support-kb" / "mine.txt").write_text("mine")
    ran = run("demo", "--no-serve", "--dir", str(tmp_path))
    assert ran.code != 0 and "Traceback" not in ran.err
    assert (tmp_path / "support-kb" / "mine.txt").read_text() == "mine"
