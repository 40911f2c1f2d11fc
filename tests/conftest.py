"""What every test stands on: real repositories, the real command line, nothing from outside."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from command_line import BREAKS, Kb, add_to_record, own_git, run
from made_once import made_once
from postgres_server import OwnDatabase, begun

for name in ("SIGINT", "SIGHUP"):
    # A shell, or nohup, starts what runs in the background deaf, and its children with it.
    number = getattr(signal, name, None)
    if number and signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler)
# How long an example takes says how busy the machine is.
settings.register_profile(
    "forewarn", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=50
)
settings.register_profile("fast", settings.get_profile("forewarn"), max_examples=15)
settings.register_profile("thorough", settings.get_profile("forewarn"), max_examples=1000)
settings.load_profile("forewarn")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With FOREWARN_NO_SKIPS set, as in CI, a test that would be skipped fails."""
    report = yield
    if os.environ.get("FOREWARN_NO_SKIPS") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be: {report.longrepr}"
    return report


def pytest_configure(config: pytest.Config) -> None:
    """One process tells of all that failed: the one that hands out the tests."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Names(config))


class _Names:
    """The order of the tests before they run; the names of those that failed as the last lines."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._failed: dict[str, None] = {}

    @property
    def _order(self) -> str:
        return f"--randomly-seed={self._config.getoption('randomly_seed', None)}"

    def pytest_sessionstart(self) -> None:
        if not self._config.option.collectonly:
            print(f"in random order: {self._order}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed[report.nodeid] = None

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._failed[report.nodeid] = None
            if self._config.pluginmanager.hasplugin("dsession"):
                # Else the processes would run all other tests first.
                raise pytest.Session.Interrupted(f"{report.nodeid} cannot be imported")

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        if self._failed:
            print(f"\nfailed, in the order {self._order}:", *self._failed, sep="\n")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests that take longest begin first, so that no process is left with one at the end."""
    for item in items:
        if " at 0x" in item.nodeid:
            # Two processes would not know the same test by the same name.
            raise pytest.UsageError(f"give the parameters of this test names: {item.nodeid}")
        whole = "site" in item.path.parts or item.path.match("contract/test_sources.py")
        if whole or "postgres_once" in getattr(item, "fixturenames", ()):
            item.add_marker("slow")
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(autouse=True)
def _own_git() -> Generator[None, None, None]:
    """Git as on a fresh machine, with an author."""
    with own_git():
        yield


@pytest.fixture(scope="session")
def postgres_once() -> OwnDatabase:
    return OwnDatabase(begun())


@pytest.fixture
def postgres(postgres_once: OwnDatabase) -> OwnDatabase:
    """A database in a real PostgreSQL, as one that was just made."""
    postgres_once.empty()
    return postgres_once


@pytest.fixture(scope="session")
def new_once(tmp_path_factory: pytest.TempPathFactory) -> Kb:
    return Kb(made_once(tmp_path_factory, "new", _begin) / "kb")


def _begin(folder: Path) -> None:
    root = folder / "kb"
    with own_git():
        ran = run("init", str(root), "--name", "Acme support")
        assert ran.code == 0, ran.err
        Kb(root).packed()


@pytest.fixture(scope="session")
def acme_once(new_once: Kb, tmp_path_factory: pytest.TempPathFactory) -> Kb:
    def make(folder: Path) -> None:
        kb = new_once.copy(folder / "kb")
        with own_git():
            for product, name in (("recorder", "Recorder"), ("player", "Player")):
                kb.run("product", "add", product, "--name", name, "--scheme", "loose")
                url = f"windows=https://downloads.example.com/{product}-2.4.exe"
                kb.run("release", "add", product, "2.4", "--download", url)
                kb.run("release", "ship", product, "2.4")
            path = kb.root / "releases/recorder/product.yml"
            path.write_text(path.read_text() + "lockstep: [player]\n")
            kb.commit("The player must keep up")
            kb.packed()

    return Kb(made_once(tmp_path_factory, "acme", make) / "kb")


@pytest.fixture(scope="session")
def recorder_27_once(acme_once: Kb, tmp_path_factory: pytest.TempPathFactory) -> Kb:
    def make(folder: Path) -> None:
        kb = acme_once.copy(folder / "kb")
        url = "windows=https://downloads.example.com/recorder-2.7.exe"
        with own_git():
            kb.run("release", "add", "recorder", "2.7", "--download", url)
            add_to_record(kb, "releases/recorder/2.7.md", BREAKS)
            kb.packed()

    return Kb(made_once(tmp_path_factory, "recorder-27", make) / "kb")


@pytest.fixture
def kb(new_once: Kb, tmp_path: Path) -> Kb:
    """A new knowledge base without products."""
    return new_once.copy(tmp_path / "kb")


@pytest.fixture
def acme(acme_once: Kb, tmp_path: Path) -> Kb:
    """Recorder and player, both shipped at 2.4; the player must keep up with the recorder."""
    return acme_once.copy(tmp_path / "kb")


@pytest.fixture
def recorder_27(recorder_27_once: Kb, tmp_path: Path) -> Kb:
    """Recorder 2.7 is staged and says what it breaks, and nothing of a remedy."""
    return recorder_27_once.copy(tmp_path / "kb")
