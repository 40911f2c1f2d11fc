"""What programs ask to update themselves."""

from __future__ import annotations

from forewarn.sources.preset import Preset

_SHA1, _SHA256 = "9f2c" * 10, "9f2c" * 16
_SHA512 = "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="

ELECTRON = Preset(
    about="latest.yml and its kin, which electron-builder writes",
    reader="data",
    parameters={"url": "where latest.yml, latest-mac.yml or beta.yml is"},
    options={
        "url": "{url}",
        "format": "yaml",
        "items": "files || [@]",
        "fields": {
            "version": "$.version",
            "url": "url || path",
            "size": "size",
            "digest": {"sha512": "sha512"},
            "date": "$.releaseDate",
            "rollout": "$.stagingPercentage",
        },
        "reach": "latest",
    },
    given={"url": "{server}/latest.yml"},
    path="/latest.yml",
    body=f"""version: 2.7.0
files:
  - url: Recorder-Setup-2.7.0.exe
    sha512: {_SHA512}
    size: 18874368
path: Recorder-Setup-2.7.0.exe
sha512: {_SHA512}
releaseDate: '2026-05-04T10:00:00.000Z'
stagingPercentage: 10
""".encode(),
    shows=("2.7.0",),
)

SQUIRREL = Preset(
    about="the file RELEASES of Squirrel.Windows and of Velopack, without its deltas",
    reader="data",
    parameters={"url": "where the file RELEASES is"},
    options={
        "url": "{url}",
        "lines": r"^(?P<sha1>[0-9A-Fa-f]{40})\s+(?P<url>\S+?-(?P<version>[0-9]+(?:\.[0-9]+)+\S*?)"
        r"-(?P<kind>full|delta)\.nupkg(?:\?\S*)?)\s+(?P<size>[0-9]+)(?:\s+#?\s*(?P<share>[0-9]+)%)?",
        "where": "kind == 'full'",
        "fields": {
            "version": "version",
            "url": "url",
            "platform": "'windows'",
            "size": "size",
            "digest": {"sha1": "sha1"},
            "rollout": "share",
        },
    },
    given={"url": "{server}/RELEASES"},
    path="/RELEASES",
    body=(
        f"\ufeff{_SHA1.upper()} Recorder-2.6.0-full.nupkg 18000000\r\n"
        f"{_SHA1} Recorder-2.7.0-delta.nupkg 90000\r\n"
        f"{_SHA1} Recorder-2.7.0-full.nupkg 18874368 # 10%\r\n"
    ).encode(),
    shows=("2.7.0", "2.6.0"),
)

VELOPACK = Preset(
    about="releases.win.json and its kin, which Velopack writes, without their deltas",
    reader="data",
    parameters={"url": "where releases.win.json, or that of another channel, is"},
    options={
        "url": "{url}",
        "items": "Assets",
        "where": "Type == 'Full'",
        "fields": {
            "version": "Version",
            "url": "FileName",
            "size": "Size",
            "digest": {"sha256": "SHA256", "sha1": "SHA1"},
        },
    },
    given={"url": "{server}/releases.win.json"},
    path="/releases.win.json",
    body=f"""{{"Assets": [
  {{"PackageId": "Recorder", "Version": "2.7.0", "Type": "Full", "Size": 18874368,
    "FileName": "Recorder-2.7.0-full.nupkg", "SHA1": "{_SHA1}", "SHA256": "{_SHA256}"}},
  {{"PackageId": "Recorder", "Version": "2.7.0", "Type": "Delta", "Size": 90000,
    "FileName": "Recorder-2.7.0-delta.nupkg", "SHA1": "{_SHA1}", "SHA256": "{_SHA256}"}}
]}}""".encode(),
    shows=("2.7.0",),
)

TAURI = Preset(
    about="latest.json of Tauri's updater, with a file for each system",
    reader="data",
    parameters={"url": "where latest.json is"},
    options={
        "url": "{url}",
        "items": "platforms || [@]",
        "fields": {
            "version": "$.version",
            "platform": "key",
            "url": "url",
            "date": "$.pub_date",
        },
        "reach": "latest",
    },
    given={"url": "{server}/latest.json"},
    path="/latest.json",
    body=b"""{"version": "v2.7.0", "notes": "Better.", "pub_date": "2026-05-04T10:00:00Z",
 "platforms": {
  "darwin-aarch64": {"signature": "dW50", "url": "{server}/Recorder.app.tar.gz"},
  "windows-x86_64": {"signature": "dW50", "url": "{server}/Recorder-2.7.0.msi.zip"}}}""",
    shows=("2.7.0",),
)

CHROME = Preset(
    about="the update manifest (gupdate) of an extension for Chrome and its kin",
    reader="data",
    parameters={"url": "where the manifest is", "app": "the extension's id"},
    options={
        "url": "{url}",
        "format": "xml",
        "items": "app[?appid == '{app}'].updatecheck[]",
        "fields": {
            "version": "version",
            "url": "codebase",
            "size": "size",
            "digest": {"sha256": "hash_sha256"},
        },
        "reach": "latest",
    },
    given={"url": "{server}/updates.xml", "app": "abcdefghijklmnopabcdefghijklmnop"},
    path="/updates.xml",
    body=f"""<?xml version='1.0' encoding='UTF-8'?>
<gupdate xmlns='http://www.google.com/update2/response' protocol='2.0'>
  <app appid='abcdefghijklmnopabcdefghijklmnop'>
    <updatecheck codebase='https://vendor.example/recorder.crx' version='2.7.0'
      hash_sha256='{_SHA256}' size='1048576'/>
  </app>
</gupdate>""".encode(),
    shows=("2.7.0",),
)

APPINSTALLER = Preset(
    about="an .appinstaller file, by which Windows updates a package",
    reader="data",
    parameters={"url": "where the .appinstaller file is"},
    options={
        "url": "{url}",
        "format": "xml",
        "items": "MainPackage || MainBundle",
        "fields": {
            "version": "Version",
            "url": "Uri",
            "arch": "ProcessorArchitecture",
            "platform": "'windows'",
        },
        "reach": "latest",
    },
    given={"url": "{server}/Recorder.appinstaller"},
    path="/Recorder.appinstaller",
    body=b"""<?xml version="1.0" encoding="utf-8"?>
<AppInstaller xmlns="http://schemas.microsoft.com/appx/appinstaller/2018" Version="1.0.0.4"
  Uri="https://vendor.example/Recorder.appinstaller">
  <MainPackage Name="Acme.Recorder" Publisher="CN=Acme" Version="2.7.0.0"
    ProcessorArchitecture="x64" Uri="https://vendor.example/Recorder_2.7.0.0_x64.msix"/>
  <UpdateSettings><OnLaunch HoursBetweenUpdateChecks="12"/></UpdateSettings>
</AppInstaller>""",
    shows=("2.7.0.0",),
)
