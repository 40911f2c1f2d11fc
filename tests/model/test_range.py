"""Ranges of versions: their ends, pre-releases and exclusions, and what two of them share."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given

from forewarn import schemes
from forewarn.model.versions import spans
from forewarn.model.versions.version import Comparator, InvalidVersion, VersionRange
from ranges import PROBES, comma_ranges, held, vers_ranges

LOOSE = schemes.get("loose")
RANGES = comma_ranges() | vers_ranges()
OPPOSITES = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}

HOSTILE = {
    "5,000 digits": "1" * 5_000,
    "a megabyte": "1." * 500_000,
    "a megabyte of comparators": "1," * 500_000,
    "a trailing newline": "2.7\n",
    "a line break within": "2.7\n2.8",
    "a null": "2.7\0",
    "a right-to-left override": "2.7\u202e.0",
    "a Cyrillic letter": "2.7-\u0430lpha",
    "an Arabic digit": "2.\u0667",
    "a no-break space": "2.7\u00a0",
    "a path": "../2.7",
    "many bad ends": "2.7,=<" * 600,
}


def parsed(text: str) -> VersionRange:
    return VersionRange.parse(text)


def refused_at_once(action: Callable[[], object]) -> str:
    """The message of a refusal, of which the quickest of three is a matter of milliseconds."""
    quickest = 1.0
    for _ in range(3):
        start = time.process_time()
        with pytest.raises(InvalidVersion) as refusal:
            action()
        quickest = min(quickest, time.process_time() - start)
    assert quickest < 0.010
    return str(refusal.value)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("*", ["0.1", "2.7-rc1", "2.7", "99"], []),
        ("2.7", ["2.7", "2.7.0", "v2.7"], ["2.7.1", "2.70", "2.7-rc1", "2.7-1", "2.6.9"]),
        ("=2.7", ["2.7", "2.7.0"], ["2.7.1", "2.7-rc1"]),
        ("==2.7", ["2.7", "2.7.0"], ["2.7.1", "2.7-rc1"]),
        ("2.7-rc1", ["2.7-rc1", "2.7rc1"], ["2.7", "2.7-rc2"]),
        ("!=2.7", ["2.6", "2.7-rc1", "2.7.1"], ["2.7", "2.7.0"]),
        ("<2.7", ["0", "2.4", "2.6.99", "2.7-rc1"], ["2.7", "2.7.0", "2.7-1", "2.10"]),
        ("<=2.7", ["2.4", "2.7-rc1", "2.7", "2.7.0"], ["2.7-1", "2.7.1", "2.10"]),
        ("<2.7-rc1", ["2.6", "2.7-beta1"], ["2.7-rc1", "2.7-rc2", "2.7"]),
        (">2.7", ["2.7-1", "2.7.1", "2.10"], ["2.7", "2.7.0", "2.7-rc1", "2.4"]),
        (">=2.7", ["2.7", "2.7.0", "2.7.1", "2.10"], ["2.7-rc1", "2.6"]),
        (">2.7-rc1", ["2.7-rc2", "2.7"], ["2.7-rc1", "2.7-beta1", "2.6"]),
        (">=2.4,<2.7", ["2.4", "2.6.9", "2.7-rc1"], ["2.3", "2.4-rc1", "2.7"]),
        (">2.4,<=2.7", ["2.4.1", "2.7"], ["2.4", "2.7.1"]),
        (">=2.7,<=2.7", ["2.7", "2.7.0"], ["2.7-rc1", "2.7.1"]),
        (">=2.4, !=2.5, <2.7", ["2.4", "2.5-rc1", "2.5.1", "2.6"], ["2.5", "2.5.0", "2.7"]),
        ("!=2.4,!=2.7", ["2.3", "2.5", "2.8"], ["2.4", "2.7"]),
        (">2.7,<2.4", [], ["2.3", "2.4", "2.5", "2.7", "2.8"]),
    ],
)
def test_what_a_range_holds(text: str, inside: list[str], outside: list[str]) -> None:
    assert [v for v in inside + outside if parsed(text).contains(v, LOOSE)] == inside


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ",",
        ">",
        ">=2.4,",
        "2.4 2.5",
        "===2.4",
        "< 2.7\n\x00",
        "latest",
        "up to 2.7",
        "(2.4)",
    ],
)
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(InvalidVersion):
        parsed(text)


@pytest.mark.parametrize("before", ["", ">=", "vers:generic/", "vers:generic/>=", "1,<"])
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_range_is_refused_at_once(before: str, hostile: str) -> None:
    refusal = refused_at_once(lambda: parsed(before + hostile))
    assert len(refusal) < 500
    assert refusal.isascii() and refusal.isprintable()


@pytest.mark.parametrize("text", ["*", "<2.7", "vers:generic/2.4|>=2.7", "vers:generic/*"])
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_range_holds_a_hostile_version_and_none_takes_long(text: str, hostile: str) -> None:
    versions = parsed(text)
    refused_at_once(lambda: versions.contains(hostile, LOOSE))


def test_an_end_that_is_no_version_of_the_scheme_is_an_error_and_holds_nothing() -> None:
    with pytest.raises(InvalidVersion, match=r"'2\.4' is not a semver version"):
        parsed(">=2.4").contains("2.4.0", schemes.get("semver"))


@pytest.mark.parametrize("text", ["*", "2.7", "<2.7", ">=2.4,!=2.5,<2.7", "!=2.4", "1,!=1"])
def test_a_range_is_written_as_it_was_read(text: str) -> None:
    assert str(parsed(text)) == text


@given(RANGES)
def test_what_is_written_of_a_range_reads_as_the_same_range(versions: VersionRange) -> None:
    again = parsed(str(versions))
    assert again == versions and again.vers_scheme == versions.vers_scheme


@given(RANGES)
def test_a_version_is_in_a_range_or_in_its_complement_and_never_in_both(
    versions: VersionRange,
) -> None:
    complements = [
        VersionRange(
            alternatives=tuple(
                (Comparator(operator=OPPOSITES[c.operator], version=c.version),)  # type: ignore[arg-type]
                for c in alternative
            )
        )
        for alternative in versions.alternatives
    ]
    for version in PROBES:
        outside = all(complement.contains(version, LOOSE) for complement in complements)
        assert versions.contains(version, LOOSE) is not outside
    for complement, alternative in zip(complements, versions.alternatives, strict=True):
        piece = VersionRange(alternatives=(alternative,))
        both = VersionRange(alternatives=(alternative, *complement.alternatives))
        assert not spans.overlap(piece.spans_by(LOOSE.key), complement.spans_by(LOOSE.key))
        assert both.spans_by(LOOSE.key) == VersionRange().spans_by(LOOSE.key)


@pytest.mark.parametrize(
    ("text", "empty"),
    [
        (">2.7,<2.4", True),
        (">=2.7,<2.4", True),
        (">=2.7,<2.7", True),
        (">2.7,<=2.7", True),
        (">2.7,<2.7.0", True),
        ("2.4,!=2.4", True),
        ("2.4,!=2.4.0", True),
        ("2.4,2.7", True),
        (">=2.4,<=2.4,!=2.4", True),
        ("2.4,<2.4", True),
        ("2.4,>=2.7", True),
        ("*", False),
        ("2.4,2.4.0", False),
        (">=2.7,<=2.7", False),
        (">=2.4,<2.7", False),
        (">2.7-rc1,<2.7", False),
        ("!=2.4", False),
        ("vers:generic/2.4|2.7", False),
        ("vers:generic/2.4|!=2.5", False),
    ],
)
def test_a_range_that_can_match_nothing_is_told_from_one_that_can(text: str, empty: bool) -> None:
    assert parsed(text).empty_under(LOOSE) is empty


def test_the_scheme_decides_whether_a_range_can_match_anything() -> None:
    versions = parsed(">=2.7,<2.7.0")
    assert versions.empty_under(LOOSE)
    assert not versions.empty_under(schemes.get("debian"))


def test_how_many_versions_lie_between_two_ends_is_never_counted() -> None:
    # Windows numbers have nothing between these two; a range is called empty on its ends alone.
    assert not parsed(">1.0.0.1,<1.0.0.2").empty_under(schemes.get("windows"))


@given(RANGES)
def test_a_range_is_empty_when_no_version_is_in_it(versions: VersionRange) -> None:
    assert versions.empty_under(LOOSE) is (held(versions) == [])


@given(RANGES, RANGES)
def test_two_ranges_overlap_when_a_version_is_in_both(a: VersionRange, b: VersionRange) -> None:
    shared = set(held(a)) & set(held(b))
    ours, theirs = a.spans_by(LOOSE.key), b.spans_by(LOOSE.key)
    assert spans.overlap(ours, theirs) is spans.overlap(theirs, ours) is bool(shared)


@given(RANGES, RANGES)
def test_a_range_is_inside_another_when_that_one_has_all_its_versions_and_more(
    a: VersionRange, b: VersionRange
) -> None:
    inside = spans.inside(a.spans_by(LOOSE.key), b.spans_by(LOOSE.key))
    assert inside is (set(held(a)) < set(held(b)))


@pytest.mark.parametrize(
    ("width", "texts"),
    [
        (0, ["2.7", ">=2.4,2.7", "vers:generic/2.4|2.7", "vers:generic/2.4|!=2.5|2.7"]),
        (1, [">=2.4,<2.7", ">2.4,!=2.5,<=2.7", "vers:generic/1|>=2.4|<2.7|>=3|<4"]),
        (2, ["<2.7", ">=2.7", "!=2.4,<2.7", "vers:generic/<1|>=2.4|<2.7", "vers:generic/1|>2"]),
        (3, ["*", "!=2.7", "vers:generic/*", "vers:generic/<2.4|>2.7", "vers:all/*"]),
    ],
)
def test_a_range_is_the_wider_the_more_it_leaves_open(width: int, texts: list[str]) -> None:
    assert [parsed(text).width for text in texts] == [width] * len(texts)
