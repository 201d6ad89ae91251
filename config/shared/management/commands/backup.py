"""manage.py backup: the database and the files, in a folder."""

import os
import shutil
import subprocess
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config.shared import embedded


class Command(BaseCommand):
    """Copies a running system; the database's copy is of one moment."""

    help = "Write database.dump (for pg_restore), private/ and media/ into a new folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the backup; its files are for their owner alone."""
        folder: Path = options["folder"]
        if folder.exists():
            raise CommandError(f"{folder} exists already; name a new folder.")
        folder.mkdir(parents=True, mode=0o700)
        dump_database(folder / "database.dump")
        for name, root in (("private", settings.PRIVATE_ROOT), ("media", settings.MEDIA_ROOT)):
            if Path(root).exists():
                shutil.copytree(root, folder / name)
        self.stdout.write(f"{folder} holds the database and the files. To restore:")
        # An older pg_restore does not read what a newer pg_dump wrote.
        restore = f'{embedded.program("pg_restore")} --no-owner --dbname="$DATABASE_URL"'
        self.stdout.write(f"    {restore} {folder / 'database.dump'}")


def dump_database(target: Path) -> None:
    """Write the database into `target` with pg_dump. Raises CommandError."""
    where = connection.settings_dict
    secret = {"PGPASSWORD": where["PASSWORD"]} if where.get("PASSWORD") else {}
    if passfile := where.get("OPTIONS", {}).get("passfile"):
        secret["PGPASSFILE"] = passfile
    command = [embedded.program("pg_dump"), "--format=custom", f"--file={target}"]
    for option, key in (("host", "HOST"), ("port", "PORT"), ("username", "USER")):
        if where.get(key):
            command.append(f"--{option}={where[key]}")
    result = subprocess.run(  # noqa: S603
        [*command, where["NAME"]], env={**os.environ, **secret}, check=False
    )
    if result.returncode:
        raise CommandError("The database was not copied; pg_dump's message is above.")
