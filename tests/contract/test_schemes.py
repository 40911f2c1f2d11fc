"""What every version scheme promises, whoever wrote it."""

from __future__ import annotations

import re
import time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from forewarn import plugins, schemes
from forewarn.model.versions.plain import cut_all, cuts_of, samples
from forewarn.model.versions.version import InvalidVersion, Scheme, VersionRange

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

_SPELLINGS = (
    "{0}.x|{0}.*|<={0}.x|>{0}.x|>={0}.x|<{0}.x|!={0}.x|{0}+|{0}-{1}|{0} - {1}|{0} to {1}|{0}..{1}|"
    "{0} or later|{0} and newer|before {0}|after {0}|at least {0}|not {0}|>{0} <{1}|>= {0}|={0}|"
    "=<{0}|=>{0}|!= {0}|{0}|<{0}|<={0}|>{0}|>={0},<{1}|~{0}|^{0}|~>{0}|~={0}|[{0},{1})|(,{0}]|"
    "(,{0}],[{1},)|v{0}|>=v{0}|{0} || {1}|{0} or {1}|<{0} || >={1}|>={0},!={1}.x|{0}.x - {1}.x|"
    "{0}.x-{1}.x|all|any version|x|latest|none|{0} and {1}|{0} {1}|up to {0}"
)
_WILDCARD = re.compile(r"\*|(?:^|\.)[xX](?=[,|.]|$)")

# By scheme: `pre-release=release`, and versions that are no pre-release.
PRE_RELEASES = {
    "semver": "1.4.0-rc.1=1.4.0 1.4.0-0+b-1=1.4.0 1.4.0 1.4.0+rc-1",
    "nuget": "2.7-rc=2.7 2.7.0.1-x+m=2.7.0.1 2.7 2.7+m-x",
    "pep440": "2.0rc1=2.0 1!2.0a1=1!2.0 1.0.dev3=1.0 1.0.post1.dev2=1.0.post1 1.0a1.post2=1.0 "
    "1.0rc1+l=1.0 v1.0-beta.2=1.0 1.0 1.0.post1 1.0+local",
    "maven": "2.7-rc-1=2.7 2.7-SNAPSHOT=2.7 2.0.0.Alpha1=2.0.0 2.0-beta1=2.0 1.0-m2=1.0 1.0.CR1=1.0 "
    "1.0-sp-1-SNAPSHOT=1.0-sp-1 6.2.0-eap3=6.2.0 2.0.0.Final 33.0-jre 1.0-sp-1",
    "gem": "2.7.0.rc1=2.7.0 2.7.0a=2.7.0 1.0-1=1.0 2.7.0",
    "debian": "1:2.7~rc1-3=1:2.7 2.7~git2020-1=2.7 2.7~b2-1=2.7 2.7~=2.7 2.7rc1-1=2.7 "
    "2.7-1~exp1=2.7-1 2.7-3 2.7-3~deb12u1 2.7-1~bpo12+1 2.7~dfsg-1 2.7+dev1-1 1:2.7",
    "rpm": "1:2.7~rc1-3.fc42=1:2.7 2.7-0.1.rc1.fc38=2.7 1.0~=1.0 2.7-1.fc42 2.7 2.7-3.el9_2.1",
    "windows": "1.2.3 10.0.19045.3803",
    "calver": "2026.04-rc1=2026.04 2026.04b2=2026.04 2026.04 2026.04.post1",
    "calver:YYYY.0M.MICRO": "2026.04.1-rc1=2026.04.1 2026.04",
    "loose": "2.7-rc1=2.7 v2.7-rc1=v2.7 2.7a1=2.7 2.7~1=2.7 2.7-next.3=2.7 2.7-early-access=2.7 "
    "2.7.ea2=2.7 2.7-dp1=2.7 2.7-tp1=2.7 2.7-insiders=2.7 2.7-BUILD-SNAPSHOT=2.7 2.7-eap3=2.7 "
    "2.7-experimental.4=2.7 2.7-edge=2.7 2.7-nightly-20260101=2.7 2.7-testing=2.7 2.7-canary=2.7 "
    "2.7-preview=2.7 2.7-unstable=2.7 2.7-public-beta-1=2.7 2.7-tech-preview=2.7 "
    "2.7-release-candidate-2=2.7 2.7-first-release-candidate=2.7 2.7-pre-alpha=2.7 "
    "2.7-pre-release=2.7 2.7.sneak-peek=2.7 2.7-lts-beta=2.7-lts 2.7-foo=2.7 2.7-stable=2.7 "
    "14.1-STABLE=14.1 2.7-3-gab12cd=2.7-3 nightly=0 M3=0 "
    "2.7 2.7a 2.7p1 2.7-hotfix 2.7-sp1 2.7-LTS 14.1-RELEASE 14.1-RELEASE-p5 8u492-b09 8u492 "
    "R2023b 0.9.8zg 21H2 cos-129-19506-299-137 1.35.7-gke.1222000 10.4.17+security-01 jdk-21 "
    "motorola-edge-70 2.7-1~ubuntu24.04",
}
# Pre-releases to people, which their scheme's own order puts after the release.
UNKNOWN_TO_THE_ORDER = (
    *("6.2.0-eap3", "2.7rc1-1", "2.7-0.1.rc1.fc38"),
    *("2.7-foo", "2.7-stable", "14.1-STABLE", "2.7-3-gab12cd"),
)


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


