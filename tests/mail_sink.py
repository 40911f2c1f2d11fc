"""A mail server in a process of its own that keeps who got what, for many senders at once.

Arguments: the file to which a line is added for each message: its Message-ID and its recipient;
and how many seconds the server takes for each.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

_ID = re.compile(rb"(?im)^Message-ID:\s*(\S+)")


@dataclass(frozen=True)
class Sink:
    """One that runs."""

    port: int
    file: Path
    process: int

    def arrived(self) -> Counter[tuple[str, str]]:
        """How often each message came, by its id and its recipient."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return Counter(tuple(line.split(" ", 1)) for line in lines)  # type: ignore[misc]


@contextmanager
def mail_sink(file: Path, *, seconds: float = 0) -> Iterator[Sink]:
    """Run one that takes so many `seconds` for each message."""
    process = subprocess.Popen(
        [sys.executable, __file__, str(file), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process:
        try:
            yield Sink(port=int(process.stdout.readline()), file=file, process=process.pid)
        finally:
            process.kill()


class _Keeping:
    def __init__(self, file: Path, seconds: float) -> None:
        self._seconds = seconds
        self._kept = file.open("ab", buffering=0)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        found = _ID.search(envelope.original_content or b"")
        await asyncio.sleep(self._seconds)
        id = found[1].decode() if found else "none"
        for recipient in envelope.rcpt_tos:
            self._kept.write(f"{id} {recipient}\n".encode())
        return "250 kept"


async def _serve(file: Path, seconds: float) -> None:
    loop, keeping = asyncio.get_running_loop(), _Keeping(file, seconds)
    server = await loop.create_server(
        lambda: SMTP(keeping, hostname="sink", loop=loop), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), float(sys.argv[2])))
