"""The documentation says what the tool does: every command, option, rule and key, tried."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest
from packaging.requirements import Requirement

from command_line import Kb
from forewarn import channels, plugins, sources
from forewarn.channels.interface import Surroundings
from forewarn.cli import forewarn
from forewarn.model import rule_ids
from forewarn.model.events.event import EventKind
from forewarn.model.events.severity import Severity
from forewarn.model.product import Watch
from forewarn.model.recipient import Person
from forewarn.model.record import Audience
from forewarn.model.release import Verdict
from forewarn.model.schedule import Every, Weekday
from forewarn.model.settings import ChannelSettings, Place
from forewarn.model.subscription import Prerelease
from forewarn.services.check.rules import by_id
from forewarn.services.check.run import check
from forewarn.store.catalogue.whole import load_worktree
from forewarn.store.records import read_record
from forewarn.store.records.problems import Problems
from forewarn.store.settings import read_settings
from forewarn.store.subscriptions import parse_file

ROOT = Path(__file__).parents[2]
KB = ROOT / "kb"
CODE = ROOT / "tool" / "forewarn"
_FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_RECORD = re.compile(r"\A(?:---\n)?# (?P<path>(?:releases|kb|subscriptions)/\S+|forewarn\.yml)\n")
_TICKED = re.compile(r"`([^`\n]+)`")


class Block(NamedTuple):
    """A fenced block of an article."""

    article: str
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.article}: {self.text.strip().splitlines()[0]}"


class Command(NamedTuple):
    """A command that does something, by the words that call it."""

    words: tuple[str, ...]
    command: click.Command

    def __str__(self) -> str:
        return " ".join(self.words)


def _walk(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[Command]:
    if words:
        yield Command(words, command)
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _walk(below, (*words, name))


def _articles() -> tuple[Path, ...]:
    """Our own articles; the known issues of other products are not about forewarn."""
    return tuple(p for p in sorted(KB.rglob("*.md")) if "known-issues" not in p.parts)


def _blocks() -> tuple[Block, ...]:
    return tuple(
        Block(path.relative_to(ROOT).as_posix(), match["language"], match["text"])
        for path in _articles()
        for match in _FENCE.finditer(path.read_text(encoding="utf-8"))
    )


@cache
def _text(article: str) -> str:
    return (KB / article).read_text(encoding="utf-8")


@cache
def _ticked(article: str) -> frozenset[str]:
    """Everything that an article names as code outside of its fenced blocks."""
    return frozenset(_TICKED.findall(_FENCE.sub("", _text(article))))


# `deliver` and `deliveries` are two ends of one thing.
_SHARED = {"deliveries": "deliver"}
COMMANDS = tuple(_walk(forewarn))
BLOCKS = _blocks()
RECORDS = tuple(block for block in BLOCKS if _RECORD.match(block.text))


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_every_command_has_an_article_that_names_each_of_its_options(command: Command) -> None:
    noun = command.words[0]
    article = f"commands/{_SHARED.get(noun, noun)}.md"
    named = " ".join(sorted(_ticked(article))).replace("/", " ").split()
    options = {
        option
        for parameter in command.command.params
        if isinstance(parameter, click.Option) and not parameter.hidden
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    assert options - {*named} == set(), article
    if not isinstance(command.command, click.Group):
        assert f"forewarn {' '.join(command.words)}" in _text(article)


def test_the_options_of_forewarn_itself_are_explained() -> None:
    named = " ".join(_ticked("exit-codes.md")).split()
    for parameter in forewarn.params:
        assert {*parameter.opts} <= {*named}


def _command_lines(block: Block) -> Iterator[str]:
    """The lines of a shell block that call forewarn, continued lines joined."""
    text = block.text.replace("\\\n", " ")
    for line in text.splitlines():
        if block.language == "console":
            if not line.startswith("$ "):
                continue
            line = line.removeprefix("$ ")
        for part in re.split(r"&&|;|\|", line):
            words = part.split()
            if words[:1] == ["forewarn"]:
                yield part


# A package that an article makes brings words of its own; other tests install it and run them.
_BROUGHT = {
    (block.article, name)
    for block in BLOCKS
    if block.language == "toml"
    for name in re.findall(r'"forewarn\.(?:importers|builders)"\]\n(\w+) =', block.text)
}
# An example is typed as it stands, and so is what a help page shows.
HELP = tuple(
    (str(command), line)
    for command in COMMANDS
    for example in re.findall(r"Examples?:(.*)", command.command.help or "", re.DOTALL)
    for line in _command_lines(Block(str(command), "sh", example))
)
LINES = HELP + tuple(
    (block.article, line)
    for block in BLOCKS
    if block.language in ("sh", "console")
    for line in _command_lines(block)
    if not _BROUGHT & {(block.article, word) for word in line.split()}
)


@pytest.mark.parametrize(("article", "line"), LINES, ids=lambda value: str(value).strip())
def test_every_command_line_in_an_article_or_a_help_page_is_one_that_forewarn_takes(
    article: str, line: str
) -> None:
    words = shlex.split(line, comments=True)[1:]
    words = list(takewhile(lambda word: not re.match("2?>(?!=)", word), words))
    try:
        _parse(forewarn, "forewarn", words, None)
    except click.UsageError as error:
        pytest.fail(f"{article}: {error.format_message()}")


def _parse(
    command: click.Command, name: str, words: list[str], parent: click.Context | None
) -> None:
    try:
        context = command.make_context(name, words, parent=parent)
    except click.exceptions.Exit:
        return  # --help and --version end it
    with context:
        # Click 8.2 has made the attribute private, and has no other way to it.
        inner = vars(context).get("_protected_args", vars(context).get("protected_args", []))
        rest = [*inner, *context.args]
        if isinstance(command, click.Group) and rest:
            found, below, rest = command.resolve_command(context, rest)
            assert found and below
            _parse(below, found, rest, context)


def test_the_articles_have_command_lines_and_records_at_all() -> None:
    assert len(LINES) > len(HELP) + 30
    assert len(HELP) > 60
    assert len(RECORDS) >= 5


@pytest.mark.parametrize("block", RECORDS, ids=str)
def test_every_record_in_an_article_is_one_that_the_reader_takes(
    block: Block, tmp_path: Path
) -> None:
    match = _RECORD.match(block.text)
    assert match
    if match["path"] == "forewarn.yml":
        (tmp_path / "forewarn.yml").write_text(block.text, encoding="utf-8")
        settings, findings = read_settings(tmp_path)
        assert settings
        assert findings == ()
        assert [p for row in settings.channels.values() for p in channels.problems(row)] == []
        return
    if match["path"].startswith("subscriptions/"):
        rows, wrong = parse_file(match["path"], block.text.encode(), None)
        assert rows and not wrong
        return
    problems = Problems(match["path"])
    record = read_record(match["path"], block.text.encode(), problems)
    assert problems.findings == []
    assert record is not None


# How rules are reported: the name of the function, and which of its four arguments is the rule.
_REPORTS = {"add": 1, "add_at": 1, "_error": 0, "_warning": 0}


def _reported() -> Iterator[str]:
    """Every rule that the reader of records can report, by its source."""
    for path in sorted(CODE.joinpath("store").rglob("*.py")):
        if path.parent.name == "git":
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                at = _REPORTS.get(call.func.attr)
                if at is not None and len(call.args) == 4:
                    yield ast.unparse(call.args[at])


def test_every_rule_that_the_reader_reports_is_one_of_check() -> None:
    named = {name for name in _reported() if name.startswith("rule_ids.")}
    # The others are helpers that hand on the rule that they were given.
    assert {*_reported()} - named == {"rule"}
    reported = {getattr(rule_ids, name.removeprefix("rule_ids.")) for name in named}
    assert reported <= by_id().keys()


# Words that are spelled like a rule and mean something else.
_NO_RULES = {
    ("cli/reading.py", "unreadable"),
    ("cli/say/plan.py", "unreadable"),
    ("cli/version.py", "empty"),
    ("sources/file.py", "empty"),
    ("store/git/branch.py", "empty"),
}


@pytest.mark.slow
def test_the_id_of_a_rule_is_written_once() -> None:
    spelled = [
        (node.value, path.relative_to(CODE).as_posix())
        for path in sorted(CODE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in by_id()
    ]
    told = Counter(id for id, path in spelled if (path, id) not in _NO_RULES)
    assert {id: count for id, count in told.items() if count > 1} == {}
    assert told.keys() == by_id().keys()


def _keys_of(text: str, path: str, what: str) -> frozenset[str]:
    """The keys that a reader takes, as it lists them when it meets one that it does not know."""
    problems = Problems(path)
    read_record(path, text.encode(), problems)
    return _listed([(f.message, f.help) for f in problems.findings], what)


def _listed(findings: list[tuple[str, str]], what: str) -> frozenset[str]:
    helps = [help for message, help in findings if f"'zzz' is not a key of {what}" in message]
    assert len(helps) == 1, findings
    return frozenset(helps[0].partition("The keys are ")[2].rstrip(".").split(", "))


_UNKNOWN_RELEASE = """\
---
status: withdrawn
zzz: x
withdrawn: {on: 2026-05-04, reason: x, zzz: x}
downloads: [{platform: any, url: "https://example.com/", zzz: x}]
support: {zzz: x}
history: [{to: withdrawn, at: 2026-05-04, zzz: x}]
rollout: {any: [{on: 2026-05-04, share: 10%, zzz: x}]}
compatibility:
  - {with: a, versions: "1", verdict: works, zzz: x, verified: {by: a, on: 2026-05-04, zzz: x}}
