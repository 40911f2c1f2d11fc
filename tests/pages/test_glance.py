"""What an agent sees at a glance: what counts today first, and nothing that does not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from kb_builder import Kb
from page_builder import build, in_order, section
from site_builder import parse


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Kb:
    """An engine with three tracks, a viewer that needs the newest two, and four known issues."""
    kb = Kb(tmp_path_factory.mktemp("glance") / "kb")
    kb.product(
        "engine",
        "Engine",
        """
        tracks: ["3", "1", "2"]
        support:
          "3": {active_until: 2027-01-01, security_until: 2028-01-01}
          "2": {active_until: 2026-01-01, security_until: 2027-01-01}
          "1": {active_until: 2025-01-01, security_until: 2026-01-01}
        """,
    )
    for version in ("1.0", "2.0", "2.10", "2.9", "3.0"):
        url = f'{{platform: windows, url: "https://downloads.example.com/{version}.exe"}}'
        kb.release(
            "engine", version, more=f'track: "{version[0]}"\ndownloads: [{url}]\n', notes="N.\n"
        )
    kb.product("viewer", "Viewer")
    for number in range(4):
        more = f"""
        compatibility:
          - with: engine
            versions: "<2.0"
            verdict: breaks
            about: starting
            reference: https://example.com/viewer/{number}
          - {{with: engine, versions: ">=2.0", verdict: works, about: starting}}
        """
        kb.release("viewer", f"5.{number}", f"2026-05-0{number + 1}", more)
    kb.release(
        "viewer",
        "6.0",
        "2026-05-10",
        'compatibility: [{with: engine, versions: "2.10", verdict: breaks}]\n',
    )
    for name, help_, where in (
        ("A way around", "workaround", '"*"'),
        ("Nothing helps", "none_available", '">=2.0"'),
        ("Wont be fixed", "no_fix_planned", '"3.0"'),
        ("Only long ago", "none_available", '"<2.0"'),
    ):
        more = f"kind: known-issue\nremediation: {help_}\napplies: {{engine: {where}}}\n"
        kb.article(name.lower().replace(" ", "-"), name, more)
    return kb


@pytest.fixture(scope="module")
def files(kb: Kb) -> Mapping[str, str]:
    return build(kb).files


def test_home_names_only_what_breaks_a_release_that_counts_today(files: Mapping[str, str]) -> None:
    shipped = section(files["index.md"], "shipped")
    rows = {parse(row).text.split(" 1")[0]: row for row in shipped.split("<tr>")[2:]}
    assert "Engine 2.10" in next(row for row in rows.values() if "Viewer 6.0" in row)
    assert not [row for row in rows.values() if "Viewer 5" in row and "breaks" in row]


def test_a_column_that_says_nothing_is_left_out(files: Mapping[str, str]) -> None:
    for src, text in files.items():
        for table in re.findall(r"<table.*?</table>", text, re.DOTALL) if src[-3:] == ".md" else ():
            if "fw-matrix" in table:
                continue
            body = table.partition("<tbody")[2]
            rows = [row.split("<td")[1:] for row in body.split("<tr")[1:]]
            columns = zip(*rows, strict=True)
            empty = [all(re.match("[^>]*></td>", c) for c in column) for column in columns]
            assert not any(empty), f"{src}: {table[:300]}"


def test_home_has_the_desk_first_and_then_what_hurts_the_worst_first(
    files: Mapping[str, str],
) -> None:
    home = files["index.md"]
    in_order(
        home,
        'id="fw-desk"',
        "Does it work with …?",
        "Is it out?",
        "## Shipped lately",
        "## Known issues that hurt now",
        "Nothing helps",
        "Wont be fixed",
        "A way around",
    )
    assert "Only long ago" not in home


def test_known_issues_are_in_groups_by_what_to_do(files: Mapping[str, str]) -> None:
    in_order(
        files["known-issues.md"],
        ">Nothing helps yet</h2>",
        ">Nothing helps<",
        ">They will not be fixed</h2>",
        ">Wont be fixed<",
        ">There is a way around</h2>",
        ">A way around<",
        ">Only in releases that are neither the latest nor supported</h2>",
        ">Only long ago<",
    )


def test_each_track_is_a_row_with_its_support_and_the_supported_come_first(
    files: Mapping[str, str],
) -> None:
    table = section(files["products/engine/index.md"], "newest")
    rows = [parse(row).text for row in table.split("<tr>")[2:]]
    assert [row.split(" 1 March")[0] for row in rows] == ["3 3.0", "2 2.10", "1 1.0"]
    assert [re.findall("supported|security only|■ ended", row) for row in rows] == [
        ["supported"],
        ["security only"],
        ["■ ended"],
    ]
    assert 'data-label="Platforms">windows' in table


def test_the_lines_over_time_are_in_the_order_of_their_versions(files: Mapping[str, str]) -> None:
    shown = section(files["products/engine/index.md"], "over-time")
    names = shown.partition('class="fw-tl-names"')[2].partition("</ul>")[0]
    assert re.findall("<li>(.*?)</li>", names) == ["3", "2", "1"]


def test_releases_that_state_the_same_are_one_row_whatever_they_read_it_in(
    files: Mapping[str, str],
) -> None:
    text = parse(section(files["compatibility/engine--viewer.md"], "statements")).text
    assert text.count("Viewer 5.0 to 5.3") == 2
    assert "Viewer 5.1" not in text


def test_the_overview_is_a_matrix_of_products(files: Mapping[str, str]) -> None:
    text = files["compatibility/index.md"]
    assert 'aria-label="Engine with Viewer: not tested"' in text
    assert 'href="engine--viewer/"' in text


def test_the_matrix_calls_no_pair_untested_of_which_one_has_not_shipped(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("engine", "Engine").product("viewer", "Viewer")
    states = "compatibility:\n  - {with: engine, versions: '*', verdict: works}\n"
    kb.release("viewer", "1.0", more=states)
    kb.release("engine", "1.0", "", "status: planned\nplanned_for: 2030-01-01\n")
    text = build(kb).files["compatibility/index.md"]
    assert 'aria-label="Engine with Viewer: one of them has not shipped"' in text
    assert "\u2013 says that one of them has not shipped." in text


def test_many_releases_and_tracks_lie_behind_a_fold(tmp_path: Path) -> None:
    tracks = [str(number) for number in range(30)]
    ended = "".join(f'  "{track}": {{active_until: 2020-01-01}}\n' for track in tracks[:25])
    kb = Kb(tmp_path / "kb").product("engine", "Engine", f"tracks: {tracks}\nsupport:\n{ended}")
    for track in tracks:
        kb.release("engine", f"{track}.0", f"2020-01-{int(track) + 1:02}", f'track: "{track}"\n')
    page = build(kb).files["products/engine/index.md"]
    assert "25 more tracks, whose support has ended" in page
    assert "30 releases, 29.0 to 0.0" in page
    shown = section(page, "over-time")
    assert all(f">{track}</li>" in shown for track in tracks)
