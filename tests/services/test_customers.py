"""Customers who subscribe: told what the public site shows, with links to it, or nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from command_line import AUTHOR, Kb, run
from forewarn.services.alert.deliver import deliver
from forewarn.services.alert.deliveries import deliveries
from forewarn.services.publish.run import publish
from forewarn.store.settings import load_settings

SETTINGS = """\
name: Acme
people:
  maria: {name: Maria, email: m@example.com}
  acme: {name: Acme IT, email: it@acme.example}
channels: {inbox: {type: folder}}
subscriptions:
  - {person: maria, channel: inbox, least_severity: high}
  - person: acme
    channel: inbox
    audience: public
    digest: hourly
sites: {staff: "https://kb.example.com/", public: "https://help.example.com/"}
"""
RELEASE = """\
---
status: shipped
released_at: 2026-05-04
compatibility:
  - {with: player, versions: "<2.7", about: playing, verdict: breaks, remedy: Update., audience: staff}
---
New.
"""
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def kb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kb:
    for key, value in AUTHOR.items():
        monkeypatch.setenv(key, value)
    run("init", str(tmp_path / "kb"), "--name", "Acme")
    kb = Kb(tmp_path / "kb")
    kb.write("forewarn.yml", SETTINGS)
    for product in ("recorder", "player"):
        kb.write(f"releases/{product}/product.yml", f"name: {product.title()}\nscheme: loose\n")
    kb.write("releases/recorder/2.7.md", RELEASE)
    kb.commit("Ship recorder 2.7")
    return kb


def queue(kb: Kb) -> None:
    """Publish what is committed, without the sites."""

    def stop(name: str) -> None:
        if name == "marked the commit as published":
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        publish(kb.root, to=None, send=False, now=lambda: NOW, environ={}, step=stop)


def mails(kb: Kb) -> dict[str, str]:
    send = load_settings(kb.root)
    deliver(kb.root, send, now=lambda: LATER, environ={})
    files = (kb.root / ".forewarn/mail").glob("*.eml")
    return {file.stem.rpartition("-")[2]: file.read_text(encoding="utf-8") for file in files}


def test_customers_are_told_what_the_public_site_shows_and_staff_the_rest(kb: Kb) -> None:
    queue(kb)
    told = mails(kb)
    assert "https://kb.example.com/products/recorder/2.7/" in told["maria"]
    assert "What to say" in told["maria"] and "because of forewarn.yml:7" in told["maria"]
    assert "https://help.example.com/products/recorder/" in told["acme"]
    theirs = told["acme"]
    assert not any(word in theirs for word in ("player", "call", "forewarn.yml", "kb.example.com"))


def test_what_was_hidden_before_it_was_sent_is_not_sent(kb: Kb) -> None:
    queue(kb)
    kb.write("releases/recorder/2.7.md", RELEASE.replace("---\nst", "---\naudience: staff\nst", 1))
    kb.commit("Keep recorder 2.7 to ourselves")
    queue(kb)
    assert mails(kb).keys() == {"maria"}
    (row,) = [row for row in deliveries(kb.root).deliveries if row.person == "acme"]
    assert (row.state, row.reason) == ("suppressed", "customers may not know of it any more")


def test_who_became_a_customer_gets_nothing_more_that_is_for_staff(kb: Kb) -> None:
    queue(kb)
    text = SETTINGS.replace(
        "channel: inbox, least_severity: high", "channel: inbox, audience: public"
    )
    kb.write("forewarn.yml", text)
    assert mails(kb).keys() == {"acme"}
