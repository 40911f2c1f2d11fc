"""What products are called and what words there are, as the search box looks them up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from forewarn.expressions import expression
from forewarn.model.called import calls, hosts, named_lines, short_names
from forewarn.model.named import name_words
from forewarn.model.synonyms import is_synonyms
from forewarn.pages.view import paths
from forewarn.pages.view.view import View

BESIDE = "beside"
SHORT = "short"
_FEW = 4  # words of a name that people write as one
_WORD = expression(r"[^\W\d_]{4,24}")


def names(
    view: View, said: Mapping[str, tuple[str, ...]], newest: Mapping[str, tuple[str, str]]
) -> dict[str, list[tuple[str, ...]]]:
    """What products are called, with the newest release, and synonyms, by one of their words.

    `newest` has each product's newest release, its address and version, empty where it has none.
    A code name, or a line that is a name by itself, comes with the line of releases that it means,
    and with BESIDE where it means that only beside the name of its product. What a product is
    called before a version alone has no line and SHORT.

    A product's name is kept under the word that the fewest others have: customers may know a
    hundred products by the name of one maker. A short one is also kept as one word: sqlserver2019.
    """
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    every = (*calls(view.catalogue), *named_lines(view.catalogue))
    called = sorted(set(every), key=lambda call: (call.product, call.name, call.line or ""))
    common = Counter(word for call in called for word in set(name_words(call.name)))
    others = hosts(view.catalogue)
    for name, product, line in called:
        address = paths.url(paths.product_src(product))
        row = (name, product, view.catalogue.name_of(product), address)
        parts = name_words(name)
        if parts:
            key = min(parts, key=lambda word: (common[word], word))
            behind = (line, *((BESIDE,) if product in others else ())) if line else ()
            for word in {key, *(("".join(parts),) if len(parts) <= _FEW else ())}:
                found[f"p{word}"].append((*row, *newest[product], *behind))
    for name, product, _ in short_names(view.catalogue):
        address = paths.url(paths.product_src(product))
        row = (name, product, view.catalogue.name_of(product), address)
        for word in {name.split()[0], "".join(name.split())}:
            found[f"p{word}"].append((*row, *newest[product], "", SHORT))
    for phrase, meant in said.items():
        found[f"s{phrase.split()[0]}"].append((phrase, *meant))
    return found


def vocabulary(view: View, said: Iterable[str]) -> list[str]:
    """The words for which a word that nothing has may have been meant."""
    catalogue = view.catalogue
    texts = [*(call.name for call in calls(catalogue)), *said]
    texts += [a.title for a in catalogue.articles.values() if not is_synonyms(a.path)]
    return sorted({word for text in texts for word in _WORD.findall(text.lower())})
