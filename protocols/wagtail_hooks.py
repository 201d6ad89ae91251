"""Protocols in the Wagtail admin, and the words of the audit trail."""

from typing import Any

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from protocols.models import Event
from protocols.viewsets import HolidayViewSet, ProtocolViewSet

register_snippet(ProtocolViewSet)


@hooks.register("register_admin_viewset")
def days_off() -> HolidayViewSet:
    """The calendar of days off."""
    return HolidayViewSet("days_off")


@hooks.register("register_log_actions")
def word_audit_actions(actions: Any) -> None:
    """Say what each line of the trail means; the words are those of the events."""
    for kind, label in Event.Kind.choices:
        actions.register_action(f"protocols.{kind}", label, label)
