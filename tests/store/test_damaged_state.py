"""A damaged, locked or foreign state database: a sentence, the right exit code, and a mend."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from command_line import Kb, own_git, run
from events_builder import NOON, an_event, in_words
from forewarn.errors import DataError
from forewarn.model.sighting import Sighting, SightingState
from forewarn.store.settings import load_settings
from forewarn.store.state import outbox, sightings
from forewarn.store.state.sqlite import open_root
from state_builder import open_tables

pytestmark = pytest.mark.slow

PAGE = 4096
TOLD, WAITING = 6, 3
COMMANDS = (("deliver",), ("deliveries",), ("sightings",), ("doctor",), ("watch", "--once"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Kb:
    """A knowledge base whose people were told six times, and have three alerts waiting."""
    kb = Kb(tmp_path_factory.mktemp("damaged") / "kb")
    with own_git():
        assert run("init", str(kb.root)).code == 0
        settings = load_settings(kb.root)

        def queue(*numbers: int) -> None:
            with open_tables(kb.root) as state, state.transaction() as connection:
                long = in_words("It breaks", ("Breaks", "recordings " * 90))
                outbox.put(connection, [an_event(n, fact=long) for n in numbers], settings)

        queue(*range(TOLD))
        kb.run("deliver")
        queue(*range(100, 100 + WAITING))
        with open_tables(kb.root) as state, state.transaction() as connection:
            sightings.add(
                connection,
                [
                    Sighting(
                        id=f"{number:08x}",
                        product="recorder",
                        version=f"1.{number}",
                        source="https://downloads.example.com/feed.xml",
                        url=f"https://downloads.example.com/{number}",
                        title="A download " * 20,
                        state=SightingState.OPEN,
                        first_seen=NOON,
                    )
                    for number in range(12)
                ],
            )
    return kb


@pytest.fixture
def kb(made: Kb) -> Iterator[Kb]:
    """The same, and as it was after the test."""
    file = database(made)
    whole = file.read_bytes()
    for mail in made.mails():
        mail.unlink()
    yield made
    for left in file.parent.glob("state.db*"):
        if left.is_dir():
            left.rmdir()
        else:
            left.unlink()
    file.write_bytes(whole)


def database(kb: Kb) -> Path:
    return kb.root / ".forewarn" / "state.db"


def by_sql(*statements: str) -> Callable[[Path], None]:
    """Damage by SQL, in a file that does not mind any more what is in it."""

    def damage(file: Path) -> None:
        connection = sqlite3.connect(file)
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_schema SET sql = replace(replace(sql, ' STRICT', ' '), 'NOT NULL', '') "
            "WHERE type = 'table' AND sql NOT LIKE '%ROWID'"
        )
        connection.execute("PRAGMA schema_version = 99")
        connection.commit()
        connection.close()
        connection = sqlite3.connect(file)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    return damage


def overwritten(place: float, data: bytes) -> Callable[[Path], None]:
    """Bytes at a part of the file's length."""

    def damage(file: Path) -> None:
        whole = bytearray(file.read_bytes())
        at = int(len(whole) * place) // PAGE * PAGE
        whole[at : at + len(data)] = data
        file.write_bytes(whole)

    return damage


def cut(place: float) -> Callable[[Path], None]:
    def damage(file: Path) -> None:
        file.write_bytes(file.read_bytes()[: int(file.stat().st_size * place)])

    return damage


def as_folder(ending: str = "") -> Callable[[Path], None]:
    def damage(file: Path) -> None:
        there = file.with_name(file.name + ending)
        there.unlink(missing_ok=True)
        there.mkdir()

    return damage


