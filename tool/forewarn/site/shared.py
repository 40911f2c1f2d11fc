"""What pages have in common and only scripts make use of: told once, in a script of the site."""

from __future__ import annotations

import json
import re
from urllib.parse import urljoin

SCRIPT = "assets/header.js"
_INDENTATION = re.compile(r"\s*\n\s*")
_COLOURS = re.compile(r'<script src="[^"]*assets/theme-palette\.js"></script>\n?')
_BASE = re.compile(r'<script src="([^"]*)assets/theme-early\.js"')
# The switch of colours, where there is one, and the search box: nothing of them works without
# scripts. Behind them the header ends.
_TOOLS = re.compile(
    r'(?:<form class="md-header__option" data-md-component="palette">'
    r'|<label class="md-header__button md-icon" for="__search">).*?(?=</nav>\n</header>)',
    re.DOTALL,
)
_DRAWER = re.compile(
    r'(?<=data-md-type="navigation" hidden>\n<div class="md-sidebar__scrollwrap">\n'
    r'<div class="md-sidebar__inner">\n).*?(?=</div>\n</div>\n</div>\n<div class="md-sidebar )',
    re.DOTALL,
)
_UP = re.compile(r'<button type="button" class="md-top .*?</button>\n', re.DOTALL)
_HREF = re.compile(r'(?<=href=")[^"]*')
_CONFIG = re.compile(r'(?<=<script id="__config" type="application/json">).*?(?=</script>)')
# The words and the worker of the theme's own search, which no page of ours has.
_UNUSED = "search"
_HERE = "~/"  # what leads from the top of the site
_PUT_TOOLS = 'document.currentScript.insertAdjacentHTML("beforebegin", {});\n'
_PUT_REST = """{{
const [drawer, up] = [{}, {}];
document.addEventListener("DOMContentLoaded", () => {{
const place = document.querySelector(".md-sidebar--primary .md-sidebar__inner");
if (place && !place.firstElementChild)
place.innerHTML = drawer.replaceAll('href="~/', `href="${{__md_scope.href}}`);
if (!document.querySelector(".md-top"))
document.querySelector(".md-main").insertAdjacentHTML("beforeend", up);
}});
}}
"""


class Shared:
    """The parts of every page that `example` shows, whose links begin with `top`."""

    def __init__(self, example: str, top: str) -> None:
        dense_ = dense(example)
        self._tools = _tools(dense_)
        hidden = dense_.replace('data-md-type="navigation" >', 'data-md-type="navigation" hidden>')
        drawer = _DRAWER.search(hidden)
        self._drawer = _from_top(drawer[0], top, top) if drawer else ""
        up = _UP.search(dense_)
        self._up = up[0] if up else ""

    def script(self, colours: str) -> str:
        """The script that puts them where they are missing; `colours` is what then sets these."""
        put = _PUT_TOOLS.format(_quoted(self._tools))
        return put + colours + _PUT_REST.format(_quoted(self._drawer), _quoted(self._up))

    def without(self, page: str, address: str) -> str:
        """The page at that address of the site without them, where it has just these."""
        base = _BASE.search(page)
        if self._tools and base and _tools(page) == self._tools:
            script = f'<script src="{base[1]}{SCRIPT}"></script>\n'
            page = _TOOLS.sub(lambda _: script, page, count=1)
            drawer = _DRAWER.search(page)
            if drawer and _from_top(drawer[0], f"/{address}", "/") == self._drawer:
                page = page[: drawer.start()] + page[drawer.end() :]
            if self._up:
                page = page.replace(self._up, "", 1)
        return _CONFIG.sub(_settings, page, count=1)


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


def _settings(found: re.Match[str]) -> str:
    settings = json.loads(found[0])
    settings.pop(_UNUSED, None)
    words = settings["translations"]
    for key in [key for key in words if key.startswith(_UNUSED)]:
        del words[key]
    return _quoted(settings)


def _quoted(data: object) -> str:
    """As JSON that may stand in a script, whatever is in it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
