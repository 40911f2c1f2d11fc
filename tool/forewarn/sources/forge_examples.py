"""What the contract test tries the `forge` source with."""

from __future__ import annotations

import json
from typing import Any

from forewarn.sources.example import PageReply, SourceExample, SourceExamples

_PATH = "/api/v3/repos/acme/recorder/releases?per_page=100"


def _release(tag: str, **changes: Any) -> dict[str, Any]:
    file = {
        "name": f"recorder-{tag}.exe",
        "state": "uploaded",
        "size": 18874368,
        "digest": "sha256:" + "9f2c" * 16,
        "browser_download_url": f"{{server}}/acme/recorder/releases/download/{tag}/recorder.exe",
    }
    return {
        "tag_name": f"v{tag}",
        "name": f"Recorder {tag}",
        "html_url": f"{{server}}/acme/recorder/releases/tag/v{tag}",
        "draft": False,
        "prerelease": False,
        "published_at": "2026-05-04T10:00:00Z",
        "assets": [file],
        **changes,
    }


_GOOD = json.dumps([_release("2.7"), _release("2.6"), _release("2.8", draft=True)]).encode()


def _example(name: str, reply: PageReply, *shows: str) -> SourceExample:
    options = {"url": "{server}/acme/recorder", "kind": "github", "allow_private": "true"}
    return SourceExample(name=name, options=options, replies={_PATH: reply}, shows=shows)


EXAMPLES = SourceExamples(
    good=_example("releases", PageReply(body=_GOOD, headers={"ETag": '"1"'}), "2.7", "2.6"),
    broken=(
        _example("no release", PageReply(body=b"[]")),
        _example("another project of that name", PageReply(body=b'{"message": "Moved"}')),
        _example("a list of something else", PageReply(body=b'[{"id": 7}]')),
        _example("a web page", PageReply(body=b"<!doctype html><title>Log in</title>")),
        _example("private, or gone", PageReply(body=b'{"message": "Not Found"}', status=404)),
        _example(
            "asked too often",
            PageReply(
                body=b'{"message": "API rate limit exceeded"}',
                status=403,
                headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1777888800"},
            ),
        ),
    ),
)
