"""What allauth does not offer."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from config.accounts.models import User


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Switch the language for this browser, and for good when somebody is signed in."""
    language = request.POST.get("language")
    if isinstance(request.user, User) and language in dict(settings.LANGUAGES):
        request.user.language = language
        request.user.save(update_fields=["language"])
    return set_language(request)
