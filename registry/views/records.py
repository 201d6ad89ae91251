"""Registers and records on the screen: lists, one record, everything about a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language

from config.accounts.actors import Actor
from config.accounts.models import Appointment, User
from config.shared.text import sort_key
from content.models import Place
from forms_builder.models import FormVersion
from forms_builder.rendering import SectionWords, in_words
from forms_builder.selectors import ListSnapshot
from registry import access, audit, selectors
from registry.correcting import own_until
from registry.models import Record, Register, Submission
from registry.panels import RECORD_PANELS, Panel
from registry.rules import Rules, rule_book

FIRST_EVENTS = 8
# Every list begins with these, whatever its columns.
SHOWN_FIRST = frozenset({"key", "title", "status"})


@dataclass(frozen=True)
class Sheet:
    """One submission of a record in words, as its reader may see it."""

    submission: Submission
    sections: list[SectionWords]
    may_amend: bool
    until: datetime | None = None  # the end of the reader's own time for corrections


@login_required
def registers(request: HttpRequest) -> HttpResponse:
    """The registers that this person may read."""
    context = {"registers": selectors.registers_for(request.user)}
    return render(request, "portal/registers.html", context)


@login_required
def register(request: HttpRequest, code: str) -> HttpResponse:
    """A register's records with search and filters; one page at a time."""
    filters = _filters(request)
    try:
        page = selectors.records_list(
            request.user, code, cursor=request.GET.get("cursor", ""), **filters
        )
    except Register.DoesNotExist as error:
        raise Http404(code) from error
    except selectors.BadCursor:
        return redirect("portal:register", code)
    _note_search(request, page.rules, filters, len(page.rows))
    context = {
        "page": page,
        "columns": [column.label for column in page.columns if column.name not in SHOWN_FIRST],
        "rows": [(row, _labelled(page, row)) for row in page.rows],
        "filters": filters,
        "is_filtered": any(filters.values()),
        "statuses": selectors.statuses_of(page.rules),
        "regions": districts_by_region(),
        "next_url": _next_url(filters, page.next),
        "forms": selectors.forms_for(request.user, code, "create"),
    }
    return render(request, "portal/register.html", context)


def _labelled(
    page: selectors.RecordPage, row: selectors.Row
) -> list[tuple[str, selectors.Cell]]:
    """The cells of a row beside those shown first, each with its column's label."""
    labels = {column.name: column.label for column in page.columns}
    return [(labels[cell.column], cell) for cell in row.cells if cell.column not in SHOWN_FIRST]


def districts_by_region() -> list[tuple[Place, list[Place]]]:
    """Regions with their districts and cities, both in alphabetical order; one query."""
    places = sorted(Place.objects.all(), key=lambda place: sort_key(str(place)))
    return [
        (region, [place for place in places if place.parent_id == region.pk])
        for region in places
        if region.kind == Place.Kind.REGION
    ]


def _filters(request: HttpRequest) -> dict[str, Any]:
    get = request.GET
    names = ("query", "status", "district")
    values: dict[str, Any] = {
        name: get.get(name, "").replace("\0", "").strip()[:200] for name in names
    }
    return {**values, "mine": bool(get.get("mine"))}


def _next_url(filters: dict[str, Any], cursor: str) -> str:
    given = {name: "1" if value is True else value for name, value in filters.items() if value}
    return f"?{urlencode({**given, 'cursor': cursor})}" if cursor else ""


def _note_search(
    request: HttpRequest, rules: Rules, filters: dict[str, Any], found: int
) -> None:
    """Leave a line in the trail before the answer leaves; without the words that were typed."""
    shown = {**filters, "query": bool(filters["query"])}
    audit.search(
        Register.objects.get(pk=rules.register_id),
        actor=Actor.for_request(request),
        filters=shown,
        found=found,
    )


@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Records of every register by number, FIN or name."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:200]
    found = selectors.search_everywhere(request.user, query) if query else []
    for rules in {rules.register_id: rules for rules, _row in found}.values():
        count = sum(other is rules for other, _row in found)
        _note_search(request, rules, {"query": query}, count)
    if len(found) == 1 and found[0][1].record.key == query.upper():
        return redirect("portal:record", found[0][1].record.uuid)
    context = {"found": found, "q": query, "is_short": bool(query) and len(query) < 2}
    return render(request, "portal/search.html", context)


