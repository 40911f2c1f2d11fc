"""What a new build of a site takes from older ones, and what it finds there of somebody's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from forewarn.site.look_process import looked_beside
from forewarn.site.record import Made, Record, load, place_of
from forewarn.site.site_tree import SiteTree

_FILES = {
    "recorder": {"products/recorder/index.html": "one", "products/recorder/2.7/index.html": "two"},
    "player": {"products/player/index.html": "three", "api/player.json": "four"},
}
Build = Callable[..., Record]
_OTHERS = {"index.html": "home", "api/index.json": "list"}


def _build(
    to: Path,
    before: Record | None = None,
    spare: Record | None = None,
    files: dict[str, dict[str, str]] = _FILES,
    *,
    beside: bool,
) -> Record:
    """A site of these files, each made of its own text; those that stand are taken.

    A process looks `beside` this one, or we do.
    """
    site = SiteTree(to, before, spare, ("pagefind",))
    with looked_beside(site.question(), least=0 if beside else 10**9) as looked:
        answer = looked()
        assert (answer is None) != beside
    old = before.products if before else {}
    stand = {p for p, texts in files.items() if p in old and {*texts} == {*old[p].pages}}
    for product in files.keys() - stand:
        site.renew(product)
        _put(site, files[product])
    site.look(answer)
    for product in stand:
        if site.has_all_of(product):
            site.take_all_of(product)
        else:
            site.renew(product)
            _put(site, files[product])
    _put(site, _OTHERS)
    if spare:
        site.tidy()
    products = {
        product: Made(
            key="",
            asked={},
            pages=dict.fromkeys(texts, ""),
            uses=(),
            brought={},
            files=site.files_of(product, texts),
        )
        for product, texts in files.items()
    }
    folders = site.folders()
    record = Record(
        folder=to, files=site.others(), products=products, folders=lambda: folders, frame="f"
    )
    record.save()
    found = load(to)
    assert found
    return found


def _put(site: SiteTree, texts: dict[str, str]) -> None:
    for address, text in texts.items():
        site.put(address, text, text.encode())


def _texts(site: Path) -> dict[str, str]:
    return {
        path.relative_to(site).as_posix(): path.read_text() if path.is_file() else ""
        for path in site.rglob("*")
        if path.is_file() or not any(path.iterdir())
    }


def _whole(files: dict[str, dict[str, str]] = _FILES) -> dict[str, str]:
    return _OTHERS | {a: text for texts in files.values() for a, text in texts.items()}


@pytest.fixture(params=["here", "beside"])
def build(request: pytest.FixtureRequest) -> Build:
    return partial(_build, beside=request.param == "beside")


@pytest.fixture
def builds(build: Build, tmp_path: Path) -> tuple[Record, Record]:
    """A site in place, and the one that was there before it."""
    first = build(tmp_path / "site-1")
    return build(tmp_path / "site-2", first), first


def test_builds_share_what_is_the_same_in_both(build: Build, builds: tuple[Record, Record]) -> None:
    current, older = builds
    assert _texts(current.folder) == _texts(older.folder) == _whole()
    assert all((current.folder / a).samefile(older.folder / a) for a in _whole())
    again = build(older.folder, current, older)
    assert _texts(again.folder) == _whole()
    assert all((current.folder / a).samefile(again.folder / a) for a in _whole())


def test_a_page_that_somebody_has_edited_in_the_site_in_place_is_made_again(
    build: Build,
    builds: tuple[Record, Record],
) -> None:
    current, older = builds
    (current.folder / "products/player/index.html").write_text("edited")
    (current.folder / "api/index.json").unlink()
    assert _texts(build(older.folder, current, older).folder) == _whole()


@pytest.mark.parametrize("where", ["", "products", "products/recorder/2.7", "api"])
def test_what_somebody_has_put_into_an_older_build_is_not_in_the_next(
    build: Build, builds: tuple[Record, Record], where: str
) -> None:
    current, older = builds
    (older.folder / where / "mine.html").write_text("mine")
    (older.folder / where / "new" / "below").mkdir(parents=True)
    (older.folder / where / "new" / "mine.html").write_text("mine")
    assert _texts(build(older.folder, current, older).folder) == _whole()


def test_what_somebody_has_taken_out_of_an_older_build_is_in_the_next(
    build: Build,
    builds: tuple[Record, Record],
) -> None:
    current, older = builds
    (older.folder / "products/recorder/2.7/index.html").unlink()
    (older.folder / "products/recorder/2.7").rmdir()
    (older.folder / "api/player.json").write_text("edited")
    (older.folder / "index.html").replace(older.folder / "products/player/index.html")
    assert _texts(build(older.folder, current, older).folder) == _whole()


def test_what_a_site_has_no_more_goes_with_what_somebody_put_beside_it(
    build: Build,
    builds: tuple[Record, Record],
) -> None:
    current, older = builds
    (older.folder / "products/recorder/2.7/mine.html").write_text("mine")
    fewer = {"player": _FILES["player"], "recorder": {"products/recorder/index.html": "one"}}
    made = build(older.folder, current, older, fewer)
    assert _texts(made.folder) == _whole(fewer)
    assert not (made.folder / "products/recorder/2.7").exists()
    gone = {"player": _FILES["player"]}
    assert _texts(build(current.folder, made, current, gone).folder) == _whole(gone)


@pytest.mark.parametrize("when", ["made anew", "as it was"])
def test_nothing_is_written_to_where_a_link_in_an_older_build_leads(
    build: Build, builds: tuple[Record, Record], tmp_path: Path, when: str
) -> None:
    current, older = builds
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "index.html").write_text("theirs")
    (older.folder / "products/recorder/2.7/index.html").unlink()
    (older.folder / "products/recorder/2.7").rmdir()
    (older.folder / "products/recorder/2.7").symlink_to(theirs)
    recorder = _FILES["recorder"] | ({"api/more.json": "more"} if when == "made anew" else {})
    with pytest.raises(NotADirectoryError):
        build(older.folder, current, older, _FILES | {"recorder": recorder})
    assert _texts(theirs) == {"index.html": "theirs"}


def test_a_record_that_is_cut_short_is_not_believed(builds: tuple[Record, Record]) -> None:
    current, _ = builds
    place = place_of(current.folder)
    data = place.read_bytes()
    for cut in (0, 10, len(data) // 2, len(data) - 1):
        place.write_bytes(data[:cut])
        assert load(current.folder) is None
    place.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert load(current.folder) is None


def test_builds_share_what_was_written_twice_as_soon_as_one_is_built_over(
    build: Build, tmp_path: Path
) -> None:
    older, before = build(tmp_path / "1"), build(tmp_path / "2")
    new = build(tmp_path / "1", before, older)
    assert _texts(tmp_path / "1") == _texts(tmp_path / "2") == _whole()
    assert {p: made.files for p, made in new.products.items()} == {
        p: made.files for p, made in before.products.items()
    }
    for address in _whole():
        assert (tmp_path / "1" / address).samefile(tmp_path / "2" / address)


@pytest.mark.parametrize("question", [b"", b"no question", b"x" * 600_000])
def test_where_the_process_that_looks_has_no_answer_none_is_given(question: bytes) -> None:
    with looked_beside(question) as looked:
        assert looked() is None
    with looked_beside(question, least=0) as looked:
        assert looked() is None
