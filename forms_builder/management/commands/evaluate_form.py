"""manage.py evaluate_form CODE: what a form makes of some answers, without storing them."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.shared import strict_json
from forms_builder.evaluation import evaluate
from forms_builder.lookups import DatabaseLookups
from forms_builder.models import FormVersion
from forms_builder.selectors import current_form_version


class Command(BaseCommand):
    """Prints {answers, relevant, calculations, problems}; nothing is stored."""

    help = "Judge answers by the current version of a form; nothing is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """CODE, the file of answers, and the day to evaluate on."""
        parser.add_argument("code")
        parser.add_argument("--answers", type=Path, required=True, help="JSON file")
        parser.add_argument("--today", type=date.fromisoformat, help="YYYY-MM-DD")
        parser.add_argument("--json", action="store_true", help="one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 1 when there is no such form or file; problems alone are an answer."""
        version = _version(options["code"])
        now = timezone.localtime()
        outcome = evaluate(
            version.spec,
            _answers(options["answers"]),
            today=options["today"] or now.date(),
            now=now,
            lookups=DatabaseLookups(),
            compiled=version.compiled,
        )
        found = {
            "answers": outcome.answers,
            "relevant": outcome.relevant,
            "calculations": outcome.calculations,
            "problems": [problem.as_dict() for problem in outcome.problems],
        }
        indent = None if options["json"] else 2
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=indent))


def _version(code: str) -> FormVersion:
    try:
        return current_form_version(code)
    except FormVersion.DoesNotExist as error:
        raise CommandError(str(error)) from None


def _answers(path: Path) -> dict[str, Any]:
    try:
        answers = strict_json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read as JSON: {error}") from None
    if not isinstance(answers, dict):
        raise CommandError(f"{path} must hold one table of answers.")
    return answers
