"""The checker in a real browser: it says what the rule says, and its answer can be sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from forewarn import pages
from forewarn.model.advice import Way, advise
from forewarn.model.compatibility import Judgement, judge
from forewarn.model.record import Audience
from forewarn.store.catalogue.whole import load_worktree
from forewarn.store.settings import load_settings
from kb_builder import TODAY, Kb, story
from site_builder import Story, build_site, every_byte, served
from site_crawl import accessibility, left_open

CHECKER = "compatibility/checker/"
# Every pair of versions of two products, as the page's own script judges it.
JUDGE_ALL = """async ([one, other]) => {
  const data = await import(new URL("assets/checker-data.js", BASE));
  const { products } = await data.loadIndex();
  const load = (id) => data.loadProduct(products.find((p) => p.id === id).file);
  const [first, second] = [await load(one), await load(other)];
  const text = (pieces) => pieces.map((p) => p.code ?? p.text ?? p).join("");
  const lines = (rows, key) => [...new Set(
    rows.map((row) => row.statement[key]).filter(Boolean).map(text))];
  const ways = (found) => found && found.best && [found.best, ...found.others].map(
    (way) => way.steps.map((step) => step.to.version));
  const answers = {};
  for (const a of first.releases) for (const b of second.releases) {
    const j = await data.judge(a, b);
    answers[`${a.version} ${b.version}`] = {
      verdict: j.verdict, doubts: j.deciding.map((row) => row.statement.doubt ?? null),
      beyond: j.harm.map((row) => Boolean(row.statement.beyond)),
      deciding: j.deciding.map((row) => `${row.owner.product.id} ${row.statement.verdict}`),
      overruled: j.overruled.length,
      remedies: lines(j.deciding, "remedy"), limits: lines(j.deciding, "limits"),
      gaps: j.gaps.map(({ why }) => why),
      through: [...j.deciding, ...j.overruled].map(({ through = [] }) => through.map(
        ([, member]) => `${member.product.id}@${member.version}`)),
      ways: ways(j.advice),
    };
  }
  return answers;
}"""


def tricky(kb: Kb) -> Kb:
    """Pre-releases, exceptions within ranges, both sides stating, lapsed promises, other tracks."""
    kb.product("player", "Player", "tracks: [stable, beta]\n")
    for version in ("2.3.9", "2.4-rc1", "2.5", "2.7-rc1", "2.8"):
        kb.release("player", version)
    kb.release("player", "2.9-beta1", more="track: beta\n")
    kb.release("player", "2.9-beta2", more="track: beta\n")
    kb.release(
        "recorder",
        "2.6",
        more="""
        support: {active_until: 2026-01-01}
        compatibility:
          - {with: player, versions: "*", verdict: breaks, remedy: Update it., about: Playing}
          - {with: player, versions: ">=2.0,<2.9", verdict: limited, limits: No `sound`., about: playing}
          - {with: player, versions: ">=2.4,<2.7", verdict: works, about: playing}
          - {with: player, versions: "2.5", verdict: works, about: playing, verified: {by: maria, on: 2026-01-01, until: 2026-05-19}}
          - {with: player, versions: ">=2.7", verdict: works, about: cutting, verified: {by: maria, on: 2026-01-01, until: 2026-05-20}}
          - {with: player, versions: ">2.4", verdict: limited, about: cutting, audience: staff, limits: Slow., verified: {by: maria, on: 2026-01-01, until: 2026-05-01}}
          - {with: exporter, versions: "*", verdict: works}
        """,
    )
    kb.release(
        "player",
        "2.6",
        more="""
        compatibility:
          - {with: recorder, versions: "<2.5", verdict: breaks, remedy: See kb/convert-recordings.md., about: playing}
          - {with: recorder, versions: ">=2.3,<=2.6", verdict: works, about: playing}
          - {with: recorder, versions: "vers:generic/2.4|2.6", verdict: unknown, about: streaming}
        """,
    )
    kb.product("studio", "Studio").product("kit", "Kit")
    kb.release("studio", "1", more="contains: {recorder: 2.6, exporter: 1.1}\n")
    kb.release("studio", "2", more="contains: {recorder: 2.7, exporter: 7.7}\n")
    kb.release(
        "studio",
        "3",
        more="""
        contains: {recorder: 2.4}
        compatibility:
          - {with: player, versions: "<2.5", verdict: works, about: playing}
        """,
    )
    kb.release("kit", "1", more="contains: {studio: 3, player: 2.7}\n")
    return kb


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("tricky")
    kb = tricky(story(folder / "kb"))
    return Story(
        root=kb.root,
        staff=build_site(kb, folder / "help", Audience.STAFF),
        public=build_site(kb, folder / "help", Audience.PUBLIC),
    )


@pytest.fixture(scope="module")
def help_desk(sites: Story) -> Iterator[str]:
    """Both sites, each below a path of its own."""
    with served(sites.staff.parent) as address:
        yield address


@pytest.fixture(scope="module")
def opened(browser: Browser, help_desk: str) -> tuple[Page, list[str]]:
    return left_open(browser, help_desk)


@pytest.fixture
def page(opened: tuple[Page, list[str]]) -> Iterator[Page]:
    page, wrong = opened
    wrong.clear()
    yield page
    assert wrong == []


def _way(way: Way) -> list[str]:
    return [way.a.release.version, way.b.release.version]


def _told(catalogue: Any, judgement: Judgement) -> dict[str, Any]:
    advice = advise(catalogue, judgement.a, judgement.b, today=TODAY)
    ways = [_way(way) for way in (advice.best, *advice.others)] if advice.best else None
    suites = judgement.a.contains or judgement.b.contains
    title = catalogue.articles["kb/convert-recordings.md"].title

    def plain(lines: tuple[str, ...]) -> list[str]:
        return [line.replace("`", "").replace("kb/convert-recordings.md", title) for line in lines]

    return {
        "verdict": judgement.verdict.caution,
        "doubts": [row.doubt for row in judgement.deciding],
        "beyond": [row.beyond for row in judgement.harm],
        "deciding": [
            f"{row.owner.product} {row.statement.verdict.caution}" for row in judgement.deciding
        ],
        "overruled": len(judgement.applied) - len(judgement.deciding),
        "remedies": plain(judgement.remedies),
        "limits": plain(judgement.limits),
        "gaps": [gap.why for gap in judgement.gaps],
        "through": [[str(c.member) for c in row.through] for row in judgement.applied],
        "ways": None if judgement.verdict == "works" or suites else ways,
    }


@pytest.mark.parametrize("audience", list(Audience))
def test_the_checker_says_of_every_pair_of_versions_what_the_rule_says(
    page: Page, help_desk: str, sites: Story, audience: Audience
) -> None:
    view = pages.look(
        load_worktree(sites.root).catalogue,
        audience=audience,
        today=TODAY,
        settings=load_settings(sites.root),
    )
    catalogue = view.catalogue
    page.goto(f"{help_desk}{audience}/{CHECKER}")
    script = JUDGE_ALL.replace("BASE", json.dumps(f"{help_desk}{audience}/"))
    for one, other in combinations(sorted(catalogue.products), 2):
        expected = {
            f"{a.version} {b.version}": _told(catalogue, judge(catalogue, a, b, today=TODAY))
            for a in catalogue.releases_of(one)
            for b in catalogue.releases_of(other)
        }
        assert page.evaluate(script, [one, other]) == expected
        assert expected


def test_the_two_audiences_get_different_answers_where_a_statement_is_for_staff(
    page: Page, help_desk: str
) -> None:
    page.goto(f"{help_desk}staff/{CHECKER}?recorder=2.6&player=2.5")
    expect(page.locator("#fw-checker")).to_contain_text("Slow.")
    page.goto(f"{help_desk}public/{CHECKER}?recorder=2.6&player=2.5")
    expect(page.locator("#fw-checker h2")).to_contain_text("Recorder 2.6 and Player 2.5")
    expect(page.locator("#fw-checker")).not_to_contain_text("Slow.")


def test_customers_data_name_nobody_and_nothing_of_staff(sites: Story) -> None:
    data = [text for name, text in every_byte(sites.public) if name.startswith("checker/")]
    assert len(data) > 4
    for word in (b"Maria", b"maria", b"Slow.", b"sample", b"embargo"):
        assert not any(word in text for text in data), word


def test_an_agent_reads_the_answer_out_and_sends_it(page: Page, help_desk: str) -> None:
    page.goto(f"{help_desk}staff/{CHECKER}")
    fields = page.locator("#fw-checker input")
    fields.nth(0).focus()
    # By keyboard alone; a beginning that only one product has is enough.
    for text in ("Rec", "v2.7", "player", "2.4"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
        if text == "Rec":
            expect(fields.nth(0)).to_have_value("Recorder")
    head = page.get_by_role("status").get_by_role("heading")
    expect(head).to_have_text("✕ breaks Recorder 2.7 and Player 2.4 do not work together.")
    box = page.locator("#fw-checker .fw-box")
    expect(box.locator("p").first).to_have_text(
        "Say: Update the player to 2.7, or convert the recording "
        "(Converting recordings for an older player)."
    )
    expect(box).to_contain_text(
        "verified 1 May 2026 by Maria Lind (played three sample recordings)"
    )
    assert page.url.endswith("/checker/?recorder=v2.7&player=2.4")
    address = page.locator(".fw-copy-answer button").get_attribute("data-copy")
    assert address == page.url
    answer = page.locator("#fw-checker").inner_text()
    page.goto("about:blank")
    page.goto(address or "")
    expect(head).to_have_text("✕ breaks Recorder 2.7 and Player 2.4 do not work together.")
    assert page.locator("#fw-checker").inner_text() == answer
    page.locator(".fw-reasons a", has_text="Recorder 2.7").click()
    assert page.url.endswith("/staff/products/recorder/2.7/#with-player")


def test_silence_is_never_taken_for_works(page: Page, help_desk: str) -> None:
    page.goto(f"{help_desk}staff/{CHECKER}?player=2.7&exporter=1.1")
    head = page.get_by_role("status").get_by_role("heading")
    expect(head).to_have_text(
        "? not tested Player 2.7 and Exporter 1.1: nobody has tested them together."
    )
    expect(page.locator("#fw-checker .fw-box")).to_contain_text("Say: I cannot promise")


def test_a_release_that_does_not_exist_is_said_not_to(page: Page, help_desk: str) -> None:
    page.goto(f"{help_desk}staff/{CHECKER}?recorder=9.9&player=2.4&editor=1&exporter=1.1")
    notes = page.locator(".fw-check-note")
    expect(notes.nth(0)).to_have_text(
        "Recorder 9.9 is not recorded; newest is 2.7; "
        "it is judged by what is stated of the versions around it."
    )
    expect(notes.nth(2)).to_have_text("No product of this name is recorded.")
    head = page.get_by_role("status").get_by_role("heading")
    expect(head).to_have_text(
        "? not tested Of 3 pairs, 3 were not tested; not known here, and so not judged: editor 1."
    )


def test_a_beginning_of_versions_is_no_release_and_names_what_it_stands_for(
    page: Page, help_desk: str
) -> None:
    page.goto(f"{help_desk}staff/{CHECKER}?recorder=2.x&player=2.4")
    note = page.locator(".fw-check-note").nth(0)
    expect(note).to_contain_text("Recorder 2.x stands for ")
    expect(note).to_contain_text(": choose one.")
    expect(page.locator("#fw-checker")).not_to_contain_text("✓ works")


def test_a_set_has_the_worst_of_its_verdicts_and_its_worst_pair_first(
    page: Page, help_desk: str
) -> None:
    page.goto(f"{help_desk}staff/{CHECKER}?exporter=1.1&recorder=2.6&player=3.0&player=1.0")
    head = page.get_by_role("status").get_by_role("heading")
    expect(head).to_have_text("✕ breaks Of 5 pairs, 2 break, 2 were not tested, 1 works.")
    titles = page.locator("#fw-checker h3").all_inner_texts()
    assert "✕ breaks Recorder 2.6 and Player 3.0" in titles[0]
    assert page.get_by_role("button", name="Remove product 3").is_visible()


def test_what_has_to_be_known_of_a_release_stands_beside_it(page: Page, help_desk: str) -> None:
    page.goto(f"{help_desk}staff/{CHECKER}?recorder=2.5&player=2.4")
    expect(page.locator(".fw-check-note").first).to_have_text(
        "Recorder 2.5 was withdrawn on 9 March 2026: It lost the sound of long recordings; "
        "use 2.4 instead, a step back (2.7 has the open known issue “Split files get the wrong "
        "name”; 2.6 is out of support)."
    )


def test_versions_that_work_together_are_offered_and_open_their_own_answer(
    page: Page, help_desk: str
) -> None:
    page.goto(f"{help_desk}staff/{CHECKER}?recorder=2.7&player=2.4")
    page.get_by_role("link", name=re.compile("^Downgrade Recorder from 2.7 to 2.4")).click()
    page.wait_for_url("**/checker/?recorder=2.4&player=2.4")
    expect(page.get_by_role("status").get_by_role("heading")).to_have_text(
        "✓ works Recorder 2.4 and Player 2.4 work together."
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_the_checker(browser: Browser, help_desk: str, scheme: Any) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{help_desk}staff/{CHECKER}?recorder=2.6&player=2.5&exporter=1.1&codec=1")
    page.locator("#fw-checker .fw-box").first.wait_for()
    for details in page.locator("#fw-checker details").all():
        details.locator("summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    # The lists of the theme's navigation have no words; see test_accessibility.
    assert [each for each in accessibility(page) if "md-nav" not in each] == []
    context.close()


def test_nothing_of_a_hostile_record_runs_in_the_checker(browser: Browser, attacked: Path) -> None:
    with served(attacked) as address:
        page = browser.new_page()
        for query in ("recorder=2.7&player=2.4", "recorder=%3Cimg+src%3Dx+onerror%3Dhacked%3D1%3E"):
            page.goto(f"{address}{CHECKER}?{query}")
            page.get_by_role("status").locator("h2, p").first.wait_for()
            assert page.evaluate("typeof hacked") == "undefined"
            assert page.locator("#fw-checker :is(img, svg, script)").count() == 0
        page.close()
