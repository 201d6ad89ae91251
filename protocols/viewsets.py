"""Editing screens of protocols and the calendar."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from config.shared.definition_admin import (
    DefinitionCreateView,
    DefinitionEditView,
    DefinitionForm,
    DefinitionViewSet,
)
from config.shared.problems import Problem
from content.fields import CodesFormField
from content.models import LegalAct
from protocols.blocks import form_choices
from protocols.drafting import starter
from protocols.models import Holiday, Protocol


def _legal_acts() -> list[tuple[str, str]]:
    return [(act.code, str(act)) for act in LegalAct.objects.all()]


TRIGGER_FIELDS = {"trigger/form": "trigger_form", "trigger/expression": "trigger_expression"}


class ProtocolForm(DefinitionForm):
    """Offers the forms there are, and shows each problem at its step."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "---------"), *form_choices()]
        facts = {"data-protocol-facts": reverse("protocols_editor_facts")}
        check = {"data-protocol-check": reverse("protocols_check_condition"), "rows": 2}
        suggested = {"list": "protocol-steps", "autocomplete": "off"}
        self.fields["trigger_form"].widget = forms.Select(attrs=facts, choices=choices)
        self.fields["trigger_expression"].widget = forms.Textarea(attrs=check)
        self.fields["start"].widget = forms.TextInput(attrs=suggested)
        self.fields["legal_basis"] = CodesFormField(
            label=self.fields["legal_basis"].label, choices=_legal_acts, required=False
        )

    class Media:
        js = ["protocols/admin/editor.js"]
        css = {"all": ["protocols/admin/editor.css"]}

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


class ProtocolCreateView(DefinitionCreateView):
    """A new protocol begins with one step, so that there is something to change."""

    def get_initial_form_instance(self) -> Protocol:
        """A protocol with its first step."""
        return Protocol(steps=json.dumps(starter()))


class ProtocolEditView(DefinitionEditView):
    """The editor, with a way to trying the protocol out."""

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        """Versions, and trying it out."""
        url = reverse("protocols_simulate", args=[self.object.pk])
        button = Button(_("Try it out"), url=url, icon_name="view", priority=16)
        return [*super().header_more_buttons, button]


class ProtocolViewSet(DefinitionViewSet):
    """Listing and editor of protocols."""

    model = Protocol
    add_view_class = ProtocolCreateView
    edit_view_class = ProtocolEditView
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
