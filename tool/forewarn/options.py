"""The options that a plug-in has of its own, read and checked by the plug-in itself.

A row of `watch:` or of `channels:` keeps them as they are written. Whoever knows what they mean
asks for each by name and type; what nobody asks for is refused, and so is what does not fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from forewarn.errors import DataError
from forewarn.frozen import dataclass
from forewarn.model.option import OptionValue
from forewarn.model.record import Place
from forewarn.model.variables import NotAllowed, look_up, names_in, referred
from forewarn.patterns import check_one_group

Rule = Callable[[str], str | None]
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that is wrong with the options of a row, where it stands, and what to do."""

    place: Place
    text: str
    help: str


class HasOptions(Protocol):
    """What has options: they are texts, lists and mappings; `lines` has the line of each."""

    @property
    def options(self) -> Mapping[str, OptionValue]: ...

    @property
    def lines(self) -> Mapping[str, int]: ...

    @property
    def place(self) -> Place: ...

    @property
    def called(self) -> str: ...


class OptionsError(DataError):
    """Options are wrong. `found` has a problem for each; `problems` are their sentences."""

    def __init__(self, found: tuple[Problem, ...], row: HasOptions) -> None:
        super().__init__(
            f"{row.called}: {'; '.join(problem.text for problem in found)}",
            where=str(found[0].place),
            help="`forewarn check` lists everything that is wrong.",
        )
        self.found = found

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, a sentence each."""
        return tuple(problem.text for problem in self.found)


class UnsetError(DataError):
    """A variable of the environment that an option names is not set."""


class Options:
    """The options of one row, read one by one; call `finish` after the last.

    Every reader returns a usable value, also where the option is wrong, so that `finish` can
    tell of all that is wrong at once. Without `environ`, a `${NAME}` is taken to be fine.

    `values` are those of the variables that were looked up, by their names: nothing that is told
    or kept may hold one.
    """

    def __init__(self, row: HasOptions, environ: Mapping[str, str] | None) -> None:
        self.values: dict[str, str] = {}
        self._row = row
        self._written = row.options
        self._path = ""
        self._environ = environ
        self._problems: list[Problem] = []
        self._unset: list[str] = []
        self._known: list[str] = []
        self._below: list[Options] = []

    def has(self, name: str) -> bool:
        """Whether the option is written."""
        return bool(self._written.get(name))

    def written(self, name: str) -> OptionValue | None:
        """The option as it is written, for whoever passes it on."""
        self._known.append(name)
        return self._written.get(name) or None

    def written_text(self, name: str, rule: Rule, *, needed: bool = False) -> str | None:
        """A text as it is written, for whoever passes it on; `${NAME}` in it stays."""
        if needed and not self._is_there(name):
            return None
        return self._checked(name, self._one(name), None, rule)

    def instead(self, written: Mapping[str, OptionValue]) -> Options:
        """Options that stand for these, to be read in their place."""
        return self._child(written, "")

    def is_mapping(self, name: str) -> bool:
        """Whether the option has keys and values of its own."""
        return isinstance(self._written.get(name), Mapping)

    def text(self, name: str, default: str | None = None, rule: Rule | None = None) -> str | None:
        """A text, or `default`. `rule` returns what is wrong with it, or None."""
        return self._checked(name, self._look_up(name), default, rule)

    def required(self, name: str, rule: Rule | None = None) -> str:
        """A text that must be there."""
        return self.text(name, "", rule) or "" if self._is_there(name) else ""

    def filled(self, name: str, spell: Callable[[str], str], rule: Rule | None = None) -> str:
        """A text that must be there, in which `${NAME}` may stand anywhere.

        `rule` is asked of it as it is written; `spell` makes of a value what stands for it.
        """
        if not self._is_there(name):
            return ""
        written = self._one(name) or ""
        problem = rule(written) if rule and written else None
        if problem:
            self.refuse(f"option {name!r} cannot be used: {problem}", name)
            return ""
        return self._fill(name, written, spell)

    def place(self, name: str, default: str, rule: Rule) -> str:
        """A path, which no variable may give: a secret would become the name of a file."""
        written = self._one(name)
        if "${" in (written or ""):
            self.refuse(f"option {name!r} must stand in the file; no variable may give it", name)
            return default
        return self._checked(name, written, default, rule) or default

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""

        def rule(text: str) -> str | None:
            if text.isascii() and text.isdigit() and least <= int(text[:9]) <= most:
                return None
            return f"{text!a} is not a whole number from {least} to {most}"

        found = self.text(name, None, rule)
        return default if found is None else int(found)

    def choice(self, name: str, *choices: str) -> str:
        """One of `choices`; the first is the default."""

        def rule(text: str) -> str | None:
            return None if text in choices else f"{text!a} is none of {', '.join(choices)}"

        return self.text(name, choices[0], rule) or choices[0]

    def flag(self, name: str) -> bool:
        """`true` or `false`; false where it is missing."""
        return self.choice(name, "false", "true") == "true"

    def pattern(self, name: str) -> str | None:
        """A regular expression (of RE2) with one pair of parentheses, or None."""
        return self.text(name, None, check_one_group)

    def texts(self, name: str, rule: Rule | None = None) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        self._known.append(name)
        written = self._written.get(name)
        rows = written if isinstance(written, tuple) else (written,) if written else ()
        found = []
        for number, item in enumerate(rows):
            problem = "it is no text" if not isinstance(item, str) else rule(item) if rule else None
            if problem:
                self.refuse(f"option {name!r}: {problem}", f"{name}/{number}")
            elif isinstance(item, str):
                found.append(item)
        return tuple(found)

    def below(self, name: str) -> Options | None:
        """The options below this one; None where there are none."""
        self._known.append(name)
        written = self._written.get(name)
        if not written:
            return None
        if not isinstance(written, Mapping):
            self.refuse(f"option {name!r} has keys and values of its own", name)
            return None
        return self._child(written, name)

    def rows(self, name: str) -> tuple[Options, ...]:
        """A list of rows, each with options of its own."""
        self._known.append(name)
        written = self._written.get(name) or ()
        if not isinstance(written, tuple) or not all(isinstance(row, Mapping) for row in written):
            self.refuse(f"option {name!r} is a list of rows with keys and values", name)
            return ()
        return tuple(
            self._child(row, f"{name}/{number}")
            for number, row in enumerate(written)
            if isinstance(row, Mapping)
        )

    def names(self) -> tuple[str, ...]:
        """The names that are written, where they are free."""
        return tuple(self._written)

    def secret(self, name: str, rule: Rule | None = None) -> str | None:
        """A value that never stands in the file, only the name of its variable does."""
        written = self._one(name)
        if written and not referred(written):
            # The value itself is not repeated: it may be the password.
            self.refuse(
                f"option {name!r} must not stand in the file: write it as ${{NAME}} and set "
                "the environment variable NAME",
                name,
            )
            return None
        return self._checked(name, self._look_up(name), None, rule)

    def variable(self, name: str) -> str | None:
        """The name of the variable that gives the value; None where none does."""
        return referred(self._one(name) or "")

    def needed_secret(self, name: str, rule: Rule | None = None) -> str:
        """A secret that must be there."""
        return self.secret(name, rule) or "" if self._is_there(name, "${FOREWARN_…}") else ""

    def refuse(self, problem: str, name: str | None = None, help: str | None = None) -> None:
        """Note something wrong, such as two options that do not go together."""
        self._problems.append(
            Problem(place=self._where(name), text=problem, help=help or "Mend it.")
        )

    def finish(self) -> None:
        """The end of the options.

        Raises:
            OptionsError: anything was wrong, or an option was not asked for by anybody.
            UnsetError: a `${NAME}` is not set.
        """
        readers = list(self._all())
        for reader in readers:
            reader._refuse_strange()
        problems = tuple(problem for reader in readers for problem in reader._problems)
        if problems:
            raise OptionsError(problems, self._row)
        unset = [name for reader in readers for name in reader._unset]
        if unset:
            raise UnsetError(
                f"{self._row.called} needs the environment variable "
                f"{' and '.join(dict.fromkeys(unset))}, which is not set",
                where=str(self._row.place),
                help="Set it where forewarn runs, then run the command again.",
            )

    def _refuse_strange(self) -> None:
        known = list(dict.fromkeys(self._known))
        for name in sorted(self._written.keys() - set(known)):
            from difflib import get_close_matches

            close = get_close_matches(name, known, n=1)
            self.refuse(
                f"there is no option {name!r}; use one of {', '.join(sorted(known))}",
                name,
                f"Did you mean {close[0]!r}?" if close else "Remove it.",
            )

    def _all(self) -> Iterator[Options]:
        yield self
        for child in self._below:
            yield from child._all()

    def _child(self, written: Mapping[str, OptionValue], path: str) -> Options:
        child = Options(self._row, self._environ)
        child._written, child._path = written, f"{self._path}{path}/"
        child.values = self.values
        self._below.append(child)
        return child

    def _where(self, name: str | None) -> Place:
        place = self._row.place
        line = self._row.lines.get(f"{self._path}{name}") if name else None
        return Place(file=place.file, line=line or place.line)

    def _is_there(self, name: str, such: str = "…") -> bool:
        if not self._written.get(name):
            self._known.append(name)
            self.refuse(f"option {name!r} is missing", None, f"Add a line `{name}: {such}`.")
            return False
        return True

    def _one(self, name: str) -> str | None:
        """The option as it is written, if it is one value."""
        self._known.append(name)
        written = self._written.get(name)
        if written and not isinstance(written, str):
            self.refuse(f"option {name!r} is one value", name)
            return None
        return written or None if isinstance(written, str) else None

    def _checked(
        self, name: str, found: str | None, default: str | None, rule: Rule | None
    ) -> str | None:
        problem = rule(found) if rule and found is not None else None
        written = self._written.get(name)
        variable = referred(written) if isinstance(written, str) else None
        if problem and variable:
            # The rule may quote what it was given, which is nobody's to read.
            problem = f"what the variable {variable} holds does not fit here"
        if problem:
            self.refuse(f"option {name!r}: {problem}", name)
        return default if found is None or problem else found

    def _look_up(self, name: str) -> str | None:
        written = self._one(name)
        if not written or "${" not in written:
            return written
        variable = referred(written)
        if variable is None:
            self.refuse(f"option {name!r}: the whole value must be ${{NAME}}, or none of it", name)
            return None
        return self._value(name, variable)

    def _fill(self, name: str, text: str, spell: Callable[[str], str]) -> str:
        for variable in dict.fromkeys(names_in(text)):
            value = self._value(name, variable)
            if value is not None:
                text = text.replace(f"${{{variable}}}", spell(value))
        return text

    def _value(self, name: str, variable: str) -> str | None:
        """What a variable holds; None where that is not known, or cannot be used."""
        if self._environ is None:
            return None
        try:
            found = look_up(variable, self._environ)
        except NotAllowed as error:
            self.refuse(f"option {name!r}: {error}", name)
            return None
        if found is None:
            self._unset.append(variable)
        elif _CONTROL.search(found):
            self.refuse(
                f"option {name!r}: the environment variable {variable} holds a line end or "
                "another control character",
                name,
                "Set it to the bare value.",
            )
            return None
        else:
            self.values[variable] = found
        return found
