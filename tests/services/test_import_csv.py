"""Importing a spreadsheet: rows become releases, whatever their order; wrong ones are named."""

from __future__ import annotations

import os
import re
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_line import Kb
from examples import examples
from forewarn.model.product import Product
from forewarn.model.release import Download, Release, Status
from forewarn.services.imports.csv import KEYS, CsvOptions, import_csv
from forewarn.services.imports.importing import Imported
from forewarn.store.catalogue.whole import load_worktree
from forewarn.store.records import read_record
from forewarn.store.records.problems import Problems

TODAY = date(2026, 9, 1)
HASH = "9f2c1d0b5a7e4c3f8b6d9e0a1c2f3b4d5e6f708192a3b4c5d6e7f8091a2b3c4d"
# The header of most tables here, and what its columns hold.
ALL = "Version,Date,Product,Track,Status,Link,OS,Arch,Edition,Size,Hash,Notes"
COLUMNS = dict(zip(KEYS, ALL.split(","), strict=True))
MAP = tuple(word for key, column in COLUMNS.items() for word in ("--map", f"{key}={column}"))
# For a table of one product.
SHORT = ("--product", "recorder", "--map", "version=Version", "--map", "released_at=Date")


def row(version: str = "2.7", day: str = "2026-05-04", **cells: str) -> str:
    """A row of a table with all columns; what is not given is empty."""
    cells = {"product": "recorder", "version": version, "released_at": day, **cells}
    return ",".join(cells.get(key, "") for key in COLUMNS)


class Folder:
    """A knowledge base as plain files, for what can be seen without Git."""

    def __init__(self, root: Path) -> None:
        self.kb = Kb(root / "kb")
        self.table = root / "table.csv"
        self.kb.write("forewarn.yml", "name: Acme support\n")
        self.product("recorder", "Recorder", "tracks: [stable, beta]\n")

    def product(self, id: str, name: str, more: str = "") -> None:
        self.kb.write(f"releases/{id}/product.yml", f"name: {name}\nscheme: loose\n{more}")

    def plan(self, *rows: str, **options: Any) -> Imported:
        """What a table would add."""
        self.table.write_text("\n".join([ALL, *rows]), encoding="utf-8")
        return import_csv(
            self.kb.root,
            self.table,
            options=CsvOptions(columns=COLUMNS, **options),
            today=TODAY,
            dry_run=True,
            step=lambda *_: None,
        )

    def run(self, table: str | bytes, *words: str, code: int = 0) -> Any:
        """A dry run of the command."""
        self.table.write_bytes(table if isinstance(table, bytes) else table.encode())
        return self.kb.run("import", "csv", str(self.table), "--dry-run", *words, code=code)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def records(result: Imported) -> dict[str, Any]:
    """The records that would be written, by path."""
    found = {}
    for path, data in result.files.items():
        problems = Problems(path)
        found[path] = read_record(path, data, problems)
        assert not problems.findings
    return found


def releases(result: Imported) -> dict[str, Release]:
    found = records(result).values()
    return {record.version: record for record in found if isinstance(record, Release)}


def left_out(result: Imported) -> list[tuple[str, str, str]]:
    return [(row.reason.value, row.item, row.why) for row in result.left_out]


# What a row becomes


def test_a_row_becomes_a_release_with_its_download(folder: Folder) -> None:
    cells = {"track": "beta", "url": "https://example.com/a.exe", "platform": "Windows"}
    more = {"arch": "arm64", "edition": "pro", "size": "18", "sha256": HASH.upper()}
    result = folder.plan(row(**cells, **more, reference="https://example.com/notes"))
    assert result.files["releases/recorder/2.7.md"].decode() == (
        "---\nstatus: shipped\ntrack: beta\nreleased_at: 2026-05-04\nimported: 2026-09-01\n"
        "downloads:\n  - platform: windows\n    arch: arm64\n    edition: pro\n"
        f"    url: https://example.com/a.exe\n    size: 18\n    sha256: {HASH}\n"
        "reference:\n  - https://example.com/notes\n---\n"
    )
    assert left_out(result) == []


