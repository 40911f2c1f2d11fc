"""The state in PostgreSQL: many machines share it, and what goes wrong with it is a sentence."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from command_line import Kb, run
from events_builder import NOON, a_channel, an_event, queue, settings_of
from forewarn.errors import DataError, Refused
from forewarn.model.delivery import DeliveryState, NotSent
from forewarn.model.record import Place
from forewarn.model.settings import DatabaseSettings
from forewarn.services.alert.deliver import deliver
from forewarn.store.state import leases
from forewarn.store.state.interface import LEASE
from forewarn.store.state.opening import only_one, open_state
from forewarn.store.state.postgres_address import DatabaseAddress, address_of
from forewarn.store.state.postgres_connection import refuse_older
from forewarn.store.state.postgres_database import PostgresDatabase, open_tables
from forewarn.store.state.rows import Shape
from forewarn.store.state.salvage import TABLES
from postgres_server import LOCKED, OwnDatabase, address
from state_builder import in_postgres

CANARY = "c4n4ry-of-a-password"
NAMED = DatabaseSettings(variable="FOREWARN_DATABASE", place=Place(file="forewarn.yml", line=3))


def parsed(text: str) -> DatabaseAddress:
    return address_of(NAMED, {"FOREWARN_DATABASE": text})


@pytest.fixture
def root(tmp_path: Path, postgres: OwnDatabase, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A knowledge base whose state is in PostgreSQL."""
    in_postgres(tmp_path, postgres, monkeypatch)
    return tmp_path


@contextmanager
def tables(postgres: OwnDatabase) -> Iterator[PostgresDatabase]:
    with open_tables(parsed(postgres.address)) as opened:
        yield opened


def cut(postgres: OwnDatabase) -> None:
    """End every other connection, as a server does that is begun anew."""
    postgres.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )


def test_each_table_has_the_columns_that_sqlite_has(postgres: OwnDatabase) -> None:
    kinds = {"text": str, "bigint": int, "bytea": bytes}
    with tables(postgres):
        pass
    found = postgres.sql(
        "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns "
        "WHERE table_schema = 'forewarn' AND column_name <> 'rowid' ORDER BY ordinal_position"
    )
    for table in TABLES:
        shape = Shape.of(table)
        here = {n: (kinds[str(k)], e == "YES") for t, n, k, e in found if t == table}
        assert here == dict(shape.typed), table


def test_ten_processes_may_make_the_tables_at_once(postgres: OwnDatabase) -> None:
    postgres.drop()
    failed: list[Exception] = []
    start = threading.Barrier(10)

    def make() -> None:
        start.wait()
        try:
            with tables(postgres) as state:
                state.rows("SELECT * FROM deliveries")
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=make) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_database_of_a_newer_forewarn_is_left_alone(postgres: OwnDatabase) -> None:
    with tables(postgres):
        pass
    postgres.sql("UPDATE format SET format = format + 86")
    with pytest.raises(DataError, match="is of format"), tables(postgres):
        pass
    postgres.sql("UPDATE format SET format = format - 86")


def test_two_knowledge_bases_share_a_database_by_a_schema_each(postgres: OwnDatabase) -> None:
    other = address(postgres.socket, postgres.name, options="-csearch_path=players")
    with open_tables(parsed(other)) as players, tables(postgres) as recorders:
        with players.transaction() as connection:
            connection.execute("INSERT INTO meta VALUES ('whose', 'players')")
        assert (players.mark("whose"), recorders.mark("whose")) == ("players", None)
    postgres.sql("DROP SCHEMA players CASCADE")


