"""Workers on many machines: what waits is sent by all, and what is to be done once is done once."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import work_impatiently
from command_line import Kb
from events_builder import a_channel, an_event, queue, settings_of
from forewarn.errors import DataError, Refused
from forewarn.services.alert.clock import clock_of
from forewarn.services.alert.deliver import deliver
from forewarn.services.alert.workers import WorkerSeen, keep_seen, say_goodbye
from forewarn.services.publish.refresh import refresh_staff_sites
from forewarn.services.watch.heartbeat import beat_when_done
from forewarn.services.work.follow import follow
from forewarn.store.settings import load_settings
from forewarn.store.state.interface import DELIVERED, LOOKED, TooNew
from forewarn.store.state.jobs import DELIVER, Jobs
from forewarn.store.state.opening import jobs_of, open_state
from mail_sink import Sink, mail_sink
from many_machines import VARIABLE, Office, office
from own_process import OwnProcess
from postgres_server import OwnDatabase
from state_builder import in_postgres
from waiting import SECONDS, wait_for
from wire import wire

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="no PostgreSQL from pip")


@pytest.fixture
def shared(acme: Kb, postgres: OwnDatabase, monkeypatch: pytest.MonkeyPatch) -> Kb:
    """Acme, whose state is in PostgreSQL, and not in the file that it had."""
    shutil.rmtree(acme.root / ".forewarn", ignore_errors=True)
    in_postgres(acme.root, postgres, monkeypatch)
    acme.commit("Share the state")
    return acme


@pytest.fixture
def slow_office(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    postgres: OwnDatabase,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[Office, Sink]]:
    """Ten people, so many events that wait for each, and a server that takes its time."""
    monkeypatch.setenv("FOREWARN_DATABASE", postgres.address)
    with (
        mail_sink(tmp_path / "sink", seconds=0.1) as sink,
        office(tmp_path, postgres.address, sink.port, people=10) as there,
    ):
        there.queue(*range(request.param))
        yield there, sink


def stands(postgres: OwnDatabase) -> dict[str, int]:
    rows = postgres.sql("SELECT state, count(*) FROM deliveries GROUP BY state")
    return {str(state): int(str(number)) for state, number in rows}


@pytest.mark.slow
@pytest.mark.parametrize("slow_office", [5], indirect=True, ids=["fifty mails"])
def test_what_a_killed_worker_had_taken_is_sent_by_the_others_and_nothing_is_lost(
    slow_office: tuple[Office, Sink], postgres: OwnDatabase
) -> None:
    there, sink = slow_office
    there.start(0)
    wait_for(sink.arrived)
    there.kill(0)
    taken = stands(postgres).get("leased", 0)
    assert taken, "it was in the middle of it"
    # So long has it given no sign of life.
    postgres.sql("UPDATE holders SET until = clock_timestamp()")

    there.start(0)
    there.start(1)
    wait_for(lambda: stands(postgres) == {"sent": 50})
    assert [there.stop(0), there.stop(1)] == [0, 0]
    arrived = sink.arrived()
    assert len(arrived) == 50
    assert arrived.total() - 50 <= taken


@pytest.mark.slow
@pytest.mark.parametrize("slow_office", [60], indirect=True, ids=["more than can go"])
def test_a_worker_that_is_stopped_gives_back_what_it_had_not_begun(
    slow_office: tuple[Office, Sink], postgres: OwnDatabase
) -> None:
    there, sink = slow_office
    there.start(0)
    wait_for(sink.arrived)
    assert there.stop(0) == 0
    assert there.said(0).endswith("stopped\n")
    found = stands(postgres)
    assert found.keys() == {"sent", "pending"}
    assert sink.arrived().total() == found["sent"]
    assert postgres.sql("SELECT max(attempts) FROM deliveries WHERE state = 'pending'") == [(0,)]
    assert postgres.sql("SELECT key FROM meta WHERE key LIKE 'worker %'") == []


def test_a_worker_works_when_it_begins_and_when_an_alert_is_queued(
    shared: Kb, postgres: OwnDatabase
) -> None:
    woken = threading.Semaphore(0)
    jobs = jobs_of(shared.root)
    assert jobs is not None

    def wakes() -> bool:
        return woken.acquire(timeout=SECONDS)

    def listens() -> bool:
        asked = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND query LIKE 'LISTEN%%'"
        return bool(postgres.sql(asked, postgres.name))

    async def serve() -> list[bool]:
        task = asyncio.create_task(jobs.serve({DELIVER: woken.release}, lambda: None))
        found = [await asyncio.to_thread(wakes)]
        await asyncio.to_thread(wait_for, listens)
        settings = load_settings(shared.root)
        await asyncio.to_thread(queue, shared.root, settings, an_event())
        found.append(await asyncio.to_thread(wakes))
        task.cancel()
        await asyncio.wait([task])
        return found

    assert asyncio.run(serve()) == [True, True]


async def made(jobs: Jobs) -> None:
    """Have the tables made."""
    ready = asyncio.Event()
    task = asyncio.create_task(jobs.serve({}, ready.set))
    await asyncio.wait([task, asyncio.create_task(ready.wait())], return_when="FIRST_COMPLETED")
    task.cancel()
    await task


def test_alerts_that_nobody_fetches_ask_for_one_worker(shared: Kb, postgres: OwnDatabase) -> None:
    jobs = jobs_of(shared.root)
    assert jobs is not None
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(made(jobs))
    postgres.sql("TRUNCATE forewarn_jobs.procrastinate_jobs CASCADE")
    settings = load_settings(shared.root)
    queue(shared.root, settings, an_event(1))
    queue(shared.root, settings, an_event(2))
    rows = postgres.sql("SELECT queue_name, status::text FROM forewarn_jobs.procrastinate_jobs")
    assert rows == [(DELIVER, "todo")]


def test_tables_of_an_older_queue_are_made_anew_and_of_a_newer_one_left_alone(
    shared: Kb, postgres: OwnDatabase
) -> None:
    jobs = jobs_of(shared.root)
    assert jobs is not None
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(made(jobs))
    postgres.sql("UPDATE forewarn_jobs.made_by SET migration = '00.01'")
    postgres.sql("DROP TABLE forewarn_jobs.procrastinate_events")
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(made(jobs))
    assert postgres.sql("SELECT count(*) FROM forewarn_jobs.procrastinate_events") == [(0,)]

    postgres.sql("UPDATE forewarn_jobs.made_by SET migration = '99.00'")
    with pytest.raises(TooNew, match=r"of a newer procrastinate \(99.00\)"):
        asyncio.run(made(jobs))
    postgres.sql("DROP SCHEMA forewarn_jobs CASCADE")


def test_without_the_extra_a_worker_says_what_to_install(
    shared: Kb, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = jobs_of(shared.root)
    assert jobs is not None
    monkeypatch.setitem(sys.modules, "procrastinate", None)
    with pytest.raises(DataError, match="need procrastinate") as caught:
        asyncio.run(jobs.serve({}, lambda: None))
    assert caught.value.help == "Install the extra: `pip install 'forewarn[postgres]'`."


def test_a_worker_says_that_the_database_is_down(
    shared: Kb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOREWARN_DATABASE", "postgresql://nobody@127.0.0.1:9/none")
    ran = shared.run("worker", code=4)
    assert ran.err.startswith("error: PostgreSQL, database none at 127.0.0.1:9: the state database")
    assert "Traceback" not in ran.err


def test_that_the_database_is_gone_is_told_of_it_and_not_of_a_staff_site(
    shared: Kb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "postgresql://nobody@127.0.0.1:9/none")
    done = refresh_staff_sites(shared.root)
    assert done.unreachable is not None
    assert done.unreachable.where == "PostgreSQL, database none at 127.0.0.1:9"
    assert done.unreachable.what.startswith("the state database cannot be reached: ")


@pytest.mark.parametrize("how", ["told to stop", "cut off"])
@pytest.mark.slow
def test_a_worker_under_which_the_database_goes_says_so_once_and_goes_on_when_it_is_back(
    shared: Kb, postgres: OwnDatabase, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    with wire(Path(postgres.socket) / ".s.PGSQL.5432") as way:
        place = f"127.0.0.1:{way.port}"
        monkeypatch.setenv(VARIABLE, f"postgresql://postgres@{place}/{postgres.name}")
        worker = OwnProcess(work_impatiently.main, str(shared.root))

        def has_nothing_to_do() -> bool:
            assert worker.poll() is None, worker.so_far
            begun = {"delivered", "refreshed"} <= {*worker.so_far.out.split()}
            return begun and not postgres.sql("SELECT 1 FROM forewarn_jobs.procrastinate_jobs")

        try:
            wait_for(has_nothing_to_do)
            if how == "cut off":
                way.cut()
            else:
                way.let_nobody_in()
                postgres.sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            wait_for(lambda: "error: " in worker.so_far.err)
            way.let_in()
            wait_for(lambda: "it works again" in worker.so_far.err)
            worker.send_signal(signal.SIGTERM)
            ran = worker.wait()
        finally:
            worker.kill()
    assert ran.code == 0
    said = re.sub(r"\n  next: .*", "", ran.err).splitlines()
    gone = f"PostgreSQL, database {postgres.name} at {place}: the "
    # Where it was just at something, that could not be ended, which is another sentence.
    assert 1 <= sum(line[:6] == "error:" and gone in line for line in said) <= 2, ran.err
    # Once it works again it begins with what is due, and may be stopped amid that.
    amid = "; what was under way is done again, under the same ids"
    rest = {
        re.sub(r"^at work as .*", "at work", line).removesuffix(amid)
        for line in said
        if line[:6] != "error:"
    }
    assert rest == {"at work", "it works again", "stopped"}, ran.err


def test_a_worker_leaves_a_newer_database_alone(shared: Kb, postgres: OwnDatabase) -> None:
    shared.run("deliveries")
    (before,) = postgres.sql("SELECT format FROM format")
    postgres.sql("UPDATE format SET format = 999")
    try:
        ran = shared.run("worker", code=4)
    finally:
        postgres.sql("UPDATE format SET format = %s", *before)
    assert "is of format 999; this forewarn knows up to" in ran.err
    assert "Traceback" not in ran.err


def test_on_one_machine_there_is_nothing_to_pull_for(acme: Kb) -> None:
    ran = acme.run("worker", "--pull", code=2)
    assert "--pull is for workers that share a PostgreSQL database" in ran.err


def test_where_machines_share_the_state_a_watch_does_not_go_on_beside_the_workers(
    shared: Kb,
) -> None:
    ran = shared.run("watch", code=1)
    assert "where workers watch" in ran.err
    assert "forewarn worker" in ran.err


def a_clone(kb: Kb, to: Path) -> Kb:
    kb.git("clone", "-q", str(kb.root), str(to))
    return Kb(to)


@pytest.mark.slow
def test_a_clone_that_is_behind_tells_nobody_anything_and_publishes_nothing(
    shared: Kb, tmp_path: Path
) -> None:
    shared.run("publish", "--no-deliver", "--audience", "public")
    late = a_clone(shared, tmp_path / "late")
    (shared.root / "kb" / "news.md").write_text(
        "---\ntitle: News\nkind: how-to\naudience: public\n---\nNone.\n"
    )
    newest = shared.commit("Something new")
    shared.run("publish", "--no-deliver", "--audience", "public")
    queue(late.root, load_settings(late.root), an_event())

    said = f"this clone is behind: {newest[:10]} is published"
    ran = late.run("deliver", code=1)
    assert said in ran.err and late.mails() == []
    assert "Pull: `git pull --ff-only`" in ran.err
    ran = late.run("publish", "--no-deliver", code=1)
    assert said in ran.err and "nothing was published" in ran.err

    assert follow(late.root) == newest
    assert follow(late.root) is None
    late.run("deliver")
    assert [mail for mail in late.mails() if an_event().id in mail.name]


def test_a_clone_in_which_somebody_edits_what_comes_keeps_it_and_says_what_to_do(
    acme: Kb, tmp_path: Path
) -> None:
    mine = a_clone(acme, tmp_path / "mine")
    mine.write("note.md", "Mine.\n")
    acme.write("note.md", "Theirs.\n")
    acme.commit("Theirs")
    with pytest.raises(DataError, match=r"note\.md") as refused:
        follow(mine.root)
    assert "git stash -u" in (refused.value.help or "")
    assert mine.read("note.md") == "Mine.\n"


def test_a_clone_with_commits_of_its_own_does_not_follow(acme: Kb, tmp_path: Path) -> None:
    mine = a_clone(acme, tmp_path / "mine")
    mine.write("note.md", "Mine.\n")
    head = mine.commit("Mine")
    assert follow(mine.root) is None, "it has all that there is"
    acme.write("note.md", "Theirs.\n")
    acme.commit("Theirs")
    with pytest.raises(Refused, match="has commits here that are not there"):
        follow(mine.root)
    assert mine.head == head


def test_a_channel_that_takes_one_message_after_the_other_is_one_machines_at_a_time(
    tmp_path: Path, postgres: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_postgres(tmp_path, postgres, monkeypatch)
    kb = settings_of(channels=[a_channel("files")])
    queue(tmp_path, kb, an_event())

    def run() -> tuple[int, tuple[str, ...]]:
        done = deliver(tmp_path, kb, now=lambda: datetime.now(UTC), environ={})
        return done.sent, done.busy

    with open_state(tmp_path) as another, another.exclusively("channel files") as alone:
        assert alone
        assert run() == (0, ("files",))
    assert run() == (1, ())


def test_all_go_by_the_clock_of_the_database(
    tmp_path: Path, postgres: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_postgres(tmp_path, postgres, monkeypatch)
    with open_state(tmp_path) as state:
        wrong = clock_of(state, lambda: datetime.now(UTC) + timedelta(days=2))
        assert abs(wrong() - state.now()) < timedelta(minutes=1)


def test_on_one_machine_its_own_clock_is_gone_by(tmp_path: Path) -> None:
    moment = datetime(2026, 5, 4, tzinfo=UTC)
    with open_state(tmp_path) as state:
        assert clock_of(state, lambda: moment)() == moment


def seen(kb: Kb, name: str, ago: timedelta, trouble: str | None = None) -> None:
    with open_state(kb.root) as state:
        now = state.now()
        worker = WorkerSeen(
            name=name, version="0.2.0", commit=kb.head, began=now, seen=now - ago, trouble=trouble
        )
        with state.transaction() as change:
            keep_seen(change, worker)


def test_doctor_and_metrics_know_every_worker(shared: Kb) -> None:
    def doctor(part: str, code: int = 1) -> list[str]:
        rows = shared.run("doctor", "--format", "json", code=code).json
        return [f"{row['health']} {row['part']}" for row in rows if row["part"].startswith(part)]

    seen(shared, "alpha:/srv/kb", timedelta(minutes=30))
    assert doctor("worker", code=0) == ["warning workers", "warning worker alpha:/srv/kb"]
    seen(shared, "beta:/srv/kb", timedelta(0))
    seen(shared, "gamma:/srv/kb", timedelta(0), "this clone is behind")
    assert doctor("worker") == [
        "warning worker alpha:/srv/kb",
        "ok worker beta:/srv/kb",
        "error worker gamma:/srv/kb",
    ]
    told = shared.run("metrics").out
    for line in (
        'forewarn_workers{state="working"} 1',
        'forewarn_workers{state="in trouble"} 1',
        'forewarn_workers{state="silent"} 1',
    ):
        assert f"{line}\n" in told
    with open_state(shared.root) as state, state.transaction() as change:
        say_goodbye(change, "alpha:/srv/kb")
    assert doctor("worker a") == []


def test_metrics_tell_how_much_is_to_be_sent_by_each_channel(acme: Kb) -> None:
    queue(acme.root, load_settings(acme.root), an_event(1), an_event(2))
    assert 'forewarn_delivery_queue{channel="inbox"} 2\n' in acme.run("metrics").out
    acme.run("deliver")
    assert 'forewarn_delivery_queue{channel="inbox"} 0\n' in acme.run("metrics").out


def test_the_heartbeat_is_called_once_for_a_look_and_a_delivery_whoever_did_them(
    shared: Kb,
) -> None:
    from dataclasses import replace

    settings = replace(load_settings(shared.root), heartbeat="${FOREWARN_BEAT}")

    def asked() -> str | None:
        return beat_when_done(shared.root, settings, {})

    def done(*what: str) -> None:
        with open_state(shared.root) as state:
            now = state.now().isoformat()
            with state.transaction() as change:
                for mark in what:
                    change.set_mark(mark, now)

    would = "the environment variable FOREWARN_BEAT is not set"
    done(LOOKED)
    assert asked() is None, "nothing was delivered yet"
    done(DELIVERED)
    assert asked() == would
    done(LOOKED, DELIVERED)
    assert asked() is None, "it is too early for another one"
    with open_state(shared.root) as state:
        long_ago = (state.now() - timedelta(minutes=2)).isoformat()
        with state.transaction() as change:
            change.set_mark("heartbeat", long_ago)
    assert asked() == would


def test_what_one_does_alone_nobody_else_does_meanwhile(
    tmp_path: Path, postgres: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_postgres(tmp_path, postgres, monkeypatch)
    with open_state(tmp_path) as one, open_state(tmp_path) as other:
        with one.exclusively("look") as first, other.exclusively("look") as second:
            assert (first, second) == (True, False)
        with other.exclusively("look") as now, one.exclusively("other work") as besides:
            assert (now, besides) == (True, True)
