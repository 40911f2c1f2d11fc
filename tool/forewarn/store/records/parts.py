"""The parts that more than one kind of record has."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from forewarn.model.finding import Spelling
from forewarn.model.names import check_word
from forewarn.model.platforms import Target, arch_of, target_of
from forewarn.model.record import Inspection
from forewarn.store.records.fields import Fields

Part = TypeVar("Part")


def optional(fields: Fields, name: str, read: Callable[[Fields], Part | None]) -> Part | None:
    """A mapping below a key, given to `read`; None where the key is missing."""
    below = fields.mapping(name)
    return read(below) if below is not None else None


def inspection(fields: Fields) -> Inspection | None:
    """An inspection tag; None where it has no day."""
    if not fields.has("on"):
        fields.missing("on")
    on = fields.day("on")
    by = fields.required("by", check_word)
    how, until = fields.text("how"), fields.day("until")
    fields.end()
    return Inspection(by=by, on=on, how=how, until=until) if on else None


def read_target(fields: Fields, written: str | None, spellings: list[Spelling]) -> Target:
    """What a row is for: its `platform:`, which is `written`, and its `arch:` if it has one.

    Where the platform is another word for one that is known, that is kept in `spellings`.
    """
    arch = fields.text("arch", check_word)
    target = target_of(written) if written else None
    if target is None or target.platform == written:
        return Target(written or "", arch)
    meant = target.platform
    # What the word says of the architecture must not be lost with it.
    loses = target.arch is not None and arch_of(arch or "") != target.arch
    if loses:
        meant += f", with `arch: {target.arch}` beside it"
    spellings.append(fields.spelling("platform", meant, one_mend=not loses))
    return Target(target.platform, arch or target.arch)
