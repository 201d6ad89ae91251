"""Work done after the transaction, by the worker."""

from django.utils import timezone
from django_tasks import task

from protocols import mailing


@task()
def mail_notice(notice_id: int) -> None:
    """Make the first attempt to send one notice by e-mail; the clock makes the others."""
    mailing.deliver(notice_id, now=timezone.now())


@task()
def retry_failure(failure_id: int) -> None:
    """Try a protocol again that could not react to a submission."""
    from protocols.services.failures import retry

    retry(failure_id, now=timezone.now())
