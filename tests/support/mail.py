"""A small SMTP server that keeps what it is given, so that real letters are sent in tests."""

import socketserver
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread
from typing import cast


@dataclass
class Postbox:
    """Where the server listens, and the letters that came."""

    port: int
    letters: list[EmailMessage] = field(default_factory=list)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    letters: list[EmailMessage]
    refusal: str
    meanwhile: Callable[[], None]


class _Session(socketserver.StreamRequestHandler):
    """One conversation after RFC 5321, as far as Django's client leads it."""

    def handle(self) -> None:
        """Answer line by line until the client says goodbye."""
        server = cast(_Server, self.server)
        self._say("220 test")
        while line := self.rfile.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self._say("354 go on")
                self._keep()
                server.meanwhile()
                self._say("250 kept")
            elif word == b"RCPT" and server.refusal:
                self._say(server.refusal)
            elif word == b"QUIT":
                self._say("221 goodbye")
                return
            else:
                self._say("250 test")

    def _keep(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        letter = message_from_bytes(b"".join(lines), policy=policy.default)
        cast(_Server, self.server).letters.append(cast(EmailMessage, letter))

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def postbox(
    refusal: str = "", meanwhile: Callable[[], None] = lambda: None
) -> Iterator[Postbox]:
    """A server on a free port of this machine, for as long as the block lasts.

    `refusal` is what it answers to every address ("550 no"); `meanwhile` happens while a
    sender waits to hear that a letter was kept.
    """
    with _Server(("127.0.0.1", 0), _Session) as server:
        box = Postbox(port=server.server_address[1])
        server.letters, server.refusal, server.meanwhile = box.letters, refusal, meanwhile
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
