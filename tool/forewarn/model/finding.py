"""Findings: what `check` and the reader have to say about the files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from forewarn.model.record import Place


class FindingSeverity(StrEnum):
    """`error` keeps a record from being published; `warning` does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing wrong at one place, and what to do about it."""

    rule: str
    severity: FindingSeverity
    place: Place
    message: str
    help: str
