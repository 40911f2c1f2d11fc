"""What a publish would do is seen beforehand, and nothing else is published than was agreed to."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from command_line import AUTHOR, Kb, run
from forewarn.errors import Refused
from forewarn.services.publish.plan import PublishPlan, make_plan
from forewarn.services.publish.run import publish

SETTINGS = """\
name: Acme
people:
  maria: {name: Maria, email: m@example.com}
  tom: {name: Tom, email: t@example.com}
  acme: {name: Acme IT, email: it@acme.example}
channels: {inbox: {type: folder}}
subscriptions:
  - {person: maria, channel: inbox}
  - {person: tom, channel: inbox, products: [player], digest: hourly}
  - {person: acme, channel: inbox, audience: public}
"""
SHIPPED = """\
---
status: shipped
released_at: 2026-05-04
compatibility:
  - {with: player, versions: "<2.7", about: playing, verdict: breaks, remedy: Update the <b>player</b>.}
---
New.
"""
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base of which all is published but that recorder 2.7 has shipped."""
    root = tmp_path_factory.mktemp("made") / "kb"
    with pytest.MonkeyPatch.context() as patch:
        for key, value in AUTHOR.items():
            patch.setenv(key, value)
        run("init", str(root), "--name", "Acme")
        kb = Kb(root)
        kb.write("forewarn.yml", SETTINGS)
        for product in ("recorder", "player"):
            kb.write(f"releases/{product}/product.yml", f"name: {product.title()}\nscheme: loose\n")
        kb.commit("Name the products")
        kb.write("releases/recorder/2.7.md", SHIPPED)
        kb.commit("Ship recorder 2.7")
    return root


@pytest.fixture
def kb(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kb:
    for key, value in AUTHOR.items():
        monkeypatch.setenv(key, value)
    root = tmp_path / "kb"
    shutil.copytree(made, root, symlinks=True)
    return Kb(root)


def told(plan: PublishPlan) -> list[tuple[str, str, str]]:
    return [
        (row.event.told_to.value, one.recipient, one.outcome.value)
        for row in plan.tells
        for one in row.decisions
        if one.is_kept
    ]


def test_the_plan_says_who_is_told_when_what_breaks_and_what_becomes_public(kb: Kb) -> None:
    plan = make_plan(kb.root, "HEAD~1..HEAD", now=NOW)
    assert told(plan) == [
        ("staff", "maria", "at once"),
        ("staff", "tom", "digest"),
        ("public", "acme", "at once"),
    ]
    assert [(e.product, h.of.product, h.of.versions) for e, h in plan.breaks] == [
        ("recorder", "player", "<2.7")
    ]
    assert (plan.comes, plan.leaves) == (("products/recorder/2.7/",), ())
    assert not plan.findings and not plan.is_refused
    back = make_plan(kb.root, "HEAD..HEAD~1", now=NOW)
    assert (back.comes, back.leaves) == ((), ("products/recorder/2.7/",))


def test_the_plan_changes_nothing(kb: Kb) -> None:
    state = kb.root / ".forewarn/state.db"
    before = state.read_bytes()
    assert make_plan(kb.root, None, now=NOW) == make_plan(kb.root, None, now=NOW)
    assert state.read_bytes() == before
    assert kb.run("deliveries").out == ""
    shutil.rmtree(kb.root / ".forewarn")
    assert told(make_plan(kb.root, "HEAD~1..HEAD", now=NOW))
    assert not state.exists()


def test_the_hash_is_that_of_the_consequences(kb: Kb) -> None:
    plan = make_plan(kb.root, "HEAD~1..HEAD", now=NOW)
    kb.write("notes.txt", "Nothing that is told to anybody")
    kb.commit("Add a note")
    later = datetime(2026, 5, 4, 18, tzinfo=UTC)
    assert make_plan(kb.root, "HEAD~2..HEAD", now=later).hash == plan.hash
    kb.write("forewarn.yml", SETTINGS.replace("products: [player]", "products: [recorder]"))
    assert make_plan(kb.root, "HEAD~2..HEAD", now=NOW).hash == plan.hash
    kb.write("forewarn.yml", SETTINGS.replace("person: tom", "person: acme"))
    assert make_plan(kb.root, "HEAD~2..HEAD", now=NOW).hash != plan.hash


def test_nothing_else_is_published_than_was_agreed_to(kb: Kb) -> None:
    def stop(name: str) -> None:
        if name == "marked the commit as published":
            raise RuntimeError(name)

    def publish_if(hash: str) -> None:
        publish(
            kb.root,
            to=None,
            send=False,
            now=lambda: NOW,
            environ={},
            step=stop,
            expected=hash,
        )

    with pytest.raises(Refused, match="by now, not c0ffee"):
        publish_if("c0ffee")
    assert kb.run("deliveries").out == ""
    with pytest.raises(RuntimeError):
        publish_if(make_plan(kb.root, None, now=NOW).hash)
    assert len(kb.run("deliveries", "--format", "json").json) == 3


def test_the_plan_can_stand_on_a_pull_request(kb: Kb) -> None:
    said = kb.run("publish", "--plan", "HEAD~1..HEAD", "--format", "markdown").out
    assert said.startswith("This wakes 3, breaks player \\<2.7, makes 1 page public.\n")
    assert "\n### high: Recorder 2.7 has shipped\n" in said and "<b>" not in said
    data = kb.run("publish", "--plan", "HEAD~1..HEAD", "--format", "json").json
    assert (data["wakes"], data["becomes_public"]) == (
        ["acme", "maria", "tom"],
        ["products/recorder/2.7/"],
    )
    nothing = kb.run("publish", "--plan", "HEAD..HEAD").out
    assert nothing.startswith("This tells nobody anything, and changes nothing that is public.")


def test_a_plan_that_would_be_refused_says_so(kb: Kb) -> None:
    kb.write("releases/recorder/2.8.md", SHIPPED.replace("with: player", "with: editor"))
    kb.commit("Break it")
    refused = kb.run("publish", "--plan", code=1).out
    assert "it would be refused" in refused.splitlines()[0]
    assert "editor" in refused.partition("Findings")[2]
    assert "go with --plan" in kb.run("publish", "HEAD~1..HEAD", code=2).err


def test_who_cannot_be_reached_is_an_error_and_keeps_nothing_back(kb: Kb) -> None:
    kb.write("forewarn.yml", SETTINGS.replace("{name: Tom, email: t@example.com}", "{name: Tom}"))
    settings = (kb.root / "forewarn.yml").read_text(encoding="utf-8")
    mail = "channels: {mail: {type: email, host: mx.example.com, from: a@example.com}, "
    settings = settings.replace("channels: {", mail).replace(
        "tom, channel: inbox", "tom, channel: mail"
    )
    kb.write("forewarn.yml", settings)
    said = kb.run("publish", "--plan", code=1).out
    assert "'tom' has no email" in said.partition("Findings")[2]
    assert "refused" not in said.splitlines()[0]


def test_a_plan_can_be_made_of_what_publishing_is_told_to_accept(kb: Kb) -> None:
    files = [kb.root / f"releases/player/{number}.md" for number in range(30)]
    for file in files:
        file.write_text("---\nstatus: planned\n---\n", encoding="utf-8")
    kb.commit("Plan much")
    for file in files:
        file.unlink()
    kb.commit("Plan nothing")
    asked = ("publish", "--plan", "HEAD~1..HEAD")
    assert "it would be refused" in kb.run(*asked, code=1).out
    assert "it would be refused" not in kb.run(*asked, "--accept-vanished").out
    assert "--plan does nothing" in kb.run("publish", "--plan", "--expect", "c0ffee", code=2).err
