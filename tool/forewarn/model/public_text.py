"""Text as customers may read it: what it says of files that they may not know of goes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterator
from html import unescape
from urllib.parse import unquote

from forewarn.expressions import expression
from forewarn.model.catalogue import Catalogue
from forewarn.model.names import version_of_stem
from forewarn.model.prose import split_code, without_comments
from forewarn.model.release import Release

# The lengths are bounded: a body of a megabyte must not be searched to its end from each bracket.
_LINK = expression(
    r"(?P<image>!?)\[(?P<text>[^\[\]\n]{0,500}+)\]"
    r"\((?P<target>[^)\s]{1,500}+)(?P<title>[^)\n]{0,500}+)\)"
)
_ARTICLE_MENTION = expression(r"\s?\(?\b(kb/[a-z0-9._/-]{1,200}\.md)\b\)?")
# A file's path wherever it stands, however HTML, an address or Markdown spells it: in prose, in
# raw HTML, in a definition, as the target of a picture.
_PATH = expression(r"[\w./+~^%&#;*\\-]++")
_NAMES_FILE = expression(r"md|yml|kb\W|releases\W", re.IGNORECASE)
_PARTS = ("md", "yml", "kb", "releases")
_MARKUP = expression(r"\\(?=\W)|\*")
_FILE = expression(r"[\w./+~^-]++")
# What Markdown drops, and people therefore write comments in.
_UNSEEN = expression(
    r"^ {0,3}\[[^\[\]\n]{1,100}+\]:[ \t]*+(?:#|<#?>)(?:[ \t][^\n]*+)?$|<\?[^>]*+(?:>|\Z)",
    re.MULTILINE,
)


class PublicText:
    """Takes out of texts what names a file that is hidden.

    Args:
        everything: the catalogue with what is hidden.
        products: those that customers may know of, and
        articles: the paths of those articles.
        shows: whether they may know of a release.
        asked: is told each question on a file that a text names, and the answer (`answer`).
    """

    def __init__(
        self,
        everything: Catalogue,
        products: Collection[str],
        articles: Collection[str],
        shows: Callable[[Release], bool],
        asked: Callable[[tuple[str, ...], bool], None],
    ) -> None:
        self._everything = everything
        self._products = products
        self._articles = articles
        self._shows = shows
        self._asked = asked

    def answer(self, about: str, path: str) -> bool:
        """What is asked of a file that a text names, by one of the names below."""
        match about:
            case "mentioned":
                return path in self._articles
            case "staff":
                return path in self._everything.articles and path not in self._articles
            case "linked":
                return self._is_public(path)
        return self._hides(path)

    def _ask(self, about: str, path: str) -> bool:
        found = self.answer(about, path)
        self._asked((about, path), found)
        return found

    def line(self, text: str | None) -> str | None:
        """One line of a record: a mention of a file that is not public goes."""
        if text is None:
            return text
        return self._without_hidden_files(self._without_mentions(text), "kb", "")

    def addresses(self, addresses: tuple[str, ...]) -> tuple[str, ...]:
        """Those that are not the address of a hidden file, as where the records are kept."""
        return tuple(a for a in addresses if not self._names_hidden(a, "kb"))

    def _without_mentions(self, text: str) -> str:
        if "kb/" not in text:
            return text
        return _ARTICLE_MENTION.sub(
            lambda match: match.group(0) if self._ask("mentioned", match.group(1)) else "", text
        )

    def body(self, text: str, file: str) -> str:
        """A Markdown body: comments go, and links to what is not public become plain text."""
        folder = posixpath.dirname(file)

        def rewrite(match: re.Match[str]) -> str:
            target = match.group("target").split("#")[0]
            if not target or "://" in target or target.startswith("mailto:"):
                return match.group(0)
            if not target.endswith(".md") and match.group("image"):
                return match.group(0)
            path = posixpath.normpath(posixpath.join(folder, target))
            return match.group(0) if self._ask("linked", path) else match.group("text")

        parts = []
        for code, part in split_code(without_comments(text)):
            if code:
                shown = _ARTICLE_MENTION.sub(self._without_staff_names, part)
            else:
                seen = _UNSEEN.sub("", part) if "]:" in part or "<?" in part else part
                linked = _LINK.sub(rewrite, seen) if "](" in seen else seen
                shown = self._without_mentions(linked)
            parts.append(self._without_hidden_files(shown, folder, "#"))
        return "".join(parts)

    def _without_hidden_files(self, text: str, folder: str, instead: str) -> str:
        """What no other rule has met: a link in it is left, and leads nowhere."""
        if not _may_name_file(text):
            return text
        return _PATH.sub(
            lambda match: instead if self._names_hidden(match.group(), folder) else match[0],
            text,
        )

    def _names_hidden(self, written: str, folder: str) -> bool:
        """Whether it names a hidden file, from `folder`, from the root or in another's address."""
        # Most words are plain, and name nothing.
        if not _may_name_file(written):
            return False
        plain = unquote(unescape(_MARKUP.sub("", written)))
        return any(
            self._ask("hidden", path)
            for found in _FILE.findall(plain)
            for path in _places(found, folder)
        )

    def _hides(self, path: str) -> bool:
        """Whether there is a file at a path that customers may not know of."""
        path = posixpath.normpath(path)
        for article in (path, path.lower()):
            if article in self._everything.articles:
                return article not in self._articles
        area, _, rest = path.partition("/")
        product, _, name = rest.partition("/")
        if area != "releases" or product not in self._everything.products:
            return False
        version = version_of_stem(name.removesuffix(".md").removesuffix(".briefing"))
        release = self._everything.releases.get((product, version))
        return product not in self._products or bool(release and not self._shows(release))

    def _without_staff_names(self, match: re.Match[str]) -> str:
        """In code, a path is often an example; only the name of a staff article goes."""
        return "" if self._ask("staff", match.group(1)) else match.group(0)

    def _is_public(self, path: str) -> bool:
        if path in self._articles or not path.endswith(".md"):
            return True
        product = path.removeprefix("releases/").partition("/")[0]
        return any(
            release.place.file == path and self._shows(release)
            for release in self._everything.releases_of(product)
        )


def _may_name_file(text: str) -> bool:
    # To look for the parts of a name is quicker than for all of them at every letter.
    folded = text.casefold()
    if "%" in folded or "&" in folded:
        return True
    return any(map(folded.__contains__, _PARTS)) and bool(_NAMES_FILE.search(text))


def _places(written: str, folder: str) -> Iterator[str]:
    """The paths from the root that somebody may have meant."""
    path = written.rstrip("._")
    bare = path.lstrip("_")
    if path.lower().endswith((".md", ".yml")):
        for below in {folder, "kb"}:
            yield from (posixpath.join(below, path), posixpath.join(below, bare))
    for area in ("kb/", "releases/"):
        _, found, rest = bare.lower().rpartition(area)
        if found:
            named = area + bare[len(bare) - len(rest) :]
            yield from (named, f"{named.rstrip('/')}.md")
