"""How people name products and releases on a command line, read the same way by every command.

`recorder@2.7`, `recorder 2.7`, `"Recorder Pro" 2.7`, `recorder pro 2.7`, an alias, a code name:
before a command sees its arguments, they are put into the form that it has written down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

    from forewarn.model.called import Call

# What arguments are called: a product, the version behind it, both in one, as many as are given.
_PRODUCT = frozenset(("product", "suite", "partner"))
_VERSION = frozenset(("version", "old", "new"))
_RELEASE = frozenset(("release", "releases", "members"))


class _ProductType(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A product's id, of whatever it is called, for an option."""

    name = "PRODUCT"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        return product_named(ctx, str(value)) if ctx else str(value)


PRODUCT = _ProductType()


def product_named(ctx: click.Context, text: str) -> str:
    """The id of the product that is called so; the text itself where none is."""
    found = _Wording(ctx, ()).named(text)
    return found.product if found else text


def is_product(ctx: click.Context, text: str) -> bool:
    """Whether a product is called so."""
    return _Wording(ctx, ()).named(text) is not None


def release_named(ctx: click.Context, words: Sequence[str]) -> list[str]:
    """A product's id and a version of it, of the words for them, and what is left over."""
    wording = _Wording(ctx, words)
    return [*wording.release(), *wording.left]


def version_named(ctx: click.Context, product: str, text: str) -> str:
    """A version of a product before which its name may stand."""
    return _Wording(ctx, (text,)).version_of(product)


