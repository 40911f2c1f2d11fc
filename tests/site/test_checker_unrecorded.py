"""Versions that nobody recorded, in the checker: never judged otherwise than by the rule."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from forewarn.model.compatibility import judge
from forewarn.model.meant import meant
from forewarn.model.record import Audience
from forewarn.model.versions.version import InvalidVersion
from kb_builder import TODAY, Kb, sighting, story
from site_builder import build_site, served
from site_crawl import left_open

CHECKER = "compatibility/checker/"
# By scheme: what is recorded, what ranges name as well, and what is asked for without a record.
SCHEMES = {
    "loose": (
        "1.0 1.5 2.0-rc1 v2.0 2.4 2.7-final 3.0",
        "1.2 2.0 2.3-beta 2.5~dev 2.7a 2.9",
        "0.9 1 1.00 1.2 1.2.0 1.3 1.9.9 2.0 2.0.0 v2.2 2.2.9 2.3 2.4.0 2.5 2.6.9 2.7 2.7.1 2.8 3.1 "
        "9.9 2.8-rc2 2.6-hotfix",
    ),
    "semver": (
        "1.0.0 1.5.0 2.0.0-rc.1 2.0.0 2.4.0 3.0.0+b1",
        "1.2.0 2.5.0-0 2.7.0",
        "0.9.0 1.2.0 1.2.1 1.9.9 2.3.9 2.4.1 2.5.0 2.6.0 2.7.0 2.7.1 3.0.0 3.0.1 2.8 02.1.0 9.0.0",
    ),
    "pep440": (
        "1.0 1.5 2.0rc1 2.0 2.4.post1 3.0",
        "1.2 2.5.dev0 2.7rc1 2.7.post1",
        "0.9 1.0.0 1.2 1.2.0 1.4 2.1 2.4 2.4.0 2.4.1 2.5 2.6 2.7 2.7.0 2.7.1 2.8 3.0.0 4 2.8rc1",
    ),
    "debian": (
        "1.0-1 1.5-1 2.4 1:1.0",
        "1.2 2.0~rc1 2.4-3 1:0.5 2.7+dfsg",
        "0.9 1.0 1.0.0 1.2 1.2.0 1.6 2.0 2.0.0 2.3 2.04 2.4.0 2.5 2.7 2.7.0 2.8 9 2.5-1",
    ),
    "windows": (
        "1.0 1.5.2 2.0.0.1 65535",
        "1.2 2.0 2.4.65535 3",
        "0.9 1 1.2.0.0 1.5.3 2.0 2.0.0.2 2.4.65535.1 2.5 3.0 3.1 65535.1 65536 1.2.3.4.5",
    ),
    "calver": (
        "24.04 2024.10 2025.04-rc1 2026.04",
        "24.7 2025.4 2025.10~dev",
        "23.04 24.4 24.5 24.10.0 2024.11 2025.3 25.04 2025.05 25.10 2026.1 26.04 2027.1 999.1",
    ),
}
VERDICTS = ("works", "works", "works", "limited", "breaks", "unknown")
JUDGE = """async ([one, other, typed]) => {
  const data = await import(new URL("assets/checker-data.js", BASE));
  const { products } = await data.loadIndex();
  const load = (id) => data.loadProduct(products.find((p) => p.id === id).file);
  const [first, second] = [await load(one), await load(other)];
  const answers = {};
  for (const version of typed) {
    const b = data.findMeant(second, version);
    for (const a of b ? first.releases : []) {
      const j = await data.judge(a, b);
      answers[`${a.version} ${version}`] = {
        asked: b.version, verdict: j.verdict,
        deciding: j.deciding.map((row) => [row.statement.verdict, row.statement.doubt ?? null]),
        overruled: j.overruled.map((row) => row.statement.verdict),
        beyond: j.harm.map((row) => Boolean(row.statement.beyond)),
        gaps: j.gaps.map(({ why }) => why),
      };
    }
  }
  return answers;
}"""


def _range(chance: random.Random, ends: list[str]) -> str:
    low, high = sorted(chance.sample(range(len(ends)), 2))
    spelled = ["*", "{0}", ">={0}", ">{0}", "<{1}", "<={1}", ">={0},<{1}", ">{0},<={1}", "!={0}"]
    return chance.choice(spelled).format(ends[low], ends[high])


def _statements(chance: random.Random, scheme: str, ends: list[str]) -> str:
    lines = ["compatibility:"]
    for _ in range(chance.randrange(1, 5)):
        verdict, versions = chance.choice(VERDICTS), _range(chance, ends)
        said = f'with: {scheme}, versions: "{versions}", verdict: {verdict}'
        said += chance.choice(["", ", about: playing", ", about: cutting"])
        if verdict == "works":
            until = chance.choice(["", ", until: 2026-05-01", ", until: 2027-01-01"])
            day = chance.choice(["2025-06-01", "2026-01-01", "2026-04-01"])
            said += chance.choice(["", f", verified: {{by: maria, on: {day}{until}}}"])
        if verdict in ("works", "limited") and versions[0] in "*>" and "<" not in versions:
            said += chance.choice(["", f", holds_until: {chance.choice(ends[-3:])}"])
        lines.append(f"  - {{{said}}}")
    return "\n".join(lines) + "\n"


def generated(root: Path) -> Kb:
    """A product whose releases state anything of products under several schemes."""
    chance = random.Random(8)
    kb = Kb(root)
    kb.write("forewarn.yml", "name: Example support\npeople:\n  maria: {name: Maria Lind}\n")
    kb.product("tool", "Tool").product("suite", "Suite")
    days = ["2025-01-01", "2025-09-01", "2026-02-01", "2026-05-01"]
    for scheme, (recorded, _named, _) in SCHEMES.items():
        kb.write(f"releases/{scheme}/product.yml", f"name: {scheme.title()}\nscheme: {scheme}\n")
        for version in recorded.split():
            kb.release(scheme, version, chance.choice(days))
    for number in range(12):
        text = "".join(
            _statements(chance, scheme, [*recorded.split(), *named.split()]).removeprefix(
                "compatibility:\n"
            )
            for scheme, (recorded, named, _) in SCHEMES.items()
        )
        kb.release("tool", f"1.{number}", chance.choice(days), f"compatibility:\n{text}")
    kb.release("suite", "1", more="contains: {tool: 1.3}\n")
    kb.release("suite", "2", more='contains: {tool: 1.5, loose: "2.4"}\n')
    return kb


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Kb, str]]:
    folder = tmp_path_factory.mktemp("generated")
    kb = generated(folder / "kb")
    site = build_site(kb, folder, Audience.STAFF)
    with served(site) as address:
        yield kb, address


@pytest.fixture(scope="module")
def checker(browser: Browser, made: tuple[Kb, str]) -> Page:
    page = browser.new_page()
    page.goto(f"{made[1]}{CHECKER}")
    return page


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("owner", ["tool", "suite"])
def test_a_version_without_a_record_is_judged_as_the_rule_judges_it(
    checker: Page, made: tuple[Kb, str], scheme: str, owner: str
) -> None:
    kb, address = made
    catalogue = kb.load()
    typed = SCHEMES[scheme][2].split()
    found = checker.evaluate(JUDGE.replace("BASE", json.dumps(address)), [owner, scheme, typed])
    expected: dict[str, Any] = {}
    for version in typed:
        if not any(key.endswith(f" {version}") for key in found):
            continue  # it is left to the command
        try:
            [asked, *line] = meant(catalogue, scheme, version)
        except InvalidVersion:
            assert not any(key.endswith(f" {version}") for key in found)
            continue
        for release in () if line else catalogue.releases_of(owner):
            key = f"{release.version} {version}"
            # What cannot be placed is left to the command.
            if key in found and found[key]["gaps"] != ["unplaced"]:
                judged = judge(catalogue, release, asked, today=TODAY)
                expected[key] = {
                    "asked": asked.version,
                    "verdict": judged.verdict.caution,
                    "deciding": [
                        [row.statement.verdict.caution, row.doubt] for row in judged.deciding
                    ],
                    "overruled": [
                        row.statement.verdict.caution for row in judged.applied if not row.decides
                    ],
                    "beyond": [row.beyond for row in judged.harm],
                    "gaps": [gap.why for gap in judged.gaps],
                }
    unsure = {key for key, answer in found.items() if "unplaced" in answer["gaps"]}
    assert {key: found[key] for key in expected} == expected
    assert found.keys() - expected.keys() == unsure == set()
    plain = [v for v in typed if v.replace(".", "").isdigit()]
    assert len(expected) >= len(catalogue.releases_of(owner)) * (len(plain) - 4)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The story, an end that numbers cannot be compared with, and a download without a record."""
    folder = tmp_path_factory.mktemp("unrecorded")
    kb = story(folder / "kb")
    kb.product("codec", "Codec")
    kb.release("codec", "r3")
    more = 'compatibility:\n  - {with: codec, versions: "<=r3", verdict: works}\n'
    kb.release("exporter", "1.2", more=more)
    seen = (sighting(version="2.9-beta1", product="player"),)
    build_site(kb, folder / "desk", Audience.STAFF, seen)
    build_site(kb, folder / "desk", Audience.PUBLIC, seen)
    with served(folder / "desk") as address:
        yield address


