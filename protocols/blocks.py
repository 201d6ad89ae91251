"""Editing blocks of a protocol's steps in the admin."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from config.shared.definitions import code_validator
from config.shared.text import alphabetically

Choices = list[tuple[str, Any]]


class Coded(Protocol):
    """A row that is known by a code and says what it is called."""

    @property
    def code(self) -> str:
        """The code."""


def _of(rows: Iterable[Coded]) -> Choices:
    return [(row.code, f"{row} ({row.code})") for row in alphabetically(rows)]


def role_choices() -> Choices:
    """Every role, by its title."""
    from config.accounts.models import Role

    return _of(Role.objects.all())


def organization_choices() -> Choices:
    """Every organization, by its title."""
    from content.models import Organization

    return _of(Organization.objects.all())


def form_choices() -> Choices:
    """Every form, by its title."""
    from forms_builder.models import FormDefinition

    return _of(FormDefinition.objects.all())


ACTIONS = [
    ("fill", _("Fill in a form")),
    ("visit", _("Visit, and fill in a form about it")),
    ("decide", _("Decide")),
    ("refer", _("Refer to an organization")),
    ("notify", _("Notify")),
    ("approve", _("Approve or return")),
    ("wait", _("Wait until the term ends")),
    ("set_status", _("Set the record's status")),
    ("close", _("Close")),
]
UNITS = [
    ("hours", _("hours (around the clock)")),
    ("working_hours", _("working hours")),
    ("days", _("calendar days")),
    ("working_days", _("working days")),
]


def context_choices() -> Choices:
    """Whose answers a condition reads: the decision, the trigger, or a form of this run."""
    return [
        ("decision", _("the decision of this step")),
        ("trigger", _("the answers that began it")),
        *form_choices(),
    ]


class SuggestedBlock(blocks.CharBlock):
    """A text whose values the browser suggests; `suggest` names them (see editor.js)."""

    def __init__(self, *args: Any, suggest: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field.widget.attrs |= {"list": f"protocol-{suggest}", "autocomplete": "off"}


def _suggested(suggest: str, label: object, **options: object) -> object:
    return SuggestedBlock(suggest=suggest, label=label, required=False, **options)


def _choice(
    choices: Callable[[], Choices] | Choices, label: object, **options: object
) -> object:
    return blocks.ChoiceBlock(choices=choices, label=label, required=False, **options)


def _text(label: object, **options: object) -> object:
    return blocks.CharBlock(label=label, required=False, **options)


def _long(label: object, **options: object) -> object:
    return blocks.TextBlock(label=label, required=False, rows=2, **options)


LETTER_HELP = _(
    "Whoever applied without an account reads it beside the state of the request. "
    "Empty: nothing is told."
)


class TermBlock(blocks.StructBlock):
    """A length of time."""

    value = blocks.IntegerBlock(label=_("amount"), required=False, min_value=0)
    unit = _choice(UNITS, _("unit"), default="working_days")

    class Meta:
        label = _("due in")


class RungBlock(blocks.StructBlock):
    """Who hears of it next, when it is still not done."""

    escalate_to = _choice(role_choices, _("role"))
    after = TermBlock(label=_("later by"))

    class Meta:
        label = _("further escalation")


class ResponsibleBlock(blocks.StructBlock):
    """Whose step it is."""

    role = _choice(role_choices, _("role"))
    organization = _choice(organization_choices, _("organization"))
    organization_field = _suggested(
        "questions",
        _("or the answer to"),
        help_text=_("Question of the trigger form that names it."),
    )
    anywhere = blocks.BooleanBlock(
        label=_("from any area"),
        required=False,
        help_text=_("Otherwise only those whose area covers the record's district."),
    )

    class Meta:
        label = _("responsible")


class OptionBlock(blocks.StructBlock):
    """One possible decision."""

    code = blocks.CharBlock(label=_("code"), validators=[code_validator])
    label_az = _text(_("in Azerbaijani"))
    label_en = _text(_("in English"))
    letter_az = _long(_("told to the applicant, in Azerbaijani"), help_text=LETTER_HELP)
    letter_en = _long(_("told to the applicant, in English"))
    explain = blocks.BooleanBlock(
        label=_("whoever decides must write to the applicant why"), required=False
    )

    class Meta:
        label = _("option")


class ActionBlock(blocks.StructBlock):
    """What is done; only what the chosen kind needs is read."""

    type = blocks.ChoiceBlock(choices=ACTIONS, label=_("kind"))
    form = _choice(form_choices, _("form"))
    options = blocks.ListBlock(OptionBlock(), label=_("decisions"), default=[])
    organizations = blocks.MultipleChoiceBlock(
        choices=organization_choices, label=_("organizations"), required=False
    )
    organization_field = _suggested(
        "questions",
        _("or the answer to"),
        help_text=_("Question of the trigger form that names it."),
    )
    roles = blocks.MultipleChoiceBlock(
        choices=role_choices, label=_("roles to notify"), required=False
    )
    status = _suggested(
        "statuses",
        _("status of the record"),
        help_text=_("One of the statuses of the register of the form that starts it."),
    )

    class Meta:
        label = _("action")


class TransitionBlock(blocks.StructBlock):
    """Where to go next, when a condition holds."""

    context = _choice(context_choices, _("reads"))
    when = _suggested(
        "questions",
        _("condition"),
        help_text=_("Empty: otherwise. Example: ${decision} = 'yes'"),
    )
    to = _suggested(
        "steps", _("next step"), help_text=_("Choose one of the codes of the steps.")
    )

    class Meta:
        label = _("transition")


class StepBlock(blocks.StructBlock):
    """One step of a protocol."""

    label_az = _text(_("what is to be done, in Azerbaijani"))
    label_en = _text(_("in English"))
    code = blocks.CharBlock(
        label=_("code"), help_text=_("Short, in Latin letters; suggested from the name.")
    )
    responsible = ResponsibleBlock()
    action = ActionBlock()
    due = TermBlock()
    escalate_to = _choice(role_choices, _("when overdue, escalate to"))
    then = blocks.ListBlock(RungBlock(), label=_("and then"), default=[])
    transitions = blocks.ListBlock(
        TransitionBlock(),
        label=_("transitions"),
        default=[],
        help_text=_(
            "Where it goes on. None: to the next step of this list; after the last one the "
            "protocol ends."
        ),
    )
    final = blocks.BooleanBlock(label=_("the run ends here"), required=False)
    note = blocks.TextBlock(label=_("note"), required=False)
    letter_az = _long(
        _("told to the applicant when it is done, in Azerbaijani"), help_text=LETTER_HELP
    )
    letter_en = _long(_("told to the applicant when it is done, in English"))

    class Meta:
        label = _("step")
        icon = "tasks"
        label_format = "{code} {label_az}"
        collapsed = True


STEP_BLOCKS = [("step", StepBlock())]
