"""Published forms and lists for programs.

Everybody gets of a form what is for them: whoever configures forms all of it, others what
they are asked when they fill it in or may read of its answers. Without signing in these are
public forms, and the lists they ask from.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTransform
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from config.shared.api import (
    Code,
    Cursor,
    Limit,
    ProblemOut,
    bad_cursor,
    cached_json,
    decode_cursor,
    encode_cursor,
    language_of,
    list_of,
    not_found,
    sign_in_required,
)
from config.shared.labels import pick
from forms_builder.choices import Choice
from forms_builder.models import FormVersion
from forms_builder.offered import codes_for, definition_for, public_lists
from forms_builder.selectors import ListSnapshot, form_version, offered_form_version
from forms_builder.sights import Definition

router = Router(tags=["forms"])

Number = Annotated[int, Field(ge=1, le=2_000_000_000)]
FAILURES = {401: ProblemOut, 404: ProblemOut, 422: ProblemOut}
# The current version of a form may change at any moment; an old one never does.
CURRENT_SECONDS = 60
YEAR_SECONDS = 31_536_000


class FormSummary(Schema):
    """A form that can be filled in, without its questions."""

    code: str
    title: str
    labels: dict[str, str]
    version: int
    sha256: str
    public: bool
    register_code: str
    mode: str


class FormList(Schema):
    """A page of forms."""

    items: list[FormSummary]
    next: str | None


class FormVersionOut(Schema):
    """One published form: `spec` has the shape described in docs/architecture.md.

    `sha256` is the version's. When `partial`, what is not for the reader is left out of `spec`,
    and a node names in "given" its attributes that only the server can work out.
    """

    code: str
    version: int
    sha256: str
    published_at: str
    partial: bool
    spec: dict[str, Any]


class ChoiceOut(Schema):
    """One value of a list; `attributes` are what cascades filter by."""

    name: str
    label: str
    labels: dict[str, str]
    attributes: dict[str, Any]
    retired: bool


class ChoicesOut(Schema):
    """The values of a list in order."""

    items: list[ChoiceOut]
    next: str | None


def _newest() -> QuerySet[FormVersion]:
    """The newest version of every live form, without its heavy columns."""
    number = FormVersion.objects.filter(definition=OuterRef("definition")).order_by("-number")
    return (
        FormVersion.objects.filter(
            definition__live=True, number=Subquery(number.values("number")[:1])
        )
        .annotate(
            settings=KeyTransform("settings", "spec"), labels=KeyTransform("labels", "spec")
        )
        .select_related("definition")
        .defer("spec", "compiled", "definition__sections")
    )


@router.get("/forms", response={200: FormList, **FAILURES}, operation_id="list_forms")
def list_forms(request: HttpRequest, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """The forms in use that the caller may fill in, or whose answers they may read."""
    rows = _newest().filter(definition__code__in=codes_for(request.user))
    language = language_of(request)
    return list_of(
        rows,
        lambda row: _summary(row, language),
        cursor=cursor,
        limit=limit,
        key="definition__code",
    )


def _summary(version: Any, language: str) -> dict[str, Any]:
    """A version as a FormSummary."""
    settings = version.settings or {}
    return {
        "code": version.definition.code,
        "title": pick(version.labels, language),
        "labels": version.labels or {},
        "version": version.number,
        "sha256": version.sha256,
        "public": bool(settings.get("public")),
        "register_code": settings.get("register", ""),
        "mode": settings.get("mode", "none"),
    }


@router.get(
    "/forms/{code}/current",
    response={200: FormVersionOut, **FAILURES},
    operation_id="read_current_form",
)
def read_current_form(request: HttpRequest, code: Code) -> HttpResponse:
    """The version that new answers follow, as far as it is for the caller."""
    try:
        version = offered_form_version(code)
    except FormVersion.DoesNotExist:
        raise _refusal(request) from None
    return _answer(request, version, max_age=CURRENT_SECONDS, immutable=False)


@router.get(
    "/forms/{code}/versions/{number}",
    response={200: FormVersionOut, **FAILURES},
    operation_id="read_form_version",
)
def read_form_version(request: HttpRequest, code: Code, number: Number) -> HttpResponse:
    """One version; it never changes, so whoever gets all of it may keep it for ever."""
    try:
        version = form_version(code, number)
    except FormVersion.DoesNotExist:
        raise _refusal(request) from None
    return _answer(request, version, max_age=YEAR_SECONDS, immutable=True)


def _answer(
    request: HttpRequest, version: FormVersion, *, max_age: int, immutable: bool
) -> HttpResponse:
    """The version as JSON, as far as it is for the caller: rights may change, so a part of
    it is kept only for a short time."""
    definition = definition_for(request.user, version)
    if definition is None:
        raise _refusal(request)
    return cached_json(
        request,
        lambda: _version_out(version, definition),
        etag=definition.tag,
        max_age=CURRENT_SECONDS if definition.is_partial else max_age,
        immutable=immutable and not definition.is_partial,
        public=not request.user.is_authenticated,
    )


def _refusal(request: HttpRequest) -> Exception:
    """Nobody can tell a form that is not there from one that is not for them."""
    return not_found() if request.user.is_authenticated else sign_in_required()


def _version_out(version: FormVersion, definition: Definition) -> dict[str, Any]:
    """What somebody may have of a version as a FormVersionOut."""
    return {
        "code": version.code,
        "version": version.number,
        "sha256": version.sha256,
        "published_at": version.published_at.isoformat(),
        "partial": definition.is_partial,
        "spec": definition.spec,
    }


@router.get("/lists/{code}", response={200: ChoicesOut, **FAILURES}, operation_id="read_list")
def read_list(request: HttpRequest, code: Code, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """The values of a published list; a stranger reads the lists of public forms only."""
    if not request.user.is_authenticated and code not in public_lists():
        raise sign_in_required()
    lists = ListSnapshot()
    if code not in lists:
        raise not_found()
    values = lists.choices(code)
    names = [choice.name for choice in values]
    start = _start_after(cursor, names)
    language = language_of(request)
    following = names[start + limit - 1] if start + limit < len(names) else None
    return {
        "items": [_choice_out(one, language) for one in values[start : start + limit]],
        "next": encode_cursor(following) if following is not None else None,
    }


def _start_after(cursor: str, names: Sequence[str]) -> int:
    """Where the page after `cursor` begins. Raises ApiProblem when it leads nowhere."""
    if not cursor:
        return 0
    name = decode_cursor(cursor)
    if name not in names:
        raise bad_cursor()
    return names.index(name) + 1


def _choice_out(choice: Choice, language: str) -> dict[str, Any]:
    """A choice as a ChoiceOut."""
    return {
        "name": choice.name,
        "label": pick(choice.labels, language) or choice.name,
        "labels": dict(choice.labels),
        "attributes": dict(choice.attributes),
        "retired": choice.retired,
    }