# The mend of each is `doctor --repair`.
DAMAGE: dict[str, Callable[[Path], None]] = {
    "a text file": lambda file: file.write_text("this is no database\n" * 50) and None,
    "a few letters": lambda file: file.write_text("hello") and None,
    "nothing": lambda file: file.write_bytes(b"") and None,
    "one letter": lambda file: file.write_bytes(b"S") and None,
    "a folder": as_folder(),
    "a folder for its journal": as_folder("-journal"),
    "no header": overwritten(0, bytes(100)),
    "names that are no text": overwritten(0.0, b"SQLite format 3\0" + b"\xfa" * 200),
    **{f"cut at {n} of 9": cut(n / 9) for n in range(1, 9)},
    **{f"a page of zeros at {n} of 9": overwritten(n / 9, bytes(PAGE)) for n in range(9)},
    **{f"bytes of noise at {n} of 9": overwritten(n / 9, b"\xfa\x01" * 50) for n in range(9)},
    "a table that is gone": by_sql("DROP TABLE deliveries"),
    "a column of another name": by_sql("ALTER TABLE sightings RENAME COLUMN url TO uri"),
    "a format that never was": by_sql("PRAGMA user_version = -3"),
    "a format that it is not": by_sql("PRAGMA user_version = 1"),
}
# One row of the waiting ones; the others are sent.
ROW = {
    "JSON that ends early": "UPDATE events SET content = '{' WHERE rowid = 8",
    "JSON that is no event": "UPDATE events SET content = '[1]' WHERE rowid = 8",
    "half an event": "UPDATE events SET content = '{\"id\": 1}' WHERE rowid = 8",
    "bytes for text": "UPDATE events SET content = x'ff00fe' WHERE rowid = 8",
    "text that is no UTF-8": "UPDATE events SET content = cast(x'7bff7d' AS text) WHERE rowid = 8",
    "no event": "DELETE FROM events WHERE rowid = 8",
    "bytes for a person": "UPDATE deliveries SET person = x'05' WHERE id = 8",
    "nobody": "UPDATE deliveries SET person = NULL WHERE id = 8",
}
HARMLESS = {
    "words for attempts": "UPDATE deliveries SET attempts = 'many' WHERE id = 8",
    "attempts below none": "UPDATE deliveries SET attempts = -9999999 WHERE id = 8",
    "words for a time": "UPDATE deliveries SET next_attempt_at = 'zzz' WHERE id = 8",
    "a lease of nobody": "UPDATE deliveries SET state = 'leased', lease_by = '../../x', "
    "lease_until = 'x' WHERE id = 8",
}


@pytest.mark.parametrize("name", DAMAGE)
def test_every_command_ends_with_a_sentence_and_the_repaired_database_tells_nothing_twice(
    kb: Kb, name: str
) -> None:
    DAMAGE[name](database(kb))
    for command in COMMANDS[1:]:
        ran = run("-C", str(kb.root), *command)
        assert ran.code in (0, 1, 3, 4), ran
        if ran.code == 4:
            assert "next: " in ran.err, ran
            assert "state.db" in ran.err, ran
    before = database(kb).read_bytes() if database(kb).is_file() else None
    repaired = run("-C", str(kb.root), "doctor", "--repair", "--format", "json")
    row = repaired.json[0]
    assert row["part"] == "repair", row
    if row["health"] != "ok" or "not damaged" not in row["message"]:
        (aside,) = database(kb).parent.glob("state.db.damaged-*Z")
        assert str(aside) in row["mend"]
        assert before is None or aside.read_bytes() == before, "the damaged file was changed"
    assert next(r for r in repaired.json if r["part"] == "state database")["health"] == "ok"
    assert kb.run("deliver").code == 0
    told = {mail.name.split("-")[3] for mail in kb.mails()}
    assert told <= {an_event(100 + n).id for n in range(WAITING)}, "somebody was told twice"
    assert kb.run("deliveries").code == 0


@pytest.mark.parametrize("name", ROW)
def test_one_damaged_row_holds_up_no_other(kb: Kb, name: str) -> None:
    by_sql(ROW[name])(database(kb))
    ran = kb.run("deliver", code=3)
    assert len(kb.mails()) == WAITING - 1
    assert "doctor --repair" in ran.err
    assert "1 given up" in ran.err
    assert "is damaged" in kb.run("deliveries", code=3).err
    row = kb.run("doctor", "--repair", "--format", "json").json[0]
    assert row["health"] == "warning"
    assert f"{TOLD + WAITING - 1} deliveries" in row["message"]
    kb.run("deliver")
    assert len(kb.mails()) == WAITING - 1


@pytest.mark.parametrize("name", HARMLESS)
def test_a_row_that_can_be_read_in_spite_of_its_damage_is_sent(kb: Kb, name: str) -> None:
    by_sql(HARMLESS[name])(database(kb))
    kb.run("deliver")
    assert len(kb.mails()) == WAITING


def test_a_sighting_that_cannot_be_read_is_said_and_never_left_out(kb: Kb) -> None:
    by_sql("UPDATE sightings SET first_seen = '2026' WHERE rowid = 3")(database(kb))
    assert "sightings is damaged" in kb.run("sightings", code=4).err
    assert "not known" in run("-C", str(kb.root), "identify", "1.2").err
    kb.run("deliver")
    assert len(kb.mails()) == WAITING


def test_a_database_of_a_newer_forewarn_is_not_repaired(kb: Kb) -> None:
    by_sql("PRAGMA user_version = 99")(database(kb))
    before = database(kb).read_bytes()
    assert "Install the newer forewarn" in kb.run("doctor", "--repair", code=4).err
    assert database(kb).read_bytes() == before


