"""Work done after the transaction, by the worker."""

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from protocols.models import Notice


@task()
def mail_notice(notice_id: int) -> None:
    """Send one notice by e-mail, once: a number and a link, nothing about a person."""
    with transaction.atomic():
        notices = Notice.objects.select_for_update(of=("self",)).select_related("user")
        notice = notices.filter(pk=notice_id, mailed_at__isnull=True).first()
        if notice is None:
            return
        with translation.override(notice.user.language):
            send_mail(*_letter(notice), None, [notice.user.email])
        notice.mailed_at = timezone.now()
        notice.save(update_fields=["mailed_at"])


@task()
def retry_failure(failure_id: int) -> None:
    """Try a protocol again that could not react to a submission."""
    from protocols.services.failures import retry

    retry(failure_id, now=timezone.now())


def _letter(notice: Notice) -> tuple[str, str]:
    """Subject and body of the e-mail."""
    subject = _("Dayaq: {what} (No. {number})").format(
        what=notice.get_kind_display(), number=notice.pk
    )
    address = reverse("protocols:notice", args=[notice.pk])
    body = _("{what}. Sign in to see it:").format(what=notice.get_kind_display())
    return subject, f"{body}\n{settings.WAGTAILADMIN_BASE_URL}{address}\n"
