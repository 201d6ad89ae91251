"""Parts of the editor that are no fields."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.panels import Panel

from forms_builder.choices import register_options
from forms_builder.models import ChoiceList
from forms_builder.options import OPTIONS, SENSITIVITIES


class UsedByPanel(Panel):
    """Where the form or list is used, with links."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "forms_builder/admin/used_by.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """The uses; a new one has none."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            context["usages"] = self.instance.used_by() if self.instance.pk else []
            return context


class BuilderPanel(Panel):
    """What the browser needs to build settings panels: options, lists, words."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "forms_builder/admin/builder_data.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """The data as one JSON island."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            context["data"] = builder_data()
            return context


def builder_data() -> dict[str, Any]:
    """Options, lists, registers and words for builder.js, in the active language."""
    return {
        "options": [
            {
                "key": option.key,
                "label": str(option.label),
                "input": option.input,
                "kinds": option.kinds,
                "types": option.types,
                "common": option.is_common,
            }
            for option in OPTIONS
        ],
        "sensitivities": [[code, str(label)] for code, label in SENSITIVITIES],
        "lists": [[one.code, one.title] for one in ChoiceList.objects.all()],
        "registers": [
            {"code": one.code, "label": str(one.label), "attributes": one.attributes}
            for one in register_options()
        ],
        "checkUrl": reverse("forms_builder_check_expression"),
        "words": words(),
    }


def words() -> dict[str, str]:
    """What builder.js says."""
    return {
        "settings": _("Settings"),
        "close": _("Close"),
        "more": _("More"),
        "none": _("None"),
        "az": _("in Azerbaijani"),
        "en": _("in English"),
        "other": _("in other languages, one a line: ru: text"),
        "pairs": _("one a line: name=value"),
        "json": _("This is not correct JSON, so it is not kept yet."),
        "correct": _("Correct"),
        "unreachable": _("The expression could not be checked now."),
        "insert": _("Insert an answer…"),
    }
