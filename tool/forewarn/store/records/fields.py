"""The keys of a YAML mapping, each read as what it must be, with a finding where it is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import TypeVar

import yaml

from forewarn.expressions import expression
from forewarn.model import rule_ids
from forewarn.model.days import read_day
from forewarn.model.finding import Mend, Spelling
from forewarn.model.option import OptionValue
from forewarn.model.record import Audience, Place
from forewarn.model.versions.version import VersionRange, Written
from forewarn.store.records.problems import Problems
from forewarn.store.records.slips import fill_date, meant

Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=StrEnum)

_MOST_STRANGE = 20
_SHARE = expression(r"(\d{1,3}(?:\.\d{1,2})?) ?%", re.ASCII)


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
                    key,
                    rule_ids.WRONG_TYPE,
                    f"a key of {what} is {kind_of(key)}",
                    "Write a plain word.",
                )
            elif name in self._keys:
                problems.add(
                    key,
                    rule_ids.DUPLICATE_KEY,
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

    def spelling(self, name: str, meant: str, *, one_mend: bool = True) -> Spelling:
        """The value of a key as another word for `meant`, which is its mend if it is the one."""
        return self._spelling(self._values[name], meant, one_mend)

    def key_spelling(self, name: str, meant: str) -> Spelling:
        """A key as another word for `meant`."""
        return self._spelling(self._keys[name], meant, True)

    def _spelling(self, node: yaml.Node, meant: str, one_mend: bool) -> Spelling:
        written = str(node.value)
        mend = Mend(column=node.start_mark.column, old=written, new=meant) if one_mend else None
        return Spelling(place=self.problems.place(node), written=written, meant=meant, mend=mend)

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
                self._values[name], rule_ids.EMPTY, f"{name!r} is empty", f"Give {name} a value."
            )
        return text or ""

    def missing(self, name: str, why: str = "") -> None:
        """Report that a key must be there."""
        self.problems.add(
            self.node,
            rule_ids.MISSING_KEY,
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
        return self.parsed(name, read_day, "a date such as 2026-05-04", fill_date)

    def choice(
        self, name: str, choices: type[Choice], among: tuple[Choice, ...] | None = None
    ) -> Choice | None:
        """One of an enumeration's values, or of those `among` them that a file may hold."""
        words = _words(choices, among)

        def repair(text: str) -> str:
            return meant(text.lower(), words) or text.lower()

        return self.parsed(name, words.__getitem__, _one_of(choices, among), repair)

    def audience(self) -> Audience | None:
        """Who may see it. A slip is not guessed at: it could show something to everybody."""
        words = _words(Audience, None)
        return self.parsed("audience", words.__getitem__, _one_of(Audience, None), str.lower)

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

    def share(self, name: str) -> Decimal | None:
        """A part of a hundred, written 20%."""
        return self.parsed(name, _share, "a share such as 20%")

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
            right = _right(text, repair, lambda right: _parses(parse, right))
            close = f"Did you mean {right!r}? " if right is not None else ""
            self.problems.add(
                node,
                rule_ids.WRONG_VALUE,
                f"{name!r} is {_shorten(text)}; expected {expected}{reason}",
                f"{close}Write {expected}.",
                right,
            )
            return None

    def versions(self, name: str) -> VersionRange | None:
        """A range of versions, as far as it can be read without its product's scheme."""
        found = self.parsed(name, VersionRange.parse, "a range such as '>=2.4,<2.7'")
        node = self._values.get(name)
        if found is None or node is None:
            return found
        written = Written(
            line=self.problems.place(node).line,
            column=node.start_mark.column,
            quoted=isinstance(node, yaml.ScalarNode) and node.style in ("'", '"'),
        )
        return replace(found, written=written)

    def mapping(self, name: str) -> Fields | None:
        """A mapping below this one."""
        node = self._take(name)
        if node is None:
            return None
        if not isinstance(node, yaml.MappingNode):
            self._wrong(node, name, "keys and values")
            return None
        return Fields(node, self.problems, name)

    def options(
        self, check: Callable[[str], str | None]
    ) -> tuple[dict[str, OptionValue], dict[str, int]]:
        """Every key that nobody took, as it is written, and the lines of all that is below.

        They are a plug-in's, which alone knows what they mean. `check` says what no text may hold.
        """
        found: dict[str, OptionValue] = {}
        lines: dict[str, int] = {}
        for name in [name for name in self._keys if name not in self._known]:
            lines[name] = self.place_of(name).line or 0
            found[name] = self._option(self._take(name), name, name, check, lines)
        return found, lines

    def _option(
        self,
        node: yaml.Node | None,
        name: str,
        path: str,
        check: Callable[[str], str | None],
        lines: dict[str, int],
    ) -> OptionValue:
        match node:
            case yaml.MappingNode():
                below = Fields(node, self.problems, name)
                found = {}
                for key in below.names():
                    place = f"{path}/{key}"
                    lines[place] = below.place_of(key).line or 0
                    value = below._values[key]
                    found[key] = below._option(value, key, place, check, lines)
                return found
            case yaml.SequenceNode():
                items = []
                for number, item in enumerate(node.value):
                    place = f"{path}/{number}"
                    lines[place] = self.problems.place(item).line or 0
                    items.append(self._option(item, name, place, check, lines))
                return tuple(items)
            case yaml.ScalarNode():
                return self._scalar(node, name, check) or ""
        return ""

    def is_list(self, name: str) -> bool:
        """Whether the key is there and has a list, for a key that may have another form."""
        return isinstance(self._take(name), yaml.SequenceNode)

    def is_mapping(self, name: str) -> bool:
        """The same for keys and values."""
        return isinstance(self._take(name), yaml.MappingNode)

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

    def rows(self, name: str, check: Callable[[str], str | None]) -> Iterator[str | Fields]:
        """The rows of a list, each a string or a mapping; one row alone is a list of one."""
        node = self._take(name)
        if node is None:
            return
        for item in node.value if isinstance(node, yaml.SequenceNode) else [node]:
            if isinstance(item, yaml.MappingNode):
                yield Fields(item, self.problems, f"a row of {name}")
            else:
                text = self._scalar(item, f"a row of {name}", check)
                if text is not None:
                    yield text

    def end(self) -> None:
        """Report every key that was never asked for."""
        known = set(self._known)
        strange = [name for name in self._keys if name not in known]
        # More than these is no list of slips but another kind of file.
        slips = {name: meant(name, known) for name in strange[:_MOST_STRANGE]}
        # Where two slips are of one key, or it is there already, one of them is something else.
        taken = [*self._keys, *slips.values()] if slips else []
        for name, right in slips.items():
            from difflib import get_close_matches

            close = get_close_matches(name, self._known, n=1)
            help = f"Did you mean {close[0]!r}? " if close else ""
            self.problems.add(
                self._keys[name],
                rule_ids.UNKNOWN_KEY,
                f"{_shorten(name)} is not a key of {self.what}",
                f"{help}The keys are {', '.join(dict.fromkeys(self._known))}.",
                right if taken.count(right) == 1 else None,
            )
        if len(strange) > _MOST_STRANGE:
            self.problems.add(
                self._keys[strange[_MOST_STRANGE]],
                rule_ids.UNKNOWN_KEY,
                f"{len(strange) - _MOST_STRANGE} more keys from here on are not keys of "
                f"{self.what}",
                "See whether this is the file that it should be.",
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
                rule_ids.WRONG_VALUE,
                f"{name!r} cannot be used: {problem}",
                f"Mend {name}.",
                _right(text, repair, lambda right: not (check and check(right))),
            )
            return None
        return text

    def _wrong(self, node: yaml.Node, name: str, expected: str) -> None:
        self.problems.add(
            node,
            rule_ids.WRONG_TYPE,
            f"{name!r} is {kind_of(node)}; expected {expected}",
            f"Write {expected}.",
        )


@cache
def _words(choices: type[Choice], among: tuple[Choice, ...] | None) -> dict[str, Choice]:
    return {word.value: word for word in (choices if among is None else among)}


@cache
def _one_of(choices: type[Choice], among: tuple[Choice, ...] | None) -> str:
    return f"one of {', '.join(_words(choices, among))}"


def _share(text: str) -> Decimal:
    match = _SHARE.fullmatch(text)
    if not match or Decimal(match.group(1)) > 100:
        raise ValueError
    return Decimal(match.group(1))


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


def kind_of(node: yaml.Node) -> str:
    """What a node is, in words: a mapping, a list, or its text."""
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
def _says_more(error: ValueError) -> bool:
    """Whether a parser's own words help: those of our model do, those of the library do not."""
    return type(error) is not ValueError
