"""The language of a signed-in person."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

# The public site has its language in its address; Wagtail's admin reads its own profile.
PREFIXES = ("/portal/", "/audit/", "/accounts/", "/jsi18n/", "/api/")


class LanguageMiddleware:
    """Speak `user.language`; for others `config.shared.locale` has chosen already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the language before the view."""
        if request.path_info.startswith(PREFIXES) and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)
