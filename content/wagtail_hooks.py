"""What content adds to the admin."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.snippets.models import register_snippet

from content import guide_menu
from content.models import LegalAct, Organization, VulnerableGroup
from content.viewsets import CatalogueGroup
from forms_builder.usage import usages

USAGE_KINDS: dict[type[Any], str] = {
    LegalAct: "legal_act",
    Organization: "organization",
    VulnerableGroup: "group",
}

register_snippet(CatalogueGroup)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """The way to the guides."""
    return [path("guides/", guide_menu.guides, name="content_guides")]


@hooks.register("register_admin_menu_item")
def guides_item() -> guide_menu.GuidesItem:
    """The guides, beside the other kinds of definition."""
    address = reverse("content_guides")
    return guide_menu.GuidesItem(
        gettext_lazy("Guides"), address, name="guides", icon_name="openquote", order=160
    )


@hooks.register("construct_homepage_panels")
def guides_panel(request: HttpRequest, panels: list[Any]) -> None:
    """A new guide, on the first page."""
    panels.append(guide_menu.GuidesPanel())


@hooks.register("before_delete_snippet")
def refuse_to_delete_what_services_name(
    request: HttpRequest, instances: Sequence[Any]
) -> HttpResponse | None:
    """Deleting would silently take the row out of every service that names it."""
    used = [one for one in instances if _usages(one)]
    for row in used:
        places = ", ".join(usage.label for usage in _usages(row))
        text = _("“%(title)s” cannot be deleted, because it is used here: %(places)s")
        messages.error(request, text % {"title": row, "places": places})
    if not used:
        return None
    return redirect(reverse(used[0].snippet_viewset.get_url_name("list")))


def _usages(row: Any) -> list[Any]:
    """Where a row of ours is used."""
    kind = USAGE_KINDS.get(type(row))
    return usages(kind, row.code) if kind else []
