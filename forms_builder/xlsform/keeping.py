"""A refused workbook, kept in the private folder while somebody repairs it, with its files.

The browser only ever sees a signed key; the name of the file is random and is checked
before it becomes a path. What is older than a day is thrown away.
"""

import json
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile

SALT = "forms_builder.workbook"
KEPT_SECONDS = 24 * 60 * 60
_NAME = re.compile(r"[0-9a-f]{32}")


class NotKept(Exception):
    """The key is not ours, is too old, or belongs to somebody else."""


@dataclass
class Kept:
    """One workbook in the middle of its repair; `sheets` is what `open_sheets` gave."""

    user: int
    stem: str
    any_language: bool
    sheets: dict[str, Any]
    original: dict[str, Any]
    changes: list[dict[str, Any]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)  # names of what was sent beside it


def keep_files(name: str, uploads: Iterable["UploadedFile[Any]"]) -> None:
    """Store what was sent beside the workbook `name`, in the order of `Kept.files`."""
    for number, upload in enumerate(uploads):
        path = _file(name, number)
        path.touch(mode=0o600, exist_ok=False)
        with path.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)


@contextmanager
def files_of(name: str, kept: Kept) -> "Iterator[list[File[Any]]]":
    """What was sent beside it, as it was sent."""
    with ExitStack() as stack:
        opened = [_file(name, number).open("rb") for number in range(len(kept.files))]
        for file in opened:
            stack.callback(file.close)
        yield [File(file, name=sent) for file, sent in zip(opened, kept.files, strict=True)]


def keep(kept: Kept, name: str = "") -> str:
    """Store it, over `name` when given; the name."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _throw_away_old(folder)
    name = name or secrets.token_hex(16)
    new = folder / f"{name}.new"
    new.touch(mode=0o600)
    new.write_text(json.dumps(asdict(kept)), encoding="utf-8")
    new.replace(folder / f"{name}.json")
    return name


def signed(name: str) -> str:
    """The key that the page carries."""
    return signing.TimestampSigner(salt=SALT).sign(name)


def name_of(key: str) -> str:
    """The name behind a key. Raises NotKept."""
    try:
        name = signing.TimestampSigner(salt=SALT).unsign(key, max_age=KEPT_SECONDS)
    except signing.BadSignature as error:
        raise NotKept(key) from error
    if not _NAME.fullmatch(name):
        raise NotKept(key)
    return name


def find(name: str, user: int) -> Kept:
    """The workbook of this user. Raises NotKept."""
    try:
        kept = Kept(**json.loads((_folder() / f"{name}.json").read_text(encoding="utf-8")))
    except OSError as error:
        raise NotKept(name) from error
    if kept.user != user:
        raise NotKept(name)
    return kept


def forget(name: str) -> None:
    """Throw one away, with its files."""
    for path in _folder().glob(f"{name}.*"):
        path.unlink(missing_ok=True)


def _file(name: str, number: int) -> Path:
    return _folder() / f"{name}.{number}.file"


def _folder() -> Path:
    return Path(settings.PRIVATE_ROOT) / "workbooks"


def _throw_away_old(folder: Path) -> None:
    for path in folder.iterdir():
        if path.stat().st_mtime < time.time() - KEPT_SECONDS:
            path.unlink(missing_ok=True)
