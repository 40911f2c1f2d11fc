"""What went wrong, where, and what to do next.

Every failure a user can cause or meet is one of these. The command line turns them into
text and an exit code; nothing below it prints or exits.
"""

from __future__ import annotations

from enum import StrEnum


class ForewarnError(Exception):
    """A failure with a place and a next step.

    Args:
        what: one sentence that says what is wrong, without a trailing full stop needed.
        where: the file, `file:line` or command it is about.
        help: what to do next, in the imperative.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str | None = None, help: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.help = help


class Refused(ForewarnError):
    """A rule of the knowledge base forbids it; nothing was written."""

    exit_code = 1


class UsageError(ForewarnError):
    """The request itself cannot be meant: an unknown product, a version that is none."""

    exit_code = 2


class DataError(ForewarnError):
    """A file, a repository or the state database cannot be read or written."""

    exit_code = 4


class Trouble(StrEnum):
    """Why a place could not be read.

    `unreachable`: no answer came, or the server is out of order. `refused`: it, or a rule of
    ours, says no. `rate-limited`: it wants to be left alone for a while. `changed-shape`: an
    answer came, and is not what is read there. `too-much`: it is larger, or takes longer, than
    may be.
    """

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    RATE_LIMITED = "rate-limited"
    CHANGED_SHAPE = "changed-shape"
    TOO_MUCH = "too-much"


class PlaceError(ForewarnError):
    """A place could not be read; `kind` is why.

    `retry_after` is how many seconds its server asks to be left alone, where it does. `document`
    is the address, without secrets, of what could not be read, where a place has several.
    """

    kind = Trouble.UNREACHABLE
    document: str | None = None

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        help: str | None = None,
        kind: Trouble | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(what, where=where, help=help)
        self.kind = kind or self.kind
        self.retry_after = retry_after


class SourceError(PlaceError):
    """What came is not what the source reads, or the place could not be read at all."""

    exit_code = 3
    kind = Trouble.CHANGED_SHAPE
