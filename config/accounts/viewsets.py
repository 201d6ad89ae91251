"""Editing roles and appointments in the Wagtail admin."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.generic.models import CreateView, EditView, IndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from config.accounts.models import Appointment, Role


class RoleViewSet(ModelViewSet):
    """Professions and duties."""

    model = Role
    name = "roles"
    menu_label = _("Roles")
    icon = "group"
    form_fields = ["code", "title_az", "title_en", "kind"]
    list_display = ["title_az", "title_en", "code", "kind"]
    list_filter = ["kind"]
    search_fields = ["code", "title_az", "title_en"]
    inspect_view_enabled = True


class AppointmentIndexView(IndexView):
    """The list, with what its columns name."""

    def get_base_queryset(self) -> Any:
        """Appointments with their related rows."""
        return (
            super().get_base_queryset().select_related("user", "role", "organization", "area")
        )


class OthersOnly:
    """A page on which nobody appoints themself: two people must know of an authority."""

    request: HttpRequest

    def is_valid(self, form: Any) -> bool:
        """Whether it may be stored: neither now nor before about who asks."""
        about = {form["user"].initial, form.data.get("user")}
        is_own = str(self.request.user.pk) in map(str, about)
        if is_own:
            form.add_error("user", _("Nobody appoints themself. Ask another administrator."))
        # The view that this is mixed into has it.
        return bool(super().is_valid(form))  # type: ignore[misc]


class AppointmentCreateView(OthersOnly, CreateView):
    """A new appointment."""


class AppointmentEditView(OthersOnly, EditView):
    """An appointment there is."""


class AppointmentViewSet(ModelViewSet):
    """Who holds which role where, from when to when."""

    model = Appointment
    index_view_class = AppointmentIndexView
    add_view_class = AppointmentCreateView
    edit_view_class = AppointmentEditView
    name = "appointments"
    menu_label = _("Appointments")
    icon = "user"
    form_fields = ["user", "role", "organization", "area", "valid_from", "valid_to"]
    list_display = ["user", "role", "organization", "area", "valid_from", "valid_to"]
    list_filter = ["user", "role", "organization"]
    search_fields = ["user__username", "user__first_name", "user__last_name"]
    inspect_view_enabled = True


class PeopleGroup(ViewSetGroup):
    """The menu that holds both; user accounts are under Wagtail's settings."""

    menu_label = _("People and authority")
    menu_icon = "group"
    menu_order = 700
    items = (AppointmentViewSet, RoleViewSet)
