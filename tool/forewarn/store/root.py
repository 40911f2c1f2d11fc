"""Where a knowledge base begins, and what of this machine is in it."""

from __future__ import annotations

from pathlib import Path

from forewarn.errors import UsageError

SETTINGS_FILE = "forewarn.yml"
# The folder of files that hold subscriptions, besides the settings.
SUBSCRIPTIONS = "subscriptions"
# The folder of the templates that alerts are worded by.
TEMPLATES = "templates"
# The state of one machine, out of Git: the database, locks, the cache.
STATE_FOLDER = ".forewarn"
STATE_FILE = "state.db"
# What SQLite keeps beside a database.
BESIDE = ("-wal", "-shm", "-journal")


def find_root(start: Path) -> Path:
    """The nearest folder at or above `start` that holds forewarn.yml, absolute.

    Raises:
        UsageError: there is none.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / SETTINGS_FILE).is_file():
            return folder
    raise UsageError(
        f"no knowledge base here: neither this folder nor one above it has {SETTINGS_FILE}",
        where=str(start),
        help="Go into one, name one with `forewarn -C DIR`, or make one with `forewarn init DIR`.",
    )


def state_file_is_there(root: Path) -> bool:
    """Whether the knowledge base at `root` has a file of its state, be it one that is unusable.

    One of which only a journal is left is unusable.
    """
    return any(_is_there(root / STATE_FOLDER / f"{STATE_FILE}{ending}") for ending in ("", *BESIDE))


def _is_there(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        pass  # whoever opens it is told why
    return True
