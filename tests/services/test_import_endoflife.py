"""Importing from endoflife.date: what becomes a record, what is reported, what is left alone."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from command_line import Kb, Ran, own_git
from forewarn.model.product import Product
from forewarn.model.record import Support
from forewarn.model.release import Release, Status
from forewarn.services.imports.endoflife import Imported, import_endoflife
from forewarn.store.catalogue.whole import load_worktree

pytestmark = pytest.mark.slow

SHARED = Path(
    os.environ.get("FOREWARN_SHARED_DATA") or Path(__file__).parents[2].parent / "shared" / "data"
)
TODAY = date(2026, 9, 1)
# Of every kind: no versions, shared versions, versions with spaces, twins, PyPI, devices.
VARIED = [
    *("alpine-linux", "amazon-eks", "angular", "bellsoft-liberica", "citrix-vad", "coldfusion"),
    *("django", "freebsd", "iphone", "kindle", "mssqlserver", "python"),
]


@dataclass(frozen=True)
class Listing:
    """A folder laid out as endoflife.date is."""

    root: Path

    def product(self, name: str, cycles: str, head: str = "title: Recorder") -> Listing:
        """A product; each line of `cycles` is one cycle in YAML's flow style, without braces."""
        rows = "".join(f"  - {{{row}}}\n" for row in cycles.splitlines())
        listed = f"releases:\n{rows}" if rows else "releases: []\n"
        return self.raw(f"products/{name}.md", f"---\n{head}\n{listed}---\n\n> Prose.\n")

    def versions(self, name: str, **days: str) -> Listing:
        """Versions with their days; the dots of a version are written `_`."""
        rows = {version.replace("_", ".").lstrip("v"): day for version, day in days.items()}
        return self.dated(name, rows)

    def dated(self, name: str, rows: dict[str, str]) -> Listing:
        versions = {version: {"name": version, "date": day} for version, day in rows.items()}
        return self.raw(f"releases/{name}.json", json.dumps({"versions": versions}))

    def raw(self, path: str, text: str | bytes) -> Listing:
        file = self.root / path
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self


@pytest.fixture
def listing(tmp_path: Path) -> Listing:
    return _empty(tmp_path / "list")


def _empty(root: Path) -> Listing:
    for folder in ("products", "releases"):
        (root / folder).mkdir(parents=True)
    return Listing(root)


@pytest.fixture(scope="module")
def real() -> Path:
    """The real files, where they are at hand."""
    folder = SHARED / "endoflife"
    if not folder.is_dir():
        pytest.skip(f"the shared data are missing: {folder}")
    return folder


@dataclass(frozen=True)
class Taken:
    """What was imported, into what, and what the command said."""

    listing: Listing
    kb: Kb
    report: Any


@pytest.fixture(scope="module")
def varied(real: Path, new_once: Kb, tmp_path_factory: pytest.TempPathFactory) -> Taken:
    """A list of real products of every kind, imported; it is only looked at."""
    folder = tmp_path_factory.mktemp("varied")
    listing = _empty(folder / "list")
    for name in VARIED:
        shutil.copy(real / f"products/{name}.md", listing.root / "products")
        if (real / f"releases/{name}.json").exists():
            shutil.copy(real / f"releases/{name}.json", listing.root / "releases")
    kb = new_once.copy(folder / "kb")
    with own_git():
        return Taken(listing, kb, take(kb, listing))


def take(kb: Kb, listing: Listing, *words: str, code: int = 0) -> Any:
    """Import by the command; what it printed, as JSON."""
    ran = kb.run("import", "endoflife", str(listing.root), *words, "--format", "json", code=code)
    return ran.json


def take_on(kb: Kb, listing: Listing, today: date) -> Imported:
    return import_endoflife(kb.root, listing.root, today=today, step=lambda *_: None)


def left_out(report: Any, reason: str) -> list[tuple[str, str, int]]:
    """The rows of one reason: product, item and count."""
    rows = [group["items"] for group in report["left_out"] if group["reason"] == reason]
    return [(row["product"], row["item"], row["count"]) for row in (rows[0] if rows else [])]


def product(kb: Kb, name: str = "recorder") -> Product:
    return load_worktree(kb.root).catalogue.products[name]


def releases(kb: Kb, name: str = "recorder") -> dict[str, Release]:
    found = load_worktree(kb.root).catalogue.releases_of(name)
    return {release.version: release for release in found}


def tracks(kb: Kb) -> dict[str, str]:
    return {version: release.track for version, release in releases(kb).items()}


