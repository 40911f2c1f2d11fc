"""What pages have in common and only scripts make use of: told once, in a script of the site."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urljoin

from forewarn.expressions import expression

SCRIPT = "assets/header.js"
_INDENTATION = expression(r"\s*\n\s*")
_COLOURS = expression(r'<script src="[^"]*assets/theme-palette\.js"></script>\n?')
_BASE = expression(r'<script src="([^"]*)assets/theme-early\.js"')
# The switch of colours, where there is one, and the search box: nothing of them works without
# scripts. Behind them the header ends.
_TOOLS = expression(
    r'(?:<form class="md-header__option" data-md-component="palette">'
    r'|<label class="md-header__button md-icon" for="__search">).*?(?=</nav>\n</header>)',
    re.DOTALL,
)
_DRAWER = expression(
    r'(?<=data-md-type="navigation" hidden>\n<div class="md-sidebar__scrollwrap">\n'
    r'<div class="md-sidebar__inner">\n).*?(?=</div>\n</div>\n</div>\n<div class="md-sidebar )',
    re.DOTALL,
)
_HREF = expression(r'(?<=href=")[^"]*')
_SETTINGS = expression(r'<script id="__config" type="application/json">(.*?)</script>\n')
_MAKERS = expression(r'<meta name="generator" [^>]*>\n')
# The words and the worker of the theme's own search, which no page of ours has.
_UNUSED = "search"
_HERE = "~/"  # what leads from the top of the site
# Drawings in the header, what scripts show and hide: each with what it is the end of.
_ENDS = {
    ".md-header .md-logo": expression(
        r'(?<=data-md-component="logo">\n)<svg .*?</svg>\n', re.DOTALL
    ),
    ".md-header .fw-drawer": expression(r'(?<=fw-drawer">\n)<svg .*?</svg>\n', re.DOTALL),
    ".md-main": expression(r'<button type="button" class="md-top .*?</button>\n', re.DOTALL),
    "body": expression(r'<div class="md-dialog" .*?</div>\n</div>\n', re.DOTALL),
}
# Run in the middle of the header, and once more when the page is there: before the theme's own.
_SCRIPT = """{{
const [tools, settings, ends, drawer] = [{tools}, {settings}, {ends}, {drawer}];
const here = document.currentScript;
const fill = () => {{
for (const [name, html] of Object.entries(ends)) {{
const place = document.querySelector(name);
if (!place || (name === "body" && document.readyState === "loading")) continue;
place.insertAdjacentHTML("beforeend", html);
delete ends[name];
}}
}};
here.insertAdjacentHTML("beforebegin", tools);
const text = Object.assign(document.createElement("script"), {{ id: "__config" }});
text.type = "application/json";
text.textContent = JSON.stringify({{ ...settings, base: __md_scope.href }});
here.before(text);
fill();
document.addEventListener("DOMContentLoaded", () => {{
fill();
const place = document.querySelector(".md-sidebar--primary .md-sidebar__inner");
if (place && !place.firstElementChild)
place.innerHTML = drawer.replaceAll('href="~/', `href="${{__md_scope.href}}`);
}});
}}
"""


class Shared:
    """The parts of every page that `example` shows, whose links begin with `top`."""

    def __init__(self, example: str, top: str) -> None:
        page = dense(example)
        self._tools = _tools(page)
        self._settings = _settings(page)
        hidden = page.replace('data-md-type="navigation" >', 'data-md-type="navigation" hidden>')
        drawer = _DRAWER.search(hidden)
        self._drawer = _from_top(drawer[0], top, top) if drawer else ""
        found = {name: end.search(page) for name, end in _ENDS.items()}
        self._ends = {name: end[0] for name, end in found.items() if end}

    def script(self, colours: str) -> str:
        """The script that puts them where they are missing; `colours` is what then sets these."""
        parts = {
            "tools": self._tools,
            "settings": self._settings,
            "ends": self._ends,
            "drawer": self._drawer,
        }
        return _SCRIPT.format(**{name: _quoted(part) for name, part in parts.items()}) + colours

    def without(self, page: str, address: str) -> str:
        """The page at that address of the site without them, if it has just these."""
        base = _BASE.search(page)
        if not self._is_like(page) or base is None:
            return page
        script = f'<script src="{base[1]}{SCRIPT}"></script>\n'
        page = _TOOLS.sub(lambda _: script, page, count=1)
        for end in self._ends.values():
            page = page.replace(end, "", 1)
        page = _MAKERS.sub("", _SETTINGS.sub("", page, count=1), count=1)
        drawer = _DRAWER.search(page)
        if drawer and _from_top(drawer[0], f"/{address}", "/") == self._drawer:
            page = page[: drawer.start()] + page[drawer.end() :]
        return page

    def _is_like(self, page: str) -> bool:
        found = (end.search(page) for end in _ENDS.values())
        return (
            bool(self._tools and self._settings)
            and _tools(page) == self._tools
            and _settings(page) == self._settings
            and [end[0] for end in found if end] == [*self._ends.values()]
        )


def dense(html: str) -> str:
    """The theme's HTML without its indentation, which is a fifth of a page."""
    return _INDENTATION.sub("\n", html)


def _tools(page: str) -> str:
    found = _TOOLS.search(page)
    return _COLOURS.sub("", found[0]) if found else ""


def _from_top(html: str, address: str, top: str) -> str:
    """HTML of the page at that address with links from the top of the site on."""

    def placed(found: re.Match[str]) -> str:
        return f"{_HERE}{urljoin(address, found[0]).removeprefix(top)}"

    return _HREF.sub(placed, html)


def _settings(page: str) -> dict[str, Any]:
    """What the theme's script is told on a page, but where the site begins and what is unused."""
    found = _SETTINGS.search(page)
    settings: dict[str, Any] = json.loads(found[1]) if found else {}
    settings.pop(_UNUSED, None)
    settings.pop("base", None)
    words = settings.get("translations", {})
    for key in [key for key in words if key.startswith(_UNUSED)]:
        del words[key]
    return settings


def _quoted(data: object) -> str:
    """As JSON that may stand in a script, whatever is in it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
