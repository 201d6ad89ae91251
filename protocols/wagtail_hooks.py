"""Protocols in the Wagtail admin, and the words of the audit trail."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from protocols.models import Event, RunFailure
from protocols.views import admin
from protocols.viewsets import HolidayViewSet, ProtocolViewSet

register_snippet(ProtocolViewSet)


@hooks.register("register_admin_viewset")
def days_off() -> HolidayViewSet:
    """The calendar of days off."""
    return HolidayViewSet("days_off")


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Pages around the editor."""
    failure = "protocols/failures/"
    return [
        path("protocols/facts/", admin.editor_facts, name="protocols_editor_facts"),
        path("protocols/check/", admin.check_condition, name="protocols_check_condition"),
        path("protocols/<int:pk>/try/", admin.simulate, name="protocols_simulate"),
        path(failure, admin.failures, name="protocols_failures"),
        path(f"{failure}<int:pk>/retry/", admin.retry_failure, name="protocols_retry"),
    ]


class FailuresItem(MenuItem):
    """Shown to those who may change protocols, while something has failed."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether there is something to look at, and the right to."""
        if not request.user.has_perm("protocols.change_protocol"):
            return False
        return RunFailure.objects.filter(resolved_at__isnull=True).exists()


@hooks.register("register_admin_menu_item")
def failures_item() -> MenuItem:
    """What could not start or go on."""
    url = reverse("protocols_failures")
    return FailuresItem(
        _("Protocols that could not start"), url, icon_name="warning", order=152
    )


@hooks.register("register_log_actions")
def word_audit_actions(actions: Any) -> None:
    """Say what each line of the trail means; the words are those of the events."""
    for kind, label in Event.Kind.choices:
        actions.register_action(f"protocols.{kind}", label, label)
    tried = _("tried on past answers")
    actions.register_action("protocols.tried", tried, tried)
