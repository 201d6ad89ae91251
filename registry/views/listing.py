"""Drafts as lists show them, read without the forms themselves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from config.accounts.models import User
from config.shared.labels import pick
from registry.models import Draft


@dataclass(frozen=True)
class DraftLine:
    """One draft in a list."""

    uuid: UUID
    title: str
    record_key: str
    updated_at: datetime
    is_withdrawn: bool


def drafts_of(user: User, limit: int, **only: Any) -> list[DraftLine]:
    """Someone's drafts that hold answers, the one touched last first."""
    rows = Draft.objects.filter(user=user, row_version__gt=1, **only).order_by("-updated_at")
    columns = ("uuid", "form_version__spec__labels", "record__key", "updated_at")
    return [
        DraftLine(uuid, pick(labels), key or "", updated_at, not live)
        for uuid, labels, key, updated_at, live in rows.values_list(
            *columns, "form_version__definition__live"
        )[:limit]
    ]
