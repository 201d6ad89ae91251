"""Words for spans of time, for what a step asks, and for the moves of a referral."""

from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

Text = str | Promise

# What a list says a step asks of its person.
ACTION_WORDS: dict[str, Text] = {
    "fill": _("Fill in a form"),
    "visit": _("Visit and write it down"),
    "decide": _("Decide"),
    "refer": _("Refer"),
    "notify": _("Make sure they know"),
    "approve": _("Approve or return"),
    "wait": _("Wait"),
    "set_status": _("Set the status"),
    "close": _("Close"),
}
ACTION_ICONS = {
    "fill": "form",
    "visit": "place",
    "decide": "flag",
    "refer": "referral",
    "notify": "phone",
    "approve": "check",
    "wait": "clock",
    "set_status": "record",
    "close": "lock",
}
# What the receiver's buttons say.
MOVE_WORDS: dict[str, Text] = {
    "accepted": _("Accept"),
    "in_progress": _("The work has begun"),
    "done": _("Finish with a result"),
    "declined": _("Decline"),
    "returned": _("Return to the sender"),
}
HOUR, DAY = 60, 24 * 60


def span_in_words(span: timedelta) -> str:
    """A positive span in its largest fitting unit: minutes, hours up to two days, days."""
    minutes = max(int(span.total_seconds() // 60), 1)
    if minutes < HOUR:
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    if minutes < 2 * DAY:
        hours = minutes // HOUR
        return ngettext("{n} hour", "{n} hours", hours).format(n=hours)
    days = minutes // DAY
    return ngettext("{n} day", "{n} days", days).format(n=days)
