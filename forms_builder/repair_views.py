"""The repair assistant of the import page: problems, fixes, what they change, the import."""

import copy
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from config.accounts.actors import Actor
from config.shared.problems import Problem, ProblemsFound
from forms_builder.models import FormDefinition, list_attributes
from forms_builder.uses import edit_url
from forms_builder.xlsform import keeping
from forms_builder.xlsform.fixes.base import Fix
from forms_builder.xlsform.importing import store
from forms_builder.xlsform.repair import Reading, apply, fixes_for, repair_all
from forms_builder.xlsform.report import ImportReport
from forms_builder.xlsform.workbook import open_sheets

SHOWN = 500
PAGE = "forms_builder/admin/repair.html"
ABOUT_FILES = ("file_refused", "file_missing")


@dataclass(frozen=True)
class Offer:
    """A problem with the buttons for its fixes: (id, title) pairs."""

    problem: Problem
    fixes: list[tuple[str, object]]


def begin(
    request: HttpRequest,
    path: Path,
    *,
    stem: str,
    any_language: bool,
    files: Sequence["UploadedFile[Any]"] = (),
) -> HttpResponse:
    """Keep a refused workbook, with the files sent beside it, and show what can be done.

    A file that cannot be read at all has nothing to repair: then ProblemsFound is raised.
    """
    sheets = open_sheets(path)
    kept = keeping.Kept(
        user=_user(request),
        stem=stem,
        any_language=any_language,
        sheets=sheets,
        original=copy.deepcopy(sheets),
        files=[upload.name or "" for upload in files],
    )
    name = keeping.keep(kept)
    keeping.keep_files(name, files)
    return show(request, name, kept, status=422)


@require_POST
@permission_required("forms_builder.add_formdefinition", raise_exception=True)
def repair(request: HttpRequest) -> HttpResponse:
    """Do what was clicked: one fix, all fixes, start again, or import what is repaired."""
    try:
        name = keeping.name_of(request.POST.get("key", ""))
        kept = keeping.find(name, _user(request))
    except keeping.NotKept:
        messages.error(request, _("The workbook is no longer kept. Upload it again."))
        return redirect("forms_builder_import")
    act = request.POST.get("act", "")
    if act == "import":
        return _import(request, name, kept)
    if change(kept, act):
        keeping.keep(kept, name)
    return show(request, name, kept)


def change(kept: keeping.Kept, act: str) -> bool:
    """Change what is kept by one act; whether anything changed."""
    if act == "again":
        kept.sheets, kept.changes = copy.deepcopy(kept.original), []
        return True
    if act == "all":
        made = repair_all(kept.sheets, reading(kept))[1]
    else:
        chosen = find(reading(kept).read(kept.sheets).problems, act)
        made = apply(kept.sheets, *chosen) if chosen else []
    kept.changes += [entry.as_dict() for entry in made]
    return bool(made)


def reading(kept: keeping.Kept) -> Reading:
    """How the workbook is read."""
    return Reading(kept.stem, None, list_attributes(), kept.any_language)


def fix_id(problem: Problem, fix: Fix) -> str:
    """What a button sends; the same as long as the problem stands at its cell."""
    place = f"{problem.code}/{problem.sheet}/{problem.row}/{problem.column}/{fix.kind}"
    return hashlib.sha256(place.encode()).hexdigest()[:24]


def find(problems: Sequence[Problem], act: str) -> tuple[Problem, str] | None:
    """The problem and the kind of fix that a button means."""
    for problem in problems:
        for fix in fixes_for(problem):
            if fix_id(problem, fix) == act:
                return problem, fix.kind
    return None


def show(
    request: HttpRequest, name: str, kept: keeping.Kept, *, status: int = 200
) -> HttpResponse:
    """The page: what was changed, what is left and what can be done about it."""
    report = reading(kept).read(kept.sheets)
    offers = [
        Offer(problem, [(fix_id(problem, fix), fix.title) for fix in fixes_for(problem)])
        for problem in report.problems[:SHOWN]
    ]
    context: dict[str, Any] = {
        "key": keeping.signed(name),
        "stem": kept.stem,
        "offers": offers,
        "problem_count": len(report.problems),
        "can_fix": any(offer.fixes for offer in offers),
        "is_good": report.is_good,
        "changes": kept.changes[:SHOWN],
        "change_count": len(kept.changes),
        "warnings": report.warnings[:SHOWN],
        "files": kept.files,
    }
    return render(request, PAGE, context, status=status)


def _import(request: HttpRequest, name: str, kept: keeping.Kept) -> HttpResponse:
    report: ImportReport = reading(kept).read(kept.sheets)
    try:
        actor, now = Actor.for_request(request), timezone.now()
        with keeping.files_of(name, kept) as files:
            imported = store(report, publish=False, actor=actor, now=now, files=files)
    except ProblemsFound:
        return show(request, name, kept, status=422)
    keeping.forget(name)
    message = _("The repaired workbook was stored as a draft of form “{code}”.")
    messages.success(request, message.format(code=imported.form))
    for warning in imported.warnings:
        if warning.code in ABOUT_FILES:
            messages.warning(request, warning.message)
    return redirect(edit_url(FormDefinition.objects.get(code=imported.form)))


def _user(request: HttpRequest) -> int:
    return int(request.user.pk or 0)
