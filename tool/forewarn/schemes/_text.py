"""What every scheme does before and after its own reading: the safe alphabet, and the refusal."""

from __future__ import annotations

from forewarn.model.names import check_version
from forewarn.model.version import InvalidVersion, Scheme


def check(version: str, scheme: Scheme) -> None:
    """Let only safe text through, so that a scheme's own reading never meets a hostile one.

    Raises:
        InvalidVersion: the text is too long or leaves the safe alphabet.
    """
    problem = check_version(version)
    if problem:
        # The problem quotes the text itself where it is short enough to be quoted.
        raise InvalidVersion(
            f"not a {scheme.name} version: {problem}; write it like {scheme.example}"
        )


def refusal(version: str, scheme: Scheme, rule: str) -> InvalidVersion:
    """The error for safe text that breaks the scheme's `rule`."""
    return InvalidVersion(
        f"{version!r} is not a {scheme.name} version: {rule}; write it like {scheme.example}"
    )
