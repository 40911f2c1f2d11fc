"""Our own styles and scripts as they are served: written by matter, loaded in few files."""

from __future__ import annotations

import re
from pathlib import Path

from forewarn.expressions import expression
from forewarn.model.record import Audience

ASSETS = Path(__file__).parent / "assets"
THEME = ASSETS / "theme"
SEARCH_BOX = "assets/search-box.css"
_IMPORT = expression(r'^@import "([\w-]+\.css)";$', re.MULTILINE)
_COMMENT = expression(r"/\*.*?\*/\s*", re.DOTALL)
# In scripts only what has lines of its own: within a line these signs may stand in a text.
_COMMENT_LINES = expression(r"^[ ]*(?://.*|/\*(?:(?!\*/).)*\*/)\n", re.MULTILINE)
_LONG_COMMENT = expression(r"^[ ]*/\*\*\n(?:[ ]*\*.*\n)+", re.MULTILINE)
# Behind a statement: what has no quotation mark is in no text that began before it.
_COMMENT_BEHIND = expression(r"""(?<=[;,])[ ]//[ ][^'"`\n]*$""", re.MULTILINE)
_INDENTATION = expression(r"^[ ]+", re.MULTILINE)
_EMPTY_LINES = expression(r"^\n", re.MULTILINE)
_LEFT_OUT = (_LONG_COMMENT, _COMMENT_LINES, _COMMENT_BEHIND, _INDENTATION, _EMPTY_LINES)


def own_srcs(audience: Audience) -> list[str]:
    """The paths in the tree of what every tree of an audience has from us."""
    return [*stylesheets(audience), *(f"assets/{path.name}" for path in _scripts())]


def own_files(audience: Audience) -> dict[str, bytes]:
    """The same with what is in them."""
    styles = {src: stylesheet(Path(src).name) for src in stylesheets(audience)}
    return styles | {f"assets/{path.name}": _script(path) for path in _scripts()}


def _scripts() -> list[Path]:
    return sorted((ASSETS / "scripts").glob("*.js"))


def stylesheets(audience: Audience) -> list[str]:
    """The stylesheets of every page. What marks the staff site is not in the public one."""
    names = ["forewarn.css"] if audience is Audience.PUBLIC else ["forewarn.css", "staff.css"]
    return [f"assets/{name}" for name in names]


def stylesheet(name: str) -> bytes:
    """A stylesheet with those that it imports in their places, without comments."""
    return _joined(name).encode()


def _script(path: Path) -> bytes:
    text = path.read_text(encoding="utf-8")
    for left_out in _LEFT_OUT:
        text = left_out.sub("", text)
    return text.encode()


def _joined(name: str) -> str:
    text = _COMMENT.sub("", (ASSETS / "styles" / name).read_text(encoding="utf-8"))
    return _IMPORT.sub(lambda found: _joined(found[1]).strip(), text)
