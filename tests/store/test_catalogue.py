"""A part of the catalogue answers as the whole would."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from command_line import Kb as Repository
from forewarn.model.catalogue import Catalogue
from forewarn.services.ask.identify import IdentifyQuestion, identify_what
from forewarn.store.catalogue.commit import load_commit
from forewarn.store.catalogue.matching import Sought, load_matching
from forewarn.store.catalogue.some import load_products
from forewarn.store.catalogue.whole import load_worktree
from forewarn.store.catalogue.words import word_of_file, word_of_sha256, words_of_url
from forewarn.store.git.repository import Repository as Git
from kb_builder import Kb, story

SHA = "9f2c" * 16
URL = "https://downloads.example.com/files/Recorder-2.7.exe"
_PRODUCTS = ("recorder", "player", "suite")


@pytest.fixture
def four(tmp_path: Path) -> Kb:
    """Two products, a suite, and a known issue of the player that the recorder fixes."""
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder").product("player", "Player")
    kb.product("suite", "Suite").product("other", "Other").release("other", "1.0")
    kb.release("recorder", "2.8").release("player", "2.4").release("player", "2.5")
    kb.release(
        "recorder", "2.7", more=f"downloads: [{{platform: windows, url: '{URL}', sha256: {SHA}}}]\n"
    )
    kb.release("suite", "2026.1", more="contains: {recorder: 2.7}\n")
    kb.article(
        "issue",
        "No sound",
        "kind: known-issue\nremediation: vendor_fix\n"
        "applies: {player: '<2.5'}\nfixed_in: {recorder: '>=2.8'}\n",
    )
    return kb


def test_a_product_alone_is_all_there_is_to_say_of_it(four: Kb) -> None:
    whole = four.load()
    part = load_products(four.root, {"player"}).catalogue
    assert dict(part.products) == dict(whole.products)
    assert part.releases_of("player") == whole.releases_of("player")
    assert part.issues_of("player", "2.4") == whole.issues_of("player", "2.4")
    assert [part.is_fixed(issue) for issue in part.known_issues] == [True]
    assert not part.releases_of("other")


def test_a_release_is_found_in_its_suites(four: Kb) -> None:
    load_worktree(four.root)
    part = load_products(four.root, {"recorder"}, suites=True).catalogue
    found = part.find_release("recorder", "2.7")
    assert found
    assert [str(suite) for suite in part.suites_with(found)] == ["suite@2026.1"]


def test_a_name_that_is_no_product_loads_nothing(four: Kb) -> None:
    for name in ("../kb", "nobody", "", "_kb", "/"):
        assert len(load_products(four.root, {name}).catalogue.releases) == 0


def test_a_record_that_cannot_be_read_is_named_by_a_part_too(four: Kb) -> None:
    four.write("releases/player/2.6.md", "---\nstatus: shippd\n---\n")
    for _ in range(2):
        loaded = load_products(four.root, {"player"})
        assert loaded.unreadable == {"releases/player/2.6.md"}
        assert "releases/player/2.6.md" in loaded.read


def matching(kb: Kb, words: Iterable[str] = (), **versions: list[str]) -> set[str]:
    catalogue = load_matching(kb.root, lambda _: Sought(set(words), versions, ())).catalogue
    return {product for product, _ in catalogue.releases}


@pytest.fixture
def read_before(four: Kb) -> Kb:
    """The cache knows the folders: they are older than the file system's clock is coarse."""
    (four.root / "kb/issue.md").unlink()
    time.sleep(2.1)
    load_worktree(four.root)
    return four


def test_what_matches_is_found_by_hash_file_address_or_equal_version(read_before: Kb) -> None:
    kb = read_before
    # A suite comes with its members, so that it can say which of them it holds.
    recorder = {"recorder", "suite"}
    assert matching(kb, [word_of_sha256(SHA)]) == recorder
    assert matching(kb, [word_of_sha256(SHA[:8])]) == recorder
    assert matching(kb, [word_of_file("recorder-2.7.exe")]) == recorder
    assert matching(kb, words_of_url(URL.replace("https", "http"))) == recorder
    assert matching(kb, player=["2.4.0"]) == {"player"}
    assert matching(kb, player=["2.4.1", "no version at all"]) == set()
    assert matching(kb) == set()
    # A file that was put there since may be the one that is looked for.
    kb.release("other", "1.1")
    assert matching(kb) == {"other"}


def test_an_edit_that_the_cache_has_not_seen_is_found_all_the_same(read_before: Kb) -> None:
    kb = read_before
    record = kb.root / "releases/other/1.0.md"
    row = f"downloads: [{{platform: windows, url: '{URL}.zip', sha256: {'ab' * 32}}}]\n"
    with record.open("r+") as file:
        text = file.read().replace("---\n", f"---\n{row}", 1)
        file.seek(0)
        file.write(text)
    (found,) = identify_what(
        kb.root, IdentifyQuestion(what="ab" * 32), today=date(2026, 5, 5)
    ).found
    assert [str(match.release) for match in found.answer.matches] == ["other@1.0"]


