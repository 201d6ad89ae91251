"""A workbook as a stored form: all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from config.accounts.actors import Actor
from config.shared.definitions import current_version
from config.shared.problems import Problem, ProblemsFound
from forms_builder.models import list_attributes
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
) -> Imported:
    """Store the form of the workbook as a draft, and publish it when asked.

    Raises ProblemsFound with every problem at its sheet, row and column; then nothing is
    stored. `any_language` lifts the rule that labels are in Azerbaijani for this form.
    """
    report = read_workbook(path, code=code, lists=list_attributes(), any_language=any_language)
    return store(report, publish=publish, actor=actor, now=now)


def import_repaired(
    path: Path,
    *,
    code: str | None,
    publish: bool,
    any_language: bool,
    actor: Actor,
    now: datetime,
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
    return store(report, publish=publish, actor=actor, now=now, changes=changes)


@transaction.atomic
def store(
    report: ImportReport,
    *,
    publish: bool,
    actor: Actor,
    now: datetime,
    changes: Sequence[Change] = (),
) -> Imported:
    """Store what was read as a draft. Raises ProblemsFound when it has problems."""
    if report.problems or report.spec is None:
        raise ProblemsFound(report.problems)
    spec = report.spec
    definition = save_definition_draft(spec["code"], spec, actor)
    if publish:
        publish_form(definition, actor=actor, now=now)
    version = current_version(definition)
    return Imported(
        form=definition.code,
        version=version.number if version else None,
        questions=len(questions(spec)),
        warnings=report.warnings,
        changes=list(changes),
    )
