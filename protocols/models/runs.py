"""Protocols at work: runs, their steps, what happened to them."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.shared.labels import pick
from protocols.models.definitions import ProtocolVersion
from protocols.schema import step_of


class Run(models.Model):
    """One protocol started by one submission; it keeps the version it began with.

    `context` is {"answers": the trigger's answers as they were}.
    """

    class State(models.TextChoices):
        """Where the run stands."""

        OPEN = "open", _("in progress")
        DONE = "done", _("completed")
        CANCELLED = "cancelled", _("cancelled")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(ProtocolVersion, models.PROTECT, related_name="runs")
    protocol = models.ForeignKey("protocols.Protocol", models.PROTECT, related_name="runs")
    record = models.ForeignKey(
        "registry.Record", models.PROTECT, null=True, related_name="protocol_runs"
    )
    submission = models.ForeignKey(
        "registry.Submission", models.PROTECT, related_name="protocol_runs"
    )
    # Every record that the run's steps have touched, the first one among them.
    records: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "registry.Record", related_name="runs"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    context = models.JSONField(default=dict)

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["protocol", "submission"], name="protocol_runs_once_per_submission"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.uuid}"

    @property
    def answers(self) -> dict[str, Any]:
        """The trigger's answers."""
        return dict(self.context.get("answers", {}))


class StepQuerySet(models.QuerySet["Step"]):
    """Steps by what is to be done."""

    def open(self) -> Self:
        """Those still to be done."""
        return self.filter(state=Step.State.OPEN)

    def overdue(self, now: datetime) -> Self:
        """Open ones whose time is over."""
        return self.open().filter(due_at__lte=now)

    def to_check(self, now: datetime) -> Self:
        """Open ones for which the clock has something to do."""
        return self.open().filter(next_check_at__lte=now)


class Step(models.Model):
    """One thing to do. The same step of the spec may be done several times in a run."""

    class State(models.TextChoices):
        """Where the step stands."""

        OPEN = "open", _("to do")
        DONE = "done", _("done")
        SKIPPED = "skipped", _("skipped")
        CANCELLED = "cancelled", _("cancelled")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(Run, models.PROTECT, related_name="steps")
    code = models.CharField(max_length=63)
    form_code = models.CharField(max_length=63, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    role = models.CharField(max_length=63)
    organization = models.ForeignKey(
        "content.Organization", models.PROTECT, null=True, related_name="+"
    )
    area = models.ForeignKey("content.Place", models.PROTECT, null=True, related_name="+")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="steps"
    )
    is_urgent = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    # When the clock must look at the step next: an escalation, or the end of a wait.
    next_check_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    evidence = models.ForeignKey(
        "registry.Submission",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="protocol_steps",
    )
    decision = models.CharField(max_length=63, blank=True)
    note = models.TextField(blank=True)
    # What whoever decided wrote to the citizen who applied.
    letter = models.TextField(blank=True)
    row_version = models.PositiveIntegerField(default=1)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "code"], condition=Q(state="open"), name="step_open_once_in_run"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(done_at__isnull=False),
                name="step_that_ended_says_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_check_at"], condition=Q(state="open"), name="step_clock"
            ),
            models.Index(
                fields=["organization", "role", "due_at"],
                condition=Q(state="open"),
                name="step_worklist",
            ),
            models.Index(
                fields=["assignee", "due_at"], condition=Q(state="open"), name="step_assigned"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.code}"

    @property
    def spec(self) -> dict[str, Any]:
        """The step as the run's version says it."""
        return dict(step_of(self.run.version.spec, self.code))

    @property
    def title(self) -> str:
        """What is to be done, in the active language."""
        return pick(self.spec["labels"])

    @property
    def action(self) -> dict[str, Any]:
        """The action of the spec."""
        return dict(self.spec["action"])

    @property
    def decision_label(self) -> str:
        """The decision taken, in the words of the version; empty without one."""
        approvals = {"approved": _("approved"), "returned": _("returned with a remark")}
        if self.action["type"] == "approve":
            return str(approvals.get(self.decision, ""))
        options = self.action.get("options", ())
        labels = {option["code"]: option.get("labels", {}) for option in options}
        return pick(labels.get(self.decision)) or self.decision

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state == Step.State.OPEN

    def is_overdue(self, now: datetime) -> bool:
        """Whether its time was over at `now`, or when it was done."""
        return self.due_at is not None and (self.done_at or now) > self.due_at


class Event(models.Model):
    """What happened to a run, a step or a referral. Rows are never changed (trigger).

    `actor_name` and `actor_role` are as they were at that moment.
    """

    class Kind(models.TextChoices):
        """What can happen."""

        STARTED = "started", _("protocol started")
        OPENED = "opened", _("step opened")
        CLAIMED = "claimed", _("taken")
        ASSIGNED = "assigned", _("assigned")
        COMPLETED = "completed", _("done")
        SKIPPED = "skipped", _("skipped")
        CANCELLED = "cancelled", _("cancelled")
        NOTIFIED = "notified", _("notice sent")
        ESCALATED = "escalated", _("escalated")
        REFERRED = "referred", _("referral sent")
        ANSWERED = "answered", _("referral moved")
        ENDED = "ended", _("protocol completed")

    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="events")
    step = models.ForeignKey(Step, models.PROTECT, null=True, related_name="events")
    referral = models.ForeignKey(
        "protocols.Referral", models.PROTECT, null=True, related_name="events"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    actor_name = models.CharField(max_length=255)
    actor_role = models.CharField(max_length=63, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new row; a stored one is never changed."""
        if not self._state.adding:
            raise TypeError("What happened is never edited.")
        super().save(*args, **kwargs)


class RunFailure(models.Model):
    """A protocol that should have reacted to a submission and could not, until retried."""

    protocol = models.ForeignKey("protocols.Protocol", models.PROTECT, null=True)
    step = models.ForeignKey(Step, models.PROTECT, null=True, related_name="failures")
    submission = models.ForeignKey(
        "registry.Submission", models.PROTECT, related_name="protocol_failures"
    )
    event = models.CharField(max_length=10, default="create")
    error = models.CharField(max_length=255)
    attempts = models.PositiveIntegerField(default=1)
    failed_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("protocol that could not start")
        verbose_name_plural = _("protocols that could not start")
        ordering = ["-failed_at"]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(resolved_at__isnull=True),
                name="run_failure_to_retry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.protocol or self.step} {self.failed_at:%d.%m.%Y %H:%M}"

    @property
    def concerns(self) -> Any:
        """The protocol that could not start, or whose step could not go on."""
        return self.step.run.protocol if self.step is not None else self.protocol
