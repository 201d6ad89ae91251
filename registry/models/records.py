"""Records, the submissions they are made of, links between them, drafts and files."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.shared.private_files import private_storage
from registry.models.history import DERIVED_COLUMNS, TrackedModel, tracked_history


class Record(TrackedModel):
    """One entry of a register as it stands now.

    `attributes` maps attribute names of the register to values; `search_*` hold folded
    text of the searchable ones by sensitivity, so that nobody finds by what they may not see.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    register = models.ForeignKey("registry.Register", models.PROTECT, related_name="records")
    key = models.CharField(_("number"), max_length=63)
    status = models.CharField(_("status"), max_length=63)
    title = models.CharField(_("title"), max_length=255)
    title_fold = models.CharField(max_length=255)
    title_sort = models.CharField(max_length=255, db_collation="C")  # the order of bytes
    attributes = models.JSONField(_("attributes"), default=dict)
    organization = models.ForeignKey(
        "content.Organization", models.PROTECT, related_name="+", null=True
    )
    district = models.ForeignKey("content.Place", models.PROTECT, related_name="+", null=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assigned_records", null=True
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    person = models.ForeignKey("self", models.PROTECT, related_name="about_person", null=True)
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)
    search_internal = models.TextField(blank=True)
    search_personal = models.TextField(blank=True)
    search_sensitive = models.TextField(blank=True)

    history = tracked_history(
        excluded=tuple(sorted(DERIVED_COLUMNS)),
        plain_index=(
            "register",
            "organization",
            "district",
            "assignee",
            "created_by",
            "uuid",
        ),
    )

    # What a list has asked for all its rows at once (`registry.access.note_referred`).
    noted_referred: bool | None = None
    noted_agreed: frozenset[str] | None = None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["register", "key"], name="record_key_once"),
        ]
        indexes = [
            models.Index(fields=["register", "title_sort", "id"], name="record_by_title"),
            models.Index(fields=["register", "-created_at", "-id"], name="record_newest"),
            models.Index(fields=["key"], name="record_by_key"),
        ]

    def __str__(self) -> str:
        return self.key


class Submission(TrackedModel):
    """One filled form. It keeps the form version it was filled in for ever."""

    class State(models.TextChoices):
        """What became of it."""

        SUBMITTED = "submitted", _("submitted")
        AMENDED = "amended", _("amended")
        WITHDRAWN = "withdrawn", _("withdrawn")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_key = models.UUIDField(unique=True, null=True, editable=False)
    form_version = models.ForeignKey(
        "forms_builder.FormVersion", models.PROTECT, related_name="submissions"
    )
    record = models.ForeignKey(Record, models.PROTECT, related_name="submissions", null=True)
    answers = models.JSONField(_("answers"))
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.SUBMITTED
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="submissions", null=True
    )
    submitted_at = models.DateTimeField(_("submitted at"))
    channel = models.CharField(_("channel"), max_length=10)

    history = tracked_history(
        plain_index=("form_version", "submitted_by", "uuid", "client_key")
    )

    class Meta:
        ordering = ["submitted_at", "pk"]

    def __str__(self) -> str:
        return str(self.uuid)


class RecordLink(TrackedModel):
    """`source` stands in the relation `kind` to `target`, from a date to a date."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.ForeignKey(Record, models.PROTECT, related_name="links_out")
    target = models.ForeignKey(Record, models.PROTECT, related_name="links_in")
    kind = models.CharField(_("kind"), max_length=63)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to (last day)"), null=True)

    history = tracked_history(plain_index=("uuid",))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target", "kind"],
                condition=Q(valid_to__isnull=True),
                name="record_link_open_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="record_link_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class UniqueValue(models.Model):
    """A value that no two records of a register may have while a uniqueness rule holds."""

    register = models.ForeignKey("registry.Register", models.PROTECT, related_name="+")
    rule = models.CharField(max_length=255)
    value = models.CharField(max_length=255)
    record = models.ForeignKey(Record, models.PROTECT, related_name="unique_values")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["register", "rule", "value"], name="unique_value_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register_id}/{self.rule}"


class Draft(models.Model):
    """A form that someone is filling; it survives a publish and moves between devices."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_version = models.ForeignKey(
        "forms_builder.FormVersion", models.PROTECT, related_name="drafts"
    )
    record = models.ForeignKey(Record, models.PROTECT, related_name="drafts", null=True)
    # The record as the writer first saw it: submitting over a newer one is a StaleWrite.
    record_row_version = models.PositiveIntegerField(null=True)
    # Exactly one of the two holds the draft: an account, or a citizen by a secret code, of
    # which only the digest is kept (registry.citizens).
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="drafts", null=True
    )
    secret_digest = models.CharField(max_length=64, blank=True)
    answers = models.JSONField(default=dict)
    step = models.CharField(max_length=255, blank=True)
    row_version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(_("updated at"))
    protocol_step = models.UUIDField(null=True)
    # Set when the draft corrects what was sent in before, as its writer then saw it.
    amends = models.ForeignKey(Submission, models.CASCADE, related_name="amendments", null=True)
    amends_row_version = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-updated_at"], name="draft_of_user")]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, secret_digest="")
                | Q(Q(user__isnull=True), ~Q(secret_digest="")),
                name="draft_has_one_holder",
            ),
            models.UniqueConstraint(
                fields=["secret_digest"],
                condition=~Q(secret_digest=""),
                name="draft_secret_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


def attachment_path(attachment: "Attachment", filename: str) -> str:
    """Where the file lies: by its uuid, never by a name that a person typed."""
    name = attachment.uuid.hex
    return f"attachments/{name[:2]}/{name}"


class Attachment(models.Model):
    """A file answered to a question; free until a submission claims it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file: Any = models.FileField(storage=private_storage, upload_to=attachment_path)
    name = models.CharField(_("name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    content_type = models.CharField(_("type"), max_length=127)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    # From a stranger, or not scanned though it should be: a reader must release it first.
    is_quarantined = models.BooleanField(_("in quarantine"), default=False)
    draft = models.ForeignKey(
        Draft, models.SET_NULL, related_name="attachments", null=True, blank=True
    )
    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="attachments", null=True, blank=True
    )

    def __str__(self) -> str:
        return self.name


class Tracking(models.Model):
    """How a citizen without an account asks about what they sent: by the code they hold."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="tracking")
    secret_digest = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return str(self.submission_id)


# simple-history makes these classes; named here for whoever reads histories.
HistoricalRecord: Any = Record.history.model
HistoricalSubmission: Any = Submission.history.model
HistoricalRecordLink: Any = RecordLink.history.model
