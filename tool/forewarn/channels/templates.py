"""The wording of alerts by a knowledge base's own templates; where one is broken, ours stands."""

from __future__ import annotations

import contextlib
import functools
import json
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from forewarn import child
from forewarn.channels.interface import Message, OwnWording
from forewarn.channels.template_facts import examples, facts_of, facts_of_items
from forewarn.model import rule_ids
from forewarn.model.events.event import Event
from forewarn.model.finding import Finding, FindingSeverity
from forewarn.model.record import Audience, Place
from forewarn.model.settings import NOWHERE, ServedAt
from forewarn.model.visible import one_line
from forewarn.store.root import TEMPLATES
from forewarn.store.templates import read_templates

_WORKER = "forewarn.channels.template_worker"
# A machine that is busy with other things takes longer than the worker's limit of processor time.
_SECONDS = 20.0
_LONGEST_FIRST_LINE = 200
_BUILT_IN = "the built-in wording is used instead"


class Templates:
    """Fills in templates in a child process. Open it as a context.

    `problems` are what cannot be read, and the templates that failed so far, each mistake once.

    Args:
        files: the templates by path, such as `templates/staff/mail.txt`.
        left_out: the path of what cannot be read, and why.
        name: what the knowledge base is called.
        sites: where its sites are served.
    """

    def __init__(
        self,
        files: Mapping[str, str],
        left_out: Sequence[tuple[str, str]] = (),
        *,
        name: str = "",
        sites: ServedAt = NOWHERE,
    ) -> None:
        self.problems = [_broken(path, why) for path, why in left_out]
        self._files = files
        self._name = name
        self._sites = sites
        self._given_up: set[str] = set()
        self._process: subprocess.Popen[str] | None = None
        # One message goes to many.
        self._of = functools.lru_cache(maxsize=64)(self._written)

    @classmethod
    def of(cls, root: Path, name: str = "", sites: ServedAt = NOWHERE) -> Self:
        """Those that lie in the folder of a knowledge base, committed or not."""
        return cls(*read_templates(root), name=name, sites=sites)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._end()

    def written(self, events: tuple[Event, ...]) -> OwnWording:
        """What the templates for those whom these events are told to make of them."""
        return self._of(events) if self._files else OwnWording()

    def try_all(self) -> None:
        """Fill in every template with examples of every kind of event, for what that finds."""
        for audience in Audience if self._files else ():
            for message in examples(audience):
                self.written(message.events)

    def _written(self, events: tuple[Event, ...]) -> OwnWording:
        message = Message(events=events)
        folder = f"{TEMPLATES}/{events[0].told_to.value}"
        if not any(path.startswith(f"{folder}/") for path in self._files):
            return OwnWording()
        items = facts_of_items(message, self._name, self._sites)
        made = [self._fill_in(f"{folder}/first-line.txt", item) for item in items]
        lines = [one_line(text) for text in made if text is not None]
        first_lines = tuple(lines) if len(lines) == len(items) else None
        facts = facts_of(self._name, items, first_lines)
        return OwnWording(
            first_lines=first_lines,
            text=self._fill_in(f"{folder}/mail.txt", facts),
            html=self._fill_in(f"{folder}/mail.html", facts),
            post=self._fill_in(f"{folder}/post.txt", facts),
        )

    def _fill_in(self, path: str, facts: Mapping[str, Any]) -> str | None:
        """The text, or None where there is no such template, or it is broken."""
        source = self._files.get(path)
        if source is None or path in self._given_up:
            return None
        made = self._ask({"source": source, "html": path.endswith(".html"), "facts": facts})
        text: str | None = made.get("text")
        if path.endswith("/first-line.txt") and len(text or "") > _LONGEST_FIRST_LINE:
            made = {"error": f"a first line has {_LONGEST_FIRST_LINE} characters at most"}
        if "error" not in made:
            return text
        if made.get("final"):
            self._given_up.add(path)
        found = _broken(path, f"{made['error']}: {_BUILT_IN}", made.get("line", 1))
        if found not in self.problems:
            self.problems.append(found)
        return None

    def _ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        try:
            process = self._process or self._begin()
        except OSError as error:
            return {"error": f"no process can be started to fill it in ({error.strerror})"}
        assert process.stdin and process.stdout  # noqa: S101 - pipes, see _begin
        alarm = threading.Timer(_SECONDS, process.kill)
        alarm.start()
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            made: dict[str, Any] = json.loads(process.stdout.readline())
        except (OSError, ValueError):
            self._end()
            return {"error": "it takes too much time or memory", "final": True}
        finally:
            alarm.cancel()
        return made

    def _begin(self) -> subprocess.Popen[str]:
        self._process = subprocess.Popen(
            child.python(_WORKER),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            cwd=child.neutral_folder(),
            env=child.environment(),
            # Ctrl-C is for us; the child ends when its stream does.
            start_new_session=True,
        )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with process, contextlib.suppress(OSError):
                process.wait()


def _broken(path: str, what: str, line: int = 1) -> Finding:
    return Finding(
        rule=rule_ids.BROKEN_TEMPLATE,
        severity=FindingSeverity.ERROR,
        place=Place(file=path, line=line),
        message=what,
        help="Mend the template, or remove it; `forewarn check` tries all of them.",
    )