def test_a_knowledge_base_keeps_out_of_the_state_of_another(
    kb: Kb, tmp_path: Path, postgres: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    (kb.root / ".forewarn/state.db").unlink(missing_ok=True)
    in_postgres(kb.root, postgres, monkeypatch)
    queue(kb.root, settings_of(), an_event())
    kb.git("clone", "-q", str(kb.root), str(tmp_path / "clone"))
    clone = Kb(tmp_path / "clone")
    in_postgres(clone.root, postgres, monkeypatch)
    assert len(clone.run("deliveries", "--format", "json").json) == 1

    clone.git("checkout", "-q", "--orphan", "players")
    clone.commit("Begin another one")
    clone.git("update-ref", "-d", "refs/remotes/origin/main")
    other = Kb(tmp_path / "other")
    kb.git("clone", "-q", "--no-local", "--single-branch", str(clone.root), str(other.root))
    for words in (("deliveries",), ("publish", "--again"), ("state", "move", "--to", "file")):
        said = other.run(*words, code=4).err
        assert "this database has the state of another knowledge base" in said, words
    own = address(postgres.socket, postgres.name, options="-csearch_path=players")
    monkeypatch.setenv("FOREWARN_DATABASE", own)
    assert other.run("deliveries", "--format", "json").json == []
    postgres.sql("DROP SCHEMA players CASCADE")


def test_two_knowledge_bases_of_one_repository_are_kept_apart(
    kb: Kb, tmp_path: Path, postgres: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    kb.git("clone", "-q", str(kb.root), str(tmp_path / "clone"))
    monkeypatch.setenv("FOREWARN_DATABASE", postgres.address)
    top = Kb(tmp_path / "clone")
    for folder in ("recorders", "players/own"):
        top.write(f"{folder}/forewarn.yml", "name: A\ndatabase: ${FOREWARN_DATABASE}\n")
    top.commit()
    recorders, players = (Kb(top.root / folder) for folder in ("recorders", "players/own"))
    recorders.run("deliveries")
    postgres.sql("DELETE FROM meta WHERE key = 'folder of the knowledge base'")
    recorders.run("deliveries")  # a state of before takes the folder of who uses it
    for words in (("deliveries",), ("sightings",), ("state", "move", "--to", "file")):
        said = players.run(*words, code=4).err
        assert "of another knowledge base of the same repository" in said, words
        assert "lies in 'recorders'; this one lies in 'players/own'" in said, words

    top.git("mv", "recorders/forewarn.yml", "recorders/moved.yml")
    top.commit("Put it elsewhere")
    players.run("deliveries")
    assert postgres.sql("SELECT value FROM meta WHERE key = 'folder of the knowledge base'") == [
        ("players/own",)
    ]


def test_a_state_is_not_moved_to_where_something_was_published_already(
    root: Path, postgres: OwnDatabase
) -> None:
    (root / "forewarn.yml").write_text("name: A\n")
    queue(root, settings_of(), an_event())
    (root / "forewarn.yml").write_text("name: A\ndatabase: ${FOREWARN_DATABASE}\n")
    with tables(postgres) as state, state.transaction() as connection:
        connection.execute("INSERT INTO meta VALUES ('published_commit', 'c0ffee')")
    said = run("-C", str(root), "state", "move", "--to", "database")
    assert said.code == 1 and "there is a state already: c0ffee was published" in said.err
    postgres.sql("DELETE FROM meta")
    assert run("-C", str(root), "state", "move", "--to", "database").code == 0


def test_rows_that_another_is_about_to_claim_are_passed_over_without_waiting(
    root: Path, postgres: OwnDatabase
) -> None:
    queue(root, settings_of(), *(an_event(n) for n in range(4)))
    with (
        tables(postgres) as state,
        psycopg.connect(postgres.address) as other,
    ):
        other.execute("SELECT * FROM forewarn.deliveries WHERE id IN (1, 3) FOR UPDATE")
        claimed = leases.claim(state, channel="files", now=NOON)
    assert [row.id for row in claimed] == [2, 4]


def test_a_lease_runs_by_the_clock_of_the_database_whatever_a_machine_takes_for_now(
    root: Path, postgres: OwnDatabase
) -> None:
    queue(root, settings_of(), an_event())
    with tables(postgres) as state:
        (row,) = leases.claim(state, channel="files", now=NOON, holder="")
        ((until,),) = postgres.sql("SELECT lease_until::timestamptz FROM deliveries")
        assert isinstance(until, datetime)
        assert abs(until - datetime.now(UTC) - LEASE) < timedelta(minutes=1)
        assert leases.claim(state, channel="files", now=NOON + timedelta(days=900)) == []
        (kept,) = leases.settle(state, [(row, NotSent(error="later"))], now=NOON)
        assert kept.tried_at and kept.tried_at > until - LEASE


def test_what_is_held_by_who_gives_signs_of_life_is_nobody_elses(
    root: Path, postgres: OwnDatabase
) -> None:
    queue(root, settings_of(), an_event())
    with open_state(root) as slow, open_state(root) as quick:
        with slow.living() as name:
            (row,) = slow.claim(channel="files", now=NOON, holder=name)
            postgres.sql("UPDATE deliveries SET lease_until = '2001-01-01T00:00:00.000000+00:00'")
            assert quick.claim(channel="files", now=NOON) == []
        postgres.sql("INSERT INTO holders VALUES (%s, now() - interval '1 second')", name)
        (taken,) = quick.claim(channel="files", now=NOON)
        assert (taken.id, taken.attempts) == (row.id, 2)
        assert not slow.renew(row, now=NOON), "it was taken for gone"


def test_who_ends_is_gone_at_once(root: Path) -> None:
    with open_state(root) as state:
        with state.living() as one, state.living() as two:
            assert not state.is_alone(one) and not state.is_alone(two)
        with state.living() as three:
            assert state.is_alone(three)


def test_a_run_goes_on_when_the_connection_is_cut_at_any_step(
    root: Path, postgres: OwnDatabase
) -> None:
    queue(root, settings_of(), *(an_event(n) for n in range(5)))
    steps: list[str] = []

    def step(name: str) -> None:
        steps.append(name)
        if steps.count(name) == 1:
            cut(postgres)

    report = deliver(root, settings_of(), now=lambda: datetime.now(UTC), environ={}, step=step)
    assert {"claimed", "sending", "sent", "settled"} <= {*steps}
    assert (report.sent, report.unfinished) == (5, 0)
    with open_state(root) as state:
        assert [(r.state, r.duplicates, r.attempts) for r in state.deliveries()] == [
            (DeliveryState.SENT, 0, 1)
        ] * 5


def test_a_transaction_whose_connection_is_cut_keeps_nothing_and_says_so(
    root: Path, postgres: OwnDatabase
) -> None:
    with open_state(root) as state:
        lost = "the connection to the state database was lost"
        with pytest.raises(DataError, match=lost), state.transaction() as change:
            change.set_mark("published_commit", "new")
            cut(postgres)
            change.set_mark("published_commit", "newer")
        assert state.mark("published_commit") is None, "and the next one works again"


def test_one_process_publishes_at_a_time_on_all_machines(
    root: Path, postgres: OwnDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    in_postgres(elsewhere, postgres, monkeypatch)
    with only_one(root, "publishing"):
        who = r"forewarn is publishing on .*, process \d+"
        with pytest.raises(Refused, match=who), only_one(elsewhere, "publishing"):
            pass
        with only_one(elsewhere, "watching"):
            pass
    with only_one(elsewhere, "publishing"):
        pass


WRONG = {
    "no such variable": (None, "FOREWARN_DATABASE, which is not set"),
    "no address": (CANARY, "is no address of a PostgreSQL database"),
    "another database": (f"mysql://u:{CANARY}@db/x", "is no address of a PostgreSQL database"),
    "a password with @": (f"postgresql://u:p@{CANARY}@h/y", "cannot be read as an address"),
    "a password with /": (f"postgresql://u:p/{CANARY}@h/y", "cannot be read as an address"),
    "a port that is none": (f"postgresql://u:{CANARY}@h:x/y", "cannot be read as an address"),
    "an unknown option": (f"postgresql://u:{CANARY}@h/y?what=1", "cannot be read as an address"),
    "no such host": (f"postgresql://u:{CANARY}@no-such-host.invalid/x", "There is no such host"),
    "nobody at the port": (f"postgresql://u:{CANARY}@127.0.0.1:1/x", "Start the database server"),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_address_that_does_not_work_is_a_sentence_without_its_password(
    kb: Kb, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    text, said = WRONG[name]
    kb.write("forewarn.yml", kb.read("forewarn.yml") + "database: ${FOREWARN_DATABASE}\n")
    (kb.root / ".forewarn/state.db").unlink(missing_ok=True)
    if text is None:
        monkeypatch.delenv("FOREWARN_DATABASE", raising=False)
    else:
        monkeypatch.setenv("FOREWARN_DATABASE", text)
    for command, code in ((("deliveries",), 4), (("doctor",), 1)):
        ran = run("-C", str(kb.root), *command)
        assert ran.code == code, ran
        assert said in ran.out + ran.err
        assert CANARY not in ran.out + ran.err
        assert "Traceback" not in ran.err


def test_a_wrong_password_is_said_and_never_shown(
    kb: Kb, postgres: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.sql(f"DROP ROLE IF EXISTS {LOCKED}")
    postgres.sql(f"CREATE ROLE {LOCKED} LOGIN PASSWORD 'another one'")
    kb.write("forewarn.yml", kb.read("forewarn.yml") + "database: ${FOREWARN_DATABASE}\n")
    (kb.root / ".forewarn/state.db").unlink(missing_ok=True)
    wrong = address(postgres.socket, postgres.name, f"{LOCKED}:{CANARY}")
    monkeypatch.setenv("FOREWARN_DATABASE", wrong)
    for command in (("deliver",), ("metrics",), ("doctor",)):
        ran = run("-C", str(kb.root), *command)
        assert 'password authentication failed for user "locked"' in ran.out + ran.err
        assert "Look at the password and the user in the address" in ran.out + ran.err
        assert CANARY not in ran.out + ran.err
    right = address(postgres.socket, postgres.name, f"{LOCKED}:another%20one")
    monkeypatch.setenv("FOREWARN_DATABASE", right)
    postgres.drop()
    said = kb.run("deliveries", code=4).err
    assert "the database's user may not do that" in said
    assert "another" not in said
    with tables(postgres):
        pass
    assert "the database's user may not do that" in kb.run("deliveries", code=4).err
    postgres.sql(f"GRANT USAGE ON SCHEMA forewarn TO {LOCKED}")
    postgres.sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA forewarn TO {LOCKED}")
    kb.run("deliveries")
    found = {row["part"]: row for row in kb.run("doctor", "--format", "json", code=1).json}
    assert found["state database"]["message"].endswith("the database's user may not do that")
    postgres.drop()
    postgres.sql(f"GRANT CREATE ON DATABASE {postgres.name} TO {LOCKED}")
    kb.run("deliveries")
    postgres.drop()
    postgres.sql(f"REVOKE CREATE ON DATABASE {postgres.name} FROM {LOCKED}")
    postgres.sql(f"DROP ROLE {LOCKED}")


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DataError) as refused:
        parsed("postgresql://db/forewarn")
    assert refused.value.help == "Install the extra: `pip install 'forewarn[postgres]'`."


@pytest.mark.parametrize("option", ["sslmode=foo", "connect_timeout=abc"])
def test_an_option_that_cannot_be_is_what_is_to_be_mended(option: str) -> None:
    with (
        pytest.raises(DataError) as refused,
        open_tables(parsed(f"postgresql://127.0.0.1:1/x?{option}")),
    ):
        pass
    assert "Mend that option at the end of the address" in (refused.value.help or "")


def test_a_server_that_is_too_old_is_refused() -> None:
    db = parsed("postgresql://db/forewarn")
    refuse_older(140_000, db)
    with pytest.raises(DataError, match="PostgreSQL 13; 14 is the oldest"):
        refuse_older(130_022, db)


@pytest.mark.parametrize("written", ["postgresql://u:p@db/x", "state.db", "${A}x"])
def test_an_address_does_not_stand_in_the_file(kb: Kb, written: str) -> None:
    kb.write("forewarn.yml", kb.read("forewarn.yml") + f'database: "{written}"\n')
    assert "the address stands in the environment" in kb.run("deliver", code=4).err


def test_doctor_says_which_database_it_is_and_repairs_none(
    kb: Kb, postgres: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    (kb.root / ".forewarn/state.db").unlink(missing_ok=True)
    in_postgres(kb.root, postgres, monkeypatch)
    found = {row["part"]: row for row in kb.run("doctor", "--format", "json").json}
    assert found["state database"]["health"] == "ok"
    assert f"database {postgres.name} at the socket in" in found["state database"]["message"]
    assert ", schema forewarn: PostgreSQL " in found["state database"]["message"]
    assert found["state database"]["message"].endswith(" MB is sound")
    assert "SQLite" not in found
    assert "only a file of SQLite is built anew" in kb.run("doctor", "--repair", code=1).err


def test_a_state_is_moved_there_and_back_and_nobody_is_told_twice(
    tmp_path: Path, kb: Kb, postgres: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = settings_of(channels=[a_channel()])
    queue(kb.root, told, *(an_event(n) for n in range(3)))
    with open_state(kb.root) as state:
        (first,) = state.claim(channel="files", now=NOON, limit=1)
        state.settle([(first, None)], now=NOON)
        before = state.deliveries()
    text = kb.read("forewarn.yml")
    in_postgres(kb.root, postgres, monkeypatch)
    assert "there are two states" in kb.run("deliveries", code=4).err
    moved = kb.run("state", "move", "--to", "database", "--format", "json").json
    assert moved["moved"]["deliveries"] == 3
    assert (kb.root / moved["aside"]).is_file()
    with open_state(kb.root) as state:
        assert state.deliveries() == before
        with state.transaction() as change:
            assert change.put([an_event(0)], told).deliveries == 0
            assert change.put([an_event(4)], told).deliveries == 1, "numbers go on"
        after = state.deliveries()
    assert "there is no file to move" in kb.run("state", "move", "--to", "database", code=1).err
    kb.run("state", "move", "--to", "file")
    kb.write("forewarn.yml", text)
    with open_state(kb.root) as state:
        assert state.deliveries() == after


def test_it_is_not_moved_to_where_there_is_a_state_nor_while_it_is_sent(
    kb: Kb, postgres: OwnDatabase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    queue(kb.root, settings_of(), an_event())
    with open_state(kb.root) as state:
        state.claim(channel="files", now=NOON)
    in_postgres(kb.root, postgres, monkeypatch)
    assert "1 deliveries are being sent" in kb.run("state", "move", "--to", "database", code=1).err
    other = tmp_path / "other"
    other.mkdir()
    in_postgres(other, postgres, monkeypatch)
    queue(other, settings_of(), an_event(2))
    assert "there is a state already" in kb.run("state", "move", "--to", "database", code=1).err
    assert (kb.root / ".forewarn/state.db").is_file()


def test_who_is_forgotten_is_nowhere_in_the_database_any_more(
    root: Path, postgres: OwnDatabase
) -> None:
    queue(root, settings_of(), an_event())
    with open_state(root) as state:
        (row,) = state.claim(channel="files", now=NOON)
        state.settle([(row, NotSent(error="maria@example.com is full", permanent=True))], now=NOON)
        assert state.forget("maria", ["maria@example.com"]) == 1
        assert [replace(one, last_at=None).number for one in state.tallies()] == [1]
    kept = [postgres.sql(f"SELECT * FROM {table}") for table in TABLES]  # noqa: S608
    assert "maria" not in str(kept)
