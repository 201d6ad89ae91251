"""What every act begins with: who acts, may they, and the locked row they act on."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from config.accounts.actors import Actor
from config.accounts.selectors import appointments_in_force
from content.models import Organization
from forms_builder.models import FormVersion
from registry import access
from registry.models import Change, ChangeKind, Record, Submission
from registry.models.history import database_clock
from registry.rules import rules_of
from registry.services.errors import StaleWrite


def change_by(
    actor: Actor,
    now: datetime,
    kind: ChangeKind,
    *,
    version: FormVersion | None = None,
    submission: Submission | None = None,
    legal_from: date | None = None,
    legal_to: date | None = None,
    reason: str = "",
    reason_code: str = "",
    recorded_at: datetime | None = None,
) -> Change:
    """The act as history keeps it, with the names as they are at this moment.

    `recorded_at` is the database's time where that has just been asked.
    """
    return Change(
        kind=kind,
        actor=actor,
        now=now,
        reason=reason,
        reason_code=reason_code,
        legal_from=legal_from,
        legal_to=legal_to,
        form_code=version.code if version else "",
        form_number=version.number if version else None,
        submission_uuid=submission.uuid if submission else None,
        organization_title=organization_title(actor),
        recorded_at=recorded_at or database_clock(),
    )


def organization_title(actor: Actor) -> str:
    """The name of the organization the actor acts for, in Azerbaijani."""
    if actor.organization_id is None:
        return ""
    if actor.user is not None:
        for held in appointments_in_force(actor.user, timezone.localdate()):
            if held.organization_id == actor.organization_id:
                return held.organization.title_az
    found = Organization.objects.filter(pk=actor.organization_id)
    return found.values_list("title_az", flat=True).first() or ""


def is_job(actor: Actor) -> bool:
    """Whether the system itself acts (a protocol, a scheduled job): nobody's rights apply."""
    return actor.user is None and actor.channel == "job"


def require(actor: Actor, record: Record, action: str) -> None:
    """Raise PermissionDenied unless the actor may do `action` on this record."""
    if not is_job(actor) and not access.may_on(actor.user, record, action):
        raise PermissionDenied(_("You may not do this with the record."))


def shown_attributes(record: Record, actor: Actor) -> dict[str, Any]:
    """The record's attributes, masked for the actor."""
    if is_job(actor):
        return dict(record.attributes)
    rules = rules_of(record.register_id)
    return access.fields_for(actor.user, record, rules).attributes(record, rules)


def lock(record: Record) -> Record:
    """The record as it stands now, locked until the transaction ends."""
    locked = Record.objects.select_for_update(of=("self",)).select_related(
        "register", "district__parent__parent"
    )
    return locked.get(pk=record.pk)


def require_fresh(row: Any, expected: int | None, yours: Any, theirs: Any) -> None:
    """Raise StaleWrite when `row` is no longer the version that the writer saw."""
    if expected is None or row.row_version == expected:
        return
    newest = row.history.order_by("-history_id").first()
    raise StaleWrite(yours, theirs, newest.actor_name, newest.history_date, row.row_version)
