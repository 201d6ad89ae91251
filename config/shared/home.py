"""The admin's dashboard: ways to begin, my drafts, what was published lately."""

from collections.abc import Mapping
from heapq import nlargest
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from wagtail.admin.ui.components import Component

from config.shared.definitions import Definition, DefinitionVersion

SHOWN = 8


def definition_models() -> list[Any]:
    """Every kind of definition that a snippet edits."""
    return [
        model
        for model in apps.get_models()
        if issubclass(model, Definition) and hasattr(model, "snippet_viewset")
    ]


def editable_models(user: Any) -> list[Any]:
    """The kinds of definition that `user` may change."""
    return [
        model
        for model in definition_models()
        if user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}")
    ]


def edit_address(model: Any, pk: int) -> str:
    """Where a definition is edited."""
    return str(reverse(model.snippet_viewset.get_url_name("edit"), args=[pk]))


class BeginPanel(Component):
    """A new service type first, then every kind of definition."""

    order = 50
    template_name = "shared/admin/home_begin.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        """The kinds that the user may change, with their listings."""
        models = editable_models(parent_context["request"].user)
        kinds = [model.snippet_viewset for model in models]
        return {
            "begin": _address("new_service_type") if kinds else "",
            "kinds": [
                {
                    "label": capfirst(kind.model._meta.verbose_name_plural),
                    "icon": kind.icon,
                    "url": reverse(kind.get_url_name("list")),
                }
                for kind in sorted(kinds, key=lambda kind: kind.menu_order)
            ],
        }


class DraftsPanel(Component):
    """What I changed and nobody has published yet."""

    order = 150
    template_name = "shared/admin/home_drafts.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        """My newest drafts of every kind."""
        user = parent_context["request"].user
        found = [row for model in editable_models(user) for row in _drafts(model, user)]
        return {"drafts": nlargest(SHOWN, found, key=lambda row: row["saved_at"])}


def _drafts(model: Any, user: Any) -> list[dict[str, Any]]:
    pending = Q(has_unpublished_changes=True) | Q(live=False)
    rows = (
        _rows(model)
        .filter(pending, latest_revision__user=user)
        .order_by("-latest_revision__created_at")
        .only("code", "title_az", "title_en", "latest_revision__created_at")
        .select_related("latest_revision")[:SHOWN]
    )
    return [
        {
            "title": row.title or row.code,
            "kind": model._meta.verbose_name,
            "url": edit_address(model, row.pk),
            "saved_at": row.latest_revision.created_at,
        }
        for row in rows
    ]


class ChangesPanel(Component):
    """What was published lately, each with its differences."""

    order = 160
    template_name = "shared/admin/home_changes.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        """The newest versions of every kind."""
        models = editable_models(parent_context["request"].user)
        found = [row for model in models for row in _changes(model)]
        return {"changes": nlargest(SHOWN, found, key=lambda row: row["published_at"])}


def _changes(model: Any) -> list[dict[str, Any]]:
    versions = model._meta.get_field("versions").related_model
    rows = (
        _rows(versions)
        .order_by("-published_at")
        .only("number", "published_at", "definition", "published_by")
        .select_related("published_by")
        .prefetch_related("definition")[:SHOWN]
    )
    return [_change(model, row) for row in rows]


def _rows(model: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = model._default_manager.all()
    return found


def _change(model: Any, version: DefinitionVersion) -> dict[str, Any]:
    viewset, pk, number = model.snippet_viewset, version.definition.pk, version.number
    name, numbers = (
        ("version_diff", [number - 1, number]) if number > 1 else ("version", [number])
    )
    return {
        "title": str(version.definition),
        "kind": model._meta.verbose_name,
        "number": number,
        "published_at": version.published_at,
        "published_by": version.published_by,
        "url": reverse(viewset.get_url_name(name), args=[pk, *numbers]),
    }


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def add_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Put ours among Wagtail's."""
    panels.extend([BeginPanel(), DraftsPanel(), ChangesPanel()])
