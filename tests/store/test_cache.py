"""The cache is never the truth: whatever happens to it, the answer is that of the files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from command_line import Kb as Repository
from forewarn.errors import DataError
from forewarn.model.versions.version import VersionRange
from forewarn.services.ask import compat as pairs
from forewarn.services.ask.releases import LatestQuestion, ReleasesQuestion, latest, releases
from forewarn.services.ask.suites import SuiteDiffQuestion, SuiteQuestion, suite, suite_diff
from forewarn.services.check.run import check
from forewarn.store.catalogue.cache import Cache, Hints
from forewarn.store.catalogue.commit import load_commit
from forewarn.store.catalogue.folders import Worktree
from forewarn.store.catalogue.loaded import Loaded
from forewarn.store.catalogue.reader import Reader
from forewarn.store.catalogue.some import load_products
from forewarn.store.catalogue.whole import load_worktree
from forewarn.store.catalogue.words import word_of_version
from forewarn.store.git.repository import Repository as Git
from kb_builder import TODAY, Kb, story

ROOT = Path(__file__).parents[2]
FOLDER = ".forewarn/cache"
BAD = "---\nstatus: shippd\n---\n"


def everything(loaded: Loaded) -> dict[str, Any]:
    """All that a load says, to be compared."""
    catalogue = loaded.catalogue
    return {
        "products": dict(catalogue.products),
        "releases": dict(catalogue.releases),
        "orders": {id: list(catalogue.versions_of(id)) for id in catalogue.products},
        "schemes": {id: scheme.name for id, scheme in catalogue.schemes.items()},
        "briefings": dict(catalogue.briefings),
        "articles": dict(catalogue.articles),
        "findings": loaded.findings,
        "unreadable": loaded.unreadable,
        "files": {path: entry.blob for path, entry in loaded.read.items()},
    }


def from_the_files(root: Path) -> dict[str, Any]:
    """What is loaded where no cache is."""
    shutil.rmtree(root / FOLDER, ignore_errors=True)
    return everything(load_worktree(root))


_opened: list[str] = []
_listening = False


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _listening and event == "open" and isinstance(arguments[0], str):
        _opened.append(arguments[0])


sys.addaudithook(_hear)


@contextmanager
def files_opened() -> Iterator[list[str]]:
    """The records that are opened while the block runs."""
    global _listening
    _opened.clear()
    _listening = True
    found: list[str] = []
    try:
        yield found
    finally:
        _listening = False
        found += [path for path in _opened if path.endswith((".md", "product.yml"))]


@pytest.fixture(scope="module")
def aged(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Kb]:
    """Knowledge bases whose files are old enough to be known by their times; all age at once."""
    made = []
    for number in range(12):
        kb = story(tmp_path_factory.mktemp(f"aged-{number}") / "kb")
        kb.write("releases/recorder/broken.md", BAD)
        made.append(kb)
    time.sleep(2.1)
    for kb in made:
        load_worktree(kb.root)
    return made.pop


def test_what_has_not_changed_is_not_read_again(aged: Callable[[], Kb]) -> None:
    kb = aged()
    with files_opened() as opened:
        cached = everything(load_worktree(kb.root))
    assert opened == []
    assert cached == from_the_files(kb.root)
    assert [finding.place.file for finding in cached["findings"]] == ["releases/recorder/broken.md"]


def test_this_repositorys_own_records_are_the_same_out_of_the_cache(tmp_path: Path) -> None:
    for name in ("releases", "kb"):
        shutil.copytree(ROOT / name, tmp_path / name)
    fresh = everything(load_worktree(tmp_path))
    assert len(fresh["releases"]) > 80
    assert everything(load_worktree(tmp_path)) == fresh


def test_an_edit_that_keeps_size_and_time_is_seen(aged: Callable[[], Kb]) -> None:
    kb = aged()
    path = kb.root / "releases/recorder/2.7.md"
    before = path.stat()
    text = path.read_text()
    path.write_text(text.replace("shipped", "planned", 1))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    found = load_worktree(kb.root).catalogue.releases["recorder", "2.7"]
    assert found.status == "planned"
    assert everything(load_worktree(kb.root)) == from_the_files(kb.root)


def test_an_edit_at_once_after_a_read_is_seen(tmp_path: Path) -> None:
    kb = Kb(tmp_path).product("recorder", "Recorder")
    for day in range(1, 29):
        kb.release("recorder", "2.7", f"2026-03-{day:02}")
        assert kb.load().releases["recorder", "2.7"].released_at.day == day  # type: ignore[union-attr]


def test_files_that_come_go_and_change_their_name_are_seen(aged: Callable[[], Kb]) -> None:
    kb = aged()
    folder = kb.root / "releases/recorder"
    kb.release("recorder", "9.9")
    (folder / "2.7.md").rename(folder / "2.7.1.md")
    (folder / "broken.md").unlink()
    (kb.root / "kb" / "new.md").write_text("---\ntitle: New\nkind: how-to\n---\n")
    shutil.rmtree(kb.root / "releases/player")
    (folder / "3.1.md").symlink_to(folder / "2.7.1.md")
    (kb.root / "releases/linked").symlink_to(folder)
    warm = everything(load_worktree(kb.root))
    assert ("recorder", "9.9") in warm["releases"]
    assert "releases/recorder/2.7.1.md" in warm["files"]
    assert "releases/recorder/2.7.md" not in warm["files"]
    assert "releases/recorder/3.1.md" not in warm["files"]
    assert "player" not in warm["products"]
    assert not (kb.root / FOLDER / "player.shard").exists()
    assert warm == from_the_files(kb.root)


def test_another_scheme_or_default_track_is_applied_to_what_is_cached(tmp_path: Path) -> None:
    kb = Kb(tmp_path).product("recorder", "Recorder", "tracks: [stable, beta]\n")
    for version in ("2.9.0", "2.10.0", "2.10"):
        kb.release("recorder", version)
    assert {release.track for release in kb.load().releases.values()} == {"stable"}
    kb.write(
        "releases/recorder/product.yml", "name: Recorder\nscheme: semver\ntracks: [beta, stable]\n"
    )
    warm = load_worktree(tmp_path)
    assert [finding.rule for finding in warm.findings] == ["not-a-version"]
    assert {release.track for release in warm.catalogue.releases.values()} == {"beta"}
    assert everything(warm) == from_the_files(tmp_path)


def test_a_statement_is_checked_again_when_the_other_product_changes(tmp_path: Path) -> None:
    kb = Kb(tmp_path).product("recorder", "Recorder").product("player", "Player")
    kb.release(
        "recorder",
        "2.7",
        more='compatibility: [{with: player, versions: "<2.4", verdict: works}]\n',
    )
    stated = kb.load().releases["recorder", "2.7"].compatibility
    assert stated[0].versions == VersionRange.parse("<2.4")
    (tmp_path / "releases/player/product.yml").unlink()
    gone = load_worktree(tmp_path)
    assert ("recorder", "2.7") not in gone.catalogue.releases
    assert [finding.rule for finding in gone.findings] == ["unknown-product"]
    kb.product("player", "Player")
    assert ("recorder", "2.7") in kb.load().releases


@pytest.mark.parametrize("branch", ["edited", "emptied"])
@pytest.mark.slow
def test_another_branch_is_seen(aged: Callable[[], Kb], branch: str) -> None:
    kb = aged()

    def git(*words: str) -> None:
        subprocess.run(["git", "-C", str(kb.root), *words], check=True, capture_output=True)

    git("init", "-q")
    git("add", "releases", "kb", "forewarn.yml")
    git("commit", "-qm", "One")
    git("switch", "-qc", branch)
    if branch == "edited":
        kb.release("recorder", "2.7", "2020-02-02")
    else:
        git("rm", "-rq", "releases/recorder")
    git("add", "releases")
    git("commit", "-qm", "Two")
    here = everything(load_worktree(kb.root))
    git("switch", "-q", "-")
    there = everything(load_worktree(kb.root))
    assert here != there
    assert there == from_the_files(kb.root)
    git("switch", "-q", branch)
    assert everything(load_worktree(kb.root)) == here


def _truncate(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _flip(data: bytes) -> bytes:
    return data[:-9] + bytes([data[-9] ^ 0xFF]) + data[-8:]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "nothing left": lambda data: b"",
    "cut off": _truncate,
    "cut off in the head": lambda data: data[:20],
    "one byte is wrong": _flip,
    "garbage": lambda data: os.urandom(len(data)),
    "of another format": lambda data: b"fwc0" + data[4:],
    "hints that are longer than the file": lambda data: data[:28] + b"\xff" * 4 + data[32:],
    "a pickle": lambda data: b"cos\nsystem\n(S'false'\ntR.",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_cache_changes_no_answer(
    damage: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    kb = story(tmp_path)
    fresh = everything(load_worktree(kb.root))
    shards = list((kb.root / FOLDER).glob("*.shard"))
    assert len(shards) >= 4
    for shard in shards:
        shard.write_bytes(damage(shard.read_bytes()))
    assert everything(load_worktree(kb.root)) == fresh
    for shard in shards:
        shard.write_bytes(damage(shard.read_bytes()))
    some = load_products(kb.root, {"recorder"}).catalogue
    assert list(some.versions_of("recorder")) == fresh["orders"]["recorder"]


def test_a_damaged_record_that_is_read_alone_is_read_from_its_file(aged: Callable[[], Kb]) -> None:
    kb, path = aged(), "releases/recorder/2.7.md"
    worktree = Worktree(kb.root)

    def read() -> tuple[object, list[str]]:
        reader = Reader(worktree, Cache(kb.root))
        with files_opened() as opened:
            record = reader.files_of("recorder", worktree.marks([path]))[path].record
        return record, [name for name in opened if name.endswith(path)]

    expected, opened = read()
    assert (bool(expected), opened) == (True, [])
    shard = kb.root / ".forewarn" / "cache" / "recorder.shard"
    whole = shard.read_bytes()
    shard.write_bytes(whole.replace(b"made by this", b"made by that"))
    assert read() == (expected, [f"{kb.root}/{path}"])


def test_of_a_large_folder_a_record_is_read_alone_and_from_its_file_where_it_is_damaged(
    aged: Callable[[], Kb],
) -> None:
    kb, path = aged(), "releases/recorder/2.7.md"
    head = "---\nstatus: shipped\nreleased_at: 2026-01-02\n---\n"
    kb.write("releases/recorder/2.0.md", head + "Much to read. " * 20_000)
    load_worktree(kb.root)

    def read() -> tuple[object, list[str]]:
        with files_opened() as opened:
            release = load_products(kb.root, {"recorder"}).catalogue.releases["recorder", "2.7"]
        return release, [name for name in opened if name.endswith(path)]

    expected, opened = read()
    assert (bool(expected), opened) == (True, [])
    shard = kb.root / FOLDER / "recorder.shard"
    shard.write_bytes(shard.read_bytes().replace(b"made by this", b"made by that"))
    assert read() == (expected, [f"{kb.root}/{path}"])


@pytest.mark.slow
def test_a_record_that_is_found_by_its_version_is_the_right_one_or_none(
    aged: Callable[[], Kb],
) -> None:
    kb, path = aged(), "releases/recorder/2.7.md"
    worktree = Worktree(kb.root)
    mark, at = worktree.marks([path])[path], worktree.folder_time("recorder")
    reader = Reader(worktree, Cache(kb.root))
    products = reader.products(worktree.marks(["releases/recorder/product.yml"]))
    word = word_of_version("2.7", products.orders["recorder"])

    def found() -> tuple[Any, bool]:
        bearers = reader.bearers("recorder", [word], at)
        entry = bearers.find(path, mark)
        # Whether it is hidden: that there is no other than those which are known.
        return entry and entry.record, bearers.all and path not in bearers.known

    expected = found()
    assert (expected[0].version, expected[1]) == ("2.7", False)
    shard = kb.root / FOLDER / "recorder.shard"
    whole = shard.read_bytes()
    for place in range(0, len(whole), 5):
        shard.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
        assert found() in (expected, (None, False))
    shard.write_bytes(whole[:200])
    assert found() == (None, False)


NONSENSE: dict[str, Any] = {
    "no mapping": 7,
    "nothing": {},
    "other types": {"marks": 1, "blobs": [], "ends": "x", "findings": None, "derived": 3},
    "another number of files": {
        "paths": "releases/recorder/2.7.md",
        "ends": bytes(16),
        "sums": bytes(8),
    },
    "wrong records": ("nowhere:Nothing", {0: 1}),
    "records of another kind": ("record:Place", {0: "releases/recorder/2.7.md"}),
    "what is no part of the model": ("os:system", "false"),
    "another order": {"derived": ("", ([], [], []))},
}


@pytest.mark.parametrize("content", NONSENSE.values(), ids=NONSENSE.keys())
def test_a_whole_shard_with_hostile_content_changes_no_answer(content: Any, aged_story: Kb) -> None:
    import marshal

    fresh = everything(load_worktree(aged_story.root))
    cache = Cache(aged_story.root)
    for path in (aged_story.root / FOLDER).glob("*.shard"):
        name = path.name.removesuffix(".shard")
        shard, hints = cache.read(name), cache.hints(name)
        assert shard and hints
        payload, apart = shard.payload, shard.apart()
        assert apart is not None
        if isinstance(content, tuple):
            code = marshal.dumps(content)
            count = len(payload.get("ends", b"")) // 8
            payload["ends"] = array("q", range(len(code), (count + 1) * len(code), len(code)))
            payload["ends"] = payload["ends"].tobytes()
            apart = code * count
        elif isinstance(content, dict) and content:
            payload |= content
        else:
            payload = content
        cache.write(name, payload, hints, apart)
    assert everything(load_worktree(aged_story.root)) == fresh


def test_a_cache_that_goes_while_records_are_asked_for_changes_no_answer(aged_story: Kb) -> None:
    fresh = everything(load_worktree(aged_story.root))
    loaded = load_worktree(aged_story.root)
    shutil.rmtree(aged_story.root / FOLDER)
    assert everything(loaded) == fresh
    # Another process has written the shard anew: what it keeps may be of other files.
    loaded = load_worktree(aged_story.root)
    for path in (aged_story.root / FOLDER).glob("*.shard"):
        name = path.name.removesuffix(".shard")
        Cache(aged_story.root).write(name, {}, Hints.of(0, ()), b"other records")
    assert everything(loaded) == fresh


@pytest.fixture(scope="module")
def aged_story(aged: Callable[[], Kb]) -> Kb:
    return aged()


def test_a_cache_that_came_with_a_copy_is_not_believed(aged: Callable[[], Kb]) -> None:
    kb = aged()
    copy = kb.root.parent / "copy"
    shutil.copytree(kb.root, copy)
    assert Cache(kb.root).read("recorder") is not None
    assert Cache(copy).read("recorder") is None
    with files_opened() as opened:
        copied = everything(load_worktree(copy))
    assert len(opened) == len(copied["files"])
    assert copied == everything(load_worktree(kb.root))


def test_other_code_does_not_believe_the_cache(tmp_path: Path) -> None:
    kb = story(tmp_path)
    fresh = everything(load_worktree(kb.root))
    made_by = kb.root / FOLDER / "made-by"
    made_by.write_bytes(made_by.read_bytes().replace(b"release.py", b"release.py 1"))
    assert Cache(kb.root).read("recorder") is None
    assert everything(load_worktree(kb.root)) == fresh
    assert Cache(kb.root).read("recorder") is not None


def test_where_the_cache_cannot_be_written_the_answer_is_the_same(tmp_path: Path) -> None:
    kb = story(tmp_path)
    fresh = everything(load_worktree(kb.root))
    shutil.rmtree(kb.root / ".forewarn")
    (kb.root / ".forewarn").write_text("a file, where a folder should be")
    assert everything(load_worktree(kb.root)) == fresh
    assert load_products(kb.root, {"recorder"}).catalogue.find_release("recorder", "2.7")


def test_the_cache_keeps_itself_out_of_git(tmp_path: Path) -> None:
    kb = story(tmp_path)
    load_worktree(kb.root)
    subprocess.run(["git", "init", "-q", str(kb.root)], check=True)
    done = subprocess.run(
        ["git", "-C", str(kb.root), "status", "--porcelain", "--untracked-files=all"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ".forewarn" not in done.stdout


LOADER = """
import sys
from pathlib import Path
from forewarn.store.catalogue.whole import load_worktree
for _ in range(15):
    loaded = load_worktree(Path(sys.argv[1]))
    for release in loaded.catalogue.releases.values():
        assert release.status
    print(len(loaded.catalogue.releases), len(loaded.findings))