def test_rows_of_one_version_are_one_release_with_several_downloads(folder: Folder) -> None:
    mac, win = "https://example.com/a.dmg", "https://example.com/a.exe"
    result = folder.plan(
        row("2.7", "2026-05-11", url=mac, platform="macos"),
        row("2.7", "2026-05-04", url=win, platform="windows", size="9"),
        row("2.7", "", url=win, platform="windows"),
    )
    (release,) = releases(result).values()
    assert release.released_at == date(2026, 5, 4), "it has shipped on the first of the days"
    assert release.downloads == (
        Download(platform="macos", url=mac),
        Download(platform="windows", url=win, size=9),
    )
    assert left_out(result) == [("several-dates", "2.7", "2026-05-04, 2026-05-11")]


def test_of_two_files_for_the_same_platform_one_is_recorded_and_the_other_told(
    folder: Folder,
) -> None:
    urls = "https://example.com/a.exe", "https://example.com/a.msi"
    result = folder.plan(*(row(url=url, platform="windows") for url in urls))
    assert [d.url for d in releases(result)["2.7"].downloads] == [urls[0]]
    assert left_out(result) == [
        ("same-target", "2.7", f"{urls[1]} for windows, beside {urls[0]}"),
    ]


def test_a_row_says_its_status_and_else_its_day_does(folder: Folder) -> None:
    result = folder.plan(
        row("2.6", "2026-09-01"),
        row("2.7", "2026-09-02"),
        row("2.8", "2026-08-01", status="Planned"),
        row("2.9", "", status="staged"),
    )
    found = {v: (r.status, r.planned_for, r.embargoed) for v, r in releases(result).items()}
    assert found == {
        "2.6": (Status.SHIPPED, None, False),
        "2.7": (Status.PLANNED, date(2026, 9, 2), True),
        "2.8": (Status.PLANNED, date(2026, 8, 1), True),
        "2.9": (Status.STAGED, None, True),
    }
    news = ("recorder@2.6", "recorder@2.7", "recorder@2.8")
    assert (result.planned, result.news) == (2, news)


def test_a_version_that_is_listed_in_two_ways_is_not_guessed(folder: Folder) -> None:
    result = folder.plan(
        row("2.7", "2026-05-04"),
        row("2.7", "2026-10-01"),
        row("2.8", track="beta"),
        row("2.8"),
    )
    assert {v: r.released_at for v, r in releases(result).items()} == {"2.7": date(2026, 5, 4)}
    assert left_out(result) == [
        ("wrong-row", "line 3", "2.7 is planned here, and listed as shipped, too"),
        ("wrong-row", "line 4", "2.8 is listed on the tracks beta and stable"),
        ("wrong-row", "line 5", "2.8 is listed on the tracks beta and stable"),
    ]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"version": ""}, "it names no version"),
        ({"version": "2.7 final!"}, "version: '2.7 final!' is none of the scheme loose"),
        ({"version": "../evil"}, "version: '../evil' is none of the scheme loose"),
        ({"product": ""}, "it names no product"),
        ({"day": ""}, "2.7 has no date"),
        ({"day": "04.05.2026"}, "released_at: '04.05.2026' is no day as it was expected"),
        (
            {"day": "0026-01-01"},
            "released_at: '0026-01-01' is not meant: the year 26 is before 1950",
        ),
        ({"day": "2026-02-30"}, "released_at: '2026-02-30' is no day as it was expected"),
        ({"day": "2027-01-01", "status": "shipped"}, "2027-01-01 has not come"),
        ({"status": "withdrawn"}, "status: 'withdrawn' is none of planned, staged, shipped"),
        ({"track": "lts"}, "track: 'lts' is none of recorder; it has stable, beta"),
        ({"url": "www.example.com"}, "url: 'www.example.com' is no web address"),
        ({"url": "https://me:secret@example.com/"}, "or one with a password in it"),
        ({"url": "https://example.com/", "platform": "Plan 9"}, "platform: 'plan 9' has"),
        ({"url": "https://example.com/", "size": "18 MB"}, "size: '18 MB' is no number of bytes"),
        ({"url": "https://example.com/", "sha256": "abc"}, "sha256: it is not 64"),
        ({"url": "https://example.com/", "sha256": "a" * 40}, "said to be, a SHA-1"),
        ({"reference": "see wiki"}, "reference: 'see wiki' is no web address"),
    ],
)
def test_a_wrong_row_is_named_by_its_line_and_the_rest_goes_in(
    folder: Folder, cells: dict[str, str], said: str
) -> None:
    result = folder.plan(row("2.5"), row(**cells), row("2.6"))
    assert sorted(releases(result)) == ["2.5", "2.6"]
    ((reason, item, why),) = left_out(result)
    assert (reason, item) == ("wrong-row", "line 3") and said in why
    assert result.partly


