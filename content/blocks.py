"""Building blocks of services and guides: what an editor adds by clicks."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

from config.shared.blocks import LoneTextBlock
from config.shared.definitions import code_validator
from content.offers import offered, question_label

RICH_TEXT = ["bold", "italic", "ol", "ul", "link", "document-link"]
INLINE_TEXT = ["bold", "italic", "link", "document-link"]


def form_choices() -> list[tuple[str, str]]:
    """The forms there are when the editor opens."""
    return list(offered("forms"))


def protocol_choices() -> list[tuple[str, str]]:
    """The protocols there are when the editor opens."""
    return list(offered("protocols"))


class DocumentBlock(blocks.StructBlock):
    """A paper the applicant brings."""

    code = blocks.CharBlock(label=_("code"), required=False, validators=[code_validator])
    az = blocks.CharBlock(label=_("in Azerbaijani"))
    en = blocks.CharBlock(label=_("in English"), required=False)

    class Meta:
        label = _("document")
        icon = "doc-full"


class StepBlock(blocks.StructBlock):
    """One step of getting the service."""

    az = blocks.CharBlock(label=_("in Azerbaijani"))
    en = blocks.CharBlock(label=_("in English"), required=False)

    class Meta:
        label = _("step")
        icon = "list-ol"


class ReasonBlock(blocks.StructBlock):
    """A ground on which the service is refused."""

    az = blocks.CharBlock(label=_("in Azerbaijani"))
    en = blocks.CharBlock(label=_("in English"), required=False)

    class Meta:
        label = _("reason")
        icon = "cross"


class HeadingBlock(blocks.StructBlock):
    """A heading; forms and protocol steps may link to its anchor."""

    text = blocks.CharBlock(label=_("text"))
    level = blocks.ChoiceBlock(
        [("2", _("section")), ("3", _("part of a section"))], default="2", label=_("level")
    )
    anchor = blocks.CharBlock(
        label=_("anchor"),
        required=False,
        help_text=_("Empty: made from the text. Forms link here with #anchor."),
    )

    class Meta:
        label = _("heading")
        icon = "title"


class CalloutBlock(blocks.StructBlock):
    """Something that must not be overlooked."""

    kind = blocks.ChoiceBlock(
        [("info", _("note")), ("warn", _("warning")), ("danger", _("danger"))],
        default="info",
        label=_("kind"),
    )
    title = blocks.CharBlock(label=_("title"), required=False)
    text = blocks.RichTextBlock(features=RICH_TEXT, label=_("text"))

    class Meta:
        label = _("callout")
        icon = "warning"
        template = "content/blocks/callout.html"


class StepsBlock(blocks.StructBlock):
    """Numbered steps."""

    title = blocks.CharBlock(label=_("title"), required=False)
    items = blocks.ListBlock(
        blocks.RichTextBlock(features=INLINE_TEXT, label=_("step")), label=_("steps")
    )

    class Meta:
        label = _("steps")
        icon = "list-ol"
        template = "content/blocks/steps.html"


class ChecklistBlock(blocks.StructBlock):
    """Things to tick on paper."""

    title = blocks.CharBlock(label=_("title"), required=False)
    items = blocks.ListBlock(LoneTextBlock(label=_("item")), label=_("items"))

    class Meta:
        label = _("checklist")
        icon = "check"
        template = "content/blocks/checklist.html"


class ReferenceBlock(blocks.StructBlock):
    """Where in the work this applies: a form, one of its questions, or a protocol step."""

    form = blocks.ChoiceBlock(choices=form_choices, label=_("form"), required=False)
    question = blocks.CharBlock(
        label=_("question"), required=False, help_text=_("Code of the question in the form.")
    )
    protocol = blocks.ChoiceBlock(choices=protocol_choices, label=_("protocol"), required=False)
    step = blocks.CharBlock(
        label=_("protocol step"), required=False, help_text=_("Code of the step.")
    )
    text = blocks.CharBlock(label=_("text"), required=False)

    class Meta:
        label = _("used in")
        icon = "link"
        template = "content/blocks/reference.html"

    def clean(self, value: Any) -> Any:
        """A question or step that does not exist is refused: its link would lead nowhere."""
        cleaned = super().clean(value)
        errors: dict[str, ValidationError] = {}
        if cleaned["question"] and not question_label(cleaned["form"], cleaned["question"]):
            errors["question"] = ValidationError(_("The form has no question with this code."))
        if cleaned["step"] and not _step_title(cleaned):
            errors["step"] = ValidationError(_("The protocol has no step with this code."))
        if errors:
            raise blocks.StructBlockValidationError(block_errors=errors)
        return cleaned

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Add the titles of the form, its question, the protocol and its step."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        context["form_title"] = _title("forms", value["form"])
        context["protocol_title"] = _title("protocols", value["protocol"])
        if question := value["question"]:
            context["question_title"] = question_label(value["form"], question) or question
        if step := value["step"]:
            context["step_title"] = _step_title(value) or step
        return context


def _title(offer: str, code: str) -> str:
    """The label of a code that was offered; the code itself when it no longer is."""
    return dict(offered(offer)).get(code, code) if code else ""


def _step_title(value: Any) -> str:
    """The label of the step that a reference names; "" when there is no such step."""
    return dict(offered("protocol_steps")).get(f"{value['protocol']}.{value['step']}", "")


class TextTableBlock(TypedTableBlock):
    """A table of text."""

    text = blocks.RichTextBlock(features=INLINE_TEXT, label=_("text"))

    class Meta:
        label = _("table")
        icon = "table"
        template = "content/blocks/table.html"


class GuideBody(blocks.StreamBlock):
    """What a guide is made of."""

    heading = HeadingBlock()
    text = blocks.RichTextBlock(features=RICH_TEXT, label=_("text"), icon="pilcrow")
    callout = CalloutBlock()
    steps = StepsBlock()
    table = TextTableBlock()
    checklist = ChecklistBlock()
    reference = ReferenceBlock()
