"""What every history row carries beside the values: who, why, when, and a chained hash."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db import connection, models
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from config.accounts.actors import Actor
from config.shared.definitions import digest
from config.shared.statements import Batch
from registry.models.storing import store


class ChangeKind(models.TextChoices):
    """What sort of change a history row records."""

    CREATE = "create", _("created")
    UPDATE = "update", _("supplemented")
    AMEND = "amend", _("amended")
    CORRECT = "correct", _("corrected")
    TRANSITION = "transition", _("status changed")
    ASSIGN = "assign", _("assigned")
    LINK = "link", _("linked")
    MERGE = "merge", _("merged")
    TRANSFER = "transfer", _("transferred")
    REDACT = "redact", _("redacted")
    MIGRATE = "migrate", _("moved to another version")


@dataclass(frozen=True)
class Change:
    """One act on tracked rows. `now` is the moment of the act, `recorded_at` the database's.

    `legal_from` and `legal_to` say from when to when the new values hold in law.
    """

    kind: ChangeKind
    actor: Actor
    now: datetime
    reason_code: str = ""
    reason: str = ""
    legal_from: date | None = None
    legal_to: date | None = None
    form_code: str = ""
    form_number: int | None = None
    submission_uuid: UUID | None = None
    organization_title: str = ""
    recorded_at: datetime = field(default_factory=lambda: database_clock())


def database_clock() -> datetime:
    """The database's own time, which no web server can set back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


class HistoryRow(models.Model):
    """Base of the history tables; rows are appended and never changed (triggers)."""

    change_kind = models.CharField(_("change"), max_length=20, choices=ChangeKind.choices)
    reason_code = models.CharField(_("reason"), max_length=63, blank=True)
    reason = models.TextField(_("explanation"), blank=True)
    actor_name = models.CharField(_("who"), max_length=255)
    actor_role = models.CharField(_("role"), max_length=63, blank=True)
    actor_organization = models.BigIntegerField(_("organization number"), null=True)
    actor_organization_title = models.CharField(_("organization"), max_length=255, blank=True)
    on_behalf_of = models.CharField(_("on behalf of"), max_length=255, blank=True)
    channel = models.CharField(_("channel"), max_length=10)
    request_id = models.CharField(max_length=64, blank=True)
    legal_from = models.DateField(_("holds from"), null=True)
    legal_to = models.DateField(_("holds to"), null=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    form_code = models.CharField(_("form"), max_length=63, blank=True)
    form_number = models.PositiveIntegerField(_("form version"), null=True)
    submission_uuid = models.UUIDField(null=True)

    class Meta:
        abstract = True


class TrackedModel(models.Model):
    """A row whose every version is kept. Only `save_tracked` changes one.

    `leaf_hash` is the hash of the newest history row, which continues that of the row
    before it; the database refuses a row without the matching history row.
    """

    row_version = models.PositiveIntegerField(default=0, editable=False)
    leaf_hash = models.CharField(max_length=64, editable=False)
    history: ClassVar[Any]  # simple-history's manager, by `tracked_history`

    class Meta:
        abstract = True

    def save_tracked(self, change: Change, batch: Batch | None = None) -> None:
        """Store this row and its history row as one more version; now, or with `batch`."""
        self.row_version += 1
        self.leaf_hash = leaf_hash(self, change)
        user = change.actor.user
        user_id = user.pk if user else None
        store(self, change_columns(change), change.now, user_id, batch)


# Derived from other columns and rebuilt at will; neither history nor the hash needs them.
DERIVED_COLUMNS = frozenset(
    {
        "title_fold",
        "title_sort",
        "search_internal",
        "search_personal",
        "search_sensitive",
    }
)


def leaf_hash(instance: TrackedModel, change: Change) -> str:
    """SHA-256 of the row's content, of who and why, and of the leaf before it."""
    return digest(
        {
            "row": row_content(instance),
            "change": change_content(change),
            "previous": instance.leaf_hash,
        }
    )


def row_content(instance: models.Model) -> dict[str, Any]:
    """The values of a live row, or of a history row of it, as JSON can hold them."""
    tracked: Any = getattr(instance, "instance_type", type(instance))
    skipped = DERIVED_COLUMNS | {"id", "leaf_hash"}
    names = [f.attname for f in tracked._meta.concrete_fields if f.attname not in skipped]
    return {name: plain(getattr(instance, name)) for name in names}


def change_content(change: "Change") -> dict[str, Any]:
    """Who, why and when of a change, as `row_change_content` reads it back."""
    return {name: plain(value) for name, value in change_columns(change).items()}


def row_change_content(row: HistoryRow) -> dict[str, Any]:
    """Who, why and when of a history row; equals the `change_content` it was made from."""
    names = [field.attname for field in HistoryRow._meta.get_fields() if field.concrete]
    return {name: plain(getattr(row, name)) for name in names}


def plain(value: Any) -> Any:
    """`value` as JSON, times in UTC: the same text before storing and after reading back."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, (date, UUID)):
        return str(value)
    return value


def change_columns(change: Change) -> dict[str, Any]:
    """The columns of HistoryRow for `change`."""
    actor = change.actor
    return {
        "change_kind": str(change.kind),
        "reason_code": change.reason_code,
        "reason": change.reason,
        "actor_name": actor.name,
        "actor_role": actor.role,
        "actor_organization": actor.organization_id,
        "actor_organization_title": change.organization_title,
        "on_behalf_of": actor.on_behalf_of,
        "channel": actor.channel,
        "request_id": actor.request_id,
        "legal_from": change.legal_from,
        "legal_to": change.legal_to,
        "recorded_at": change.recorded_at,
        "form_code": change.form_code,
        "form_number": change.form_number,
        "submission_uuid": change.submission_uuid,
    }


@receiver(pre_create_historical_record)
def refuse_plain_save(instance: models.Model, **kwargs: Any) -> None:
    """A tracked row's history is written by `save_tracked` alone."""
    if isinstance(instance, TrackedModel):
        raise TypeError("Tracked rows change through registry.services, with an actor.")


def tracked_history(excluded: tuple[str, ...] = (), plain_index: tuple[str, ...] = ()) -> Any:
    """simple-history's records with our base, without copies of the live table's indexes."""
    return HistoricalRecords(
        bases=[HistoryRow],
        history_id_field=models.BigAutoField(),
        excluded_fields=list(excluded),
        no_db_index=list(plain_index),
    )


__all__ = [
    "DERIVED_COLUMNS",
    "Change",
    "ChangeKind",
    "HistoryRow",
    "TrackedModel",
    "tracked_history",
]
