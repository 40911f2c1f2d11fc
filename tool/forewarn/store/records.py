"""Records: from the bytes of a file to one object of the model, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from forewarn import plugins
from forewarn.errors import UsageError
from forewarn.model.article import Article, Kind, Remediation
from forewarn.model.names import (
    check_article_path,
    check_header,
    check_product,
    check_version,
    check_word,
    version_of_stem,
)
from forewarn.model.product import DEFAULT_TRACK, Product, Watch
from forewarn.model.record import Audience, Inspection, Place, Support
from forewarn.model.release import (
    Briefing,
    Download,
    Release,
    Statement,
    Status,
    Verdict,
    Withdrawal,
)
from forewarn.model.version import VersionRange
from forewarn.store.yaml_reader import Fields, Problems, read_mapping

Record = Product | Release | Briefing | Article
Built = TypeVar("Built", bound=Record)

_CONFLICT = re.compile(r"^(<{7}|={7}|>{7})( |$)", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_URL = re.compile(r"https?://[^\s<>\"'`\\\x00-\x1f\x7f]+")
_TRACK = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._+~:()/-]{0,98}[A-Za-z0-9+)])?")


def read_record(path: str, data: bytes, problems: Problems) -> Record | None:
    """Read the file at `path` (relative, below `releases/` or `kb/`).

    Returns None where the file cannot be read as a record; `problems` then says why. A record
    may come with problems, too: what could be read is there.
    """
    text = decode(data, problems)
    if text is None:
        return None
    parts = path.split("/")
    if parts[0] == "kb":
        return _read_article(path, text, problems)
    if len(parts) != 3:
        problems.add(
            None,
            "misplaced",
            "no record belongs here",
            "Put it at releases/<product>/<version>.md, or remove it.",
        )
        return None
    _, product, file = parts
    problem = check_product(product)
    if problem:
        problems.add(
            None, "unsafe-name", f"the folder's name is no product id: {problem}", "Rename it."
        )
        return None
    if file == "product.yml":
        return _read_product(product, text, problems)
    stem = file.removesuffix(".md")
    version = version_of_stem(stem.removesuffix(".briefing"))
    problem = check_version(version)
    if problem:
        problems.add(None, "unsafe-name", f"the file's name is no version: {problem}", "Rename it.")
        return None
    if stem.endswith(".briefing"):
        return Briefing(product=product, version=version, text=text, place=problems.place(None))
    return _read_release(product, version, text, problems)


def is_record(path: str) -> bool:
    """Whether the file at `path` is one that `read_record` reads."""
    if path.startswith("kb/"):
        return path.endswith(".md")
    return path.startswith("releases/") and path.endswith((".md", "/product.yml"))


def decode(data: bytes, problems: Problems) -> str | None:
    """A text file as text, or None and a finding (not UTF-8, a merge conflict, a control char)."""
    try:
        text = data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problems.add_at(
            Place(file=problems.file, line=line),
            "unreadable",
            f"byte {error.start} is not UTF-8",
            "Save the file as UTF-8.",
        )
        return None
    conflict = _CONFLICT.search(text)
    if conflict and "<<<<<<< " in text:
        problems.add_at(
            Place(file=problems.file, line=text.count("\n", 0, conflict.start()) + 1),
            "merge-conflict",
            "a merge conflict was left here",
            "Choose one side, remove the marker lines, and commit.",
        )
        return None
    control = _CONTROL.search(text)
    if control:
        problems.add_at(
            Place(file=problems.file, line=text.count("\n", 0, control.start()) + 1),
            "unreadable",
            f"a control character ({control.group()!a}) stands here",
            "Remove it.",
        )
        return None
    return text


def _front_matter(text: str, problems: Problems, what: str) -> tuple[Fields, str] | None:
    """The keys between the two `---` lines, and the body after them."""
    lines = text.split("\n")
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or end is None:
        problems.add(
            None,
            "no-front-matter",
            f"{what} has no front matter",
            "Begin the file with a line `---`, the keys, and another line `---`.",
        )
        return None
    head = "\n".join(lines[1:end])
    inner = Problems(problems.file, first_line=2)
    inner.findings = problems.findings
    fields = read_mapping(head, inner, what)
    return (fields, "\n".join(lines[end + 1 :]).lstrip("\n")) if fields else None


def _read_product(product: str, text: str, problems: Problems) -> Product | None:
    fields = read_mapping(text, problems, "product.yml")
    if fields is None:
        return None
    tracks = fields.texts("tracks", check_track) or (DEFAULT_TRACK,)
    scheme = fields.required("scheme", _check_scheme)
    record = Product(
        id=product,
        name=fields.required("name", check_header),
        scheme=scheme,
        owner=fields.text("owner", check_word),
        description=fields.text("description"),
        homepage=fields.text("homepage", check_url),
        references=fields.texts("reference", check_url),
        audience=fields.choice("audience", Audience) or Audience.PUBLIC,
        tracks=tracks,
        support=_track_support(fields, tracks),
        watch=tuple(_watch(row) for row in fields.mappings("watch")),
        lockstep=fields.texts("lockstep", check_product),
        place=fields.place,
    )
    fields.end()
    return record if scheme else None


def _track_support(fields: Fields, tracks: tuple[str, ...]) -> dict[str, Support]:
    rows = fields.mapping("support")
    if rows is None:
        return {}
    support = {}
    for track in rows.names():
        if track not in tracks:
            rows.problems.add_at(
                rows.place_of(track),
                "unknown-track",
                f"{track!r} is not one of the product's tracks",
                f"Use one of {', '.join(tracks)}, or add it to `tracks:`.",
            )
        row = rows.mapping(track)
        if row is not None:
            support[track] = _support(row)
    return support


def _support(fields: Fields) -> Support:
    support = Support(
        active_until=fields.day("active_until"),
        security_until=fields.day("security_until"),
        extended_until=fields.day("extended_until"),
        ended=fields.flag("ended"),
    )
    fields.end()
    return support


def _watch(fields: Fields) -> Watch:
    watch = Watch(
        type=fields.required("type", _check_source),
        url=fields.required("url", check_url),
        version=fields.text("version", _check_one_group),
        platform=fields.text("platform", check_word),
        allow_private=fields.flag("allow_private"),
        place=fields.place,
    )
    fields.end()
    return watch


def _read_release(product: str, version: str, text: str, problems: Problems) -> Release | None:
    parts = _front_matter(text, problems, "this release")
    if parts is None:
        return None
    fields, notes = parts
    if not fields.has("status"):
        fields.missing("status")
    status = fields.choice("status", Status)
    audience = fields.choice("audience", Audience) or Audience.PUBLIC
    release = Release(
        product=product,
        version=version,
        status=status or Status.PLANNED,
        track=fields.text("track", check_track) or "",
        planned_for=fields.day("planned_for"),
        announced_at=fields.day("announced_at"),
        released_at=fields.day("released_at"),
        withdrawn=_optional(fields, "withdrawn", _withdrawal),
        downloads=tuple(_download(row) for row in fields.mappings("downloads")),
        compatibility=tuple(_statement(row, audience) for row in fields.mappings("compatibility")),
        support=_optional(fields, "support", _support),
        references=fields.texts("reference", check_url),
        audience=audience,
        notes=notes,
        place=problems.place(None),
    )
    if status in (Status.SHIPPED, Status.WITHDRAWN) and not fields.has("released_at"):
        fields.missing("released_at", f", and its status is {status}")
    if status is Status.WITHDRAWN and not fields.has("withdrawn"):
        fields.missing("withdrawn", ", and its status is withdrawn")
    if release.withdrawn and status is not Status.WITHDRAWN:
        problems.add_at(
            fields.place_of("withdrawn"),
            "wrong-value",
            "'withdrawn' stands here, and the status is not withdrawn",
            "Set `status: withdrawn`, or remove the key.",
        )
    fields.end()
    return release if status else None


Part = TypeVar("Part")


def _optional(fields: Fields, name: str, read: Callable[[Fields], Part | None]) -> Part | None:
    below = fields.mapping(name)
    return read(below) if below is not None else None


def _withdrawal(fields: Fields) -> Withdrawal | None:
    if not fields.has("on"):
        fields.missing("on")
    on = fields.day("on")
    reason = fields.required("reason")
    replacement = fields.text("replacement", check_version)
    fields.end()
    return Withdrawal(on=on, reason=reason, replacement=replacement) if on else None


def _download(fields: Fields) -> Download:
    download = Download(
        platform=fields.required("platform", check_word),
        edition=fields.text("edition", check_word),
        url=fields.required("url", check_url),
        size=fields.whole_number("size"),
        sha256=fields.text("sha256", _check_sha256),
    )
    fields.end()
    return download


def _statement(fields: Fields, file_audience: Audience) -> Statement:
    for name in ("versions", "verdict"):
        if not fields.has(name):
            fields.missing(name)
    audience = fields.choice("audience", Audience) or Audience.PUBLIC
    statement = Statement(
        partner=fields.required("with", check_product),
        versions=fields.parsed("versions", VersionRange.parse, "a range such as '>=2.4,<2.7'")
        or VersionRange(),
        verdict=fields.choice("verdict", Verdict) or Verdict.UNKNOWN,
        about=fields.text("about"),
        limits=fields.text("limits"),
        remedy=fields.text("remedy"),
        verified=_optional(fields, "verified", _inspection),
        references=fields.texts("reference", check_url),
        # A statement may be narrower than its file, and never wider.
        audience=Audience.STAFF if file_audience is Audience.STAFF else audience,
        place=fields.place,
    )
    fields.end()
    return statement


def _inspection(fields: Fields) -> Inspection | None:
    if not fields.has("on"):
        fields.missing("on")
    on = fields.day("on")
    by = fields.required("by", check_word)
    how, until = fields.text("how"), fields.day("until")
    fields.end()
    return Inspection(by=by, on=on, how=how, until=until) if on else None


def _read_article(path: str, text: str, problems: Problems) -> Article | None:
    problem = check_article_path(path.removeprefix("kb/"))
    if problem:
        problems.add(
            None, "unsafe-name", f"the file's name cannot be used: {problem}", "Rename it."
        )
        return None
    parts = _front_matter(text, problems, "this article")
    if parts is None:
        return None
    fields, body = parts
    if not fields.has("kind"):
        fields.missing("kind")
    kind = fields.choice("kind", Kind)
    article = Article(
        path=path,
        title=fields.required("title", check_header),
        kind=kind or Kind.REFERENCE,
        audience=fields.choice("audience", Audience) or Audience.STAFF,
        owner=fields.text("owner", check_word),
        applies=_ranges(fields, "applies"),
        fixed_in=_ranges(fields, "fixed_in"),
        opened=fields.day("opened"),
        remediation=fields.choice("remediation", Remediation),
        promised=fields.day("promised"),
        contingency=fields.text("contingency"),
        verified=_optional(fields, "verified", _inspection),
        references=fields.texts("reference", check_url),
        body=body,
        place=problems.place(None),
    )
    if kind is Kind.KNOWN_ISSUE:
        for name in ("applies", "remediation"):
            if not fields.has(name):
                fields.missing(name, ", and it is a known issue")
    fields.end()
    return article if kind else None


def _ranges(fields: Fields, name: str) -> dict[str, VersionRange]:
    rows = fields.mapping(name)
    if rows is None:
        return {}
    ranges = {}
    for product in rows.names():
        problem = check_product(product)
        if problem:
            rows.problems.add_at(
                rows.place_of(product), "wrong-value", f"no product id: {problem}", "Mend the key."
            )
            continue
        versions = rows.parsed(product, VersionRange.parse, "a range such as '>=2.4,<2.7'")
        if versions is not None:
            ranges[product] = versions
    return ranges


def check_url(text: str) -> str | None:
    """What keeps `text` from being a web address, or None."""
    if len(text) > 2000 or not _URL.fullmatch(text):
        return "it is not a web address; write http:// or https://, with no spaces or quotes"
    return None


def _check_sha256(text: str) -> str | None:
    return None if _SHA256.fullmatch(text) else "it is not 64 small hexadecimal digits"


def check_track(text: str) -> str | None:
    """What keeps `text` from naming a track, or None."""
    return None if _TRACK.fullmatch(text) else "a track is a short name such as stable, lts or 3.14"


def _check_scheme(text: str) -> str | None:
    from forewarn import schemes

    try:
        schemes.get(text)
    except UsageError as error:
        return f"{error.what}. {error.help}"
    return None


def _check_source(text: str) -> str | None:
    if text in plugins.names("sources"):
        return None
    return f"there is no source type {text!a}; use one of {', '.join(plugins.names('sources'))}"


def _check_one_group(text: str) -> str | None:
    try:
        groups = re.compile(text).groups
    except re.error as error:
        return f"it is not a regular expression: {error}"
    if groups != 1:
        return f"it has {groups} groups; put one pair of parentheses around the version"
    return None
