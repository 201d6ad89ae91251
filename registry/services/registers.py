"""Writing register definitions; an admin's clicks and the demo come through here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from config.accounts.actors import Actor
from config.shared import definitions
from registry.models import Register, RegisterVersion


@transaction.atomic
def save_register(code: str, spec: Mapping[str, Any], actor: Actor) -> Register:
    """Make `spec` the newest draft of register `code`; nothing is published.

    A draft that already says the same makes no new revision.
    """
    register = Register.objects.select_for_update().filter(code=code).first()
    is_new = register is None
    draft = Register(code=code, live=False) if register is None else _draft(register)
    before = None if is_new else draft.build_spec()
    draft.apply_spec(dict(spec))
    if is_new:
        draft.save()
    if draft.build_spec() != before:
        draft.save_revision(user=actor.user, log_action=True, clean=False)
    draft.refresh_from_db()
    return draft


def _draft(register: Register) -> Register:
    draft: Register = register.get_latest_revision_as_object()
    return draft


def publish_register(register: Register, *, actor: Actor, now: datetime) -> RegisterVersion:
    """Publish the newest draft; the version in force afterwards. Raises ProblemsFound."""
    version: RegisterVersion = definitions.publish(register, actor=actor.user, now=now)
    return version
