"""Registers and records on the screen: lists, one record, everything about a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.accounts.actors import Actor
from config.accounts.models import Appointment, User
from config.shared.db import stamp_of_changes
from config.shared.kept import Kept
from config.shared.text import alphabetically
from content.models import Place
from content.selectors import districts_by_region
from forms_builder.models import FormVersion
from forms_builder.rendering import SectionWords, in_words
from forms_builder.rendering.words import Choices
from forms_builder.selectors import ListSnapshot
from registry import access, audit, selectors
from registry.correcting import own_until
from registry.models import Record, Register, Submission
from registry.panels import RECORD_PANELS, Panel
from registry.rules import Rules, rule_book

FIRST_EVENTS, FIRST_SHEETS = 5, 3


@dataclass(frozen=True)
class Sheet:
    """One submission of a record in words, as its reader may see it.

    An older one is drawn when it is asked for: until then it has no sections.
    """

    submission: Submission
    sections: list[SectionWords]
    may_amend: bool
    until: datetime | None = None  # the end of the reader's own time for corrections
    is_drawn: bool = True
    is_open: bool = False


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
        "rows": list(zip(page.rows, _addresses(page.rows), strict=True)),
        "filters": filters,
        "is_filtered": any(filters.values()),
        "statuses": selectors.statuses_of(page.rules),
        "regions": _regions.get(),
        "next_url": _next_url(filters, page.next),
        "forms": selectors.forms_for(request.user, code, "create"),
    }
    return render(request, "portal/register.html", context)


def _addresses(rows: Iterable[selectors.Row]) -> list[str]:
    """The page of each record; to reverse each address would cost as much as drawing it."""
    nobody = UUID(int=0)
    pattern = reverse("portal:record", args=[nobody])
    return [pattern.replace(str(nobody), str(row.record.uuid)) for row in rows]


def _read_regions() -> list[tuple[str, list[tuple[str, str]]]]:
    """Each region with what the filter offers of it: all of it, or one of its districts."""
    every = _("all")
    return [
        (
            str(region),
            [
                (region.code, f"{region}: {every}"),
                *((place.code, str(place)) for place in districts),
            ],
        )
        for region, districts in districts_by_region()
    ]


_regions = Kept(lambda: (stamp_of_changes(Place), get_language()), _read_regions)


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
        rules.register,
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
    if query and not found:  # whoever tries numbers out leaves a trail as well
        actor = Actor.for_request(request)
        audit.search(None, actor=actor, filters={"query": True}, found=0)
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
    most = None if request.GET.get("history") else FIRST_EVENTS
    events, earlier = selectors.newest_events(user, found, most)
    view = selectors.person_view(user, found)
    return {
        "record": found,
        "rules": rules,
        "title": fields.title(found, rules),
        "status": rules.status_label(found.status),
        "is_closed": rules.is_closed(found.status),
        "is_partial": fields.is_partial,
        "attributes": selectors.attributes_in_words(rules, found, fields),
        "sheets": sheets_of(user, found, fields, request.GET.get("open", "")),
        "view": view,
        "person_title": _title(user, view.person) if view.person else "",
        "panels": [] if fields.is_partial else _panels(request, found),
        "events": events,
        "more_events": earlier,
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
    return alphabetically(found)


def _update_forms(
    user: access.Visitor, rules: Rules, fields: access.Fields
) -> list[FormVersion]:
    if "update" not in fields.actions:
        return []
    return selectors.forms_for(user, rules.code, "update")


def sheets_of(
    user: access.Visitor, found: Record, fields: access.Fields, asked: str
) -> list[Sheet]:
    """Every submission of the record, the newest first.

    The newest are drawn, and the one whose uuid is `asked`; it is open, else the newest is.
    A reader of agreed fields sees those that hold one: a form's title alone tells much.
    """
    rows = sorted(selectors.submissions_of(found, user), key=lambda row: row.pk, reverse=True)
    opened = next((row for row in rows if str(row.uuid) == asked), next(iter(rows), None))
    drawn = rows if fields.is_partial else [*rows[:FIRST_SHEETS], opened]
    choices = ListSnapshot().choices
    sheets = [
        _sheet(user, row, fields, choices, is_open=row is opened)
        if row in drawn
        else Sheet(row, [], may_amend=False, is_drawn=False)
        for row in rows
    ]
    return [sheet for sheet in sheets if sheet.sections or not fields.is_partial]


def _sheet(
    user: access.Visitor,
    row: Submission,
    fields: access.Fields,
    choices: Choices,
    *,
    is_open: bool,
) -> Sheet:
    """A submission in the words of its own version."""
    assert isinstance(user, User)
    spec = row.form_version.spec
    answers = fields.mask(row.answers, spec)
    return Sheet(
        submission=row,
        sections=in_words(spec, answers, choices=choices, language=get_language() or "az"),
        may_amend=may_amend(user, row, fields),
        until=own_until(row, user),
        is_open=is_open,
    )


def may_correct(request: HttpRequest, submission: Submission) -> bool:
    """Whether this person may correct the submission now: as its sender, or by right."""
    if own_until(submission, request.user) is not None:
        return True
    if submission.record is None:
        return False
    fields = access.fields_for(request.user, submission.record)
    return may_amend(request.user, submission, fields)


def may_amend(user: access.Visitor, submission: Submission, fields: access.Fields) -> bool:
    """Whether `user` may correct the submission: the right and sight of all of it, or
    their own time for corrections."""
    assert isinstance(user, User)
    if own_until(submission, user) is not None:
        return True
    if "amend" not in fields.actions:
        return False
    masked = fields.mask(submission.answers, submission.form_version.spec)
    return bool(masked == submission.answers)
