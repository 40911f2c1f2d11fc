"""What the contract test tries the `page` source with."""

from __future__ import annotations

from forewarn.sources.example import PageReply, SourceExample, SourceExamples

_GOOD = b"""<!doctype html><title>Downloads</title><h1>Recorder</h1><table>
<tr><td>Recorder 2.7</td><td><a href="/files/recorder-2.7.exe">Windows</a></td></tr>
<tr><td>Recorder 2.6</td><td><a href="/files/recorder-2.6.exe">Windows</a></td></tr>
<tr><td>Manual</td><td><a href="/manual.pdf">PDF</a></td></tr></table>
<form action="/login"><input type="password" name="p"></form>"""
_WALL = b"""<!doctype html><title>Just a moment...</title>
<a href="/files/recorder-2.7.exe">recorder-2.7.exe</a>"""
_LOGIN = b"""<!doctype html><title>Acme</title><a href="/">home</a>
<form><input type="password" name="p"></form>"""
_PATH = "/downloads.html"


def _example(
    name: str, reply: PageReply, *shows: str, version: str = r"recorder-([0-9.]+)\.exe"
) -> SourceExample:
    options = {"url": f"{{server}}{_PATH}", "allow_private": "true", "version": version}
    return SourceExample(name=name, options=options, replies={_PATH: reply}, shows=shows)


EXAMPLES = SourceExamples(
    good=_example("a table", PageReply(body=_GOOD, headers={"ETag": '"1"'}), "2.7", "2.6"),
    broken=(
        _example("a bot wall", PageReply(body=_WALL)),
        _example("a log-in page", PageReply(body=_LOGIN)),
        _example("filled by a program", PageReply(body=b"<!doctype html><div id=app></div>")),
        _example("other names of files", PageReply(body=_GOOD.replace(b"recorder-", b"rec_"))),
        _example("too large", PageReply(body=_GOOD + b" " * 900_000 + b"<b>" * 250_000)),
        _example("down", PageReply(body=_GOOD, status=503)),
    ),
)
