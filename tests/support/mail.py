"""A small SMTP server that keeps what it is given, so that real letters are sent in tests."""

import socketserver
from collections.abc import Iterator
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


class _Session(socketserver.StreamRequestHandler):
    """One conversation after RFC 5321, as far as Django's client leads it."""

    def handle(self) -> None:
        """Answer line by line until the client says goodbye."""
        self._say("220 test")
        while line := self.rfile.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self._say("354 go on")
                self._keep()
                self._say("250 kept")
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
def postbox() -> Iterator[Postbox]:
    """A server on a free port of this machine, for as long as the block lasts."""
    with _Server(("127.0.0.1", 0), _Session) as server:
        box = Postbox(port=server.server_address[1])
        server.letters = box.letters
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
