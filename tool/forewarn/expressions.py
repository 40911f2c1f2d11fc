"""Regular expressions that are compiled when they are first used.

To compile all those of the modules that a command imports takes it a tenth of its time, and it
uses a few of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

__all__ = ["expression"]

if TYPE_CHECKING:
    from re import compile as expression
else:

    class expression:
        """As `re.compile` gives it, for what is a module's own: what is wrong shows in use."""

        def __init__(self, pattern: str | bytes, flags: int = 0) -> None:
            self._said = pattern, flags

        def __getattr__(self, name: str) -> Any:
            compiled = re.compile(*self._said)
            for method in _METHODS:
                setattr(self, method, getattr(compiled, method))
            return getattr(compiled, name)

    _METHODS = ("match", "fullmatch", "search", "sub", "split", "findall", "finditer", "pattern")
