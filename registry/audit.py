"""Who did or saw what: one trail, Wagtail's audit log, mirrored to the process log."""

import logging
from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from wagtail.log_actions import log as wagtail_log

from config.accounts.actors import Actor

logger = logging.getLogger("dayaq.audit")


def log(
    action: str,
    *,
    actor: Actor,
    instance: Model | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write one line of the trail. `action` is worded in `wagtail_hooks.py`.

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
    wagtail_log(instance=about, action=action, user=actor.user, title=str(about), data=details)
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
