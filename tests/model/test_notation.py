"""What people write for a range is read in its one meaning, or refused with the spelling to use."""

from __future__ import annotations

import pytest

from forewarn import schemes
from forewarn.model.versions.version import InvalidVersion, VersionRange

# By scheme: what is written = the canonical spelling.
READ = {
    "loose": """
        2.4.x = >=2.4,<2.5~dev
        2.4.* = >=2.4,<2.5~dev
        1.x.x = >=1,<2~dev
        <=2.4.x = <2.5~dev
        >2.4.x = >=2.5~dev
        >=2.4.x = >=2.4
        <2.4.x = <2.4
        2.4+ = >=2.4
        2.4 - 2.7 = >=2.4,<=2.7
        2.4 to 2.7 = >=2.4,<=2.7
        2.4\u20132.7 = >=2.4,<=2.7
        2.4..2.7 = >=2.4,<=2.7
        between 2.4 and 2.7 = >=2.4,<=2.7
        2.4.x - 2.7.x = >=2.4,<2.8~dev
        2.x-3.x = >=2,<4~dev
        all = *
        Any version = *
        all versions = *
        x = *
        2.4 or later = >=2.4
        2.4 and newer = >=2.4
        version 2.4 or later = >=2.4
        from 2.4 on = >=2.4
        since 2.4 = >=2.4
        at least 2.4 = >=2.4
        before 2.7 = <2.7
        all versions before 2.7 = <2.7
        older than 2.7 = <2.7
        newer than 2.4 = >2.4
        2.7 and earlier = <=2.7
        at most 2.7 = <=2.7
        not 2.5 = !=2.5
        only 2.5 = 2.5
        >2.4 <3 = >2.4,<3
        >2.4 and <3 = >2.4,<3
        >=2.4; <3 = >=2.4,<3
        =<2.4 = <=2.4
        => 2.4 = >=2.4
        \u22652.4 = >=2.4
        \u22642.4 = <=2.4
        \u22602.4 = !=2.4
        [2.4,2.7) = >=2.4,<2.7
        (,2.4] = <=2.4
        2.4 || 2.6 = vers:generic/2.4|2.6
        <2.4 or >=2.7 = vers:generic/<2.4|>=2.7
        !=2.4.x = vers:generic/<2.4|>=2.5~dev
        >=2.2,!=2.4.x = vers:generic/>=2.2|<2.4|>=2.5~dev
    """,
    "semver": """
        <4 = <4.0.0
        >=1.10,<2 = >=1.10.0,<2.0.0
        2.4 = >=2.4.0,<2.5.0-0
        =2.4 = >=2.4.0,<2.5.0-0
        <=2.4 = <2.5.0-0
        >2.4 = >=2.5.0-0
        1.x = >=1.0.0,<2.0.0-0
        1.2.* = >=1.2.0,<1.3.0-0
        v2.4.1 = 2.4.1
        2.7-rc1 = 2.7.0-rc1
        ~1.2 = >=1.2.0,<1.3.0-0
        ~1.2.3 = >=1.2.3,<1.3.0-0
        ~1 = >=1.0.0,<2.0.0-0
        ^1.2 = >=1.2.0,<2.0.0-0
        ^1.2.3-beta.2 = >=1.2.3-beta.2,<2.0.0-0
        ^0.2.3 = >=0.2.3,<0.3.0-0
        ^0.0.3 = >=0.0.3,<0.0.4-0
        ^0.x = >=0.0.0,<1.0.0-0
        ^0.0 = >=0.0.0,<0.1.0-0
        2.4-2.7 = >=2.4.0,<2.8.0-0
        1.2.3 - 2.3.4 = >=1.2.3,<=2.3.4
        2.4+ = >=2.4.0
    """,
    "pep440": """
        2.4.* = >=2.4.dev0,<2.5.dev0
        !=2.4.* = vers:pypi/<2.4.dev0|>=2.5.dev0
        ~=1.2 = >=1.2,<2.dev0
        ~=1.2.3 = >=1.2.3,<1.3.dev0
        ~= 1!2.2.post3 = >=1!2.2.post3,<1!3.dev0
    """,
    "gem": """
        ~> 1.2 = >=1.2,<2.a
        ~> 1.2.3 = >=1.2.3,<1.3.a
        ~>1 = >=1,<2.a
        2.4.x = >=2.4,<2.5.a
        v2.4 = 2.4
    """,
    "maven": """
        [1.0,2.0) = >=1.0,<2.0
        [1.5] = 1.5
        (1.0,) = >1.0
        (,1.0],[1.2,) = vers:maven/<=1.0|>=1.2
        2.4.x = >=2.4,<2.5-alpha
    """,
    "nuget": """
        [1.0, 2.0] = >=1.0,<=2.0
        1.* = >=1,<2-0
        v2.4 = 2.4
    """,
    "debian": """
        1:2.4.x = >=1:2.4,<1:2.5~
        << 2.4-1 = <2.4-1
        >> 2.4-1~ = >2.4-1~
        v2.4 = 2.4
    """,
    "rpm": """
        <=2.4.x = <2.5~
        2.4+ = >=2.4
    """,
    "windows": """
        10.0.x = >=10.0,<10.1
        10.0-10.2 = >=10.0,<=10.2
        v10.0 = 10.0
    """,
    "calver": """
        2026.x = >=2026,<2027~dev
        2026.04.x = >=2026.04,<2026.05~dev
        v2026.04 = 2026.04
    """,
    "calver:YYYY.0M.MICRO": """
        <2026 = <2026.01
        >=2026 = >=2026.01
        2026.x = >=2026.01,<2027.01~dev
        2026.12.x = >=2026.12,<2027.01~dev
        <=2026 = <2027.01~dev
    """,
}

