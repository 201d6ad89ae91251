"""Starting and stopping the embedded server."""

import fcntl
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.shared.embedded.home import (
    HOME,
    PORT,
    EmbeddedUnavailable,
    binaries,
    identity,
    make_socket_folder,
    owner,
    real_home,
    server_socket_folder,
    write_private,
)

START_SECONDS = 600  # recovery after a crash may take minutes
STOP_SECONDS = 120
Finished = subprocess.CompletedProcess[str]

SERVER_SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "max_connections": 80,
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": 1.1,
    "jit": "off",
    # Containers have little shared memory for parallel workers.
    "max_parallel_workers_per_gather": 0,
    "max_parallel_maintenance_workers": 0,
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_truncate_on_rotation": "on",
}


def enter() -> Callable[[], None]:
    """Join the users of the server; returns the function that leaves them."""
    users = (HOME / "users.lock").open()
    with _control():
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            _start()
        except BaseException:
            users.close()
            raise

    def leave() -> None:
        with _control():
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # others still use it
            else:
                _pg_ctl("stop", "-m", "fast", "-t", str(STOP_SECONDS))
            users.close()

    return leave


def revive() -> None:
    """Start the server again if it was killed; for those who have entered."""
    if not _answers():
        with _control():
            _start()


@contextmanager
def _control() -> Iterator[None]:
    """Only one process at a time starts or stops the server."""
    with (HOME / "control.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _start() -> None:
    """Create the cluster on first use, and start the server unless it answers."""
    if not (HOME / "cluster").exists():
        _create_cluster()
    _check_version()
    if _answers():
        return
    _disown_stale_locks()
    make_socket_folder()
    _write_server_settings()
    # Processes of a killed server may hold its memory for a moment.
    for pause in (1, 2, 4, 8, 0):
        log = str(real_home() / "start.log")
        result = _pg_ctl("start", "-t", str(START_SECONDS), "-l", log, check=False)
        if result.returncode == 0 and _answers():
            return
        time.sleep(pause)
    raise EmbeddedUnavailable(f"PostgreSQL did not start.\n{result.stdout}{_last_words()}")


def _create_cluster() -> None:
    """Make the cluster, the role and the database, or nothing at all."""
    fresh = real_home() / "cluster.new"
    if fresh.exists():
        shutil.rmtree(fresh)
    password, superuser = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    write_private(HOME / "superuser", superuser)
    write_private(HOME / "pgpass", f"*:*:*:dayaq:{password}\n*:*:*:postgres:{superuser}\n")
    options = ["--auth=scram-sha-256", "--username=postgres", "--encoding=UTF8"]
    options += ["--locale=C.UTF-8", "--data-checksums", "--no-instructions"]
    pwfile = f"--pwfile={real_home() / 'superuser'}"
    _run("initdb", *options, pwfile, "-D", str(fresh))
    with (fresh / "postgresql.conf").open("a") as conf:
        conf.write("\ninclude_if_exists = 'dayaq.conf'\n")
    answer = _run(
        *("postgres", "--single", "-D", str(fresh), "postgres"),
        stdin=f"CREATE ROLE dayaq LOGIN CREATEDB PASSWORD '{password}'\n"
        "CREATE DATABASE dayaq OWNER dayaq\n",
    )
    if "ERROR" in answer.stdout:  # the single-user server ends well all the same
        raise EmbeddedUnavailable(f"The database could not be made.\n{answer.stdout}")
    (HOME / "superuser").unlink()
    fresh.rename(real_home() / "cluster")


def _write_server_settings() -> None:
    """Write our settings where the cluster includes them."""
    values = {**SERVER_SETTINGS, "unix_socket_directories": server_socket_folder()}
    lines = [
        f"{name} = '{str(value).replace(chr(39), chr(39) * 2)}'"
        for name, value in values.items()
    ]
    write_private(HOME / "cluster" / "dayaq.conf", "\n".join(lines) + "\n")


def _check_version() -> None:
    """Refuse data that another major version of PostgreSQL made."""
    made_by = (HOME / "cluster" / "PG_VERSION").read_text().strip()
    installed = _run("postgres", "--version").stdout.split()[-1].split(".")[0]
    if made_by != installed:
        raise EmbeddedUnavailable(
            f"The data in {HOME} was made by PostgreSQL {made_by}, but version {installed} is "
            "installed. Restore a backup into a new folder, or use pg_upgrade."
        )


def _answers() -> bool:
    """Whether the server takes connections; waits while it starts or recovers."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        state = _run(
            "pg_isready", "-q", "-h", str(server_socket_folder()), check=False
        ).returncode
        if state != 1:  # 1: alive, but not yet ready
            return state == 0
        time.sleep(0.2)
    return False


def _disown_stale_locks() -> None:
    """Let the server take over the lock files of a killed one whose number is in use.

    Either another program has the number now, or nobody has buried the dead process yet.
    The rest of the file stays: it lets the server see whether the killed one's children
    still hold its memory.
    """
    unused = Path("/proc/sys/kernel/pid_max").read_text().strip()  # never given to a process
    cluster = HOME / "cluster"
    for file in (
        cluster / "postmaster.pid",
        server_socket_folder() / f".s.PGSQL.{PORT}.lock",
    ):
        with suppress(OSError, IndexError, ValueError):
            first, rest = file.read_text().split("\n", 1)
            process = Path("/proc") / str(int(first))
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
            if state == "Z" or (process / "cwd").readlink() != cluster.resolve():
                file.write_text(f"{unused}\n{rest}")


def _last_words() -> str:
    """The end of what the server last wrote."""
    logs = [HOME / "start.log", *(HOME / "cluster" / "log").glob("*.log")]
    newest = max((log for log in logs if log.exists()), key=lambda log: log.stat().st_mtime)
    return f"{newest}:\n{newest.read_text(errors='replace')[-2000:]}"


def _pg_ctl(action: str, *options: str, check: bool = True) -> Finished:
    if action == "start":
        (HOME / "start.log").unlink(missing_ok=True)
    cluster = str(real_home() / "cluster")
    return _run("pg_ctl", action, "-s", "-w", "-D", cluster, *options, check=check)


def _run(program: str, *options: str, stdin: str = "", check: bool = True) -> Finished:
    """Run a program of PostgreSQL as the server's user. Raises EmbeddedUnavailable."""
    result = subprocess.run(  # noqa: S603
        [str(binaries() / "bin" / program), *options],
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=real_home(),
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        check=False,
        **identity(owner(HOME)),
    )
    if check and result.returncode:
        raise EmbeddedUnavailable(f"{program} failed.\n{result.stdout}")
    return result
