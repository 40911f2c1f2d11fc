"""What the contract test tries the `feed` source with."""

from __future__ import annotations

from forewarn.sources.example import Reply, SourceExample, SourceExamples

_GOOD = b"""<rss version="2.0"><channel><title>News</title>
<item><title>Recorder 2.7</title><link>https://vendor.example/2.7</link></item>
<item><title>Recorder 2.6</title><link>https://vendor.example/2.6</link></item>
</channel></rss>"""
_PATH = "/feed.xml"


def _example(name: str, reply: Reply, *shows: str) -> SourceExample:
    options = {"url": f"{{server}}{_PATH}", "allow_private": "true"}
    return SourceExample(name=name, options=options, replies={_PATH: reply}, shows=shows)


EXAMPLES = SourceExamples(
    good=_example("rss", Reply(body=_GOOD, headers={"ETag": '"1"'}), "2.7", "2.6"),
    broken=(
        _example("nothing", Reply()),
        _example("a web page", Reply(body=b"<!doctype html><title>Log in</title>")),
        _example("JSON", Reply(body=b'{"version": "2.7"}')),
        _example("not XML", Reply(body=b"\x00\xff" * 100)),
        _example("the path of a file", Reply(body=b"/etc/passwd")),
        _example("broken off at once", Reply(body=b"<rss><channel><title>Ne")),
        _example("too many entries", Reply(body=b"<item/>" * 20_001)),
        _example("down", Reply(body=b"down for maintenance", status=503)),
        _example("not changed, though nobody asked", Reply(status=304)),
    ),
)