# The real files


@pytest.mark.slow
def test_real_products_become_records_that_check_accepts(varied: Taken) -> None:
    kb, report = varied.kb, varied.report
    assert report["products"] == {"listed": len(VARIED), "new": len(VARIED)}
    loaded = load_worktree(kb.root)
    assert not loaded.findings
    assert len(loaded.catalogue.releases) == report["releases"]["new"] > 2000
    assert all(release.bare for release in loaded.catalogue.releases.values())
    assert kb.run("check").code == 0
    python = loaded.catalogue.products["python"]
    assert (python.name, python.tracks[:2]) == ("Python", ("3.14", "3.13"))
    assert python.support["3.14"] == Support(
        active_until=date(2027, 10, 1), security_until=date(2030, 10, 31)
    )
    schemes = {name: loaded.catalogue.products[name].scheme for name in ("django", "angular")}
    assert schemes == {"django": "pep440", "angular": "semver"}


def test_every_listed_version_is_recorded_or_reported(varied: Taken) -> None:
    kb, report = varied.kb, varied.report
    reported = {
        (row["product"], row["item"]) for group in report["left_out"] for row in group["items"]
    }
    recorded = load_worktree(kb.root).catalogue.releases
    for file in (varied.listing.root / "releases").iterdir():
        for version, row in json.loads(file.read_text("utf-8"))["versions"].items():
            release = recorded.get((file.stem, version))
            if release is None:
                assert (file.stem, version) in reported
            else:
                assert release.released_at == date.fromisoformat(row["date"])


# `make torture` takes them all.
@pytest.mark.parametrize(
    ("every", "products", "releases"),
    [
        (12, 39, 4_000),
        pytest.param(1, 464, 101_000, marks=pytest.mark.torture),
    ],
    ids=["a few", "all"],
)
def test_the_products_of_the_real_list_can_be_mapped(
    kb: Kb, real: Path, listing: Listing, every: int, products: int, releases: int
) -> None:
    for file in sorted((real / "products").iterdir())[::every]:
        shutil.copy(file, listing.root / "products")
        if (dated := real / "releases" / f"{file.stem}.json").exists():
            shutil.copy(dated, listing.root / "releases")
    report = take(kb, listing, "--dry-run")
    assert report["products"] == {"listed": products, "new": products}
    assert report["releases"]["new"] > releases
    assert not left_out(report, "unreadable") and not left_out(report, "wrong-shape")
    assert report["commit"] is None
    assert not (kb.root / "releases").exists()


def test_a_second_import_writes_nothing_and_makes_no_commit(varied: Taken) -> None:
    kb = varied.kb
    head = kb.head
    report = take(kb, varied.listing)
    assert (report["products"]["new"], report["releases"]["new"]) == (0, 0)
    assert (kb.head, kb.git("status", "--porcelain")) == (head, "")
    assert not left_out(report, "differs")


# What becomes of a cycle and a version


@pytest.mark.parametrize(
    ("ends", "support"),
    [
        (
            "eoas: 2026-01-01, eol: 2027-01-01, eoes: 2028-01-01",
            Support(
                active_until=date(2026, 1, 1),
                security_until=date(2027, 1, 1),
                extended_until=date(2028, 1, 1),
            ),
        ),
        ("eol: 2027-01-01", Support(security_until=date(2027, 1, 1))),
        ("eol: true", Support(ended=True)),
        ("eoas: 2026-01-01, eol: true", Support(active_until=date(2026, 1, 1), ended=True)),
        ("eol: true, eoes: 2028-01-01", Support(extended_until=date(2028, 1, 1))),
        ("eoas: true, eol: 2027-01-01, eoes: null", Support(security_until=date(2027, 1, 1))),
        ("eoas: 2026-01-01, eol: 2027-02-30, eoes: 2028-01-01", Support(
            active_until=date(2026, 1, 1), extended_until=date(2028, 1, 1)
        )),
        ("eol: false", None),
        ("eoas: true, eol: false", None),
    ],
)  # fmt: skip
def test_the_ends_of_a_cycle_become_the_support_of_its_track(
    kb: Kb, listing: Listing, ends: str, support: Support | None
) -> None:
    take(kb, listing.product("recorder", f"releaseCycle: '2', releaseDate: 2025-01-01, {ends}"))
    assert product(kb).support.get("2") == support


