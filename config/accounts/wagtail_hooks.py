"""What this app adds to the Wagtail admin."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets import ListingButton

from config.accounts.models import User
from config.accounts.viewsets import PeopleGroup


@hooks.register("register_admin_viewset")
def people() -> PeopleGroup:
    """Offer roles and appointments in the menu."""
    return PeopleGroup()


@hooks.register("register_user_listing_buttons")
def appointments_of(user: User, request_user: User) -> Iterator[ListingButton]:
    """Lead from an account to its appointments."""
    if request_user.has_perm("accounts.change_appointment"):
        url = f"{reverse('appointments:index')}?user={user.pk}"
        yield ListingButton(_("Appointments"), url, icon_name="group", priority=30)
