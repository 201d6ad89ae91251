"""Headless reading of services, guides, places and organizations: public content only."""

from typing import Annotated, Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field
from wagtail.rich_text import expand_db_html

from config.shared.api import (
    Code,
    Cursor,
    Limit,
    ProblemOut,
    cached_json,
    language_of,
    list_of,
    not_found,
    sign_in_required,
)
from config.shared.labels import pick
from content.models import GuidePage, GuideVersion, Organization, Place, ServiceVersion
from content.selectors import service_version

router = Router(tags=["content"])

FAILURES = {401: ProblemOut, 404: ProblemOut, 422: ProblemOut}
SECONDS = 60
Kind = Annotated[str, Field(pattern=r"^[a-z_]{0,63}$")]


class TermOut(Schema):
    """A code with its labels."""

    code: str
    az: str = ""
    en: str = ""


class ServiceSummary(Schema):
    """A service in a list."""

    code: str
    title: str
    labels: dict[str, str]
    description: dict[str, str]
    form: list[TermOut]
    types: list[TermOut]
    target_groups: list[TermOut]
    version: int
    sha256: str


class ServiceOut(ServiceSummary):
    """A service passport; `spec` has the shape described in content/passport.py."""

    published_at: str
    spec: dict[str, Any]


class ServiceList(Schema):
    """A page of services."""

    items: list[ServiceSummary]
    next: str | None


class GuideSummary(Schema):
    """A guide in a list."""

    code: str
    language: str
    title: str
    audience: str
    duration_minutes: int | None
    open: bool
    version: int
    sha256: str
    url: str


class GuideOut(GuideSummary):
    """A guide; `body` is its blocks, rich text as HTML."""

    published_at: str
    what_changed: str
    related_forms: list[str]
    related_protocols: list[str]
    body: list[dict[str, Any]]


class GuideList(Schema):
    """A page of guides."""

    items: list[GuideSummary]
    next: str | None


class PlaceOut(Schema):
    """A region, district or city; `value` is what forms store."""

    code: str
    value: str
    kind: str
    title: str
    labels: dict[str, str]
    parent: str | None
    iso_code: str


class PlaceList(Schema):
    """A page of places."""

    items: list[PlaceOut]
    next: str | None


class OrganizationOut(Schema):
    """A body that provides services or takes part in cases."""

    code: str
    title: str
    labels: dict[str, str]
    abbreviation: str
    kind: str
    parent: str | None
    description: dict[str, str]
    email: str
    website: str


class OrganizationList(Schema):
    """A page of organizations."""

    items: list[OrganizationOut]
    next: str | None


def _newest(model: type[Any]) -> QuerySet[Any]:
    """The newest version of everything live, for a version model."""
    number = model.objects.filter(definition=OuterRef("definition")).order_by("-number")
    live = model.objects.filter(
        definition__live=True, number=Subquery(number.values("number")[:1])
    )
    rows: QuerySet[Any] = live.select_related("definition")
    return rows


