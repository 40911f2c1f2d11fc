"""What agents are told while customers have what no record says has shipped."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import BREAKS, REMEDY, Kb, add_to_record, own_git
from feed_server import FeedServer

pytestmark = pytest.mark.slow

PATH = "releases/recorder/2.7.md"
LIVE = "customers can already download it, since "


@pytest.fixture(scope="module")
def vendor() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture
def server(vendor: FeedServer) -> FeedServer:
    """The vendor's, with 2.4 in its feed and nothing else."""
    vendor.pages.clear()
    vendor.show("Recorder 2.4")
    return vendor


@pytest.fixture(scope="module")
def watched_once(acme_once: Kb, vendor: FeedServer, tmp_path_factory: pytest.TempPathFactory) -> Kb:
    kb = acme_once.copy(tmp_path_factory.mktemp("watched") / "kb")
    vendor.show("Recorder 2.4")
    path = "releases/recorder/product.yml"
    row = f"  - {{type: feed, url: '{vendor.url()}', platform: windows, allow_private: true}}\n"
    kb.write(path, f"{kb.read(path)}watch:\n{row}")
    with own_git():
        kb.commit("Watch the vendor")
        kb.run("watch", "--once")
    return kb


@pytest.fixture
def watched(watched_once: Kb, server: FeedServer, tmp_path: Path) -> Kb:
    """The recorder's feed was looked at once, with 2.4 in it; player 2.4 has shipped."""
    return watched_once.copy(tmp_path / "kb")


def put_up(kb: Kb, server: FeedServer, *versions: str) -> str:
    """The vendor shows these as well; the id of the sighting of the first."""
    server.show(*(f"Recorder {version}" for version in versions), "Recorder 2.4")
    found = kb.run("watch", "--once", "--format", "json").json["sightings"]
    return next(str(row["id"]) for row in found if row["version"] == versions[0])


@pytest.fixture
def accepted(watched: Kb, server: FeedServer) -> str:
    """Recorder 2.7 was put up and accepted, and what it breaks was written down."""
    id = put_up(watched, server, "2.7")
    watched.run("sightings", "accept", id, "--download", "https://vendor.example/0")
    add_to_record(watched, PATH, BREAKS + REMEDY)
    watched.commit("Write what it breaks")
    return id


def test_every_answer_says_that_an_accepted_download_is_live(watched: Kb, accepted: str) -> None:
    for words in (
        ("release", "show", "recorder", "2.7"),
        ("release", "list", "recorder"),
        ("identify", "recorder 2.7"),
        ("identify", "recorder-2.7.exe"),
        ("identify", "https://vendor.example/0"),
        ("compat", "recorder@2.7", "player@2.4"),
        ("compat", "recorder@2.7", "player@2.4", "recorder@2.4"),
        ("compat", "path", "recorder@2.7", "player@2.4"),
        ("impact", "recorder@2.7"),
    ):
        ran = watched.run(*words)
        assert LIVE in ran.out, words
        assert "do not tell customers" not in ran.out, words
        assert "windows" in ran.out, words
    assert LIVE in watched.run("release", "latest", "recorder").err


def test_programs_get_a_field_that_says_so(watched: Kb, accepted: str) -> None:
    def ask(*words: str) -> object:
        return watched.run(*words, "--format", "json").json

    shown = watched.run("release", "show", "recorder", "2.7", "--format", "json").json
    live = shown["live"]
    assert live == {
        "product": "recorder",
        "version": "2.7",
        "since": live["since"],
        "platforms": [{"platform": "windows", "since": live["since"]}],
        "rollout": None,
        "urls": ["https://vendor.example/0"],
        "sightings": [accepted],
        "recorded": "staged",
    }
    assert ask("compat", "recorder@2.7", "player@2.4")["live"] == [live]  # type: ignore[index]
    assert ask("impact", "recorder@2.7")["live"] == [live]  # type: ignore[index]
    assert ask("identify", "recorder 2.7")["matches"][0]["live"] == live  # type: ignore[index]
    (latest,) = watched.run("release", "latest", "recorder", "--format", "json").json
    assert (latest["version"], latest["also_live"]) == ("2.4", [live])


def test_a_version_that_nobody_recorded_is_shown_by_its_sighting(
    watched: Kb, server: FeedServer
) -> None:
    id = put_up(watched, server, "4.0")
    ran = watched.run("release", "show", "recorder", "4.0.0")
    assert ran.out.startswith(f"Recorder 4.0: not recorded, but {LIVE}")
    assert f"next: forewarn sightings accept {id}" in ran.out
    shown = watched.run("release", "show", "recorder", "4.0", "--format", "json").json
    assert (shown["status"], shown["file"], shown["live"]["recorded"]) == ("unrecorded", None, None)
    first = watched.run("release", "list", "recorder").out.splitlines()[0]
    assert first.split()[:2] == ["recorder@4.0", "unrecorded"]
    assert LIVE in first
    watched.run("sightings", "dismiss", id, "--reason", "a test build")
    assert "no release 4.0" in watched.run("release", "show", "recorder", "4.0", code=2).err


