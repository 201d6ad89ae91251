"""manage.py ensure_groups: the groups that may enter the admin."""

from typing import Any

from django.core.management.base import BaseCommand

from config.accounts.services import ensure_groups


class Command(BaseCommand):
    """A second run changes nothing."""

    help = "Make the groups that may enter /cms/, and add permissions that they lack."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them."""
        ensure_groups()
