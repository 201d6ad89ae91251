"""Reading content for pages and the API: what the public, or the person signed in, may see."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language

from config.shared.db import stamp_of_changes
from config.shared.kept import Kept
from config.shared.text import alphabetically
from content.models import (
    GuidePage,
    GuideVersion,
    HomePage,
    Location,
    Organization,
    Place,
    Service,
    ServiceAtLocation,
    ServiceVersion,
    VulnerableGroup,
)
from content.offers import MAY_FILL
from content.search import rank
from forms_builder.models import FormVersion
from forms_builder.selectors import offered_form_version

CODE = re.compile(r"^[A-Za-z0-9_-]{0,63}$")


def all_places() -> Mapping[int, Place]:
    """Every place by its id, each with what it lies in; from this process's memory."""
    return _places.get()


def place_that_says(name: str, value: str) -> Place | None:
    """The place that `value` names in a form's question `name`: a region, else a district."""
    return _places_by_value.get().get((name == "region", value))


def all_organizations() -> Mapping[int, Organization]:
    """Every organization by its id; from this process's memory."""
    return _organizations.get()


def _read_places() -> dict[int, Place]:
    places = {place.pk: place for place in Place.objects.all()}
    for place in places.values():
        if place.parent_id:
            Place.parent.field.set_cached_value(place, places[place.parent_id])
    return places


def _by_value() -> dict[tuple[bool, str], Place]:
    """Places by what forms store; a part of a city only where no district has its value."""
    places = sorted(all_places().values(), key=lambda one: one.kind != Place.Kind.CITY_DISTRICT)
    return {(place.kind == Place.Kind.REGION, place.value): place for place in places}


_places = Kept(lambda: stamp_of_changes(Place), _read_places)
_places_by_value = Kept(lambda: stamp_of_changes(Place), _by_value)
_organizations = Kept(
    lambda: stamp_of_changes(Organization), lambda: Organization.objects.in_bulk()
)


def districts_by_region() -> list[tuple[Place, list[Place]]]:
    """Regions with their districts and cities, both in alphabetical order."""
    places = sorted(all_places().values(), key=attrgetter("alphabetical"))
    inside: dict[int | None, list[Place]] = defaultdict(list)
    for place in places:
        inside[place.parent_id].append(place)
    return [(one, inside[one.pk]) for one in places if one.kind == Place.Kind.REGION]


def published_services() -> QuerySet[Service]:
    """Services that are offered now, by code."""
    return Service.objects.filter(live=True, versions__isnull=False).distinct().order_by("code")


@dataclass(frozen=True)
class ServiceFilter:
    """What a person chose on the list of services; empty means any."""

    query: str = ""
    group: str = ""
    type: str = ""
    form: str = ""
    agency: str = ""
    place: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "ServiceFilter":
        """The filter in the address: `?q=&group=&type=&form=&agency=&place=`."""
        names = ("group", "type", "form", "agency", "place")
        codes = [query.get(name, "").strip() for name in names]
        known = (code if CODE.match(code) else "-" for code in codes)  # "-" names nothing
        return cls(query.get("q", "").strip()[:200], *known)

    def __bool__(self) -> bool:
        return self != ServiceFilter()


def find_services(wanted: ServiceFilter) -> list[Service]:
    """The services that `wanted` describes: best first when words are given, else by title."""
    found = published_services()
    if wanted.group:
        found = found.filter(target_groups__code=wanted.group)
    if wanted.agency:
        found = found.filter(providing_agencies__code=wanted.agency)
    if wanted.form:
        found = found.filter(form=wanted.form)
    if wanted.type:
        found = found.filter(types__contains=[wanted.type])
    if wanted.place:
        found = found.filter(_given_in(wanted.place))
    services = list(found)
    if wanted.query:
        return rank(wanted.query, [(service, service.search_index) for service in services])
    return alphabetically(services, lambda service: service.title)


def _given_in(place: str) -> Q:
    """Services with an address in the place or around it, or with no address: country-wide.

    A confidential address is no address: the list would tell where a shelter is.
    """
    open_ones = ServiceAtLocation.objects.filter(location__is_confidential=False)
    everywhere = ~Exists(open_ones.filter(service=OuterRef("pk")))
    here = open_ones.filter(
        Q(location__place__code=place)
        | Q(location__place__parent__code=place)
        | Q(location__place__children__code=place),
        service=OuterRef("pk"),
    )
    return Q(everywhere) | Q(Exists(here))


def service_version(code: str) -> ServiceVersion | None:
    """The version of a service that is shown now; None when there is no such service."""
    versions = ServiceVersion.objects.filter(definition__code=code, definition__live=True)
    return versions.order_by("-number").first()


