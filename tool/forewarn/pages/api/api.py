"""The API: the records as static JSON files below `api/v1/`, each with a JSON Schema.

A product's files change only when something around that product does, and none has the time of
the publish in it, so that whoever asks with an ETag is mostly told that nothing has changed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forewarn.facts.issues import issue_json
from forewarn.facts.live import live_json
from forewarn.facts.products import product_json
from forewarn.facts.releases import latest_json, release_json, support_json
from forewarn.facts.statements import statement_json, table_json
from forewarn.facts.times import moment
from forewarn.model.article import Article
from forewarn.model.release import Release
from forewarn.pages.api.schemas import SCHEMAS
from forewarn.pages.feeds.entries import of_all
from forewarn.pages.feeds.entry import MOST_SHOWN, Entry
from forewarn.pages.feeds.feed_list import FORMS
from forewarn.pages.view import paths
from forewarn.pages.view.addresses import address, identity
from forewarn.pages.view.page_type import PageType
from forewarn.pages.view.view import Page, View

# A product with more releases than these has them in several files.
_RELEASES = 500


def pages(view: View) -> Iterator[Page]:
    """The index, the schemas, and what is asked of all products at once."""
    catalogue, brought = view.catalogue, view.each(_brings).values()
    everything: dict[str, list[str]] = {
        "products": [row["brief"] for row in brought],
        "latest": [text for row in brought for text in row["latest"]],
        "known-issues": [_json(_issue(view, paths.API, i)) for i in catalogue.known_issues],
        "events": [_json(_event(view, e)) for e in view.once(of_all)[:MOST_SHOWN]],
    }
    for name, rows in everything.items():
        yield _listed(view, f"api/v1/{name}.json", name, rows)
    for name, schema in SCHEMAS.items():
        yield Page(src=paths.api_schema(name), text=json.dumps(schema, indent=1) + "\n")
    counts = {f"{name}.json": (name, len(rows)) for name, rows in everything.items()}
    counts |= {
        "products/{product}.json": ("product", len(catalogue.products)),
        "releases/{product}.json": ("releases", sum(view.counts.values())),
        "compatibility/{pair}.json": ("compatibility", len(view.pairs)),
        "lookup/index.json": ("lookup", 1),
    }
    yield _page(view, paths.API, "index", _index(view, counts))


def product_pages(view: View, product: str) -> Iterator[Page]:
    """A product, its releases, and what is stated about the pairs that are named by it."""
    src = paths.api_product(product)
    yield _page(view, src, "product", _product(view, src, product))
    yield from _releases(view, product)
    for one, other in view.pairs:
        if one == product:
            src = paths.api_pair(one, other)
            yield _page(view, src, "compatibility", _pair(view, src, one, other))


def _brings(view: View, product: str) -> dict[str, Any]:
    """A product as it stands in the lists of all, as JSON."""
    latest = [
        _json({"product": product, "track": track, **row})
        for track in view.catalogue.products[product].tracks
        for row in latest_json(view.catalogue, product, track)
    ]
    return {"brief": _json(_brief(view, product)), "latest": latest}


def _page(view: View, src: str, schema: str, data: dict[str, Any]) -> Page:
    head = {"$schema": address(view, src, paths.api_schema(schema))}
    return Page(src=src, text=f"{_json({**head, **data})}\n")


def _listed(view: View, src: str, name: str, rows: Sequence[str]) -> Page:
    """A file of rows that are JSON already."""
    head = _json({"$schema": address(view, src, paths.api_schema(name))})
    return Page(src=src, text=f'{head[:-1]},"{name.replace("-", "_")}":[{",".join(rows)}]}}\n')


# Half of a character cannot be written as UTF-8, and may stand in what a source showed.
_json = json.JSONEncoder(separators=(",", ":")).encode


def _index(view: View, counts: Mapping[str, tuple[str, int]]) -> dict[str, Any]:
    """What there is; what lies in many files has a template instead of an address."""
    return {
        "name": view.settings.name,
        "audience": view.audience.value,
        "files": [
            {
                "name": name,
                "description": SCHEMAS[name]["description"],
                "url_template" if "{" in file else "url": address(
                    view, paths.API, f"api/v1/{file}"
                ),
                "schema": address(view, paths.API, paths.api_schema(name)),
                "count": count,
            }
            for file, (name, count) in counts.items()
        ],
    }


def _brief(view: View, product: str) -> dict[str, Any]:
    """A product in the list of them."""
    return {
        **product_json(view.catalogue, product),
        "url": address(view, paths.API, paths.api_product(product)),
        "releases": address(view, paths.API, paths.api_releases(product)),
        "page": address(view, paths.API, paths.product_src(product)),
    }


def _product(view: View, src: str, product: str) -> dict[str, Any]:
    record, feed = view.catalogue.products[product], paths.product_feed(product)
    partners = [b if a == product else a for a, b in view.pairs if product in (a, b)]
    live = [live_json(live) for live in view.live if live.product == product]
    return {
        **product_json(view.catalogue, product),
        **({"live": live} if live else {}),
        "tracks": [
            {
                "track": track,
                "support": support_json(record.support[track], view.today)
                if track in record.support
                else None,
                "latest": latest_json(view.catalogue, product, track),
            }
            for track in record.tracks
        ],
        "known_issues": [_issue(view, src, issue) for issue in view.catalogue.issues_of(product)],
        "compatibility": [
            {
                "with": other,
                "url": address(view, src, paths.api_pair(product, other)),
                "page": address(view, src, paths.pair_src(product, other)),
            }
            for other in partners
        ],
        "releases": address(view, src, paths.api_releases(product)),
        "feeds": {
            name.lower(): address(view, src, paths.feed_as(feed, form))
            for form, name in FORMS.items()
        },
        "calendar": address(view, src, paths.product_calendar(product)),
        "page": address(view, src, paths.product_src(product)),
    }


def _releases(view: View, product: str) -> Iterator[Page]:
    """A product's releases, the highest version first."""
    releases = view.catalogue.releases_of(product)
    having: dict[str, list[Article]] = defaultdict(list)
    for issue in view.catalogue.issues_of(product):
        for release in view.catalogue.in_range(product, issue.applies[product]):
            having[release.version].append(issue)
    for begin in range(0, max(len(releases), 1), _RELEASES):
        part = begin // _RELEASES + 1
        src = paths.api_releases(product, part)
        more = begin + _RELEASES < len(releases)
        data = {
            "product": product,
            "releases": [
                _release(view, src, release, having[release.version])
                for release in releases[begin : begin + _RELEASES]
            ],
            "next": address(view, src, paths.api_releases(product, part + 1)) if more else None,
        }
        yield _page(view, src, "releases", data)