def test_a_version_that_was_only_seen_is_judged_by_the_ranges_that_cover_it(
    watched: Kb, server: FeedServer, tmp_path: Path
) -> None:
    needs = BREAKS.replace("with: player", "with: recorder").replace("<2.7", ">=3.0")
    add_to_record(watched, "releases/player/2.4.md", needs + REMEDY)
    watched.commit("Player 2.4 does not play what recorder 3 makes")
    assert LIVE not in watched.run("compat", "recorder@4.0", "player@2.4").out
    put_up(watched, server, "4.0")
    answer = watched.run("compat", "recorder@4.0", "player@2.4").out
    assert answer.startswith("BREAKS: recorder@4.0 and player@2.4")
    assert f"recorder@4.0 is not recorded, but {LIVE}" in answer
    data = watched.run("compat", "recorder@4.0", "player@2.4", "--format", "json").json
    assert (data["verdict"], data["live"][0]["recorded"]) == ("breaks", None)
    assert "BREAKS" in watched.run("impact", "recorder@4.0").out
    customer = tmp_path / "customer.yml"
    customer.write_text("recorder: 4.0\nplayer: 2.4\n")
    assert "BREAKS" in watched.run("compat", "--installed", str(customer)).out


def test_it_is_live_until_it_ships_or_the_sighting_is_dismissed(
    watched: Kb, accepted: str, server: FeedServer
) -> None:
    watched.git("rm", "-q", PATH)
    watched.commit("Take the record away again")
    assert f"not recorded, but {LIVE}" in watched.run("release", "show", "recorder", "2.7").out
    watched.run("sightings", "accept", accepted, "--download", "https://vendor.example/0")
    watched.run("release", "ship", "recorder", "2.7")
    assert LIVE not in watched.run("release", "show", "recorder", "2.7").out
    ran = watched.run("sightings", "dismiss", accepted, "--reason", "no", code=1)
    assert "the records say that it has shipped" in ran.err


def test_what_was_accepted_by_mistake_can_be_dismissed(watched: Kb, accepted: str) -> None:
    again = watched.run("sightings", "accept", accepted, code=1)
    assert "was already accepted" in again.err
    watched.run("sightings", "dismiss", accepted, "--reason", "a test build")
    shown = watched.run("release", "show", "recorder", "2.7").out
    assert shown.startswith("Recorder 2.7: staged")
    assert LIVE not in shown


def test_a_download_that_was_there_at_the_first_look_contradicts_a_plan(watched: Kb) -> None:
    """2.4 was in the feed when it was first read; here its record turns out to be of the future."""
    path = "releases/recorder/2.4.md"
    watched.write(path, "---\nstatus: planned\nplanned_for: 2030-01-01\n---\n")
    watched.commit("It is only planned")
    shown = watched.run("release", "show", "recorder", "2.4").out
    assert shown.startswith(f"Recorder 2.4: planned for 2030-01-01, but {LIVE}")
    (row,) = watched.run("sightings", "--open", "--format", "json").json
    assert row["state"] == "open"


def test_an_answer_says_when_nobody_can_know_what_is_live(watched: Kb, accepted: str) -> None:
    (watched.root / ".forewarn/state.db").write_bytes(b"not a database at all" * 100)
    for suffix in ("-wal", "-shm"):
        (watched.root / f".forewarn/state.db{suffix}").unlink(missing_ok=True)
    for words in (
        ("release", "show", "recorder", "2.7"),
        ("release", "list", "recorder"),
        ("release", "latest", "recorder"),
        ("identify", "recorder 2.7"),
        ("compat", "recorder@2.7", "player@2.4"),
        ("impact", "recorder@2.7"),
    ):
        ran = watched.run(*words, code=3)
        assert "whether customers can already download it is not known" in ran.out + ran.err, words
    asked = watched.run("compat", "recorder@2.7", "player@2.4", "--format", "json", code=3).json
    (unreadable,) = asked["unreadable"]
    assert "cannot be used" in unreadable["message"]


def home(kb: Kb) -> str:
    return (kb.root / "site/staff/index.html").read_text(encoding="utf-8")


def everything(site: Path) -> dict[str, bytes]:
    files = (path for path in site.resolve().rglob("*") if path.is_file())
    return {str(path.relative_to(site.resolve())): path.read_bytes() for path in files}


