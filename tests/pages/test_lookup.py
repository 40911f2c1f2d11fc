"""What is typed exactly is found exactly, in files that a browser loads in an instant."""

from __future__ import annotations

from pathlib import Path

import pytest

from forewarn.model.error_line import line_keys
from forewarn.model.record import Audience
from forewarn.pages import Tree
from kb_builder import Kb, sighting, story
from lookup_reader import kept
from page_builder import build

LIMIT = 30_000
SHA256 = "9f2c4a7be1d05836c7a94f1b0e6d82a35b9c17e4f8062d3ab5c4e97f10a86d2b"


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Kb:
    kb = story(tmp_path_factory.mktemp("lookup") / "kb")
    body = "It says:\n\n```text\nfatal: cannot open 'a.rec' (code 1603)\n```\n"
    kb.article("cannot-open", "Recordings do not open", "kind: troubleshooting\n", body)
    kb.article(
        "advisories",
        "Old players run foreign code",
        """
        kind: known-issue
        applies: {player: "<2.4"}
        opened: 2026-02-01
        remediation: workaround
        reference: ["https://example.com/advisories/GHSA-xvg9-69gf-fjrf"]
        """,
        "Scanners name `CVE-2026-1111`. Set `max_open_fields=5`.\n",
    )
    kb.release("player", "2.3.9", "2026-01-02", notes="Security release for CVE-2026-2222.\n")
    rows = "| People say | We say |\n|---|---|\n| crash, dies | stops |\n"
    kb.article("synonyms", "Other words", "", rows)
    kb.article(
        "synonyms-staff",
        "Code names",
        "audience: staff\n",
        "| a | b |\n|-|-|\n| falcon | recorder |\n",
    )
    return kb


@pytest.fixture(scope="module")
def staff(kb: Kb) -> Tree:
    return build(kb, sightings=(sighting(),))


def pages_of(tree: Tree, key: str) -> list[str]:
    return [row[0] for row in kept(tree, "keys", key) or ()]


@pytest.mark.parametrize(
    "key",
    ["vrecorder 2.7", f"h{SHA256[:8]}", "frecorder-2.7.exe"],
    ids=["a version", "the first digits of a hash", "a file name"],
)
def test_a_release_is_found_by_each_thing_that_a_customer_can_read_out(
    staff: Tree, key: str
) -> None:
    assert pages_of(staff, key) == ["products/recorder/2.7/"]


def test_a_version_alone_names_every_product_that_has_it(staff: Tree) -> None:
    assert pages_of(staff, "v2.7") == ["products/player/2.7/", "products/recorder/2.7/"]


def test_a_release_without_a_page_is_found_on_its_products_page(staff: Tree) -> None:
    assert pages_of(staff, "vexporter 1") == ["products/exporter/#v1.0"]


def test_an_error_line_is_found_with_another_file_name_and_without_its_beginning(
    staff: Tree,
) -> None:
    for line in ("fatal: cannot open 'b.rec' (code 5)", "cannot open 'x' (code 1603)"):
        key = next(iter(line_keys(line)))
        assert pages_of(staff, f"e{key}") == ["kb/cannot-open/"]


def test_an_error_code_is_found(staff: Tree) -> None:
    assert pages_of(staff, "c1603") == ["kb/cannot-open/"]


def test_an_advisory_is_found_wherever_it_is_named_and_no_other_one_with_it(staff: Tree) -> None:
    """Two of them differ in their numbers alone, which lines of errors leave out."""
    for code in ("cve-2026-1111", "ghsa-xvg9-69gf-fjrf"):
        assert pages_of(staff, f"c{code}") == ["kb/advisories/"]
        assert kept(staff, "answers", f"c{code}")[0] == "Old players run foreign code"
    assert pages_of(staff, "ccve-2026-2222") == ["products/player/2.3.9/"]
    title, url, _, said = kept(staff, "answers", "ccve-2026-2222")
    assert (title, url) == ("CVE-2026-2222", "products/player/2.3.9/")
    assert said == ("no known issue here is about it; what is recorded of Player 2.3.9 names it")
    assert not [*line_keys("CVE-2026-3333")]
    assert pages_of(staff, "ecve # #") == []


def test_the_name_of_an_option_is_found_that_an_article_quotes_within_code(staff: Tree) -> None:
    assert pages_of(staff, "cmax_open_fields") == ["kb/advisories/"]


def test_a_download_that_nobody_announced_is_found_by_staff_alone(kb: Kb, staff: Tree) -> None:
    assert pages_of(staff, "vrecorder 2.8") == ["products/recorder/#unannounced"]
    public = build(kb, Audience.PUBLIC, sightings=(sighting(),))
    assert pages_of(public, "vrecorder 2.8") == []


def test_the_newest_release_is_known_for_an_answer_about_one_that_there_is_not(
    staff: Tree,
) -> None:
    product = ["recorder", "recorder", "Recorder", "products/recorder/"]
    assert kept(staff, "names", "precorder") == [[*product, "products/recorder/2.7/", "2.7"]]
    assert kept(staff, "titles", "trecorder") == ["Recorder"]


def test_other_words_are_looked_for_as_well_and_those_of_staff_only_by_staff(
    kb: Kb, staff: Tree
) -> None:
    public = build(kb, Audience.PUBLIC)
    for tree in (staff, public):
        assert kept(tree, "names", "scrash") == [["crash", "stops"]]
    assert kept(staff, "names", "sfalcon") == [["falcon", "recorder"]]
    assert "falcon" not in "".join(
        text for src, text in public.files.items() if src.startswith("api/v1/lookup/")
    )


def test_what_is_under_embargo_is_in_no_file_of_the_public_site(tmp_path: Path) -> None:
    kb = story(tmp_path / "kb")
    kb.product("secretive", "Nightjar", "audience: staff\n")
    kb.release("secretive", "4.4")
    public = build(kb, Audience.PUBLIC)
    found = "".join(t for src, t in public.files.items() if src.startswith("api/v1/lookup/"))
    assert "nightjar" not in found.lower()
    assert pages_of(public, "vplayer 3") == []


@pytest.mark.slow
def test_no_file_is_larger_than_a_browser_loads_in_an_instant(tmp_path: Path) -> None:
    """Also where every product has the name of one maker, and the same versions."""
    kb = Kb(tmp_path / "kb")
    for number in range(300):
        kb.product(f"tool-{number}", f"Acme Tool {number} for the long name of a platform")
        kb.release(f"tool-{number}", "2.7")
    tree = build(kb)
    sizes = [
        len(text.encode()) for src, text in tree.files.items() if src.startswith("api/v1/lookup/")
    ]
    assert max(sizes) <= LIMIT


def test_a_release_costs_the_lookup_little_however_much_is_said_of_it(tmp_path: Path) -> None:
    """What a browser can tell by itself is not written: there may be a hundred thousand of them."""
    kb = Kb(tmp_path / "kb").product("tool", "Tool")
    for number in range(100):
        kb.release("tool", f"1.{number}.1")
    tree = build(kb)
    files = [text for src, text in tree.files.items() if src.startswith("api/v1/lookup/keys-")]
    assert sum(len(text.encode()) for text in files) < 140 * 100
    said = "has been out since 1 March 2026; 1.99.1 is newer"
    said += "; until when it is supported is not recorded"
    place = "products/tool/#v1.7.1"
    assert kept(tree, "keys", "vtool 1.7.1") == [[place, "", "superseded", "1.7.1", said, "", ""]]
    assert kept(tree, "keys", "v1.7.1") == [[place, "Tool 1.7.1", "superseded", "1.7.1", "tool"]]
