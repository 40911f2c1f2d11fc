"""VERS: ranges as URIs, as the specification reads and writes them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forewarn import schemes
from forewarn.model.versions.version import InvalidVersion, Scheme, VersionRange
from ranges import PROBES, comma_ranges, held, vers_ranges

LOOSE = schemes.get("loose")


def parsed(text: str) -> VersionRange:
    return VersionRange.parse(text)


@pytest.mark.parametrize(
    ("uri", "inside", "outside"),
    [
        ("vers:generic/*", ["0.1", "2.7"], []),
        ("vers:all/*", ["0.1", "2.7"], []),
        ("vers:generic/2.7", ["2.7", "2.7.0"], ["2.6", "2.7-rc1", "2.7.1"]),
        ("vers:generic/>=2.4|<2.7", ["2.4", "2.6", "2.7-rc1"], ["2.3", "2.4-rc1", "2.7", "3"]),
        ("vers:generic/<2.4|>=2.7", ["2.3", "2.7", "3"], ["2.4", "2.6", "2.7-rc1"]),
        ("vers:generic/1.2|>=2|<5", ["1.2", "2", "4"], ["1.1", "1.3", "5"]),
        ("vers:generic/1|2|3", ["1", "2", "3"], ["0", "1.5", "2.5", "4"]),
        (
            "vers:generic/<=1|2|>3|<=4|5|>6",
            ["0", "1", "2", "4", "5", "7"],
            ["1.5", "3", "4.5", "6"],
        ),
        ("vers:generic/>=1|!=1.5|<2", ["1", "1.4", "1.6"], ["1.5", "2"]),
        ("vers:generic/>=1|!=1.2|!=1.5|<=2", ["1", "1.3", "2"], ["1.2", "1.5", "2.1"]),
        ("vers:generic/>1|<2|!=2.5|>=3|!=4", ["1.5", "3", "5"], ["1", "2", "2.5", "4"]),
        ("vers:generic/!=2", ["1", "2.5"], ["2", "2.0"]),
        ("vers:generic/!=1|!=2", ["0", "1.5", "3"], ["1", "2"]),
        ("vers:generic/!=1|2", ["2"], ["0", "1", "3"]),
        ("vers:generic/<3|!=4", ["1", "2"], ["3", "4", "5"]),
    ],
)
def test_what_a_uri_holds(uri: str, inside: list[str], outside: list[str]) -> None:
    versions = parsed(uri)
    assert [v for v in inside + outside if versions.contains(v, LOOSE)] == inside
    assert versions.vers_problem(LOOSE) is None
    assert str(versions) == uri


def in_by_the_specification(version: str, uri: str, scheme: Scheme) -> bool:
    """The specification's procedure, step by step, with its two gaps closed.

    It forgets the single constraint that is no interval (`<3`), and the one that is nothing but
    exclusions (`!=1|!=2`); there, each constraint has to be satisfied.
    """
    key = scheme.key(version)
    constraints = parsed(uri).comparators
    if not constraints:
        return True
    ends = [c for c in constraints if c.operator not in ("=", "!=")]
    equal = [c.operator for c in constraints if scheme.key(c.version) == key]
    if any(operator in ("=", "<=", ">=") for operator in equal):
        return True
    if "!=" in equal:
        return False
    if len(ends) == 1 or all(c.operator == "!=" for c in constraints):
        return all(c.admits(key, scheme) for c in ends)
    for place, (low, high) in enumerate(pairwise(ends)):
        below, above = scheme.key(low.version), scheme.key(high.version)
        if place == 0 and low.operator in ("<", "<=") and key < below:
            return True
        if place == len(ends) - 2 and high.operator in (">", ">=") and key > above:
            return True
        if low.operator in (">", ">=") and below < key < above:
            return True
    return False


@given(vers_ranges())
def test_a_uri_holds_what_the_procedure_of_the_specification_finds(versions: VersionRange) -> None:
    expected = [p for p in PROBES if in_by_the_specification(p, str(versions), LOOSE)]
    assert held(versions) == expected


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("vers:npm/>=1.0.0| <2.0.0", "no spaces"),
        ("vers:npm/|>=1.0.0|<2.0.0", "no version"),
        ("vers:npm/>=1.0.0|<2.0.0|", "no version"),
        ("vers:npm/>=1.0.0||<2.0.0", "no version"),
        ("vers:npm/1.0%2G0", "%3C"),
        ("vers:npm/1.0%", "%3C"),
        ("vers:npm/1.0%252F0", "not allowed"),
        ("vers:generic/1%202", "not allowed"),
        ("vers:generic/1%092", "not allowed"),
        ("vers:generic/1 2", "no spaces"),
        ("vers:npm/=1.0.0", "a version alone means equal"),
        ("vers:npm/==1.0.0", "a version alone means equal"),
        ("vers:npm/<<1.0.0", "%3C"),
        ("vers:pypi/1!2.0", "%21"),
        ("vers:npm/*|1.0.0", "%2A"),
        ("vers:npm/1.0.0|*", "%2A"),
        ("vers:npm/>=*", "%2A"),
        ("vers:npm/>=1.0.0|>=2.0.0", ">=2.0.0 cannot follow >=1.0.0"),
        ("vers:npm/<1.0.0|<2.0.0", "<2.0.0 cannot follow <1.0.0"),
        ("vers:npm/1.0.0|<2.0.0", "<2.0.0 cannot follow 1.0.0"),
        ("vers:npm/>=1.0.0|2.0.0", "2.0.0 cannot follow >=1.0.0"),
        ("vers:npm/>1.0.0|!=1.5.0|2.0.0|<3.0.0", "2.0.0 cannot follow >1.0.0"),
        ("vers:", "write it like"),
        ("vers:npm", "write it like"),
        ("vers:npm/", "write it like"),
        ("vers:/1.0.0", "write it like"),
        ("vers:NPM/1.0.0", "small letters"),
        ("VERS:npm/1.0.0", "small letters"),
        ("vers:1npm/1.0.0", "write it like"),
        ("vers:npm/1.0.0\n", "write it like"),
        ("vers:none/*", "holds no version"),
        ("vers:all/1.0.0", "write vers:all/*"),
    ],
)
def test_what_the_specification_does_not_allow_is_refused(uri: str, reason: str) -> None:
    with pytest.raises(InvalidVersion) as refusal:
        parsed(uri)
    assert reason in str(refusal.value)


def test_a_percent_stands_for_a_character_once() -> None:
    pep440 = schemes.get("pep440")
    versions = parsed("vers:pypi/>=1%212.0|<1%213%2e0")
    assert [c.version for c in versions.comparators] == ["1!2.0", "1!3.0"]
    assert versions.contains("1!2.5", pep440) and not versions.contains("2.5", pep440)
    assert str(versions) == "vers:pypi/>=1%212.0|<1%213.0"


@pytest.mark.parametrize(
    "uri",
    [
        "vers:generic/>=2.7|<2.4",
        "vers:generic/<2.7|>=2.4",
        "vers:generic/2|1",
        "vers:generic/!=2|!=1",
        "vers:generic/>=2.7|<=2.7",
        "vers:generic/<2.7|>2.7.0",
        "vers:generic/1|!=1",
    ],
)
def test_the_versions_of_a_uri_go_up_and_none_is_there_twice(uri: str) -> None:
    assert "cannot follow" in str(parsed(uri).vers_problem(LOOSE))


@pytest.mark.parametrize(
    ("scheme", "names"),
    [
        ("calver", "generic"),
        ("calver:YYYY.0M", "generic"),
        ("debian", "deb"),
        ("gem", "gem"),
        ("loose", "generic"),
        ("maven", "maven"),
        ("nuget", "nuget"),
        ("pep440", "pypi"),
        ("rpm", "rpm"),
        ("semver", "semver npm cargo golang hex"),
        ("windows", "intdot generic"),
    ],
)
def test_a_uri_names_the_scheme_that_the_product_declares(scheme: str, names: str) -> None:
    order = schemes.get(scheme)
    for name in names.split():
        assert parsed(f"vers:{name}/{order.example}").vers_problem(order) is None
        assert parsed(f"vers:{name}/*").vers_problem(order) is None
    assert parsed("vers:all/*").vers_problem(order) is None
    assert parsed("*").vers_problem(order) is None
    for other in {"deb", "rpm", "pypi", "unheard-of"} - set(names.split()):
        problem = parsed(f"vers:{other}/*").vers_problem(order)
        assert problem is not None
        assert f"vers:{other}/ is another scheme" in problem and names.split()[0] in problem


def test_the_notation_of_a_range_is_no_part_of_what_it_means() -> None:
    assert parsed("vers:deb/>=2.4|<2.7") == parsed(">=2.4,<2.7")
    assert parsed("vers:deb/>=2.4|<2.7") != parsed(">=2.4,<=2.7")


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("*", "*"),
        ("2.7", "2.7"),
        ("<2.7", "<2.7"),
        (">=2.4,<2.7", ">=2.4|<2.7"),
        ("<2.7,>=2.4", ">=2.4|<2.7"),
        ("<2.7,!=2.5,>=2.4,!=2.3", ">=2.4|!=2.5|<2.7"),
        (">=2.4,>2.5,<2.7,<=3", ">2.5|<2.7"),
        (">=2.4,!=2.4", ">2.4"),
        ("<=2.4,!=2.4.0", "<2.4"),
        (">=2.7,<=2.7.0", "2.7"),
        ("!=2.7,!=2.4,!=2.7.0", "!=2.4|!=2.7"),
        (">=2.4,2.5", "2.5"),
        ("vers:generic/1|!=2|>=3|!=4|<5|!=6", "1|>=3|!=4|<5"),
        ("vers:generic/<2|!=3|>=4", "<2|>=4"),
        ("vers:all/*", "*"),
    ],
)
def test_the_canonical_uri_is_sorted_and_says_nothing_twice(text: str, uri: str) -> None:
    assert parsed(text).to_vers(LOOSE) == f"vers:generic/{uri}"


def test_a_range_that_can_match_nothing_is_the_none_of_vers() -> None:
    assert parsed(">2.7,<2.4").to_vers(LOOSE) == "vers:none/*"


def test_a_uri_keeps_the_name_that_it_has_for_the_scheme() -> None:
    semver = schemes.get("semver")
    assert parsed("vers:npm/1.0.0").to_vers(semver) == "vers:npm/1.0.0"
    assert parsed("1.0.0").to_vers(semver) == "vers:semver/1.0.0"
    assert parsed("1!2.0").to_vers(schemes.get("pep440")) == "vers:pypi/1%212.0"


@given(comma_ranges() | vers_ranges())
def test_what_is_written_as_a_uri_holds_the_same_versions(versions: VersionRange) -> None:
    uri = versions.to_vers(LOOSE)
    if versions.empty_under(LOOSE):
        assert uri == "vers:none/*"
        return
    again = parsed(uri)
    assert again.vers_problem(LOOSE) is None
    assert held(again) == held(versions)
    assert str(again) == again.to_vers(LOOSE) == uri


@given(*[comma_ranges() | vers_ranges()] * 2)
def test_ranges_with_the_same_versions_have_the_same_canonical_uri(
    a: VersionRange, b: VersionRange
) -> None:
    assert (a.to_vers(LOOSE) == b.to_vers(LOOSE)) is (held(a) == held(b))


@given(st.text(max_size=30).map("vers:".__add__) | st.text("vers:/|<>=!*%12.a", max_size=30))
def test_any_text_is_a_range_that_is_written_again_or_is_refused(text: str) -> None:
    try:
        versions = parsed(text)
    except InvalidVersion:
        return
    assert parsed(str(versions)) == versions
