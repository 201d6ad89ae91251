"""Wagtail's pages for accounts, on which nobody gives a right that they do not hold."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from wagtail.users.views import users

from config.accounts.models import User


def refuse_above(asker: User, accounts: Sequence[Any]) -> None:
    """Raise PermissionDenied when one of `accounts` may do more than who asks to change it:
    a new password would be the way to all that it may."""
    people = [one for one in accounts if isinstance(one, User)]
    held = asker.get_all_permissions()
    if not asker.is_superuser and any(
        one.is_superuser or not one.get_all_permissions() <= held for one in people
    ):
        raise PermissionDenied


def groups_within(asker: User, account: Any) -> list[int]:
    """The groups (ids) that `asker` may put somebody in: those that may do no more than
    `asker`, and those in which `account` is already."""
    held = asker.get_all_permissions()
    kept = set(account.groups.values_list("pk", flat=True)) if account.pk else set()
    groups = Group.objects.prefetch_related("permissions__content_type")
    return [each.pk for each in groups if each.pk in kept or _given_by(each) <= held]


def _given_by(group: Group) -> set[str]:
    return {
        f"{each.content_type.app_label}.{each.codename}" for each in group.permissions.all()
    }


class GivesNoMore:
    """A page whose form makes administrators only for one of them."""

    request: HttpRequest

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        """The form, without what its reader may not give."""
        # The view that this is mixed into has it.
        form = super().get_form(*args, **kwargs)  # type: ignore[misc]
        asker = self.request.user
        assert isinstance(asker, User)
        if not asker.is_superuser:
            form.fields.pop("is_superuser", None)
            groups = form.fields["groups"]
            allowed = groups_within(asker, form.instance)
            groups.queryset = groups.queryset.filter(pk__in=allowed)
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