"""


def test_two_processes_may_use_it_at_once(tmp_path: Path) -> None:
    kb = story(tmp_path)
    running = [
        subprocess.Popen([sys.executable, "-c", LOADER, str(kb.root)], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    for _ in range(10):
        shutil.rmtree(kb.root / FOLDER, ignore_errors=True)
        load_worktree(kb.root)
    said = [process.communicate()[0].split(b"\n") for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert {line for lines in said for line in lines if line} == {
        b"%d 0" % len(load_worktree(kb.root).catalogue.releases)
    }


class Counted(Git):
    """A repository that counts what is read of it."""

    reads = 0

    def read(self, blob: str, *, most: int | None = None) -> bytes:
        self.reads += 1
        return super().read(blob, most=most)


def of_commit(root: Path, commit: str) -> tuple[dict[str, Any], int]:
    """All that a load of a commit says, and how many files it read for that."""
    with Counted(root) as repository:
        return everything(load_commit(repository, commit)), repository.reads


def test_of_a_commit_only_what_changed_since_the_last_one_is_read(recorder_27: Repository) -> None:
    kb = recorder_27
    first = kb.commit()
    shutil.rmtree(kb.root / FOLDER, ignore_errors=True)
    found, reads = of_commit(kb.root, first)
    assert reads == len(found["files"])
    assert of_commit(kb.root, first) == (found, 0)
    kb.write("releases/player/2.4.md", kb.read("releases/player/2.4.md") + "Mended.\n")
    later, reads = of_commit(kb.root, kb.commit())
    assert reads == 1
    assert later == from_the_files(kb.root)


def test_ranges_of_a_commit_are_looked_at_again_under_another_scheme(
    recorder_27: Repository,
) -> None:
    kb = recorder_27
    player = kb.read("releases/player/product.yml")
    found, _ = of_commit(kb.root, kb.commit())
    assert found["findings"] == ()
    kb.write(
        "releases/player/product.yml", player.replace("scheme: loose", "scheme: calver:YYYY.0M")
    )
    other = kb.commit()
    for _ in range(2):
        changed, _ = of_commit(kb.root, other)
        assert "releases/recorder/2.7.md" in changed["unreadable"]
    kb.write("releases/player/product.yml", player)
    assert of_commit(kb.root, kb.commit())[0] == found == from_the_files(kb.root)


@pytest.mark.parametrize(
    "packed", [b"", b"x", b"i\0\0\0\0", b"[\0\0\0\0", b"{z\6playeri\7\0\0\0" + b"0"]
)
def test_ranges_that_are_kept_as_nonsense_are_read_from_the_records(
    recorder_27: Repository, packed: bytes
) -> None:
    kb = recorder_27
    commit = kb.commit()
    found, _ = of_commit(kb.root, commit)
    cache = Cache(kb.root)
    shard = cache.read("_trees")
    assert shard
    changed = 0
    for name, (tree, blob, outline, _) in shard.payload["trees"].items():
        partners, _ = outline[3]
        changed += bool(partners)
        shard.payload["trees"][name] = (
            *(tree, blob, (*outline[:3], (partners, packed), *outline[4:])),
            None,
        )
    assert changed
    cache.write("_trees", shard.payload, Hints.of(0, ()))
    assert of_commit(kb.root, commit)[0] == found
    kb.write("releases/player/2.4.md", kb.read("releases/player/2.4.md") + "Mended.\n")
    assert of_commit(kb.root, kb.commit())[0] == from_the_files(kb.root)


def test_what_a_commit_holds_is_never_taken_for_the_working_tree(recorder_27: Repository) -> None:
    kb = recorder_27
    commit = kb.commit()
    shutil.rmtree(kb.root / FOLDER, ignore_errors=True)
    found, _ = of_commit(kb.root, commit)
    kb.write("releases/recorder/2.7.md", BAD)
    kb.write("releases/player/9.9.md", kb.read("releases/player/2.4.md"))
    here = everything(load_worktree(kb.root))
    assert ("player", "9.9") in here["releases"]
    assert here["unreadable"] == {"releases/recorder/2.7.md"}
    assert of_commit(kb.root, commit)[0] == found
    assert everything(load_worktree(kb.root)) == here == from_the_files(kb.root)


@pytest.mark.slow
def test_a_question_after_a_commit_was_loaded_sees_the_working_tree(
    recorder_27: Repository,
) -> None:
    kb = recorder_27
    commit = kb.commit()
    shutil.rmtree(kb.root / FOLDER, ignore_errors=True)
    of_commit(kb.root, commit)
    kb.write("releases/player/9.9.md", kb.read("releases/player/2.4.md"))
    assert load_products(kb.root, {"player"}).catalogue.find_release("player", "9.9")
    assert "9.9" in kb.run("identify", "player 9.9").out


@pytest.mark.parametrize(
    ("ask", "question"),
    [
        (releases, ReleasesQuestion(product="player")),
        (latest, LatestQuestion(product="player")),
        (suite, SuiteQuestion(suite="studio", version="1")),
        (suite_diff, SuiteDiffQuestion(suite="studio", old="1", new="2")),
        (pairs.matrix, pairs.MatrixQuestion(a="player", b="codec")),
        (pairs.path, pairs.PathQuestion(a="player@2.4", b="codec@1")),
    ],
)
def test_a_question_about_some_products_reads_no_others(
    tmp_path: Path, ask: Callable[..., Any], question: object
) -> None:
    kb = story(tmp_path / "kb").product("codec", "Codec").release("codec", "1")
    for number in (1, 2):
        more = f"contains: {{player: 2.4, codec: {number}}}\n"
        kb.product("studio", "Studio").release("studio", str(number), more=more)
    kb.release("codec", "2").product("viewer", "Viewer").release("viewer", "1")
    load_worktree(kb.root)  # it is remembered which are suites
    with files_opened() as opened:
        ask(kb.root, question, today=TODAY)
    assert [path for path in opened if path.endswith(("player/2.4.md", "studio/1.md"))]
    assert not [path for path in opened if path.endswith("viewer/1.md")]


def test_what_died_while_it_was_written_goes_with_the_next_command(tmp_path: Path) -> None:
    kb = Kb(tmp_path).product("recorder", "Recorder").release("recorder", "2.7")
    load_worktree(kb.root)
    old, young = (kb.root / ".forewarn/cache" / name for name in (".new-00000000", ".new-11111111"))
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    hours_ago = time.time() - 7200
    os.utime(old, (hours_ago, hours_ago))
    load_worktree(kb.root)
    assert not old.exists()
    assert young.exists()


@pytest.mark.parametrize("name", ["_products", "_kb", "_findings"])
def test_a_folder_that_is_called_like_what_the_cache_keeps_hides_no_record(
    tmp_path: Path, name: str
) -> None:
    kb = Kb(tmp_path).product("recorder", "Recorder").release("recorder", "2.7")
    kb.article("how", "How")
    kb.write(f"releases/{name}/product.yml", "name: Odd\nscheme: loose\n")
    kb.write(f"releases/{name}/1.0.md", "---\nstatus: staged\n---\n")
    for _ in ("cold", "warm"):
        loaded = load_worktree(kb.root)
        assert [*loaded.catalogue.products] == ["recorder"]
        assert [*loaded.catalogue.articles] == ["kb/how.md"]
        found = [(f.rule, f.place.file) for f in check(kb.root, today=TODAY).findings]
        assert ("unsafe-name", f"releases/{name}") in found
        assert not [place for _, place in found if not place.startswith(f"releases/{name}")]


def test_a_record_that_goes_while_it_is_read_is_told_as_that(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="it went while the records were read") as raised:
        Worktree(Kb(tmp_path).root).read("releases/recorder/2.7.md")
    assert "run the command again" in (raised.value.help or "")
