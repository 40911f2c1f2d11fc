"""Package indexes: what they list is what their clients install."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forewarn.model.option import OptionValue
from forewarn.sources.preset import Preset

_SHA256 = "9f2c" * 16


def _index(
    *,
    names: tuple[str, str],
    server: str,
    fields: Mapping[str, OptionValue],
    options: Mapping[str, OptionValue],
    example: str,
    **more: Any,
) -> Preset:
    """A preset for an index, which lists all there is of what a row names, for any platform.

    `names` are the option by which a row names it, and what that is; `example` is such a name.
    """
    option, what = names
    return Preset(
        reader="data",
        parameters={option: what, "server": "another index of the same kind"},
        defaults={"server": server},
        options={**options, "fields": {**fields, "platform": "'any'"}, "reach": "all"},
        given={option: example, "server": "{server}"},
        **more,
    )


PYPI = _index(
    about="a project on PyPI, with its files; what was yanked is left out",
    names=("package", "the project's name"),
    server="https://pypi.org",
    options={
        "url": "{server}/pypi/{package}/json",
        "items": "releases",
        "where": "!yanked",
    },
    fields={
        "version": "key",
        "url": "url",
        "page": "join('', ['{server}/project/{package}/', key, '/'])",
        "size": "size",
        "digest": {"sha256": "digests.sha256"},
        "date": "upload_time_iso_8601",
    },
    example="recorder",
    path="/pypi/recorder/json",
    body=f"""{{"info": {{"name": "recorder", "version": "2.7"}}, "releases": {{
  "2.6": [{{"filename": "recorder-2.6-py3-none-any.whl", "packagetype": "bdist_wheel",
    "digests": {{"md5": "", "sha256": "{_SHA256}"}}, "size": 90000, "yanked": false,
    "upload_time_iso_8601": "2026-03-02T10:00:00.000000Z",
    "url": "https://files.vendor.example/recorder-2.6-py3-none-any.whl"}}],
  "2.6.1": [{{"filename": "recorder-2.6.1-py3-none-any.whl", "yanked": true,
    "url": "https://files.vendor.example/recorder-2.6.1-py3-none-any.whl"}}],
  "2.7": [{{"filename": "recorder-2.7-py3-none-any.whl", "packagetype": "bdist_wheel",
    "digests": {{"md5": "", "sha256": "{_SHA256}"}}, "size": 91000, "yanked": false,
    "upload_time_iso_8601": "2026-05-04T10:00:00.000000Z",
    "url": "https://files.vendor.example/recorder-2.7-py3-none-any.whl"}}]
}}}}""".encode(),
    shows=("2.6", "2.7"),
)

NPM = _index(
    about="a package on npm",
    names=("package", "the package's name, with its @scope"),
    server="https://registry.npmjs.org",
    options={
        "url": "{server}/{package}",
        # Without it, what each version needs and says of itself comes, too.
        "headers": {"Accept": "application/vnd.npm.install-v1+json"},
        "items": "versions",
    },
    fields={
        "version": "version",
        "url": "dist.tarball",
        "digest": {"sha512": "dist.integrity", "sha1": "dist.shasum"},
    },
    example="@acme/recorder",
    path="/@acme/recorder",
    body=b"""{"name": "@acme/recorder", "dist-tags": {"latest": "2.7.0"}, "versions": {
  "2.7.0": {"name": "@acme/recorder", "version": "2.7.0", "dist": {
    "shasum": "9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c",
    "tarball": "https://registry.vendor.example/@acme/recorder/-/recorder-2.7.0.tgz"}},
  "2.8.0-beta.1": {"name": "@acme/recorder", "version": "2.8.0-beta.1", "dist": {
    "tarball": "https://registry.vendor.example/@acme/recorder/-/recorder-2.8.0-beta.1.tgz"}}
}}""",
    shows=("2.7.0", "2.8.0-beta.1"),
)

MAVEN = _index(
    about="an artifact of a Maven repository",
    names=("path", "group and artifact as a path: com/acme/recorder"),
    server="https://repo1.maven.org/maven2",
    options={
        "url": "{server}/{path}/maven-metadata.xml",
        "format": "xml",
        "items": "versioning[].versions[].version[]",
    },
    fields={
        "version": "@",
        "page": "join('', ['{server}/{path}/', @, '/'])",
    },
    example="com/acme/recorder",
    path="/com/acme/recorder/maven-metadata.xml",
    body=b"""<?xml version="1.0" encoding="UTF-8"?>
