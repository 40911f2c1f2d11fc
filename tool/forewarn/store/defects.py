"""What nobody expected, kept for whoever mends it."""

from __future__ import annotations

from pathlib import Path
from traceback import format_exception

from forewarn.errors import ForewarnError
from forewarn.store.files import write_atomic
from forewarn.store.own import state_folder
from forewarn.store.root import STATE_FOLDER


def keep_defect(root: Path, work: str, error: BaseException) -> str:
    """Keep how a defect came about, in place of the last one in the same kind of work.

    Returns what to do about it, in the imperative.
    """
    mend = "This is a defect of forewarn, or of a plug-in: report it"
    name = f"defect-{work}.txt"
    try:
        told = "".join(format_exception(error)).encode(errors="backslashreplace")
        write_atomic(state_folder(root, name), told)
    except ForewarnError:
        return f"{mend}."
    return f"{mend}, with {STATE_FOLDER}/{name}, which says how it came about."
