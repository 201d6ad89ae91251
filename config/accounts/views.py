"""What allauth does not offer."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from config.accounts.models import User


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Switch the language for this browser, and for good when somebody is signed in."""
    response = set_language(request)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        keep_language(request, response, language)
    return response


def keep_language(request: HttpRequest, response: HttpResponse, language: str) -> None:
    """Speak `language` from now on: in this browser, and to this person everywhere."""
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax")
    if isinstance(request.user, User):
        request.user.language = language
        request.user.save(update_fields=["language"])
