"""Before the first step: which record a form belongs to, and what is known already."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Case, Q, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from config.accounts.actors import Actor
from config.accounts.models import User
from config.shared.labels import pick
from config.shared.text import fold
from forms_builder.models import FormDefinition, FormVersion
from registry import access, audit, drafting
from registry.models import Record
from registry.rules import rule_book
from registry.search import matching
from registry.selectors import loaded
from registry.selectors import shown as rows_shown
from registry.services.lookups import lookup_items
from registry.views.defaults import first_answers, known_answers
from registry.views.home import FormEntry, fillable_forms
from registry.views.listing import DraftLine, drafts_of

SHOWN_RECORDS = 20
LONGEST_QUERY = 200


def begin(request: HttpRequest, version: FormVersion) -> HttpResponse:
    """Make a draft and open it; ask for the record, or offer drafts begun before."""
    assert isinstance(request.user, User)
    if not FormDefinition.objects.filter(pk=version.definition_id, live=True).exists():
        return render(request, "portal/form_withdrawn.html", {"version": version}, status=410)
    if not access.may_fill(request.user, version.spec):
        raise PermissionDenied
    record = _record(request, version)
    if record is None and _mode(version) == "update":
        return choose_record(request, version)
    target = record if _mode(version) == "update" else None
    begun = begun_drafts(request.user, version, target)
    if begun and "new" not in request.GET:
        context = {"version": version, "drafts": begun, "query": request.GET.urlencode()}
        return render(request, "portal/drafts_begun.html", context)
    now = timezone.now()
    draft = drafting.start(
        version=version,
        user=request.user,
        now=now,
        answers={
            **first_answers(version, request.user, now),
            **(known_answers(version, request.user, target) if target else {}),
            **_naming(version, record),
        },
        record=target,
        protocol_step=_uuid(request.GET.get("step", "")),
    )
    return redirect("portal:draft", draft.uuid)


def _mode(version: FormVersion) -> str:
    return str(version.spec.get("settings", {}).get("mode", "none"))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _record(request: HttpRequest, version: FormVersion) -> Record | None:
    """The record that the address names, when this person may use it so."""
    if "record" not in request.GET:
        return None
    purpose = "update" if _mode(version) == "update" else "read"
    found = access.records_for(request.user, purpose).select_related("register")
    uuid = _uuid(request.GET["record"])
    record = found.filter(uuid=uuid).first() if uuid else None
    if record is None:
        raise Http404("no such record")
    if _mode(version) == "update" and record.register.code != _register(version):
        raise Http404("the form is not for this register")
    return record


def _register(version: FormVersion) -> str:
    return str(version.spec.get("settings", {}).get("register", ""))


def _naming(version: FormVersion, record: Record | None) -> dict[str, Any]:
    """The answers that name `record`: the form's look-ups of its register."""
    if record is None:
        return {}
    return {
        item.key: record.key
        for item in lookup_items(version.spec)
        if item.node["lookup"]["register"] == record.register.code
    }


def begun_drafts(user: User, version: FormVersion, record: Record | None) -> list[DraftLine]:
    """This person's drafts of the same form on the same record, the newest first."""
    only: dict[str, Any] = {"form_version__definition": version.definition_id}
    if record is not None:
        only["record"] = record
    return drafts_of(user, 5, amends=None, **only)


def choose_record(request: HttpRequest, version: FormVersion) -> HttpResponse:
    """Find the record that an updating form is about, by number or title."""
    query = request.GET.get("q", "").strip()
    found = find_records(request, _register(version), query, "update") if query else []
    context = {
        "version": version,
        "purpose": pick(version.spec.get("purpose")),
        "q": query,
        "found": found,
        "step": request.GET.get("step", ""),
        "beginnings": _beginnings(request.user, _register(version)),
    }
    return render(request, "portal/choose_record.html", context)


def _beginnings(user: Any, register: str) -> list[FormEntry]:
    """The forms that make a record of this register, for whoever finds none."""
    return [
        entry
        for entry in fillable_forms(user)
        if entry.register == register and entry.mode == "create"
    ]


def find_records(
    request: HttpRequest, register: str, query: str, purpose: str
) -> list[dict[str, str]]:
    """Records a person may use, by number, title or search words they may see.

    The search is in the audit trail before the answer leaves.
    """
    user = request.user
    rules = rule_book().by_code.get(register)
    query = query.replace("\0", "")[:LONGEST_QUERY]
    if rules is None or not fold(query):
        return []
    known = matching(user, query, register=register).values("pk")
    rows = access.records_for(user, purpose).filter(
        Q(key__istartswith=query) | Q(pk__in=known), register__code=register
    )
    is_this = Case(When(key__iexact=query, then=0), default=1)
    rows = loaded(rows.order_by(is_this, "-created_at", "-pk"))
    shown = [
        {"key": row.record.key, "uuid": str(row.record.uuid), "title": row.title}
        for row in rows_shown(user, rules, list(rows[:SHOWN_RECORDS]))
    ]
    audit.search(
        rules.register,
        actor=Actor.for_request(request),
        filters={"query": True, "purpose": purpose, "place": "form"},
        found=len(shown),
    )
    return shown
