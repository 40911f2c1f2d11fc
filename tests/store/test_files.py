"""What keeps a file from being written is said with what mends that, and nothing else."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from forewarn.store.files import cannot_write


@pytest.mark.parametrize(
    ("number", "mend"),
    [
        (errno.EACCES, "Mend its permissions and its folder's"),
        (errno.EROFS, "Mount that disk for writing"),
        (errno.ENOSPC, "Free some space"),
        (errno.EDQUOT, "Free some space"),
        (errno.EISDIR, "Mend what the system says"),
    ],
)
def test_the_mend_is_of_what_is_wrong(number: int, mend: str) -> None:
    error = cannot_write(Path("a/b"), OSError(number, os.strerror(number)))
    assert error.what == f"cannot write: {os.strerror(number)}"
    assert (error.help or "").startswith(mend)
    assert (error.help or "").endswith("what was there is as it was.")
