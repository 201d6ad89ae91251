"""Who did or saw what: one trail, Wagtail's audit log, mirrored to the process log."""

import logging
from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone
from wagtail.log_actions import get_active_log_context
from wagtail.models import ModelLogEntry

from config.accounts.actors import Actor
from config.shared.statements import Batch, insert

logger = logging.getLogger("dayaq.audit")


def log(
    action: str,
    *,
    actor: Actor,
    instance: Model | None = None,
    data: Mapping[str, Any] | None = None,
    batch: Batch | None = None,
) -> None:
    """Write one line of the trail, with `batch` when that runs.

    `action` is worded in `wagtail_hooks.py`.

    `data` holds ids, counts and codes, never answers. A person's name is not written:
    the line refers to the record by its number. Without an instance (a search over all
    registers) the line is about the account that acts.
    """
    about = instance or actor.user
    if about is None:
        raise ValueError("An act without instance needs a user.")
    details = {
        **(data or {}),
        "actor": actor.name,
        "role": actor.role,
        "organization": actor.organization_id,
        "channel": actor.channel,
        "request_id": actor.request_id,
    }
    context = get_active_log_context()
    entry = ModelLogEntry(
        content_type=ContentType.objects.get_for_model(about, for_concrete_model=False),
        object_id=str(about.pk),
        label=str(about),
        action=action,
        user=actor.user or context.user,
        uuid=context.uuid,
        timestamp=timezone.now(),
        data=details,
    )
    entry.clean()  # knows the action, or says so
    # Not `log()` of Wagtail, which reads account and kind of row again before each line.
    insert(entry, batch)
    logger.info(
        action,
        extra={
            "action": action,
            "model": about._meta.label_lower,
            "object_id": about.pk,
            "user_id": actor.user.pk if actor.user else None,
            "request_id": actor.request_id,
        },
    )


def record_read(record: Model, *, actor: Actor, part: str = "record") -> None:
    """Say that somebody looked at a record, before the answer leaves."""
    log("registry.record_read", actor=actor, instance=record, data={"part": part})


def history_read(record: Model, *, actor: Actor, rows: int) -> None:
    """Say that somebody looked at a record's history."""
    log("registry.history_read", actor=actor, instance=record, data={"rows": rows})


def search(
    register: Model | None, *, actor: Actor, filters: Mapping[str, Any], found: int
) -> None:
    """Say that somebody searched a register, or all; `filters` holds no words they typed."""
    log("registry.search", actor=actor, instance=register, data={**filters, "found": found})


def history_search(*, actor: Actor, filters: Mapping[str, Any], found: int) -> None:
    """Say that somebody searched the history; `filters` holds no words they typed."""
    log("registry.history_search", actor=actor, data={**filters, "found": found})


def download(record: Model, *, actor: Actor, name: str) -> None:
    """Say that somebody took a file out of a record."""
    log("registry.download", actor=actor, instance=record, data={"file": name})