class NamingCommand(click.Command):
    """A command whose arguments may name products and releases."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        wanted = [param for param in self.params if isinstance(param, click.Argument)]
        if ctx.resilient_parsing:
            args = _joined(ctx, args, wanted)
        elif any(map(kind_of, wanted)):
            args = self._rewritten(ctx, args, wanted)
        try:
            return super().parse_args(ctx, args)
        except click.MissingParameter as missing:
            product = _without_version(ctx, wanted, missing.param)
            if product is None:
                raise
            from forewarn.cli.output import knowledge_base
            from forewarn.services.ask.lookup import no_version

            raise no_version(knowledge_base(ctx), product) from missing

    def _rewritten(
        self, ctx: click.Context, args: list[str], wanted: Sequence[click.Argument]
    ) -> list[str]:
        """The same arguments, what names something in the form that the command takes."""
        tokens = [_Token(arg) for arg in args]
        # What belongs to options is found by the parser itself, with no argument to take the rest.
        options = click.Command(
            self.name, params=[p for p in self.get_params(ctx) if isinstance(p, click.Option)]
        ).make_parser(ctx)
        try:
            _, rest, order = options.parse_args(args=list(tokens))
        except click.UsageError:
            return args  # it is told of them by its own parser
        if any(param.is_eager for param in order):
            return args  # such as --help
        mine = {id(token) for token in rest}
        others = [word for word in tokens if id(word) not in mine and word != "--"]
        return [*others, "--", *_Wording(ctx, rest).of(wanted)]


def _without_version(
    ctx: click.Context, wanted: Sequence[click.Argument], missing: click.Parameter | None
) -> str | None:
    """The product behind which the first version is missing; None where something else is."""
    named = [param for param in wanted if kind_of(param)]
    if missing is None or [missing] != named[1:2] or kind_of(named[1]) != "version":
        return None
    product: str | None = ctx.params.get(named[0].name or "")
    return product


def _joined(ctx: click.Context, args: Sequence[str], wanted: Sequence[click.Argument]) -> list[str]:
    """A line that is not complete, with `recorder 2.7` as one word where one is wanted."""
    from pathlib import Path

    words = _Wording(ctx, args, Path(ctx.find_root().params.get("directory") or "."))
    if not any(kind_of(param) == "release" for param in wanted):
        return [*args]
    return words.joined()


class NamingGroup(click.Group):
    """A group whose commands read names in this way."""

    command_class = NamingCommand


class _Token(str):
    """One word of a command line, which is another than an equal one."""

    __slots__ = ()


def kind_of(param: click.Argument) -> str | None:
    """What an argument names: "product", "version", "release"; None for anything else."""
    name = param.name or ""
    if name in ("a", "b"):  # of a pair: two products, or two releases
        return "release" if "@" in (param.metavar or "") else "product"
    if name in _PRODUCT and param.metavar != "ID":
        return "product"
    if name in _VERSION:
        return "version"
    return "release" if name in _RELEASE else None


class _Wording:
    """Reads the words of a command line from the left."""

    def __init__(self, ctx: click.Context, words: Sequence[str], start: Path | None = None) -> None:
        self._start = start or ctx.find_root().obj
        self._words = list(words)
        self._names: Mapping[str, Call] | None = None

    def of(self, wanted: Sequence[click.Argument]) -> Iterator[str]:
        """What stands for each of the arguments, in their order; what is left over, as it is."""
        kinds = [kind_of(param) for param in wanted]
        product = ""
        for at, (param, kind) in enumerate(zip(wanted, kinds, strict=True)):
            follows = kinds[at + 1 : at + 2] == ["version"]
            while self._words:
                if kind == "release":
                    yield "@".join(self.release())
                elif kind == "product" and follows:
                    found = self.release()
                    product = found[0]
                    yield from found
                elif kind == "product":
                    yield self._product(alone=True)[0]
                elif kind is None:
                    yield self._words.pop(0)
                elif kinds[at - 1 : at] != ["product"]:
                    yield self.version_of(product)
                if param.nargs != -1:
                    break
        yield from self._words

    @property
    def left(self) -> list[str]:
        """The words that have not been read."""
        return self._words

    def joined(self) -> list[str]:
        """All words, each product's id and the version behind it as one."""
        found: list[str] = []
        for word in self._words:
            is_version = any(map(str.isdigit, word)) and not self._is_id(word)
            if found and is_version and self._is_id(found[-1]):
                found[-1] = f"{found[-1]}@{word}"
            else:
                found.append(word)
        return found

    def release(self) -> list[str]:
        """A product and its version; the product alone where no version stands behind it."""
        for at, word in enumerate(self._words):
            before, sign, version = word.partition("@")
            if sign:
                named = self.named(" ".join((*self._words[:at], before)))
                if at and named is None:
                    break  # it belongs to another product
                del self._words[: at + 1]
                return [named.product if named else before, version]
        product, line = self._product()
        if self._words and not self._is_next_product():
            return [product, self._words.pop(0)]
        return [product, line] if line else [product]

    def version_of(self, product: str) -> str:
        """The next word, as a version of a product whose name may stand before it once more."""
        words = list(self._words)
        found = self.release()
        if len(found) == 2 and found[0] == product:
            return found[1]
        self._words = words
        return self._words.pop(0)

    def _is_next_product(self) -> bool:
        """Whether the next word names a product, and is no version by its looks."""
        word = self._words[0]
        return not any(map(str.isdigit, word)) and self.named(word) is not None

    def _product(self, *, alone: bool = False) -> tuple[str, str | None]:
        """A product's id, and the line of releases that its name means, if it means one.

        A name of several words that nobody has stays one word where it stands `alone`, without a
        version behind it.
        """
        text = self._words[0]
        if not self._is_id(self._words[0]) or self._may_go_on():
            parts = self._words[0].split()
            if len(parts) > 1 and self.named(self._words[0]) is None:
                self._words[:1] = parts  # "recorder 2.7" in quotation marks
            for count in self._counts():
                found = self.named(" ".join(self._words[:count]))
                if found:
                    del self._words[:count]
                    return found.product, found.line
            if alone and text != self._words[0]:
                del self._words[: len(text.split())]
                return text, None
        return self._words.pop(0), None

    def _counts(self) -> Iterator[int]:
        """How many words may be one name, the most first; none of them is blank."""
        blank = (at for at, word in enumerate(self._words) if not word.strip())
        return iter(range(next(blank, len(self._words)), 0, -1))

    def _may_go_on(self) -> bool:
        """Whether a product's id may be the beginning of another one's name: "recorder pro"."""
        following = self._words[1:2]
        return any(map(str.strip, following)) and not (
            any(map(str.isdigit, following[0])) or "@" in following[0] or self._is_id(following[0])
        )

    def _is_id(self, word: str) -> bool:
        from forewarn.model.names import check_product

        root = self._root()
        if root is None or check_product(word):
            return False
        return (root / "releases" / word).is_dir()

    def named(self, text: str) -> Call | None:
        from forewarn.model.called import Call

        if self._is_id(text):
            return Call(text, text)
        if self._names is None:
            from forewarn.services.ask.lookup import names

            root = self._root()
            self._names = names(root) if root else {}
        return self._names.get(" ".join(text.split()).casefold())

    def _root(self) -> Path | None:
        """The knowledge base; None where only the form of a command line is looked at."""
        from forewarn.store.root import find_root

        return find_root(self._start) if self._start else None
