"""What is around a page is rendered once for all that have the same, and never for others."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from types import SimpleNamespace
from typing import Any

from forewarn.site.cards import card_of
from forewarn.site.frame import Frames

HEAD = {"title": "Recorder 2.7", "description": "Recorder 2.7: shipped.", "feed": "feeds/a.xml"}


def page(number: int, **more: Any) -> Any:
    src = f"products/recorder/{number}.md"
    given = {
        "file": SimpleNamespace(src_uri=src),
        "url": f"products/recorder/{number}/",
        "meta": {**HEAD, "title": f"Recorder {number}", "find": {"kind": "release", "state": "x"}},
        "content": f"<h1>{number}</h1>",
        "canonical_url": f"https://kb.example.com/products/recorder/{number}/",
        "toc": (),
    }
    return SimpleNamespace(**{**given, **more})


def full(page: Any) -> str:
    """A theme of few words."""
    find = str(page.meta["find"]).replace("'", '"')
    return (
        f"<title>{page.meta['title']}</title><p>{page.meta['description']}</p>"
        f"<i>{page.canonical_url}</i><b>{card_of(page.file.src_uri)}</b>"
        f"<u>../../{page.meta['feed']}</u><article {find}>{page.content}</article>"
    )


def rendered(render: Callable[[Any], str], pages: list[Any], named: Any = ()) -> tuple[int, bool]:
    """How often a page was rendered in full, and whether each came out as it would have then."""
    asked = []

    def count(page: Any) -> str:
        asked.append(page)
        return render(page)

    frames = Frames(count, named, card_of)
    made = [frames.page(each) for each in pages]
    return len(asked), made == [render(each) for each in pages]


def test_pages_that_have_the_same_around_them_share_it() -> None:
    assert rendered(full, [page(n) for n in range(50)]) == (3, True)


def test_a_page_that_the_navigation_names_is_rendered_by_itself() -> None:
    pages = [page(n) for n in range(50)]
    assert rendered(full, pages, named=pages) == (50, True)


def test_another_depth_table_of_contents_or_way_of_writing_is_another_frame() -> None:
    toc = (SimpleNamespace(id="a", title="A", level=2, children=()),)
    odd = {**page(0).meta, "title": "A & B <2>"}
    pages = [
        each
        for n in range(10)
        for each in (page(n), page(n, toc=toc), page(n, url="a/"), page(n, meta=odd))
    ]
    assert rendered(full, pages) == (12, True)


def test_a_theme_that_makes_something_of_a_title_gets_each_page() -> None:
    assert rendered(lambda page: full(page).upper(), [page(n) for n in range(9)])[1]
    count, same = rendered(
        lambda page: f"{len(page.meta['title'])} {full(page)}", [page(n) for n in range(9)]
    )
    assert (count > 9, same) == (True, True)


def test_titles_that_a_theme_leaves_as_they_are_open_no_way_for_one_that_it_escapes() -> None:
    titles = ("Rec\u00a0order 1", "Rec\u00a0order 2", "<script>alert(1)</script>", "A & B")
    pages = [page(n, meta={**page(n).meta, "title": title}) for n, title in enumerate(titles)]

    def escaping(page: Any) -> str:
        return full(page).replace(page.meta["title"], escape(page.meta["title"]))

    assert rendered(escaping, pages)[1]


def test_a_head_with_something_else_in_it_is_no_reason_to_guess() -> None:
    pages = [page(n, meta={**page(n).meta, "icon": f"x{n}"}) for n in range(9)]
    assert rendered(lambda page: full(page) + page.meta["icon"], pages) == (9, True)