def _release(view: View, src: str, release: Release, issues: list[Article]) -> dict[str, Any]:
    found = release_json(
        view.catalogue,
        release,
        view.today,
        view.audience,
        issues=issues,
        advice=view.adviser.recommend(release),
        live=view.live_of(release),
    )
    return {**found, "page": address(view, src, *paths.release_place(view.catalogue, release))}


def _issue(view: View, src: str, issue: Article) -> dict[str, Any]:
    found = issue_json(view.catalogue, issue, view.today, view.audience)
    return {**found, "page": address(view, src, issue.path)}


def _event(view: View, entry: Entry) -> dict[str, Any]:
    """An entry of the feeds."""
    return {
        "id": identity(view, entry.key).urn,
        "kind": entry.kind.value,
        "severity": entry.severity.value,
        "title": entry.title,
        "published": moment(entry.at),
        "updated": moment(entry.updated),
        "product": entry.product,
        "version": entry.version,
        "track": entry.track,
        "products": list(entry.products),
        "facts": [{"label": label, "value": value} for label, value in entry.lines],
        "page": address(view, paths.API, entry.src, entry.anchor),
    }


def _pair(view: View, src: str, one: str, other: str) -> dict[str, Any]:
    """Every statement about a pair, and the verdicts that follow from them today."""
    matrix = view.verdicts(one, other).matrix()
    return {
        "products": [one, other],
        "statements": [
            {
                "product": owner.product,
                "version": owner.version,
                **statement_json(statement, view.today, view.audience),
            }
            for about, by in dict.fromkeys(((other, one), (one, other)))
            for owner, statement in view.statements_about(about)
            if owner.product == by
        ],
        **table_json(matrix),
        "page": address(view, src, paths.pair_src(one, other)),
    }


PAGES = PageType(pages=pages, product_pages=product_pages, brings=(_brings,))
