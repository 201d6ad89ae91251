"""Referrals between organizations, escalations and notices."""

import uuid
from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.shared.labels import pick
from protocols.models.runs import Step


class ReferralQuerySet(models.QuerySet["Referral"]):
    """Referrals by state."""

    def waiting(self) -> Self:
        """Those that the receiving organization has not yet accepted or refused."""
        return self.filter(state__in=WAITING)

    def to_check(self, now: datetime) -> Self:
        """Unanswered ones whose time is over and that were not yet escalated."""
        return self.waiting().filter(next_check_at__lte=now)

    def in_force(self, day: date) -> Self:
        """Those under which the receiving organization may read on `day`."""
        return self.filter(state__in=READABLE, until__gte=day)


class Referral(models.Model):
    """A request of one organization to another about one record.

    `fields` are the keys of the record's attributes and answers that may be read.
    """

    class State(models.TextChoices):
        """Where the referral stands."""

        SENT = "sent", _("sent")
        SEEN = "seen", _("seen")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        IN_PROGRESS = "in_progress", _("in progress")
        DONE = "done", _("done")
        RETURNED = "returned", _("returned")
        REVOKED = "revoked", _("revoked")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    record = models.ForeignKey(
        "registry.Record", models.PROTECT, null=True, related_name="referrals"
    )
    step = models.ForeignKey(Step, models.PROTECT, null=True, related_name="referrals")
    from_organization = models.ForeignKey(
        "content.Organization", models.PROTECT, null=True, related_name="referrals_sent"
    )
    to_organization = models.ForeignKey(
        "content.Organization", models.PROTECT, related_name="referrals_received"
    )
    purpose = models.TextField(_("purpose"))
    fields: "models.JSONField[Any, Any]" = models.JSONField(_("shared fields"), default=list)
    until = models.DateField(_("may be read until"))
    state = models.CharField(max_length=12, choices=State.choices, default=State.SENT)
    reason = models.TextField(_("reason"), blank=True)
    result = models.TextField(_("result"), blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    sent_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    next_check_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    # When the receiver means to begin, said when it accepts.
    starts_on = models.DateField(_("begins on"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering = ["-sent_at", "-pk"]
        indexes = [
            models.Index(fields=["to_organization", "state", "due_at"], name="referral_inbox"),
            models.Index(fields=["from_organization", "-sent_at"], name="referral_outbox"),
            models.Index(
                fields=["next_check_at"],
                condition=Q(state__in=["sent", "seen"]),
                name="referral_clock",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def asked(self) -> str:
        """What is asked, as the reader reads: what the sender wrote, or the title of the step
        in the active language where that was sent for them."""
        if self.step is None:
            return self.purpose
        titles = self.step.spec["labels"]
        return pick(titles) if self.purpose in titles.values() else self.purpose

    def is_overdue(self, now: datetime) -> bool:
        """Whether the answer came, or is, later than it was due."""
        return self.due_at is not None and (self.answered_at or now) > self.due_at


WAITING = (Referral.State.SENT, Referral.State.SEEN)
READABLE = (*WAITING, Referral.State.ACCEPTED, Referral.State.IN_PROGRESS)

# Who may move a referral where: the receiver answers, the sender may take it back.
RECEIVER_MOVES: dict[str, tuple[str, ...]] = {
    Referral.State.SENT: ("accepted", "declined", "returned"),
    Referral.State.SEEN: ("accepted", "declined", "returned"),
    Referral.State.ACCEPTED: ("in_progress", "done", "returned"),
    Referral.State.IN_PROGRESS: ("done", "returned"),
}
SENDER_MOVES: dict[str, tuple[str, ...]] = dict.fromkeys(
    ("sent", "seen", "accepted", "in_progress"), ("revoked",)
)
NEEDS_REASON = frozenset({"declined", "returned", "revoked"})
NEEDS_RESULT = frozenset({"done"})


class Escalation(models.Model):
    """That lateness was reported upwards; once for each step or referral and level."""

    step = models.ForeignKey(Step, models.PROTECT, null=True, related_name="escalations")
    referral = models.ForeignKey(
        Referral, models.PROTECT, null=True, related_name="escalations"
    )
    level = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=63)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["step", "level"], name="escalation_once_per_level"),
            models.UniqueConstraint(
                fields=["referral", "level"], name="referral_escalation_once_per_level"
            ),
            models.CheckConstraint(
                condition=Q(step__isnull=False) ^ Q(referral__isnull=False),
                name="escalation_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step or self.referral} {self.level}"


class Notice(models.Model):
    """A line in a user's inbox. It carries no personal data, only what it is about."""

    class Kind(models.TextChoices):
        """Why a user is told."""

        ASSIGNED = "assigned", _("A step was given to you")
        INFORMED = "informed", _("You are informed of a protocol step")
        OVERDUE = "overdue", _("A step is overdue")
        REFERRAL = "referral", _("A referral has come")
        REFERRAL_ANSWERED = "answered", _("A referral was answered")
        REFERRAL_OVERDUE = "unanswered", _("A referral was not answered in time")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    step = models.ForeignKey(Step, models.PROTECT, null=True, related_name="notices")
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="notices")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    # When the e-mail is tried (again): nothing to send, sent or given up when empty.
    next_mail_at = models.DateTimeField(null=True, blank=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["user", "-created_at"],
                condition=Q(read_at__isnull=True),
                name="notice_unread",
            ),
            models.Index(
                fields=["next_mail_at"],
                condition=Q(next_mail_at__isnull=False),
                name="notice_mail_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.created_at:%d.%m.%Y %H:%M}"
