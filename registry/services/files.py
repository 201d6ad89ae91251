"""Files that answers refer to become part of the submission."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from config.accounts.actors import Actor
from config.shared.statements import Batch
from registry.models import Attachment, Draft, Submission


def claim_files(
    submission: Submission, answers: Any, actor: Actor, draft: Draft | None = None
) -> None:
    """Tie the writer's own free files that the answers name to the submission.

    Strangers are all one to us: theirs are the files of their very draft.
    """
    uuids = {uuid for uuid in file_ids(answers) if _is_uuid(uuid)}
    if uuids:
        own = Q(uploaded_by=actor.user) if actor.user else Q(uploaded_by=None, draft=draft)
        Attachment.objects.filter(own, uuid__in=uuids, submission=None).update(
            submission=submission, draft=None
        )


DROP = """
WITH freed AS (UPDATE registry_attachment SET draft_id = NULL WHERE draft_id = %s)
DELETE FROM registry_draft WHERE id = %s
"""


def drop_draft(draft: Draft, batch: Batch) -> None:
    """Delete a draft that has become a submission; files that it did not send stay free."""
    batch.add(DROP, [draft.pk, draft.pk])


def file_ids(answers: Any) -> Iterator[str]:
    """The ids of every file ({"id", "name", "size", "type"}) in the answers, at any depth."""
    if isinstance(answers, dict):
        if {"id", "name", "size", "type"} <= answers.keys():
            yield str(answers["id"])
        for value in answers.values():
            yield from file_ids(value)
    elif isinstance(answers, list):
        for value in answers:
            yield from file_ids(value)


def _is_uuid(text: str) -> bool:
    try:
        Attachment._meta.get_field("uuid").to_python(text)
    except ValidationError:
        return False
    return True
