"""How many examples a property is tried on."""

from __future__ import annotations

from hypothesis import settings


def examples(most: int) -> settings:
    """So many, or fewer where the profile has fewer: `make fast` does."""
    return settings(max_examples=min(most, settings().max_examples))
