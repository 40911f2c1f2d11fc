"""`${NAME}` in a file: which variables of the environment a knowledge base may name.

The file may come from a stranger, and the environment holds what is none of its business. So only
those are read that whoever runs forewarn has meant for it: by their names, or in a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from forewarn.expressions import expression

PREFIX = "FOREWARN_"
# Further names, parted by blanks or commas, set where the secrets themselves are set.
LIST = "FOREWARN_MAY_READ"
_REFERENCE = expression(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SHORTEST = 4  # characters of a value that is looked for in what is told


class NotAllowed(ValueError):
    """A file names a variable that was not meant for it; the message says how to allow it."""


def referred(text: str) -> str | None:
    """The name in a text that is exactly `${NAME}`; None where it is none."""
    match = _REFERENCE.fullmatch(text)
    return match[1] if match else None


def names_in(text: str) -> tuple[str, ...]:
    """Every name that a text refers to, in order."""
    return tuple(_REFERENCE.findall(text))


def look_up(name: str, environ: Mapping[str, str]) -> str | None:
    """The variable's value; None where it is not set, or empty.

    Raises:
        NotAllowed: a knowledge base may not name this variable.
    """
    listed = environ.get(LIST, "").replace(",", " ").split()
    if name == LIST or not (name.startswith(PREFIX) or name in listed):
        raise NotAllowed(
            f"the environment variable {name} is not meant for forewarn: call it "
            f"{PREFIX}{name.removeprefix(PREFIX)}, or add its name to the variable {LIST}"
        )
    return environ.get(name) or None


def concealed(text: str, names: Iterable[str], environ: Mapping[str, str]) -> str:
    """A text that is told or kept, with the variables' values put back to their names."""
    for name in names:
        value = environ.get(name, "")
        if len(value) >= _SHORTEST:
            text = text.replace(value, f"${{{name}}}")
    return text
