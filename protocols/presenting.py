"""Steps and referrals in words: what a page shows of them to one reader."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.accounts.models import User
from protocols import selectors
from protocols.models import Referral, Step
from registry import access
from registry.models import Record
from registry.rules import rule_book


@dataclass(frozen=True)
class Due:
    """When something is due: a sentence, and the tone of its badge."""

    text: str
    tone: str


@dataclass(frozen=True)
class RecordLine:
    """A record as far as the reader may know it; without `url` it cannot be opened."""

    key: str
    title: str = ""
    url: str = ""


@dataclass(frozen=True)
class StepLine:
    """One step of a list."""

    step: Step
    due: Due | None
    record: RecordLine | None


def due_of(item: Step | Referral, now: datetime) -> Due | None:
    """How the time of an open step or referral stands; None when it has none."""
    if item.due_at is None:
        return None
    when = timezone.localtime(item.due_at)
    texts = {"day": when.strftime("%d.%m.%Y"), "time": when.strftime("%H:%M")}
    if item.is_overdue(now):
        return Due(_("Overdue since {day} {time}").format(**texts), "danger")
    if when.date() == timezone.localdate(now):
        return Due(_("Today until {time}").format(**texts), "warn")
    return Due(_("Until {day} {time}").format(**texts), "info")


def record_lines(user: User, records: Iterable[Record | None]) -> dict[int, RecordLine]:
    """What the user may know of each record; a constant number of queries."""
    known = {record.pk: record for record in records if record is not None}
    visible = selectors.visible_record_ids(user, known.values())
    readable = [record for pk, record in known.items() if pk in visible]
    book = rule_book().by_id
    access.note_referred(user, readable, {book[one.register_id] for one in readable})
    lines = {pk: RecordLine(record.key) for pk, record in known.items()}
    for record in readable:
        rules = book[record.register_id]
        title = access.fields_for(user, record, rules).title(record, rules)
        url = reverse("portal:record", args=[record.uuid])
        lines[record.pk] = RecordLine(record.key, title, url)
    return lines


def step_lines(user: User, steps: Sequence[Step], now: datetime) -> list[StepLine]:
    """The steps of a list in words."""
    records = record_lines(user, [step.run.record for step in steps])
    return [
        StepLine(step, due_of(step, now), records.get(step.run.record_id or 0))
        for step in steps
    ]
