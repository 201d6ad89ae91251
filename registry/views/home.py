"""Where a caseworker's day begins: drafts, forms to fill, what waits."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from config.accounts.access import may_configure
from config.accounts.models import User
from config.shared.labels import pick
from config.shared.text import alphabetically, fold
from content import guide_menu
from forms_builder.models import FormVersion
from registry import access, selectors
from registry.models import Register
from registry.panels import HOME_PANELS
from registry.views.listing import drafts_of

QUICK_ACTIONS = 6


@dataclass(frozen=True)
class FormEntry:
    """A form this person may fill."""

    code: str
    title: str
    purpose: str
    register: str
    mode: str
    is_daily: bool = False


@dataclass(frozen=True)
class FormShelf:
    """The forms of one register."""

    title: str
    forms: list[FormEntry]


def fillable_forms(user: User) -> list[FormEntry]:
    """The current version of every form this person may fill, by title."""
    newest = (
        FormVersion.objects.filter(definition__live=True)
        .order_by("definition_id", "-number")
        .distinct("definition_id")
        .values_list("spec__code", "spec__labels", "spec__purpose", "spec__settings")
    )
    roles = access.rights_of(user).roles
    found = [
        _entry(code, labels, purpose, settings or {}, roles)
        for code, labels, purpose, settings in newest
        if access.may_fill(user, {"settings": settings or {}})
    ]
    return alphabetically(found, lambda entry: entry.title)


def _entry(
    code: str, labels: Any, purpose: Any, settings: Mapping[str, Any], roles: Set[str]
) -> FormEntry:
    """A form; it is daily work when it begins something and is meant for this role."""
    meant_for = settings.get("filled_by", [])
    is_meant = not meant_for or not roles.isdisjoint(meant_for)
    return FormEntry(
        code,
        pick(labels) or code,
        pick(purpose),
        settings.get("register", ""),
        settings.get("mode", "none"),
        is_daily=settings.get("mode") == "create" and is_meant,
    )


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The first page after signing in."""
    assert isinstance(request.user, User)
    may_fill = fillable_forms(request.user)
    context = {
        "panels": [panel for make in HOME_PANELS if (panel := make(request))],
        "drafts": drafts_of(request.user, 5),
        "quick": [entry for entry in may_fill if entry.is_daily][:QUICK_ACTIONS],
        "may_configure": may_configure(request.user),
        "may_audit": bool(selectors.audited_registers(request.user)),
        "may_write_guides": guide_menu.may_write(request.user),
        "more_forms": len(may_fill) > QUICK_ACTIONS,
    }
    return render(request, "portal/home.html", context)


@login_required
def forms(request: HttpRequest) -> HttpResponse:
    """Forms this person may fill, by register; `?q=` searches title and purpose."""
    assert isinstance(request.user, User)
    query = request.GET.get("q", "").strip()
    words = fold(query).split()
    found = [
        entry
        for entry in fillable_forms(request.user)
        if all(word in fold(f"{entry.title} {entry.purpose}") for word in words)
    ]
    context = {"shelves": _shelves(found), "q": query, "count": len(found)}
    return render(request, "portal/forms.html", context)


def _shelves(entries: list[FormEntry]) -> list[FormShelf]:
    """Forms under the titles of their registers, in alphabetical order."""
    registers = Register.objects.filter(code__in={entry.register for entry in entries})
    titles = {register.code: register.title for register in registers}
    by_title: dict[str, list[FormEntry]] = {}
    for entry in entries:
        title = titles.get(entry.register) or entry.register or _("Other forms")
        by_title.setdefault(title, []).append(entry)
    return [FormShelf(title, by_title[title]) for title in alphabetically(by_title)]