def test_what_belongs_to_a_download_needs_its_address(folder: Folder) -> None:
    result = folder.plan(row(platform="windows"), row("2.8", sha256=HASH))
    assert [r.downloads for r in releases(result).values()] == [(), ()]
    assert [row[:2] for row in left_out(result)] == [("no-place", "line 2, line 3")]


# How tables are written


TABLE = "Version,Date\n2.7,2026-05-04\n"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (TABLE, ()),
        (TABLE.replace("\n", "\r\n"), ()),
        (TABLE.replace("\n", "\r"), ()),
        ("\ufeff" + TABLE, ()),
        ("\n,\n" + TABLE, ()),
        (TABLE.replace(",", ";"), ()),
        (TABLE.replace(",", "\t").encode("utf-16"), ()),
        ("\ufeff".encode("utf-16-be") + TABLE.encode("utf-16-be"), ()),
        (TABLE.encode("utf-16-le"), ("--encoding", "utf-16-le")),
        (TABLE.encode("utf-16-le"), ()),
        (TABLE.encode("utf-16-be"), ()),
        ("\ufeffsep=;\r\n" + TABLE.replace(",", ";"), ()),
        ('"sep=!"\n' + TABLE.replace(",", "!"), ()),
        ("SEP=;;;;\n" + TABLE.replace(",", ";"), ()),
        ("sep=\t\n" + TABLE.replace(",", "\t"), ()),
        (f"Our releases;;\n\nAs of June, 2026;;\n{TABLE.replace(',', ';')}", ()),
        ('"Version","Release\nDate","Date"\n2.7,x,2026-05-04\n', ()),
        ('Version,Date\n"=""2.7""",2026-05-04\n', ()),
        (f"{TABLE}Grün,x\n".encode("cp1252"), ("--encoding", "cp1252")),
        (TABLE.replace(",", "\t"), ("--delimiter", "tab")),
        (TABLE.replace(",", "!"), ("--delimiter", "!")),
        ('"Version","Date","Note, long"\n"2.7","2026-05-04","a ""b"", c"\n', ()),
        ("Version ,Date,\n 2.7 ,2026-05-04 00:00:00,,\n", ()),
    ],
)
def test_a_table_is_read_as_spreadsheets_write_it(
    folder: Folder, table: str | bytes, words: tuple[str, ...]
) -> None:
    code = 3 if "cp1252" in words else 0
    ran = folder.run(table, *SHORT, *words, code=code)
    assert "+++ b/releases/recorder/2.7.md" in ran.out and "+released_at: 2026-05-04" in ran.out


@pytest.mark.parametrize(
    ("written", "format"),
    [
        ("04.05.2026", "%d.%m.%Y"),
        ("5/4/26", "%m/%d/%y"),
        ("4 May 2026", "%d %B %Y"),
        ("46146", "excel"),
        ("46146.75", "excel"),
        ("44684", "excel-1904"),
    ],
)
def test_days_are_read_in_the_format_that_is_given(
    folder: Folder, written: str, format: str
) -> None:
    found = releases(folder.plan(row(day=written), date_format=format))
    assert found["2.7"].released_at == date(2026, 5, 4)


def test_lines_are_counted_from_the_first_of_the_file(folder: Folder) -> None:
    ran = folder.run("sep=;\nTitle\n\nVersion;Date\n2.7;never\n", *SHORT, code=3)
    assert "line 5" in ran.out


def test_no_two_names_become_one_product(folder: Folder) -> None:
    names = ("C", "C#", "C++", ".NET", "NET", "Café", "Cafe", "Tool", "tool", "TOOL ")
    result = folder.plan(*(row(product=name) for name in names), add_products="loose")
    assert {*result.files} == {"releases/tool/2.7.md", "releases/tool/product.yml"}
    said = {item.split(" in ")[0]: why for _, item, why in left_out(result)}
    assert {*said} == {"C", "C#", "C++", ".NET", "NET", "Café", "Cafe"}
    assert said["C#"].startswith("'C', 'C#', 'C++' are several names, and one id, c,")


