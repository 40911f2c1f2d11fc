"""The version that an entry declares: a forge's tag, a package's own page, an appcast's words."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.sighting import Chance
from forewarn.model.versions.version import Scheme
from forewarn.sources.versions.find import FoundVersions, as_version, dotted, has_stage
from forewarn.sources.versions.names import Names, words_of
from forewarn.sources.versions.stage_words import combine, is_stage, stage_named, stages_in
from forewarn.sources.versions.titles import Text, find_in_title

# Where forges have the name of a tag in the addresses of its pages and downloads.
_TAG = expression(
    r"/(?P<repo>[^/]+)/(?:"
    r"releases/tag/(?P<a>.+)|(?:-|src)/(?:releases|tags?)/(?P<b>[^/]+)|releases/download/(?P<c>[^/]+)/[^/]+"
    r"|archive/(?:refs/tags/)?(?P<d>[^/]+?)\.(?:zip|tar\.gz|tar\.bz2)|refs/(?:tags/)?(?P<e>[^/]+)"
    r"|commits/tag/(?P<f>[^/]+)|(?:tags?|tag/)\?(?:.*&)?(?:h|id)=(?:refs/tags/)?(?P<g>[^&]+)"
    r")/?$"
)
_FEED_ID = expression(r"tag:[^,:/]+,[0-9-]+:Repository/[0-9]+/(.+)")
# Where package indexes have a package's version in the address of its page.
_PACKAGE = expression(
    r"/(?:project|crates|packages)/(?:@[^/]+/)?[^/]+/(?P<a>[^/]+)"
    r"|/package/(?:@[^/]+/)?[^/]+/v/(?P<b>[^/]+)|/(?:gems|packages)/[^/]+/versions/(?P<c>[^/]+)"
    r"|/artifact/[^/]+/[^/]+/(?P<d>[^/]+)(?:/[a-z]+)?"
)
_PACKAGE_NAME = expression("/(?:project|crates|packages?|gems)/(?:@[^/]+/)?([^/]+)/")
_PACKAGE_HOSTS = (
    *("pypi.org", "crates.io", "rubygems.org", "nuget.org", "hex.pm", "pub.dev", "npmjs.com"),
    *("chocolatey.org", "mvnrepository.com", "central.sonatype.com"),
)
_PACKAGE_ANYWHERE = expression(
    r"/project/[^/]+/([0-9][^/]*)$|/package/(?:@[^/]+/)?[^/]+/v/([^/]+)$"
)
# Most addresses have none of it: these need not be taken apart. A % may stand for any letter.
_OF_A_TAG = ("releases", "tag", "archive", "refs", "%")
_OF_A_PACKAGE = ("project", "crates", "package", "gems", "artifact", "%")
_ISO_DAY = expression("(?:19|20)[0-9]{2}-(?:0?[1-9]|1[0-2])-[0-3]?[0-9]")
_DAY = expression("(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]")
_BUILD = expression(r"\s*[(\[](?:build\s*|#\s*|b)?[0-9A-Za-z.]*[0-9][0-9A-Za-z.]*[)\]]\s*$", re.I)
_HARMLESS = expression(
    r"[\s(\[]*(?:build\s*[0-9.]*|\(?[0-9a-f]{7,40}\)?|release|final|stable|ga|lts|for\s.*|\([^()]*\))?"
    r"[\s)\]]*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag's name, and the name of the repository that has it."""

    name: str
    repository: str = ""


def tag_of(link: str, entry_id: str) -> Tag | None:
    """The tag that an entry of a forge's feed is about, by its link or else by its id."""
    for text in (link, entry_id):
        if not _has_any(text, _OF_A_TAG):
            continue
        try:
            parts = urlsplit(text)
        except ValueError:
            continue
        if parts.scheme not in ("http", "https"):
            continue
        match = _TAG.search(unquote(parts.path + (f"?{parts.query}" if parts.query else "")))
        if match:
            name = next(v for k, v in match.groupdict().items() if v and k != "repo")
            return Tag(name, match["repo"].casefold())
    if not (entry_id.startswith("tag:") or "%" in entry_id):
        return None
    match = _FEED_ID.fullmatch(unquote(entry_id))
    return Tag(match[1]) if match else None


def _has_any(text: str, words: tuple[str, ...]) -> bool:
    for word in words:  # noqa: SIM110 - quicker than `any`
        if word in text:
            return True
    return False


def package_version(link: str) -> str | None:
    """The version that the address of a page of a package index has."""
    if not _has_any(link, _OF_A_PACKAGE):
        return None
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    host = parts.hostname or ""
    path = unquote(parts.path).rstrip("/")
    match = _PACKAGE.fullmatch(path)
    if not (match and any(host == h or host.endswith(f".{h}") for h in _PACKAGE_HOSTS)):
        # PyPI's and npm's own forms are unmistakable on a mirror, too.
        match = _PACKAGE_ANYWHERE.search(path)
    return str(next(filter(None, match.groups()))) if match else None


def package_of_another(link: str, names: Names) -> str | None:
    """The package that a page of a package index is about, where it is another product."""
    match = _PACKAGE_NAME.search(unquote(link))
    words = words_of(match[1]) if match else ()
    return " ".join(words) if words in names.others and words not in names.calls else None


