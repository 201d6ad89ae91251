"""`python -m config.run`: the whole of Dayaq on one machine, for `make demo`.

Prepares the database, loads the demo configuration, then keeps the web server, the worker
of background tasks and the clock of protocols running until it is told to stop. A child that
dies is started again; when this process dies, even by SIGKILL, its children end as well.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.error import URLError
from urllib.request import urlopen

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
STOP_SECONDS = 30
PORT_SECONDS = 5  # a server that is just ending frees its port within this time
DEMO_RECORDS = 40  # invented families
LONGEST_PAUSE = 30  # seconds between two starts of a child that keeps dying


def main() -> None:
    """Run until SIGTERM, SIGINT or SIGHUP; exit code 1 says that it could not begin."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
    for number in SIGNALS:
        signal.signal(number, lambda *_: sys.exit(0))
    from django.conf import settings

    from config.shared import embedded

    door = bind(settings.HOST, settings.PORT)
    try:
        with embedded.running_when_needed(settings.DATABASES["default"]) as revive_database:
            prepare()
            supervise(door, revive_database)
    except embedded.EmbeddedUnavailable as error:
        stop_with(str(error))


def stop_with(message: str) -> NoReturn:
    """End with `message` on stderr."""
    sys.exit(f"\n{message}\n")


def bind(host: str, port: int) -> socket.socket:
    """The web server's address, held from now on so that nobody takes it meanwhile."""
    deadline = time.monotonic() + PORT_SECONDS
    while True:
        try:
            return _bind(host, port)
        except OSError as error:
            if time.monotonic() > deadline or isinstance(error, socket.gaierror):
                stop_with(
                    f"{host}:{port} cannot be used: {error.strerror}.\n"
                    f"Another program may have it; choose another: make demo PORT={port + 1}\n"
                    f"{host}:{port} ünvanı istifadə edilə bilmir, başqa proqram onu tutub. "
                    f"Başqa port seçin: make demo PORT={port + 1}"
                )
        time.sleep(0.5)


def _bind(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    door = socket.socket(family, kind, protocol)
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address)
    except OSError:
        door.close()
        raise
    return door


# Before the first request


def prepare() -> None:
    """Check the database, migrate it and load the demo configuration, where that is due."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from config.shared.checks import describe

    problems = describe("default")
    for problem in problems:
        print(problem.msg, problem.hint or "", sep="\n", flush=True)
    if any(problem.is_serious() for problem in problems):
        stop_with("Dayaq was not started. / Dayaq işə salınmadı.")
    call_command("catalogs", verbosity=0)
    say("Preparing the database …")
    call_command("migrate", interactive=False, verbosity=0)
    load_demo()
    connections.close_all()


def load_demo() -> None:
    """Load the demo configuration unless this very one is in this database."""
    from django.core.management import call_command

    from config.demo import stamp

    if stamp.is_current():
        return
    say("Loading the demo configuration; this takes a few minutes the first time …")
    call_command("load_demo", records=DEMO_RECORDS)
    stamp.write()


# Keeping the children alive


@dataclass
class Child:
    """A program that has to run all the time."""

    name: str
    command: Sequence[str]
    fds: Sequence[int] = ()
    process: "subprocess.Popen[bytes] | None" = None
    deaths: int = 0
    next_start: float = field(default=0.0)

    def start(self) -> None:
        """Start it in a session of its own; the kernel ends it when we are killed."""
        guard = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
        self.process = subprocess.Popen(  # noqa: S603
            [*guard, *self.command], pass_fds=self.fds, start_new_session=True
        )

    def revive(self) -> None:
        """Start it if it is not running, after a pause that grows with every death."""
        if self.process is None:
            if time.monotonic() >= self.next_start:
                self.start()
        elif (code := self.process.poll()) is not None:
            self.process = None
            self.deaths += 1
            pause = min(2**self.deaths, LONGEST_PAUSE)
            self.next_start = time.monotonic() + pause
            say(f"{self.name} ended with code {code}; starting it again in {pause} s.")

    def stop(self) -> None:
        """Ask it to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, deadline: float) -> None:
        """Wait for its end until `deadline`, then kill it."""
        if self.process is None:
            return
        try:
            self.process.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def children(door: socket.socket) -> list[Child]:
    """The web server on `door`, the worker and the clock."""
    from django.conf import settings

    python, door_number = sys.executable, door.fileno()
    web = [python, "-m", "gunicorn", "config.wsgi", "--bind", f"fd://{door_number}"]
    web += ["--worker-class", "gthread", "--workers", str(settings.WEB_WORKERS)]
    web += ["--threads", "4", "--timeout", "120", "--log-level", "warning"]
    web += ["--no-control-socket"]
    manage = [python, "manage.py"]
    return [
        Child("The web server", web, [door_number]),
        Child("The worker", [*manage, "db_worker", "--queue-name", "*"]),
        Child("The clock of protocols", [*manage, "run_deadlines", "--every", "60"]),
    ]


def supervise(door: socket.socket, revive_database: Callable[[], None]) -> None:
    """Run the children until a signal ends us."""
    from django.conf import settings

    from config.shared.embedded import EmbeddedUnavailable

    team = children(door)
    try:
        for child in team:
            child.start()
        wait_for_web(settings.PORT, team[0])
        announce(settings.HOST, settings.PORT)
        while True:
            try:
                revive_database()
            except EmbeddedUnavailable as error:
                say(str(error))
            for child in team:
                child.revive()
            time.sleep(1)
    finally:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        say("Stopping …")
        deadline = time.monotonic() + STOP_SECONDS
        for child in team:
            child.stop()
        for child in team:
            child.wait(deadline)


def wait_for_web(port: int, web: Child) -> None:
    """Return when the web server answers; end when it cannot start."""
    from django.conf import settings

    host = settings.HOST if settings.HOST not in ("0.0.0.0", "::", "") else "127.0.0.1"  # noqa: S104
    host = f"[{host}]" if ":" in host else host
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if web.process is not None and web.process.poll() is not None:
            stop_with("The web server did not start; its message is above.")
        try:
            with urlopen(f"http://{host}:{port}/healthz", timeout=5):
                return
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    stop_with("The web server does not answer.")


def announce(host: str, port: int) -> None:
    """Print where everything is and who may sign in."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104
    shown = f"[{shown}]" if ":" in shown else shown
    base = f"http://{shown}:{port}"
    say("")
    say(f"Dayaq is running at {base}/   (Ctrl+C stops it)")
    for path, what in ADDRESSES:
        say(f"  {base + path:<36} {what}")
    say("Demo users (user name, password, who):")
    for username, password, who in demo_users():
        say(f"  {username:<20} {password:<20} {who}")


ADDRESSES = (
    ("/", "public site (English: /en/)"),
    ("/portal/", "caseworkers"),
    ("/audit/", "auditors"),
    ("/cms/", "administration"),
    ("/api/v1/openapi.json", "HTTP API (OpenAPI)"),
)


def demo_users() -> Sequence[tuple[Any, ...]]:
    """The users that `load_demo` makes."""
    from config.demo.users import DEMO_USERS

    return tuple(DEMO_USERS)


def say(text: str) -> None:
    """Print at once, also into a pipe."""
    print(text, flush=True)


if __name__ == "__main__":
    main()
