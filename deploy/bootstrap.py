"""Make the environment that everything else runs in; needs Python 3.11 and nothing more.

    python3 deploy/bootstrap.py env            .venv with what Dayaq needs to run
    python3 deploy/bootstrap.py env dev        ... and with what its tests need
    python3 deploy/bootstrap.py env next       .venv-next: the coming Django and Wagtail
    python3 deploy/bootstrap.py chromium       a browser for the tests

Packages come from the locked files beside this one, each checked against its hash. A second
call does nothing unless a lock has changed.
"""

import ctypes
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
OLDEST = (3, 11)
OLDEST_NEXT = (3, 12)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main(arguments: list[str]) -> None:
    """Do what the command line asks; exit code 1 and a sentence when it cannot be done."""
    if arguments == ["chromium"]:
        ensure_chromium()
    elif arguments[:1] == ["env"] and arguments[1:] in ([], ["dev"], ["next"]):
        ensure_environment(*(arguments[1:] or ["runtime"]))
    else:
        sys.exit(__doc__)


def ensure_environment(kind: str) -> None:
    """Make the environment `kind` (runtime, dev or next) as its lock says."""
    folder = PROJECT / (".venv-next" if kind == "next" else ".venv")
    lock = HERE / "requirements" / f"{kind}.txt"
    stamp = folder / f".{kind}.sha256"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    with (PROJECT / ".bootstrap.lock").open("w") as only_one:
        fcntl.flock(only_one, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == wanted:
            return
        if not (folder / "bin" / "python").exists():
            make_environment(folder, find_python(OLDEST_NEXT if kind == "next" else OLDEST))
        print(f"Installing packages into {folder.name} …", flush=True)
        pip = [folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check"]
        options = ["--quiet", "--no-input", "--require-hashes", "--no-deps", "-r", lock]
        run([*pip, "install", *options], "The packages could not be installed; see above.")
        stamp.write_text(wanted)


def find_python(oldest: tuple[int, int]) -> str:
    """A Python of at least version `oldest`: this one, or one on PATH."""
    if sys.version_info[:2] >= oldest:
        return sys.executable
    for minor in range(20, oldest[1] - 1, -1):
        path = shutil.which(f"python3.{minor}")
        # A version manager's shim exists for versions that are not switched on.
        if path and subprocess.run([path, "-c", ""], capture_output=True).returncode == 0:
            return path
    version = ".".join(map(str, oldest))
    sys.exit(NO_PYTHON.format(version=version))


NO_PYTHON = (
    "Python {version} or newer is needed, and none is on PATH. Install one (a newer Debian,\n"
    "uv and pyenv have it), so that python{version} is found, or say where it is:\n"
    "    make PYTHON=/path/to/python{version} ..."
)


def make_environment(folder: Path, python: str) -> None:
    """Make a virtual environment with pip; Debian ships Python without pip and ensurepip."""
    check = [python, "-c", "import ensurepip, venv"]
    if subprocess.run(check, capture_output=True).returncode == 0:
        run([python, "-m", "venv", folder], "The virtual environment could not be made.")
        return
    run([python, "-m", "venv", "--without-pip", folder], ADVICE)
    try:
        install_pip_of_debian(folder)
    except BaseException:
        shutil.rmtree(folder)
        raise


ADVICE = (
    "This Python cannot make a virtual environment. Install what it lacks, then try again:\n"
    "    sudo apt-get install python3-venv"
)


def install_pip_of_debian(folder: Path) -> None:
    """Put the pip of Debian's archive into `folder`; needs no root.

    apt checks the archive's signature; nothing is installed outside `folder`.
    """
    if not shutil.which("apt-get"):
        sys.exit(ADVICE)
    print("Fetching pip from the Debian archive …", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        place.chmod(0o755)  # apt reads it as its own user
        for name in ("lists/partial", "cache/archives/partial"):
            (place / name).mkdir(parents=True)
        apt = ["apt-get", "-qq", "-o", f"Dir::State::lists={place}/lists"]
        apt += ["-o", f"Dir::Cache={place}/cache", "-o", "APT::Sandbox::User="]
        run([*apt, "update"], ADVICE, cwd=place)
        run([*apt, "download", "python3-pip-whl"], ADVICE, cwd=place)
        package = next(place.glob("python3-pip-whl*.deb"))
        run(["dpkg-deb", "-x", package, place / "unpacked"], ADVICE)
        wheel = next(place.glob("unpacked/usr/share/python-wheels/pip-*.whl"))
        command = [folder / "bin" / "python", f"{wheel}/pip", "install", "--quiet"]
        run([*command, "--no-index", "--disable-pip-version-check", wheel], ADVICE)


def ensure_chromium() -> None:
    """Find the browser that the tests drive, or install it as root, or say what to do."""
    named = os.environ.get("CHROMIUM")
    if named:
        if shutil.which(named) is None:
            sys.exit(f"CHROMIUM is set to {named}, which is no program.")
        if has_libatomic():
            return
    if any(map(shutil.which, BROWSERS)) and has_libatomic():
        return
    root = os.geteuid() == 0
    sudo = [] if root else ["sudo", "-n"]
    if shutil.which("apt-get") and (root or shutil.which("sudo")):
        print("Installing Chromium for the tests …", flush=True)
        environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
        apt = [*sudo, *environment, "apt-get", "-qq"]
        run([*apt, "update"], NO_BROWSER)
        packages = ["chromium", "fonts-dejavu-core", "libatomic1"]
        run([*apt, "install", "--yes", "--no-install-recommends", *packages], NO_BROWSER)
        return
    sys.exit(NO_BROWSER)


def has_libatomic() -> bool:
    """Whether the library is there that the program between the tests and Chromium needs."""
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return False
    return True


NO_BROWSER = (
    "The tests need Chromium and the library libatomic; one is missing. Install both:\n"
    "    sudo apt-get install chromium libatomic1\n"
    "or set CHROMIUM to the path of a Chromium or Chrome that is installed elsewhere."
)


def run(command: list[object], advice: str, cwd: Path = PROJECT) -> None:
    """Run `command`; end with `advice` when it fails."""
    if subprocess.run([str(part) for part in command], cwd=cwd).returncode:
        sys.exit(f"\n{advice}")


if __name__ == "__main__":
    main(sys.argv[1:])
