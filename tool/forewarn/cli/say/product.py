"""How a product reads on a terminal."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from forewarn.cli.say.live import live_lines, live_words
from forewarn.cli.say.table import columns
from forewarn.words.answers import product_words, short_line_words
from forewarn.words.releases import NONE_OUT

if TYPE_CHECKING:
    from forewarn.model.product import Product
    from forewarn.model.replies import ProductReply


def product_text(found: ProductReply) -> str:
    """A product: its newest release, what is live, its tracks, and what else it is called."""
    catalogue, product = found.catalogue, found.product
    newest = catalogue.latest(product.id)
    support = catalogue.support_of(newest) if newest else None
    said = product_words(newest, support, found.today, date.isoformat)
    lines = [f"{product.name} {said}"]
    for live in found.seen.found:
        state = f"recorded as {live.record.status}" if live.record else "not recorded"
        lines += [f"  {live.version}: {state}, but {live_words(live)}", *live_lines(live)]
    rows = [("", track, _track(found, track)) for track in product.tracks]
    lines += [columns(rows)] if len(rows) > 1 else []
    issues = [i for i in catalogue.issues_of(product.id) if not catalogue.is_fixed(i)]
    lines += [f"  known issue: {issue.title} ({issue.path})" for issue in issues]
    lines += [f"  {label}: {value}" for label, value in _about(product) if value]
    return "\n".join(lines)


def _track(found: ProductReply, track: str) -> str:
    product = found.product
    newest = found.catalogue.latest(product.id, track)
    support = product.support.get(track)
    return short_line_words(newest, support, found.today, date.isoformat) or NONE_OUT


def _about(product: Product) -> list[tuple[str, str | None]]:
    called = (
        f"{alias.name} ({alias.line})" if alias.line else alias.name for alias in product.aliases
    )
    return [
        ("also called", ", ".join(called)),
        ("id", product.id),
        ("scheme", product.scheme),
        ("owner", product.owner),
        ("must keep working with", ", ".join(product.lockstep)),
        ("file", product.place.file),
    ]
