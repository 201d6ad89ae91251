"""A workbook as a stored form: all of it or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.accounts.actors import Actor
from config.shared.definitions import current_version
from config.shared.problems import Problem, ProblemsFound
from forms_builder import media_store
from forms_builder.models import FormDefinition, list_attributes
from forms_builder.schema import questions
from forms_builder.services import publish_form, save_definition_draft
from forms_builder.xlsform.reader import read_workbook
from forms_builder.xlsform.repair import Reading, repair_all
from forms_builder.xlsform.report import ImportReport
from forms_builder.xlsform.tables import Change
from forms_builder.xlsform.workbook import open_sheets


class RepairFailed(ProblemsFound):
    """Problems are left after every fix; `changes` is what the fixes would have changed."""

    def __init__(self, problems: Sequence[Problem], changes: Sequence[Change]) -> None:
        super().__init__(problems)
        self.changes = list(changes)


@dataclass(frozen=True)
class Imported:
    """What was stored: `version` is None for a draft that was never published."""

    form: str
    version: int | None
    questions: int
    warnings: list[Problem]
    changes: list[Change] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The answer of `import_xlsform --json`."""
        return {
            "form": self.form,
            "version": self.version,
            "questions": self.questions,
            "warnings": [warning.as_dict() for warning in self.warnings],
            "changes": [change.as_dict() for change in self.changes],
            "problems": [],
        }


def import_workbook(
    path: Path,
    *,
    code: str | None,
    publish: bool,
    any_language: bool,
    actor: Actor,
    now: datetime,
    files: Iterable[Any] = (),
) -> Imported:
    """Store the form of the workbook as a draft, and publish it when asked.

    Raises ProblemsFound with every problem at its sheet, row and column; then nothing is
    stored. `any_language` lifts the rule that labels are in Azerbaijani for this form.
    `files` are the pictures, sound and films that it names, as uploads.
    """
    report = read_workbook(path, code=code, lists=list_attributes(), any_language=any_language)
    return store(report, publish=publish, actor=actor, now=now, files=files)


def import_repaired(
    path: Path,
    *,
    code: str | None,
    publish: bool,
    any_language: bool,
    actor: Actor,
    now: datetime,
    files: Iterable[Any] = (),
) -> Imported:
    """As `import_workbook`, after every fix that there is; the file itself stays as it is.

    Raises RepairFailed when problems are left.
    """
    answer = open_sheets(path)
    report, changes = repair_all(
        answer, Reading(path.stem, code, list_attributes(), any_language)
    )
    if not report.is_good:
        raise RepairFailed(report.problems, changes)
    return store(report, publish=publish, actor=actor, now=now, changes=changes, files=files)


@transaction.atomic
def store(
    report: ImportReport,
    *,
    publish: bool,
    actor: Actor,
    now: datetime,
    changes: Sequence[Change] = (),
    files: Iterable[Any] = (),
) -> Imported:
    """Store what was read as a draft. Raises ProblemsFound when it has problems."""
    if report.problems or report.spec is None:
        raise ProblemsFound(report.problems)
    spec = report.spec
    definition = save_definition_draft(spec["code"], spec, actor)
    about_files = _take_files(definition, spec, files, actor, now)
    if publish:
        publish_form(definition, actor=actor, now=now)
    version = current_version(definition)
    return Imported(
        form=definition.code,
        version=version.number if version else None,
        questions=len(questions(spec)),
        warnings=[*report.warnings, *about_files],
        changes=list(changes),
    )


def _take_files(
    definition: FormDefinition,
    spec: Mapping[str, Any],
    files: Iterable[Any],
    actor: Actor,
    now: datetime,
) -> list[Problem]:
    """Keep the files sent beside the workbook; what is wrong with them, and what is missing."""
    refused = media_store.save_all(definition, files, user=actor.user, now=now)
    message = _("The file “{name}” is missing; until it is sent, people see the words alone.")
    return [
        *(Problem("file_refused", reason) for reason in refused),
        *(
            Problem("file_missing", message.format(name=one.name), path=", ".join(one.places))
            for one in media_store.missing(definition, spec)
        ),
    ]
