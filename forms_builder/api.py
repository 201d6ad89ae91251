"""Published forms and lists for programs.

Without signing in only public forms, and the lists they ask from, can be read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from forms_builder.models import ChoiceList, FormVersion
from forms_builder.selectors import choices, form_version, offered_form_version

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
    """One published form: `spec` has the shape described in docs/architecture.md."""

    code: str
    version: int
    sha256: str
    published_at: str
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
    """Forms that can be filled in; without signing in only the public ones."""
    rows = _newest()
    if not request.user.is_authenticated:
        rows = rows.filter(spec__settings__public=True)
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
    """The version that new answers follow."""
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
    """One version; it never changes, so it may be kept for ever."""
    try:
        version = form_version(code, number)
    except FormVersion.DoesNotExist:
        raise _refusal(request) from None
    return _answer(request, version, max_age=YEAR_SECONDS, immutable=True)


def _answer(
    request: HttpRequest, version: FormVersion, *, max_age: int, immutable: bool
) -> HttpResponse:
    """The version as JSON; a stranger reads public forms only."""
    is_public = bool(version.spec.get("settings", {}).get("public"))
    if not is_public and not request.user.is_authenticated:
        raise _refusal(request)
    return cached_json(
        request,
        lambda: _version_out(version),
        etag=version.sha256,
        max_age=max_age,
        immutable=immutable,
        public=is_public,
    )


def _refusal(request: HttpRequest) -> Exception:
    """A stranger cannot tell a form that is not there from one that is not public."""
    return not_found() if request.user.is_authenticated else sign_in_required()


def _version_out(version: FormVersion) -> dict[str, Any]:
    """A version as a FormVersionOut."""
    return {
        "code": version.code,
        "version": version.number,
        "sha256": version.sha256,
        "published_at": version.published_at.isoformat(),
        "spec": version.spec,
    }


@router.get("/lists/{code}", response={200: ChoicesOut, **FAILURES}, operation_id="read_list")
def read_list(request: HttpRequest, code: Code, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """The values of a published list; a stranger reads the lists of public forms only."""
    if not request.user.is_authenticated and code not in _public_lists():
        raise sign_in_required()
    if not ChoiceList.objects.filter(code=code, versions__isnull=False).exists():
        raise not_found()
    values = choices(code)
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


def _public_lists() -> set[str]:
    """The lists that public forms ask from."""
    rows = (
        _newest().filter(spec__settings__public=True).values_list("spec__children", flat=True)
    )
    return {code for children in rows for code in _lists_in(children or [])}


def _lists_in(children: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The list of every question below `children`."""
    for node in children:
        if "list" in node:
            yield node["list"]
        yield from _lists_in(node.get("children", []))