def test_support_is_never_over_here_while_it_goes_on_there(kb: Kb, listing: Listing) -> None:
    cycle = "releaseCycle: '2', releaseDate: 2025-01-01, eoas: 2026-01-01, eol: false"
    report = take(kb, listing.product("recorder", cycle))
    assert product(kb).support == {}
    assert left_out(report, "open-end") == [("recorder", "cycle 2", 1)]


def test_a_version_goes_to_the_cycle_with_the_longest_name_it_begins_with(
    kb: Kb, listing: Listing
) -> None:
    cycles = "releaseCycle: '2.1'\nreleaseCycle: '2'\nreleaseCycle: '2.10'\nreleaseCycle: beta"
    listing.product("recorder", cycles)
    days = dict.fromkeys(["2.1.7", "2.10.1", "2.2", "2rc1", "21.0", "beta-3", "3.0"], "2026-01-01")
    report = take(kb, listing.dated("recorder", days))
    assert tracks(kb) == {
        "2.1.7": "2.1", "2.10.1": "2.10", "2.2": "2", "2rc1": "2", "beta-3": "beta",
        "21.0": "other", "3.0": "other",
    }  # fmt: skip
    assert product(kb).tracks == ("2.1", "2", "2.10", "beta", "other")
    assert left_out(report, "no-cycle") == [("recorder", "2 versions", 2)]


def test_a_cycle_without_listed_versions_is_recorded_by_the_best_that_is_known(
    kb: Kb, listing: Listing
) -> None:
    listing.product(
        "recorder",
        "releaseCycle: '4', releaseDate: 2026-01-01, latest: '4.2', latestReleaseDate: 2026-03-01\n"
        "releaseCycle: '3', releaseDate: 2025-01-01, latest: 'Update 7'\n"
        "releaseCycle: '2', releaseDate: 2024-01-01, latest: '2.9'\n"
        "releaseCycle: pro, releaseDate: 2023-01-01, latest: '4.2', latestReleaseDate: 2026-03-01",
    )
    report = take(kb, listing)
    days = {version: release.released_at for version, release in releases(kb).items()}
    assert days == {"4.2": date(2026, 3, 1), "3": date(2025, 1, 1), "2": date(2024, 1, 1)}
    assert left_out(report, "unsafe-name") == [("recorder", "Update 7, latest of cycle 3", 1)]
    assert left_out(report, "no-date") == [("recorder", "2.9, latest of cycle 2", 1)]
    assert left_out(report, "shared") == [("recorder", "cycle pro", 1)]


def test_of_two_spellings_of_a_version_the_longer_is_recorded(kb: Kb, listing: Listing) -> None:
    listing.product("recorder", "releaseCycle: '2.7'")
    report = take(kb, listing.dated("recorder", {"2.7": "2025-11-01", "2.7.0": "2026-05-04"}))
    assert list(releases(kb)) == ["2.7.0"]
    assert left_out(report, "equal") == [("recorder", "2.7", 1)]


def test_a_scheme_is_declared_only_where_there_is_evidence_of_it(kb: Kb, listing: Listing) -> None:
    many = {f"1.0.{number}": "2026-01-01" for number in range(10)}
    listing.product("recorder", "releaseCycle: '1'").dated("recorder", many)
    listing.product("player", "releaseCycle: '1'").dated("player", {"1.0.0": "2026-01-01"})
    pypi = "title: E\nidentifiers: [{purl: pkg:pypi/exporter}, {repology: exporter}]"
    listing.product("exporter", "releaseCycle: '1'", pypi).dated("exporter", many)
    take(kb, listing)
    found = {name: product(kb, name).scheme for name in ("recorder", "player", "exporter")}
    assert found == {"recorder": "semver", "player": "loose", "exporter": "pep440"}


def test_a_version_dated_in_the_future_is_planned_and_announced(kb: Kb, listing: Listing) -> None:
    listing.product("recorder", "releaseCycle: '2'")
    listing.dated("recorder", {"2.7": "2026-12-01", "2.6": "2026-09-01"})
    assert take_on(kb, listing, TODAY).planned == 1
    found = releases(kb)
    assert found["2.6"].status is Status.SHIPPED
    assert (found["2.7"].status, found["2.7"].planned_for) == (Status.PLANNED, date(2026, 12, 1))
    assert found["2.7"].announced_at == TODAY and not found["2.7"].embargoed
    later = take_on(kb, listing, date(2026, 10, 1))
    assert (later.commit, later.left_out) == (None, take_on(kb, listing, TODAY).left_out)


