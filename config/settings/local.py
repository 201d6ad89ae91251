"""Secrets that a single machine makes for itself."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def kept_secret(path: Path) -> str:
    """The secret in `path`, made on first use and readable by its owner alone."""
    path.parent.mkdir(exist_ok=True)
    with suppress(FileExistsError):
        # Complete before it has its name: another process may read it at once.
        half = path.with_name(f"{path.name}.{os.getpid()}")
        half.touch(mode=0o600)
        half.write_text(secrets.token_urlsafe(50))
        try:
            os.link(half, path)
        finally:
            half.unlink()
    return path.read_text()
