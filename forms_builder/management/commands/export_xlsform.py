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
        try:
            if options["form_version"]:
                version = form_version(options["code"], options["form_version"])
            else:
                version = current_form_version(options["code"])
        except FormVersion.DoesNotExist as error:
            raise CommandError(str(error)) from error
        export_version(version, options["file"])
        self.stdout.write(f"{version.code} v{version.number}: {options['file']}")
