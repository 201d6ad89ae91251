"""Drafts: forms that people are filling. Nothing typed is lost, whoever else writes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from config.accounts.models import User
from config.shared.definitions import digest
from forms_builder.models import FormVersion
from forms_builder.rendering import merge
from forms_builder.rendering.structure import answer_keys, places_of, scope_answers
from forms_builder.schema import METADATA, Place
from registry.models import Attachment, Draft, Record, Submission

Answers = Mapping[str, Any]
UNCLAIMED_DAYS = 2  # a file without draft or submission is kept, and nobody's any more


# What a list or page of drafts must not read from the database each time.
LARGE_COLUMNS = (
    "form_version__spec",
    "form_version__compiled",
    "form_version__definition__sections",
    "form_version__definition__extra",
    "form_version__definition__tests",
)


@dataclass(frozen=True)
class Difference:
    """One answer that two windows gave differently."""

    place: Place
    saved: Any
    typed: Any


class DraftConflict(Exception):
    """The draft was saved elsewhere meanwhile; `draft` is as it stands now."""

    def __init__(self, draft: Draft, differences: list[Difference]) -> None:
        super().__init__(f"draft {draft.pk}: {len(differences)} answer(s) differ")
        self.draft, self.differences = draft, differences


def start(
    *,
    version: FormVersion,
    user: User,
    now: datetime,
    answers: Answers,
    record: Record | None = None,
    protocol_step: UUID | None = None,
) -> Draft:
    """A draft of `version`; one that was opened and never touched is taken again."""
    untouched = _untouched(version, user, record, protocol_step, answers)
    if untouched is not None:
        Draft.objects.filter(pk=untouched.pk).update(
            updated_at=now,
            answers=dict(answers),
            record_row_version=record.row_version if record else None,
        )
        untouched.refresh_from_db()
        return untouched
    return Draft.objects.create(
        form_version=version,
        user=user,
        record=record,
        record_row_version=record.row_version if record else None,
        protocol_step=protocol_step,
        answers=dict(answers),
        updated_at=now,
    )


def _untouched(
    version: FormVersion,
    user: User,
    record: Record | None,
    protocol_step: UUID | None,
    answers: Answers,
) -> Draft | None:
    """A draft that began like this one and that nobody typed in; when it began, and other
    things that nobody types, may differ."""
    drafts = Draft.objects.filter(
        form_version=version,
        user=user,
        record=record,
        protocol_step=protocol_step,
        row_version=1,
    )
    spec = version.spec
    asked = scope_answers(spec.get("children", ()), places_of(spec))
    unasked = {place.key for place in asked if place.type in METADATA}

    def typed(found: Answers) -> dict[str, Any]:
        return {key: value for key, value in found.items() if key not in unasked}

    wanted = typed(answers)
    return next((draft for draft in drafts if typed(draft.answers) == wanted), None)


def start_public(
    *, version: FormVersion, secret_digest: str, now: datetime, answers: Answers
) -> Draft:
    """A draft of somebody without an account, held by a secret code."""
    return Draft.objects.create(
        form_version=version, secret_digest=secret_digest, answers=dict(answers), updated_at=now
    )


@transaction.atomic
def discard_forgotten(now: datetime, most: int = 20) -> None:
    """Throw away drafts of citizens that nobody has touched for PUBLIC_DRAFT_DAYS.

    Each is held meanwhile: one that somebody just goes on with is left alone.
    """
    before = now - timedelta(days=settings.PUBLIC_DRAFT_DAYS)
    forgotten = Draft.objects.filter(user=None, updated_at__lt=before).order_by("updated_at")
    for draft in forgotten.select_for_update(skip_locked=True)[:most]:
        discard(draft)


@transaction.atomic
def discard_unclaimed(now: datetime, most: int = 50) -> None:
    """Throw away files that were taken out of a form before it was sent, after some days."""
    before = now - timedelta(days=UNCLAIMED_DAYS)
    free = Attachment.objects.filter(submission=None, draft=None, uploaded_at__lt=before)
    _delete_files(list(free.select_for_update(skip_locked=True)[:most]))


def open_amendment(*, submission: Submission, user: User, now: datetime) -> Draft:
    """A draft that holds what was sent in; one that this person began is taken again."""
    begun = submission.amendments.filter(user=user).order_by("-updated_at").first()
    if begun is not None:
        return begun
    return Draft.objects.create(
        form_version=submission.form_version,
        user=user,
        record=submission.record,
        answers=submission.answers,
        amends=submission,
        amends_row_version=submission.row_version,
        updated_at=now,
    )


def fingerprint(answers: Answers, keys: Iterable[str]) -> str:
    """What changes whenever one of these answers does."""
    return digest({key: answers[key] for key in sorted(keys) if key in answers})[:16]


@transaction.atomic
def save(
    *,
    draft: Draft,
    posted: Answers,
    expected: int | None,
    step: str,
    now: datetime,
    seen: str = "",
) -> Draft:
    """Put the answers of one section into the draft; returns it as stored.

    `expected` is the row version that the page was drawn from (None: whatever it is),
    `seen` the fingerprint of the section's answers then: work on other sections is no
    conflict.
    Raises DraftConflict when another window saved other answers to the same questions.
    """
    current = Draft.objects.select_for_update().get(pk=draft.pk)
    is_stale = expected is not None and expected != current.row_version
    if is_stale and seen != fingerprint(current.answers, posted):
        found = differences(current, posted)
        if found:
            raise DraftConflict(current, found)
    merged = merge(current.answers, posted)
    if merged != current.answers or step != current.step:
        current.answers, current.step = merged, step
        current.row_version += 1
        current.updated_at = now
        current.save(update_fields=["answers", "step", "row_version", "updated_at"])
    return current


def differences(draft: Draft, posted: Answers) -> list[Difference]:
    """Answers in the draft that differ from those posted."""
    places = top_places(draft.form_version)
    return [
        Difference(places[key], draft.answers.get(key), value)
        for key, value in posted.items()
        if draft.answers.get(key) != value
    ]


def top_places(version: FormVersion) -> dict[str, Place]:
    """The questions and repeats of the outermost scope by their key."""
    spec = version.spec
    return {
        key: place
        for place in scope_answers(spec.get("children", ()), places_of(spec))
        for key in answer_keys(place)
    }


def _row_list(answers: dict[str, Any], path: str) -> list[Any] | None:
    """The rows of the repeat at `path`, made when there are none; None for no such place."""
    *rows, key = path.split("]/")
    here: Any = answers
    try:
        for row in rows:
            name, _, number = row.rpartition("[")
            here = here[name][int(number)]
        if here.get(key) is None:
            here[key] = []
        found = here[key]
    except (KeyError, IndexError, ValueError, TypeError, AttributeError):
        return None
    return found if isinstance(found, list) else None


def add_row(answers: dict[str, Any], path: str, row: Answers) -> None:
    """Add `row` to the repeat at `path`; a path that leads nowhere does nothing."""
    rows = _row_list(answers, path)
    if rows is not None:
        rows.append(dict(row))


def remove_row(answers: dict[str, Any], path: str) -> None:
    """Take the row "members[1]" away; a path that leads nowhere does nothing."""
    repeat, _, number = path.removesuffix("]").rpartition("[")
    rows = _row_list(answers, repeat)
    is_place = number.isdecimal() and len(number) < 10
    if rows is not None and is_place and int(number) < len(rows):
        del rows[int(number)]


def move_row(answers: dict[str, Any], path: str, by: int) -> None:
    """Move the row "members[1]" up (-1) or down (1); past an end it stays."""
    repeat, _, number = path.removesuffix("]").rpartition("[")
    rows = _row_list(answers, repeat)
    if rows is None or not number.isdecimal() or len(number) >= 10:
        return
    old, new = int(number), int(number) + by
    if old < len(rows) and 0 <= new < len(rows):
        rows[old], rows[new] = rows[new], rows[old]


def put(answers: dict[str, Any], path: str, value: Any) -> None:
    """Set the answer at `path` ("members[0]/photo") in a map that has its rows."""
    *rows, key = path.split("]/")
    here: Any = answers
    for row in rows:
        name, _, number = row.rpartition("[")
        here = here[name][int(number)]
    here[key] = value


@dataclass(frozen=True)
class CarryOver:
    """What a newer version of the form would take of a draft's answers, and what not."""

    answers: dict[str, Any]
    dropped: dict[str, Any]


