"""A web service on this machine, for the examples of channels that speak HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from forewarn.frozen import dataclass


@dataclass(frozen=True, kw_only=True)
class Came:
    """A request as it came: `path` without its query, names of headers in small letters."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body as an object; empty where it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def bearer(self) -> str:
        """The token that it came with."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer: a text, or whatever JSON has."""

    status: int = 200
    body: Any = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # as many may call at the same moment


class ExampleService:
    """Answers as `answer` says; open it as a context. `calls` are all that came, in order."""

    def __init__(self, answer: Callable[[Came], Reply]) -> None:
        self.calls: list[Came] = []
        outer = self

        class Handling(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def _take(self) -> None:
                parts = urlsplit(self.path)
                call = Came(
                    method=self.command,
                    path=parts.path,
                    query={name: values[0] for name, values in parse_qs(parts.query).items()},
                    headers={name.lower(): text for name, text in self.headers.items()},
                    body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
                )
                outer.calls.append(call)
                reply = answer(call)
                is_text = isinstance(reply.body, str)
                body = (reply.body if is_text else json.dumps(reply.body)).encode()
                kind = "text/plain" if is_text else "application/json"
                told = {"Content-Type": kind, "Content-Length": str(len(body)), **reply.headers}
                self.send_response(reply.status)
                for name, text in told.items():
                    self.send_header(name, text)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = _take

            def log_message(self, *args: Any) -> None:
                pass

        self._server = _Listener(("127.0.0.1", 0), Handling)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
