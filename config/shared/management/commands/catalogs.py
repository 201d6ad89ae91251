"""Compile the message catalogues, or collect new messages for the translator."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.shared import catalogs


class Command(BaseCommand):
    """`catalogs` compiles; `catalogs --update` also collects messages first."""

    help = "Compile the message catalogues (.mo) that are older than their .po."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer --update."""
        parser.add_argument(
            "--update", action="store_true", help="Collect messages from the code first."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what is still untranslated and what was compiled."""
        if options["update"]:
            for domain in ("django", "djangojs"):
                for message in catalogs.update_catalog(domain):
                    self.stdout.write(f"untranslated ({domain}): {message!r}")
        for path in catalogs.compile_catalogs():
            self.stdout.write(f"compiled {path.name} ({path.parent.parent.name})")
