"""`manage.py simulate_protocol CODE --answers FILE --json`: what would happen."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.shared import strict_json
from protocols.management.commands.run_deadlines import read_moment
from protocols.models import Holiday, Protocol
from protocols.rules import NoWayOn
from protocols.simulation import Given, Simulation, simulate


class Command(BaseCommand):
    """Nothing is stored."""

    help = (
        "Walks through a published protocol. FILE is JSON: the answers of the trigger form, or "
        '{"answers": {...}, "steps": {"step code": [{"decision": "...", "answers": {...}, '
        '"after_hours": n}, ...]}}.'
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Which protocol, on what answers, when."""
        parser.add_argument("code")
        parser.add_argument("--answers", required=True, type=Path, metavar="FILE")
        parser.add_argument("--now", help="ISO date-time; without offset it is Baku time.")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the walk."""
        protocol = Protocol.objects.filter(code=options["code"]).first()
        version = protocol.versions.first() if protocol else None
        if version is None:
            raise CommandError(f"No published protocol has the code {options['code']}.")
        answers, given = _read(options["answers"])
        now = read_moment(options["now"]) if options["now"] else timezone.now()
        try:
            outcome = simulate(
                version.spec, answers, given, now=now, calendar=Holiday.objects.calendar()
            )
        except NoWayOn as error:
            raise CommandError(f"No transition of the step {error} holds.") from error
        self.stdout.write(_as_json(outcome) if options["json"] else _as_text(outcome))


def _read(path: Path) -> tuple[Mapping[str, Any], dict[str, list[Given]]]:
    try:
        data = strict_json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: {error}") from error
    if not isinstance(data, dict):
        raise CommandError(f"{path}: expected a JSON object.")
    if not isinstance(data.get("answers"), dict):
        return data, {}
    try:
        steps = {
            code: [Given(**happened) for happened in times]
            for code, times in data.get("steps", {}).items()
        }
    except (TypeError, AttributeError) as error:
        raise CommandError(f"{path}: steps: {error}") from error
    return data["answers"], steps


def _as_json(outcome: Simulation) -> str:
    return json.dumps(outcome.as_dict(), ensure_ascii=False, indent=2)


def _as_text(outcome: Simulation) -> str:
    if not outcome.triggered:
        return "not triggered"
    lines = [
        f"{step['code']}: {step['role']} ({step['organization'] or '-'}), "
        f"due {step['due_at'] or '-'}"
        + (f", waits for {step['waits_for']}" if step["waits_for"] else "")
        for step in outcome.as_dict()["steps"]
    ]
    return "\n".join([*lines, "finished" if outcome.finished else "not finished"])
