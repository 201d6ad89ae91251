"""What a new draft holds before anyone types."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from config.accounts.actors import Actor
from config.accounts.models import User
from forms_builder.evaluation import initial_answers
from forms_builder.models import FormVersion
from registry.services.lookups import RecordLookups


def first_answers(version: FormVersion, user: User | None, now: datetime) -> dict[str, Any]:
    """The defaults of the form's questions outside repeats."""
    local = timezone.localtime(now)
    return initial_answers(
        version.spec,
        today=local.date(),
        now=local,
        lookups=RecordLookups(Actor(user=user, name=str(user))),
        compiled=version.compiled,
    )
