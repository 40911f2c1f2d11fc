"""YAML that never guesses: what a record may be written in, and where each part stands.

A plain scalar is a string (`2.10` stays `2.10`, `no` stays `no`). Duplicate keys, tags,
aliases and several documents are problems. Every problem names file, line and key, and says
what was expected; reading goes on after one, so that a file's problems are told together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import yaml

from forewarn.expressions import expression
from forewarn.model import rule_ids
from forewarn.model.record import Place
from forewarn.store.records.fields import Fields, kind_of
from forewarn.store.records.problems import Problems

# The C parser where it was built, which is nearly everywhere; the other reads the same. The
# base loader resolves nothing, so that every plain scalar is a string.
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_DEEPEST = 100
_TAB = expression(r" *\t")
_FLOW_BRACKET = expression(r"[\[\]{}]")
# A line with one value that no parser is needed for: it holds nothing that means something in
# YAML, but perhaps a colon that no blank follows, within plain text or quotes.
_SIMPLE = expression(
    r"([A-Za-z_]{1,40}): "
    r"(?:([A-Za-z0-9](?:[A-Za-z0-9 .,;_/+()-]|:(?=[A-Za-z0-9/]))*(?<! ))"
    r"|([\"'])([A-Za-z0-9 .,;:_/+()*<>=-]*)\3)\n"
)
_MAPPING, _TEXT = "tag:yaml.org,2002:map", "tag:yaml.org,2002:str"
# Each level of a block is at least a column further right.
_DEEP_BLOCK = expression(rf"^[ ?:-]{{{2 * _DEEPEST}}}", re.MULTILINE)


def read_mapping(
    text: str, problems: Problems, what: str, list_key: str | None = None
) -> Fields | None:
    """Read YAML text that must be one mapping; None (and a finding) where it is not.

    With `list_key`, a list may stand there alone, and is read as if it were that key's value.
    """
    simple = _simple(text)
    if simple:
        return Fields(simple, problems, what)
    root = _root(text, problems)
    if root is None:
        return None
    if list_key and isinstance(root, yaml.SequenceNode):
        key = yaml.ScalarNode(_TEXT, list_key, root.start_mark, root.start_mark)
        root = yaml.MappingNode(_MAPPING, [(key, root)], root.start_mark, root.end_mark)
    if not isinstance(root, yaml.MappingNode):
        problems.add(
            root,
            rule_ids.WRONG_TYPE,
            f"{what} is {kind_of(root)}; expected keys and values",
            "Write `key: value` lines.",
        )
        return None
    return Fields(root, problems, what)


def _root(text: str, problems: Problems) -> yaml.Node | None:
    """What the text holds, if nothing a mapping of nothing; None (and a finding) if unreadable."""
    if too_deep(text):
        problems.add(
            None,
            rule_ids.UNREADABLE,
            "this is nested too deeply to be a record",
            "Write it out flat.",
        )
        return None
    if _has_shorthand(text, problems):
        return None
    loader = _Loader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        _tell_of_error(error, text, problems)
        return None
    except (yaml.YAMLError, ValueError) as error:
        problems.add(
            None,
            rule_ids.UNREADABLE,
            f"this is not readable YAML: {error}",
            "Save the file as UTF-8 text.",
        )
        return None
    finally:
        loader.dispose()
    if node is None:
        return yaml.MappingNode(_MAPPING, [], _mark(0, 0), _mark(0, 0))
    return node


def _tell_of_error(error: yaml.MarkedYAMLError, text: str, problems: Problems) -> None:
    mark = error.problem_mark or error.context_mark
    line = problems.place(None).line + (mark.line if mark else 0)
    if mark and _TAB.match(_line(text, mark.line)):
        what = "this line begins with a tab, which YAML does not take for an indent"
        mend = "Indent it with spaces, as many as the lines beside it have."
    else:
        what = f"this is not readable YAML: {error.problem or error.context}"
        mend = (
            "Mend the line; quote text that holds ': ' or ' #', or begins with one of "
            "*, &, !, <, >, =, [, {, @, ` or %."
        )
    problems.add_at(Place(file=problems.file, line=line), rule_ids.UNREADABLE, what, mend)


def _simple(text: str) -> yaml.MappingNode | None:
    """The nodes of a text of which each line is a key and one plain value; None for any other.

    So are nearly all of many thousands of releases, and it takes half the time of the parser.
    """
    if "\n " in text or "\n-" in text:
        return None
    rows = []
    length = line = 0
    for key, plain, quote, quoted in _SIMPLE.findall(text + "\n"):
        mark = _mark(line, len(key) + 2)
        value = yaml.ScalarNode(_TEXT, quoted if quote else plain, mark, mark, quote or None)
        rows.append((_key(key, line), value))
        length += len(key) + len(plain) + len(quoted) + 2 * len(quote) + len(": \n")
        line += 1
    # What stands between two rows is none of them.
    if length != len(text) + 1:
        return None
    return yaml.MappingNode(_MAPPING, rows, _mark(0, 0), _mark(line, 0))


@lru_cache(maxsize=1000)
def _key(name: str, line: int) -> yaml.ScalarNode:
    return yaml.ScalarNode(_TEXT, name, _mark(line, 0), _mark(line, len(name)))


@lru_cache(maxsize=1000)
def _mark(line: int, column: int) -> yaml.Mark:
    return yaml.Mark("", 0, line, column, None, 0)


def too_deep(text: str) -> bool:
    """Whether the text nests deeper than any record does; the C parser dies of stack overflow."""
    if _DEEP_BLOCK.search(text):
        return True
    depth = 0
    for char in _FLOW_BRACKET.findall(text):
        depth += 1 if char in "[{" else -1
        if depth > _DEEPEST:
            return True
    return False


def _has_shorthand(text: str, problems: Problems) -> bool:
    """Report the first anchor, alias or tag of a text; True if there was one.

    The node tree has them resolved, so they are looked for among the tokens; only where their
    characters stand at all, which is rare.
    """
    if not any(char in text for char in "&*!"):
        return False
    try:
        tokens: Iterable[yaml.Token] = yaml.scan(text, Loader=_Loader)
        for token in tokens:
            if isinstance(token, yaml.AliasToken | yaml.AnchorToken | yaml.TagToken):
                word = "a tag" if isinstance(token, yaml.TagToken) else "an anchor or alias"
                line = problems.place(None).line + token.start_mark.line
                problems.add_at(
                    Place(file=problems.file, line=line),
                    rule_ids.SHORTHAND,
                    f"{word} stands here; records are written out",
                    "Write the value itself; quote text that begins with '*', '&' or '!'.",
                )
                return True
    except yaml.YAMLError:
        # What cannot be scanned cannot be parsed either, and the parser says it better.
        return False
    return False


def _line(text: str, number: int) -> str:
    lines = text.split("\n")
    return lines[number] if number < len(lines) else ""
