"""Modules that are imported when something of theirs is first used.

What is kept between runs has a dozen rooms, and a question enters one of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["Later"]


class Later:
    """A module by its name, which stands for it until it is used.

    Type checkers are given the module itself, by an import under TYPE_CHECKING.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(import_module(self._name), attribute)
        setattr(self, attribute, found)
        return found