def test_the_policy_and_the_list_are_named_as_references(kb: Kb, listing: Listing) -> None:
    head = "title: Recorder\npermalink: /recorder\nreleasePolicyLink: https://example.com/policy"
    listing.product("recorder", "releaseCycle: '2'", head)
    listing.product("player", "releaseCycle: '2'", "title: P\nreleasePolicyLink: javascript:x()")
    report = take(kb, listing)
    references = ("https://example.com/policy", "https://endoflife.date/recorder")
    assert product(kb).references == references
    assert product(kb, "player").references == ()
    assert left_out(report, "bad-link") == [("player", "releasePolicyLink javascript:x()", 1)]


def test_what_else_a_product_is_called_is_taken_over_where_it_means_that_one_alone(
    kb: Kb, listing: Listing
) -> None:
    listing.product(
        "debian",
        "releaseCycle: '12', codename: Bookworm\nreleaseCycle: '11'\n"
        "releaseCycle: '10', codename: Brave Bear\nreleaseCycle: '9', codename: Stable",
        "title: Debian GNU\nalternate_urls: [/deb, /gnu]\nidentifiers:\n"
        "  - repology: debian-os\n  - cpe: cpe:2.3:o:debian:debian_linux\n"
        "  - purl: pkg:docker/library/debian\n  - purl: pkg:docker/library/server\n"
        "  - purl: pkg:deb/debian/libc6\n  - purl: pkg:npm/%40deb/tool@1?arch=x#y",
    )
    listing.product("hurd", "releaseCycle: '1'", "title: Hurd\nalternate_urls: [/gnu, /bookworms]")
    take(kb, listing)
    found = [(alias.name, alias.line) for alias in product(kb, "debian").aliases]
    assert found == [
        *[("deb", None), ("debian-os", None), ("debian_linux", None), ("tool", None)],
        *[("bookworm", "12"), ("brave bear", "10"), ("brave", "10")],
    ]
    assert [alias.name for alias in product(kb, "hurd").aliases] == ["bookworms"]
    assert take(kb, listing)["commit"] is None


def test_what_a_cycle_is_called_means_that_one_or_all_that_are_called_so(
    kb: Kb, listing: Listing
) -> None:
    listing.product(
        "server",
        "releaseCycle: '15.0', releaseLabel: \"2019 '__CODENAME__'\"\n"
        "releaseCycle: '13.0-sp2', releaseLabel: '2016 SP2'\n"
        "releaseCycle: '13.0-sp1-acp', releaseLabel: '2016 SP1 Azure (old)'\n"
        "releaseCycle: '13.0', releaseLabel: '2016'\n"
        "releaseCycle: '12.2', codename: Twice\nreleaseCycle: '12.1', codename: Alone\n"
        "releaseCycle: '12.0', codename: Twice\nreleaseCycle: '5-sp3', releaseLabel: XP SP3\n"
        "releaseCycle: '4', releaseLabel: __CODENAME__",
        "title: A Server",
    )
    listing.product("other", "releaseCycle: '1', releaseLabel: '2019'")
    take(kb, listing)
    assert [(alias.name, alias.line) for alias in product(kb, "server").aliases] == [
        *[("2019", "15.0"), ("2016 sp2", "13.0-sp2"), ("2016", "13")],
        *[("2016 sp1 azure", "13.0-sp1-acp"), ("alone", "12.1")],
        *[("xp sp3", "5-sp3"), ("xp", "5-sp3")],
    ]


def test_products_that_were_imported_without_aliases_get_them(kb: Kb, listing: Listing) -> None:
    head = "title: Recorder\nalternate_urls: [/rec]"
    listing.product("recorder", "releaseCycle: '2', codename: Nightingale", head)
    take(kb, listing)
    text = kb.read("releases/recorder/product.yml")
    kb.write("releases/recorder/product.yml", text[: text.index("aliases:")])
    kb.commit()
    take(kb, listing)
    assert kb.read("releases/recorder/product.yml") == text
    # Whoever wants none says so; a line that is new still has its name.
    kb.write("releases/recorder/product.yml", text[: text.index("aliases:")] + "aliases: []\n")
    kb.commit()
    listing.product("recorder", "releaseCycle: '3', codename: Owl\nreleaseCycle: '2'", head)
    take(kb, listing)
    assert [(a.name, a.line) for a in product(kb).aliases] == [("owl", "3")]


def test_keys_that_a_record_has_no_place_for_are_counted(kb: Kb, listing: Listing) -> None:
    cycles = "releaseCycle: '2', lts: true, codename: Ada\nreleaseCycle: '1', lts: false"
    report = take(kb, listing.product("recorder", cycles, "title: Recorder\niconSlug: rec"))
    assert left_out(report, "no-place") == [
        ("recorder", "the text below the front matter", 1),
        ("recorder", "lts of a cycle", 2),
        ("recorder", "iconSlug", 1),
    ]


