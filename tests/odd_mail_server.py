"""A real SMTP server on loopback that ends conversations, falls silent or refuses as it is told."""

from __future__ import annotations

import socketserver
import threading
from typing import Any, Self


class OddMailServer:
    """Runs while used as a context.

    `messages` are the Message-IDs that came, `hellos` how clients named themselves. `answers` maps
    a command (`EHLO`, `MAIL`, `RCPT`, `DATA`) to its reply, and `dot` is what a message is answered
    with. After `closes_after` messages a conversation ends without a word, or with 421 where `bye`
    is said. At the command `silent_at`, or after a message where that is `.`, it falls silent.
    One that `pipelines` says so, and answers nothing before it has heard `DATA`.
    """

    def __init__(
        self,
        *,
        closes_after: int = 0,
        silent_at: str = "",
        bye: bool = False,
        pipelines: bool = False,
        **answers: str,
    ) -> None:
        self.messages: list[str] = []
        self.hellos: list[str] = []
        self.connections = 0
        self.answers = answers
        self.closes_after = closes_after
        self.silent_at = silent_at
        self.bye = bye
        self.pipelines = pipelines
        self._over = threading.Event()
        outer = self

        class Conversation(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer.connections += 1
                try:
                    outer._talk(self)
                except OSError:
                    return

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False

        self._server = Server(("127.0.0.1", 0), Conversation)
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def go_on(self) -> None:
        """End each conversation that has fallen silent."""
        self._over.set()

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def _talk(self, conversation: Any) -> None:
        late = ""

        def say(reply: str, now: bool = True) -> None:
            nonlocal late
            late += f"{reply}\r\n"
            if now:
                conversation.wfile.write(late.encode())
                late = ""

        fine = {"DATA": "354 go on"}
        if self.pipelines:
            fine["EHLO"] = "250-relay.example.com\r\n250 PIPELINING"
        kept = 0
        say("220 relay.example.com ESMTP")
        while line := conversation.rfile.readline().decode():
            word = line[:4].strip().upper()
            if word == self.silent_at:
                self._over.wait()
                return
            if word in ("EHLO", "HELO"):
                self.hellos.append(line[5:].strip())
            if word == "MAIL" and self.bye and kept == self.closes_after:
                say("421 4.7.0 enough for one conversation")
                return
            waits = self.pipelines and word in ("MAIL", "RCPT")
            say(self.answers.get(word, fine.get(word, "250 fine")), now=not waits)
            if word == "QUIT":
                return
            if word == "DATA" and word not in self.answers:
                text = b""
                while not f"\r\n{text.decode()}".endswith("\r\n.\r\n"):
                    more = conversation.rfile.readline()
                    if not more:
                        return
                    text += more
                if self.silent_at == ".":
                    self._over.wait()
                    return
                if text == b".\r\n":
                    say("554 5.5.1 no message for nobody")
                    continue
                if "dot" not in self.answers:
                    header = next(h for h in text.splitlines() if h.startswith(b"Message-ID:"))
                    self.messages.append(header.decode().partition(": ")[2])
                say(self.answers.get("dot", "250 2.0.0 queued"))
                kept += 1
                if kept == self.closes_after and not self.bye:
                    return
