"""YAML that never guesses: what a record may be written in, and where each part stands.

A plain scalar is a string (`2.10` stays `2.10`, `no` stays `no`). Duplicate keys, tags,
aliases and several documents are problems. Every problem names file, line and key, and says
what was expected; reading goes on after one, so that a file's problems are told together.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from functools import cache
from typing import TypeVar

import yaml

from forewarn.model.finding import Finding, FindingSeverity, Mend
from forewarn.model.record import Place
from forewarn.store.slips import fill_date, meant

Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=StrEnum)

# The C parser where it was built, which is nearly everywhere; the other reads the same. The
# base loader resolves nothing, so that every plain scalar is a string.
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_DEEPEST = 100
_FLOW_BRACKET = re.compile(r"[\[\]{}]")
# Each level of a block is at least a column further right.
_DEEP_BLOCK = re.compile(rf"^[ ?:-]{{{2 * _DEEPEST}}}", re.MULTILINE)


class Problems:
    """The findings of one file, as they are met."""

    def __init__(self, file: str, first_line: int = 1) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self._first_line = first_line

    def place(self, node: yaml.Node | None) -> Place:
        """Where a node stands in the file."""
        line = node.start_mark.line if node else 0
        return Place(file=self.file, line=self._first_line + line)

    def add(
        self, node: yaml.Node | None, rule: str, message: str, help: str, right: str | None = None
    ) -> None:
        """Keep a finding of severity error at a node, or at the beginning of the file.

        `right` is what the scalar must be, where nothing else can be meant.
        """
        mend = None
        if isinstance(node, yaml.ScalarNode) and right is not None:
            mend = Mend(column=node.start_mark.column, old=str(node.value), new=right)
        self.add_at(self.place(node), rule, message, help, mend)

    def add_at(
        self, place: Place, rule: str, message: str, help: str, mend: Mend | None = None
    ) -> None:
        """Keep a finding of severity error at a place."""
        self.findings.append(
            Finding(
                rule=rule,
                severity=FindingSeverity.ERROR,
                place=place,
                message=message,
                help=help,
                mend=mend,
            )
        )


def read_mapping(
    text: str, problems: Problems, what: str, list_key: str | None = None
) -> Fields | None:
    """Read YAML text that must be one mapping; None (and a finding) where it is not.

    With `list_key`, a list may stand there alone, and is read as if it were that key's value.
    """
    if _too_deep(text):
        problems.add(
            None, "unreadable", "this is nested too deeply to be a record", "Write it out flat."
        )
        return None
    if _has_shorthand(text, problems):
        return None
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = problems.place(None).line + (mark.line if mark else 0)
        problems.add_at(
            Place(file=problems.file, line=line),
            "unreadable",
            f"this is not readable YAML: {error.problem or error.context}",
            "Mend the line; quote text that holds ': ' or ' #', or begins with one of "
            "*, &, !, <, >, =, [, {, @, ` or %.",
        )
        return None
    except (yaml.YAMLError, ValueError) as error:
        problems.add(
            None,
            "unreadable",
            f"this is not readable YAML: {error}",
            "Save the file as UTF-8 text.",
        )
        return None
    finally:
        loader.dispose()
    if node is None:
        start = yaml.Mark(problems.file, 0, 0, 0, "", 0)
        node = yaml.MappingNode("tag:yaml.org,2002:map", [], start, start)
    if list_key and isinstance(node, yaml.SequenceNode):
        key = yaml.ScalarNode("tag:yaml.org,2002:str", list_key, node.start_mark, node.start_mark)
        node = yaml.MappingNode(
            "tag:yaml.org,2002:map", [(key, node)], node.start_mark, node.end_mark
        )
    if not isinstance(node, yaml.MappingNode):
        problems.add(
            node,
            "wrong-type",
            f"{what} is {_kind(node)}; expected keys and values",
            "Write `key: value` lines.",
        )
        return None
    return Fields(node, problems, what)


class Fields:
    """The keys of one mapping. Each is taken once; `end` reports what nobody took."""

    def __init__(self, node: yaml.MappingNode, problems: Problems, what: str) -> None:
        self.node = node
        self.problems = problems
        self.what = what
        self._known: list[str] = []
        self._keys: dict[str, yaml.Node] = {}
        self._values: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None:
                problems.add(
                    key, "wrong-type", f"a key of {what} is {_kind(key)}", "Write a plain word."
                )
            elif name in self._keys:
                problems.add(
                    key,
                    "duplicate-key",
                    f"{name!r} stands twice in {what}; "
                    f"the first is in line {problems.place(self._keys[name]).line}",
                    "Keep one of them.",
                )
            else:
                self._keys[name] = key
                self._values[name] = value

    @property
    def place(self) -> Place:
        """Where the mapping begins."""
        return self.problems.place(self.node)

    def place_of(self, name: str) -> Place:
        """Where a key stands, or the mapping where it is missing."""
        return self.problems.place(self._keys.get(name, self.node))

    def has(self, name: str) -> bool:
        """Whether the key is there."""
        self._known.append(name)
        return name in self._values

    def names(self) -> tuple[str, ...]:
        """The keys, as written, for a mapping whose keys are names."""
        self._known.extend(self._keys)
        return tuple(self._keys)

    def text(
        self,
        name: str,
        check: Callable[[str], str | None] | None = None,
        repair: Callable[[str], str] | None = None,
    ) -> str | None:
        """A string, or None where the key is missing; `check` returns what is wrong with it.

        Where `repair` makes it right, that is the one right mend.
        """
        node = self._take(name)
        return None if node is None else self._scalar(node, name, check, repair)

    def required(self, name: str, check: Callable[[str], str | None] | None = None) -> str:
        """A string that must be there and not empty; "" (and a finding) where it is not."""
        if not self.has(name):
            self.missing(name)
            return ""
        text = self.text(name, check)
        if text is not None and not text.strip():
            self.problems.add(
                self._values[name], "empty", f"{name!r} is empty", f"Give {name} a value."
            )
        return text or ""

    def missing(self, name: str, why: str = "") -> None:
        """Report that a key must be there."""
        self.problems.add(
            self.node,
            "missing-key",
            f"{self.what} has no {name!r}{why}",
            f"Add a line `{name}: …`.",
        )

    def texts(self, name: str, check: Callable[[str], str | None] | None = None) -> tuple[str, ...]:
        """A list of strings; one string alone is a list of one."""
        node = self._take(name)
        if node is None:
            return ()
        items = node.value if isinstance(node, yaml.SequenceNode) else [node]
        found = (self._scalar(item, name, check) for item in items)
        return tuple(text for text in found if text is not None)

    def day(self, name: str) -> date | None:
        """A date, written 2026-05-04."""
        return self.parsed(name, date.fromisoformat, "a date such as 2026-05-04", fill_date)

    def choice(self, name: str, choices: type[Choice]) -> Choice | None:
        """One of an enumeration's values."""
        return self.parsed(name, choices, _one_of(choices), str.lower)

    def flag(self, name: str) -> bool:
        """`true` or `false`; false where the key is missing."""
        words = {"true": True, "false": False}
        return bool(self.parsed(name, words.__getitem__, "true or false", str.lower))

    def whole_number(self, name: str) -> int | None:
        """A number without sign or fraction."""

        def parse(text: str) -> int:
            if not (text.isascii() and text.isdecimal() and len(text) < 19):
                raise ValueError
            return int(text)

        return self.parsed(name, parse, "a whole number such as 18874368")

    def parsed(
        self,
        name: str,
        parse: Callable[[str], Value],
        expected: str,
        repair: Callable[[str], str] | None = None,
    ) -> Value | None:
        """A scalar given to `parse`; its ValueError or KeyError becomes a finding.

        Where `parse` takes what `repair` makes of it, that is the one right mend.
        """
        node = self._take(name)
        text = None if node is None else self._scalar(node, name, None)
        if text is None:
            return None
        try:
            return parse(text)
        except (ValueError, KeyError) as error:
            reason = f" ({error})" if isinstance(error, ValueError) and _says_more(error) else ""
            self.problems.add(
                node,
                "wrong-value",
                f"{name!r} is {_shorten(text)}; expected {expected}{reason}",
                f"Write {expected}.",
                _right(text, repair, lambda right: _parses(parse, right)),
            )
            return None

    def mapping(self, name: str) -> Fields | None:
        """A mapping below this one."""
        node = self._take(name)
        if node is None:
            return None
        if not isinstance(node, yaml.MappingNode):
            self._wrong(node, name, "keys and values")
            return None
        return Fields(node, self.problems, name)

    def is_list(self, name: str) -> bool:
        """Whether the key is there and has a list, for a key that may have another form."""
        return isinstance(self._take(name), yaml.SequenceNode)

    def mappings(self, name: str) -> tuple[Fields, ...]:
        """A list of mappings below this one."""
        node = self._take(name)
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode):
            self._wrong(node, name, "a list, each row beginning with '- '")
            return ()
        rows = []
        for item in node.value:
            if isinstance(item, yaml.MappingNode):
                rows.append(Fields(item, self.problems, f"a row of {name}"))
            else:
                self._wrong(item, f"a row of {name}", "keys and values")
        return tuple(rows)

    def end(self) -> None:
        """Report every key that was never asked for."""
        slips = {name: meant(name, self._known) for name in self._keys if name not in self._known}
        # Where two slips are of one key, or it is there already, one of them is something else.
        taken = [*self._keys, *slips.values()] if slips else []
        for name, right in slips.items():
            close = difflib.get_close_matches(name, self._known, n=1)
            help = f"Did you mean {close[0]!r}? " if close else ""
            self.problems.add(
                self._keys[name],
                "unknown-key",
                f"{_shorten(name)} is not a key of {self.what}",
                f"{help}The keys are {', '.join(dict.fromkeys(self._known))}.",
                right if taken.count(right) == 1 else None,
            )

    def _take(self, name: str) -> yaml.Node | None:
        self._known.append(name)
        return self._values.get(name)

    def _scalar(
        self,
        node: yaml.Node,
        name: str,
        check: Callable[[str], str | None] | None,
        repair: Callable[[str], str] | None = None,
    ) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self._wrong(node, name, "one value")
            return None
        text = str(node.value)
        problem = check(text) if check else None
        if problem:
            self.problems.add(
                node,
                "wrong-value",
                f"{name!r} cannot be used: {problem}",
                f"Mend {name}.",
                _right(text, repair, lambda right: not (check and check(right))),
            )
            return None
        return text

    def _wrong(self, node: yaml.Node, name: str, expected: str) -> None:
        self.problems.add(
            node,
            "wrong-type",
            f"{name!r} is {_kind(node)}; expected {expected}",
            f"Write {expected}.",
        )


