"""A page that came where a download was expected is not the download."""

from __future__ import annotations

import pytest

from forewarn.model.content import not_a_download

EXE = "recorder-2.7.exe"
HTML = "text/html; charset=utf-8"
BINARY = "application/octet-stream"


@pytest.mark.parametrize(
    ("name", "kind", "body", "what"),
    [
        (EXE, HTML, b"<p>Please log in", "a web page"),
        (EXE, BINARY, b"\xef\xbb\xbf\n<!DOCTYPE html><title>Log in</title>", "a web page"),
        (EXE, BINARY, "<html>".encode("utf-16"), "a web page"),
        (EXE, BINARY, b'<?xml version="1.0"?>\n<!-- x -->\n<html xmlns="x">', "a web page"),
        ("", HTML, b"", "nothing came"),
        (EXE, BINARY, b"", "nothing came"),
        ("appcast.xml", "application/xml", b'<?xml version="1.0"?><rss version="2.0">', "a feed"),
        (EXE, "application/xml", b"<?xml version='1.0'?>\n<Error><Code>x", "an error"),
        (EXE, "application/json", b'{"message": "Not Found"}', "an error"),
        (EXE, "text/plain", b"version https://git-lfs.github.com/spec/v1\noid", "a pointer"),
    ],
)
def test_what_came_instead_is_told(name: str, kind: str, body: bytes, what: str) -> None:
    assert (not_a_download(name, kind, body, len(body)) or "").startswith(what)


@pytest.mark.parametrize(
    ("name", "kind", "body"),
    [
        (EXE, BINARY, b"MZ\x90\x00"),
        (EXE, HTML, b"MZ\x90\x00"),
        ("recorder-2.7.zip", "application/xml", b"the program 2.7"),
        ("manual-2.7.html", HTML, b"<!DOCTYPE html><title>Manual</title>"),
        ("schema-2.7.xml", "application/xml", b"<schema>"),
        ("data-2.7.json", "application/json", b'{"message": "hello"}'),
        ("install.sh", "text/plain", b"#!/bin/sh\necho '<html>'\n"),
    ],
)
def test_a_download_is_left_alone(name: str, kind: str, body: bytes) -> None:
    assert not_a_download(name, kind, body, len(body)) is None
