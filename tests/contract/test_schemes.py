"""What every version scheme promises, whoever wrote it."""

from __future__ import annotations

import re
import time
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forewarn import plugins
from forewarn.model.version import InvalidVersion, Scheme, VersionRange

NAMES = plugins.names("schemes")
SIGNS = ("<", "<=", "=", "!=", ">=", ">")

_NUMBER = st.sampled_from(["0", "00", "1", "2", "9", "10", "04", "24", "2024", "65535", "70000"])
_PRERELEASE = st.sampled_from(
    ["-1", "-rc.1", "-RC.1", "rc1", "a1", ".a", "b", "-alpha", "~rc1", "~", ".dev2", "-SNAPSHOT"]
)
_OTHER = st.sampled_from([".0", "+b1", ".post1", ".Final", "-sp-2", "--1", "-x.0.y", "_2", "-0"])
# Often nothing, which every scheme accepts.
_SUFFIX = st.just("") | _PRERELEASE | _OTHER
_START = st.sampled_from(["", "", "", "", "v", "1:", "0:", "1!"])
_NUMBERS = st.lists(_NUMBER, min_size=1, max_size=4).map(".".join)
_TEXTS = st.one_of(
    st.builds("{}{}{}{}".format, _START, _NUMBERS, _SUFFIX, _SUFFIX),
    st.builds("2024.{}.{}{}".format, _NUMBER, _NUMBER, _SUFFIX),
    st.builds("1.{}.{}".format, _NUMBER, _NUMBER),
)

HOSTILE = {
    "nothing": "",
    "5,000 digits": "1" * 5_000,
    "a megabyte": "1." * 500_000,
    "a megabyte of letters": "a" * 1_000_000,
    "a trailing newline": "2.7.0\n",
    "a space": "2.7.0 ",
    "a null": "2.7\0.0",
    "a right-to-left override": "2.7\u202e.0",
    "a Cyrillic letter": "2.7.0-\u0430lpha",
    "an Arabic digit": "2.\u0667.0",
    "a superscript digit": "2.7\u00b2.0",
    "a path": "2.7/../../etc",
    "two dots": "2..7",
    "markup": "<b>2.7</b>",
}


@pytest.fixture(params=NAMES)
def scheme(request: pytest.FixtureRequest) -> Scheme:
    loaded: Scheme = plugins.load("schemes", request.param)
    return loaded


def accepted(scheme: Scheme, texts: list[str]) -> list[str]:
    """Those of the texts that are versions of the scheme."""
    found = []
    for text in texts:
        try:
            scheme.key(text)
        except InvalidVersion:
            continue
        found.append(text)
    return found


def test_a_scheme_is_called_what_it_is_registered_as() -> None:
    assert [plugins.load("schemes", name).name for name in NAMES] == list(NAMES)


def test_a_scheme_says_in_a_line_what_it_is_for(scheme: Scheme) -> None:
    assert scheme.summary.isprintable() and 10 < len(scheme.summary) <= 80
    assert accepted(scheme, [scheme.example]) == [scheme.example]


def test_a_range_of_a_scheme_can_be_written_as_a_uri_and_read_again(scheme: Scheme) -> None:
    for name in scheme.vers_names:
        assert re.fullmatch(r"[a-z][a-z0-9.-]*", name) and name not in ("all", "none")
    for text in ("*", scheme.example, f"<{scheme.example}", f"!={scheme.example}"):
        uri = VersionRange.parse(text).to_vers(scheme)
        again = VersionRange.parse(uri)
        assert again.vers_problem(scheme) is None
        assert str(again) == again.to_vers(scheme) == uri


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40, deadline=None)
@given(texts=st.lists(_TEXTS, min_size=3, max_size=6))
def test_a_version_is_in_a_range_exactly_where_the_order_says_so(
    name: str, texts: list[str]
) -> None:
    scheme: Scheme = plugins.load("schemes", name)
    versions = sorted(accepted(scheme, texts), key=scheme.key)
    for a, b in product(versions, repeat=2):
        low, key = scheme.key(a), scheme.key(b)
        found = {sign: VersionRange.parse(sign + a).contains(b, scheme) for sign in SIGNS}
        expected = {"<": key < low, "<=": key <= low, "=": key == low}
        expected |= {">": key > low, ">=": key >= low, "!=": key != low}
        assert found == expected
        between = VersionRange.parse(f">={a},<{b}")
        assert between.empty_under(scheme) is not (low < key)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40, deadline=None)
@given(texts=st.lists(_TEXTS, min_size=6, max_size=10))
def test_of_two_versions_one_is_lower_or_both_are_equal(name: str, texts: list[str]) -> None:
    scheme: Scheme = plugins.load("schemes", name)
    versions = accepted(scheme, texts)
    for a, b in product(versions, repeat=2):
        left, right = scheme.key(a), scheme.key(b)
        assert [left < right, left == right, left > right].count(True) == 1, (a, b)
        assert (left < right) == (right > left), (a, b)
        assert (left <= right) == (not left > right), (a, b)
        assert (left != right) is not (left == right), (a, b)
        if left == right:
            assert hash(left) == hash(right), (a, b)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40, deadline=None)
@given(texts=st.lists(_TEXTS, min_size=6, max_size=10))
def test_sorted_versions_are_in_order_whichever_two_are_compared(
    name: str, texts: list[str]
) -> None:
    scheme: Scheme = plugins.load("schemes", name)
    keys = sorted(scheme.key(version) for version in accepted(scheme, texts))
    for place, low in enumerate(keys):
        assert all(low <= high for high in keys[place:])


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_refused_at_once(scheme: Scheme, text: str) -> None:
    quickest = 1.0
    for _ in range(3):
        start = time.perf_counter()
        with pytest.raises(InvalidVersion) as refusal:
            scheme.key(text)
        quickest = min(quickest, time.perf_counter() - start)
    assert quickest < 0.010
    assert len(str(refusal.value)) < 500
    assert str(refusal.value).isascii()
    assert str(refusal.value).isprintable()


def test_a_refusal_shows_a_version_that_would_be_accepted(scheme: Scheme) -> None:
    with pytest.raises(InvalidVersion) as refusal:
        scheme.key("not a version")
    example = re.search(r"write it like (\S+)$", str(refusal.value))
    assert example is not None
    assert accepted(scheme, [example[1]]) == [example[1]]
