"""How every site looks and what Markdown it reads, so that an author's mkdocs.yml is short."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEFAULT_MKDOCS_YML = """\
# For `mkdocs serve` and `mkdocs build`: the staff site from the working tree. `forewarn publish`
# takes the theme's settings, markdown_extensions and copyright from here, and nothing else.
site_name: {name}
docs_dir: kb
theme:
  name: material
plugins:
  - forewarn
"""

# Extensions that read no other file and add no address of another host. `pymdownx.snippets`
# and `pymdownx.b64` would put any file into a page, `pymdownx.emoji` pictures from elsewhere.
ALLOWED_EXTENSIONS = frozenset(
    [
        "abbr",
        "admonition",
        "attr_list",
        "def_list",
        "footnotes",
        "md_in_html",
        "sane_lists",
        "tables",
        "toc",
        "pymdownx.betterem",
        "pymdownx.caret",
        "pymdownx.details",
        "pymdownx.highlight",
        "pymdownx.inlinehilite",
        "pymdownx.keys",
        "pymdownx.magiclink",
        "pymdownx.mark",
        "pymdownx.smartsymbols",
        "pymdownx.superfences",
        "pymdownx.tabbed",
        "pymdownx.tasklist",
        "pymdownx.tilde",
    ]
)

EXTENSIONS: Mapping[str, Mapping[str, Any]] = {
    "abbr": {},
    "admonition": {},
    "attr_list": {},
    "def_list": {},
    "forewarn.site.blocks": {},
    "footnotes": {},
    "md_in_html": {},
    # Lists of two kinds are two lists, and one that begins with 3 begins with 3.
    "sane_lists": {},
    "tables": {},
    "toc": {"permalink": True},
    "pymdownx.details": {},
    "pymdownx.highlight": {"pygments_lang_class": True},
    "pymdownx.inlinehilite": {},
    "pymdownx.keys": {},
    # A bare address is a link, as on a forge.
    "pymdownx.magiclink": {},
    "pymdownx.superfences": {},
    "pymdownx.tabbed": {"alternate_style": True},
    "pymdownx.tasklist": {"custom_checkbox": True},
    "pymdownx.tilde": {"subscript": False},
}

THEME: Mapping[str, Any] = {
    "name": "material",
    "language": "en",
    # The reader's own fonts: no page asks another host for anything.
    "font": False,
    "features": [
        "content.code.copy",
        "content.tabs.link",
        "navigation.indexes",
        "navigation.prune",
        "navigation.tabs",
        "navigation.top",
    ],
    "palette": [
        {
            "media": "(prefers-color-scheme)",
            "primary": "custom",
            "accent": "custom",
            "toggle": {"icon": "material/brightness-auto", "name": "Light or dark: light"},
        },
        {
            "media": "(prefers-color-scheme: light)",
            "scheme": "default",
            "primary": "custom",
            "accent": "custom",
            "toggle": {"icon": "material/brightness-7", "name": "Light: dark"},
        },
        {
            "media": "(prefers-color-scheme: dark)",
            "scheme": "slate",
            "primary": "custom",
            "accent": "custom",
            "toggle": {"icon": "material/brightness-4", "name": "Dark: as the system"},
        },
    ],
}

# Links are checked where pages are made; what is left is for the generator to refuse.
VALIDATION: Mapping[str, Any] = {"nav": {"omitted_files": "ignore"}}
