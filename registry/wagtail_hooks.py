"""Registers in the Wagtail admin, and the words of the audit trail."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from registry.viewsets import RegisterViewSet

register_snippet(RegisterViewSet)

AUDIT_WORDS = [
    ("registry.submit", _("Send in a form"), _("A form was sent in")),
    ("registry.amend", _("Amend"), _("Answers were amended")),
    ("registry.transition", _("Change status"), _("The status was changed")),
    ("registry.assign", _("Assign"), _("The record was assigned")),
    ("registry.link", _("Link"), _("Records were linked")),
    ("registry.record_read", _("Read"), _("The record was read")),
    ("registry.history_read", _("Read history"), _("The history was read")),
    ("registry.search", _("Search"), _("The register was searched")),
    ("registry.history_search", _("Search history"), _("The history was searched")),
    ("registry.download", _("Download"), _("A file was downloaded")),
    ("registry.release", _("Release"), _("A file was released from quarantine")),
    ("registry.refused", _("Refused"), _("Access was refused")),
]


@hooks.register("register_log_actions")
def word_audit_actions(actions: Any) -> None:
    """Say what each line of the trail means."""
    for action, label, message in AUDIT_WORDS:
        actions.register_action(action, label, message)
