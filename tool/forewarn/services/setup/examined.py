"""What an examination of the set-up finds."""

from __future__ import annotations

from enum import StrEnum

from forewarn.frozen import dataclass


class Health(StrEnum):
    """`error`: a command will fail. `warning`: something will be missed, or is worth a look."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True)
class Examined:
    """One thing that was looked at; `mend` says what to do where it is not ok."""

    part: str
    health: Health
    message: str
    mend: str = ""