# By scheme: text that is a version, or a range, just as it stands.
AS_IT_STANDS = {
    "loose": "2.4-hotfix 2.4-3 1.0.0+build 2024-01-15 2026-05 R12 v2.4 2.7-rc1 <2.4-2.7 nodejs20 "
    "2.4b 1.0.2zg >=2.7-rc1,<3 * !=2.5 vers:generic/2.4-2.7 vers:generic/galaxy-s9+",
    "semver": "1.0.0+build 1.0.0-1 2.7.0-rc.1 <4.0.0 1.0.0-alpha.1-2",
    "debian": "1:2.4-3 2.4-3 1:2.4-3.1 2.4-1.1+deb12u1 2.7~rc1-1 1.2.3+dfsg-1~bpo12+1 252-4",
    "rpm": "2.4-1.el9 2.4-3.el9 1:2.7~rc1-3.fc42 1.0^git1 2.0.5^20260117git1be041b-1.fc44",
    "maven": "2.7-SNAPSHOT 2.7-1 33.0-jre v1-rev171-1.25.0 2.0.0.Final",
    "gem": "2.7.0.rc1 2.4-1",
    "nuget": "2.7.0.1-rc 2.4-1 <4 2.4",
    "windows": "10.0.19045.3803 <4 >=1.10,<2 <=10.0",
    "pep440": "1!2.0 2.7.post1 2.7-1 <4 v2.4 ==2.4",
    "calver": "2026.04-rc1 24.04 2024-01-15 <2026 >=2026.04,<2027",
}

# Scheme, what is written, what the message must have.
REFUSED = [
    ("loose", "2.4-2.7", "write >=2.4,<=2.7, or vers:generic/2.4-2.7 for that one version"),
    ("loose", "2-3", "write >=2,<=3, or vers:generic/2-3"),
    ("loose", "1.0.1-1.0.1f", "write >=1.0.1,<=1.0.1f, or vers:generic/1.0.1-1.0.1f"),
    ("loose", "galaxy-s9+", "write >=galaxy-s9, or vers:generic/galaxy-s9+"),
    ("loose", "nodejs20.x", "vers:generic/nodejs20.x for that one version"),
    ("loose", "latest", "write one, as in >=2.4, or * for every version"),
    ("loose", "none", "names no version"),
    ("maven", "current", "names no version"),
    ("loose", "up to 2.7", "write <=2.7 or <2.7"),
    ("loose", "until 2.7", "write <=2.7 or <2.7"),
    ("loose", "2.4 2.5", "join several with a comma"),
    ("loose", "recorder 2.4", "join several with a comma"),
    ("loose", "2.4 and 2.5", "write a statement for each"),
    ("loose", "^1.2", "write >=1.2,<2"),
    ("loose", "~1.2", "write >=1.2,<1.3"),
    ("rpm", "^1.2", "write >=1.2,<2"),
    ("maven", "~> 1.2", "write >=1.2,<1.3 or >=1.2,<2"),
    ("semver", "~> 1.2", "write >=1.2.0,<1.3.0 or >=1.2.0,<2.0.0"),
    ("pep440", "^1.2", "write >=1.2,<2"),
    ("pep440", "===1.2", "write it like >=2.4"),
    ("pep440", "~=1", "write it like >=1.2,<2"),
    ("loose", "2.*.1", "as in 2.4.*"),
    ("loose", "2.4*", "as in 2.4.*"),
    ("semver", "2.x.1", "as in 2.4.*"),
    ("loose", "<2.4+", "write >=2.4"),
    ("loose", "(2.4)", "write it like >=1.0,<2.0"),
    ("rpm", "v2.4", "write 2.4, or vers:rpm/v2.4"),
    ("maven", ">=v2.4", "write >=2.4, or vers:maven/>=v2.4"),
    ("debian", "2.4-2.7", "write >=2.4,<=2.7, or vers:deb/2.4-2.7"),
    ("nuget", "2.4-2.7", "write >=2.4,<=2.7, or vers:nuget/2.4-2.7"),
    ("semver", "1.0.0-2.0.0", "write >=1.0.0,<=2.0.0, or vers:semver/1.0.0-2.0.0"),
    ("calver", "2024.01-2024.06", "write >=2024.01,<=2024.06, or vers:generic/2024.01-2024.06"),
    ("calver", "<4", "write it like 2026.04.1"),
    ("semver", "1:2.4", "write it like 1.4.0-rc.1"),
    ("windows", "65535.x", "write it like"),
]


