"""Images of public pages."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.static import serve

# Renditions that Wagtail made for pages; originals and documents lie beside them.
RENDITIONS = "images/"


def public_image(request: HttpRequest, path: str) -> HttpResponseBase:
    """A rendition; whatever else is in the folder does not exist here."""
    if not path.startswith(RENDITIONS) or ".." in path:
        raise Http404
    return serve(request, path, document_root=settings.MEDIA_ROOT)
