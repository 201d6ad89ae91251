"""Registers in the Wagtail admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList, TabbedInterface

from config.shared.definition_admin import DefinitionForm, DefinitionViewSet
from config.shared.problems import Problem
from registry.models import Register

# Where a problem of the spec is shown in the editor.
FIELD_OF = {
    "attributes": "attributes",
    "statuses": "statuses",
    "list_columns": "list_columns",
    "links": "links",
    "unique": "unique_rules",
    "access": "access_rules",
}


class RegisterForm(DefinitionForm):
    """Shows each problem at the list it is in, with the number of the row."""

    def add_problem(self, problem: Problem) -> None:
        """Show `problem` above the rows it is about, counted from 1."""
        part, _slash, rest = problem.path.partition("/")
        if part not in FIELD_OF or not rest:
            super().add_problem(problem)
            return
        place = rest.split("/")[0]
        text = _("Row %(row)s: %(message)s") % {
            "row": int(place) + 1,
            "message": problem.message,
        }
        self.add_error(FIELD_OF[part], text)


class RegisterViewSet(DefinitionViewSet):
    """Listing and editor of registers."""

    model = Register
    icon = "list-ul"
    menu_label = _("Registers")
    menu_order = 140
    menu_name = "registers"
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("code"),
                    FieldRowPanel([FieldPanel("title_az"), FieldPanel("title_en")]),
                    FieldPanel("subject"),
                    FieldPanel("key_pattern"),
                    FieldPanel("title_template"),
                    FieldPanel("attributes"),
                ],
                heading=_("Contents"),
            ),
            ObjectList(
                [
                    FieldPanel("statuses"),
                    FieldPanel("list_columns"),
                    FieldPanel("links"),
                    FieldPanel("unique_rules"),
                ],
                heading=_("Rules"),
            ),
            ObjectList(
                [
                    FieldPanel("access_rules"),
                    FieldPanel("retention_az"),
                    FieldPanel("retention_en"),
                ],
                heading=_("Access"),
            ),
        ],
        base_form_class=RegisterForm,
    )
