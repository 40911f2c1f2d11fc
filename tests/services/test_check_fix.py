"""`check --fix`: what has one right mend is mended, and nothing else in the file changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import AUTHOR, Kb
from forewarn.store.records.slips import meant

PATH = "releases/recorder/2.7.md"
SHA = "9f2c4a7be1d05836c7a94f1b0e6d82a35b9c17e4f8062d3ab5c4e97f10a86d2b"
# Comments, odd layout, quotes, a Windows line end, a trailing blank and no newline at the end.
WRONG = f"""---
# Maria, 4 May: checked twice
statsu:   Shipped  # at last
track: stable\r
"relased_at": '2026-5-4'   # the vendor's date
downloads:
  - {{url: "https://downloads.example.com/recorder-2.7.exe", platfrom: windows, sha256: {SHA.upper()}}}

support: {{active_until: 2027-5-4, ended: False}}
---
Body with 2026-5-4, statsu: and a [link](../../kb/a.md). \u00e4
last line"""
RIGHT = (
    WRONG.replace("statsu:   Shipped", "status:   shipped")
    .replace("relased_at\": '2026-5-4'", "released_at\": '2026-05-04'")
    .replace("platfrom", "platform")
    .replace(SHA.upper(), SHA)
    .replace("2027-5-4, ended: False", "2027-05-04, ended: false")
)


@pytest.fixture
def kb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kb:
    for key, value in AUTHOR.items():
        monkeypatch.setenv(key, value)
    kb = Kb(tmp_path)
    kb.write("forewarn.yml", "name: Acme support\n")
    kb.write("releases/recorder/product.yml", "name: Recorder\nscheme: loose\n")
    kb.write("kb/a.md", "---\ntitle: A\nkind: how-to\n---\n")
    return kb


def put(kb: Kb, text: str, path: str = PATH) -> None:
    (kb.root / path).write_bytes(text.encode())


def get(kb: Kb, path: str = PATH) -> str:
    return (kb.root / path).read_bytes().decode()


def release(line: str) -> str:
    return f"---\nstatus: shipped\nreleased_at: 2026-05-04\n{line}\n---\n"


def test_a_year_without_its_century_is_told_with_the_one_that_is_meant(kb: Kb) -> None:
    put(kb, release("planned_for: 0026-05-04"))
    said = kb.run("check", code=1).out
    assert "the year 26 is before 1950" in said and "Did you mean '2026-05-04'?" in said


def test_what_is_mended_is_all_that_changes(kb: Kb) -> None:
    put(kb, WRONG)
    ran = kb.run("check", "--fix")
    assert get(kb) == RIGHT
    assert f"--- a/{PATH}" in ran.out and "+status:   shipped  # at last" in ran.out
    assert "files mended: 1" in ran.err and "findings: 0" in ran.err
    assert "nothing here has one right mend" in kb.run("check", "--fix").err


def test_a_dry_run_shows_the_mends_and_makes_none(kb: Kb) -> None:
    put(kb, WRONG)
    ran = kb.run("check", "--fix", "--dry-run", code=1)
    assert "+status:   shipped  # at last" in ran.out and "files to mend: 1" in ran.err
    assert get(kb) == WRONG
    assert "--fix" in kb.run("check", "--dry-run", code=2).err


def test_the_diff_leaves_the_json_alone(kb: Kb) -> None:
    put(kb, WRONG)
    ran = kb.run("check", "--fix", "--format", "json")
    assert ran.json == {"findings": []} and f"+++ b/{PATH}" in ran.err


def test_what_is_mended_is_never_committed(kb: Kb) -> None:
    kb.git("init", "-q")
    put(kb, WRONG)
    head = kb.commit()
    kb.run("check", "--fix")
    assert kb.head == head and PATH in kb.git("status", "--porcelain")


@pytest.mark.parametrize(
    "line",
    [
        "support: {active_until: 4.5.2027}",  # the fourth of May, or the fifth of April
        "support: {active_until: 2027-13-1}",  # no date at all
        "support: {on: 2027-05-04, no: x}",  # a word of two letters is near to every other
        "colour: red",  # near to nothing
        "status: shipped\nstatsu: staged",  # the right key is there already
        "trakc: stable\ntrcak: stable",  # both would be the same key
        "reference: HTTPS//example.com",
        "downloads: [{platform: any, url: 'https://example.com/', sha256: ABC}]",
        "relased_at: soon",  # the key is a slip, and what it holds would be wrong
    ],
)
def test_what_has_more_than_one_mend_is_left_to_people(kb: Kb, line: str) -> None:
    text = release(line)
    if line.startswith("relased"):
        text = text.replace("released_at: 2026-05-04\n", "")
    put(kb, text)
    ran = kb.run("check", "--fix", code=1)
    assert get(kb) == text, ran.out
    assert "nothing here has one right mend" in ran.err or "Traceback" not in ran.err


def test_a_file_with_a_merge_conflict_is_never_touched(kb: Kb) -> None:
    text = WRONG.replace("downloads:", "<<<<<<< HEAD\n=======\n>>>>>>> them\ndownloads:")
    put(kb, text)
    kb.run("check", "--fix", code=1)
    assert get(kb) == text


def test_only_the_named_files_are_mended(kb: Kb) -> None:
    put(kb, WRONG)
    kb.run("check", "--fix", "--only", "kb")
    assert get(kb) == WRONG


def test_the_settings_are_mended_too_and_a_link_to_them_is_not_replaced(
    kb: Kb, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = "name: Acme support  # ours\nchekc: {severity: {no-remedy: Off}}\n"
    kb.write("forewarn.yml", text)
    kb.run("check", "--fix")
    mended = "name: Acme support  # ours\ncheck: {severity: {no-remedy: off}}\n"
    assert get(kb, "forewarn.yml") == mended
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "shared.yml"
    elsewhere.write_text(text)
    (kb.root / "forewarn.yml").unlink()
    (kb.root / "forewarn.yml").symlink_to(elsewhere)
    kb.run("check", "--fix", code=1)
    assert (kb.root / "forewarn.yml").is_symlink() and elsewhere.read_text() == text


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("verdcit", ["verdict", "versions"], "verdict"),
        ("verison", ["version"], "version"),
        ("remedies", ["remedy", "limits"], None),
        ("uri", ["url"], None),
        ("tittle", ["title", "kind"], "title"),
        ("titles", ["title", "titled"], None),
    ],
)
def test_a_slip_is_one_or_two_letters_and_of_one_word_only(
    word: str, known: list[str], expected: str | None
) -> None:
    assert meant(word, known) == expected


def test_a_range_is_written_in_the_canonical_spelling_and_its_comment_stays(kb: Kb) -> None:
    kb.write("releases/player/product.yml", "name: Player\nscheme: semver\n")
    kb.write("releases/player/2.4.1.md", release(""))
    wrong = """---
