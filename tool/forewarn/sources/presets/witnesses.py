"""Third parties and tags. They may lag, and by themselves prove no download."""

from __future__ import annotations

from forewarn.sources.preset import Preset

_SHA256 = "9f2c" * 16

WINGET = Preset(
    about="the versions of a package in winget's community repository",
    reader="data",
    witness=True,
    parameters={
        "path": "its folder below `manifests`: a/Acme/Recorder",
        "server": "another address of GitHub's interface",
    },
    defaults={"server": "https://api.github.com"},
    options={
        "url": "{server}/repos/microsoft/winget-pkgs/contents/manifests/{path}",
        "items": "[?type == 'dir']",
        "fields": {"version": "name", "page": "html_url", "platform": "'windows'"},
        "reach": "all",
    },
    given={"path": "a/Acme/Recorder", "server": "{server}"},
    path="/repos/microsoft/winget-pkgs/contents/manifests/a/Acme/Recorder",
    body=b"""[
 {"name": "2.6.0", "path": "manifests/a/Acme/Recorder/2.6.0", "type": "dir",
  "html_url": "https://github.com/microsoft/winget-pkgs/tree/master/manifests/a/Acme/Recorder/2.6.0"},
 {"name": "2.7.0", "path": "manifests/a/Acme/Recorder/2.7.0", "type": "dir",
  "html_url": "https://github.com/microsoft/winget-pkgs/tree/master/manifests/a/Acme/Recorder/2.7.0"},
 {"name": ".validation", "type": "file"}]""",
    shows=("2.6.0", "2.7.0"),
)

SCOOP = Preset(
    about="an app in a bucket of Scoop",
    reader="data",
    witness=True,
    parameters={
        "app": "the app's name",
        "bucket": "owner, repository and branch of the bucket",
        "server": "another address of GitHub's raw files",
    },
    defaults={
        "bucket": "ScoopInstaller/Main/master",
        "server": "https://raw.githubusercontent.com",
    },
    options={
        "url": "{server}/{bucket}/bucket/{app}.json",
        "items": "architecture || [@]",
        "fields": {
            "version": "$.version",
            # An app may be of several files, of which the first is it.
            "url": "[url][] | [0]",
            "arch": "key",
            "digest": "[hash][] | [0]",
            "platform": "'windows'",
        },
        "reach": "latest",
    },
    given={"app": "recorder", "server": "{server}"},
    path="/ScoopInstaller/Main/master/bucket/recorder.json",
    body=f"""{{"version": "2.7.0", "homepage": "https://vendor.example", "license": "MIT",
 "architecture": {{"64bit": {{"url": "https://vendor.example/recorder-2.7.0.zip",
   "hash": "{_SHA256}"}}}},
 "checkver": "github"}}""".encode(),
    shows=("2.7.0",),
)

HOMEBREW = Preset(
    about="a cask of Homebrew",
    reader="data",
    witness=True,
    parameters={"cask": "the cask's name", "server": "another address of Homebrew's interface"},
    defaults={"server": "https://formulae.brew.sh"},
    options={
        "url": "{server}/api/cask/{cask}.json",
        # What stands behind the comma is the vendor's build.
        "fields": {"version": "version", "url": "url", "digest": {"sha256": "sha256"}},
        "version": "^([^,]+)",
        "reach": "latest",
    },
    given={"cask": "recorder", "server": "{server}"},
    path="/api/cask/recorder.json",
    body=f"""{{"token": "recorder", "name": ["Recorder"], "version": "2.7.0,4711",
 "url": "https://vendor.example/download/recorder", "sha256": "{_SHA256}"}}""".encode(),
    shows=("2.7.0",),
)

GIT_TAGS = Preset(
    about="the tags of a Git repository, as `git ls-remote` lists them",
    reader="data",
    witness=True,
    parameters={"url": "the repository, as it is cloned over http or https"},
    options={
        "url": "{url}/info/refs?service=git-upload-pack",
        # As the server says it, each line after its length, and as `git ls-remote` prints it.
        # The first is followed by what the server is capable of.
        "lines": r"^[0-9a-f]{40,72}[ \t]+refs/tags/(?P<tag>[^\s^\x00]+)(?:\x00.*)?$",
        "fields": {"version": "tag"},
        "reach": "all",
    },
    given={"url": "{server}/acme/recorder.git"},
    path="/acme/recorder.git/info/refs?service=git-upload-pack",
    body=(
        b"001e# service=git-upload-pack\n"
        b"0000010c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c refs/tags/v2.5\0multi_ack thin-pack\n"
        b"003f9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c refs/heads/main\n"
        b"003e9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c refs/tags/v2.6\n"
        b"003e9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c refs/tags/v2.7\n"
        b"00419f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c refs/tags/v2.7^{}\n0000"
    ),
    shows=("2.5", "2.6", "2.7"),
)