def test_a_name_is_not_taken_for_a_recorded_product_that_is_called_otherwise(
    folder: Folder,
) -> None:
    folder.product("c", "C")
    folder.product("net", ".NET")
    names = ("C#", "C++", "NET", "\u0421ore")  # the last begins with a Cyrillic letter
    result = folder.plan(*(row(product=name) for name in names), add_products="loose")
    assert releases(result) == {}
    said = {item.split(" in ")[0]: why for _, item, why in left_out(result)}
    assert said["C#"].startswith("its id would be c, and that is 'C' here")
    assert said["NET"].startswith("its id would be net, and that is '.NET' here")
    assert "CYRILLIC SMALL LETTER ES" in said["\u0421ore"]
    for name in ("C", "c", ".net", "net"):
        assert list(releases(folder.plan(row(product=name)))) == ["2.7"], name


def test_a_platform_is_recorded_as_it_is_called_here(folder: Folder) -> None:
    found = releases(
        folder.plan(
            row(url="https://example.com/a", platform="Win64"),
            row(url="https://example.com/b", platform="Mac OS X"),
            row(url="https://example.com/c", platform="Linux", sha256=f"sha256:{HASH.upper()}"),
        )
    )
    downloads = found["2.7"].downloads
    assert {d.target for d in downloads} == {
        ("windows", "x64", ""),
        ("macos", "", ""),
        ("linux", "", ""),
    }
    assert {d.sha256 for d in downloads} == {None, HASH}


def test_a_version_of_which_a_spreadsheet_has_made_a_day_is_none(folder: Folder) -> None:
    """3.10 becomes 10-Mar or 03. Okt, and nobody has a release of that name."""
    versions = ("10-Mar", "03. Okt", "Mar-24", "2.7.1")
    table = "Version,Date\n" + "".join(f"{version},2026-05-04\n" for version in versions)
    ran = folder.run(table, *SHORT, code=3)
    assert "1 release: 1 would be added" in ran.out
    assert "line 2: version: '10-Mar' is what spreadsheets make" in ran.out


def test_a_row_over_several_lines_counts_from_its_first(folder: Folder) -> None:
    table = 'Version,Note,Date\n2.6,"a\nb\n",2026-05-04\n2.7,,never\n2.8,x,2026-05-04,y\n'
    ran = folder.run(table + '2.9,"x"y,2026-05-04\n2.5,,2026-05-04\n3.0,"no end', *SHORT, code=3)
    assert [line.strip().split(":")[0] for line in ran.out.splitlines() if "line" in line] == [
        *("line 5", "line 6", "line 7", "line 9"),
    ]
    assert "2 releases: 2 would be added" in ran.out


@pytest.mark.parametrize(
    ("table", "words", "code", "said"),
    [
        (TABLE, SHORT[:4], 2, "no column is named for released_at"),
        ("\n \n", (), 2, "the table is empty"),
        ("product,version\nrecorder,1,5\n", (), 2, "The columns are product, version."),
        ("Produkt;version;released_at\n", (), 2, "The columns are Produkt, version, released_at."),
        (
            "Version;Out since\n2.7;2026-05-04\n",
            SHORT[:2],
            2,
            "The columns are Version, Out since.",
        ),
        (b"PK\x03\x04", SHORT, 4, "this is the workbook of a spreadsheet, and no CSV"),
        ("<html><table>", SHORT, 4, "this is a web page, and no CSV"),
        (TABLE, SHORT[2:], 2, "--product ID or --map product=COLUMN"),
        (TABLE, (*SHORT, "--map", "url=Link"), 2, "there is no column 'Link'"),
        (TABLE, (*SHORT, "--map", "colour=Link"), 2, "is not KEY=COLUMN"),
        (TABLE, (*SHORT, "--map", "version=Date"), 2, "version=… is given 2 times"),
        (TABLE, (*SHORT, "--delimiter", ",,"), 2, "is not one character"),
        (TABLE, (*SHORT, "--encoding", "klingon"), 2, "there is no encoding 'klingon'"),
        (TABLE, (*SHORT, "--date-format", "%H"), 2, "does not say day, month and year"),
        (TABLE, (*SHORT, "--add-products", "best"), 2, "best"),
        (TABLE, ("--product", "player", *SHORT[2:]), 2, "there is no product 'player'"),
        ("Version,Version,Date\n", SHORT, 2, "there are 2 columns 'Version'"),
        ("", SHORT, 2, "The first row must name the columns"),
        (f"{TABLE}\0", SHORT, 4, "--encoding utf-16-le"),
        (b"Version,Date\n2.7,caf\xe9\n", SHORT, 4, "--encoding cp1252"),
    ],
)
def test_what_cannot_be_meant_or_read_is_told_with_what_to_do(
    folder: Folder, table: str | bytes, words: tuple[str, ...], code: int, said: str
) -> None:
    assert said in folder.run(table, *words, code=code).err


