"""Addresses that say by themselves what is there: an index, an archive, a repository, a forge."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from forewarn.expressions import expression
from forewarn.model.option import OptionValue
from forewarn.model.product import Product

_FORGES = {"github.com": "github", "gitlab.com": "gitlab", "codeberg.org": "gitea"}
# Pages of package indexes, and the preset that reads the index itself.
_INDEXES = (
    (expression(r"pypi\.org/(?:project|simple|pypi)/(?P<package>[^/]+)"), "pypi"),
    (expression(r"npmjs\.com/package/(?P<package>(?:@[^/]+/)?[^/]+)"), "npm"),
    (expression(r"registry\.npmjs\.org/(?P<package>(?:@[^/]+/)?[^/]+)"), "npm"),
    (expression(r"nuget\.org/packages/(?P<package>[^/]+)"), "nuget"),
    (expression(r"api\.nuget\.org/v3-flatcontainer/(?P<package>[^/]+)"), "nuget"),
    (
        expression(r"rubygems\.org/(?:gems|api/v1/versions)/(?P<gem>[^/]+?)(?:\.json|/|$)"),
        "rubygems",
    ),
    (expression(r"formulae\.brew\.sh/(?:api/)?cask/(?P<cask>[^/.]+)"), "homebrew"),
    (
        expression(r"repo1\.maven\.org/maven2/(?P<path>.+?)/(?:maven-metadata\.xml)?$"),
        "maven",
    ),
    (
        expression(
            r"github\.com/microsoft/winget-pkgs/\w+/master/manifests/(?P<path>\w/[^/]+/[^/]+)"
        ),
        "winget",
    ),
)
# Addresses by which the same are asked for elsewhere: where the server is, and what is asked for.
_SERVERS = (
    (expression(r"(?P<server>.*)/pypi/(?P<package>[^/]+)/json"), "pypi"),
    (expression(r"(?P<server>.*)/v3-flatcontainer/(?P<package>[^/]+)/index\.json"), "nuget"),
    (expression(r"(?P<server>.*)/api/v1/versions/(?P<gem>[^/]+)\.json"), "rubygems"),
    (expression(r"(?P<server>.*)/(?P<path>[^/]+/[^/]+)/maven-metadata\.xml"), "maven"),
    (
        expression(
            r"(?P<archive>.*)/dists/(?P<suite>.+?)/(?P<component>[\w-]+)/binary-(?P<arch>\w+)"
            r"/Packages(?:\.\w+)?"
        ),
        "apt",
    ),
    (expression(r"(?P<archive>.*)/dists/(?P<suite>.+?)/(?:In)?Release(?:\.gpg)?"), "apt"),
    (expression(r"(?P<url>.*\.git)(?:/info/refs)?/?"), "git-tags"),
)
# What the interface of a forge calls its releases, and the page of the project there.
_INTERFACES = (
    (expression(r"/(?:api/v3/)?repos/(?P<project>[^/]+/[^/]+)/releases"), "github"),
    (expression(r"/api/v1/repos/(?P<project>[^/]+/[^/]+)/releases"), "gitea"),
    (expression(r"/api/v4/projects/(?P<project>[^/]+)/releases"), "gitlab"),
)
_SAYS_FORGE = (
    (expression(rb"<meta[^>]*content=[\"']?GitLab[\"'\s>]", re.IGNORECASE), "gitlab"),
    (expression(rb"<meta[^>]*content=[\"'][^\"']*(?:gitea|forgejo)", re.IGNORECASE), "gitea"),
)


def known_place(url: str, product: Product) -> tuple[str, dict[str, OptionValue]] | None:
    """The type and the options by which an address is read that is known by how it looks."""
    bare = url.partition("?")[0]
    parts = urlsplit(bare)
    host = (parts.hostname or "").removeprefix("www.")
    path = unquote(parts.path)
    for pattern, preset in _INDEXES:
        if match := pattern.match(f"{host}{path}"):
            small = preset not in ("maven", "winget")
            return preset, {k: v.lower() if small else v for k, v in match.groupdict().items()}
    for pattern, kind in _INTERFACES:
        if match := pattern.fullmatch(parts.path):
            there = "github.com" if host == "api.github.com" else parts.netloc
            page = f"{parts.scheme}://{there}/{unquote(match['project'])}"
            return "forge", {"url": page, **({} if there in _FORGES else {"kind": kind})}
    for pattern, preset in _SERVERS:
        if match := pattern.fullmatch(bare):
            options: dict[str, OptionValue] = {k: unquote(v) for k, v in match.groupdict().items()}
            return preset, {**options, "package": product.id} if preset == "apt" else options
    if host in _FORGES and len(path.strip("/").split("/")) >= 2:
        return "forge", {"url": f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")}
    return None


def forge_of_page(url: str, page: bytes) -> dict[str, OptionValue] | None:
    """The options of a project on a forge of somebody's own, where its page says what it runs."""
    kind = next((kind for says, kind in _SAYS_FORGE if says.search(page)), None)
    parts = urlsplit(url)
    names = parts.path.partition("/-/")[0].strip("/").removesuffix("/releases").split("/")
    if kind is None or len(names) < 2:
        return None
    return {"url": f"{parts.scheme}://{parts.netloc}/{'/'.join(names)}", "kind": kind}
