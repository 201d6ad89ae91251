"""Pages of the public site that are not Wagtail pages: services, old guides, robots."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.views import serve

from config.shared.labels import pick
from config.shared.text import sort_key
from content import manual, selectors
from content.lists import list_values
from content.models import GuidePage, GuideVersion
from content.schema_org import breadcrumbs, government_service, script_text
from content.services.site import GUIDES_SLUG

PER_PAGE = 20


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """The list of services: by words, by situation, by what is filtered."""
    wanted = selectors.ServiceFilter.from_query(request.GET)
    found = selectors.find_services(wanted)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    guides = selectors.guides_for(request.user, _language()) if wanted.query else []
    forms = list_values("service_form")
    context = {
        "wanted": wanted,
        "page": page,
        "forms": forms,
        "filters": _filters(wanted, forms),
        "guides": selectors.search_guides(guides, wanted.query)[:3] if guides else [],
        "address": _without_page(request),
    }
    return render(request, "content/services.html", context)


def _filters(wanted: selectors.ServiceFilter, forms: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The select boxes of the list: name, label, options and what is chosen."""
    groups = [(group.code, group.situation) for group in selectors.situations()]
    agencies = [(body.code, body.title) for body in selectors.providers()]
    places = [(place.code, place.title) for place in selectors.public_places()]
    types = [(code, pick(labels)) for code, labels in list_values("service_type").items()]
    kinds = [(code, pick(labels)) for code, labels in forms.items()]
    return [
        _filter("group", _("For whom"), groups, wanted.group),
        _filter("form", _("Form of service"), kinds, wanted.form),
        _filter("type", _("Type of help"), types, wanted.type),
        _filter("agency", _("Organization"), _sorted(agencies), wanted.agency),
        _filter("place", _("Place"), _sorted(places), wanted.place),
    ]


def _filter(
    name: str, label: str, options: Iterable[tuple[str, str]], chosen: str
) -> dict[str, Any]:
    """One select box."""
    return {"name": name, "label": label, "options": list(options), "chosen": chosen}


def _sorted(options: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Options in the order of the Azerbaijani alphabet."""
    return sorted(options, key=lambda option: sort_key(option[1]))


def _without_page(request: HttpRequest) -> str:
    """The query of this address without its page, ready for `page=` to follow."""
    query = request.GET.copy()
    query.pop("page", None)
    return f"?{query.urlencode()}&" if query else "?"


def _language() -> str:
    """The language of the page."""
    return (get_language() or "az")[:2]


@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    """One service passport; 404 for one that is not offered now."""
    version = selectors.service_version(code)
    if version is None:
        raise Http404
    spec = version.spec
    url = request.build_absolute_uri()
    applying = (selectors.fill_url(form, request.user) for form in spec["related_forms"])
    context = {
        "service": spec,
        "version": version,
        "places": selectors.service_places(code),
        "apply_url": next((address for address in applying if address), ""),
        "structured_data": [
            script_text(government_service(spec, url.split("?")[0], _language())),
            script_text(breadcrumbs(_trail(request, spec))),
        ],
    }
    return render(request, "content/service.html", context)


def _trail(request: HttpRequest, spec: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The way to a service: home, services, the service."""
    home = "/en/" if _language() == "en" else "/"
    steps = [
        (_("Home"), home),
        (_("Services"), reverse("content:services")),
        (pick(spec["labels"]), reverse("content:service", args=[spec["code"]])),
    ]
    return [(name, request.build_absolute_uri(path)) for name, path in steps]


@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    """The list of guides in the language of the page."""
    response: HttpResponse = serve(request, f"{GUIDES_SLUG}/")
    return response


@require_safe
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """A guide; one that this language lacks is offered in the language it is written in."""
    try:
        response: HttpResponse = serve(request, f"{GUIDES_SLUG}/{slug}/")
    except Http404:
        return _written_elsewhere(request, slug)
    return response


def _written_elsewhere(request: HttpRequest, slug: str) -> HttpResponse:
    """404 that leads to the guide in another language, or the translation's own address."""
    other = get_object_or_404(GuidePage.objects.live().select_related("locale"), slug=slug)
    here = GuidePage.objects.live().filter(code=other.code, locale__language_code=_language())
    if translation := here.first():
        return redirect(translation.url)
    if not _may_read(request, other):
        return redirect_to_login(request.get_full_path())
    return render(request, "content/guide_elsewhere.html", {"guide": other}, status=404)


@require_safe
def guide_versions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every published version of a guide: when, by whom, what changed."""
    guide = _guide(slug)
    if guide is None:
        return _written_elsewhere(request, slug)
    if not _may_read(request, guide):
        return redirect_to_login(request.get_full_path())
    versions = list(selectors.guide_versions(guide, request.user))
    context = {"guide": guide, "versions": versions}
    return render(request, "content/guide_versions.html", context)


@require_safe
def guide_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A guide as it was in one version."""
    guide = _guide(slug)
    if guide is None:
        return _written_elsewhere(request, slug)
    if not _may_read(request, guide):
        return redirect_to_login(request.get_full_path())
    version = get_object_or_404(guide.versions, number=number)
    if not version.spec.get("open") and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    context = {"guide": guide, "version": version, **_reading(guide, version)}
    return render(request, "content/guide_version.html", context)


def _guide(slug: str) -> GuidePage | None:
    """The live guide with this address in the language of the page."""
    guides = GuidePage.objects.live().filter(locale__language_code=_language())
    found: GuidePage | None = guides.filter(slug=slug).first()
    return found


def _may_read(request: HttpRequest, guide: GuidePage) -> bool:
    """An internal guide is for people who sign in."""
    return guide.is_open or request.user.is_authenticated


def _reading(guide: GuidePage, version: GuideVersion) -> dict[str, Any]:
    """The parts and contents of an earlier version."""
    body = guide._meta.get_field("body").stream_block.to_python(version.spec["body"])
    return {**manual.reading(body), "text_language": version.spec["language"]}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: the public site alone."""
    closed = ["/portal/", "/audit/", "/cms/", "/accounts/", "/api/", "/media/", "/documents/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines.append(f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public address in both languages."""
    paths = ["/", reverse("content:services"), "/telimatlar/"]
    services = selectors.published_services().values_list("code", "last_published_at")
    entries: list[tuple[str, datetime | None]] = [(path, None) for path in paths]
    entries += [(reverse("content:service", args=[code]), at) for code, at in services]
    entries += [
        (guide.url, guide.last_published_at)
        for guide in GuidePage.objects.live().filter(is_open=True, locale__language_code="az")
    ]
    host = request.build_absolute_uri("/").rstrip("/")
    context = {"entries": entries, "host": host}
    return render(request, "content/sitemap.xml", context, content_type="application/xml")
