"""The auditor's desk: who changed what, when and why; nothing here changes anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.accounts.actors import Actor
from config.accounts.models import User
from config.shared.moments import read_moment
from config.shared.text import sort_key
from forms_builder.models import FormVersion
from forms_builder.selectors import ListSnapshot
from registry import access, audit, selectors
from registry.differences import attribute_differences, submission_diff
from registry.history_search import WHATS, Mark
from registry.models import ChangeKind, Record, Submission
from registry.rules import Rules, rule_book

PAGE = 50
YEARS = range(1900, 2200)  # others are slips of the finger
FILTERS = ("person", "user", "field", "register", "kind", "since", "until")


@dataclass
class Act:
    """One act on one record: the rows of record and submission that it wrote together."""

    entry: selectors.Entry
    parts: list[selectors.Entry]


def acts_of(entries: Sequence[selectors.Entry]) -> list[Act]:
    """Rows that one act wrote share the database's time; shown as one line."""
    acts: dict[tuple[Any, ...], Act] = {}
    for entry in entries:
        key = (entry.record.pk, entry.row.recorded_at)
        act = acts.setdefault(key, Act(entry, []))
        act.parts.append(entry)
        if entry.what == "record":
            act.entry = entry
    return list(acts.values())


@login_required
def history(request: HttpRequest) -> HttpResponse:
    """Changes by person, user, field, register and time; the newest first."""
    registers = selectors.audited_registers(request.user)
    if not registers:
        raise PermissionDenied(_("Reading the history needs an auditor's appointment."))
    given = {name: request.GET.get(name, "").replace("\0", "").strip() for name in FILTERS}
    problems: list[str] = []
    query = _query(given, request.GET.get("before", ""), problems)
    entries = [] if problems else selectors.history_search(request.user, query, limit=PAGE)
    _note(request, registers, given, len(entries))
    context = {
        "acts": acts_of(entries),
        "given": given,
        "is_filtered": any(given.values()),
        "problems": problems,
        "registers": registers,
        "kinds": ChangeKind.choices,
        "fields": _fields(registers, given["register"]),
        "next_url": _next_url(given, entries),
    }
    return render(request, "audit/history.html", context)


def _query(given: dict[str, str], before: str, problems: list[str]) -> selectors.HistoryQuery:
    """The question that was asked; what cannot be read is said in `problems`."""
    user = User.objects.filter(username=given["user"]).first() if given["user"] else None
    since = _day(given["since"], problems)
    until = _day(given["until"], problems)
    return selectors.HistoryQuery(
        person=given["person"],
        user_id=user.pk if user else None,
        actor_name="" if user else given["user"],
        field=given["field"],
        register=given["register"],
        kind=given["kind"] if given["kind"] in ChangeKind.values else "",
        since=since,
        until=until + timedelta(days=1) if until else None,
        before=_before(before),
    )


def _day(text: str, problems: list[str]) -> datetime | None:
    """The start of a day in Baku, written 2026-11-22 or 22.11.2026."""
    if not text:
        return None
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            day = datetime.strptime(text, form).date()
        except ValueError:
            continue
        if day.year in YEARS:
            return _start(day)
    problems.append(_("“%(text)s” is not a date. Write it like 22.11.2026.") % {"text": text})
    return None


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _before(text: str) -> Mark | None:
    """Where the page before ended, as `_next_url` says it; None for anything else."""
    at, _separator, rest = text.partition("~")
    recorded, _separator, place = rest.partition("~")
    what, _separator, number = place.partition("~")
    moment, recorded_at = read_moment(at), read_moment(recorded)
    if moment is None or recorded_at is None or what not in WHATS:
        return None
    is_number = number.isdecimal() and len(number) < 18
    return Mark(moment, recorded_at, what, int(number)) if is_number else None


def _next_url(given: dict[str, str], entries: list[selectors.Entry]) -> str:
    if len(entries) < PAGE:
        return ""
    last = entries[-1]
    moments = (last.row.history_date, last.row.recorded_at)
    before = "~".join([*(each.isoformat() for each in moments), last.what, str(last.row.pk)])
    return f"?{urlencode({**{k: v for k, v in given.items() if v}, 'before': before})}"


