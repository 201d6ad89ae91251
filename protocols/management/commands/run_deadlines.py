"""`manage.py run_deadlines`: end waits, escalate lateness, retry failed protocols, forget."""

import argparse
import json
import logging
import time
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from protocols.services import run_deadlines
from protocols.services.clock import Counts
from registry.drafting import discard_forgotten, discard_unclaimed

logger = logging.getLogger("dayaq.protocols")
FIRST_YEAR = 2000  # nothing was done here before; the calendar's own beginning has no yesterday


class Command(BaseCommand):
    """Safe to run twice at once."""

    help = "Does all that protocols' clocks ask for, once or again and again."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """--now for a moment that is not the present; --every to keep going."""
        parser.add_argument("--now", help="ISO date-time; without offset it is Baku time.")
        parser.add_argument("--every", type=float, metavar="SECONDS")
        parser.add_argument("--json", action="store_true", help="Print the counts as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run once, or for ever with --every."""
        if options["every"] is None:
            self._report(asdict(_all_due(read_moment(options["now"]))), options["json"])
            return
        if options["now"]:
            raise CommandError("--every follows the clock; leave --now out.")
        while True:
            self._tick()
            time.sleep(options["every"])

    def _tick(self) -> None:
        """One round; a database that is away for a moment does not end the loop."""
        try:
            _all_due(timezone.now())
        except OperationalError:
            logger.exception("deadlines could not be read")
            connection.close()

    def _report(self, counts: dict[str, int], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(counts))
            return
        for name, count in counts.items():
            self.stdout.write(f"{name}: {count}")


def _all_due(now: datetime) -> Counts:
    """What protocols' clocks ask for; what citizens began and left goes after its days."""
    discard_forgotten(now)
    discard_unclaimed(now)
    return run_deadlines(now=now)


def read_moment(text: str | None) -> datetime:
    """The moment that `--now` names, or the present one."""
    if text is None:
        return timezone.now()
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or moment.year < FIRST_YEAR:
        raise CommandError(f"Not an ISO date-time since {FIRST_YEAR}: {text}")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
