"""Steps and referrals in words: what a page shows of them to one reader."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.accounts.models import User
from protocols import selectors
from protocols.models import Event, Notice, Referral, Step
from protocols.words import ACTION_ICONS, ACTION_WORDS, Text, span_in_words
from registry import access
from registry.models import Record
from registry.rules import rule_book

# The headings of a worklist, in the order of the time.
OVERDUE = gettext_lazy("Overdue")
TODAY = gettext_lazy("Today")
TOMORROW = gettext_lazy("Tomorrow")
LATER = gettext_lazy("Later")
UNDATED = gettext_lazy("Without a term")


@dataclass(frozen=True)
class Due:
    """When something is due: how far it is, the exact time, and the tone of its badge."""

    text: str
    tone: str
    when: str = ""


@dataclass(frozen=True)
class RecordLine:
    """A record as far as the reader may know it; without `url` it cannot be opened."""

    key: str
    title: str = ""
    url: str = ""


@dataclass(frozen=True)
class StepLine:
    """One step of a list; `group` is the heading under which it stands."""

    step: Step
    due: Due | None
    record: RecordLine | None
    group: Text = ""

    @property
    def action(self) -> Text:
        """What it asks, in a few words."""
        return ACTION_WORDS[self.step.action["type"]]

    @property
    def icon(self) -> str:
        """The picture of its kind."""
        return ACTION_ICONS[self.step.action["type"]]


@dataclass(frozen=True)
class NoticeLine:
    """One notice; `subject` names no person, `is_openable` says whether its link leads on."""

    notice: Notice
    subject: str
    protocol: str
    is_openable: bool


def due_of(item: Step | Referral, now: datetime) -> Due | None:
    """How the time of a step or referral stands or stood; None when it has none."""
    if item.due_at is None:
        return None
    ended = item.done_at if isinstance(item, Step) else item.answered_at
    when = timezone.localtime(item.due_at).strftime("%d.%m.%Y %H:%M")
    if ended is not None:
        return _kept(item.due_at, ended, when)
    if item.due_at < now:
        text = _("{span} overdue").format(span=span_in_words(now - item.due_at))
        return Due(text, "danger", when)
    left = span_in_words(item.due_at - now)
    if (day := timezone.localdate(item.due_at)) == timezone.localdate(now):
        return Due(_("Today, {span} left").format(span=left), "warn", when)
    if day == timezone.localdate(now) + timedelta(days=1):
        return Due(_("Tomorrow, {span} left").format(span=left), "warn", when)
    return Due(_("{span} left").format(span=left), "info", when)


def _kept(due: datetime, ended: datetime, when: str) -> Due:
    """Whether what is over was done in time."""
    if ended <= due:
        return Due(_("In time"), "ok", when)
    return Due(_("{span} late").format(span=span_in_words(ended - due)), "warn", when)


def group_of(item: Step, now: datetime) -> Text:
    """The heading of a worklist under which the open step stands."""
    if item.due_at is None:
        return UNDATED
    if item.due_at <= now:
        return OVERDUE
    today: date = timezone.localdate(now)
    days = (timezone.localdate(item.due_at) - today).days
    return {0: TODAY, 1: TOMORROW}.get(days, LATER)


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
        StepLine(
            step, due_of(step, now), records.get(step.run.record_id or 0), group_of(step, now)
        )
        for step in steps
    ]


def notice_lines(user: User, notices: Sequence[Notice], now: datetime) -> list[NoticeLine]:
    """Notices in words; a constant number of queries."""
    steps = [notice.step_id for notice in notices if notice.step_id]
    sent = [notice.referral_id for notice in notices if notice.referral_id]
    seen = set(selectors.steps_for(user, now).filter(pk__in=steps).values_list("pk", flat=True))
    known = selectors.referrals_for(user, now).filter(pk__in=sent)
    read = set(known.values_list("pk", flat=True))
    return [
        NoticeLine(
            notice,
            subject=_subject(notice),
            protocol=notice.step.run.version.title if notice.step else "",
            is_openable=notice.step_id in seen or notice.referral_id in read,
        )
        for notice in notices
    ]


@dataclass(frozen=True)
class EventLine:
    """What happened: a sentence, who did it, and the reason given."""

    text: str
    event: Event
    reason: str


def event_lines(events: Iterable[Event]) -> list[EventLine]:
    """The history of a step or referral in words, newest first."""
    found = list(events)
    people = {event.data.get("to") for event in found if event.kind == Event.Kind.ASSIGNED}
    named = User.objects.filter(pk__in=people - {None}) if people - {None} else ()
    names = {user.pk: str(user) for user in named}
    lines = [EventLine(_happened(e, names), e, e.data.get("reason", "")) for e in found]
    return lines[::-1]


def _happened(event: Event, names: dict[int, str]) -> str:
    """The kind of event with what its data adds: a state, a person, how many were told."""
    what = str(event.get_kind_display())
    if state := event.data.get("state"):
        return f"{what}: {dict(Referral.State.choices).get(state, state)}"
    if event.kind == Event.Kind.ASSIGNED:
        to = names.get(event.data.get("to", 0))
        return _("{what} to {person}").format(what=what, person=to) if to else what
    if event.kind in (Event.Kind.NOTIFIED, Event.Kind.ESCALATED) and "people" in event.data:
        return _("{what}, people told: {n}").format(what=what, n=event.data["people"])
    return what


def _subject(notice: Notice) -> str:
    """The step's title, or the other end of the referral and what was asked for."""
    if notice.step is not None:
        return notice.step.title
    assert notice.referral is not None
    referral = notice.referral
    is_received = notice.kind == Notice.Kind.REFERRAL
    other = referral.from_organization if is_received else referral.to_organization
    return ": ".join(text for text in (str(other or ""), referral.asked[:80]) if text)
