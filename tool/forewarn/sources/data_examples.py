"""What the contract test tries the `data` source with."""

from __future__ import annotations

from forewarn.model.option import OptionValue
from forewarn.sources.example import PageReply, SourceExample, SourceExamples

_GOOD = b"""{"releases": [
  {"version": "2.7", "published": "2026-05-04", "files": [
    {"os": "windows", "url": "{server}/recorder-2.7.exe", "size": 18874368,
     "sha256": "9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c"}]},
  {"version": "2.6", "published": "2026-03-02", "files": []},
  {"version": "2.8-beta1", "published": "2026-05-05", "draft": true, "files": []}
]}"""
_PATH = "/releases.json"
_FIELDS = {
    "version": "version",
    "date": "published",
    "url": "files[0].url",
    "size": "files[0].size",
    "digest": "files[0].sha256",
}


def _example(
    name: str, reply: PageReply, *shows: str, items: str = "releases", **more: OptionValue
) -> SourceExample:
    options: dict[str, OptionValue] = {
        "url": f"{{server}}{_PATH}",
        "allow_private": "true",
        "items": items,
        "where": "!draft",
        "fields": _FIELDS,
        **more,
    }
    return SourceExample(name=name, options=options, replies={_PATH: reply}, shows=shows)


EXAMPLES = SourceExamples(
    good=_example("json", PageReply(body=_GOOD, headers={"ETag": '"1"'}), "2.7", "2.6"),
    broken=(
        _example("another form", PageReply(body=b'{"entries": [{"version": "2.7"}]}')),
        _example("an empty list", PageReply(body=b'{"releases": []}')),
        _example("broken off", PageReply(body=_GOOD[:200])),
        _example("a web page", PageReply(body=b"<!doctype html><title>Log in</title>")),
        _example("nested too deeply", PageReply(body=b"[" * 100_000)),
        _example(
            "an entity bomb",
            PageReply(body=b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>'),
        ),
        _example("YAML that is none", PageReply(body=b"a: [b\nc: d}"), format="yaml"),
        _example("too many items", PageReply(body=b"[" + b"1," * 20_001 + b"1]"), items="@"),
        _example("down", PageReply(body=b"{}", status=503)),
    ),
)