def carry_over(draft: Draft, version: FormVersion) -> CarryOver:
    """The draft's answers under the keys of `version`; nothing is stored."""
    places = top_places(version)
    known = {key for key, place in places.items() if not place.is_retired}
    return CarryOver(
        {key: value for key, value in draft.answers.items() if key in known},
        {key: value for key, value in draft.answers.items() if key not in known},
    )


@transaction.atomic
def move_to(*, draft: Draft, version: FormVersion, now: datetime) -> Draft:
    """Go on filling in `version`, as the writer asked for."""
    current = Draft.objects.select_for_update().get(pk=draft.pk)
    current.answers = carry_over(current, version).answers
    current.form_version = version
    current.row_version += 1
    current.updated_at = now
    current.save()
    return current


@transaction.atomic
def discard(draft: Draft) -> None:
    """Throw a draft away with its files; these go when the rows are certain to have gone."""
    # First the draft, as whoever sends it does, so that neither waits for the other.
    Draft.objects.select_for_update().filter(pk=draft.pk).first()
    # Held, so that a submission which is just taking a file keeps it.
    _delete_files(list(draft.attachments.select_for_update().filter(submission=None)))
    draft.delete()


def _delete_files(attachments: Iterable[Attachment]) -> None:
    """Delete the rows, and the files when the rows are certain to have gone."""
    for attachment in attachments:
        attachment.delete()

    def delete_files() -> None:
        for attachment in attachments:
            attachment.file.delete(save=False)

    transaction.on_commit(delete_files)
