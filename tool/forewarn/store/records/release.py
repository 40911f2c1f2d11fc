"""A release: `releases/<product>/<version>.md`."""

from __future__ import annotations

from forewarn.expressions import expression
from forewarn.model import rule_ids
from forewarn.model.addresses import check_url
from forewarn.model.finding import Spelling
from forewarn.model.names import check_product, check_track, check_version, check_word
from forewarn.model.platforms import check_platform
from forewarn.model.record import Audience
from forewarn.model.release import (
    DECLARED,
    Download,
    HoldsUntil,
    Member,
    Release,
    Statement,
    Status,
    Verdict,
)
from forewarn.model.sha256 import check_sha256
from forewarn.model.versions.version import VersionRange
from forewarn.store.records.fields import Fields
from forewarn.store.records.lifecycle import read_history, read_rollout, read_withdrawal
from forewarn.store.records.parts import inspection, optional, read_target
from forewarn.store.records.problems import Problems
from forewarn.store.records.support import read_support
from forewarn.store.records.text import front_matter

# What stands for several versions: 4.x, 4+, <=4, 4 or later.
_SEVERAL = expression(r"(?:^|\.)[xX*]+(?:\.|$)|\+$|[<>=*,|\s]")


def read_release(product: str, version: str, text: str, problems: Problems) -> Release | None:
    """Read the text of a release; None where it is none."""
    parts = front_matter(text, problems, "this release")
    if parts is None:
        return None
    fields, notes = parts
    if not fields.has("status"):
        fields.missing("status")
    status = fields.choice("status", Status, DECLARED)
    audience = fields.audience() or Audience.PUBLIC
    spellings: list[Spelling] = []
    downloads = _downloads(fields, spellings)
    release = Release(
        product=product,
        version=version,
        status=status or Status.PLANNED,
        track=fields.text("track", check_track) or "",
        planned_for=fields.day("planned_for"),
        announced_at=fields.day("announced_at"),
        released_at=fields.day("released_at"),
        imported=fields.day("imported"),
        withdrawn=optional(fields, "withdrawn", read_withdrawal),
        history=read_history(fields, status),
        downloads=downloads,
        rollout=read_rollout(fields, downloads, spellings),
        contains=_members(fields, product),
        compatibility=tuple(_statement(row, audience) for row in fields.mappings("compatibility")),
        support=read_support(fields, "support"),
        references=fields.texts("reference", check_url),
        audience=audience,
        notes=notes,
        spellings=tuple(spellings),
        place=problems.place(None),
    )
    _check_keys_of_status(fields, status)
    fields.end()
    return release if status else None


def _check_keys_of_status(fields: Fields, status: Status | None) -> None:
    """Report what the status needs and is not there, or is there and contradicts it."""
    if status in (Status.SHIPPED, Status.WITHDRAWN) and not fields.has("released_at"):
        fields.missing("released_at", f", and its status is {status}")
    if status is Status.WITHDRAWN and not fields.has("withdrawn"):
        fields.missing("withdrawn", ", and its status is withdrawn")
    if fields.has("withdrawn") and status is not Status.WITHDRAWN:
        fields.problems.add_at(
            fields.place_of("withdrawn"),
            rule_ids.WRONG_VALUE,
            "'withdrawn' stands here, and the status is not withdrawn",
            "Set `status: withdrawn`, or remove the key.",
        )


def _downloads(fields: Fields, spellings: list[Spelling]) -> tuple[Download, ...]:
    seen: dict[tuple[str, str, str], Fields] = {}
    downloads = []
    for row in fields.mappings("downloads"):
        download = _download(row, spellings)
        downloads.append(download)
        first = seen.setdefault(download.target, row)
        if first is not row:
            row.problems.add_at(
                row.place,
                rule_ids.DUPLICATE_DOWNLOAD,
                f"a download for {download.target_words} stands twice; "
                f"the first is in line {first.place.line}",
                "Tell them apart with `arch:` or `edition:`, or remove one.",
            )
    return tuple(downloads)


def _download(fields: Fields, spellings: list[Spelling]) -> Download:
    target = read_target(fields, fields.required("platform", check_platform), spellings)
    download = Download(
        platform=target.platform,
        arch=target.arch,
        edition=fields.text("edition", check_word),
        url=fields.required("url", check_url),
        size=fields.whole_number("size"),
        sha256=fields.text("sha256", check_sha256, str.lower),
    )
    fields.end()
    return download


def _members(fields: Fields, suite: str) -> tuple[Member, ...]:
    rows = fields.mapping("contains")
    if rows is None:
        return ()
    members = []
    for product in rows.names():
        problem = check_product(product)
        if product == suite:
            problem = "a release cannot contain another one of its own product"
        if problem:
            rows.problems.add_at(
                rows.place_of(product),
                rule_ids.WRONG_VALUE,
                f"{product!a} cannot stand here: {problem}",
                "Write the id of another product.",
            )
            continue
        version = rows.required(product, check_version)
        if version:
            members.append(Member(product=product, version=version, place=rows.place_of(product)))
    return tuple(members)


def _statement(fields: Fields, file_audience: Audience) -> Statement:
    for name in ("versions", "verdict"):
        if not fields.has(name):
            fields.missing(name)
    audience = fields.audience() or Audience.PUBLIC
    statement = Statement(
        partner=fields.required("with", check_product),
        versions=fields.versions("versions") or VersionRange(),
        verdict=fields.choice("verdict", Verdict) or Verdict.UNKNOWN,
        about=fields.text("about"),
        limits=fields.text("limits"),
        remedy=fields.text("remedy"),
        verified=optional(fields, "verified", inspection),
        holds_until=_holds_until(fields),
        references=fields.texts("reference", check_url),
        # A statement may be narrower than its file, and never wider.
        audience=Audience.STAFF if file_audience is Audience.STAFF else audience,
        place=fields.place,
    )
    fields.end()
    return statement


def _holds_until(fields: Fields) -> HoldsUntil | None:
    """How far an open end holds: a version, or `open` with the reason."""
    if not fields.is_mapping("holds_until"):
        version = fields.text("holds_until", _check_last)
        return HoldsUntil(version=version) if version else None
    below = fields.mapping("holds_until")
    assert below is not None  # noqa: S101 - it is a mapping
    reason = below.required("open")
    below.end()
    return HoldsUntil(reason=reason) if reason.strip() else None


def _check_last(text: str) -> str | None:
    if text.strip().casefold() == "open":
        return 'open needs a reason; write {open: "why it holds for versions to come"}'
    if _SEVERAL.search(text) or not any(char.isdigit() for char in text):
        return "it names no single version; write the last one that it holds for, as in 4.9"
    return check_version(text)
