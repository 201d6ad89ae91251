"""Asking a virus scanner: clamd's INSTREAM over TCP or a Unix socket.

`CLAMD_URL` is `tcp://host:3310` or `unix:///run/clamav/clamd.ctl`; empty: nobody is asked.
"""

import socket
import struct
from collections.abc import Iterable
from urllib.parse import urlsplit

SECONDS = 20
CHUNK = 64 * 1024
LONGEST_ANSWER = 4096


class ScannerAway(Exception):
    """No verdict: the scanner cannot be reached, or could not look into the file."""


def scan(chunks: Iterable[bytes], url: str) -> str:
    """The name of what was found in the file; "" when it is clean. Raises ScannerAway."""
    try:
        with _connect(url) as scanner:
            scanner.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                for start in range(0, len(chunk), CHUNK):
                    part = chunk[start : start + CHUNK]
                    scanner.sendall(struct.pack(">I", len(part)) + part)
            scanner.sendall(struct.pack(">I", 0))
            answer = _answer(scanner)
    except (OSError, ValueError) as error:
        raise ScannerAway(str(error)) from error
    verdict = answer.removeprefix("stream: ")
    if verdict == "OK":
        return ""
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")
    raise ScannerAway(answer or "no answer")


def _connect(url: str) -> socket.socket:
    where = urlsplit(url)
    if where.scheme == "unix":
        scanner = socket.socket(socket.AF_UNIX)
        scanner.settimeout(SECONDS)
        try:
            scanner.connect(where.path)
        except OSError:
            scanner.close()
            raise
        return scanner
    return socket.create_connection((where.hostname or "", where.port or 3310), SECONDS)


def _answer(scanner: socket.socket) -> str:
    answer = b""
    while b"\0" not in answer and len(answer) < LONGEST_ANSWER:
        part = scanner.recv(1024)
        if not part:
            break
        answer += part
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()