def test_watch_and_every_decision_bring_the_staff_site_up_to_date_by_themselves(
    watched: Kb, server: FeedServer, tmp_path: Path
) -> None:
    watched.run("publish")
    public = everything(watched.root / "site/public")
    assert "No unannounced download is open" in home(watched)
    assert "as of <time" in home(watched)
    elsewhere = Kb(tmp_path / "copy")
    shutil.copytree(watched.root, elsewhere.root, symlinks=True)

    id = put_up(watched, server, "2.7")
    assert "Yes, Recorder 2.7 exists" in home(watched)
    product = watched.root / "site/staff/products/recorder/index.html"
    assert "Yes, Recorder 2.7 exists" in product.read_text(encoding="utf-8")
    lookups = (watched.root / "site/staff/api/v1/lookup").resolve().glob("keys-*.json")
    assert any("already download it" in path.read_text(encoding="utf-8") for path in lookups)

    ran = watched.run("sightings", "accept", id)
    assert "the staff site is up to date" in ran.err
    assert f"forewarn sightings accept {id}" in home(watched), "the site is of the old commit"
    assert everything(watched.root / "site/public") == public, "customers were told nothing"
    watched.run("publish")
    assert "forewarn release ship recorder 2.7" in home(watched)
    page = watched.root / "site/staff/products/recorder/2.7/index.html"
    assert "already download it" in page.read_text(encoding="utf-8")

    watched.run("sightings", "dismiss", id, "--reason", "a test build")
    assert "No unannounced download is open" in home(watched)

    before = home(watched)
    elsewhere.run("watch", "--once")
    assert home(watched) == before, "a copy never writes the site of the one it was copied from"


def test_a_staff_site_that_cannot_be_written_loses_no_alert_and_is_told(
    watched: Kb, server: FeedServer
) -> None:
    watched.run("publish")
    shown = home(watched)
    mails = len(watched.mails())
    theme = watched.write("mkdocs.yml", "nav: [broken\n")
    server.show("Recorder 2.7", "Recorder 2.4")
    ran = watched.run("watch", "--once", code=3)
    assert len(watched.mails()) == mails + 1
    assert "note: the staff site is not up to date: " in ran.err
    assert "next: forewarn publish" in ran.err
    assert home(watched) == shown, "the site that was there is left as it was"
    theme.unlink()
    ran = watched.run("watch", "--once")
    assert "the staff site is up to date" in ran.err, "the next look finishes it"
    assert "Yes, Recorder 2.7 exists" in home(watched)


def test_what_was_refreshed_is_what_a_publish_would_build(watched: Kb, server: FeedServer) -> None:
    watched.run("publish")
    put_up(watched, server, "2.7")
    watched.run("publish", "--to", str(watched.root / "other"))
    assert everything(watched.root / "site/staff") == everything(watched.root / "other/staff")


def test_a_place_that_cannot_be_read_is_named_on_home(watched: Kb, server: FeedServer) -> None:
    watched.run("publish")
    server.pages.clear()
    watched.run("watch", "--once", code=3)
    assert "could not be read at the last look" in home(watched)


@pytest.mark.parametrize("said", ["4.0 RC 1", "4.0 rc1", "4.0-rc1", "v4.0 RC1"])
def test_a_download_is_found_by_its_version_as_people_say_it(
    watched: Kb, server: FeedServer, said: str
) -> None:
    put_up(watched, server, "4.0-rc1")
    ran = watched.run("identify", f"Recorder {said}")
    assert ran.out.startswith("Recorder 4.0-rc1 for windows: can be downloaded since ")
    assert LIVE in watched.run("compat", f"recorder@{said}", "player@2.4").out
    assert LIVE in watched.run("release", "show", "recorder", said).out


def test_who_asks_for_another_version_hears_which_one_is_out(
    watched: Kb, server: FeedServer
) -> None:
    put_up(watched, server, "4.0.1")
    ran = watched.run("identify", "Recorder 4.0", code=1)
    assert f"Recorder 4.0.1 is another version: {LIVE}" in ran.out
    ran = watched.run("release", "show", "recorder", "4.0", code=2)
    assert "customers can already download 4.0.1" in ran.err


def test_a_download_that_differs_behind_its_plus_sign_is_told_although_the_order_does_not_see_it(
    watched: Kb, server: FeedServer
) -> None:
    record = watched.root / "releases/recorder/product.yml"
    record.write_text(record.read_text().replace("scheme: loose", "scheme: nuget"))
    watched.commit("Recorder has the versions of NuGet")
    id = put_up(watched, server, "2.4+security-01")
    ran = watched.run("identify", "Recorder 2.4+security-01")
    assert "can be downloaded since" in ran.out and id in ran.out
    assert LIVE in watched.run("release", "show", "recorder", "2.4+security-01").out
    assert LIVE not in watched.run("release", "show", "recorder", "2.4").out