def service_places(code: str) -> list[Location]:
    """Where the service is given; confidential addresses are left out."""
    found = Location.objects.filter(services__service__code=code, is_confidential=False)
    return list(found.select_related("place", "organization"))


def situations() -> list[VulnerableGroup]:
    """Groups that have services, with `service_count`."""
    counted = Count("services", filter=Q(services__live=True), distinct=True)
    return list(
        VulnerableGroup.objects.annotate(service_count=counted).filter(service_count__gt=0)
    )


def providers() -> QuerySet[Organization]:
    """Organizations that give at least one service that is offered now."""
    return Organization.objects.filter(services__live=True).distinct()


def public_places() -> QuerySet[Place]:
    """Regions, districts and cities."""
    return Place.objects.order_by("title_sort")


def guides_for(user: Any, language: str) -> list[GuidePage]:
    """Guides this person may read, each once: in `language`, else in Azerbaijani."""
    guides = GuidePage.objects.live().filter(locale__language_code__in=[language, "az"])
    if not user.is_authenticated:
        guides = guides.filter(is_open=True)
    chosen: dict[str, GuidePage] = {}
    for guide in guides.select_related("locale"):
        if guide.code not in chosen or guide.locale.language_code == language:
            chosen[guide.code] = guide
    return sorted(chosen.values(), key=lambda guide: guide.code)


def search_guides(guides: Sequence[GuidePage], query: str) -> list[GuidePage]:
    """Those of `guides` that answer `query`, best first."""
    return rank(query, [(guide, guide.search_index) for guide in guides])


def guide_url(code: str, *, anchor: str = "", language: str | None = None) -> str:
    """The address of a guide (or of one heading in it); empty when it is not published."""
    wanted = language or (get_language() or "az")[:2]
    pages = {
        guide.locale.language_code: guide
        for guide in GuidePage.objects.live().filter(code=code).select_related("locale")
    }
    page = pages.get(wanted) or pages.get("az")
    if page is None:
        return ""
    return f"{page.url}#{anchor}" if anchor else str(page.url)


def guide_versions(guide: GuidePage, user: Any) -> QuerySet[GuideVersion]:
    """The published versions of `guide` that `user` may read, newest first, with publishers.

    What changed in a version that was for staff is for staff as well.
    """
    versions: QuerySet[GuideVersion] = guide.versions.select_related("published_by")
    if not user.is_authenticated:
        versions = versions.filter(spec__open=True)
    return versions.order_by("-number")


def public_form(code: str) -> str:
    """`code` when everybody may fill that form now, else nothing."""
    if not code:
        return ""
    try:
        version = offered_form_version(code)
    except FormVersion.DoesNotExist:
        return ""
    return code if version.spec.get("settings", {}).get("public") else ""


@dataclass(frozen=True)
class FormLink:
    """A form that a guide speaks of; `url` is empty for whoever may not fill it in."""

    title: str
    url: str


def form_links(codes: Sequence[str], user: Any) -> list[FormLink]:
    """The published ones of these forms, in this order; for a stranger those open to all."""
    links = [_form_link(version, user) for version in _current_versions(codes)]
    return [link for link in links if link.url or user.is_authenticated]


def _current_versions(codes: Sequence[str]) -> list[FormVersion]:
    newest = (
        FormVersion.objects.filter(definition__code__in=codes, definition__live=True)
        .order_by("definition_id", "-number")
        .distinct("definition_id")
        .select_related("definition")
    )
    return sorted(newest, key=lambda version: codes.index(version.definition.code))


def _form_link(version: FormVersion, user: Any) -> FormLink:
    is_open = version.spec.get("settings", {}).get("public")
    if user.is_authenticated and any(may(user, version.spec) for may in MAY_FILL):
        return FormLink(version.title, reverse("portal:fill", args=[version.definition.code]))
    if is_open and not user.is_authenticated:
        return FormLink(version.title, reverse("citizen:begin", args=[version.definition.code]))
    return FormLink(version.title, "")


def fill_url(code: str, user: Any) -> str:
    """Where `user`, or a stranger, fills in a public form; "" when it is not public."""
    if not public_form(code):
        return ""
    return reverse("portal:fill" if user.is_authenticated else "citizen:begin", args=[code])


def home_page(language: str) -> HomePage | None:
    """The first page in `language`: it says whom to call in danger."""
    pages = HomePage.objects.live().filter(locale__language_code=language)
    found: HomePage | None = pages.first()
    return found
