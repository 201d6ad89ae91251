"""Writing protocols: the admin's clicks and the demo come through here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from config.accounts.actors import Actor
from config.shared import definitions
from protocols.models import Protocol, ProtocolVersion
from protocols.schema import spec_from_pack


@transaction.atomic
def save_protocol(code: str, spec: Mapping[str, Any], actor: Actor) -> Protocol:
    """Make `spec` the newest draft of protocol `code`, new or existing; nothing is published.

    `spec` has the shape of `protocols.schema`; a protocol of the demonstration pack (it has
    `name_az`) is translated first. A draft that already says the same makes no revision.
    """
    if "name_az" in spec:
        spec = spec_from_pack(spec)
    found = Protocol.objects.select_for_update().filter(code=code).first()
    draft = found.get_latest_revision_as_object() if found else Protocol(code=code, live=False)
    before = draft.build_spec() if found else None
    draft.apply_spec(spec)
    if found is None:
        draft.save()
    if draft.build_spec() != before:
        draft.save_revision(user=actor.user, log_action=True, clean=False)
    return Protocol.objects.get(code=code)


def publish_protocol(definition: Protocol, *, actor: Actor, now: datetime) -> ProtocolVersion:
    """Publish the newest draft; the version in force afterwards. Raises ProblemsFound."""
    version: ProtocolVersion = definitions.publish(definition, actor=actor.user, now=now)
    return version
