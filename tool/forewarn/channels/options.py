"""Reads a channel's options: unknown ones and wrong values are refused, `${NAME}` is looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from forewarn.channels.interface import DeliveryError
from forewarn.errors import DataError
from forewarn.model.settings import ChannelSettings
from forewarn.model.variables import NotAllowed, look_up, referred


class OptionsError(DataError):
    """Options of a channel are wrong. `problems` has a sentence for each."""

    def __init__(self, problems: tuple[str, ...], channel: ChannelSettings) -> None:
        super().__init__(
            f"channel {channel.id!r}: {'; '.join(problems)}",
            where=str(channel.place),
            help="Mend it in forewarn.yml; `forewarn check` lists everything.",
        )
        self.problems = problems


class Options:
    """The options of one channel, read one by one; call `finish` after the last.

    Every reader returns a usable value, also where the option is wrong, so that `finish` can
    tell of all that is wrong at once. Without `environ`, a `${NAME}` is taken to be fine.
    """

    def __init__(self, channel: ChannelSettings, environ: Mapping[str, str] | None) -> None:
        self._channel = channel
        self._environ = environ
        self._problems: list[str] = []
        self._unset: list[str] = []
        self._known: list[str] = []

    def text(
        self, name: str, default: str | None = None, rule: Callable[[str], str | None] | None = None
    ) -> str | None:
        """A text, or `default`. `rule` returns what is wrong with it, or None."""
        found = self._look_up(name)
        problem = rule(found) if rule and found is not None else None
        variable = referred(self._channel.options.get(name, ""))
        if problem and variable:
            # The rule may quote what it was given, which is nobody's to read.
            problem = f"what the variable {variable} holds does not fit here"
        if problem:
            self.refuse(f"option {name!r}: {problem}")
        return default if found is None or problem else found

    def place(self, name: str, default: str, rule: Callable[[str], str | None]) -> str:
        """A path, which no variable may give: a secret would become the name of a file."""
        written = self._channel.options.get(name, "")
        if "${" in written:
            self._known.append(name)
            self.refuse(f"option {name!r} must stand in the file; no variable may give it")
            return default
        return self.text(name, default, rule) or default

    def required(self, name: str, rule: Callable[[str], str | None] | None = None) -> str:
        """A text that must be there."""
        if not self._channel.options.get(name):
            self._known.append(name)
            self.refuse(f"option {name!r} is missing")
            return ""
        return self.text(name, "", rule) or ""

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

    def secret(self, name: str) -> str | None:
        """A value that never stands in forewarn.yml, only the name of its variable does."""
        written = self._channel.options.get(name)
        if written and not referred(written):
            # The value itself is not repeated: it may be the password.
            self._known.append(name)
            self.refuse(
                f"option {name!r} must not stand in the file: write it as ${{NAME}} and set "
                "the environment variable NAME"
            )
            return None
        return self._look_up(name)

    def refuse(self, problem: str) -> None:
        """Note something wrong, such as two options that do not go together."""
        self._problems.append(problem)

    def finish(self) -> None:
        """The end of the options.

        Raises:
            OptionsError: anything was wrong, or an option was not asked for by anybody.
            DeliveryError: a `${NAME}` is not set; not permanent.
        """
        for name in sorted(self._channel.options.keys() - set(self._known)):
            self.refuse(f"there is no option {name!r}; use one of {', '.join(sorted(self._known))}")
        if self._problems:
            raise OptionsError(tuple(self._problems), self._channel)
        if self._unset:
            raise DeliveryError(
                f"channel {self._channel.id!r} needs the environment variable "
                f"{' and '.join(self._unset)}, which is not set",
                permanent=False,
                where=str(self._channel.place),
                help="Set it, then run `forewarn deliver --retry`.",
            )

    def _look_up(self, name: str) -> str | None:
        self._known.append(name)
        written = self._channel.options.get(name)
        if not written or "${" not in written:
            return written or None
        variable = referred(written)
        if variable is None:
            self.refuse(f"option {name!r}: the whole value must be ${{NAME}}, or none of it")
            return None
        if self._environ is None:
            return None
        try:
            found = look_up(variable, self._environ)
        except NotAllowed as error:
            self.refuse(f"option {name!r}: {error}")
            return None
        if found is None:
            self._unset.append(variable)
        return found