def _fields(registers: list[Rules], code: str) -> list[tuple[str, str]]:
    """Fields to choose from: those of the chosen register, and what every record has."""
    common = [("status", _("Status")), ("assignee_id", _("Assigned to"))]
    chosen = next((rules for rules in registers if rules.code == code), None)
    if chosen is None:
        return common
    own = [(name, attribute.label) for name, attribute in chosen.attributes.items()]
    return [*common, *sorted(own, key=lambda pair: sort_key(pair[1]))]


def _note(
    request: HttpRequest, registers: list[Rules], given: dict[str, str], found: int
) -> None:
    """Auditors leave a trail too; the person they looked for is not written."""
    code = given["register"] or registers[0].code
    rules = rule_book().by_code.get(code, registers[0])
    shown: dict[str, Any] = {**given, "person": bool(given["person"]), "desk": "history"}
    audit.search(
        rules.register,
        actor=Actor.for_request(request),
        filters=shown,
        found=found,
    )


@login_required
def change(request: HttpRequest, what: str, history_id: int) -> HttpResponse:
    """One change, field by field, in the words of the version it was made in."""
    try:
        before, row, record = selectors.change_of(request.user, what, history_id)
    except Record.DoesNotExist as error:
        raise Http404("no such change") from error
    audit.history_read(record, actor=Actor.for_request(request), rows=1)
    fields = access.fields_for(request.user, record)
    rules = rule_book().by_id[record.register_id]
    context = {
        "row": row,
        "before": before,
        "what": what,
        "record": record,
        "title": fields.title(record, rules),
        "rules": rules,
        "kind": ChangeKind(row.change_kind).label,
        "differences": _differences(what, before, row, rules, fields),
        "moves": _moves(what, before, row, rules),
        "may_open": access.records_for(request.user).filter(pk=record.pk).exists(),
        "shows_form": _may_know_form(request.user, row),
        "form_title": _form_title(row),
    }
    return render(request, "audit/change.html", context)


def _form_title(row: Any) -> str:
    """The form in the words of the version that was filled in."""
    versions = FormVersion.objects.filter(definition__code=row.form_code)
    version = versions.filter(number=row.form_number).first() if row.form_code else None
    return version.title if version else str(row.form_code)


def _may_know_form(user: access.Visitor, row: Any) -> bool:
    """Whether the form that changed this record belongs to one that the reader may see.

    A person is made known by a report that may be hidden, even that there is one.
    """
    records = [access.records_for(user, purpose) for purpose in ("read", "audit")]
    sent = Submission.objects.filter(uuid=row.submission_uuid)
    return sent.filter(Q(record__in=records[0]) | Q(record__in=records[1])).exists()


def _differences(
    what: str, before: Any, row: Any, rules: Rules, fields: access.Fields
) -> list[selectors.Difference]:
    language = get_language() or "az"
    if what == "submission":
        return submission_diff(before, row, language, fields, ListSnapshot().choices)
    old = before.attributes if before else {}
    return attribute_differences(rules, old, row.attributes, language, fields)


def _moves(what: str, before: Any, row: Any, rules: Rules) -> list[tuple[str, str, str]]:
    """(what, old, new) of the parts of a record beside its attributes."""
    if what != "record" or before is None:
        return []
    found = []
    if before.status != row.status:
        found.append(
            (_("Status"), rules.status_label(before.status), rules.status_label(row.status))
        )
    if before.assignee_id != row.assignee_id:
        names = User.objects.in_bulk({before.assignee_id, row.assignee_id} - {None})
        found.append(
            (
                _("Assigned to"),
                str(names.get(before.assignee_id, "–")),
                str(names.get(row.assignee_id, "–")),
            )
        )
    return found


@login_required
def record_history(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Everything that happened to one record, with every value before and after."""
    try:
        record = selectors.record_with_history(request.user, uuid=uuid)
    except Record.DoesNotExist as error:
        raise Http404("no such record") from error
    events = selectors.record_timeline(request.user, record)
    audit.history_read(record, actor=Actor.for_request(request), rows=len(events))
    fields = access.fields_for(request.user, record)
    rules = rule_book().by_id[record.register_id]
    context = {
        "record": record,
        "rules": rules,
        "title": fields.title(record, rules),
        "events": events,
        "may_open": access.records_for(request.user).filter(pk=record.pk).exists(),
    }
    return render(request, "audit/record.html", context)
