"""The repair assistant: every problem of a workbook with the fixes that there are for it.

Fixes change the cells in memory, never the file, and every change is on record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from config.shared.problems import Problem
from forms_builder.xlsform.fixes import expressions, lists, rows, sheets
from forms_builder.xlsform.fixes.base import Fix, empty_cell, leave_out
from forms_builder.xlsform.reader import read_sheets
from forms_builder.xlsform.report import ImportReport
from forms_builder.xlsform.tables import Change, Tables

ROUNDS = 12
ADD_ROWS = {"empty_group"}
_LEAVE_OUT = Fix("leave_out", _("Leave the expression out, keep its text"), leave_out)
_EMPTY = Fix("empty", _("Empty the cell"), empty_cell)
_REMOVE = Fix("remove", _("Remove the row"), rows.remove_row)
# The first fix of a code is the one that "fix all" takes.
FIXES: Mapping[str, Sequence[Fix]] = {
    "name": [Fix("rename", _("Give it a name"), rows.rename), _REMOVE],
    "duplicate_name": [Fix("rename", _("Rename the later one"), rows.rename_second), _REMOVE],
    "unknown_type": [Fix("closest", _("Use the closest type"), rows.ask_closest), _REMOVE],
    "empty_group": [Fix("note", _("Add a note that nobody sees"), rows.add_note)],
    "text_reference": [
        Fix("correct", _("Correct the reference or take it as text"), expressions.correct_text)
    ],
    "no_label": [Fix("name", _("Show its name as its label"), rows.label_by_name)],
    "no_labels": [Fix("values", _("Show the values themselves"), lists.label_by_values)],
    "unclosed": [Fix("close", _("Add the missing end"), rows.close_all)],
    "stray_end": [_REMOVE],
    "crossed_end": [Fix("end", _("End what is open here"), rows.end_what_is_open)],
    "duplicate_choice": [
        Fix("settle", _("Remove or allow the repeated value"), lists.settle_duplicate),
        Fix("rename", _("Rename the later one"), lists.rename_duplicate),
        Fix("allow", _("Allow repeated values"), lists.allow_duplicates),
        _REMOVE,
    ],
    "unknown_list": [
        Fix("near", _("Use the list with a near name, or make one"), lists.use_near_or_make),
        Fix("make", _("Make the list"), lists.make_list),
    ],
    "space_in_choice": [Fix("spaces", _("Put _ for the spaces"), lists.close_spaces)],
    "unknown_field": [
        Fix("near", _("Use the near field, or add a hidden one"), expressions.point_to_field),
        Fix("add", _("Add a hidden field"), expressions.add_hidden),
        _LEAVE_OUT,
    ],
    "unknown_function": [
        Fix("say", _("Say it with our functions"), expressions.say_function),
        _LEAVE_OUT,
    ],
    "syntax": [
        Fix("correct", _("Correct the writing"), expressions.correct_writing),
        _LEAVE_OUT,
    ],
    "bad_date": [
        Fix("guard", _("Work it out only from a whole date"), expressions.guard_dates),
        _LEAVE_OUT,
    ],
    "entity": [_LEAVE_OUT],
    "default": [
        Fix("text", _("Take it as a text"), expressions.as_text_default),
        _EMPTY,
    ],
    "duplicate_heading": [Fix("part", _("Keep one of the columns"), sheets.part_headings)],
    "merged_heading": [Fix("unmerge", _("Unmerge the cells"), sheets.unmerge)],
    "duplicate_sheet": [Fix("apart", _("Set the later sheet aside"), sheets.name_apart)],
    "control_letter": [Fix("drop", _("Remove the invisible letters"), sheets.drop_control)],
    "parameters": [Fix("pairs", _("Keep what is name=value"), sheets.keep_pairs), _EMPTY],
    "reference": [Fix("file", _("Keep the name of the file"), sheets.keep_file_name), _EMPTY],
    "repeat_limit": [Fix("bound", _("Keep to the limit"), sheets.bound_count), _EMPTY],
    "dayaq_sheet": [Fix("sheet", _("Empty the sheet"), sheets.empty_sheet)],
    "language": [
        Fix("copy", _("Copy the texts into Azerbaijani"), sheets.copy_into_azerbaijani)
    ],
    **{code: [_EMPTY] for code in ("setting_refused", "cell_error", "formula", "dayaq_more")},
    **{
        code: [_LEAVE_OUT]
        for code in (
            "cycle", "ambiguous_field", "bad_path", "bad_regex", "arity", "type_clash",
            "too_complex", "soft_required", "source", "several_rows",
        )
    },
}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """How the workbook is read each time; as the arguments of `read_sheets`."""

    stem: str
    code: str | None = None
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    any_language: bool = False

    def read(self, answer: Mapping[str, Any]) -> ImportReport:
        """What the cells mean now."""
        return read_sheets(
            answer, self.stem, code=self.code, lists=self.lists, any_language=self.any_language
        )


def fixes_for(problem: Problem) -> Sequence[Fix]:
    """What can be done about a problem, the usual first; nothing for some."""
    return FIXES.get(problem.code, ())


def apply(answer: dict[str, Any], problem: Problem, kind: str) -> list[Change]:
    """Change the cells by the fix `kind` of `problem`; what was changed."""
    tables = Tables(answer)
    for fix in fixes_for(problem):
        if fix.kind == kind:
            fix.act(tables, problem)
    return tables.changes


def repair_all(answer: dict[str, Any], reading: Reading) -> tuple[ImportReport, list[Change]]:
    """Fix everything that can be fixed; the report that is left, and what was changed.

    Some problems hide others, so it reads again until nothing more changes.
    """
    changes: list[Change] = []
    report = reading.read(answer)
    for _round in range(ROUNDS):
        made = repair_once(answer, report.problems) if report.problems else []
        if not made:
            break
        changes += made
        report = reading.read(answer)
    return report, changes


def repair_once(answer: dict[str, Any], problems: Sequence[Problem]) -> list[Change]:
    """The usual fix for each problem, one a cell."""
    tables = Tables(answer)
    done: set[tuple[str, int | None, str]] = set()
    for problem in in_order(problems):
        place = (problem.sheet, problem.row, problem.column)
        if (fixes := fixes_for(problem)) and (place not in done or problem.row is None):
            done.add(place)
            fixes[0].act(tables, problem)
    return tables.changes


def in_order(problems: Sequence[Problem]) -> list[Problem]:
    """What adds rows comes last and from below: no row has moved when its turn comes."""
    others = [problem for problem in problems if problem.code not in ADD_ROWS]
    adding = [problem for problem in problems if problem.code in ADD_ROWS]
    return [*others, *sorted(adding, key=lambda problem: -(problem.row or 0))]
