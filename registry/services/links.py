"""Relations between records, from a date to a date."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.accounts.actors import Actor
from registry import audit
from registry.models import Change, ChangeKind, Record, RecordLink
from registry.rules import rules_of
from registry.services.acts import change_by, lock, require
from registry.services.errors import refuse


@transaction.atomic
def link(
    *,
    source: Record,
    target: Record,
    kind: str,
    actor: Actor,
    now: datetime,
    valid_from: date,
    valid_to: date | None = None,
) -> RecordLink:
    """Relate two records. Where only one may be open, the one before ends the day before.

    The link that exists already is returned. Raises AnswersInvalid, PermissionDenied.
    """
    current = lock(source)
    require(actor, current, "update")
    require(actor, target, "read")
    if source.pk == target.pk:
        raise refuse("same_record", _("A record cannot be linked to itself."))
    if valid_to is not None and valid_to < valid_from:
        raise refuse("dates", _("The link cannot end before it begins."), "valid_to")
    change = change_by(actor, now, ChangeKind.LINK, legal_from=valid_from, legal_to=valid_to)
    made = store_link(current, target, kind, change, valid_from, valid_to)
    audit.log(
        "registry.link",
        actor=actor,
        instance=current,
        data={"target": str(target.uuid), "kind": kind},
    )
    return made


@transaction.atomic
def end_link(
    *, relation: RecordLink, last_day: date, actor: Actor, now: datetime, reason: str = ""
) -> RecordLink:
    """Let a link end on `last_day`. Raises AnswersInvalid, PermissionDenied."""
    require(actor, lock(relation.source), "update")
    current = RecordLink.objects.select_for_update().get(pk=relation.pk)
    if last_day < current.valid_from:
        raise refuse("dates", _("The link cannot end before it begins."), "valid_to")
    current.valid_to = last_day
    change = change_by(actor, now, ChangeKind.LINK, legal_to=last_day, reason=reason)
    current.save_tracked(change)
    audit.log(
        "registry.link",
        actor=actor,
        instance=current.source,
        data={"kind": current.kind, "ended": str(last_day)},
    )
    return current


def link_named(record: Record, named: Mapping[str, Record], change: Change) -> None:
    """Link the record to those that the form's questions named, under the question's name."""
    day = change.legal_from or timezone.localdate(change.now)
    for question, target in named.items():
        if target.pk != record.pk:
            store_link(record, target, question, change, day, None)


def store_link(
    source: Record,
    target: Record,
    kind: str,
    change: Change,
    valid_from: date,
    valid_to: date | None,
) -> RecordLink:
    """Store the link unless it is open already; the caller holds the lock on `source`."""
    change = replace(change, kind=ChangeKind.LINK)
    open_links = RecordLink.objects.filter(source=source, kind=kind, valid_to=None)
    known = rules_of(source.register_id).links.get(kind)
    for other in open_links:
        if other.target_id == target.pk:
            return other
        if known is not None and known.one_open:
            other.valid_to = max(other.valid_from, valid_from - timedelta(days=1))
            other.save_tracked(change)
    made = RecordLink(
        source=source, target=target, kind=kind, valid_from=valid_from, valid_to=valid_to
    )
    made.save_tracked(change)
    return made
