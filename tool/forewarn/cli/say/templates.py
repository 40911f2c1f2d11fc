"""Templates that failed, in words."""

from __future__ import annotations

from forewarn.cli.output import say
from forewarn.model.finding import Finding


def say_templates(failed: tuple[Finding, ...]) -> None:
    """Say which templates could not be used; what they were for went in our own wording."""
    for found in failed:
        say(f"note: {found.place}: {found.message}")
    if failed:
        say("  next: mend them; `forewarn check` tries all of them")