def test_a_file_that_is_not_there_is_told(folder: Folder) -> None:
    ran = folder.kb.run("import", "csv", "missing.csv", *SHORT, "--dry-run", code=4)
    assert "missing.csv: cannot be read: No such file" in ran.err


# Which product


def test_a_product_is_named_by_its_id_or_its_name(folder: Folder) -> None:
    folder.product("vp", "Video Player")
    names = ("recorder", "RECORDER", "Recorder", "vp", "video player")
    rows = [row(f"2.{n}", product=name) for n, name in enumerate(names)]
    assert [path.split("/")[1] for path in folder.plan(*rows).files] == [
        *["recorder"] * 3,
        "vp",
        "vp",
    ]


def test_rows_of_products_that_are_not_recorded_are_reported(folder: Folder) -> None:
    folder.product("a", "Twin")
    folder.product("b", "Twin")
    folder.kb.write("releases/broken/product.yml", "name: Broken\n")
    names = ("Player", "Player", "Twin", "日本", "broken", "recorder")
    result = folder.plan(*(row(product=name) for name in names))
    assert list(releases(result)) == ["2.7"]
    said = {item: why for reason, item, why in left_out(result) if reason == "unknown-product"}
    assert said == {
        "Player in line 2, line 3": "`forewarn product add player` adds it, or --add-products "
        "adds all of them",
        "Twin in line 4": "it may be a or b; write the id",
        "日本 in line 5": "no id can be made of it: it is empty",
        "line 6": "its product.yml cannot be read",
    }  # fmt: skip
    assert result.partly


def test_new_products_are_added_with_the_scheme_that_is_given(folder: Folder) -> None:
    result = folder.plan(
        row("1.0.0", product="Acme Player", track="lts"),
        row("1.1.0", product="acme-player"),
        row("soon", product="Exporter"),
        add_products="semver",
    )
    made = [record for record in records(result).values() if isinstance(record, Product)]
    assert [(p.id, p.name, p.scheme, p.tracks) for p in made] == [
        ("acme-player", "Acme Player", "semver", ("lts",))
    ]
    assert (result.products, result.products_new, result.releases_new) == (1, 1, 2)


# What is already here


CELLS = st.fixed_dictionaries(
    {
        "product": st.sampled_from(["recorder", "Player", "player", "Neu"]),
        "version": st.sampled_from(["2.7", "2.7.0", "v2.7", "2.8", "2.8-rc1", "2.8-RC1", ""]),
        "day": st.sampled_from(["2026-05-04", "2026-05-11", "2027-01-01", "", "never"]),
        "track": st.sampled_from(["", "stable", "beta"]),
        "url": st.sampled_from(["", "https://example.com/a", "https://example.com/b:"]),
        "platform": st.sampled_from(["", "windows", "macos"]),
        "size": st.sampled_from(["", "9", "10"]),
    }
)