def test_a_question_about_one_product_reads_no_yaml(read_before: Kb) -> None:
    code = (
        "import sys; from forewarn.cli import main\n"
        "try: main()\nfinally: print({'yaml', 'git', 'importlib.metadata'} & {*sys.modules})"
    )
    for words in (["compat", "recorder@2.7", "player@2.4"], ["release", "show", "player", "2.4"]):
        done = subprocess.run(
            [sys.executable, "-c", code, "-C", str(read_before.root), *words],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.endswith("set()\n"), done.stdout


def test_a_commit_is_loaded_as_it_was_and_not_as_the_cache_is(recorder_27: Repository) -> None:
    kb = recorder_27
    head = kb.head
    load_worktree(kb.root)
    with Git(kb.root) as repository:
        assert ("recorder", "2.7") in load_commit(repository, head).catalogue.releases
        before = load_commit(repository, "HEAD~1")
        after = load_commit(repository, head, known=before)
        assert dict(after.catalogue.releases) == dict(
            load_commit(repository, head).catalogue.releases
        )
        same = "releases/player/2.4.md"
        assert after.read[same].blob == before.read[same].blob


_VERSIONS = st.sampled_from(["1.0", "1.0.0", "2.4", "2.10", "3.0-rc1", "x", "=", "2.4.briefing"])
_TEXTS = st.sampled_from(
    [
        "---\nstatus: shipped\nreleased_at: 2026-03-01\n---\n",
        "---\nstatus: planned\ntrack: beta\n---\nNotes.\n",
        "---\nstatus: shipped\nreleased_at: 2026-03-01\ncompatibility:\n"
        "  - {with: player, versions: '<2.4', verdict: breaks, remedy: Update.}\n---\n",
        "---\nstatus: shippd\n---\n",
        "no front matter",
    ]
)
_EDITS = st.lists(
    st.tuples(
        st.sampled_from(_PRODUCTS),
        _VERSIONS | st.just("product"),
        _TEXTS | st.none(),
    ),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits=_EDITS)
@pytest.mark.slow
def test_after_any_edits_the_cache_says_what_the_files_say(
    edits: list[tuple[str, str, str | None]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    cached, plain = (Kb(tmp_path_factory.mktemp(name)) for name in ("cached", "plain"))
    # Where the cache would be is a file, so that this one never has any.
    plain.write(".forewarn", "no cache\n")
    for kb in (cached, plain):
        for product in _PRODUCTS:
            kb.product(product, product.title()).release(product, "2.4")
    for product, version, text in edits:
        path = f"releases/{product}/{version}.md"
        if version == "product":
            path = f"releases/{product}/product.yml"
            text = text and f"name: {product}\nscheme: semver\n"
        for kb in (cached, plain):
            if text is None:
                (kb.root / path).unlink(missing_ok=True)
            else:
                kb.write(path, text.encode())
        ours, theirs = load_worktree(cached.root), load_worktree(plain.root)
        assert ours.findings == theirs.findings
        assert ours.unreadable == theirs.unreadable
        assert same(ours.catalogue, theirs.catalogue)


def same(one: Catalogue, other: Catalogue) -> bool:
    return (
        dict(one.products) == dict(other.products)
        and dict(one.releases) == dict(other.releases)
        and all(one.releases_of(id) == other.releases_of(id) for id in one.products)
        and one.briefings == other.briefings
    )


def test_progress_is_told_only_while_there_is_something_to_read(tmp_path: Path) -> None:
    kb = story(tmp_path)
    for number in range(1100):
        kb.release("recorder", f"0.{number}")
    told: list[tuple[int, int]] = []
    load_worktree(kb.root, progress=lambda done, total: told.append((done, total)))
    assert told
    assert all(0 < done <= total for done, total in told)
    told.clear()
    load_worktree(kb.root, progress=lambda done, total: told.append((done, total)))
    assert told == []


def test_a_products_identity_changes_with_its_own_files_and_with_no_others(four: Kb) -> None:
    def identities() -> dict[str, str]:
        loaded = load_worktree(four.root)
        return {product: loaded.identity(product) for product in loaded.catalogue.products} | {
            "articles": loaded.articles_identity
        }

    before = identities()
    assert len(set(before.values())) == len(before)
    four.release("player", "2.5", "Mended.")
    after = identities()
    assert [name for name in after if after[name] != before[name]] == ["player"]
    four.product("other", "Another")
    four.article("more", "More", "kind: how-to\n")
    last = identities()
    assert [name for name in last if last[name] != after[name]] == ["other", "articles"]


def test_a_products_identity_is_the_same_in_the_working_tree_and_in_its_commit(
    recorder_27: Repository,
) -> None:
    commit = recorder_27.commit()
    here = load_worktree(recorder_27.root)
    with Git(recorder_27.root) as repository:
        there = load_commit(repository, commit)
    assert here.identity("recorder") == there.identity("recorder")
    assert here.articles_identity == there.articles_identity