# What is already here


def test_what_a_person_wrote_stays(kb: Kb, listing: Listing) -> None:
    listing.product("recorder", "releaseCycle: '2', eol: 2027-01-01")
    take(kb, listing.dated("recorder", {"2.4": "2026-01-01", "2.5": "2026-02-01"}))
    notes = kb.read("releases/recorder/2.4.md") + "Mind the codec.\n"
    kb.write("releases/recorder/2.4.md", notes)
    described = kb.read("releases/recorder/product.yml") + "owner: maria\n"
    kb.write("releases/recorder/product.yml", described)
    kb.commit()
    listing.dated("recorder", {"2.4": "2026-01-01", "2.5": "2026-02-01", "2.7": "2026-05-04"})
    report = take(kb, listing)
    assert report["releases"] == {"listed": 3, "new": 1, "planned": 0}
    assert kb.read("releases/recorder/2.4.md") == notes
    assert kb.read("releases/recorder/product.yml") == described
    assert kb.git("show", "--format=", "--name-only", "HEAD") == "releases/recorder/2.7.md\n"
    differs = ["releases/recorder/product.yml", "releases/recorder/2.4.md"]
    assert left_out(report, "differs") == [("recorder", path, 1) for path in differs]


def test_other_changes_stay_as_they_are_staged_or_not(kb: Kb, listing: Listing) -> None:
    kb.run("product", "add", "player", "--name", "Player", "--scheme", "loose")
    kb.write("releases/player/2.4.md", "---\nstatus: staged\n---\n")
    kb.git("add", "releases/player/2.4.md")
    kb.write("releases/player/2.6.md", "---\nstatus: staged\n---\n")
    kb.write("kb/new.md", "---\ntitle: New\nkind: how-to\n---\n")
    before = kb.git("status", "--porcelain", "--untracked-files=all")
    listing.product("recorder", "releaseCycle: '2', releaseDate: 2026-01-01")
    listing.product("player", "releaseCycle: stable").dated("player", {"stable-3": "2026-02-01"})
    take(kb, listing)
    committed = kb.git("show", "--format=", "--name-only", "HEAD").split()
    wanted = ["player/stable-3.md", "recorder/2.md", "recorder/product.yml"]
    assert committed == [f"releases/{path}" for path in wanted]
    assert kb.git("status", "--porcelain", "--untracked-files=all") == before


def test_versions_on_a_track_that_the_product_does_not_have_are_reported(
    kb: Kb, listing: Listing
) -> None:
    kb.run("product", "add", "recorder", "--name", "Recorder", "--scheme", "semver")
    listing.product("recorder", "releaseCycle: '2'\nreleaseCycle: stable")
    days = dict.fromkeys(["2.7.0", "2.6.0", "stable-1"], "2026-05-04")
    report = take(kb, listing.dated("recorder", days))
    assert left_out(report, "unknown-track") == [("recorder", "track 2", 2)]
    assert left_out(report, "not-a-version") == [("recorder", "stable-1", 1)]
    assert report["commit"] is None


def test_a_version_that_is_here_in_another_spelling_is_not_recorded_twice(
    acme: Kb, listing: Listing
) -> None:
    listing.product("recorder", "releaseCycle: stable").dated("recorder", {"2.4.0": "2026-01-01"})
    path = "releases/recorder/product.yml"
    acme.write(path, acme.read(path) + "tracks: [stable, other]\n")
    report = take(acme, listing)
    assert left_out(report, "equal") == [("recorder", "2.4.0", 1)]
    assert report["releases"]["new"] == 0


def test_a_product_that_cannot_be_read_here_is_left_alone(kb: Kb, listing: Listing) -> None:
    kb.write("releases/recorder/product.yml", "name: Recorder\n")
    listing.product("player", "releaseCycle: '1', releaseDate: 2026-01-01")
    report = take(kb, listing.product("recorder", "releaseCycle: '1', releaseDate: 2026-01-01"))
    assert left_out(report, "unreadable-here") == [
        ("recorder", "releases/recorder/product.yml:1", 1)
    ]
    assert list(releases(kb, "player")) == ["1"]