def read(text: str, scheme: Scheme) -> VersionRange | None:
    """A range, or None where the text may mean two things."""
    try:
        return VersionRange.parse(text).under(scheme)
    except InvalidVersion as refusal:
        assert "may mean two things: write" in str(refusal)
        return None


def test_a_scheme_is_called_what_it_is_registered_as() -> None:
    assert [plugins.load("schemes", name).name for name in NAMES] == list(NAMES)


def test_a_scheme_says_in_a_line_what_it_is_for(scheme: Scheme) -> None:
    assert scheme.summary.isprintable() and 10 < len(scheme.summary) <= 80
    assert accepted(scheme, [scheme.example]) == [scheme.example]


def test_a_range_of_a_scheme_can_be_written_as_a_uri_and_read_again(scheme: Scheme) -> None:
    for name in scheme.vers_names:
        assert re.fullmatch(r"[a-z][a-z0-9.-]*", name) and name not in ("all", "none")
    for text in ("*", scheme.example, f"<{scheme.example}", f"!={scheme.example}"):
        uri = VersionRange.parse(text).under(scheme).to_vers(scheme)
        again = VersionRange.parse(uri)
        assert again.vers_problem(scheme) is None
        assert str(again) == again.to_vers(scheme) == uri


@pytest.mark.parametrize("name", NAMES)
@examples(40)
@given(texts=st.lists(_TEXTS, min_size=3, max_size=6))
def test_a_version_is_in_a_range_exactly_where_the_order_says_so(
    name: str, texts: list[str]
) -> None:
    scheme: Scheme = plugins.load("schemes", name)
    versions = sorted(accepted(scheme, texts), key=scheme.key)
    for a, b in product(versions, repeat=2):
        low, key = scheme.key(a), scheme.key(b)
        ranges = {sign: read(sign + a, scheme) for sign in SIGNS}
        found = {sign: row.contains(b, scheme) for sign, row in ranges.items() if row}
        expected = {"<": key < low, "<=": key <= low, "=": key == low}
        expected |= {">": key > low, ">=": key >= low, "!=": key != low}
        assert found == {sign: expected[sign] for sign in found}
        between = read(f">={a},<{b}", scheme)
        assert between is None or between.empty_under(scheme) is not (low < key)


@pytest.mark.parametrize("name", NAMES)
@examples(150)
@given(
    spelling=st.sampled_from(_SPELLINGS.split("|")),
    ends=st.tuples(_NUMBERS, _NUMBERS),
    texts=st.lists(_TEXTS, min_size=4, max_size=8),
)
def test_what_people_write_holds_the_same_as_its_canonical_spelling(
    name: str, spelling: str, ends: tuple[str, str], texts: list[str]
) -> None:
    scheme: Scheme = plugins.load("schemes", name)
    try:
        versions = VersionRange.parse(spelling.format(*ends)).under(scheme)
    except InvalidVersion as refusal:
        assert str(refusal).isprintable() and "write" in str(refusal)
        return
    again = VersionRange.parse(str(versions)).under(scheme)
    assert again == versions and again.text is None and str(again) == str(versions)
    for comparator in versions.comparators:
        assert not _WILDCARD.search(comparator.version)
    for version in accepted(scheme, texts):
        assert again.contains(version, scheme) is versions.contains(version, scheme)


