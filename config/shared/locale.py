"""Which language a page is shown in.

Django's middleware takes the language of any address without a language prefix to be the
default one as soon as the public site uses prefixes. That would shut English out of the
portal, so addresses below it follow the person's choice (the cookie) instead.
"""

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

# Addresses that carry no language: their language is the person's, not the address's.
UNPREFIXED = ("/portal/", "/audit/", "/accounts/", "/cms/", "/jsi18n/", "/i18n/")


class LanguageMiddleware(LocaleMiddleware):
    """The address decides on the public site, the cookie everywhere else; az by default."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language of `request`."""
        super().process_request(request)
        if request.path_info.startswith(UNPREFIXED):
            chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
            known = chosen in dict(settings.LANGUAGES)
            translation.activate(chosen if known else settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = translation.get_language()
