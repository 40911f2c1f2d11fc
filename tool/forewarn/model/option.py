"""Options that a plug-in has of its own, as a row of a file has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

# As written: every scalar is a text, and what it means is for the plug-in to say.
OptionValue: TypeAlias = "str | tuple[OptionValue, ...] | Mapping[str, OptionValue]"
