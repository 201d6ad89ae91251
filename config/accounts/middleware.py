"""The language of pages that exist once and not per language."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

# The public site has its language in its address; Wagtail's admin reads its own profile.
PREFIXES = ("/portal/", "/audit/", "/accounts/", "/api/")


class LanguageMiddleware:
    """Speak the signed-in person's language, else the browser's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the language before the view."""
        if request.path_info.startswith(PREFIXES):
            translation.activate(_language(request))
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


def _language(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return request.user.language
    return translation.get_language_from_request(request)