@router.get("/services", response={200: ServiceList, **FAILURES}, operation_id="list_services")
def list_services(request: HttpRequest, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """Services that are offered now."""
    language = language_of(request)
    return list_of(
        _newest(ServiceVersion),
        lambda version: _service_summary(version, language),
        cursor=cursor,
        limit=limit,
        key="definition__code",
    )


@router.get(
    "/services/{code}", response={200: ServiceOut, **FAILURES}, operation_id="read_service"
)
def read_service(request: HttpRequest, code: Code) -> HttpResponse:
    """One service passport as it is offered now."""
    version = service_version(code)
    if version is None:
        raise not_found()
    language = language_of(request)
    return cached_json(
        request,
        lambda: {
            **_service_summary(version, language),
            "published_at": version.published_at.isoformat(),
            "spec": version.spec,
        },
        etag=f"{version.sha256}-{language}",
        max_age=SECONDS,
    )


def _service_summary(version: ServiceVersion, language: str) -> dict[str, Any]:
    """A version as a ServiceSummary."""
    spec = version.spec
    names = ("code", "labels", "description", "form", "types", "target_groups")
    return {
        **{name: spec[name] for name in names},
        "title": pick(spec["labels"], language),
        "version": version.number,
        "sha256": version.sha256,
    }


def _guides(request: HttpRequest) -> QuerySet[GuideVersion]:
    """Newest versions of the guides this reader may see, in every language."""
    guides = _newest(GuideVersion)
    return guides if request.user.is_authenticated else guides.filter(definition__is_open=True)


@router.get("/guides", response={200: GuideList, **FAILURES}, operation_id="list_guides")
def list_guides(request: HttpRequest, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """Guides in the language asked for, or in Azerbaijani where they are not translated."""
    language = language_of(request)
    translated = GuidePage.objects.live().filter(locale__language_code=language)
    guides = _guides(request).filter(definition__locale__language_code=language)
    if language != "az":
        rest = _guides(request).filter(definition__locale__language_code="az")
        guides = guides | rest.exclude(definition__code__in=translated.values("code"))
    return list_of(guides, _guide_summary, cursor=cursor, limit=limit, key="definition__code")


@router.get("/guides/{code}", response={200: GuideOut, **FAILURES}, operation_id="read_guide")
def read_guide(request: HttpRequest, code: Code) -> HttpResponse:
    """One guide as it is now, in the language asked for or in Azerbaijani."""
    language = language_of(request)
    found = {
        version.spec["language"]: version
        for version in _guides(request).filter(definition__code=code)
    }
    version = found.get(language) or found.get("az")
    if version is None:
        raise not_found() if request.user.is_authenticated else sign_in_required()
    return cached_json(
        request,
        lambda: _guide_out(version),
        etag=version.sha256,
        max_age=SECONDS,
        public=version.definition.is_open,
    )


def _guide_summary(version: GuideVersion) -> dict[str, Any]:
    """A version as a GuideSummary."""
    names = ("code", "language", "title", "audience", "duration_minutes", "open")
    prefix = "" if version.spec["language"] == "az" else f"/{version.spec['language']}"
    return {
        **{name: version.spec[name] for name in names},
        "version": version.number,
        "sha256": version.sha256,
        "url": f"{prefix}/telimatlar/{version.definition.slug}/",
    }


def _guide_out(version: GuideVersion) -> dict[str, Any]:
    """A version as a GuideOut."""
    names = ("what_changed", "related_forms", "related_protocols")
    return {
        **_guide_summary(version),
        **{name: version.spec[name] for name in names},
        "published_at": version.published_at.isoformat(),
        "body": _public_html(version.spec["body"]),
    }


def _public_html(value: Any) -> Any:
    """Raw stream data with its rich text made ready for browsers."""
    if isinstance(value, list):
        return [_public_html(item) for item in value]
    if isinstance(value, dict):
        return {key: _public_html(item) for key, item in value.items()}
    is_rich = isinstance(value, str) and value.startswith("<")
    return expand_db_html(value) if is_rich else value


@router.get("/places", response={200: PlaceList, **FAILURES}, operation_id="list_places")
def list_places(
    request: HttpRequest, limit: Limit, cursor: Cursor, kind: Kind = ""
) -> dict[str, Any]:
    """Regions, districts and cities; `kind` keeps one level."""
    places = Place.objects.select_related("parent")
    places = places.filter(kind=kind) if kind else places
    language = language_of(request)
    return list_of(places, lambda row: _place_out(row, language), cursor=cursor, limit=limit)


def _place_out(place: Place, language: str) -> dict[str, Any]:
    """A place as a PlaceOut."""
    return {
        **{
            name: getattr(place, name)
            for name in ("code", "value", "kind", "labels", "iso_code")
        },
        "title": pick(place.labels, language),
        "parent": place.parent.code if place.parent else None,
    }


@router.get(
    "/organizations",
    response={200: OrganizationList, **FAILURES},
    operation_id="list_organizations",
)
def list_organizations(
    request: HttpRequest, limit: Limit, cursor: Cursor, kind: Kind = ""
) -> dict[str, Any]:
    """Organizations; `kind` keeps one kind."""
    bodies = Organization.objects.select_related("parent")
    bodies = bodies.filter(kind=kind) if kind else bodies
    language = language_of(request)
    return list_of(
        bodies, lambda row: _organization_out(row, language), cursor=cursor, limit=limit
    )


def _organization_out(body: Organization, language: str) -> dict[str, Any]:
    """An organization as an OrganizationOut."""
    names = ("code", "labels", "abbreviation", "kind", "email", "website")
    texts = {"az": body.description_az, "en": body.description_en}
    return {
        **{name: getattr(body, name) for name in names},
        "title": pick(body.labels, language),
        "parent": body.parent.code if body.parent else None,
        "description": {key: text for key, text in texts.items() if text},
    }