def test_a_sound_database_is_left_alone(kb: Kb) -> None:
    row = kb.run("doctor", "--repair", "--format", "json").json[0]
    assert row["message"] == "the state database is not damaged, so nothing was done"
    assert not list(database(kb).parent.glob("state.db.*"))


def test_what_is_in_use_names_the_process_and_advises_to_wait(kb: Kb) -> None:
    hold = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN EXCLUSIVE'); "
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(database(kb))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(DataError) as refused, open_root(kb.root, patience=0.1):
            pass
        if sys.platform == "linux":
            assert f"process {process.pid} (" in refused.value.what
            assert "which runs since 20" in refused.value.what
        assert "wait until that process is done" in (refused.value.help or "")
        repair = kb.run("doctor", "--repair", code=4)
        assert "is in use" in repair.err
        assert process.stdin is not None
        process.stdin.close()


@contextmanager
def without_rights() -> Iterator[None]:
    """As somebody who may not write everything: root may."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_what_may_not_be_written_speaks_of_permissions(kb: Kb) -> None:
    # Not below the test's own folder, which nobody else may enter.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        shared = Kb(Path(folder) / "kb")
        shutil.copytree(kb.root, shared.root, symlinks=True)
        for below in (shared.root / ".forewarn", *(shared.root / ".forewarn").rglob("*")):
            below.chmod(0o777)
        database(shared).chmod(0o444)
        with without_rights():
            assert "permissions" in shared.run("deliver", code=4).err


def test_after_a_repair_without_any_row_nothing_that_was_recorded_is_told_again(
    kb: Kb,
) -> None:
    database(kb).write_text("this is no database at all\n" * 9)
    row = kb.run("doctor", "--repair", "--format", "json").json[0]
    before = kb.head
    assert f"up to {before[:10]} is taken as told" in row["message"]
    kb.run("publish")
    assert kb.mails() == []
    kb.run("product", "add", "codec", "--name", "Codec", "--scheme", "loose")
    download = "any=https://downloads.example.com/codec-1.0.zip"
    kb.run("release", "add", "codec", "1.0", "--download", download)
    kb.run("release", "ship", "codec", "1.0")
    kb.run("publish")
    told = [mail.read_text(encoding="utf-8") for mail in kb.mails()]
    kb.git("reset", "-q", "--hard", before)
    assert any("Codec 1.0" in mail for mail in told), "what comes later is told"


@pytest.mark.parametrize("content", [b"", b"S"])
def test_a_database_that_was_cut_to_nothing_is_not_begun_anew(kb: Kb, content: bytes) -> None:
    database(kb).write_bytes(content)
    for command in COMMANDS:
        ran = run("-C", str(kb.root), *command)
        assert ran.code == (1 if command == ("doctor",) else 4), ran
        assert "it holds nothing, it was cut or emptied" in ran.out + ran.err
    assert database(kb).read_bytes() == content
    database(kb).unlink()
    kb.run("deliver")
    with open_tables(kb.root) as state:
        assert state.rows("SELECT * FROM deliveries") == [], "one that is not there is made"


def test_no_journal_of_another_database_is_played_into_a_new_one(kb: Kb) -> None:
    journal = database(kb).with_name("state.db-journal")
    database(kb).rename(journal)
    assert "Put state.db back; to begin anew, remove state.db-journal, too." in (
        kb.run("deliver", code=4).err
    )
    assert "state.db-journal is still here" in kb.run("doctor", code=1).out


def test_what_was_recorded_since_the_last_publish_is_told_after_a_repair(kb: Kb) -> None:
    before = kb.head
    kb.git("update-ref", "refs/forewarn/published", before)
    kb.run("product", "add", "muxer", "--name", "Muxer", "--scheme", "loose")
    download = "any=https://downloads.example.com/muxer-1.0.zip"
    kb.run("release", "add", "muxer", "1.0", "--download", download)
    kb.run("release", "ship", "muxer", "1.0")
    database(kb).write_bytes(b"")
    row = kb.run("doctor", "--repair", "--format", "json").json[0]
    assert f"up to {before[:10]} is taken as told" in row["message"]
    kb.run("publish", "--audience", "public")
    told = [mail.read_text(encoding="utf-8") for mail in kb.mails()]
    kb.git("update-ref", "-d", "refs/forewarn/published")
    kb.git("reset", "-q", "--hard", before)
    assert len(told) == 1
    assert "Muxer 1.0" in told[0]


def test_a_damaged_source_row_holds_up_neither_alerts_nor_events(kb: Kb) -> None:
    by_sql("INSERT INTO sources (product, source, polled_at) VALUES ('a', 'b', 'never')")(
        database(kb)
    )
    ran = kb.run("publish", code=4)
    assert "sources is damaged" in ran.err
    assert "doctor --repair" in ran.err
    assert len(kb.mails()) == WAITING
