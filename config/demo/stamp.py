"""Which demo configuration a database has, so that a second start need not compare it all.

The note lies in `.data/`, under the database's address; a database without demo users has
no demo, whatever the note says.
"""

import hashlib
from pathlib import Path

from django.conf import settings
from django.db import connection

from config.accounts.models import User
from config.demo.users import DEMO_USERS

FOLDER = Path(__file__).resolve().parent


def is_current() -> bool:
    """Whether the configuration in this folder was loaded into this database."""
    note = _note()
    known = note.exists() and note.read_text() == _digest()
    usernames = [user[0] for user in DEMO_USERS]
    return known and User.objects.filter(username__in=usernames).exists()


def write() -> None:
    """Note that the configuration was loaded."""
    _note().parent.mkdir(exist_ok=True)
    _note().write_text(_digest())


def _note() -> Path:
    where = connection.settings_dict
    address = "/".join(str(where[key]) for key in ("HOST", "PORT", "NAME"))
    name = hashlib.sha256(address.encode()).hexdigest()[:12]
    return Path(settings.BASE_DIR) / ".data" / f"demo-{name}"


def _digest() -> str:
    """A hash of everything in this folder."""
    total = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            total.update(path.relative_to(FOLDER).as_posix().encode() + path.read_bytes())
    return total.hexdigest()
