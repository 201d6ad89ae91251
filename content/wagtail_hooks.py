"""What content adds to the admin."""

from wagtail.snippets.models import register_snippet

from content.viewsets import CatalogueGroup

register_snippet(CatalogueGroup)
