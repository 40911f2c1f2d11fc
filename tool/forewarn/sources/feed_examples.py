"""What the contract test tries the `feed` source with."""

from __future__ import annotations

from forewarn.sources.example import PageReply, SourceExample, SourceExamples

_GOOD = b"""<rss version="2.0"><channel><title>News</title>
<item><title>Recorder 2.7</title><link>https://vendor.example/2.7</link></item>
<item><title>Recorder 2.6</title><link>https://vendor.example/2.6</link></item>
</channel></rss>"""
_PATH = "/feed.xml"


def _example(name: str, reply: PageReply, *shows: str) -> SourceExample:
    options = {"url": f"{{server}}{_PATH}", "allow_private": "true"}
    return SourceExample(name=name, options=options, replies={_PATH: reply}, shows=shows)


EXAMPLES = SourceExamples(
    good=_example("rss", PageReply(body=_GOOD, headers={"ETag": '"1"'}), "2.7", "2.6"),
    broken=(
        _example("nothing", PageReply()),
        _example("a web page", PageReply(body=b"<!doctype html><title>Log in</title>")),
        _example("JSON", PageReply(body=b'{"version": "2.7"}')),
        _example("not XML", PageReply(body=b"\x00\xff" * 100)),
        _example("the path of a file", PageReply(body=b"/etc/passwd")),
        _example("broken off at once", PageReply(body=b"<rss><channel><title>Ne")),
        _example("too many entries", PageReply(body=b"<item/>" * 20_001)),
        _example("down", PageReply(body=b"down for maintenance", status=503)),
        _example("not changed, though nobody asked", PageReply(status=304)),
    ),
)
