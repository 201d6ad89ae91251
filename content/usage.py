"""Where something of ours, or something that ours refers to, is used."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.admin_url_finder import AdminURLFinder

from content.lists import CODE_LISTS
from content.models import GuidePage, Service
from forms_builder.usage import USAGE_FINDERS, Usage


def find(kind: str, code: str) -> Iterable[Usage]:
    """Services and guides that use a list, a form, a protocol or a legal act.

    `kind` is "list", "form", "protocol", "legal_act", "group" or "organization".
    """
    if kind in ("form", "protocol"):
        return [*_services(**{f"related_{kind}s__contains": [code]}), *_guides(kind, code)]
    if kind == "legal_act":
        return _services(legal_basis__code=code)
    if kind == "organization":
        return _services(providing_agencies__code=code)
    if kind == "group":
        return _services(target_groups__code=code)
    if kind == "list" and code in CODE_LISTS.values():
        return [Usage(_("Services"), reverse("wagtailsnippets_content_service:list"))]
    return []


def _services(**where: object) -> list[Usage]:
    """The services that match."""
    urls = AdminURLFinder()
    return [
        Usage(
            _("Service: %(title)s") % {"title": service.title}, urls.get_edit_url(service) or ""
        )
        for service in Service.objects.filter(**where).order_by("code")
    ]


def _guides(kind: str, code: str) -> list[Usage]:
    """The guides that are pinned to a form or protocol."""
    urls = AdminURLFinder()
    where = {f"related_{kind}s__contains": [code]}
    return [
        Usage(_("Guide: %(title)s") % {"title": guide.title}, urls.get_edit_url(guide) or "")
        for guide in GuidePage.objects.filter(**where).order_by("code")
    ]


def register() -> None:
    """Answer when anyone asks where something is used."""
    USAGE_FINDERS.append(find)