status: shipped
released_at: 2026-05-04
compatibility:
  - with: player
    versions: <=2.4.x  # all of the old line
    verdict: breaks
    remedy: Update it.
  - {with: player, verdict: works, about: "saving", versions: '>= 2.4'}   # "2.4" is said twice
  - {about: "loading", with: player, versions: 2.4.1, verdict: works}
---
Works with 2.4.x.
"""
    put(kb, wrong)
    kb.write(
        "kb/b.md",
        "---\ntitle: B\nkind: known-issue\nremediation: none_available\n"
        'applies:\n  recorder: 2.4 or later  # ours\n  player: "1.x"\n---\nIt breaks.\n',
    )
    before = kb.run("check", code=1).out
    assert "'<=2.4.x' is read as '<2.5.0-0' of player" in before
    assert "'>= 2.4' is read as '>=2.4.0' of player" in before
    kb.run("check", "--fix", code=1)
    assert get(kb) == wrong.replace("<=2.4.x ", '"<2.5.0-0" ').replace(">= 2.4", ">=2.4.0")
    assert '  recorder: ">=2.4"  # ours\n  player: ">=1.0.0,<2.0.0-0"\n' in get(kb, "kb/b.md")
    assert "range-spelling" not in kb.run("check", code=1).out


def test_a_range_that_may_mean_two_things_is_not_mended(kb: Kb) -> None:
    kb.write("releases/player/product.yml", "name: Player\nscheme: loose\n")
    kb.write("releases/player/2.4.md", release(""))
    text = release("compatibility:\n  - {with: player, versions: 2.4-2.7, verdict: works}")
    put(kb, text)
    told = kb.run("check", "--fix", code=1).out
    assert "write >=2.4,<=2.7, or vers:generic/2.4-2.7 for that one version" in told
    assert get(kb) == text


def test_a_slip_in_a_fixed_word_is_mended_but_never_in_who_may_see_it(kb: Kb) -> None:
    put(kb, "---\nstatus: stagged\ntrack: stable\n---\nText.\n")
    put(kb, "---\ntitle: A\nkind: how-too\naudience: pubic\n---\n", "kb/b.md")
    found = kb.run("check", code=1).out
    assert "Did you mean 'staged'?" in found and "Did you mean 'public'?" not in found
    kb.run("check", "--fix", code=1)
    assert "status: staged\n" in kb.read(PATH)
    assert "kind: how-to\naudience: pubic\n" in kb.read("kb/b.md")


def test_a_tab_is_called_a_tab(kb: Kb) -> None:
    put(kb, "---\nstatus: staged\ndownloads:\n\t- platform: windows\n---\nText.\n")
    (line,) = [row for row in kb.run("check", code=1).out.splitlines() if "2.7.md:4" in row]
    assert "begins with a tab" in line
