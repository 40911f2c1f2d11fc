"""The `forge` source: the releases of a project on GitHub, GitLab, Gitea or Forgejo.

Options: `url` (required), the address of the project's page; `kind`, one of `github`, `gitlab` and
`gitea` (also for Forgejo), told by the address for github.com, gitlab.com and codeberg.org;
`token`, a variable `${FOREWARN_…}` that holds one, sent to that host alone; `version`, a pattern
that finds the version in the name of the tag; `pages`, how many pages of releases are read, at
most 20 and by default one; `headers` and `allow_private` as for every address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

from forewarn.frozen import dataclass
from forewarn.model.sighting import Reach
from forewarn.options import Options
from forewarn.patterns import first_group
from forewarn.responses import Response
from forewarn.sources.clean import clean
from forewarn.sources.example import SourceExamples
from forewarn.sources.feed_files import (
    FOR_UPDATERS,
    VOUCHER,
    is_for_updaters,
    is_program,
    is_voucher,
    target_of_file,
)
from forewarn.sources.http import Address, ask, ask_first
from forewarn.sources.interface import Answer, FirstAddress, Request, SourceError
from forewarn.sources.items import LONGEST_WORD, Item, Items
from forewarn.sources.parsed import ParsedSource
from forewarn.sources.versions.declared import Tag, of_tag
from forewarn.sources.versions.find import UNMATCHED, FoundVersions, as_version, has_stage

_KINDS = ("github", "gitlab", "gitea")
_KNOWN = {"github.com": "github", "gitlab.com": "gitlab", "codeberg.org": "gitea"}
_PER_PAGE = {"github": 100, "gitlab": 100, "gitea": 50}
_TOKEN = {
    "github": ("Authorization", "Bearer "),
    "gitlab": ("PRIVATE-TOKEN", ""),
    "gitea": ("Authorization", "token "),
}
_PRE_RELEASE = "pre-release"
_NO_PROGRAM = "it is no program, and others of this release are"


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchedForge:
    """The project, and how its releases are asked for; `address` is that of the interface."""

    address: Address
    kind: str
    project: str
    version: str | None = None
    pages: int = 1


class ForgeSource(ParsedSource[WatchedForge]):
    """The releases of a project, with their files; drafts and files under way are left out."""

    @classmethod
    def options(cls, read: Options) -> WatchedForge:
        page = Address.read(read)
        try:
            parts = urlsplit(page.url)
            host = (parts.hostname or "").removeprefix("www.")
        except ValueError:
            return WatchedForge(address=page, kind="github", project="")
        told = read.text("kind", _KNOWN.get(host), _check_kind)
        if page.url and told is None:
            read.refuse(
                f"option 'kind' is missing: nobody can see what {host} runs",
                None,
                f"Add `kind:` with one of {', '.join(_KINDS)}.",
            )
        kind = told or "github"
        project = parts.path.strip("/").removesuffix(".git").partition("/-/")[0]
        if kind != "gitlab":
            project = "/".join(project.split("/")[:2])
        if page.url and "/" not in project:
            read.refuse("option 'url' must lead to a project: https://host/owner/name", "url")
        headers = dict(page.headers)
        if read.has("token") and parts.scheme == "http" and not page.allow_private:
            read.refuse("option 'token' is sent by https alone; write https in 'url'", "token")
        if token := read.secret("token"):
            name, before = _TOKEN[kind]
            headers[name] = f"{before}{token}"
        root = f"{parts.scheme}://{parts.netloc}"
        return WatchedForge(
            address=replace(page, url=_interface(kind, root, host, project), headers=headers),
            kind=kind,
            project=project,
            version=read.pattern("version"),
            pages=read.number("pages", 1, 1, 20),
        )

    @classmethod
    def first(cls, options: WatchedForge) -> FirstAddress:
        return options.address.first

    @classmethod
    def examples(cls) -> SourceExamples:
        from forewarn.sources.forge_examples import EXAMPLES

        return EXAMPLES

    async def poll(self, request: Request[WatchedForge]) -> Answer:
        """Read the releases, the newest page first.

        Raises:
            NetError: there was no complete answer.
            SourceError: the answer is an error or no list of releases, or there are none.
        """
        options = request.options
        changed = await ask_first(self._client, options.address, request)
        if changed is None:
            return Answer(unchanged=True)
        responses = [changed.response]
        releases = await self._read(changed.response)
        last = len(releases)
        while last == _PER_PAGE[options.kind] and len(responses) < options.pages:
            page = len(responses) + 1
            address = options.address.following(f"{options.address.url}&page={page}")
            following = await ask(self._client, address)
            assert following is not None  # noqa: S101 - nothing was kept to ask by
            more = await self._read(following.response)
            responses.append(following.response)
            releases += more
            last = len(more)
        items = Items(request, base=changed.response.url)
        _take_all(items, releases, request)
        whole = last < _PER_PAGE[options.kind]
        answer = items.answer(
            state=changed.state,
            reach=Reach.ALL if whole else Reach.WINDOW,
            responses=tuple(responses),
        )
        if not answer.entries:
            raise SourceError(
                "the project has no release that is published",
                help="Its tags alone are no releases; the preset `git-tags` reads those.",
            )
        return answer

    async def _read(self, response: Response) -> list[dict[str, Any]]:
        found = await self._workers.read(
            "forewarn.sources.forge_worker:parse", response.body, called="the list of releases"
        )
        return list(found)


def _interface(kind: str, root: str, host: str, project: str) -> str:
    """Where the releases of a project are asked for."""
    count = _PER_PAGE[kind]
    match kind:
        case "gitlab":
            whole = quote(project, safe="")
            return f"{root}/api/v4/projects/{whole}/releases?per_page={count}"
        case "gitea":
            return f"{root}/api/v1/repos/{project}/releases?limit={count}"
        case _:
            base = "https://api.github.com" if host == "github.com" else f"{root}/api/v3"
            return f"{base}/repos/{project}/releases?per_page={count}"


def _take_all(items: Items, releases: list[dict[str, Any]], request: Request[WatchedForge]) -> None:
    with_files = any(row["files"] for row in releases)
    for row in releases:
        item = Item(
            key=row["tag"],
            title=row["title"] or row["tag"],
            page=row["page"],
            date=row["date"],
        )
        if row["draft"]:
            items.leave_out(item, "it is a draft, which nobody else sees")
            continue
        if row["upcoming"]:
            items.leave_out(item, "its day has not come")
            continue
        found = _version(row, items, request)
        if row["pre_release"] and not all(has_stage(v, request.scheme) for v in found.versions):
            # What is only flagged as one must not pass for the release.
            item = replace(item, track=_PRE_RELEASE)
        for each in _files(items, item, row, found, with_files):
            items.take(replace(each, found=found))


def _files(
    items: Items,
    item: Item,
    row: Mapping[str, Any],
    found: FoundVersions,
    with_files: bool,
) -> Iterator[Item]:
    """The release once for each of its files, or once where it has none that is there."""
    there = 0
    programs = any(is_program(_named(file)) for file in row["files"])
    for file in row["files"]:
        each = replace(
            item,
            key=f"{row['tag']} {file['name']}",
            title=item.title,
            url=file["url"],
            size=file["size"],
            digests={"": file["digest"]} if file["digest"] else {},
            file=True,
            name=file["name"],
        )
        if why := _why_none(file, programs):
            items.leave_out(replace(each, title=file["name"]), why)
        elif found:
            there += 1
            yield each
    if not there:
        # Where others have files, one without is a page that came before its files.
        yield replace(item, empty=with_files and bool(found))


def _why_none(file: Mapping[str, Any], programs: bool) -> str | None:
    """Why a file is no download of its release; `programs` is whether there are such."""
    if is_voucher(file["name"]):
        return VOUCHER
    if is_for_updaters(file["name"]):
        return FOR_UPDATERS
    if not file["uploaded"]:
        return "it is not uploaded yet"
    if file["no_file"]:
        return "it is a link to something else than a file"
    named = _named(file)
    if programs and not (is_program(named) or target_of_file(named).system):
        return _NO_PROGRAM
    return None


def _named(file: Mapping[str, Any]) -> str:
    """An address with the name of a file, which on GitLab may be that of the link alone."""
    return str(file["url"] if is_program(file["url"]) else file["name"] or file["url"])


def _version(row: Mapping[str, Any], items: Items, request: Request[WatchedForge]) -> FoundVersions:
    tag, scheme = row["tag"], request.scheme
    if pattern := request.options.version:
        text = first_group(pattern, tag)
        version = as_version(text or "", scheme) if len(text or "") <= LONGEST_WORD else None
        why = f"{clean(text or '', 60)!a} is no version under the scheme {scheme.name}"
        return FoundVersions((version,) if version else (), why if text else UNMATCHED)
    if len(tag) > LONGEST_WORD:
        return FoundVersions(why=f"its tag has {len(tag)} characters")
    repository = request.options.project.rpartition("/")[2].casefold()
    return of_tag(Tag(tag, repository), clean(row["title"], 300), items.names, scheme)


def _check_kind(text: str) -> str | None:
    return None if text in _KINDS else f"{text!a} is none of {', '.join(_KINDS)}"
