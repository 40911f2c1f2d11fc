"""What the contract test tries the `listing` source with."""

from __future__ import annotations

from forewarn.sources.example import PageReply, SourceExample, SourceExamples

_INDEX = b"""<html><head><title>Index of /files</title></head><body><h1>Index of /files</h1>
<a href="?C=N;O=D">Name</a> <a href="?C=M;O=A">Last modified</a> <a href="/">Parent Directory</a>
<a href="recorder-2.7.exe">recorder-2.7.exe</a> 2026-05-04 10:00 18M
<a href="recorder-2.7.exe.sha256">recorder-2.7.exe.sha256</a> 2026-05-04 10:00 64
<a href="recorder-2.6.exe">recorder-2.6.exe</a> 2026-03-02 10:00 18M
<a href="https://elsewhere.example/recorder-9.9.exe">an advertisement</a></body></html>"""
_ENDLESS = b"""<?xml version="1.0"?><ListBucketResult>
<Contents><Key>recorder-2.7.exe</Key></Contents>
<IsTruncated>true</IsTruncated></ListBucketResult>"""
_PATH = "/files/"


def _example(name: str, body: bytes, *shows: str, status: int = 200) -> SourceExample:
    reply = PageReply(body=body, status=status, headers={"ETag": '"1"'})
    return SourceExample(
        name=name,
        options={"url": f"{{server}}{_PATH}", "allow_private": "true", "pages": "3"},
        replies={
            _PATH: reply,
            f"{_PATH}?marker=recorder-2.7.exe": reply,
        },
        shows=shows,
    )


EXAMPLES = SourceExamples(
    good=_example("an index of Apache's kind", _INDEX, "2.7", "2.6"),
    broken=(
        _example("nothing in it", b"<title>Index of /files</title><a href='/'>Parent</a>"),
        _example("a log-in page", b"<title>Sign in</title><a href=/>x</a><input type=password>"),
        _example("an index without end", _ENDLESS),
        _example(
            "an index that goes on and says not where",
            b"<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        ),
        _example("a bucket that refuses", b"<Error><Code>AccessDenied</Code></Error>"),
        _example("down", _INDEX, status=503),
    ),
)