def test_an_import_that_died_before_its_commit_is_finished_by_the_next(
    kb: Kb, listing: Listing
) -> None:
    listing.product("recorder", "releaseCycle: '2'")
    take(kb, listing.dated("recorder", {"2.4": "2026-01-01", "2.5": "2026-02-01"}))
    kb.git("reset", "-q", "HEAD~1")
    (kb.root / "releases/recorder/2.4.md").unlink()
    take(kb, listing)
    assert kb.git("status", "--porcelain", "releases") == ""
    assert sorted(releases(kb)) == ["2.4", "2.5"]


# What goes wrong


def test_files_that_cannot_be_read_are_named_and_the_rest_goes_on(kb: Kb, listing: Listing) -> None:
    good = "releaseCycle: '2', releaseDate: 2026-01-01"
    listing.product("recorder", good).product("a-json", good).product("b-json", good)
    listing.product("c-json", good).product("deep-json", good)
    listing.raw("releases/a-json.json", "{").raw("releases/b-json.json", "[]")
    listing.raw("releases/c-json.json", b"\xff").raw("releases/deep-json.json", "[" * 100_000)
    listing.raw("products/bare.md", "no front matter\n")
    listing.raw("products/broken.md", "---\ntitle: x\nreleases: [\n---\n")
    listing.raw("products/latin.md", "---\ntitle: Caf\xe9\n---\n".encode("latin-1"))
    listing.raw("products/list.md", "---\n- a\n---\n")
    listing.raw("products/deep.md", f"---\na: {'[' * 5000}\n---\n")
    report = take(kb, listing, code=3)
    unreadable = {item.partition(":")[0] for _, item, _ in left_out(report, "unreadable")}
    names = ["a-json", "b-json", "c-json", "deep-json"]
    pages = ["bare", "broken", "latin", "list", "deep"]
    assert unreadable == {
        *(f"releases/{name}.json" for name in names), *(f"products/{name}.md" for name in pages)
    }  # fmt: skip
    assert list(load_worktree(kb.root).catalogue.products) == ["recorder"]


def test_parts_that_cannot_be_meant_are_reported_and_the_rest_of_the_file_goes_on(
    kb: Kb, listing: Listing
) -> None:
    cycles = (
        "releaseCycle: '2', releaseDate: tomorrow\nreleaseCycle: '2'\nreleaseCycle: [1]\n"
        "title: none\nreleaseCycle: 'a#b', releaseDate: 2026-01-01"
    )
    listing.product("recorder", cycles, "title: [Recorder]\nidentifiers: nothing")
    listing.product("con", "releaseCycle: '1'")
    listing.raw(
        "releases/recorder.json",
        json.dumps(
            {
                "versions": {
                    "2.4": {"date": "2026-01-01"},
                    "2.5": {"date": "2026-13-01"},
                    "2.6": "2026-01-01",
                    "2.7 CU4": {"date": "2026-01-01"},
                    "../../evil": {"date": "2026-01-01"},
                    "2\ud800\x1b[31m": {"date": "2026-01-01"},
                    "2.8": {"date": 20260101},
                    "2.9": {},
                }
            }
        ),
    )
    report = take(kb, listing)
    assert list(releases(kb)) == ["2.4"]
    assert (product(kb).name, product(kb).tracks) == ("recorder", ("2",))
    bad = {item for _, item, _ in left_out(report, "bad-date")}
    assert bad == {"releaseDate of cycle 2", "2.5", "2.6", "2.8", "2.9"}
    unsafe = {item for _, item, _ in left_out(report, "unsafe-name")}
    assert unsafe == {
        "2.7 CU4", "../../evil", r"2\ud800\x1b[31m", "cycle a#b", "products/con.md"
    }  # fmt: skip
    assert len(left_out(report, "wrong-shape")) == 6
    assert not list(kb.root.parent.glob("evil*"))


def test_what_is_null_is_nothing_however_it_is_written_and_no_name(
    kb: Kb, listing: Listing
) -> None:
    cycles = (
        "releaseCycle: '2', releaseDate: 2026-01-01, eol: Null, latest: NULL, codename: null\n"
        "releaseCycle: null, releaseDate: 2026-01-01\n"
        "releaseCycle: true, releaseDate: 2026-01-01"
    )
    head = "title: null\nreleasePolicyLink: ~\nalternate_urls: null\nidentifiers: [{purl: null}]"
    report = take(kb, listing.product("recorder", cycles, head))
    assert list(releases(kb)) == ["2"]
    made = product(kb)
    assert (made.name, made.tracks, made.aliases) == ("recorder", ("2",), ())
    assert not left_out(report, "bad-date") and not left_out(report, "bad-link")
    # A cycle without a name is told: null once; true as what it is, too.
    assert len(left_out(report, "wrong-shape")) == 3


