"""Editing a record from the command line: by options, from a file, or in the person's editor."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import click

from forewarn.cli.output import mention, say

if TYPE_CHECKING:
    from pathlib import Path

    from forewarn.errors import ForewarnError
    from forewarn.model.finding import Finding
    from forewarn.services.records.editing import Saved

Function = TypeVar("Function", bound=Callable[..., Any])

_SET = click.option(
    "--set",
    "values",
    multiple=True,
    metavar="KEY=VALUE",
    help="Set a key of the front matter; the value as YAML. May be given again.",
)
_UNSET = click.option(
    "--unset", multiple=True, metavar="KEY", help="Take a key out. May be given again."
)
_FROM = click.option(
    "--from",
    "source",
    type=click.File("rb"),
    metavar="FILE",
    help="Take the whole file from FILE (- for standard input).",
)
_NEW = (
    click.option("--public", is_flag=True, help="Customers may read it; without this, staff only."),
    click.option("--owner", metavar="PERSON", help="Who keeps it true."),
    click.option(
        "--name", metavar="NAME", help="Its file below kb/; made of the title by default."
    ),
    click.option(
        "--body",
        type=click.File("rb"),
        metavar="FILE",
        help="Take the text from FILE (- for standard input) instead of opening an editor.",
    ),
)


def new_options(function: Function) -> Function:
    """The options that every command has that writes an article."""
    for option in reversed(_NEW):
        function = option(function)
    return function


def edit_options(function: Function) -> Function:
    """The options that every editing command has; without any, the editor opens."""
    for option in (_FROM, _UNSET, _SET):
        function = option(function)
    return function


def edit(root: Path, path: str, values: Sequence[str], unset: Sequence[str], source: Any) -> None:
    """Change a record that is there, and tell.

    Raises:
        UsageError: the options contradict each other, or nothing would change.
        ForewarnError: as the services say.
    """
    from forewarn.errors import UsageError
    from forewarn.services.records.editing import read, save, with_values

    base = read(root, path)
    if base is None:
        raise UsageError("there is no such file", where=path)
    if source is not None and (values or unset):
        raise click.UsageError("--from takes the whole file; leave --set and --unset out")
    then = partial(save, root, path, base=base, message=f"Edit {path}\n")
    if source is not None:
        tell(then(contents(source)))
    elif values or unset:
        changes: dict[str, str | None] = {}
        for row in values:
            key, equals, text = row.partition("=")
            if not equals or not key.strip():
                raise click.UsageError(f"--set {row!r} is not written KEY=VALUE")
            changes[key.strip()] = text.strip()
        changes |= dict.fromkeys(unset)
        tell(then(with_values(path, base, changes)))
    else:
        in_editor(root, path, base, base, then)


def contents(source: Any) -> bytes:
    """What is in a file that becomes a record or the text of one.

    Raises:
        UsageError: it is larger than a record may be.
    """
    from forewarn.store.catalogue.folders import LARGEST

    data: bytes = source.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise click.UsageError(f"{source.name} is of more than {LARGEST} bytes; that is the most")
    return data


def text_of(body: Any) -> str | None:
    """The text that `--body` names; None without it.

    Raises:
        UsageError: it is no text, or too large.
    """
    from forewarn.store.encodings import decoded

    if body is None:
        return None
    try:
        return decoded(contents(body))
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{body.name} is no text in UTF-8") from error


def ranges(rows: Sequence[tuple[str, str]], option: str) -> dict[str, str]:
    """Which range each product has.

    Raises:
        UsageError: a product is named twice.
    """
    found = dict(rows)
    if len(found) < len(rows):
        raise click.UsageError(f"{option} names a product twice; write one range for it")
    return found


def write(root: Path, path: str, start: bytes, *, finished: bool, message: str) -> None:
    """Write a new record and tell: as it is where it is `finished`, else after the editor."""
    from forewarn.services.records.editing import save

    then = partial(save, root, path, base=None, message=message)
    if finished:
        tell(then(start))
    else:
        in_editor(root, path, None, start, then)


def in_editor(
    root: Path,
    path: str,
    base: bytes | None,
    start: bytes,
    then: Callable[[bytes], Saved],
) -> None:
    """Open the person's editor until what it leaves can be committed, or they give up."""
    from forewarn.services.records.editing import edited

    tell(edited(root, path, base, start, _open_editor, then, _again, _aside))


def _open_editor(place: Path) -> None:
    import os

    if not (_is_asked() or os.environ.get("VISUAL") or os.environ.get("EDITOR")):
        raise click.UsageError(
            "there is no terminal to open an editor in; say what to change by options "
            "(--set, --from; for a new one, --body)"
        )
    try:
        click.edit(filename=str(place), require_save=False)
    except (click.ClickException, ValueError) as error:
        from forewarn.errors import Refused

        why = error.message if isinstance(error, click.ClickException) else f"EDITOR: {error}"
        raise Refused(
            f"the editor did not end well, so nothing was committed: {why}",
            where=str(place),
            help="If it has saved something, that is kept there. VISUAL or EDITOR in your "
            "environment says which editor is opened.",
        ) from error


def _is_asked() -> bool:
    """Whether a person sits there; a timer may have closed standard input."""
    return sys.stdin is not None and sys.stdin.isatty()


def _aside(place: Path) -> None:
    say(
        "note: a draft of an earlier time is there, and the file has been changed since; the draft "
        f"is kept, and you begin with the file as it is: {place}"
    )


def _again(refused: ForewarnError | None, place: Path) -> bool:
    from forewarn.services.records.editing import RefusedFindings

    if refused is None:
        say(f"note: a draft of an earlier time is there: {place}")
        return not _is_asked() or click.confirm("Go on with it?", default=True, err=True)
    if isinstance(refused, RefusedFindings):
        _show(refused.findings)
        if _is_asked() and click.confirm("Edit it again?", default=True, err=True):
            return True
    say(f"note: nothing was committed; your draft is kept: {place}")
    return False


def _show(findings: Sequence[Finding]) -> None:
    from forewarn.cli.say.findings import as_text

    if findings:
        say(as_text(findings, ""))


def tell(saved: Saved) -> None:
    """Say what was committed, and what `check` warns of."""
    mention(f"committed {saved.path}")
    _show(saved.warnings)
    mention("next: forewarn publish")
