"""The form of a preview, drawn as a caseworker sees it."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.translation import get_language

from config.shared.labels import pick
from forms_builder.choices import Choice, choice_from_row
from forms_builder.lookups import DatabaseLookups
from forms_builder.models import FormDefinition
from forms_builder.rendering import Filling
from forms_builder.rendering.pages import FormPages
from forms_builder.schema import validate_shape

register = template.Library()


@register.inclusion_tag("forms_builder/admin/preview_sections.html")
def form_preview(form: FormDefinition) -> dict[str, Any]:
    """Every section with all its questions; what is still incomplete is listed instead."""
    spec = form.build_spec()
    if problems := validate_shape(spec):
        return {"problems": problems}
    language = get_language() or "az"
    pages, filling = FormPages(spec, language), Filling(choices=_choices(spec), show_all=True)
    return {
        "sections": [
            {
                "title": pick(section.get("labels")) or section["name"],
                "html": pages.section(section["name"], filling),
            }
            for section in spec["children"]
        ]
    }


def _choices(spec: dict[str, Any]) -> Any:
    own = spec.get("lists", {})
    shared = DatabaseLookups()

    def choices(code: str) -> Sequence[Choice]:
        if code in own:
            return [choice_from_row(row) for row in own[code]]
        return shared.choices(code)

    return choices
