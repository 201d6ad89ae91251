"""manage.py export_xlsform CODE FILE: a published form as a workbook."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from forms_builder.models import FormVersion
from forms_builder.selectors import current_form_version, form_version
from forms_builder.xlsform.exporting import export_version


class Command(BaseCommand):
    """Writes one version of a form as an XLSForm workbook."""

    help = "Export a published form as .xlsx that ODK tools read and import_xlsform reads back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """CODE, FILE and the version."""
        parser.add_argument("code")
        parser.add_argument("file", type=Path)
        parser.add_argument("--form-version", type=int, help="the newest when absent")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file or say why not."""
        version = _version(options["code"], options["form_version"])
        try:
            export_version(version, options["file"])
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be written: {error}") from error
        self.stdout.write(f"{version.code} v{version.number}: {options['file']}")


def _version(code: str, number: int | None) -> FormVersion:
    """Version `number`, or the newest. Raises CommandError."""
    try:
        return current_form_version(code) if number is None else form_version(code, number)
    except FormVersion.DoesNotExist as error:
        missing = str(error) if number is None else f"The form {code} has no version {number}."
        raise CommandError(missing) from error