@pytest.fixture(scope="module")
def opened(browser: Browser, desk: str) -> tuple[Page, list[str]]:
    return left_open(browser, desk)


@pytest.fixture
def page(opened: tuple[Page, list[str]]) -> Iterator[Page]:
    page, wrong = opened
    wrong.clear()
    yield page
    assert wrong == []


@pytest.mark.parametrize("audience", list(Audience))
def test_what_covers_it_breaks_and_it_is_said_not_to_be_recorded(
    page: Page, desk: str, audience: Audience
) -> None:
    page.goto(f"{desk}{audience}/{CHECKER}?recorder=2.7&player=2.3.5")
    head = page.get_by_role("status").get_by_role("heading")
    expect(head).to_have_text(
        "✕ breaks Recorder 2.7 and Player 2.3.5 do not work together. Player 2.3.5 is not recorded."
    )
    expect(page.locator(".fw-check-note").nth(1)).to_have_text(
        "Player 2.3.5 is not recorded; newest is 2.7; "
        "it is judged by what is stated of the versions around it."
    )
    assert page.url.endswith("/checker/?recorder=2.7&player=2.3.5")


def test_a_promise_goes_no_further_than_it_was_tested(page: Page, desk: str) -> None:
    page.goto(f"{desk}staff/{CHECKER}?recorder=2.4&player=3.5")
    expect(page.get_by_role("status").get_by_role("heading")).to_have_text(
        "? not tested since Recorder 2.4 and Player 3.5: stated to work with every version, "
        "not tested with 3.5. Player 3.5 is not recorded."
    )