def test_a_version_that_is_listed_twice_is_told(kb: Kb, listing: Listing) -> None:
    listing.product("recorder", "releaseCycle: '2', releaseDate: 2026-01-01")
    row = '"2.4": {{"date": "{day}"}}'
    rows = ", ".join(row.format(day=day) for day in ("2026-01-01", "2026-02-01"))
    report = take(kb, listing.raw("releases/recorder.json", f'{{"versions": {{{rows}}}}}'))
    assert [item for _, item, _ in left_out(report, "wrong-shape")] == ["releases/recorder.json"]
    ran = kb.run("import", "endoflife", str(listing.root), "--dry-run")
    assert "'2.4' stands twice; the last one counts" in ran.out


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", 3, "releases/recorder.json: it is empty"),
        ('{"versions": {"2.4"', 3, "releases/recorder.json: it is no JSON: "),
        ("[" * 100_000, 3, "releases/recorder.json: it is nested too deeply"),
        ('{"Versions": {}}', 3, "it has no mapping `versions`"),
        ('{"versions": {"2.4": {"date": null}}}', 0, "2.4: null is no date"),
        ('{"versions": {"2.4": {"date": "0026-01-01"}}}', 0, '2.4: "0026-01-01" is no date'),
        ('{"versions": {"2.4": {"date": true}}}', 0, "2.4: true is no date"),
        ('{"versions": {"2.4": {"Date": "2026-01-01"}}}', 0, "2.4: it has no date"),
        (f'{{"versions": {{"2.4": {{"date": {"9" * 5000}}}}}}}', 0, "is no date"),
    ],
)
def test_what_is_wrong_with_a_list_of_versions_is_told_in_words_of_the_file(
    kb: Kb, listing: Listing, text: str, code: int, said: str
) -> None:
    listing.product("recorder", "releaseCycle: '2', releaseDate: 2026-01-01")
    listing.raw("releases/recorder.json", text)
    ran = kb.run("import", "endoflife", str(listing.root), "--dry-run", code=code)
    assert said in ran.out and "sys." not in ran.out


def test_versions_of_a_product_that_is_not_described_are_reported(kb: Kb, listing: Listing) -> None:
    listing.product("recorder", "releaseCycle: '2', releaseDate: 2026-01-01")
    report = take(kb, listing.dated("player", {"1": "2026-01-01", "2": "2026-02-01"}))
    assert left_out(report, "no-product") == [("player", "releases/player.json", 2)]


