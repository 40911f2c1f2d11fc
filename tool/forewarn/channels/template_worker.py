"""The child process that fills in templates: `python -m forewarn.channels.template_worker`.

A template is a knowledge base's own, and that may be a stranger's: so it is filled in where it can
be killed, reads nothing, calls nothing, and is given nothing but texts and lists of them. A
request is a line of JSON (`source`, `html`, and the `facts`), the reply another: the `text`, or
the `error` with its `line`.
"""

from __future__ import annotations

import contextlib
import functools
import json
import math
import sys
import time
from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, UndefinedError, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from forewarn.model.visible import HIDDEN, one_line

# Of a text that is made, in characters.
LARGEST_TEXT = 200_000
# What a process may use of the processor for one text, and of memory at all.
CPU_SECONDS = 1
MEMORY = 512 * 1024**2  # bytes
_LONGEST_ERROR = 300
_LARGEST_NUMBER = 10**6
# None of these reads a file, calls anything, or takes watched text for markup.
_FILTERS = """
abs capitalize count d default e escape first int join last length list lower map max min reject
rejectattr replace reverse round select selectattr sort string title trim truncate unique upper
wordwrap
"""
_LOOP = "index index0 revindex revindex0 first last length previtem nextitem depth depth0"
_REFUSED: dict[type[nodes.Node], str] = {
    nodes.Call: "nothing can be called",
    nodes.CallBlock: "nothing can be called",
    nodes.Macro: "there are no macros",
    nodes.Include: "no other file is read",
    nodes.Import: "no other file is read",
    nodes.FromImport: "no other file is read",
    nodes.Extends: "no other file is read",
    nodes.EvalContextModifier: "what is watched is never taken for HTML",
}
# What mail programs show: nothing that runs, loads or asks elsewhere.
_TAGS = """
a abbr b blockquote br caption center cite code dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i
ins kbd li mark ol p pre q s samp small span strong sub sup table tbody td tfoot th thead tr u ul
"""
_EVERYWHERE = "align bgcolor border cellpadding cellspacing colspan dir lang role rowspan style"
_STYLES = """
background-color border border-bottom border-collapse border-left border-radius border-right
border-top color font font-family font-size font-style font-weight line-height margin
margin-bottom margin-left margin-right margin-top max-width padding padding-bottom padding-left
padding-right padding-top text-align text-decoration vertical-align white-space width
"""


class _Environment(ImmutableSandboxedEnvironment):
    """Templates over texts, lists and mappings, of which nothing but the entries can be reached."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def __init__(self, *, html: bool) -> None:
        super().__init__(
            autoescape=html,
            finalize=_only_text,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.globals.clear()
        known = set(_FILTERS.split())
        self.filters = {name: made for name, made in self.filters.items() if name in known}

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        numbers = isinstance(left, int) and isinstance(right, int)
        if operator == "**" or not numbers or max(abs(left), abs(right)) > _LARGEST_NUMBER:
            raise SecurityError(f"{operator!r} is for whole numbers that are not large")
        return super().call_binop(context, operator, left, right)

    def getitem(self, obj: Any, argument: Any) -> Any | Undefined:
        if isinstance(obj, Undefined):
            return obj
        if isinstance(obj, (Mapping, list, tuple, str)):
            with contextlib.suppress(LookupError, TypeError):
                return obj[argument]
        return self.undefined(f"there is no {argument!s} here")

    def getattr(self, obj: Any, attribute: str) -> Any | Undefined:
        if isinstance(obj, LoopContext) and attribute in _LOOP.split():
            return getattr(obj, attribute)
        return self.getitem(obj, attribute)


def _only_text(value: Any) -> Any:
    """What is filled in: a list would stand there as a program writes it."""
    if isinstance(value, (str, int, float, Undefined)):
        return value
    raise SecurityError("only a text or a number can be filled in, and this is neither")


class _MakesTooMuch(Exception):
    pass


def filled_in(source: str, facts: Mapping[str, Any], *, html: bool) -> dict[str, Any]:
    """The `text` that a template makes of facts, or the `error` in it and its `line`.

    `final` says that no other facts can help.
    """
    line = 1
    try:
        template = _compiled(source, html)
        parts: list[str] = []
        size = 0
        for part in template.generate(facts):
            parts.append(part)
            size += len(part)
            if size > LARGEST_TEXT:
                raise _MakesTooMuch
        text = _html("".join(parts)) if html else _lines("".join(parts))
        if text.strip():
            return {"text": text}
        error, final = "it makes an empty text", False
    except TemplateSyntaxError as found:
        error, line, final = str(found.message), found.lineno, True
    except _MakesTooMuch:
        error, final = f"it makes more than {LARGEST_TEXT} characters", True
    except MemoryError as found:
        error, line, final = "it takes too much memory", _line(found), True
    except (UndefinedError, SecurityError) as found:
        error, line, final = str(found.message), _line(found), False
    except Exception as found:
        error, line, final = f"{type(found).__name__}: {found}", _line(found), False
    return {"error": one_line(error)[:_LONGEST_ERROR], "line": line, "final": final}


@functools.lru_cache(maxsize=16)
def _compiled(source: str, html: bool) -> Template:
    environment = _Environment(html=html)
    tree = environment.parse(source)
    for kind, why in _REFUSED.items():
        for node in tree.find_all(kind):
            raise TemplateSyntaxError(f"this is not for templates: {why}", node.lineno)
    return environment.from_string(tree)


def _line(error: BaseException) -> int:
    """The line of the template that an error came up in."""
    found, at = 1, error.__traceback__
    while at is not None:
        if at.tb_frame.f_code.co_filename == "<template>":
            found = at.tb_lineno
        at = at.tb_next
    return found


def _lines(text: str) -> str:
    """Text without what nobody sees, and without spaces and empty lines at its ends."""
    return "\n".join(HIDDEN.sub("", line).rstrip() for line in text.splitlines()).strip("\n")


def _html(text: str) -> str:
    """HTML that ends whatever it begins, of what mail programs show."""
    import nh3

    return nh3.clean(
        HIDDEN.sub("", text),
        tags=set(_TAGS.split()),
        attributes={"*": set(_EVERYWHERE.split()), "a": {"href"}, "font": {"color", "size"}},
        url_schemes={"http", "https", "mailto"},
        filter_style_properties=set(_STYLES.split()),
        clean_content_tags={"script", "style", "title", "template", "iframe", "object"},
        link_rel=None,
    ).strip()


def main() -> None:
    """Answer requests until the other side closes the stream, or one is too much."""
    replies, sys.stdout = sys.stdout, sys.stderr
    for request in sys.stdin:
        asked = json.loads(request)
        _limit()
        made = filled_in(asked["source"], asked["facts"], html=asked["html"])
        replies.write(json.dumps(made) + "\n")
        replies.flush()


def _limit() -> None:
    """Let the system end this process when the next text takes too much; not on Windows."""
    if sys.platform == "win32":
        return
    import resource

    used = math.ceil(time.process_time() + CPU_SECONDS)
    for kind, most in ((resource.RLIMIT_CPU, used), (resource.RLIMIT_AS, MEMORY)):
        _, hard = resource.getrlimit(kind)
        unlimited = hard == resource.RLIM_INFINITY
        with contextlib.suppress(ValueError, OSError):  # one may be known and not be settable
            resource.setrlimit(kind, (most if unlimited else min(most, hard), hard))


if __name__ == "__main__":
    main()
