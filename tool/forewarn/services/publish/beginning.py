"""What of a publish begins before anything is read, and before what reads it is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from forewarn.errors import ForewarnError
from forewarn.site import builder

if TYPE_CHECKING:
    from forewarn.model.record import Audience

_MANY = 300


@contextmanager
def begun_early(
    root: Path, target: Path, audiences: Sequence[Audience], made_by: str, *, fresh: bool
) -> Iterator[None]:
    """Let a builder begin before the records are read, where whole sites of many pages are due."""
    with ExitStack() as stack:
        # What is wrong is told where the sites are built: alerts go out before that.
        with suppress(OSError, ForewarnError):
            there = all((target / audience / "index.html").is_file() for audience in audiences)
            begin = builder.begin_of(made_by) if fresh or not there else None
            if begin and _has_many_records(root):
                stack.enter_context(begin())
        yield


def _has_many_records(root: Path) -> bool:
    """Whether it takes more than a moment to build their pages."""
    files = (path for folder in (root / "releases").iterdir() for path in folder.glob("*.md"))
    return len([*islice(files, _MANY)]) == _MANY
