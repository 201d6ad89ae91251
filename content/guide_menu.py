"""Guides in the admin's menu and on its first page, for whoever writes them."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.permissions import page_permission_policy

from content.models import GuideIndexPage


def may_write(user: Any) -> bool:
    """Whether `user` adds, changes or publishes pages."""
    return bool(
        page_permission_policy.user_has_any_permission(user, {"add", "change", "publish"})
    )


def index_page() -> GuideIndexPage | None:
    """The list of guides in the language of the admin, else in Azerbaijani."""
    language = (get_language() or "az")[:2]
    pages = GuideIndexPage.objects.select_related("locale")
    found = {page.locale.language_code: page for page in pages}
    return found.get(language) or found.get("az")


def guides(request: HttpRequest) -> HttpResponse:
    """The guides in Wagtail's explorer."""
    page = index_page()
    return redirect("wagtailadmin_explore", *([page.pk] if page else []))


class GuidesItem(MenuItem):
    """The guides, one click away."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Only for whoever writes pages."""
        return may_write(request.user)


class GuidesPanel(Component):
    """A new guide and the list of guides, on the first page of the admin."""

    order = 55
    template_name = "content/admin/home_guides.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        """Where to write one; nothing for whoever may not."""
        page = index_page()
        if page is None or not may_write(parent_context["request"].user):
            return {}
        arguments = ["content", "guidepage", page.pk]
        return {
            "begin": reverse("wagtailadmin_pages:add", args=arguments),
            "guides": reverse("content_guides"),
        }