@login_required
def record(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One record: what it says, its forms, its people, its protocols, its history."""
    found = visible_record(request, uuid)
    audit.record_read(found, actor=Actor.for_request(request))
    return render(request, "portal/record.html", record_context(request, found))


def visible_record(request: HttpRequest, uuid: UUID, purpose: str = "read") -> Record:
    """The record, or 404 when there is none or this person may not see it."""
    try:
        return selectors.record_for(request.user, uuid, purpose)
    except Record.DoesNotExist as error:
        raise Http404("no such record") from error


def record_context(request: HttpRequest, found: Record, **more: Any) -> dict[str, Any]:
    """What the record page shows to this reader."""
    user = request.user
    rules = rule_book().by_id[found.register_id]
    fields = access.fields_for(user, found)
    events = selectors.record_timeline(user, found)
    is_whole = bool(request.GET.get("history"))
    view = selectors.person_view(user, found)
    return {
        "record": found,
        "rules": rules,
        "title": fields.title(found, rules),
        "status": rules.status_label(found.status),
        "is_closed": rules.is_closed(found.status),
        "is_partial": fields.is_partial,
        "attributes": selectors.attributes_in_words(rules, found, fields),
        "sheets": sheets_of(request, found, fields),
        "view": view,
        "person_title": _title(user, view.person) if view.person else "",
        "panels": [] if fields.is_partial else _panels(request, found),
        "events": events if is_whole else events[:FIRST_EVENTS],
        "more_events": 0 if is_whole else max(0, len(events) - FIRST_EVENTS),
        "update_forms": _update_forms(user, rules, fields),
        "moves": rules.moves_from(found.status) if "transition" in fields.actions else [],
        "colleagues": _colleagues(user) if "assign" in fields.actions else [],
        "reasons": [access.grant_in_words(grant) for grant in fields.grants],
        **more,
    }


def _panels(request: HttpRequest, found: Record) -> list[Panel]:
    return [panel for make in RECORD_PANELS if (panel := make(request, found))]


def _title(user: access.Visitor, found: Record) -> str:
    return access.fields_for(user, found).title(found, rule_book().by_id[found.register_id])


def _colleagues(user: access.Visitor) -> list[User]:
    """Who works today in an organization of this person, by name."""
    assert isinstance(user, User)
    today = timezone.localdate()
    organizations = {post.organization_id for post in access.rights_of(user).posts}
    appointed = Appointment.objects.on(today).filter(organization__in=organizations)
    found = User.objects.filter(is_active=True, pk__in=appointed.values("user"))
    return sorted(found, key=lambda person: sort_key(str(person)))


def _update_forms(
    user: access.Visitor, rules: Rules, fields: access.Fields
) -> list[FormVersion]:
    if "update" not in fields.actions:
        return []
    return selectors.forms_for(user, rules.code, "update")


def sheets_of(request: HttpRequest, found: Record, fields: access.Fields) -> list[Sheet]:
    """Every submission of the record, the newest first, in the words of its own version.

    A reader of agreed fields sees those that hold one: a form's title alone tells much.
    """
    choices, language = ListSnapshot().choices, get_language() or "az"
    rows = sorted(selectors.submissions_of(found), key=lambda row: row.pk, reverse=True)
    sheets = [
        Sheet(
            submission=row,
            sections=in_words(
                row.form_version.spec,
                fields.mask(row.answers, row.form_version.spec),
                choices=choices,
                language=language,
            ),
            may_amend=may_amend(request, row, fields),
            until=own_until(row, request.user),
        )
        for row in rows
    ]
    return [sheet for sheet in sheets if sheet.sections or not fields.is_partial]


def may_correct(request: HttpRequest, submission: Submission) -> bool:
    """Whether this person may correct the submission now: as its sender, or by right."""
    if own_until(submission, request.user) is not None:
        return True
    if submission.record is None:
        return False
    return may_amend(request, submission, access.fields_for(request.user, submission.record))


def may_amend(request: HttpRequest, submission: Submission, fields: access.Fields) -> bool:
    """Whether this person may correct the submission: the right and sight of all of it, or
    their own time for corrections."""
    assert isinstance(request.user, User)
    if own_until(submission, request.user) is not None:
        return True
    if "amend" not in fields.actions:
        return False
    masked = fields.mask(submission.answers, submission.form_version.spec)
    return bool(masked == submission.answers)