---
"""
_UNKNOWN_PRODUCT = """\
name: A
scheme: loose
zzz: x
support: {stable: {zzz: x}}
watch: [{type: feed, url: "https://example.com/", zzz: x}]
"""
_UNKNOWN_ARTICLE = """\
---
title: A
kind: policy
zzz: x
verified: {by: a, on: 2026-05-04, zzz: x}
---
"""
_UNKNOWN_SETTINGS = """\
name: A
zzz: x
sites: {zzz: x}
people: {a: {name: A, away: [{zzz: x}]}}
lists: {c: {email: c@example.com, zzz: x}}
rooms: {room-d: {place: "#d", zzz: x}}
channels: {b: {type: folder}}
subscriptions: [{person: a, channel: b, digest: {every: weekly, zzz: x}, quiet: {zzz: x}, zzz: x}]
"""


@pytest.mark.parametrize(
    ("article", "text", "path", "what"),
    [
        ("files/release.md", _UNKNOWN_RELEASE, "releases/a/1.md", "this release"),
        ("files/release.md", _UNKNOWN_RELEASE, "releases/a/1.md", "withdrawn"),
        ("files/release.md", _UNKNOWN_RELEASE, "releases/a/1.md", "a row of downloads"),
        ("files/release.md", _UNKNOWN_RELEASE, "releases/a/1.md", "support"),
        ("files/release.md", _UNKNOWN_RELEASE, "releases/a/1.md", "a row of history"),
        ("files/release.md", _UNKNOWN_RELEASE, "releases/a/1.md", "a row of any"),
        ("files/release.md", _UNKNOWN_RELEASE, "releases/a/1.md", "a row of compatibility"),
        ("files/release.md", _UNKNOWN_RELEASE, "releases/a/1.md", "verified"),
        ("files/product.md", _UNKNOWN_PRODUCT, "releases/a/product.yml", "product.yml"),
        ("files/release.md", _UNKNOWN_PRODUCT, "releases/a/product.yml", "stable"),
        ("files/article.md", _UNKNOWN_ARTICLE, "kb/a.md", "this article"),
        ("files/article.md", _UNKNOWN_ARTICLE, "kb/a.md", "verified"),
    ],
)
def test_every_key_of_a_record_stands_in_its_article(
    article: str, text: str, path: str, what: str
) -> None:
    assert _keys_of(text, path, what) - _ticked(article) == set()


@pytest.mark.parametrize(
    "what",
    [
        "forewarn.yml",
        "sites",
        "a row of subscriptions",
        "a row of away",
        "c",
        "room-d",
        "digest",
        "quiet",
    ],
)
def test_every_key_of_the_settings_stands_in_their_article(what: str, tmp_path: Path) -> None:
    (tmp_path / "forewarn.yml").write_text(_UNKNOWN_SETTINGS, encoding="utf-8")
    _, findings = read_settings(tmp_path)
    keys = _listed([(f.message, f.help) for f in findings], what)
    assert keys - _ticked("files/settings.md") == set()


def test_every_key_of_a_person_and_every_choice_stands_in_the_article_of_the_settings() -> None:
    words = {*Person.__dataclass_fields__, *EventKind, *Severity} - {"id"}
    words |= {*Every, *Prerelease, *Audience, Weekday.MONDAY, Weekday.SUNDAY}
    assert words - _ticked("files/settings.md") == set()


@pytest.mark.parametrize("kind", plugins.names("channels"))
def test_every_option_of_a_channel_stands_in_the_article_of_the_settings(kind: str) -> None:
    row = ChannelSettings(
        id="a", type=kind, options={"zzz": "x"}, place=Place(file="forewarn.yml", line=1)
    )
    with pytest.raises(Exception, match="there is no option 'zzz'") as caught:
        channels.build(row, Surroundings(root=Path(), name="A"))
    options = str(caught.value).partition("use one of ")[2].split(";")[0].split(", ")
    assert {kind, *options} - _ticked("files/settings.md") == set()


@pytest.mark.parametrize("kind", plugins.names("sources"))
def test_every_key_of_a_watched_row_stands_in_the_article_of_products(kind: str) -> None:
    place = Place(file="releases/a/product.yml", line=1)
    found = sources.problems(Watch(type=kind, options={"zzz": "x"}, place=place))
    (strange,) = [problem.text for problem in found if "'zzz'" in problem.text]
    options = strange.partition("use one of ")[2].split(", ")
    told = _ticked("files/product.md") | _ticked("what-can-be-watched.md")
    assert {"type", "platform", *options} - told == set()


@pytest.mark.parametrize(
    ("group", "article"),
    [
        ("schemes", "versions.md"),
        ("sources", "what-can-be-watched.md"),
        ("presets", "what-can-be-watched.md"),
    ],
)
def test_every_scheme_and_source_stands_in_its_article(group: str, article: str) -> None:
    assert {*plugins.names(group)} - _ticked(article) == set()


def test_this_knowledge_base_has_no_findings() -> None:
    """As of the last commit: what it plans will be overdue some day, and then no test is red."""
    day = date.fromisoformat(Kb(ROOT).git("log", "-1", "--format=%cs").strip())
    assert check(ROOT, today=day).findings == ()


def _requirements() -> Iterator[tuple[str, Any]]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    yield "python", Requirement(f"python{project['requires-python']}").specifier
    for text in project["dependencies"]:
        requirement = Requirement(text)
        yield requirement.name.casefold(), requirement.specifier


def test_our_release_is_said_to_install_with_just_the_versions_that_its_package_declares() -> None:
    catalogue = load_worktree(ROOT).catalogue
    ours = catalogue.releases_of("forewarn")[0]
    rows = [s for s in ours.compatibility if (s.about or "").startswith("installing")]
    wrong = []
    for product, specifier in _requirements():
        scheme = catalogue.schemes.get(product)
        for release in catalogue.releases_of(product) if scheme else ():
            covering = [s for s in rows if s.partner == product]
            covering = [s for s in covering if s.versions.contains(release.version, scheme)]
            stated = min(covering, key=lambda s: s.versions.width, default=None)
            installs = specifier.contains(release.version, prereleases=True)
            if installs is not (stated is not None and stated.verdict is Verdict.WORKS):
                wrong.append(str(release))
    assert wrong == []
