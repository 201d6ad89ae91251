"""Reading an uploaded table of values for the editor of a list; nothing is stored here."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.shared import strict_json
from config.shared.problems import ProblemsFound
from forms_builder.models import ChoiceList
from forms_builder.xlsform.workbook import ask_child, refusal

MAX_BYTES = 5 * 1024 * 1024
WORKBOOKS = (".xlsx", ".xls")
TEXTS = (".csv", ".tsv", ".txt")
FIRST_ROW = 2  # the line of the first value; the headings are line 1
may_change = permission_required("forms_builder.change_choicelist", raise_exception=True)


class Refused(Exception):
    """The file is no table; the message says why and what to do."""


@require_POST
@may_change
def read_table(request: HttpRequest) -> JsonResponse:
    """The uploaded `table` (.xlsx, .xls, .csv) as tab-separated text: {"text"}.

    A file that cannot be read answers 422 with {"problems"}.
    """
    try:
        return JsonResponse({"text": _as_text(_rows_of(request.FILES.get("table")))})
    except Refused as refused:
        return JsonResponse({"problems": [str(refused)]}, status=422)
    except ProblemsFound as found:
        messages = [str(problem.message) for problem in found.problems]
        return JsonResponse({"problems": messages}, status=422)


@require_POST
@may_change
def check_rows(request: HttpRequest) -> JsonResponse:
    """What publishing would say of values ({"rows"}), each with its line in the table."""
    try:
        found = ChoiceList(
            code="draft", rows=strict_json.loads(request.body)["rows"]
        ).problems()
    except (ValueError, KeyError, TypeError, AttributeError):
        return JsonResponse({"problems": [_("The values must be a table.")]}, status=400)
    line = _("Line {number}: {reason}")
    messages = [
        line.format(number=(problem.row or 0) + FIRST_ROW - 1, reason=problem.message)
        for problem in found
    ]
    return JsonResponse({"problems": messages})


def _rows_of(upload: "UploadedFile[bytes] | None") -> list[list[str]]:
    if upload is None:
        raise Refused(_("Choose a file."))
    if (upload.size or 0) > MAX_BYTES:
        raise Refused(_("The file is larger than 5 MB."))
    suffix = Path(upload.name or "").suffix.lower()
    if suffix in TEXTS:
        return _csv_rows(upload.read())
    if suffix in WORKBOOKS:
        return _workbook_rows(upload.read(), suffix)
    raise Refused(_("Choose a file that ends in .xlsx, .xls or .csv."))


def _csv_rows(content: bytes) -> list[list[str]]:
    """The rows of a CSV file in UTF-8; the divider is found by looking at the headings."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(_("The file is not in UTF-8; save it as “CSV UTF-8”.")) from None
    head = text.split("\n", 1)[0]
    divider = next((sign for sign in "\t;," if sign in head), ",")
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=divider))
    except csv.Error as error:
        raise Refused(_("The file is not a table: {reason}").format(reason=error)) from None


def _workbook_rows(content: bytes, suffix: str) -> list[list[str]]:
    """The first sheet with anything in it, read by a limited process. Raises ProblemsFound."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"table{suffix}"
        path.write_bytes(content)
        answer = ask_child(path, "--every-sheet")
    if "refused" in answer:
        raise ProblemsFound([refusal(answer)])
    sheets: list[list[list[Any]]] = [sheet["rows"] for sheet in answer["sheets"]]
    filled = [rows for rows in sheets if any(map(any, rows))]
    if not filled:
        raise Refused(_("The file is empty."))
    return [[str(cell) for cell in row] for row in filled[0]]


def _as_text(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(rows)
    return out.getvalue()
