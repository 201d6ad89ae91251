"""Telling people: a line in the inbox now, an e-mail when the transaction holds."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from config.accounts.models import User
from content.models import Organization
from protocols import selectors
from protocols.models import Notice, Referral, Step
from protocols.tasks import mail_notice


def tell(
    users: Iterable[User],
    kind: str,
    *,
    now: datetime,
    step: Step | None = None,
    referral: Referral | None = None,
) -> list[Notice]:
    """Give each of `users` a notice; those with an address also get an e-mail."""
    notices = Notice.objects.bulk_create(
        Notice(
            user=user,
            kind=kind,
            step=step,
            referral=referral,
            created_at=now,
            next_mail_at=now if user.email else None,
        )
        for user in users
    )
    for notice in notices:
        if notice.next_mail_at is not None:
            mail_notice.enqueue(notice.pk)
    return notices


def tell_organizations(
    organizations: Iterable[Organization],
    kind: str,
    *,
    now: datetime,
    roles: Iterable[str] = (),
    step: Step | None = None,
    referral: Referral | None = None,
) -> list[Notice]:
    """Tell those who receive mail for the organizations, or hold `roles` there."""
    wanted = tuple(roles) or tuple(selectors.RECEIVING)
    area = step.area if step else None
    users = {
        user.pk: user
        for organization in organizations
        for user in selectors.holders(wanted, organization, area, now)
    }
    return tell(users.values(), kind, now=now, step=step, referral=referral)


@transaction.atomic
def mark_read(user: User, notices: Iterable[int], *, now: datetime) -> int:
    """Mark the user's own notices read; how many were unread."""
    unread = Notice.objects.filter(user=user, pk__in=list(notices), read_at__isnull=True)
    return unread.update(read_at=now)


@transaction.atomic
def mark_read_about(
    user: User, *, now: datetime, step: Step | None = None, referral: Referral | None = None
) -> int:
    """Mark the user's notices about a step or a referral read: it is before their eyes."""
    unread = Notice.objects.filter(user=user, read_at__isnull=True)
    return unread.filter(step=step, referral=referral).update(read_at=now)
