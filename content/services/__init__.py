"""Writing content: an admin's tools, importers and the demo come through here.

Every function is idempotent: the same content again changes nothing.
"""

from content.services.catalogue import (
    publish_service,
    save_group,
    save_legal_act,
    save_organization,
    save_service,
)
from content.services.guides import guide_from_markdown, publish_guide, save_guide
from content.services.places import offer_at_location, save_location, save_place
from content.services.site import ensure_site

__all__ = [
    "ensure_site",
    "guide_from_markdown",
    "offer_at_location",
    "publish_guide",
    "publish_service",
    "save_group",
    "save_guide",
    "save_legal_act",
    "save_location",
    "save_organization",
    "save_place",
    "save_service",
]
