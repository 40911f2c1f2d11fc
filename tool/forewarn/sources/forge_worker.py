"""Reading the answers of forges in a worker: GitHub, GitLab and Gitea name the same differently."""

from __future__ import annotations

import json
from typing import Any

from forewarn.errors import SourceError, Trouble

_MOST_FILES = 500
_LONGEST = 2000


def parse(body: bytes) -> list[dict[str, Any]]:
    """The releases, each with its files.

    Raises:
        SourceError: it is no list of releases.
    """
    try:
        releases = json.loads(body, parse_int=str, parse_float=str)
    except RecursionError as error:
        raise SourceError("the answer is nested too deeply", kind=Trouble.TOO_MUCH) from error
    except ValueError as error:
        raise _no_list() from error
    if not isinstance(releases, list) or not all(isinstance(row, dict) for row in releases):
        raise _no_list()
    if releases and not any(_text(row, "tag_name") for row in releases):
        raise _no_list()
    return [_release(row) for row in releases]


def _release(row: dict[str, Any]) -> dict[str, Any]:
    assets = row.get("assets")
    if isinstance(assets, dict):
        files = [_gitlab_file(file) for file in _dicts(assets.get("links"))]
    else:
        files = [_file(file) for file in _dicts(assets)]
    links = row.get("_links")
    page = _text(links, "self") if isinstance(links, dict) else ""
    return {
        "tag": _text(row, "tag_name"),
        "title": _text(row, "name"),
        "page": _text(row, "html_url") or page,
        "date": _text(row, "published_at") or _text(row, "released_at") or _text(row, "created_at"),
        "draft": row.get("draft") is True,
        "pre_release": row.get("prerelease") is True,
        "upcoming": row.get("upcoming_release") is True,
        "files": files[:_MOST_FILES],
    }


def _file(file: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": _text(file, "name"),
        "url": _text(file, "browser_download_url"),
        "size": _text(file, "size"),
        "digest": _text(file, "digest"),
        # Gitea says nothing, and shows what is there alone.
        "uploaded": _text(file, "state") in ("", "uploaded"),
        "no_file": False,
    }


def _gitlab_file(file: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": _text(file, "name"),
        "url": _text(file, "direct_asset_url") or _text(file, "url"),
        "size": "",
        "digest": "",
        "uploaded": True,
        "no_file": _text(file, "link_type") in ("runbook", "image"),
    }


def _dicts(found: Any) -> list[dict[str, Any]]:
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _text(row: Any, name: str) -> str:
    found = row.get(name)
    return found if isinstance(found, str) and len(found) <= _LONGEST else ""


def _no_list() -> SourceError:
    return SourceError(
        "what came is no list of releases",
        help="See whether `url` is the project's page and `kind` what its host runs.",
    )
