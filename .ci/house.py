"""Draws the package as it is: its layers from the top down, their rooms, and what each imports.

Writes kb/pictures/house.svg. It changes when a room comes, goes or is tied to another layer, not
with each line of code; `tests/docs/test_made_files.py` says when it has to be drawn anew.
"""

from __future__ import annotations

import ast
import textwrap
import tomllib
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "tool" / "forewarn"
PICTURE = ROOT / "kb" / "pictures" / "house.svg"
WIDTH, LEFT, ROW, GAP = 960, 16, 20, 12
INK, PAPER, LINE, ROOM = "#1f2933", "#ffffff", "#9aa5b1", "#e4ecf4"


def layers() -> list[list[str]]:
    """The names of the layers, the highest first; those of one row do not import each other."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for contract in settings["tool"]["importlinter"]["contracts"]:
        if contract["type"] == "layers":
            return [row.replace("|", " ").split() for row in contract["layers"]]
    raise SystemExit("pyproject.toml has no contract of layers")


def modules(name: str) -> list[Path]:
    """The files of a layer: a package with all below it, or one module."""
    folder = PACKAGE / name
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def rooms(name: str) -> list[str]:
    """The packages inside a layer."""
    folder = PACKAGE / name
    found = sorted(path.parent.relative_to(folder) for path in folder.rglob("__init__.py"))
    return [room.as_posix() for room in found if room != Path()]


def imports(name: str, known: set[str]) -> list[str]:
    """The other layers that a layer imports."""
    found = set()
    for path in modules(name):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                top, _, rest = node.module.partition(".")
                if top == "forewarn":
                    found |= {rest.split(".")[0]} if rest else {a.name for a in node.names}
    return sorted(found & known - {name})


def summary(name: str) -> str:
    """The first line of a layer's docstring."""
    folder = PACKAGE / name
    path = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.splitlines()[0]


def box(name: str, x: int, y: int, width: int, known: set[str]) -> tuple[list[str], int]:
    """A layer as SVG, and how high it is."""
    lists = (("rooms: ", rooms(name)), ("imports: ", imports(name, known)))
    texts = [summary(name), *(head + ", ".join(names) for head, names in lists if names)]
    lines = [line for text in texts for line in textwrap.wrap(text, (width - 2 * GAP) // 7)]
    height = ROW * (len(lines) + 1) + GAP
    return [
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="6" fill="{ROOM}" '
        f'stroke="{LINE}"/>',
        text_at(x + GAP, y + ROW, name, 'font-size="15" font-weight="bold"'),
        *(
            text_at(x + GAP, y + ROW * row, line, 'font-size="12"')
            for row, line in enumerate(lines, 2)
        ),
    ], height


def text_at(x: int, y: int, text: str, look: str) -> str:
    """A line of text as SVG."""
    return f'<text x="{x}" y="{y}" {look} fill="{INK}">{escape(text)}</text>'


def draw() -> str:
    """The whole picture."""
    rows = layers()
    known = {name for row in rows for name in row}
    body: list[str] = []
    y = LEFT
    for row in rows:
        width = (WIDTH - 2 * LEFT - GAP * (len(row) - 1)) // len(row)
        heights = []
        for place, name in enumerate(row):
            drawn, height = box(name, LEFT + place * (width + GAP), y, width, known)
            body += drawn
            heights.append(height)
        y += max(heights) + GAP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 4}" width="{WIDTH}" '
        f'height="{y + 4}" font-family="sans-serif">'
    )
    title = "<title>The layers of forewarn; each imports only what is below it</title>"
    paper = f'<rect width="{WIDTH}" height="{y + 4}" fill="{PAPER}"/>'
    return "\n".join([head, title, paper, *body, "</svg>"]) + "\n"


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
