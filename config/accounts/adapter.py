"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from config.accounts.access import may_configure
from config.accounts.models import User
from config.accounts.selectors import appointments_in_force


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators; nobody signs up alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse signing up."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The portal, or the admin for those who only configure."""
        user = request.user
        assert isinstance(user, User)
        if not appointments_in_force(user, timezone.localdate()) and may_configure(user):
            return reverse("wagtailadmin_home")
        url: str = super().get_login_redirect_url(request)
        return url
