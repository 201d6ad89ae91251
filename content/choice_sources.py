"""Lists of ours that forms may ask from: places, organizations, services."""

from collections.abc import Hashable, Iterable

from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _

from config.shared.db import stamp_of_changes
from content.models import Organization, Place, Service
from forms_builder.choices import CHOICE_SOURCES, Choice, ChoiceSource


def regions() -> Iterable[Choice]:
    """Economic regions in alphabetical order."""
    return [Choice(place.value, place.labels) for place in Place.objects.regions()]


def districts() -> Iterable[Choice]:
    """Districts and cities; `region` is the value of their region."""
    places = Place.objects.districts().select_related("parent")
    return [
        Choice(
            place.value,
            place.labels,
            {"region": place.parent.value if place.parent else "", "kind": place.kind},
        )
        for place in places
    ]


def organizations() -> Iterable[Choice]:
    """Organizations in alphabetical order; `kind` is their kind."""
    return [
        Choice(body.code, body.labels, {"kind": body.kind})
        for body in Organization.objects.all()
    ]


def services() -> Iterable[Choice]:
    """Published services; `form` is the form of service. Withdrawn ones are retired."""
    found = Service.objects.filter(versions__isnull=False).distinct().order_by("code")
    return [
        Choice(
            service.code,
            {"az": service.title_az, "en": service.title_en},
            {"form": service.form},
            retired=not service.live,
        )
        for service in found
    ]


def _service_stamp() -> Hashable:
    """Changes when a service is published or withdrawn."""
    live = Count("pk", filter=Q(live=True))
    found = Service.objects.aggregate(count=Count("pk"), live=live, at=Max("last_published_at"))
    return tuple(found.values())


def register() -> None:
    """Make our lists known to forms."""
    CHOICE_SOURCES.update(
        {
            "places.region": ChoiceSource(
                _("Economic regions"), regions, lambda: stamp_of_changes(Place)
            ),
            "places.district": ChoiceSource(
                _("Districts and cities"),
                districts,
                lambda: stamp_of_changes(Place),
                attributes=("region", "kind"),
            ),
            "organizations": ChoiceSource(
                _("Organizations"),
                organizations,
                lambda: stamp_of_changes(Organization),
                attributes=("kind",),
            ),
            "services": ChoiceSource(
                _("Services"),
                services,
                lambda: _service_stamp(),
                attributes=("form",),
            ),
        }
    )
