"""The rows an admin clicks together when describing a register."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from config.accounts.models import Role
from config.shared.blocks import LoneTextBlock
from config.shared.definitions import code_validator
from config.shared.text import alphabetically
from registry.kinds import ACTIONS, ATTRIBUTE_TYPES, SCOPES, SENSITIVITIES

Choices = list[tuple[str, Any]]

EVERYBODY = "*"


def role_choices() -> Choices:
    """Every role, and "all roles"."""
    return [
        (EVERYBODY, _("All roles")),
        *((role.code, str(role)) for role in Role.objects.all()),
    ]


def organization_choices() -> Choices:
    """Every organization, and "all organizations"."""
    from content.models import Organization

    rows = [(row.code, str(row)) for row in alphabetically(Organization.objects.all())]
    return [(EVERYBODY, _("All organizations")), *rows]


def register_choices() -> Choices:
    """Every register by code."""
    from registry.models import Register

    return [(row.code, str(row)) for row in Register.objects.order_by("code")]


def list_choices() -> Choices:
    """Every shared list of values by code."""
    from forms_builder.models import ChoiceList

    return [(row.code, f"{row} ({row.code})") for row in ChoiceList.objects.order_by("code")]


class NamedBlock(blocks.StructBlock):
    """Something with a name for machines and labels for people."""

    name = blocks.CharBlock(label=_("Code"), max_length=63, validators=[code_validator])
    label_az = blocks.CharBlock(label=_("Label in Azerbaijani"), max_length=255)
    label_en = blocks.CharBlock(label=_("Label in English"), max_length=255, required=False)


class AttributeBlock(NamedBlock):
    """One thing that every record of the register knows."""

    type = blocks.ChoiceBlock(label=_("Type"), choices=ATTRIBUTE_TYPES, default="text")
    list = blocks.ChoiceBlock(label=_("List of values"), choices=list_choices, required=False)
    sensitivity = blocks.ChoiceBlock(
        label=_("Sensitivity"), choices=SENSITIVITIES, default="internal"
    )
    searchable = blocks.BooleanBlock(label=_("Can be searched for"), required=False)

    class Meta:
        icon = "tag"
        label = _("Attribute")
        label_format = "{label_az}"


class StatusBlock(NamedBlock):
    """One status and where it may move."""

    limited = blocks.BooleanBlock(
        label=_("Only to the statuses below"),
        required=False,
        help_text=_("Otherwise a record may move from here to any other status."),
    )
    moves = blocks.ListBlock(
        LoneTextBlock(label=_("Code of a status")), label=_("May move to"), default=[]
    )
    closed = blocks.BooleanBlock(label=_("The record is closed"), required=False)

    class Meta:
        icon = "flag"
        label = _("Status")
        label_format = "{label_az}"


class ColumnBlock(LoneTextBlock):
    """One column of the register's list."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "help_text",
            _(
                "An attribute, or: key, title, status, district, organization, assignee, "
                "created_at, updated_at."
            ),
        )
        kwargs.setdefault("label", _("Column"))
        kwargs.setdefault("icon", "table")
        super().__init__(**kwargs)


class LinkBlock(NamedBlock):
    """A relation from a record of this register to one of another."""

    register = blocks.ChoiceBlock(label=_("Register"), choices=register_choices)
    one_open = blocks.BooleanBlock(label=_("Only one at a time"), required=False)

    class Meta:
        icon = "link"
        label = _("Link")
        label_format = "{label_az}"


class UniqueBlock(blocks.StructBlock):
    """Attributes that no two records may share."""

    attributes = blocks.ListBlock(LoneTextBlock(label=_("Attribute")), label=_("Attributes"))
    among = blocks.ChoiceBlock(
        label=_("Among"),
        choices=[("open", _("open records")), ("all", _("all records"))],
        default="open",
    )

    class Meta:
        icon = "key"
        label = _("Rule")


class AccessBlock(blocks.StructBlock):
    """Who may do what with which records, and how much of them they see."""

    roles = blocks.MultipleChoiceBlock(
        label=_("Roles"), choices=role_choices, widget=forms.CheckboxSelectMultiple
    )
    organizations = blocks.MultipleChoiceBlock(
        label=_("Organizations"), choices=organization_choices
    )
    scope = blocks.ChoiceBlock(label=_("Which records"), choices=SCOPES, default="own")
    actions = blocks.MultipleChoiceBlock(
        label=_("What"), choices=ACTIONS, widget=forms.CheckboxSelectMultiple
    )
    sensitivity = blocks.ChoiceBlock(
        label=_("Fields up to"), choices=SENSITIVITIES, default="internal"
    )

    class Meta:
        icon = "lock"
        label = _("Access")
