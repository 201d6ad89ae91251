"""What this app adds to the Wagtail admin."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets import ListingButton

from config.accounts import keeping
from config.accounts.models import User
from config.accounts.users import refuse_above
from config.accounts.viewsets import PeopleGroup


@hooks.register("register_admin_viewset")
def people() -> PeopleGroup:
    """Offer roles and appointments in the menu."""
    return PeopleGroup()


@hooks.register("before_delete_user")
def keep_who_acted(request: HttpRequest, user: User) -> HttpResponse | None:
    """Say at once why an account that was used cannot be deleted, and what to do instead."""
    return keeping.refusal(request, [user])


@hooks.register("before_bulk_action")
def keep_all_who_acted(
    request: HttpRequest, action: str, objects: Sequence[Any], view: Any
) -> HttpResponse | None:
    """The same for several at once; then none of them is deleted."""
    assert isinstance(request.user, User)
    refuse_above(request.user, objects)
    people = [one for one in objects if isinstance(one, User)] if action == "delete" else []
    return keeping.refusal(request, people)


@hooks.register("register_user_listing_buttons")
def appointments_of(user: User, request_user: User) -> Iterator[ListingButton]:
    """Lead from an account to its appointments."""
    if request_user.has_perm("accounts.change_appointment"):
        url = f"{reverse('appointments:index')}?user={user.pk}"
        yield ListingButton(_("Appointments"), url, icon_name="group", priority=30)
