"""Maven versions (the order of Maven's ComparableVersion)."""

from __future__ import annotations

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.versions.plain import Plain
from forewarn.schemes import _text
from forewarn.schemes._runs import before_stage

Item = tuple[int, int, str]

_RUN = expression(r"[0-9]+|[^0-9]+")
_QUALIFIERS = ("alpha", "beta", "milestone", "rc", "snapshot", "", "sp")
_RELEASE, _UNKNOWN = _QUALIFIERS.index(""), len(_QUALIFIERS)
_ALIASES = {"ga": "", "final": "", "release": "", "cr": "rc"}
_SHORT = {"a": "alpha", "b": "beta", "m": "milestone"}
# What may stand at one place, from low to high. A list, a zero and a word such as "final" weigh
# nothing themselves, and are as low or high as what follows them.
_EARLY_WORD, _EARLY_LIST, _EARLY_ZERO, _END, _WORD, _LIST, _NUMBER = range(7)
_PLAIN = Plain()


@dataclass(frozen=True, slots=True)
class Maven:
    """Maven 3.9's order: numbers, then lists opened by `-` or by a change of digits to letters.

    Known misses: where Maven's own comparison runs in a circle no order can follow all of it, and
    pairs within the circle may differ. That takes a word in the middle between dots or before a
    hyphen (by Maven 1.sp.1 < 1-rc < 1 < 1.sp.1), a hyphen after nothing that counts (1-0-rc,
    1--rc), or a version that begins with a word, against one that begins with 0 (sp, 0-rc, 0).
    """

    name: str = "maven"
    summary: str = "Java artefacts in the order of Maven"
    example: str = "2.7-rc-1"
    vers_names: tuple[str, ...] = ("maven",)
    signs: frozenset[str] = frozenset()
    plain: Plain | None = _PLAIN

    def key(self, version: str) -> tuple[Item, ...]:
        """Maven's order as a tuple.

        Raises:
            InvalidVersion: the text is too long or leaves the safe alphabet.
        """
        _text.check(version, self)
        lists = _lists(version.lower())
        key: list[Item] = [(_END, 0, "")]
        for depth in range(len(lists) - 1, -1, -1):
            for kind, rank, word in reversed(lists[depth]):
                if (kind, rank, word) in _NOTHING and key[-1][0] < _END:
                    kind = _EARLY_WORD if kind == _WORD else _EARLY_ZERO
                key.append((kind, rank, word))
            if depth:
                key.append((_EARLY_LIST if key[-1][0] < _END else _LIST, 0, ""))
        key.reverse()
        return tuple(key)

    def series(self, numbers: str) -> tuple[str, str]:
        """2.4, and before 2.5-alpha.

        Raises:
            InvalidVersion: no version begins with these numbers.
        """
        return _text.series(numbers, self, floor="-alpha")

    def final(self, version: str) -> str | None:
        """What stands before alpha, beta, milestone, rc, SNAPSHOT or another stage.

        Raises:
            InvalidVersion: the text is too long or leaves the safe alphabet.
        """
        _text.check(version, self)
        return before_stage(version, strict=False)


def _lists(text: str) -> list[list[Item]]:
    """The nested lists of the version, outermost first; each holds the next as its last item."""
    lists: list[list[Item]] = [[]]
    parts = [
        [_RUN.findall(field) or ["0"] for field in part.split(".")] for part in text.split("-")
    ]
    last = parts[-1][-1]
    for index, part in enumerate(parts):
        if index:
            lists.append([])
        for runs in part:
            for place, run in enumerate(runs, start=1):
                digit_follows = place < len(runs)
                if place > 1:
                    lists.append([])
                elif lists[-1] and not run[0].isdigit() and (digit_follows or runs is last):
                    # .x1, and .x at the end, are read as -x1 and -x.
                    lists.append([])
                lists[-1].append(_item(run, digit_follows=digit_follows))
    for items in lists:
        while items and items[-1] in _NOTHING:
            items.pop()
    while len(lists) > 1 and not lists[-1]:
        lists.pop()
    return lists


def _item(run: str, *, digit_follows: bool) -> Item:
    if run[0].isdigit():
        return (_NUMBER, int(run), "")
    word = _SHORT.get(run, run) if digit_follows else run
    word = _ALIASES.get(word, word)
    if word not in _QUALIFIERS:
        return (_WORD, _UNKNOWN, word)
    rank = _QUALIFIERS.index(word)
    return (_EARLY_WORD if rank < _RELEASE else _WORD, rank, "")


# The items that weigh nothing, and do not count at the end of a list.
_NOTHING = frozenset([_item("0", digit_follows=False), _item("final", digit_follows=False)])

SCHEME = Maven()
