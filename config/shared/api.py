"""What every router of the API shares: problems, pages, language, caching.

Errors are `application/problem+json` (RFC 9457) with a stable `code`. Lists answer
`{"items": [...], "next": cursor | null}`.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

MAX_LIMIT = 200
DEFAULT_LIMIT = 50
PROBLEM_TYPE = "application/problem+json"

# A code in an address; anything else is refused before the database sees it.
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$")]
Limit = Annotated[int, Query(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)]
Cursor = Annotated[str, Query("", max_length=500)]


class ApiProblem(Exception):
    """An answer that is not a success: HTTP `status`, stable `code`, a sentence."""

    def __init__(
        self, status: int, code: str, detail: str, problems: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.problems = [dict(problem) for problem in problems]


class ProblemOut(Schema):
    """RFC 9457 problem details; `problems` lists every single breach."""

    type: str = "about:blank"
    status: int
    code: str
    detail: str
    problems: list[dict[str, Any]] = Field(default_factory=list)


def problem_response(problem: ApiProblem) -> HttpResponse:
    """`problem` as the answer of the API."""
    body = ProblemOut(
        status=problem.status,
        code=problem.code,
        detail=problem.detail,
        problems=problem.problems,
    )
    return JsonResponse(body.dict(), status=problem.status, content_type=PROBLEM_TYPE)


class ProblemMiddleware:
    """Under /api/ every refusal is a problem, also one that no router made; HEAD is a GET."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer; a page in the place of a problem is worded anew."""
        if not request.path_info.startswith("/api/"):
            return self.get_response(request)
        response = self._answer(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if response.status_code < 400 or not is_page:
            return response
        worded = problem_response(_refusal(response.status_code))
        if "Allow" in response:
            worded["Allow"] = response["Allow"]
        return worded

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.method != "HEAD":
            return self.get_response(request)
        request.method = "GET"
        response = self.get_response(request)
        request.method = "HEAD"  # the server then leaves the body away
        return response


def _refusal(status: int) -> ApiProblem:
    """A refusal that Django or the router made without words of ours."""
    words = {
        403: ("forbidden", _("This request is not allowed.")),
        404: ("not_found", _("There is nothing at this address.")),
        405: ("method_not_allowed", _("This address does not know this method.")),
    }
    return ApiProblem(status, *words.get(status, ("bad_request", _("Bad request."))))


def not_found(what: str = "") -> ApiProblem:
    """The answer for what is not there, or not for this reader."""
    return ApiProblem(404, "not_found", what or _("There is nothing at this address."))


def sign_in_required() -> ApiProblem:
    """The answer for what only people with an account may read."""
    return ApiProblem(401, "sign_in_required", _("Sign in to read this."))


def bad_cursor() -> ApiProblem:
    """The answer for a cursor that leads nowhere."""
    detail = _("This cursor is not one that the list gave. Begin without it.")
    return ApiProblem(422, "bad_cursor", detail)


def language_of(request: HttpRequest) -> str:
    """The language to answer in: `?lang=`, else Accept-Language, else Azerbaijani."""
    wanted = request.GET.get("lang", "")
    if wanted in dict(settings.LANGUAGES):
        return wanted
    if "Accept-Language" not in request.headers:
        return settings.LANGUAGE_CODE
    return translation.get_language_from_request(request)


def encode_cursor(value: str) -> str:
    """The place after `value` in a list, as text for an address."""
    return base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> str:
    """The value that `cursor` stands after. Raises ApiProblem 422 for anything else."""
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise bad_cursor() from None


def paginate(
    rows: QuerySet[Any], *, cursor: str = "", limit: int = DEFAULT_LIMIT, key: str = "code"
) -> tuple[list[Any], str | None]:
    """A page of `rows` in the order of the unique text column `key`, and the next cursor.

    One query; nothing is skipped or repeated when rows are added meanwhile.
    """
    found = rows.order_by(key)
    if cursor:
        after = decode_cursor(cursor).replace("\x00", "")
        found = found.filter(**{f"{key}__gt": after})
    page = list(found[: limit + 1])
    if len(page) <= limit:
        return page, None
    last: Any = page[limit - 1]
    for step in key.split("__"):
        last = getattr(last, step)
    return page[:limit], encode_cursor(str(last))


def list_of(
    rows: QuerySet[Any],
    out: Callable[[Any], Mapping[str, Any]],
    *,
    cursor: str,
    limit: int,
    key: str = "code",
) -> dict[str, Any]:
    """`{"items", "next"}` with `out` applied to each row of the page."""
    page, following = paginate(rows, cursor=cursor, limit=limit, key=key)
    return {"items": [out(row) for row in page], "next": following}


def cached_json(
    request: HttpRequest,
    payload: Callable[[], Any],
    *,
    etag: str,
    max_age: int = 0,
    immutable: bool = False,
    public: bool = True,
) -> HttpResponse:
    """`payload()` as JSON with an ETag; 304 and no work when the caller has it already."""
    quoted = f'"{etag}"'
    answer = get_conditional_response(request, etag=quoted)
    if answer is None:
        answer = HttpResponse(
            json.dumps(payload(), ensure_ascii=False), content_type="application/json"
        )
    answer["ETag"] = quoted
    words = ["public" if public else "private", f"max-age={max_age}"]
    answer["Cache-Control"] = ", ".join(words + (["immutable"] if immutable else []))
    patch_vary_headers(answer, ["Accept-Language", "Cookie"])
    return answer
