"""Measuring shared by the benchmarks: a web worker, a visitor, processor time, memory.

Processor time is what the kernel charged to the web worker and to the PostgreSQL backends
of this database, read from /proc to the nanosecond: a busy machine makes a benchmark
slower but its figures hardly larger. What PostgreSQL does in the background (checkpoints,
autovacuum) is nobody's request and not counted.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from config.accounts.models import User

ROOT = Path(__file__).parents[1]
CSRF = "b" * 32
NANOSECONDS_PER_MS = 1e6


def session_of(user: User) -> str:
    """A signed-in session."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def web_server(application: str = "config.wsgi", **more: str) -> Iterator[tuple[str, int]]:
    """One gunicorn worker: its address and the worker's process id; `more` environment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["gunicorn", application, "--workers", "1", "--bind", f"127.0.0.1:{port}"]
    environment = {**os.environ, "LOG_LEVEL": "ERROR", "PYTHONPATH": str(ROOT), **more}
    master = subprocess.Popen(
        [sys.executable, "-m", *command, "--log-level", "error"], cwd=ROOT, env=environment
    )
    try:
        yield f"http://127.0.0.1:{port}", child_of(master.pid)
    finally:
        master.terminate()
        master.wait()


def child_of(pid: int) -> int:
    """The only child of a process, once it is there."""
    listing = Path(f"/proc/{pid}/task/{pid}/children")
    for _try in range(100):
        if children := listing.read_text().split():
            return int(children[0])
        time.sleep(0.1)
    raise RuntimeError("gunicorn started no worker")


def used_by(pid: int) -> int:
    """Nanoseconds of processor time that the living threads of a process have used."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        total += int(thread.read_text().split()[0])
    return total


@dataclass(frozen=True)
class Spent:
    """Milliseconds of processor time of one request: the application's, the database's."""

    application: float
    database: float

    @property
    def total(self) -> float:
        """Both together."""
        return self.application + self.database


class Processors:
    """Time used by one process, and by PostgreSQL when it runs on this machine."""

    def __init__(self, process: int) -> None:
        self.process = process
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.own_backend: int = cursor.fetchone()[0]
        status = Path(f"/proc/{self.own_backend}/status")
        self.is_local = status.exists() and "postgres" in status.read_text().lower()

    def backends(self) -> dict[int, int]:
        """Time used by each backend of this database; empty when it runs elsewhere."""
        if not self.is_local:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity"
                " WHERE datname = current_database() AND backend_type = 'client backend'"
            )
            return {pid: used_by(pid) for (pid,) in cursor.fetchall()}

    def spent_on(self, acts: Sequence[Callable[[], object]]) -> Spent:
        """The mean of doing one of `acts`. Backends that end meanwhile are lost."""
        backends, process = self.backends(), used_by(self.process)
        for act in acts:
            act()
        process = used_by(self.process) - process
        after = self.backends()
        database = sum(time - backends.get(pid, 0) for pid, time in after.items())
        share = NANOSECONDS_PER_MS * len(acts)
        return Spent(process / share, database / share)


class Visitor:
    """Somebody signed in, over HTTP."""

    def __init__(self, address: str, session: str) -> None:
        self.address = address
        cookies = f"{settings.SESSION_COOKIE_NAME}={session}; "
        cookies += f"{settings.CSRF_COOKIE_NAME}={CSRF}"
        self.headers = {"Cookie": cookies, "Accept-Language": "az"}
        self.opener = urllib.request.build_opener(Landing)

    def get(self, path: str) -> None:
        """Open a page; anything but 200 ends the run."""
        self.ask(urllib.request.Request(self.address + path, headers=self.headers), 200)

    def post(self, path: str, expected: int = 302, **fields: str | list[str]) -> None:
        """Send a form; it must lead to another page."""
        sent = {"csrfmiddlewaretoken": CSRF, **fields}
        body = urllib.parse.urlencode(sent, doseq=True).encode()
        request = urllib.request.Request(self.address + path, body, self.headers)
        self.ask(request, expected)

    def ask(self, request: urllib.request.Request, expected: int) -> None:
        """Send `request` and read the whole answer."""
        with self.opener.open(request) as answer:
            answer.read()
            if answer.status != expected:
                raise RuntimeError(f"{request.full_url}: {answer.status}")


class Landing(urllib.request.HTTPRedirectHandler):
    """Leave redirects to the caller: the next page is another request."""

    def http_error_302(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any) -> Any:
        """The redirect itself is the answer."""
        return fp


def memory(pid: int) -> float:
    """The proportional set size of a process in megabytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith("Pss:"))
    return int(kilobytes) / 1024
