"""What scripts and the model both have to know is the same in both.

A script reads what a visitor types by rules that the model has for the command line. Here the
expressions and lists are compared as they are written, so that neither is changed alone.
"""

from __future__ import annotations

import re
from pathlib import Path

from forewarn.model import checksums, error_line, file_names, visible
from forewarn.model import named as model
from forewarn.model.platforms import arch_of, platform_of
from forewarn.model.release import Verdict
from forewarn.pages.html import words as page_words
from forewarn.pages.search import lookup
from forewarn.pages.search.answers import _ORDER
from forewarn.words import answers

SCRIPTS = Path(__file__).parents[2] / "tool/forewarn/site/assets/scripts"
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_LITERAL = re.compile(r"(?<![\w)\]] )/((?:[^/\\\[\n]|\\.|\[(?:[^\]\\]|\\.)*\])+)/[a-z]*")


class Script:
    """A script's constants, as they are written."""

    def __init__(self, name: str) -> None:
        code = (SCRIPTS / f"{name}.js").read_text(encoding="utf-8")
        found = re.findall(r"^(?:export )?const (\w+) =\s*(.*?);(?: //[^\n]*)?$", code, re.M | re.S)
        self._said: dict[str, str] = dict(found)

    def text(self, name: str) -> str:
        """A text, in one piece or in several that are joined."""
        return "".join(_STRING.findall(self._said[name])).replace("\\\\", "\\")

    def number(self, name: str) -> int:
        return int(self._said[name])

    def list(self, name: str) -> list[str]:
        return _STRING.findall(self._said[name])

    def table(self, name: str) -> dict[str, str]:
        """An object of names or numbers, each with a name or a number."""
        rows = re.findall(r'"?([\w/-]+)"?: "?([\w/-]+)"?', self._said[name])
        return dict(rows)

    def expressions(self, name: str) -> list[str]:
        """Every expression of a constant, with the texts and expressions that it names filled in."""
        return [plain(one) for one in self._written(name)]

    def _written(self, name: str) -> list[str]:
        said = self._said[name]
        made = re.findall("`(.*?)`", said, re.S)
        raw = [text if "String.raw" in said else text.replace("\\\\", "\\") for text in made]
        both = _LITERAL.findall(re.sub("`.*?`", "", said, flags=re.S)) + raw
        return [re.sub(r"\$\{([A-Z_]+)\}", lambda m: self._filled(m[1]), one) for one in both]

    def _filled(self, name: str) -> str:
        return self._written(name)[0] if "`" in self._said[name] else self.text(name)


def plain(expression: str) -> str:
    """An expression without what the two languages write in different ways, and without anchors."""
    bare = re.sub(
        r"\\(.)",
        lambda escaped: escaped[0] if escaped[1].isalnum() or escaped[1] == "\\" else escaped[1],
        expression.replace("(?P<", "(?<").replace(r"\p{L}\p{N}_", r"\w"),
    )
    bare = bare.replace("\\u2013", "\u2013").replace("(?<kept>", "(").replace("(?<packed>", "(")
    return re.sub(r"\A\^|\$\Z", "", bare)


def of(*expressions: object) -> list[str]:
    return [plain(one.pattern) for one in expressions]  # type: ignore[attr-defined]


def test_a_file_is_called_as_the_model_calls_it() -> None:
    names = Script("search-names")
    assert names.text("KINDS") == file_names.KINDS
    assert names.text("COPY") == file_names._WORD_COPY
    assert names.expressions("ADDED") == of(*file_names._ADDED)
    assert names.expressions("RANDOM") == of(file_names._RANDOM)
    assert names.expressions("HOST") == of(file_names._HOST)


def test_a_version_stands_where_the_model_finds_it() -> None:
    named, versions = Script("search-named"), Script("search-versions")
    assert named.expressions("BEFORE_VERSION") == of(model._BEFORE_VERSION)
    (one,) = versions.expressions("LAST_WORDS")
    assert [one.replace("${more}", str(more)) for more in (2, 1, 0)] == of(*model._LAST_WORDS)
    assert versions.expressions("PACKAGES") == ["$|".join(of(model._PACKAGES, model._PACKAGED))]
    assert versions.expressions("PACKAGE_RELEASE") == of(model._PACKAGE_RELEASE)
    assert versions.number("PART") == lookup._PART
    short = Script("search-short")
    assert short.expressions("BEFORE") == of(model._BY_ITSELF)
    assert short.expressions("BEHIND") == of(model._IS_VERSION)


def test_what_is_no_version_is_none_to_the_model() -> None:
    named = Script("search-named")
    for word in re.sub(r"\[.*?\]\??|\(.*?\)", " ", named.text("SYSTEM")).split("|"):
        assert " " in word or platform_of(word), word
    for word in re.sub(r"\[.*?\]\??|\(.*?\)", " ", named.text("ARCH")).split("|"):
        assert " " in word or word.endswith("?") or arch_of(word), word


def test_a_checksum_is_read_as_the_model_reads_it() -> None:
    script = Script("search-checksums")
    assert script.table("USUAL") == {str(n): name for n, name in checksums._USUAL.items()}
    assert script.table("BYTES") == {str(n): name for n, name in checksums._BYTES.items()}
    assert script.table("DIGITS") == {name: str(n) for name, n in checksums._DIGITS.items()}
    assert script.number("FULL") == checksums._FULL
    for name in ("LABEL", "RUN", "CUT", "DAMAGED", "IN_64", "WORDS", "END", "FIELD"):
        assert script.expressions(name) == of(getattr(checksums, f"_{name}")), name


def test_a_code_of_an_error_is_one_to_the_model() -> None:
    script = Script("search-lookup")
    for name in ("CODE", "CVE", "GHSA", "BARE_CVE", "NAME"):
        assert script.expressions(name) == of(getattr(error_line, f"_{name}")), name
    assert script.expressions("ADVISORY") == [rf"\b(?:{error_line._ADVISORY})\b"]


def test_what_nobody_sees_is_taken_out_as_the_model_does_it() -> None:
    """But for control characters, halves and what is none, which no field of a page holds."""
    said = Script("search-rows")._said["UNSEEN"]
    one = r"\\(?:x..|u[0-9a-f]{4}|u\{\w+\})"
    ends = [
        [int(re.sub(r"[\\xu{}]", "", each), 16) for each in re.findall(one, both)]
        for both in re.findall(f"{one}(?:-{one})?", said)
    ]
    assert {(both[0], both[-1]) for both in ends} == {
        (first, last)
        for first, last in visible._RANGES
        if first > 0xA0 and first & 0xFFFF < 0xFFFE and first not in (0xD800, 0xFDD0)
    }


def test_verdicts_have_one_order_and_one_wording() -> None:
    order = sorted(Verdict, key=lambda verdict: verdict.caution)
    pair = Script("search-pair")
    assert pair.list("DOES") == [answers._DOES[verdict] for verdict in order]
    assert [order[int(n)] for n in re.findall(r"\d", pair._said["ORDER"])] == [*_ORDER]
    for script in ("checker-answer", "checker-data", "search-line"):
        assert order[Script(script).number("UNKNOWN")] is Verdict.UNKNOWN
    assert order[Script("checker-data").number("LIMITED")] is Verdict.LIMITED


def test_states_are_marked_as_pages_mark_them() -> None:
    said = Script("search-hits")._said["STATES"]
    marks = {
        state or name: (colour, sign)
        for state, name, colour, sign in re.findall(
            r'(?:"([\w ]+)"|(\w+)): \["(\w+)", "(.)"\]', said
        )
    }
    assert {state: marks.get(state) for state in page_words.STATES} == page_words.STATES
