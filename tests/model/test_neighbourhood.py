"""A product's neighbourhood: all that a page about it may name, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

from forewarn.model.audience import visible
from forewarn.model.catalogue import Catalogue
from forewarn.model.product import Product, in_lockstep, lockstep_of_each
from forewarn.model.record import Audience, Place
from forewarn.model.release import Briefing, Member, Release, Status, Verdict
from forewarn.model.whole import have_to_do, related
from model_builder import catalogue, issue, product, release, statement

PLACE = Place(file="releases/studio/2026.1.md", line=4)
ALL = ("recorder", "player", "exporter", "studio", "stranger")


def neighbours(*records: Release | Product, of: str) -> tuple[str, ...]:
    return catalogue(*records, products=ALL).neighbours(of)


def test_a_statement_makes_neighbours_of_both_sides() -> None:
    row = release("recorder", "2.7", compatibility=(statement("player", "<2.7", Verdict.BREAKS),))
    assert neighbours(row, of="recorder") == ("player",)
    assert neighbours(row, of="player") == ("recorder",)
    assert neighbours(row, of="stranger") == ()


def test_lockstep_makes_neighbours_of_both_sides() -> None:
    row = product("recorder", lockstep=("player", "exporter"))
    assert neighbours(row, of="recorder") == ("exporter", "player")
    assert neighbours(row, of="exporter") == ("recorder",)


def test_a_suite_and_its_members_are_neighbours_but_the_members_of_one_are_not() -> None:
    members = tuple(Member(product=p, version="2.7", place=PLACE) for p in ("recorder", "player"))
    row = release("studio", "2026.1", contains=members)
    assert neighbours(row, of="studio") == ("player", "recorder")
    assert neighbours(row, of="recorder") == ("studio",)


def test_an_article_brings_the_products_it_mentions_together() -> None:
    known = catalogue(
        issue("kb/silence.md", {"recorder": "<2.7"}),
        issue("kb/crash.md", {"recorder": "*"}, fixed_in=issue("", {"player": "2"}).applies),
        issue("kb/other.md", {"stranger": "*"}),
        products=ALL,
    )
    assert known.neighbours("recorder") == ("player",)
    assert list(known.around("player").articles) == ["kb/crash.md"]
    assert list(known.around("recorder").articles) == ["kb/silence.md", "kb/crash.md"]


def test_what_is_not_recorded_is_no_neighbour() -> None:
    row = release("recorder", "2.7", compatibility=(statement("ghost", "*", Verdict.BREAKS),))
    assert neighbours(row, of="recorder") == ()


def whole() -> Catalogue:
    place = Place(file="releases/player/2.4.briefing.md")
    known = catalogue(
        release("recorder", "2.7", compatibility=(statement("player", "<2.7", Verdict.BREAKS),)),
        release("recorder", "2.10"),
        release("player", "2.4"),
        release("player", "2.5", status=Status.PLANNED, released_at=None),
        release("stranger", "1.0"),
        issue("kb/silence.md", {"player": "<2.7"}, audience=Audience.PUBLIC),
        products=ALL,
    )
    briefing = Briefing(product="player", version="2.4", text="Say sorry.", place=place)
    return replace(known, briefings={("player", "2.4"): briefing})


def test_a_neighbourhood_has_all_records_of_its_products_and_none_of_others() -> None:
    known = whole()
    near = known.around("recorder")
    assert [*near.products] == [*near.schemes] == ["player", "recorder"]
    assert {*near.releases} == {key for key in known.releases if key[0] in near.products}
    assert near.releases_of("recorder") == known.releases_of("recorder")
    assert near.latest("player") is known.latest("player")
    assert near.briefings == known.briefings
    assert near.releases_of("stranger") == ()
    assert near.find_release("stranger", "1.0") is None
    assert near.support_ends("player", date(2026, 1, 1)) == ()
    assert [r.product for r in near.with_downloads()] == []


def test_the_neighbourhood_of_what_the_public_sees_has_nothing_else() -> None:
    near = visible(whole(), Audience.PUBLIC).around("player")
    assert [str(r) for r in near.releases_of("player")] == ["player@2.4"]
    assert near.briefings == {}
    assert [*near.articles] == ["kb/silence.md"]


def test_a_statement_for_staff_makes_no_neighbours_for_the_public() -> None:
    hidden = statement("player", "<2.7", Verdict.BREAKS, audience=Audience.STAFF)
    known = catalogue(release("recorder", "2.7", compatibility=(hidden,)))
    assert known.neighbours("player") == ("recorder",)
    assert visible(known, Audience.PUBLIC).neighbours("player") == ()


def test_who_has_to_do_with_whom_is_the_same_from_either_side() -> None:
    records = catalogue(
        product("recorder", lockstep=("player",)),
        release("exporter", "1", compatibility=(statement("studio", "*", Verdict.WORKS),)),
        products=ALL,
    )
    pairs = [("recorder", "player"), ("exporter", "studio"), ("recorder", "stranger")]
    for one, other in pairs:
        linked = (one, other) not in pairs[2:]
        assert have_to_do(records, one, other) is have_to_do(records, other, one) is linked
        assert (other in related(records, one)) is (one in related(records, other)) is linked
    products = records.products
    each = lockstep_of_each(products.values())
    assert each == {"recorder": {"player"}, "player": {"recorder"}}
    assert all(
        in_lockstep(products[one], products[other]) is (other in each.get(one, ()))
        for one, other in permutations(ALL, 2)
    )


def test_around_a_product_nothing_is_seen_of_what_others_say_of_themselves_alone() -> None:
    breaks = (statement("player", "<2.7", Verdict.BREAKS),)
    rows = (
        release("recorder", "2.7", notes="Louder.", compatibility=breaks),
        release("recorder", "2.6", notes="Quieter."),
        release("player", "2.7", notes="Plays."),
    )
    known = catalogue(*rows, products=ALL)
    of_player, of_recorder = known.around("player"), known.around("recorder")
    assert [r.notes for r in of_recorder.releases_of("recorder")] == ["Louder.", "Quieter."]
    # What breaks a product is told with its notes in that product's feeds, too.
    assert [r.notes for r in of_player.releases_of("recorder")] == ["Louder.", ""]
    assert of_recorder.releases["player", "2.7"].notes == ""
    assert of_recorder.releases["player", "2.7"] is of_recorder.releases_of("player")[0]