def of_tag(tag: Tag, title: str, names: Names, scheme: Scheme) -> FoundVersions:
    """The version that a tag names; the title may say of which stage it is, never another number.

    Nothing is found, and it is said why, where the tag belongs to something else.
    """
    ours = replace(names, more=frozenset(_words(tag.repository)))
    name, folder = _joined(tag.name)
    attached = ours.split(name.strip("@"))
    if folder and not (ours.may_be_in(folder) or (attached and attached.named)):
        return _of_another(tag)
    direct = _without_v(name, scheme) if re.match("v?[0-9]", name) else None
    if direct is None:
        if attached is None:
            return _without_number(tag, title, names, scheme)
        before = name[: len(name) - len(attached.version)]
        if attached.other and not all(is_stage(w) for w in re.findall("[A-Za-z]+", before)):
            named = find_in_title(title, names, scheme)
            if all(name.endswith(version) for version in named.versions) and _is_named(title, ours):
                return named
            return _of_another(tag)
        direct = as_version(dotted(attached.version), scheme)
        if direct is None:
            return FoundVersions(
                why=f"the tag {tag.name!a} is no version under the scheme {scheme.name}"
            )
        if attached.other and (stage := stage_named(before)):
            if _is_a_day(direct.replace(".", "-"), scheme) or _DAY.fullmatch(direct):
                return FoundVersions(why=f"the tag {tag.name!a} names a day, and no version")
            whole = combine(direct, stage, scheme)
            why = f"the tag {tag.name!a} names a stage that the scheme {scheme.name} does not know"
            return FoundVersions((whole,)) if whole else FoundVersions(why=why)
    if _is_a_day(direct, scheme):
        return FoundVersions(why=f"the tag {tag.name!a} names a day, and no version")
    return with_titles_stage(direct, title, names, scheme)


def of_words(text: str, names: Names, scheme: Scheme) -> FoundVersions:
    """The version in what an appcast declares for people: "2.7 beta 3 (2693)" is 2.7-beta3."""
    text = " ".join(text.split())
    for words in (text, _BUILD.sub("", text)):
        if whole := _without_v(words, scheme):
            return FoundVersions((whole,))
    text = _BUILD.sub("", text)
    found = Text(text, names, scheme).candidates
    if len(found) != 1 or found[0].problem:
        why = found[0].problem if found and found[0].problem else None
        return FoundVersions(why=why or f"{text!a} is no version under the scheme {scheme.name}")
    one = found[0]
    end = max(one.end, one.stage.end if one.stage else 0)
    if not _HARMLESS.fullmatch(text[end:]):
        return FoundVersions(
            why=f"what {text[end:].strip()!a} means after {one.version} is not known"
        )
    return FoundVersions((one.version,))


def with_titles_stage(version: str, title: str, names: Names, scheme: Scheme) -> FoundVersions:
    """A declared version; of the stage that the title writes beside that same number, or alone."""
    if has_stage(version, scheme):
        return FoundVersions((version,))
    text = Text(title, names, scheme)
    for one in text.candidates:
        same = one.number == version or one.number.startswith(f"{version}.")
        if one.stage and (same or version.startswith(f"{one.number}.")):
            whole = combine(version, one.stage, scheme)
            return (
                FoundVersions((whole,))
                if whole
                else FoundVersions(why=one.problem or f"it is a {one.stage.text}")
            )
    if stage := text.only_a_stage():
        whole = combine(version, stage, scheme)
        why = f"{version} with {stage.text!a} is no version that the scheme {scheme.name} knows"
        return FoundVersions((whole,)) if whole else FoundVersions(why=why)
    return FoundVersions((version,))


def _without_number(tag: Tag, title: str, names: Names, scheme: Scheme) -> FoundVersions:
    """A tag such as `nightly` or `latest`, which moves: the title is asked, and the stage kept."""
    found = find_in_title(title, names, scheme)
    stage = next(stages_in(tag.name), None)
    if not found or stage is None or has_stage(found.versions[0], scheme):
        return found
    whole = combine(found.versions[0], stage, scheme)
    return FoundVersions((whole,)) if whole else FoundVersions(why=f"its tag is {tag.name!a}")


def _of_another(tag: Tag) -> FoundVersions:
    why = f"the tag {tag.name!a} begins with what is not the product's name"
    return FoundVersions(why=why, chance=Chance.LITTLE)


def _joined(name: str) -> tuple[str, str]:
    """A tag's last part, and the one before it; 2.7/rc1 is one part."""
    *folders, last = name.split("/")
    while folders and re.match("v?[0-9]", folders[-1], re.IGNORECASE):
        last = f"{folders.pop()}-{last}"
    if folders and is_stage(folders[-1]):
        last = f"{folders.pop()}-{last}"
    return last, folders[-1] if folders else ""


def _without_v(text: str, scheme: Scheme) -> str | None:
    """A version without the `v` that stands before its number, where it is one without it."""
    return as_version(re.sub("^v(?=[0-9])", "", text, flags=re.IGNORECASE), scheme)


def _is_a_day(version: str, scheme: Scheme) -> bool:
    return not scheme.name.startswith("calver") and _ISO_DAY.fullmatch(version) is not None


def _is_named(title: str, names: Names) -> bool:
    return names.pattern.search(title) is not None


def _words(text: str) -> list[str]:
    words = re.findall(r"[^\W_]+", text.casefold())
    return [*words, "".join(words)]
