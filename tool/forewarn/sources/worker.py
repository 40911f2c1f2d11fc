"""The child process that reads what strangers wrote: `python -m forewarn.sources.worker`.

Parsers can be hung or blown up by what they read, so they read in a process that may be killed.
Frames go both ways, each four bytes of length (big endian) and that many bytes. A request is a
frame of JSON (`do`: the function to call as `module:name`, `options`: what it takes by name, the
limits `cpu` in seconds and `memory` in bytes, its `number`, and whether `more` of them were sent
with it) and one with the bytes to read. The reply is a frame of JSON: the `number`, and what the
function `found`, or why it `refused`. Those to requests that were sent together come together.
"""

from __future__ import annotations

import gc
import importlib
import json
import math
import os
import sys
import time
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, BinaryIO

from forewarn.errors import SourceError

_to_json = json.JSONEncoder(separators=(",", ":")).encode
# Nearly all that is made of a document goes with it, without the collector.
_MADE_BETWEEN = 20_000
_BUFFER = 64 * 1024


def frame(data: bytes) -> bytes:
    """One frame, as it is sent."""
    return len(data).to_bytes(4, "big") + data


def read_frame(stream: BinaryIO) -> bytes | None:
    """Read one frame; None at the end of the stream."""
    head = stream.read(4)
    return stream.read(int.from_bytes(head, "big")) if len(head) == 4 else None


def main() -> None:
    """Answer requests until the other side closes the stream, or one is too much."""
    gc.set_threshold(_MADE_BETWEEN)
    requests, replies = os.fdopen(0, "rb", _BUFFER, closefd=False), sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library prints must not stand between frames
    while (head := read_frame(requests)) is not None:
        request, body = json.loads(head), read_frame(requests)
        _limit(request["cpu"], request["memory"])
        reply = _reply(_function(request["do"]), body or b"", request["options"])
        replies.write(frame(_to_json({"number": request["number"], **reply}).encode("ascii")))
        if not request["more"]:
            replies.flush()


def _reply(function: Callable[..., Any], body: bytes, options: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"found": function(body, **options)}
    except SourceError as error:
        return {"refused": {"what": error.what, "help": error.help, "kind": error.kind}}


@cache
def _function(name: str) -> Callable[..., Any]:
    module, _, attribute = name.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    return function


def _limit(seconds: float, memory: int) -> None:
    """Let the system end this process when the next answer takes too much; not on Windows."""
    if sys.platform != "win32":
        # The system counts whole seconds, in which many are answered.
        _limit_to(math.ceil(time.process_time() + seconds), memory)


@lru_cache(maxsize=1)
def _limit_to(used: int, memory: int) -> None:
    import resource

    for kind, most in ((resource.RLIMIT_CPU, used), (resource.RLIMIT_AS, memory)):
        _, hard = resource.getrlimit(kind)
        unlimited = hard == resource.RLIM_INFINITY
        try:
            resource.setrlimit(kind, (most if unlimited else min(most, hard), hard))
        except (ValueError, OSError):
            continue  # a system may know a limit and not let it be set


if __name__ == "__main__":
    main()