@examples(30)
@given(st.data(), st.lists(CELLS, max_size=12))
@pytest.mark.slow
def test_importing_twice_is_importing_once_and_the_order_of_rows_is_no_matter(
    data: st.DataObject, cells: list[dict[str, str]]
) -> None:
    rows = [row(**each) for each in cells]
    with tempfile.TemporaryDirectory() as root:
        folder = Folder(Path(root))
        first = folder.plan(*rows, add_products="loose")
        other = folder.plan(*data.draw(st.permutations(rows)), add_products="loose")
        assert first.files == other.files
        assert len(first.left_out) == len(other.left_out)
        records(first)
        for path, content in first.files.items():
            folder.kb.write(path, content.decode())
        assert not load_worktree(folder.kb.root).findings
        again = folder.plan(*rows, add_products="loose")
        assert again.files == {}
        assert not any(row.reason.value == "differs" for row in again.left_out)


def import_into(kb: Kb, *rows: str, code: int = 0) -> Any:
    table = kb.root.parent / "table.csv"
    table.write_text("\n".join([ALL, *rows]))
    words = ("import", "csv", str(table), *MAP, "--add-products", "loose", "--format", "json")
    return kb.run(*words, code=code).json


def test_one_commit_adds_what_is_new_and_a_second_import_nothing(kb: Kb) -> None:
    rows = [row("2.6"), row("2.7", url="https://example.com/a.exe"), row("1", product="player")]
    report = import_into(kb, *rows)
    assert (report["products"]["new"], report["releases"]["new"]) == (2, 3)
    assert "Forewarn-Event: imported" in kb.git("log", "-1")
    assert kb.git("status", "--porcelain") == ""
    assert kb.run("check").code == 0
    assert kb.run("events", "--format", "json").json == []
    head = kb.head
    assert import_into(kb, *reversed(rows))["commit"] is None
    assert kb.head == head


def test_what_a_person_wrote_stays_and_what_the_table_says_otherwise_is_told(kb: Kb) -> None:
    import_into(kb, row("2.6"), row("2.7"))
    path = "releases/recorder/2.6.md"
    kb.write(path, kb.read(path).replace("2026-05-04", "2026-04-30"))
    text = kb.read(path)
    report = import_into(kb, row("2.6"), row("2.7.0"), row("2.8"))
    assert kb.read(path) == text
    assert kb.git("show", "--format=", "--name-only", "HEAD") == "releases/recorder/2.8.md\n"
    said = {group["reason"]: group["items"][0]["why"] for group in report["left_out"]}
    assert said == {
        "equal": "it equals 2.7 under the scheme loose",
        "differs": "the list has 2026-05-04, here it is 2026-04-30",
    }


def test_an_import_that_died_before_its_commit_is_finished_by_the_next(kb: Kb) -> None:
    import_into(kb, row("2.6"), row("2.7"))
    kb.git("reset", "-q", "HEAD~1")
    (kb.root / "releases/recorder/2.7.md").unlink()
    import_into(kb, row("2.6"), row("2.7"))
    assert kb.git("status", "--porcelain") == ""


def test_an_edit_that_is_not_committed_yet_does_not_go_along(kb: Kb) -> None:
    import_into(kb, row("2.6"))
    path = "releases/recorder/2.6.md"
    text = re.sub("imported: .*", "imported: 2020-01-01", kb.read(path))
    kb.write(path, text)
    import_into(kb, row("2.6"), row("2.7"))
    assert kb.git("status", "--porcelain") == f" M {path}\n"


def test_an_edit_in_the_very_second_of_the_last_commit_is_not_lost_sight_of(kb: Kb) -> None:
    kb.git("config", "core.trustctime", "false")
    import_into(kb, row("2.6"))
    file, index = kb.root / "releases/recorder/2.6.md", kb.root / ".git/index"
    then = file.stat().st_mtime_ns
    kb.write(
        "releases/recorder/2.6.md", re.sub("imported: .*", "imported: 2020-01-01", file.read_text())
    )
    for path in (file, index):
        os.utime(path, ns=(then, then))
    time.sleep(1 - time.time() % 1)  # Git tells times by the second
    import_into(kb, row("2.6"), row("2.7"))
    assert kb.git("status", "--porcelain") == " M releases/recorder/2.6.md\n"


def test_if_git_refuses_nothing_is_left_behind(kb: Kb) -> None:
    kb.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n").chmod(0o755)
    table = kb.root.parent / "table.csv"
    table.write_text(f"{ALL}\n{row()}\n")
    kb.run("import", "csv", str(table), *MAP, "--add-products", "loose", code=4)
    assert kb.git("status", "--porcelain") == ""
    assert not (kb.root / "releases/recorder").exists()


