"""What people read: places, organizations, services, guides, pages."""

from content.models.catalogue import (
    LegalAct,
    Organization,
    Service,
    ServiceAtLocation,
    ServiceVersion,
    VulnerableGroup,
)
from content.models.guides import GuideIndexPage, GuidePage, GuideVersion
from content.models.pages import HomePage
from content.models.places import Location, Place

__all__ = [
    "GuideIndexPage",
    "GuidePage",
    "GuideVersion",
    "HomePage",
    "LegalAct",
    "Location",
    "Organization",
    "Place",
    "Service",
    "ServiceAtLocation",
    "ServiceVersion",
    "VulnerableGroup",
]
