"""Waking the workers of all machines: procrastinate's jobs, in a schema beside the state's.

A job says that there is something to do, and no more: what there is stands in the outbox. One that
is lost loses nothing, for a worker looks there now and then anyway; one too many finds nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forewarn.errors import DataError
from forewarn.store.state.interface import TooNew, Unreachable

if TYPE_CHECKING:
    from procrastinate import App
    from psycopg import AsyncConnection

    from forewarn.store.state.postgres_address import DatabaseAddress

# The kind of work that is asked for when something was queued.
DELIVER = "deliver"
_LOCK = 7_305_805_462_118_340  # any number that nobody else locks in this database
# Where there is no word that a worker lives for so long (seconds), its jobs are nobody's.
_STALLED = 60.0
# Of the connections of a process: one listens, the others ask for jobs and report them done.
_CONNECTIONS = 4
_WITHIN = 10.0  # seconds


class Jobs:
    """The jobs of the state whose tables are in `schema`, served by one process.

    Args:
        within: how long the database may let itself be waited for (seconds).
    """

    def __init__(self, address: DatabaseAddress, schema: str, *, within: float = _WITHIN) -> None:
        self._address = address
        self._within = within
        self._schema = _beside(schema)
        self._app: App | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def serve(
        self, work: Mapping[str, Callable[[], None]], ready: Callable[[], None]
    ) -> None:
        """Do what is asked for, of each kind of `work` one at a time, until this is cancelled.

        Each is asked for when it begins, which `ready` is told. Cancelled, it waits for what it has
        begun.

        Raises:
            DataError: forewarn was installed without the extra for it.
            TooNew: a newer procrastinate has made its tables.
            Unreachable: the database is not there, or the connection was lost.
        """
        async with self._opened() as app:
            for name, do in work.items():
                app.task(name=name, queue=name, queueing_lock=name)(do)
            self._app, self._loop = app, asyncio.get_running_loop()
            # What procrastinate's own tasks end with when the connection is lost, we tell.
            self._loop.set_exception_handler(lambda loop, context: None)
            # What is asked for before a worker listens, it would find out only after seconds.
            for name in work:
                await _defer(app, name)
            ready()
            try:
                async with asyncio.TaskGroup() as group:
                    for name in work:
                        group.create_task(_serve(app, name))
                    group.create_task(_sweep(app))
            except ExceptionGroup as error:
                first = _first(error)
                raise first from first.__cause__
            finally:
                self._app = None

    def wake(self, name: str, *, after: float = 0.0) -> None:
        """Ask some worker, perhaps this one, for that kind of work; from any thread.

        `after` so many seconds. Where nobody can be asked now, nothing is lost.
        """
        app, loop = self._app, self._loop
        if app is None or loop is None or loop.is_closed():
            return

        async def ask() -> None:
            await asyncio.sleep(after)
            await _defer(app, name)

        with contextlib.suppress(RuntimeError):
            asyncio.run_coroutine_threadsafe(ask(), loop)

    @contextlib.asynccontextmanager
    async def _opened(self) -> AsyncIterator[App]:
        """procrastinate, with its tables."""
        try:
            import psycopg
            import psycopg_pool
            from procrastinate import App, PsycopgConnector, exceptions
        except ImportError as error:
            raise _missing(error) from error
        _hush()
        connector = PsycopgConnector(
            conninfo=self._address.written,
            kwargs={"application_name": f"forewarn is awake on {_me()}"[:63]},
            configure=self._to_our_tables,
            min_size=1,
            max_size=_CONNECTIONS,
            timeout=self._within,
            reconnect_timeout=self._within,
        )
        app = App(connector=connector)
        try:
            async with app.open_async():
                async with connector.pool.connection() as connection:
                    await _make_tables(connection, self._schema)
                yield app
        except (psycopg.Error, psycopg_pool.PoolTimeout, exceptions.ConnectorException) as error:
            raise self._failed(error) from None

    async def _to_our_tables(self, connection: AsyncConnection[Any]) -> None:
        # The one that listens commits by itself, and hears nothing unless it has.
        before = connection.autocommit
        await connection.set_autocommit(True)
        await connection.execute(
            "SELECT set_config('search_path', quote_ident(%s), false)", (self._schema,)
        )
        await connection.set_autocommit(before)

    def _failed(self, error: BaseException) -> DataError:
        import psycopg

        from forewarn.store.state.postgres_errors import cannot_connect, is_lost, unusable

        while not isinstance(error, psycopg.Error) and error.__cause__ is not None:
            error = error.__cause__
        if isinstance(error, psycopg.Error):
            made = cannot_connect if is_lost(error) else unusable
            return made(self._address, error)
        said = self._address.concealed(" ".join(str(error).split()))[:300]
        return Unreachable(
            f"the state database cannot be reached: {said}",
            where=self._address.shown,
            help="See that it runs and can be reached from here. Nothing is lost; the work goes on "
            "when it is back.",
        )


def wake(address: DatabaseAddress, schema: str, name: str = DELIVER) -> None:
    """Ask some worker for that kind of work, where any ever was."""
    with contextlib.suppress(Exception):  # a job may be lost, and the work may not
        import psycopg
        from procrastinate import App, SyncPsycopgConnector

        _hush()
        app = App(connector=SyncPsycopgConnector())
        with psycopg.connect(address.written, autocommit=True) as connection:
            connection.execute(
                "SELECT set_config('search_path', quote_ident(%s), false)", (_beside(schema),)
            )
            app.configure_task(name, queue=name, queueing_lock=name, connection=connection).defer()


def _beside(schema: str) -> str:
    """The schema with procrastinate's tables: it is all theirs, so that they can be made anew."""
    return f"{schema}_jobs"