def test_a_row_without_a_track_goes_to_the_cycle_of_its_version_or_is_left_out(
    folder: Folder,
) -> None:
    folder.product("python", "Python", "tracks: ['3.14', '3.12']\n")
    rows = (row(version, product="python") for version in ("3.12.99", "3.14.0", "2.7"))
    result = folder.plan(*rows)
    found = {version: record.track for version, record in releases(result).items()}
    assert found == {"3.12.99": "3.12", "3.14.0": "3.14"}
    assert left_out(result) == [("no-track", "line 4", "2.7 could be on 3.14 or 3.12")]
    assert result.partly


@pytest.mark.parametrize(
    "head",
    [
        "version,released_at,url",
        "VERSION;Released at;Url",
        "Our releases\n\nVersion,released-at,URL",
        "sep=;\nVersion;RELEASED_AT;url",
    ],
)
def test_columns_that_are_called_what_they_hold_need_not_be_named(
    folder: Folder, head: str
) -> None:
    sign = ";" if ";" in head else ","
    table = f"{head}\n{sign.join(['2.7', '2026-05-04', 'https://d.example.com/r.exe'])}\n"
    ran = folder.run(table, "--product", "recorder")
    assert "1 release: 1 would be added" in ran.out
    assert re.search(
        r"columns: version in '\w+', released_at in 'released.at', url in", ran.err, re.I
    )


def test_a_first_line_that_names_another_sign_than_the_table_has_does_no_harm(
    folder: Folder,
) -> None:
    ran = folder.run("sep=;\nversion,released_at\n2.7,2026-05-04\n", "--product", "recorder")
    assert "1 release: 1 would be added" in ran.out


def test_what_a_column_holds_is_named_in_any_letter_case(folder: Folder) -> None:
    ran = folder.run(TABLE, *SHORT[:2], "--map", "Version=Version", "--map", "Released at=Date")
    assert "1 release: 1 would be added" in ran.out


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("version,Version,released_at", "Name the one that is meant, such as --map version="),
        ("version,version,released_at", "Give the others another name."),
    ],
)
def test_of_two_columns_of_one_name_it_is_said_that_there_are_two(
    folder: Folder, head: str, said: str
) -> None:
    ran = folder.run(f"{head}\n2.7,2.8,2026-05-04\n", "--product", "recorder", code=2)
    assert "2 columns are called version" in ran.err and said in ran.err


def test_whoever_parts_cells_by_a_sign_of_their_own_is_told_how_to_say_so(folder: Folder) -> None:
    table = "version:released_at\n2.7:2026-05-04\n"
    ran = folder.run(table, "--product", "recorder", code=2)
    assert "The only column is version:released_at;" in ran.err and "--delimiter CHAR" in ran.err
    assert folder.run(table, "--product", "recorder", "--delimiter", ":").out


def test_a_quote_that_is_never_closed_is_told_with_what_it_takes_along(folder: Folder) -> None:
    ran = folder.run(f'{TABLE}2.8,"2026-05-04\n2.9,2026-05-04\n', *SHORT, code=3)
    assert "a quote is never closed, so that nothing below it was read" in ran.out
    ran = folder.run(f"{TABLE}2.8,{'x' * 200_000}\n2.9,2026-05-04\n", *SHORT, code=3)
    assert "a cell is longer than 131,072 characters" in ran.out
    assert "releases/recorder/2.9.md" in ran.out


def test_a_version_of_which_a_spreadsheet_has_made_a_number_is_none(folder: Folder) -> None:
    ran = folder.run("Version;Date\n2,8;2026-05-04\n", *SHORT, code=3)
    assert "'2,8' is what spreadsheets make of a version that looks like a number" in ran.out


def test_a_column_is_found_in_any_letter_case(folder: Folder) -> None:
    table = "Our releases\nVERSION NO,date,Platfrom\n2.7,2026-05-04,windows\n"
    words = ("--product", "recorder", "--map", "version=Version no", "--map", "released_at=Date")
    ran = folder.run(table, *words)
    assert "1" in ran.out
    # And one from which nothing is read is named.
    assert "released_at in 'Date'; not used: 'Platfrom'" in ran.err
