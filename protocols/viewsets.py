"""Editing screens of protocols and the calendar."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.admin.viewsets.model import ModelViewSet

from config.shared.definition_admin import DefinitionForm, DefinitionViewSet
from config.shared.problems import Problem
from protocols.blocks import form_choices
from protocols.models import Holiday, Protocol

TRIGGER_FIELDS = {"trigger/form": "trigger_form", "trigger/expression": "trigger_expression"}


class ProtocolForm(DefinitionForm):
    """Offers the forms there are, and shows each problem at its step."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["trigger_form"]
        choices = [("", "---------"), *form_choices()]
        field.widget = forms.Select(choices=choices)

    def add_problem(self, problem: Problem) -> None:
        """Show `problem` at the trigger, or above the steps with the step's number."""
        if field := TRIGGER_FIELDS.get(problem.path):
            self.add_error(field, ValidationError(problem.message))
            return
        part, _slash, rest = problem.path.partition("/")
        if part != "steps" or not rest:
            super().add_problem(problem)
            return
        place, _slash, inside = rest.partition("/")
        text = _("Step %(number)s: %(message)s") % {
            "number": int(place) + 1,
            "message": f"{problem.message} ({inside})" if inside else problem.message,
        }
        self.add_error("steps", ValidationError(text))


class ProtocolViewSet(DefinitionViewSet):
    """Listing and editor of protocols."""

    model = Protocol
    icon = "tasks"
    menu_label = _("Protocols")
    menu_name = "protocols"
    menu_order = 150
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("code"),
                    FieldRowPanel([FieldPanel("title_az"), FieldPanel("title_en")]),
                    FieldPanel("severity"),
                    MultiFieldPanel(
                        [
                            FieldPanel("trigger_form"),
                            FieldPanel("trigger_expression"),
                            FieldPanel("trigger_on_update"),
                        ],
                        heading=_("What starts it"),
                    ),
                    FieldPanel("start"),
                    FieldPanel("steps"),
                ],
                heading=_("Steps"),
            ),
            ObjectList(
                [
                    FieldPanel("description_az"),
                    FieldPanel("description_en"),
                    FieldPanel("trigger_description_az"),
                    FieldPanel("trigger_description_en"),
                    FieldPanel("legal_basis"),
                ],
                heading=_("Description"),
            ),
        ],
        base_form_class=ProtocolForm,
    )


class HolidayViewSet(ModelViewSet):
    """The table of days off."""

    model = Holiday
    icon = "calendar"
    menu_label = _("Days off")
    menu_name = "days-off"
    menu_order = 155
    add_to_admin_menu = True
    form_fields = ["day", "title_az", "title_en", "is_expected"]
    list_display = ["day", "title_az", "title_en", "is_expected"]
    ordering = ["-day"]