def test_a_pre_release_without_a_record_is_left_to_the_command(page: Page, desk: str) -> None:
    page.goto(f"{desk}staff/{CHECKER}?recorder=2.7&player=2.6-rc1")
    expect(page.locator(".fw-check-note").nth(1)).to_have_text(
        "Player 2.6-rc1 is not recorded; newest is 2.7; what is stated of it cannot be told here: "
        "forewarn compat player@2.6-rc1 OTHER@VERSION tells."
    )
    expect(page.locator("#fw-checker")).not_to_contain_text("✓ works")


def test_what_cannot_be_compared_is_said_not_to_be_told_here(page: Page, desk: str) -> None:
    page.goto(f"{desk}staff/{CHECKER}?exporter=1.2&codec=1.5")
    expect(page.get_by_role("status").get_by_role("heading")).to_have_text(
        "? not tested Exporter 1.2 and Codec 1.5: which statements hold for a version that is not "
        "recorded cannot be told here; forewarn compat exporter@1.2 codec@1.5 tells. "
        "Codec 1.5 is not recorded."
    )


def test_what_can_be_downloaded_is_judged_and_said_to_be_out_to_staff_alone(
    page: Page, desk: str
) -> None:
    page.goto(f"{desk}staff/{CHECKER}?recorder=2.7&player=2.9-beta1")
    expect(page.locator(".fw-check-note").nth(1)).to_contain_text(
        "Player 2.9-beta1 is not recorded, but customers can already download it, since 20 May 2026"
    )
    expect(page.get_by_role("status").get_by_role("heading")).to_contain_text(
        "Recorder 2.7 and Player 2.9-beta1"
    )
    page.goto(f"{desk}public/{CHECKER}?recorder=2.7&player=2.9-beta1")
    expect(page.locator(".fw-check-note").nth(1)).to_contain_text("do not take it to work")
    expect(page.locator("#fw-checker")).not_to_contain_text("download")
