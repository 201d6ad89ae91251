"""Wagtail's pages for accounts, on which nobody gives a right that they do not hold."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from wagtail.users.views import users

from config.accounts.models import User


def refuse_above(asker: User, accounts: Sequence[Any]) -> None:
    """Raise PermissionDenied when one of `accounts` may do more than who asks to change it:
    a new password would be the way to all that it may."""
    if not asker.is_superuser and any(
        isinstance(one, User) and one.is_superuser for one in accounts
    ):
        raise PermissionDenied


class GivesNoMore:
    """A page whose form makes administrators only for one of them."""

    request: HttpRequest

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        """The form, without what its reader may not give."""
        form = super().get_form(*args, **kwargs)  # type: ignore[misc]
        if not self.request.user.is_superuser:
            form.fields.pop("is_superuser", None)
        return form


class UserCreateView(GivesNoMore, users.CreateView):
    """A new account."""


class UserEditView(GivesNoMore, users.EditView):
    """An account there is."""

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        """The account, when who asks may change it."""
        found = super().get_object(*args, **kwargs)
        assert isinstance(self.request.user, User)
        refuse_above(self.request.user, [found])
        return found


class UserViewSet(users.UserViewSet):
    """Accounts."""

    add_view_class = UserCreateView
    edit_view_class = UserEditView