def _missing(error: ImportError) -> DataError:
    return DataError(
        f"workers of many machines need {error.name}, which is not installed",
        help="Install the extra: `pip install 'forewarn[postgres]'`.",
    )


def _hush() -> None:
    """What these log is an error of ours already, or nobody's concern."""
    for name in ("procrastinate", "psycopg", "psycopg.pool"):
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


def _me() -> str:
    return f"{socket.gethostname()}, process {os.getpid()}"


def _first(error: BaseException) -> BaseException:
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


async def _defer(app: App, name: str) -> None:
    from procrastinate import exceptions

    # One that waits already will do; where the connection is lost, its users notice.
    with contextlib.suppress(exceptions.AlreadyEnqueued, exceptions.ConnectorException):
        await app.configure_task(name, queue=name, queueing_lock=name).defer_async()


async def _serve(app: App, name: str) -> None:
    await app.run_worker_async(
        queues=[name],
        name=name,
        concurrency=1,
        delete_jobs="always",
        install_signal_handlers=False,
    )
    # It ends by itself only where one of its parts has failed.
    raise Unreachable(
        "the connection to the database of the state was lost",
        help="It is tried again; nothing is lost.",
    )


async def _sweep(app: App) -> None:
    """Take away what workers had begun that are gone: what they had to do is in the outbox."""
    from procrastinate import exceptions
    from procrastinate.jobs import Status

    while True:
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED):
            # Another worker may be quicker.
            with contextlib.suppress(exceptions.ConnectorException):
                await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
        await asyncio.sleep(_STALLED)


async def _make_tables(connection: AsyncConnection[Any], schema: str) -> None:
    """Make procrastinate's tables, or make them anew where an older one did: one at a time.

    Nothing is lost with them that has to be kept.

    Raises:
        TooNew: a newer one made them.
    """
    from procrastinate.schema import SchemaManager
    from psycopg.sql import SQL, Identifier

    newest = max(path.stem for path in Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        made = await _made_by(connection, schema)
        if made > newest:
            raise TooNew(
                f"the tables that wake the workers are of a newer procrastinate ({made})",
                help="Install what the newest worker runs here, too: "
                "pip install --upgrade procrastinate",
            )
        if made < newest:
            name = Identifier(schema)
            await connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
            await connection.execute(SQL("CREATE SCHEMA {}").format(name))
            await connection.execute(SchemaManager.get_schema())
            await connection.execute("CREATE TABLE made_by (migration text)")
            await connection.execute("INSERT INTO made_by VALUES (%s)", (newest,))


async def _made_by(connection: AsyncConnection[Any], schema: str) -> str:
    """The newest migration of the procrastinate that made the tables; empty: none did."""
    there = await connection.execute(
        "SELECT to_regclass(quote_ident(%s) || '.made_by') IS NOT NULL", (schema,)
    )
    if not ((await there.fetchone()) or (False,))[0]:
        return ""
    found = await connection.execute("SELECT max(migration) FROM made_by")
    return str(((await found.fetchone()) or ("",))[0] or "")
