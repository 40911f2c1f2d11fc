"""Reading the index of a folder in a worker: a page of links, JSON, or a bucket's XML."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote, unquote_plus, urljoin, urlsplit

from forewarn.errors import SourceError, Trouble
from forewarn.expressions import expression
from forewarn.sources.data_worker import read_xml
from forewarn.sources.page_worker import parse as parse_page

_BUCKET = expression(rb"\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>)?\s*<(?:\w+:)?ListBucketResult\b")
_CONTAINER = expression(rb"\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>)?\s*<EnumerationResults\b")
_MD5 = expression('"?([0-9a-f]{32})"?')
_FOLDERS = ("directory", "dir", "folder")


def parse(body: bytes, *, base: str) -> dict[str, Any]:
    """The names in an index: `rows` of name, link, size, date and md5, as far as they are there.

    `next` is what has to be asked for the page that follows, empty after the last.

    Raises:
        SourceError: it is no index.
    """
    if _BUCKET.match(body[:1000]):
        try:
            return _bucket(read_xml(body), base)
        except ValueError as error:
            raise SourceError("the bucket's index is no XML that can be read") from error
    if _CONTAINER.match(body[:1000]):
        try:
            return _container(read_xml(body), base)
        except ValueError as error:
            raise SourceError("the container's index is no XML that can be read") from error
    if (listed := _listed(body)) is not None:
        rows = [_named(entry, base) for entry in listed]
        # What is not right within the folder is elsewhere.
        within = [row for row in rows if "/" not in row["name"].rstrip("/")]
        return {"rows": within, "next": {}}
    page = parse_page(body, select="a[href]", attribute="href")
    if page["instead"]:
        raise SourceError(
            f"what came is {page['instead']}",
            help="Open the address where forewarn runs; the index may be kept from programs now.",
        )
    rows = [row for item in page["items"] if (row := _row(item["text"], base))]
    # Tables of pictures and names have two links for each.
    return {"rows": list({row["link"]: row for row in rows}.values()), "next": {}}


def _row(link: str, base: str) -> dict[str, str] | None:
    """A name right within the folder; None for links that sort it, lead up or elsewhere."""
    if link.startswith(("?", "#")):
        return None
    try:
        target, folder = urlsplit(urljoin(base, link)), urlsplit(urljoin(base, "."))
    except ValueError:
        return None
    if (target.scheme, target.netloc) != (folder.scheme, folder.netloc) or target.query:
        return None
    name = unquote(target.path).removeprefix(unquote(folder.path))
    if name == unquote(target.path) and folder.path != "":
        return None
    if not name or "/" in name.rstrip("/") or name in (".", ".."):
        return None
    address = f"{target.scheme}://{target.netloc}{target.path}"
    return {"name": name, "link": address, "size": "", "date": "", "md5": ""}


def is_json_index(body: bytes) -> bool:
    """Whether it is an index as nginx and Caddy write it for programs."""
    return bool(_listed(body))


def _listed(body: bytes) -> list[dict[str, Any]] | None:
    """The entries of an index in JSON; None where it is none."""
    if not body[:100].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"["):
        return None
    try:
        rows = json.loads(body, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None
    if not all(isinstance(row, dict) and isinstance(row.get("name"), str) for row in rows):
        return None
    # The interface of a forge lists files likewise, and has addresses of its own for them.
    ours = all(("mtime" in row or "is_dir" in row) and "html_url" not in row for row in rows)
    return rows if ours else None


def _named(entry: Mapping[str, Any], base: str) -> dict[str, str]:
    name = entry["name"].rstrip("/")
    if entry.get("is_dir") is True or entry.get("type") in _FOLDERS:
        name += "/"
    date, size = (
        next((entry[key] for key in keys if isinstance(entry.get(key), str)), "")
        for keys in (("mtime", "mod_time"), ("size",))
    )
    there = urljoin(urljoin(base, "."), quote(name))
    return {"name": name, "link": there, "size": size, "date": date, "md5": ""}


def _container(document: Any, base: str) -> dict[str, Any]:
    """The blobs of a container of Azure's, which is like a bucket with other names."""
    parts = urlsplit(base)
    container = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/"
    rows = []
    for blob in _children(_first(document, "Blobs"), "Blob"):
        name, about = _one(blob, "Name"), _first(blob, "Properties")
        rows.append(
            {
                "name": name.rpartition("/")[2],
                "link": _one(blob, "Url") or urljoin(container, quote(name)),
                "size": _one(about, "Content-Length"),
                "date": _one(about, "Last-Modified"),
                "md5": "",
            }
        )
    marker = _one(document, "NextMarker")
    return {
        "rows": [row for row in rows if row["name"]],
        "next": {"marker": marker} if marker else {},
    }


def _children(entry: Any, name: str) -> list[Any]:
    found = entry.get(name) if isinstance(entry, dict) else None
    return found if isinstance(found, list) else []


def _first(entry: Any, name: str) -> Any:
    return next(iter(_children(entry, name)), None)


def _bucket(document: Any, base: str) -> dict[str, Any]:
    parts = urlsplit(base)
    # Path-style or of its own name: what is asked without a query is the bucket.
    bucket = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/"
    rows = []
    for entry in document.get("Contents", ()) if isinstance(document, dict) else ():
        key = _of(document, _one(entry, "Key"))
        if not key or key.endswith("/"):
            continue
        md5 = _MD5.fullmatch(_one(entry, "ETag"))
        rows.append(
            {
                "name": key.rpartition("/")[2],
                "link": urljoin(bucket, quote(key)),
                "size": _one(entry, "Size"),
                "date": _one(entry, "LastModified"),
                "md5": md5[1] if md5 else "",
            }
        )
    rows += [
        {"name": name, "link": urljoin(bucket, quote(prefix)), "size": "", "date": "", "md5": ""}
        for entry in document.get("CommonPrefixes", ())
        if (prefix := _of(document, _one(entry, "Prefix")))
        if (name := f"{prefix.rstrip('/').rpartition('/')[2]}/")
    ]
    return {"rows": rows, "next": _next(document, rows)}


def _next(document: Any, rows: list[dict[str, str]]) -> dict[str, str]:
    if _one(document, "IsTruncated").lower() != "true":
        return {}
    if token := _one(document, "NextContinuationToken"):
        return {"list-type": "2", "continuation-token": token}
    marker = _of(document, _one(document, "NextMarker")) or _last_key(document)
    if not marker:
        raise SourceError(
            "the index says that it goes on, and not where", kind=Trouble.CHANGED_SHAPE
        )
    return {"marker": marker}


def _last_key(document: Any) -> str:
    entries = document.get("Contents", ())
    return _of(document, _one(entries[-1], "Key")) if entries else ""


def _of(document: Any, key: str) -> str:
    """A key as it is; buckets that are asked for it write it as in an address."""
    return unquote_plus(key) if _one(document, "EncodingType") == "url" else key


def _one(entry: Any, name: str) -> str:
    found = entry.get(name) if isinstance(entry, dict) else None
    text = found[0] if isinstance(found, list) and found else found
    return text if isinstance(text, str) else ""
