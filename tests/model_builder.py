"""Builders of model objects with valid defaults; a test names only what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from forewarn import schemes
from forewarn.model.article import Article, Kind, Remediation
from forewarn.model.catalogue import Catalogue
from forewarn.model.product import Product
from forewarn.model.record import Place
from forewarn.model.release import Release, Statement, Status, Verdict, release_path
from forewarn.model.versions.version import VersionRange


def product(id: str, **changes: Any) -> Product:
    values = {
        "id": id,
        "name": id.capitalize(),
        "scheme": "loose",
        "place": Place(file=f"releases/{id}/product.yml"),
    }
    return Product(**{**values, **changes})


def release(product: str, version: str, **changes: Any) -> Release:
    values = {
        "product": product,
        "version": version,
        "status": Status.SHIPPED,
        "track": "stable",
        "released_at": date(2026, 5, 4),
        "place": Place(file=release_path(product, version)),
    }
    return Release(**{**values, **changes})


def statement(partner: str, versions: str, verdict: Verdict, **changes: Any) -> Statement:
    values = {
        "partner": partner,
        "versions": VersionRange.parse(versions),
        "verdict": verdict,
        "about": "playing recordings made by this version",
        "place": Place(file="releases/recorder/2.7.md", line=5),
    }
    return Statement(**{**values, **changes})


def issue(path: str, applies: dict[str, str], **changes: Any) -> Article:
    values = {
        "path": path,
        "title": "No sound after pausing",
        "kind": Kind.KNOWN_ISSUE,
        "applies": {name: VersionRange.parse(text) for name, text in applies.items()},
        "remediation": Remediation.WORKAROUND,
        "place": Place(file=path),
    }
    return Article(**{**values, **changes})


def catalogue(
    *records: Release | Article | Product, products: Iterable[str] = ("recorder", "player")
) -> Catalogue:
    known = {id: product(id) for id in products}
    known |= {record.id: record for record in records if isinstance(record, Product)}
    return Catalogue(
        products=known,
        releases={(r.product, r.version): r for r in records if isinstance(r, Release)},
        articles={r.path: r for r in records if isinstance(r, Article)},
        schemes={id: schemes.get(p.scheme) for id, p in known.items()},
    )