@pytest.mark.parametrize("name", NAMES)
@examples(60)
@given(ends=_NUMBERS, texts=st.lists(_TEXTS, min_size=4, max_size=8))
def test_a_version_is_before_a_series_or_in_it_or_after_it(
    name: str, ends: str, texts: list[str]
) -> None:
    scheme: Scheme = plugins.load("schemes", name)
    try:
        low, high = scheme.series(ends)
    except InvalidVersion:
        return
    assert scheme.key(low) < scheme.key(high)
    ranges = [
        VersionRange.parse(sign + ends + ".x").under(scheme) for sign in ("<", "", ">", "<=", ">=")
    ]
    for version in accepted(scheme, texts):
        before, within, after, to, since = (row.contains(version, scheme) for row in ranges)
        assert [before, within, after].count(True) == 1
        assert (to, since) == (before or within, within or after)


@pytest.mark.parametrize("name", NAMES)
@examples(40)
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


_MORE = st.sampled_from(["0", "00", "1", "2", "3", "04", "9", "10", "24", "65535", "70000"])
_PLAIN = st.lists(_MORE, max_size=4)


@pytest.mark.parametrize("name", NAMES)
@examples(100)
@given(
    numbers=st.lists(_PLAIN.map(lambda parts: ".".join(["2", *parts])), min_size=3, max_size=6),
    years=st.lists(_PLAIN.map(lambda parts: ".".join(["2024", *parts])), max_size=3),
    texts=st.lists(_TEXTS, min_size=2, max_size=5),
)
def test_a_version_of_numbers_lies_among_others_where_the_order_puts_it(
    name: str, numbers: list[str], years: list[str], texts: list[str]
) -> None:
    scheme: Scheme = plugins.load("schemes", name)
    if scheme.plain is None:
        return
    plain = {text: scheme.plain.read(text) for text in (*numbers, *years, *texts)}
    asked = {text: found for text, found in plain.items() if found is not None}
    assert accepted(scheme, list(asked)) == list(asked)
    assert not any(map(scheme.final, asked))
    placed = [text for text in accepted(scheme, texts) if cuts_of(scheme, text) is not None]
    for ends in (placed, *([end] for end in placed)):
        cuts = cut_all(scheme, ends)
        assert cuts is not None
        found = samples(scheme, cuts)
        for text, key in asked.items():
            sample = found[sum(cut <= (key, False) for cut in cuts)]
            assert sample is not None
            one, other = scheme.key(text), scheme.key(sample)
            for end in map(scheme.key, ends):
                assert (one < end, one == end) == (other < end, other == end), (text, sample)


@pytest.mark.parametrize("name", NAMES)
@examples(60)
@given(texts=st.lists(_TEXTS, min_size=6, max_size=10))
def test_a_pre_release_leads_to_another_version_that_is_none(name: str, texts: list[str]) -> None:
    scheme: Scheme = plugins.load("schemes", name)
    for version in accepted(scheme, texts):
        final = scheme.final(version)
        if final is not None:
            assert scheme.key(final) != scheme.key(version), (version, final)
            assert scheme.final(final) is None, (version, final)


@pytest.mark.parametrize(("name", "rows"), PRE_RELEASES.items(), ids=PRE_RELEASES.keys())
def test_a_pre_release_is_told_from_a_release(name: str, rows: str) -> None:
    scheme = schemes.get(name)
    found = {}
    for row in rows.split():
        version, _, final = row.partition("=")
        found[version] = scheme.final(version)
        if final and version not in UNKNOWN_TO_THE_ORDER:
            assert scheme.key(version) < scheme.key(final)
    assert found == {
        version: final or None for version, _, final in (row.partition("=") for row in rows.split())
    }


@pytest.mark.parametrize("name", NAMES)
@examples(40)
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
        start = time.process_time()
        with pytest.raises(InvalidVersion) as refusal:
            scheme.key(text)
        with pytest.raises(InvalidVersion):
            scheme.final(text)
        quickest = min(quickest, time.process_time() - start)
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