def rows(table: str) -> list[tuple[str, str]]:
    """The lines `written = canonical` of a table."""
    pairs = (line.strip().split(" = ", 1) for line in table.strip().splitlines())
    return [(written, canonical) for written, canonical in pairs]


@pytest.mark.parametrize(("name", "table"), READ.items(), ids=READ.keys())
def test_what_people_write_is_read_in_its_one_meaning(name: str, table: str) -> None:
    scheme = schemes.get(name)
    found = [(text, str(VersionRange.parse(text).under(scheme))) for text, _ in rows(table)]
    assert found == rows(table)
    for text, canonical in rows(table):
        assert VersionRange.parse(text).under(scheme).text == text
        assert VersionRange.parse(canonical).under(scheme).text is None


@pytest.mark.parametrize(("name", "texts"), AS_IT_STANDS.items(), ids=AS_IT_STANDS.keys())
def test_a_version_with_letters_and_signs_of_its_scheme_stays_a_version(
    name: str, texts: str
) -> None:
    scheme = schemes.get(name)
    found = [VersionRange.parse(text).under(scheme) for text in texts.split()]
    assert [str(row) for row in found] == [text.removeprefix("==") for text in texts.split()]
    assert [row.text for row in found] == [None] * len(found)


@pytest.mark.parametrize(("name", "text", "words"), REFUSED)
def test_what_may_mean_two_things_is_refused_with_the_spelling_to_use(
    name: str, text: str, words: str
) -> None:
    with pytest.raises(InvalidVersion) as refusal:
        VersionRange.parse(text).under(schemes.get(name))
    assert words in str(refusal.value)
    assert len(str(refusal.value)) < 250


def test_a_range_that_takes_a_scheme_answers_nothing_before_it_is_read() -> None:
    versions = VersionRange.parse("2.4.x")
    loose = schemes.get("loose")
    for question in (
        lambda: versions.contains("2.4.1", loose),
        lambda: versions.empty_under(loose),
        lambda: versions.to_vers(loose),
    ):
        with pytest.raises(InvalidVersion, match="scheme"):
            question()
    assert str(versions) == "2.4.x"
    assert versions.under(loose).contains("2.4.1", loose)


@pytest.mark.parametrize(
    "text",
    [
        *("2.4.xx", "2.4.y", "2.4-x", "2.4_x", "2.4-or-later", "2.4_and_later", "2.4up"),
        *("2.4-to-2.7", "2.4to2.7", "2.4or2.5", "2.4plus", "r1-r5", "series-2", "2.4-series"),
        *("2.4-latest", "pre-2.7", "post-2.4", "!=2.4-2.7", ">=2.4-later"),
    ],
)
def test_words_that_hang_on_a_version_are_never_part_of_it_without_a_word(text: str) -> None:
    with pytest.raises(InvalidVersion, match="may mean two things"):
        VersionRange.parse(text).under(schemes.get("loose"))


@pytest.mark.parametrize(
    "text", ["2.7-pre-1", "1.0.2z", "15.0-CURRENT", "2.7-hotfix", "2.7-update1", "galaxy-s9"]
)
def test_words_that_vendors_put_into_versions_stay(text: str) -> None:
    assert str(VersionRange.parse(text).under(schemes.get("loose"))) == text


def test_a_number_behind_a_hyphen_is_not_filled_up_to_a_pre_release() -> None:
    with pytest.raises(InvalidVersion):
        VersionRange.parse("2.4-5").under(schemes.get("semver"))