<metadata><groupId>com.acme</groupId><artifactId>recorder</artifactId>
  <versioning><latest>2.7</latest><release>2.7</release>
    <versions><version>2.6</version><version>2.7</version></versions>
    <lastUpdated>20260504100000</lastUpdated></versioning></metadata>""",
    shows=("2.6", "2.7"),
)

NUGET = _index(
    about="a package on NuGet",
    names=("package", "the package's id in small letters"),
    server="https://api.nuget.org",
    options={
        "url": "{server}/v3-flatcontainer/{package}/index.json",
        "items": "versions",
    },
    fields={
        "version": "@",
        "url": "join('', ['{server}/v3-flatcontainer/{package}/', @, '/{package}.', @, '.nupkg'])",
    },
    example="acme.recorder",
    path="/v3-flatcontainer/acme.recorder/index.json",
    body=b'{"versions": ["2.6.0", "2.7.0"]}',
    shows=("2.6.0", "2.7.0"),
)

RUBYGEMS = _index(
    about="a gem on RubyGems",
    names=("gem", "the gem's name"),
    server="https://rubygems.org",
    options={
        "url": "{server}/api/v1/versions/{gem}.json",
        "items": "@",
    },
    fields={
        "version": "number",
        "page": "join('', ['{server}/gems/{gem}/versions/', number])",
        "date": "created_at",
        "digest": {"sha256": "sha"},
    },
    example="recorder",
    path="/api/v1/versions/recorder.json",
    body=f"""[
 {{"number": "2.7.0", "created_at": "2026-05-04T10:00:00.000Z", "platform": "ruby",
   "prerelease": false, "sha": "{_SHA256}"}},
 {{"number": "2.6.0", "created_at": "2026-03-02T10:00:00.000Z", "platform": "ruby",
   "prerelease": false, "sha": "{_SHA256}"}}]""".encode(),
    shows=("2.7.0", "2.6.0"),
)

APT = Preset(
    about="a package in an apt repository, and until when the repository's word holds",
    reader="data",
    parameters={
        "archive": "the repository's address, above `dists`",
        "suite": "the folder below `dists`",
        "component": "which part of it",
        "arch": "for which architecture, as Debian calls it",
        "package": "the package's name",
    },
    defaults={"component": "main", "arch": "amd64"},
    options={
        "url": "{archive}/dists/{suite}/{component}/binary-{arch}/Packages.gz",
        "format": "paragraphs",
        "items": "[?Package == '{package}']",
        "fields": {
            "version": "Version",
            "url": "join('', ['{archive}/', Filename])",
            "arch": "Architecture",
            "platform": "'linux'",
            "size": "Size",
            "digest": {"sha256": "SHA256"},
            "rollout": '"Phased-Update-Percentage"',
        },
        "made": {
            "url": "{archive}/dists/{suite}/Release",
            "format": "paragraphs",
            "date": "[0].Date",
            "valid_until": '[0]."Valid-Until"',
        },
    },
    given={"archive": "{server}/apt", "suite": "stable", "package": "recorder"},
    path="/apt/dists/stable/main/binary-amd64/Packages.gz",
    body=f"""Package: recorder
Version: 1:2.7-1
Architecture: amd64
Filename: pool/main/r/recorder/recorder_2.7-1_amd64.deb
Size: 18874368
SHA256: {_SHA256}
Phased-Update-Percentage: 10
Description: records
 more about it

Package: player
Version: 2.4-1
Architecture: amd64
Filename: pool/main/p/player/player_2.4-1_amd64.deb
""".encode(),
    shows=("1:2.7-1",),
    platform="linux",
    beside={
        "/apt/dists/stable/Release": b"Suite: stable\nDate: Mon, 04 May 2026 10:00:00 UTC\n"
        b"Valid-Until: Mon, 11 May 2026 10:00:00 UTC\n"
    },
)
