"""Letters about notices: sent by the worker, tried again by the clock until they leave.

An attempt is written down before it is made, and nothing is held meanwhile: nobody waits for
a mail server, and no two processes make the same attempt. Every copy of a letter has the same
Message-ID, for a server may lose its answer after it has taken one.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from protocols.models import Notice

logger = logging.getLogger("dayaq.protocols")
# Minutes to wait after each attempt; after the last one it is given up.
PAUSES = (1, 5, 15, 60, 360, 720, 1440)
MOST = 200  # letters in one round of the clock


def deliver_due(*, now: datetime) -> int:
    """Send the letters that are due at `now`; how many left. Ends when the server is away."""
    due = Notice.objects.filter(next_mail_at__lte=now, mailed_at=None)
    sent = 0
    for pk in due.order_by("next_mail_at", "pk").values_list("pk", flat=True)[:MOST]:
        outcome = deliver(pk, now=now)
        if outcome == "away":
            break
        sent += outcome == "sent"
    return sent


def deliver(notice_id: int, *, now: datetime) -> str:
    """Send the letter of one notice, if it is due and its reader may still be written to.

    "sent", "away" (the mail server did not take it now; it is tried again), or "".
    """
    notice = _begun(notice_id, now)
    if notice is None:
        return ""
    try:
        with translation.override(notice.user.language):
            _letter(notice).send()
    except (OSError, ValueError) as error:
        return _failed(notice, error)
    Notice.objects.filter(pk=notice.pk).update(mailed_at=timezone.now(), next_mail_at=None)
    return "sent"


def _begun(notice_id: int, now: datetime) -> Notice | None:
    """The notice whose attempt is ours to make; None when there is none to make."""
    notice = Notice.objects.select_related("user").get(pk=notice_id)
    attempts = notice.mail_attempts
    if notice.next_mail_at is None or (attempts and notice.next_mail_at > now):
        return None
    may_write = notice.user.is_active and bool(notice.user.email)
    again = attempts < len(PAUSES) and may_write
    notice.next_mail_at = now + timedelta(minutes=PAUSES[attempts]) if again else None
    notice.mail_attempts = attempts + may_write
    unchanged = Notice.objects.filter(pk=notice_id, mailed_at=None, mail_attempts=attempts)
    is_ours = unchanged.update(
        mail_attempts=notice.mail_attempts, next_mail_at=notice.next_mail_at
    )
    return notice if is_ours and may_write else None


def _failed(notice: Notice, error: Exception) -> str:
    """Note what went wrong; what no later attempt would change is given up."""
    is_final = _is_final(error) or notice.next_mail_at is None
    about = {"notice_id": notice.pk, "error": type(error).__name__}
    if not is_final:
        logger.warning("letter not taken", extra=about)
        return "away"
    Notice.objects.filter(pk=notice.pk).update(next_mail_at=None)
    logger.error("letter given up", extra=about)
    return ""


def _is_final(error: Exception) -> bool:
    """Whether the server will never take this letter."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    if isinstance(error, SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, ValueError)  # an address that cannot be written


def _letter(notice: Notice) -> EmailMessage:
    """The e-mail: a number and a link, nothing about a person."""
    what = notice.get_kind_display()
    subject = _("Dayaq: {what} (No. {number})").format(what=what, number=notice.pk)
    address = reverse("protocols:notice", args=[notice.pk])
    body = _("{what}. Sign in to see it:").format(what=what)
    house = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    number = f"{notice.pk}.{notice.created_at:%Y%m%d%H%M%S}"
    return EmailMessage(
        subject,
        f"{body}\n{settings.WAGTAILADMIN_BASE_URL}{address}\n",
        to=[notice.user.email],
        headers={"Message-ID": f"<notice.{number}@{house}>"},
    )
