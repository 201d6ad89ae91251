"""What the home page, the list of guides and a guide show to one reader."""

from typing import Any

from django.http import HttpRequest

from content import manual, selectors
from content.contexts import CONTEXTS
from content.models import GuideIndexPage, GuidePage, HomePage


def home(page: HomePage, request: HttpRequest) -> dict[str, Any]:
    """The situations, some guides and the public form to report danger."""
    found = selectors.situations()
    index = page.get_children().live().first()
    return {
        "situations": found[: page.featured_groups],
        "more_situations": found[page.featured_groups :],
        "guides": selectors.guides_for(request.user, page.locale.language_code)[:4],
        "guides_url": index.url if index else "",
        "danger_url": selectors.fill_url(page.danger_form, request.user),
    }


def guide_index(page: GuideIndexPage, request: HttpRequest) -> dict[str, Any]:
    """The guides that this reader may open, searched by `?q=`."""
    query = request.GET.get("q", "").strip()[:200]
    guides = selectors.guides_for(request.user, page.locale.language_code)
    found = selectors.search_guides(guides, query) if query else guides
    return {"guides": found, "query": query}


def guide(page: GuidePage, request: HttpRequest) -> dict[str, Any]:
    """The parts of the text, the contents, the version and the forms it belongs to."""
    return {
        **manual.reading(page.body),
        "version": page.current,
        "guides_url": page.get_parent().url,
        "text_language": page.locale.language_code,
        "forms": selectors.form_links(page.related_forms, request.user),
    }


def register() -> None:
    """Fill the table that the pages ask."""
    CONTEXTS.update(HomePage=home, GuideIndexPage=guide_index, GuidePage=guide)
