"""Tagging the commit that ships: for whoever builds what is released from the same repository."""

from __future__ import annotations

from command_line import Kb


def test_shipping_tags_its_own_commit_and_no_other(recorder_27: Kb) -> None:
    recorder_27.run(
        *("release", "ship", "recorder", "2.7", "--accept-risk", "due", "--tag", "v2.7")
    )
    assert recorder_27.git("rev-parse", "v2.7^{commit}").strip() == recorder_27.head
    assert recorder_27.git("cat-file", "-t", "v2.7").strip() == "tag"
    assert "shipped recorder@2.7" in recorder_27.git("log", "-1", "--format=%B", "v2.7")


def test_a_tag_that_is_there_or_is_no_name_stops_before_anything_is_written(
    recorder_27: Kb,
) -> None:
    recorder_27.git("tag", "v2.7")
    before = recorder_27.head, recorder_27.read("releases/recorder/2.7.md")
    ship = ("release", "ship", "recorder", "2.7", "--accept-risk", "due", "--tag")
    assert "already" in recorder_27.run(*ship, "v2.7", code=1).err
    for name in ("v 2.7", "-d", "a..b", "", "x.lock"):
        assert "no name for a tag" in recorder_27.run(*ship, name, code=1).err, name
    assert (recorder_27.head, recorder_27.read("releases/recorder/2.7.md")) == before


def test_what_died_between_commit_and_tag_is_finished_by_the_same_command(recorder_27: Kb) -> None:
    ship = ("release", "ship", "recorder", "2.7", "--accept-risk", "due")
    recorder_27.run(*ship)
    shipped = recorder_27.head
    recorder_27.write(
        "kb/later.md", "---\ntitle: Later\nkind: how-to\naudience: staff\n---\nText.\n"
    )
    recorder_27.commit()
    assert "tagged v2.7" in recorder_27.run(*ship, "--tag", "v2.7").err
    assert recorder_27.git("rev-parse", "v2.7^{commit}").strip() == shipped != recorder_27.head
    assert "already" in recorder_27.run(*ship, "--tag", "v2.7", code=1).err


def test_what_no_commit_says_it_shipped_is_not_tagged_at_a_commit_of_chance(acme: Kb) -> None:
    acme.write(
        "releases/player/2.5.md",
        "---\nstatus: shipped\nreleased_at: 2026-05-01\ndownloads:\n"
        "  - {platform: windows, url: https://example.com/player-2.5.exe}\n---\n",
    )
    acme.commit()
    ran = acme.run("release", "ship", "player", "2.5", "--tag", "v2.5", code=4)
    assert "git tag -a v2.5" in ran.err
