"""manage.py import_xlsform FILE: a workbook becomes a form."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from config.accounts.actors import Actor
from config.shared.definitions import code_validator
from config.shared.problems import Problem, ProblemsFound
from forms_builder.xlsform.importing import RepairFailed, import_repaired, import_workbook


class Command(BaseCommand):
    """Stores the form of a workbook as a draft, or says everything that is wrong with it."""

    help = "Import an XLSForm workbook (.xlsx or .xls) as a draft; nothing is stored in part."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE and what to do with it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--code", help="code of the form; otherwise from its form_id")
        parser.add_argument("--publish", action="store_true", help="publish it at once")
        parser.add_argument(
            "--any-language", action="store_true", help="labels in Azerbaijani may be missing"
        )
        parser.add_argument(
            "--repair", action="store_true", help="fix what can be fixed, and tell each change"
        )
        parser.add_argument(
            "--files", type=Path, help="folder of the pictures, sound and films that it names"
        )
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 0 when the form is stored, 1 with its problems otherwise."""
        try:
            check_arguments(options["file"], options["code"])
            files = files_in(options["files"])
            answer = (import_repaired if options["repair"] else import_workbook)(
                options["file"],
                code=options["code"],
                publish=options["publish"],
                any_language=options["any_language"],
                actor=Actor.system("import_xlsform"),
                now=timezone.now(),
                files=files,
            ).as_dict()
        except RepairFailed as error:
            problems = [problem.as_dict() for problem in error.problems]
            changes = [change.as_dict() for change in error.changes]
            answer = {"problems": problems, "changes": changes}
        except ProblemsFound as error:
            answer = {"problems": [problem.as_dict() for problem in error.problems]}
        except OSError as error:
            answer = {"problems": [Problem("file", str(error)).as_dict()]}
        self.tell(answer, as_json=options["json"])
        if answer["problems"]:
            sys.exit(1)

    def tell(self, answer: dict[str, Any], *, as_json: bool) -> None:
        """JSON for programs, lines for people."""
        if as_json:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for change in answer.get("changes", []):
            place = f"{change['sheet']} {change['row']} {change['column']}"
            self.stdout.write(f"change: {place}: “{change['before']}” -> “{change['after']}”")
        for kind in ("warnings", "problems"):
            for entry in answer.get(kind, []):
                parts = (str(entry[k]) for k in ("sheet", "row", "column") if k in entry)
                place = " ".join(parts)
                self.stdout.write(f"{kind[:-1]}: {place}: {entry['message']}")
        if "form" in answer:
            self.stdout.write(f"{answer['form']}: {answer['questions']} questions stored")


def check_arguments(file: Path, code: str | None) -> None:
    """Raise ProblemsFound for a file that is none, or a code that no address could hold."""
    if not file.is_file():
        raise ProblemsFound([Problem("file", _("There is no file here."), path=str(file))])
    try:
        code_validator(code or "form")
    except ValidationError as error:
        raise ProblemsFound([Problem("code", str(error.message), path="code")]) from error


def files_in(folder: Path | None) -> list[SimpleUploadedFile]:
    """The files of a folder, by name. Raises OSError."""
    paths = sorted(path for path in folder.iterdir() if path.is_file()) if folder else []
    return [SimpleUploadedFile(path.name, path.read_bytes()) for path in paths]
