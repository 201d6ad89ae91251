"""manage.py load_demo: the ministry's configuration and, when asked, an invented history."""

import time
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.demo.families.history import invent
from config.demo.loading import load_configuration
from registry.models import Record


class Command(BaseCommand):
    """Loads the demo; a second run changes nothing."""

    help = "Load the demo configuration (idempotent); --records invents families."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many families to invent, and from which seed."""
        parser.add_argument("--records", type=count, default=0, help="families to invent")
        parser.add_argument(
            "--seed", type=int, default=2026, help="the same seed, the same families"
        )
        parser.add_argument(
            "--force-known-passwords",
            action="store_true",
            help="load it on a server although everybody can read the passwords",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say how long it took."""
        if is_server() and not options["force_known_passwords"]:
            raise CommandError(
                "The demo's users have passwords that everybody can read, and this is a "
                "server. Use another database, or add --force-known-passwords."
            )
        started = time.monotonic()
        load_configuration(timezone.now())
        self.stdout.write(f"configuration: {time.monotonic() - started:.1f} s")
        if not options["records"]:
            return
        started = time.monotonic()
        skipped = invent(options["records"], options["seed"], timezone.now())
        for line in skipped if options["verbosity"] > 1 else []:
            self.stdout.write(line)
        self.stdout.write(
            f"records: {Record.objects.count()} in all, {len(skipped)} acts refused, "
            f"{time.monotonic() - started:.1f} s"
        )


def count(text: str) -> int:
    """A number of things. Raises ArgumentTypeError."""
    if not text.isdecimal():
        raise ArgumentTypeError("how many families? 0 or more")
    return int(text)


def is_server() -> bool:
    """Whether these are the settings of a server, which alone insist on TLS."""
    return bool(settings.SECURE_SSL_REDIRECT)
