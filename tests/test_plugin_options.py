"""A plug-in reads its own options: all that is wrong is told at once, each with its line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forewarn.model.product import Watch
from forewarn.options import Options, OptionsError, UnsetError
from forewarn.store.records import read_record
from forewarn.store.records.problems import Problems

PRODUCT = "releases/recorder/product.yml"


def row(text: str) -> Watch:
    """A row of `watch:` as the reader has it; its first line is line 5."""
    problems = Problems(PRODUCT)
    indented = "".join(f"    {line}\n" for line in text.splitlines())
    record = read_record(
        PRODUCT,
        f"name: Recorder\nscheme: loose\nwatch:\n  - type: data\n{indented}".encode(),
        problems,
    )
    assert problems.findings == []
    (found,) = record.watch  # type: ignore[union-attr]
    return found


def wrong(text: str, read: Callable[[Options], object], **environ: str) -> list[str]:
    """What is wrong with options, each with its line and what to do."""
    options = Options(row(text), environ)
    read(options)
    try:
        options.finish()
    except OptionsError as error:
        assert error.where == str(error.found[0].place)
        return [f"{p.place.line}: {p.text} {p.help}" for p in error.found]
    return []


NESTED = """\
items: $.releases
fields:
  version: tag
  urll: assets.0
steps:
  - {get: /a, as: page}
  - {get: /b, ass: page}
names: [one, two]"""


def read_nested(options: Options) -> tuple[object, ...]:
    fields = options.below("fields")
    assert fields
    steps = options.rows("steps")
    return (
        options.required("items"),
        fields.text("version"),
        fields.text("url"),
        [(step.text("get"), step.text("as")) for step in steps],
        options.texts("names"),
    )


def test_options_within_options_are_read_and_each_slip_is_told_at_its_line() -> None:
    options = Options(row(NESTED), {})
    assert read_nested(options) == (
        "$.releases",
        "tag",
        None,
        [("/a", "page"), ("/b", None)],
        ("one", "two"),
    )
    assert wrong(NESTED, read_nested) == [
        "8: there is no option 'urll'; use one of url, version Did you mean 'url'?",
        "11: there is no option 'ass'; use one of as, get Did you mean 'as'?",
    ]


@pytest.mark.parametrize(
    ("text", "read", "said"),
    [
        ("a: [1]", lambda o: o.text("a"), "5: option 'a' is one value Mend it."),
        ("a: {b: c}", lambda o: o.required("a"), "5: option 'a' is one value Mend it."),
        ("a: b", lambda o: o.below("a"), "5: option 'a' has keys and values of its own Mend it."),
        ("a: b", lambda o: o.rows("a"), "5: option 'a' is a list of rows with keys and values Mend it."),
        ("a: [b, {c: d}]", lambda o: o.texts("a"), "5: option 'a': it is no text Mend it."),
        ("a: 070", lambda o: o.number("a", 1, 1, 60), "5: option 'a': '070' is not a whole number from 1 to 60 Mend it."),
        ("a: yes", lambda o: o.flag("a"), "5: option 'a': 'yes' is none of false, true Mend it."),
        ("a: '(['", lambda o: o.pattern("a"), "5: option 'a': it is not a regular expression: missing ]: [ Mend it."),
        ("a: '([0-9])(b)'", lambda o: o.pattern("a"), "5: option 'a': it has 2 groups; put one pair of parentheses around the version Mend it."),
        ("a: ''", lambda o: o.required("a"), "4: option 'a' is missing Add a line `a: …`."),
        ("a: open", lambda o: o.secret("a"), "5: option 'a' must not stand in the file: write it as ${NAME} and set the environment variable NAME Mend it."),
        ("a: '${HOME}'", lambda o: o.text("a"), "5: option 'a': the environment variable HOME is not meant for forewarn: call it FOREWARN_HOME, or add its name to the variable FOREWARN_MAY_READ Mend it."),
        ("a: x${FOREWARN_A}", lambda o: o.text("a"), "5: option 'a': the whole value must be ${NAME}, or none of it Mend it."),
        ("a: '${FOREWARN_LINES}'", lambda o: o.text("a"), "5: option 'a': the environment variable FOREWARN_LINES holds a line end or another control character Set it to the bare value."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_one_sentence_at_its_line(
    text: str, read: Callable[[Options], object], said: str
) -> None:
    assert wrong(text, read, HOME="/root", FOREWARN_LINES="a\nb") == [said]


def test_what_a_variable_holds_is_put_in_and_remembered_and_never_quoted() -> None:
    text = "url: https://v.example/${FOREWARN_A}?b=${FOREWARN_B}\nport: ${FOREWARN_A}"
    options = Options(row(text), {"FOREWARN_A": "open sesame", "FOREWARN_B": "b"})
    assert options.filled("url", lambda value: value.replace(" ", "+")) == (
        "https://v.example/open+sesame?b=b"
    )
    assert options.number("port", 7, 1, 9) == 7
    assert options.values == {"FOREWARN_A": "open sesame", "FOREWARN_B": "b"}
    with pytest.raises(OptionsError) as refused:
        options.finish()
    assert refused.value.problems == (
        "option 'port': what the variable FOREWARN_A holds does not fit here",
    )


def test_variables_that_are_not_set_are_named_once_when_all_else_is_right() -> None:
    options = Options(row("a: ${FOREWARN_A}\nb: ${FOREWARN_B}\nc: ${FOREWARN_A}"), {})
    assert [options.text(name) for name in "abc"] == [None] * 3
    with pytest.raises(UnsetError) as refused:
        options.finish()
    assert refused.value.what == (
        "source 'data' needs the environment variable FOREWARN_A and FOREWARN_B, which is not set"
    )


def test_without_an_environment_variables_are_taken_to_be_fine() -> None:
    options = Options(row("a: ${FOREWARN_A}\nb: x${FOREWARN_B}"), None)
    assert options.text("a") is None
    assert options.filled("b", str) == "x${FOREWARN_B}"
    options.finish()
