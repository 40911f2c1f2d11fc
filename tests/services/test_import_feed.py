"""Importing a feed: a silent history of what a vendor has released, and nobody's edit is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest

from command_line import Kb, run
from feed_server import FeedServer, Page
from forewarn.errors import DataError
from forewarn.model.release import Download, Release, Status
from forewarn.services.imports.feed import import_feed
from forewarn.services.imports.feed_entries import FeedOptions
from forewarn.store.catalogue.whole import load_worktree
from forewarn.store.records import read_record
from forewarn.store.records.problems import Problems
from waiting import today

pytestmark = pytest.mark.slow

TODAY = date(2026, 9, 1)
DAY = "Mon, 04 May 2026 10:00:00 GMT"


def item(title: str = "", *, day: str = DAY, link: str = "", more: str = "") -> str:
    parts = (
        ("title", escape(title)),
        ("pubDate", day),
        ("link", link),
    )
    return f"<item>{''.join(f'<{n}>{v}</{n}>' for n, v in parts if v)}{more}</item>"


def enclosure(url: str, *, length: str = "9", kind: str = "application/zip", more: str = "") -> str:
    return f'<enclosure url="{url}" length="{length}" type="{kind}" {more}/>'


def feed_of(*items: str) -> bytes:
    sparkle = "http://www.andymatuschak.org/xml-namespaces/sparkle"
    channel = f"<channel><title>News</title>{''.join(items)}</channel>"
    return f'<rss version="2.0" xmlns:sparkle="{sparkle}">{channel}</rss>'.encode()


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


class Mapped:
    """What a feed becomes in a knowledge base without releases, and nothing is written."""

    def __init__(self, root: Path, *items: str, scheme: str = "loose", **options: Any) -> None:
        file, product = root / "feed.xml", root / "releases/recorder/product.yml"
        product.parent.mkdir(parents=True)
        file.write_bytes(feed_of(*items))
        product.write_text(f"name: Recorder\nscheme: {scheme}\ntracks: [stable, beta]\n")
        result = import_feed(
            root,
            "recorder",
            str(file),
            options=FeedOptions(**options),
            today=TODAY,
            environ={},
            dry_run=True,
            step=lambda *_: None,
        )
        self.releases = {release.version: release for release in map(read, result.files.items())}
        self.left_out: dict[str, list[str]] = {}
        for row in result.left_out:
            self.left_out.setdefault(row.reason.value, []).append(row.item)


def read(file: tuple[str, bytes]) -> Release:
    problems = Problems(file[0])
    record = read_record(*file, problems)
    assert isinstance(record, Release) and not problems.findings
    return record


@pytest.fixture
def plain(tmp_path: Path) -> Kb:
    """A folder with a recorder, for what ends before Git is needed."""
    kb = Kb(tmp_path / "plain")
    kb.write("forewarn.yml", "name: Acme support\n")
    kb.write("releases/recorder/product.yml", "name: Recorder\nscheme: loose\n")
    return kb


@pytest.fixture
def here(kb: Kb) -> Kb:
    """A knowledge base with a recorder."""
    kb.run("product", "add", "recorder", "--name", "Recorder", "--scheme", "loose")
    return kb


def take(kb: Kb, place: str | Path, *words: str, code: int = 0) -> Any:
    """Import by the command; what it printed, as JSON."""
    command = ("import", "feed", "recorder", str(place), "--allow-private", "--format", "json")
    return kb.run(*command, *words, code=code).json


def take_items(kb: Kb, *items: str) -> Any:
    file = kb.root.parent / "feed.xml"
    file.write_bytes(feed_of(*items))
    return take(kb, file)


def releases(kb: Kb) -> dict[str, Release]:
    loaded = load_worktree(kb.root)
    assert not loaded.findings
    return {release.version: release for release in loaded.catalogue.releases_of("recorder")}


def left_out(report: Any) -> dict[str, list[str]]:
    """What was left out, by its reason."""
    return {g["reason"]: [row["item"] for row in g["items"]] for g in report["left_out"]}


# What an entry becomes


def test_an_entry_becomes_a_release_that_check_accepts(here: Kb, server: FeedServer) -> None:
    url = "https://downloads.example.com/recorder-2.7.exe"
    server.pages["/feed.xml"] = Page(
        feed_of(item("Recorder 2.7 is out", link="https://example.com/n/2.7", more=enclosure(url)))
    )
    day = today()
    report = take(here, server.url())
    assert here.read("releases/recorder/2.7.md") == (
        "---\nstatus: shipped\ntrack: stable\nreleased_at: 2026-05-04\n"
        f"imported: {day}\ndownloads:\n  - platform: any\n    url: {url}\n"
        "    size: 9\nreference:\n  - https://example.com/n/2.7\n---\n"
    )
    assert report["releases"] == {"listed": 1, "new": 1, "planned": 0}
    assert here.run("check").code == 0
    assert "Forewarn-Event: imported" in here.git("log", "-1")


def test_an_entry_without_a_download_and_a_link_stays_bare(tmp_path: Path) -> None:
    assert Mapped(tmp_path, item("Recorder 2.7")).releases["2.7"].bare


def test_the_day_is_the_one_that_the_vendor_wrote(tmp_path: Path) -> None:
    days = (
        "Mon, 04 May 2026 00:30:00 +0200",
        "Mon, 04 May 2026 23:30:00 -0700",
        "2026-05-04T00:30:00+09:00",
        "Mon, 04 May 2026 10:00:00 GMT",
    )
    items = [item(f"2.{n}", day=day) for n, day in enumerate(days)]
    found = Mapped(tmp_path, *items).releases.values()
    assert [release.released_at for release in found] == [date(2026, 5, 4)] * 4


def test_an_atom_entry_without_a_day_of_publication_has_that_of_its_last_change(
    here: Kb, server: FeedServer
) -> None:
    entry = '<entry><title>2.7</title><updated>2026-05-04T10:00:00Z</updated><link href="/2.7"/>'
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{entry}</entry></feed>'
    server.pages["/feed.xml"] = Page(atom.encode())
    report = take(here, server.url())
    (release,) = releases(here).values()
    assert release.released_at == date(2026, 5, 4)
    assert release.references == (server.url("/2.7"),)
    assert left_out(report) == {"last-change": ["1 entry"]}


def test_an_entry_without_a_date_is_reported_and_not_guessed(tmp_path: Path) -> None:
    later = "Fri, 04 Sep 2026 10:00:00 GMT"
    found = Mapped(tmp_path, item("2.6", day=""), item("2.7", day=later), item("2.5"))
    assert list(found.releases) == ["2.5"]
    assert found.left_out == {"no-date": ["2.6"], "bad-date": ["2.7"]}


def test_an_appcast_says_version_platform_and_download(tmp_path: Path) -> None:
    delta = enclosure("https://example.com/2.6-2.7.delta", more='sparkle:deltaFrom="2600"')
    main = enclosure("https://example.com/R.dmg", more='sparkle:version="2700"')
    windows = enclosure("https://example.com/R.exe", more='sparkle:os="windows"')
    spring = item(
        "Spring cleaning",
        more="<sparkle:shortVersionString>2.7</sparkle:shortVersionString>"
        "<sparkle:minimumSystemVersion>13.0</sparkle:minimumSystemVersion>"
        f"<sparkle:deltas>{delta}</sparkle:deltas>{main}",
    )
    older = item("", more=enclosure("https://example.com/old.dmg", more='sparkle:version="2.6"'))
    found = Mapped(tmp_path, spring, item("Version 2.7", more=windows), older)
    assert {v: r.downloads for v, r in found.releases.items()} == {
        "2.6": (Download(platform="macos", url="https://example.com/old.dmg", size=9),),
        "2.7": (
            Download(platform="macos", url="https://example.com/R.dmg", size=9),
            Download(platform="windows", url="https://example.com/R.exe", size=9),
        ),
    }
    assert found.left_out == {"no-place": ["1 entry"]}


def test_a_beta_of_an_appcast_is_never_on_the_stable_track(tmp_path: Path) -> None:
    items = [
        item("2.8 beta 1", more="<sparkle:channel>beta</sparkle:channel>"),
        item("2.9", more="<sparkle:channel>nightly</sparkle:channel>"),
    ]
    found = Mapped(tmp_path / "a", *items)
    assert {v: r.track for v, r in found.releases.items()} == {"2.8-beta1": "beta"}
    assert found.left_out == {"unknown-track": ["2.9"]}
    assert Mapped(tmp_path / "b", *items, track="beta").releases["2.9"].track == "beta"


def test_pictures_sizes_of_nothing_and_addresses_that_are_none_are_no_downloads(
    tmp_path: Path,
) -> None:
    enclosures = [
        enclosure("https://example.com/logo.png", kind="image/png"),
        enclosure("javascript:alert(1)"),
        enclosure("https://example.com/a.exe", length="0"),
        enclosure("https://example.com/a.msi"),
    ]
    found = Mapped(tmp_path, item("2.7", more="".join(enclosures)), platform="windows")
    url = "https://example.com/a.exe"
    assert found.releases["2.7"].downloads == (Download(platform="windows", url=url),)
    assert found.left_out == {"bad-link": ["2.7"], "same-target": ["2.7"]}


def test_a_pattern_picks_the_product_out_of_a_feed_of_many(tmp_path: Path) -> None:
    items = [item("Player 3.1"), item("Recorder 2.7"), item("We are hiring")]
    found = Mapped(tmp_path, *items, pattern=r"Recorder ([0-9.]+)")
    assert list(found.releases) == ["2.7"]
    assert found.left_out == {"no-version": ["2 entries"]}


def test_a_title_that_lists_several_versions_gives_each_and_none_gets_the_file(
    tmp_path: Path,
) -> None:
    file = enclosure("https://example.com/a.zip")
    found = Mapped(tmp_path, item("Recorder 2.6.9 and 2.7.1", more=file)).releases
    assert {v: r.downloads for v, r in found.items()} == {"2.6.9": (), "2.7.1": ()}


def test_equal_versions_are_one_release_on_the_first_of_their_days(tmp_path: Path) -> None:
    early = "Fri, 01 May 2026 10:00:00 GMT"
    found = Mapped(tmp_path, item("Recorder 2.7"), item("Recorder 2.7.0", day=early))
    days = {v: r.released_at for v, r in found.releases.items()}
    assert days == {"2.7.0": date(2026, 5, 1)}
    assert found.left_out == {"equal": ["2.7"], "several-dates": ["2.7.0"]}


# What is already here


def test_a_second_import_writes_nothing_and_makes_no_commit(here: Kb) -> None:
    items = [item("2.6"), item("2.7", more=enclosure("https://example.com/a:"))]
    take_items(here, *items)
    head = here.head
    report = take_items(here, *reversed(items))
    assert (report["releases"]["new"], report["commit"], report["left_out"]) == (0, None, [])
    assert (here.head, here.git("status", "--porcelain")) == (head, "")


def test_what_a_person_wrote_stays_and_what_the_feed_says_otherwise_is_told(here: Kb) -> None:
    take_items(here, item("2.6"), item("2.5"))
    path = "releases/recorder/2.6.md"
    here.write(path, here.read(path).replace("2026-05-04", "2026-04-30") + "Mind the codec.\n")
    text = here.read(path)
    staged = "---\nstatus: staged\n---\n"
    here.write("releases/recorder/2.7.md", staged)
    here.write("releases/recorder/2.4.md", "---\nstatus: shipped\nreleased_at: 2026-05-04\n---\n")
    here.commit()
    items = [item(version) for version in ("2.7", "2.6", "2.5", "2.4.0")]
    report = take_items(here, *items, item("2.4", more=enclosure("https://example.com/a.zip")))
    assert (here.read(path), here.read("releases/recorder/2.7.md")) == (text, staged)
    group = {row["item"]: row["why"] for row in report["left_out"][-1]["items"]}
    assert group == {
        path: "the list has 2026-05-04, here it is 2026-04-30",
        "releases/recorder/2.7.md": "the list has it as shipped, it is staged here",
    }
    assert left_out(report)["equal"] == ["2.4", "2.4.0"]
    assert report["releases"]["new"] == 0


def test_a_download_that_a_record_here_does_not_have_is_told_and_not_added(here: Kb) -> None:
    take_items(here, item("2.7"))
    report = take_items(here, item("2.7", more=enclosure("https://example.com/a.zip")))
    assert left_out(report) == {"differs": ["releases/recorder/2.7.md"]}
    assert releases(here)["2.7"].downloads == ()


def test_a_withdrawn_release_stays_withdrawn(here: Kb) -> None:
    take_items(here, item("2.7"))
    here.run("release", "withdraw", "recorder", "2.7", "--reason", "loses sound")
    assert take_items(here, item("2.7"))["left_out"] == []
    assert releases(here)["2.7"].status is Status.WITHDRAWN


# Silence


def events(kb: Kb, before: str) -> list[tuple[str, str]]:
    told = kb.run("events", f"{before}..HEAD", "--format", "json").json
    return [(event["kind"], event["version"]) for event in told]


def test_three_old_releases_alert_nobody_here_and_on_another_machine(
    here: Kb, tmp_path: Path
) -> None:
    before = here.head
    take_items(here, *map(item, ("2.4", "2.5", "2.6")))
    here.git("clone", "-q", ".", str(tmp_path / "other"))
    assert events(here, before) == events(Kb(tmp_path / "other"), before) == []
    here.write("releases/recorder/2.3.md", "---\nstatus: shipped\nreleased_at: 2020-01-01\n---\n")
    here.commit()
    told = [("shipped", "2.3")]
    assert events(here, before) == told, "what a person records is told, however old"


def test_what_has_just_shipped_is_news_however_it_was_recorded(here: Kb) -> None:
    before = here.head
    yesterday = f"{datetime.now(UTC) - timedelta(days=1):%a, %d %b %Y} 10:00:00 GMT"
    report = take_items(here, item("2.6"), item("2.7", day=yesterday))
    assert report["news"] == ["recorder@2.7"]
    assert events(here, before) == [("shipped", "2.7")]


def test_a_known_issue_that_the_past_has_fixed_is_no_news(here: Kb) -> None:
    head = "---\ntitle: No sound\nkind: known-issue\nremediation: vendor_fix\n"
    ranges = 'applies: {recorder: "<2.5"}\nfixed_in: {recorder: ">=2.5"}\n'
    here.write("kb/no-sound.md", f"{head}{ranges}---\nText.\n")
    before = here.commit()
    take_items(here, item("2.6"))
    assert events(here, before) == []


def test_a_feed_that_is_watched_is_read_as_it_is_watched(here: Kb, server: FeedServer) -> None:
    server.pages["/feed.xml"] = Page(
        feed_of(item("Player 3.1"), item("build-2.7", more=enclosure("https://example.com/a")))
    )
    path = "releases/recorder/product.yml"
    rules = "version: 'build-([0-9.]+)', platform: windows, allow_private: true"
    here.write(path, here.read(path) + f'watch: [{{type: feed, url: "{server.url()}", {rules}}}]\n')
    here.run("import", "feed", "recorder", server.url())
    assert {v: r.downloads[0].platform for v, r in releases(here).items()} == {"2.7": "windows"}


def test_watching_the_same_feed_finds_nothing_unannounced(here: Kb, server: FeedServer) -> None:
    path = "releases/recorder/product.yml"
    row = f'watch: [{{type: feed, url: "{server.url()}", allow_private: true}}]\n'
    here.write(path, here.read(path) + row)
    here.commit()
    appcast = "<sparkle:shortVersionString>2.7</sparkle:shortVersionString>"
    server.pages["/feed.xml"] = Page(feed_of(item("2.6")))
    here.run("watch", "--once", "--no-deliver")
    server.pages["/feed.xml"] = Page(feed_of(item("2.6"), item("Spring", more=appcast)))
    take(here, server.url())
    report = here.run("watch", "--once", "--no-deliver", "--format", "json").json
    assert [(s["version"], s["state"]) for s in report["sightings"]] == [("2.7", "known")]


# What goes wrong


def test_a_dry_run_shows_the_difference_and_writes_nothing(here: Kb) -> None:
    before = (here.head, here.git("status", "--porcelain"))
    file = here.root.parent / "feed.xml"
    file.write_bytes(feed_of(*(item(f"2.{n}") for n in range(25))))
    ran = here.run("import", "feed", "recorder", str(file), "--dry-run")
    shown = ran.out.split("\n\n")[0]
    assert shown.startswith(
        "--- /dev/null\n+++ b/releases/recorder/2.0.md\n@@ -0,0 +1,6 @@\n+---\n+status: shipped\n"
    )
    assert shown.endswith("… and 5 more files like these (--format json has all of them)")
    assert "25 releases: 25 would be added" in ran.out
    files = take(here, file, "--dry-run")["files"]
    patch = here.root.parent / "all.patch"
    patch.write_text("".join(f"{row['diff']}\n" for row in files))
    assert (here.head, here.git("status", "--porcelain")) == before
    here.git("apply", str(patch))
    assert len(releases(here)) == 25


def test_a_feed_that_breaks_off_gives_what_came(here: Kb) -> None:
    file = here.root.parent / "feed.xml"
    file.write_bytes(feed_of(item("2.6")).removesuffix(b"</channel></rss>") + b"<item><title>2.7")
    report = take(here, file, code=3)
    assert list(releases(here)) == ["2.6"]
    assert left_out(report)["unreadable"] == ["the feed (2 entries read)"]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (Page(b"<!doctype html><title>2.7</title>"), "a web page came where a feed was expected"),
        (Page(b"/etc/passwd"), "neither an RSS nor an Atom feed"),
        (Page(status=404), "HTTP 404"),
    ],
)
def test_what_is_no_feed_is_told_as_what_it_is(
    plain: Kb, server: FeedServer, page: Page, said: str
) -> None:
    server.pages["/feed.xml"] = page
    url = server.url().replace("http://", "http://me:secret@")
    words = ("import", "feed", "recorder", url, "--allow-private", "--dry-run")
    ran = plain.run(*words, code=4)
    assert said in ran.err and "next:" in ran.err and "secret" not in ran.err


def test_a_feed_that_hangs_the_parser_is_ended(tmp_path: Path) -> None:
    hostile = f"<item><title>2.8</title><odd/><author>{'a' * 40_000}</author></item>"
    with pytest.raises(DataError, match=r"the feed (takes more than 0\.5 s|cannot be parsed)"):
        Mapped(tmp_path, hostile, parse_seconds=0.5)


def test_an_address_that_is_not_public_is_called_only_on_request(
    plain: Kb, server: FeedServer
) -> None:
    server.pages["/feed.xml"] = Page(feed_of(item("2.7")))
    ran = plain.run("import", "feed", "recorder", server.url(), "--dry-run", code=4)
    assert "--allow-private" in ran.err
    assert server.requests == []


def test_nothing_of_a_hostile_feed_reaches_a_record_but_safe_names_and_addresses(here: Kb) -> None:
    file = here.root.parent / "a\nForewarn-Event: shipped recorder@9.xml"
    bad = 'https://example.com/"><script>'
    file.write_bytes(
        feed_of(
            item("../../../etc/passwd 2.7", link=escape(f"{bad}&\N{RIGHT-TO-LEFT OVERRIDE}")),
            item("con 2.8", more=enclosure("https://u:p@example.com/a.exe")),
        )
    )
    report = take(here, file)
    assert left_out(report) == {"bad-link": ["con 2.8"]}
    assert "script>" not in here.read("releases/recorder/2.7.md")
    assert releases(here)["2.8"].downloads == ()
    trailers = here.git("log", "-1", "--format=%(trailers:only)").strip()
    assert trailers == "Forewarn-Event: imported"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("player", "feed.xml"), "there is no product 'player'"),
        (("recorder", "http://[feed.xml"), "the feed's address cannot be read"),
        (("../kb", "feed.xml"), "there is no product '../kb'"),
        (("recorder", "feed.xml", "--version", "2.*"), "it has 0 groups"),
        (("recorder", "feed.xml", "--version", "("), "it is not a regular expression"),
        (("recorder", "feed.xml", "--platform", "Plan 9"), "there is no platform 'Plan 9'"),
        (("recorder", "feed.xml", "--track", "lts"), "recorder has no track 'lts'"),
    ],
)
def test_a_request_that_cannot_be_meant_is_told(
    plain: Kb, words: tuple[str, ...], said: str
) -> None:
    assert said in plain.run("import", "feed", *words, code=2).err


def test_a_file_that_is_not_there_is_told(plain: Kb) -> None:
    ran = plain.run("import", "feed", "recorder", "missing.xml", "--dry-run", code=4)
    assert ran.err.splitlines()[-2:] == [
        "error: missing.xml: cannot be read: No such file or directory",
        "  next: Name a file or an address.",
    ]


# What an appcast declares


def test_one_appcast_for_several_systems_gives_each_its_download_and_lists_what_it_drops(
    tmp_path: Path,
) -> None:
    arm = "<sparkle:hardwareRequirements>arm64</sparkle:hardwareRequirements>"
    phased = "<sparkle:phasedRolloutInterval>86400</sparkle:phasedRolloutInterval>"
    version = "<sparkle:version>2.7</sparkle:version>"
    url = "https://example.com/R"
    sha = "ab" * 32
    found = Mapped(
        tmp_path,
        item("2.7", more=version + enclosure(f"{url}.dmg", more='sparkle:os="macos"')),
        item(
            "2.7",
            more=version
            + enclosure(f"{url}.exe", more=f'sparkle:os="windows-x64" sparkle:sha256="{sha}"'),
        ),
        item("2.7", more=version + arm + enclosure(f"{url}-arm64.dmg", more='sparkle:os="macos"')),
        item("2.6", more=phased + enclosure("https://example.com/old.exe")),
    )
    assert found.releases["2.7"].downloads == (
        Download(platform="macos", url=f"{url}.dmg", size=9),
        Download(platform="macos", arch="arm64", url=f"{url}-arm64.dmg", size=9),
        Download(platform="windows", arch="x64", url=f"{url}.exe", size=9, sha256=sha),
    )
    assert found.left_out == {"no-place": ["1 entry"]}


def test_of_several_builds_the_newest_ones_address_is_recorded(tmp_path: Path) -> None:
    def build(number: int) -> str:
        file = enclosure(f"https://example.com/{number}.dmg")
        return item("2.7", more=f"<sparkle:version>{number}</sparkle:version>{file}")

    found = Mapped(tmp_path, build(2700), build(2702), build(2701))
    (download,) = found.releases["2.7"].downloads
    assert download.url == "https://example.com/2702.dmg"
    assert found.left_out == {"same-target": ["2.7", "2.7"]}


def test_a_date_that_names_no_day_is_told_and_never_recorded(tmp_path: Path) -> None:
    days = ("Thu, 01 Jan 1970 00:00:00 GMT", "2026/05/04", "1741000000")
    found = Mapped(tmp_path, *(item(f"2.{n}", day=day) for n, day in enumerate(days)))
    assert found.releases == {}
    assert found.left_out == {
        "bad-date": ["2.0", "2.1", "2.2"],
        "no-date": ["2.0", "2.1", "2.2"],
    }


def test_each_entry_that_names_no_usable_version_is_told(tmp_path: Path) -> None:
    found = Mapped(tmp_path, item("2.7"), item("We are hiring"), item("Recorder 2.8 leaves beta"))
    assert found.left_out == {"no-version": ["We are hiring", "Recorder 2.8 leaves beta"]}


TOKEN = "tok+en/with=odd&signs-4711"


def _with_all_kept(kb: Kb) -> bytes:
    """Every byte in the folder, Git's objects unpacked among them."""
    files = b"".join(p.read_bytes() for p in kb.root.rglob("*") if p.is_file())
    return files + kb.git("log", "-p", "--all").encode()