def _too_deep(text: str) -> bool:
    """Whether the text nests deeper than any record does; the C parser dies of stack overflow."""
    if _DEEP_BLOCK.search(text):
        return True
    depth = 0
    for char in _FLOW_BRACKET.findall(text):
        depth += 1 if char in "[{" else -1
        if depth > _DEEPEST:
            return True
    return False


def _has_shorthand(text: str, problems: Problems) -> bool:
    """Report the first anchor, alias or tag of a text; True if there was one.

    The node tree has them resolved, so they are looked for among the tokens; only where their
    characters stand at all, which is rare.
    """
    if not any(char in text for char in "&*!"):
        return False
    try:
        tokens: Iterable[yaml.Token] = yaml.scan(text, Loader=_Loader)
        for token in tokens:
            if isinstance(token, yaml.AliasToken | yaml.AnchorToken | yaml.TagToken):
                word = "a tag" if isinstance(token, yaml.TagToken) else "an anchor or alias"
                line = problems.place(None).line + token.start_mark.line
                problems.add_at(
                    Place(file=problems.file, line=line),
                    "shorthand",
                    f"{word} stands here; records are written out",
                    "Write the value itself; quote text that begins with '*', '&' or '!'.",
                )
                return True
    except yaml.YAMLError:
        # What cannot be scanned cannot be parsed either, and the parser says it better.
        return False
    return False


def _right(
    text: str, repair: Callable[[str], str] | None, is_right: Callable[[str], bool]
) -> str | None:
    """What `repair` makes of a text, where that is right."""
    repaired = repair(text) if repair else text
    return repaired if repaired != text and is_right(repaired) else None


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except (ValueError, KeyError):
        return False
    return True


def _kind(node: yaml.Node) -> str:
    match node:
        case yaml.MappingNode():
            return "a mapping"
        case yaml.SequenceNode():
            return "a list"
        case _:
            return _shorten(str(node.value))


def _shorten(text: str) -> str:
    return ascii(text) if len(text) <= 60 else f"{ascii(text[:57])[:-1]}…'"


@cache
def _one_of(choices: type[StrEnum]) -> str:
    return f"one of {', '.join(choices)}"


def _says_more(error: ValueError) -> bool:
    """Whether a parser's own words help: those of our model do, those of the library do not."""
    return type(error) is not ValueError
