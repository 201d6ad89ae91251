"""The form of a preview, as a caseworker sees it, with its conditions working."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from forms_builder.condition_words import with_hints
from forms_builder.lookups import DatabaseLookups
from forms_builder.media_views import media_address
from forms_builder.models import FormDefinition
from forms_builder.rendering.preview import render_preview
from forms_builder.schema import validate_shape
from forms_builder.sights import see_as

register = template.Library()


@register.simple_tag(takes_context=True)
def form_preview(
    context: dict[str, Any], form: FormDefinition, language: str, role: str = ""
) -> SafeString:
    """The whole page in `language`, as a role sees it; what is incomplete is listed instead."""
    spec = form.build_spec()
    if problems := validate_shape(spec):
        listed = {"problems": problems, "object": form}
        return render_to_string(
            "forms_builder/admin/preview_problems.html", listed, request=context.get("request")
        )
    # The page is made of templates; nothing in it is typed by hand.
    seen, seen_as = see_as(role, with_hints(spec, DatabaseLookups().choices), language)
    page = render_preview(seen, language, media_address(form, spec), seen_as)
    return mark_safe(page)  # noqa: S308