def test_a_folder_of_another_layout_is_refused_with_what_to_do(kb: Kb, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        ran = kb.run("import", "endoflife", str(folder), code=2)
        assert "products/*.md" in ran.err and "next: Put" in ran.err


def test_if_git_refuses_nothing_is_left_behind(kb: Kb, listing: Listing) -> None:
    hook = kb.write(".git/hooks/pre-commit", "#!/bin/sh\necho not today >&2\nexit 1\n")
    hook.chmod(0o755)
    kb.write("kb/staged.md", "---\ntitle: Staged\nkind: how-to\n---\n")
    kb.git("add", "kb/staged.md")
    before = (kb.head, kb.git("status", "--porcelain"))
    listing.product("recorder", "releaseCycle: '2', releaseDate: 2026-01-01")
    ran = kb.run("import", "endoflife", str(listing.root), code=4)
    assert "not today" in ran.err
    assert (kb.head, kb.git("status", "--porcelain")) == before
    assert not (kb.root / "releases/recorder").exists()


def test_without_a_branch_nothing_is_written(kb: Kb, listing: Listing) -> None:
    kb.git("checkout", "-q", "--detach")
    listing.product("recorder", "releaseCycle: '2', releaseDate: 2026-01-01")
    kb.run("import", "endoflife", str(listing.root), code=1)
    assert not (kb.root / "releases/recorder").exists()


def test_a_dry_run_shows_the_difference_of_the_first_files_and_counts_the_rest(
    kb: Kb, listing: Listing
) -> None:
    listing.product("recorder", "releaseCycle: '2'")
    listing.dated("recorder", {f"2.{n}": "2026-01-01" for n in range(30)})
    ran = kb.run("import", "endoflife", str(listing.root), "--dry-run")
    assert ran.out.count("\n+++ b/") == 20
    assert "+++ b/releases/recorder/product.yml\n@@ -0,0 +1," in ran.out
    assert "… and 11 more files like these" in ran.out
    assert "30 releases: 30 would be added" in ran.out
    files = take(kb, listing, "--dry-run")["files"]
    assert len(files) == 31 and files[1]["diff"].startswith("--- /dev/null\n+++ b/releases/")
    assert not (kb.root / "releases").exists()


def test_the_past_that_is_imported_alerts_nobody(kb: Kb, listing: Listing) -> None:
    listing.product("recorder", "releaseCycle: '2'")
    take(kb, listing.dated("recorder", {"2.4": "2020-01-01", "2.5": "2020-02-01"}))
    assert kb.run("events", "--format", "json").json == []


def test_a_person_reads_what_was_added_and_what_was_not(kb: Kb, listing: Listing) -> None:
    listing.product("recorder", "releaseCycle: '2', eol: 2027-01-01")
    listing.dated("recorder", {"2.4": "2026-01-01", "2402 CU4": "2026-01-01"})
    ran: Ran = kb.run("import", "endoflife", str(listing.root))
    assert ran.out.splitlines()[:2] == ["1 product: 1 added", "1 release: 1 added"]
    assert f"commit {kb.head[:12]}" in ran.out
    assert "1  names that cannot be a file or a track here" in ran.out
    assert "e.g. recorder: 2402 CU4:" in ran.out
    assert ran.err.splitlines() == ["reading products", "writing files: 2", "committing"]
    assert "Forewarn-Event: imported" in kb.git("log", "-1")


def test_a_cycle_that_is_listed_later_is_added_with_its_dates_and_nothing_else_changes(
    kb: Kb, listing: Listing
) -> None:
    listing.product("python", "releaseCycle: '3.13', eol: 2029-10-01", "title: Python")
    take(kb, listing.dated("python", {"3.13.0": "2024-10-07", "3.12.99": "2026-01-01"}))
    path = "releases/python/product.yml"
    mine = kb.read(path).replace("name: Python", "name: Python by us  # as customers say")
    mine = mine.replace("2029-10-01", "2031-01-01")
    kb.write(path, mine + "owner: maria\n")
    kb.commit()
    cycles = (
        "releaseCycle: '3.14', eol: 2030-10-01, eoas: 2027-10-01\n"
        "releaseCycle: '3.13', eol: 2029-10-01\nreleaseCycle: '3.12', eol: 2028-10-01"
    )
    listing.product("python", cycles, "title: Python")
    days = {"3.14.0": "2025-10-07", "3.13.0": "2024-10-07", "3.12.99": "2026-01-01"}
    report = take(kb, listing.dated("python", days))
    assert report["releases"]["new"] == 1
    text = kb.read(path)
    assert "name: Python by us  # as customers say" in text and "owner: maria" in text
    loaded = load_worktree(kb.root).catalogue
    python = loaded.products["python"]
    assert python.tracks == ("3.14", "3.13", "3.12", "other")
    assert python.support["3.14"] == Support(
        active_until=date(2027, 10, 1), security_until=date(2030, 10, 1)
    )
    assert python.support["3.13"].security_until == date(2031, 1, 1), "what a person wrote stays"
    assert loaded.releases["python", "3.14.0"].track == "3.14"
    assert kb.git("status", "--porcelain") == ""
    again = take(kb, listing)
    assert (again["commit"], kb.read(path)) == (None, text)
    assert "wrong-track" in kb.run("check", code=1).out, "3.12.99 is still where it was put"


def test_what_a_person_has_not_committed_is_not_committed_for_them(
    kb: Kb, listing: Listing
) -> None:
    listing.product("python", "releaseCycle: '3.13'")
    take(kb, listing.dated("python", {"3.13.0": "2024-10-07"}))
    path = "releases/python/product.yml"
    kb.write(path, kb.read(path) + "owner: maria\n")
    listing.product("python", "releaseCycle: '3.14'\nreleaseCycle: '3.13'")
    before = kb.head
    ran = kb.run("import", "endoflife", str(listing.root), code=1)
    assert "not committed" in ran.err and path in ran.err
    assert kb.head == before


def test_a_product_that_was_not_imported_gets_no_cycles(kb: Kb, listing: Listing) -> None:
    kb.run("product", "add", "python", "--name", "Python", "--scheme", "loose")
    before = kb.read("releases/python/product.yml")
    listing.product("python", "releaseCycle: '3.13'")
    report = take(kb, listing.dated("python", {"3.13.0": "2024-10-07"}))
    assert left_out(report, "unknown-track") == [("python", "track 3.13", 1)]
    assert kb.read("releases/python/product.yml") == before
