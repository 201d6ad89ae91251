"""What every definition's admin obeys."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages

from config.shared.definitions import Definition, current_version
from config.shared.home import add_panels

hooks.register("construct_homepage_panels", add_panels)
# Pages about Wagtail itself, in English, on the net.
FOREIGN_HELP = ("whats-new", "editor-guide")


@hooks.register("insert_global_admin_css")
def admin_colours() -> str:
    """Our colours instead of Wagtail's."""
    return format_html('<link rel="stylesheet" href="{}">', static("dayaq/admin.css"))


@hooks.register("construct_help_menu")
def keep_to_our_help(request: HttpRequest, items: list[Any]) -> None:
    """The menu of help without what is not about Dayaq."""
    items[:] = [item for item in items if not item.name.startswith(FOREIGN_HELP)]


@hooks.register("before_delete_snippet")
def refuse_to_delete_what_is_used(
    request: HttpRequest, instances: Sequence[Any]
) -> HttpResponse | None:
    """Nothing that was published or is used is deleted: say so, and where it is used."""
    refused = [one for one in instances if isinstance(one, Definition) and _is_kept(one)]
    for definition in refused:
        messages.error(request, _refusal(definition))
    if not refused:
        return None
    viewset = refused[0].snippet_viewset
    if len(instances) > 1:
        return redirect(reverse(viewset.get_url_name("list")))
    return redirect(reverse(viewset.get_url_name("edit"), args=[refused[0].pk]))


def _is_kept(definition: Definition) -> bool:
    return current_version(definition) is not None or bool(definition.used_by())


def _refusal(definition: Definition) -> str:
    used = definition.used_by()
    if not used:
        kept = _("“{title}” was published and records may refer to it. Unpublish it instead.")
        return kept.format(title=definition)
    text = _("“{title}” cannot be deleted, because it is used here:").format(title=definition)
    places = format_html_join(", ", '<a href="{}">{}</a>', ((u.url, u.label) for u in used))
    return format_html("{} {}", text, places)
