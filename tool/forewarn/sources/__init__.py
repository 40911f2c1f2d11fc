"""Reading watched places, by type, found by entry point; one file each.

What this module needs it imports late: a child process that reads comes through here, and each
look starts a few.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from forewarn import plugins
from forewarn.errors import ForewarnError, SourceError, UsageError

if TYPE_CHECKING:
    from forewarn.model.product import Watch
    from forewarn.options import Problem
    from forewarn.sources.interface import Source


def kind_of(row: Watch) -> type[Source[Any]]:
    """The source that reads rows of that type.

    Raises:
        UsageError: there is none, or it cannot be loaded.
    """
    return kind_named(row.type)


def kind_named(name: str) -> type[Source[Any]]:
    """The source, or the preset, that is registered under a name.

    Raises:
        UsageError: there is none, or it cannot be loaded.
    """
    if name in plugins.names("presets") and name not in plugins.names("sources"):
        from forewarn.sources.preset import source_of

        return source_of(name)
    if name not in plugins.names("sources"):
        raise UsageError(
            f"there is no source named {name!a}",
            help=f"Use one of: {', '.join(plugins.names('sources'))}; or a preset: "
            f"{', '.join(plugins.names('presets'))}.",
        )
    kind: type[Source[Any]] = plugins.load("sources", name)
    return kind


def options_of(row: Watch, environ: Mapping[str, str] | None) -> tuple[Any, Mapping[str, str]]:
    """What the row's own source makes of its options, and the values of variables in them.

    Without `environ` they are only checked.

    Raises:
        UsageError: there is no source of that type.
        OptionsError: an option is unknown, missing or wrong.
        UnsetError: a variable that an option names is not set.
        SourceError: the source has a fault of its own.
    """
    from forewarn.options import Options

    read = Options(row, environ)
    try:
        options = kind_of(row).options(read)
    except ForewarnError:
        raise
    except Exception as error:
        raise SourceError(
            f"{row.called} has a fault of its own: {type(error).__name__}",
            where=str(row.place),
            help="Tell whoever made it.",
        ) from error
    read.finish()
    return options, read.values


def problems(row: Watch) -> tuple[Problem, ...]:
    """What is wrong with a row of `watch:`; needs no secret, no network."""
    from forewarn.options import OptionsError, Problem

    try:
        options_of(row, None)
    except OptionsError as error:
        return error.found
    except ForewarnError as error:
        return (Problem(place=row.place, text=error.what, help=error.help or "Mend it."),)
    return ()
