"""Writing places and locations."""

from collections.abc import Mapping
from typing import Any

from config.accounts.actors import Actor
from config.shared.problems import ProblemsFound
from content.models import Location, Organization, Place, Service, ServiceAtLocation
from content.services.rows import by_codes, save_row, unknown_code


def place_code(kind: str, value: str) -> str:
    """The code of the place that forms store as `value`; regions have their own space."""
    return f"region_{value}" if kind == Place.Kind.REGION else value


def save_place(
    value: str,
    *,
    kind: str,
    labels: Mapping[str, str],
    actor: Actor,
    parent: Place | None = None,
    iso_code: str = "",
    other_names: str = "",
    note: str = "",
) -> Place:
    """Make or change the place that forms store as `value`; `kind` is a Place.Kind."""
    values = {
        "kind": kind,
        "value": value,
        "title_az": labels.get("az", ""),
        "title_en": labels.get("en", ""),
        "parent": parent,
        "iso_code": iso_code,
        "other_names": other_names,
        "note": note,
    }
    return save_row(Place, {"code": place_code(kind, value)}, values, actor)


def save_location(
    organization: str, place: str, spec: Mapping[str, Any], actor: Actor
) -> Location:
    """Make or change an address of an organization, found by its title in Azerbaijani.

    `spec`: "title_az" and any other field of Location. Raises ProblemsFound.
    """
    body = by_codes(Organization, [organization], "organization")[0]
    where = by_codes(Place, [place], "place")[0]
    key = {"organization": body, "title_az": spec["title_az"]}
    values = {name: value for name, value in spec.items() if name != "title_az"}
    return save_row(Location, key, {**values, "place": where}, actor)


def offer_at_location(service_code: str, location: Location) -> ServiceAtLocation:
    """Say that the service is given at the location. Raises ProblemsFound."""
    service = Service.objects.filter(code=service_code).first()
    if service is None:
        raise ProblemsFound([unknown_code(service_code, "service")])
    return ServiceAtLocation.objects.get_or_create(service=service, location=location)[0]