def test_a_token_in_the_address_is_named_and_goes_to_its_host_alone(
    acme: Kb, server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOREWARN_VENDOR", TOKEN)
    sent = f"token={quote(TOKEN, safe='')}"
    back = f"http://127.0.0.1:{server.port}/get?{sent}".replace("&", "&amp;")
    server.pages[f"/feed?{sent}"] = Page(
        feed_of(
            item("Recorder 2.7", link=back),
            item(f"Recorder 2.8 for {TOKEN}", more=enclosure(back + "&amp;file=x.exe")),
        )
    )
    url = f"http://127.0.0.1:{server.port}/feed?token=${{FOREWARN_VENDOR}}"
    for more in (("--dry-run",), ("--format", "json"), ()):
        ran = run("-C", str(acme.root), "import", "feed", "recorder", url, "--allow-private", *more)
        assert ran.code == 0, ran.err
        for spelling in (TOKEN, quote(TOKEN), quote(TOKEN, safe=""), "signs-4711"):
            assert spelling not in ran.out + ran.err
    assert [path for path, _ in server.requests] == [f"/feed?{sent}"] * 3
    assert {"2.7.md", "2.8.md"} <= {p.name for p in (acme.root / "releases/recorder").iterdir()}
    kept = _with_all_kept(acme)
    assert b"signs-4711" not in kept and b"FOREWARN_VENDOR" not in kept


def test_the_headers_of_the_same_address_in_product_yml_are_sent(
    acme: Kb, server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOREWARN_VENDOR", TOKEN)
    server.pages["/feed"] = Page(feed_of(item("Recorder 2.7")))
    url = f"http://127.0.0.1:{server.port}/feed"
    path = "releases/recorder/product.yml"
    row = f'{{type: feed, url: "{url}", headers: {{X-Token: "${{FOREWARN_VENDOR}}"}}}}'
    acme.write(path, f"{acme.read(path)}watch:\n  - {row}\n")
    acme.commit()
    acme.run("import", "feed", "recorder", url, "--allow-private")
    assert server.requests[0][1]["X-Token"] == TOKEN


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("HOME", "HOME is not meant for forewarn"),
        ("FOREWARN_UNSET", "FOREWARN_UNSET, which is not set"),
        ("FOREWARN_LINES", "FOREWARN_LINES holds a line end"),
    ],
)
def test_a_variable_that_cannot_be_used_stops_the_import_before_anything_is_sent(
    acme: Kb, server: FeedServer, monkeypatch: pytest.MonkeyPatch, named: str, says: str
) -> None:
    monkeypatch.setenv("FOREWARN_LINES", f"{TOKEN}\nx")
    url = f"http://127.0.0.1:{server.port}/feed?key=${{{named}}}"
    ran = acme.run("import", "feed", "recorder", url, "--allow-private", code=4)
    assert says in ran.err and "signs-4711" not in ran.err and "Traceback" not in ran.err
    assert server.requests == []


def test_a_feed_that_cannot_be_had_tells_no_token(
    acme: Kb, server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOREWARN_VENDOR", TOKEN)
    server.pages["/feed"] = Page(status=302, headers={"Location": f"ftp://x/{quote(TOKEN)}"})
    for path in ("feed", "none"):
        for place in ("/${FOREWARN_VENDOR}", "?q=${FOREWARN_VENDOR}"):
            url = f"http://127.0.0.1:{server.port}/{path}{place}"
            ran = acme.run("import", "feed", "recorder", url, "--allow-private", code=4)
            assert "signs-4711" not in ran.err and "${FOREWARN_VENDOR}" in ran.err
