"""The editor of a form: sections of flat rows, each with one settings panel on demand.

A row shows only code, two labels, type and required; its other options are one JSON
value that the browser unfolds when asked (a form of 200 questions opens in seconds).
"""

import json
from contextlib import suppress
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.telepath import register
from wagtail.blocks.stream_block import StreamBlockAdapter

from config.shared import strict_json
from config.shared.differences import in_words
from forms_builder.conditions import NotACondition, source_of
from forms_builder.options import OPTION_LABELS, QUESTION_TYPES
from forms_builder.outline import SETTINGS_SCHEMA


class SettingsInput(forms.Widget):
    """A hidden JSON value with a button; the browser builds the panel when it is opened."""

    template_name = "forms_builder/admin/settings_input.html"

    class Media:
        js = [
            f"forms_builder/admin/{name}.js"
            for name in ("conditions", "builder", "entry", "problems")
        ]
        css = {"all": ["forms_builder/admin/builder.css"]}

    def format_value(self, value: Any) -> str:
        """The settings as JSON text."""
        return value if isinstance(value, str) else json.dumps(value or {}, ensure_ascii=False)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any] | str:
        """The settings that were sent; the text itself when it is no JSON object."""
        sent: str = data.get(name) or "{}"
        try:
            value = strict_json.loads(sent)
        except strict_json.BadJson:
            return sent
        return with_drawn(value) if isinstance(value, dict) else sent


def with_drawn(settings: dict[str, Any]) -> dict[str, Any]:
    """`settings` whose "drawn" rows, which the browser had no time to turn, are text."""
    drawn = settings.pop("drawn", None)
    for key, model in drawn.items() if isinstance(drawn, dict) else ():
        with suppress(NotACondition):
            settings[key] = source_of(model)
    return settings


class SettingsBlock(blocks.FieldBlock):
    """Every option of a row beyond its code, labels, type and required."""

    def __init__(self, **kwargs: Any) -> None:
        self.field = forms.JSONField(required=False, widget=SettingsInput())
        super().__init__(**kwargs)

    def get_default(self) -> dict[str, Any]:
        """No option set."""
        return {"v": SETTINGS_SCHEMA}

    def clean(self, value: Any) -> dict[str, Any]:
        """The settings without empty values. Raises ValidationError for what is none."""
        if isinstance(value, str):
            raise ValidationError(
                _("These settings cannot be read. Open them and set them anew.")
            )
        kept = {
            key: item for key, item in (value or {}).items() if item not in ("", None, [], {})
        }
        return {**kept, "v": SETTINGS_SCHEMA}

    def get_form_state(self, value: Any) -> str:
        """The settings as the text of the hidden input."""
        return SettingsInput().format_value(value)

    def render_basic(self, value: Any, context: Any = None) -> str:
        """The settings in words, for comparing two revisions."""
        pairs = [
            (OPTION_LABELS.get(key, key), in_words(item))
            for key, item in (value or {}).items()
            if key != "v"
        ]
        return format_html_join(" ", "<p>{}: {}</p>", pairs)


class LabelBlock(blocks.TextBlock):
    """A text that grows by CSS alone: measuring hundreds of them by script takes seconds."""

    @cached_property
    def field(self) -> forms.CharField:
        """A plain text area of one line."""
        widget = forms.Textarea(attrs={"rows": 1})
        return forms.CharField(widget=widget, **self.field_options)


class RowBlock(blocks.StructBlock):
    """What question, group and section rows share."""

    code = blocks.CharBlock(
        label=_("Code"), required=False, max_length=255, form_classname="dayaq-code"
    )
    label_az = LabelBlock(label=_("Azerbaijani label"), required=False)
    label_en = LabelBlock(label=_("English label"), required=False)


class QuestionBlock(RowBlock):
    """One question."""

    type = blocks.ChoiceBlock(
        label=_("Type"), choices=QUESTION_TYPES, default="text", form_classname="dayaq-type"
    )
    required = blocks.BooleanBlock(label=_("Required"), required=False)
    settings = SettingsBlock(label=_("More"))

    class Meta:
        icon = "help"
        label = _("Question")
        label_format = "{code}: {label_az}"
        form_classname = "struct-block dayaq-row dayaq-row--question"


class BeginGroupBlock(RowBlock):
    """Opens a group: the rows up to its end row belong together."""

    settings = SettingsBlock(label=_("More"))

    class Meta:
        icon = "folder-open-1"
        label = _("Group begins")
        label_format = "{code}: {label_az}"
        form_classname = "struct-block dayaq-row dayaq-row--begin"


class BeginRepeatBlock(BeginGroupBlock):
    """Opens a repeat: its rows are asked once for each member, visit or item."""

    class Meta:
        icon = "rotate"
        label = _("Repeat begins")


class EndBlock(blocks.StaticBlock):
    """Closes the nearest open group or repeat."""

    class Meta:
        icon = "folder-inverse"
        label = _("End of group or repeat")
        admin_text = _("The group or repeat opened last ends here.")
        form_classname = "dayaq-row--end"


class FieldsBlock(blocks.StreamBlock):
    """The rows of one section, in order."""

    question = QuestionBlock()
    begin_group = BeginGroupBlock()
    begin_repeat = BeginRepeatBlock()
    end = EndBlock()


class FieldsBlockAdapter(StreamBlockAdapter):
    """Wagtail's stream whose rows are drawn when they come near the window: sections.js."""

    js_constructor = "forms_builder.FieldsBlock"

    @cached_property
    def media(self) -> forms.Media:
        """Wagtail's scripts first."""
        ours: forms.Media = super().media + forms.Media(js=["forms_builder/admin/sections.js"])
        return ours


register(FieldsBlockAdapter(), FieldsBlock)


class SectionBlock(RowBlock):
    """One step of the form."""

    settings = SettingsBlock(label=_("More"))
    fields = FieldsBlock(label=_("Questions"), required=False)

    class Meta:
        icon = "list-ul"
        label = _("Section")
        label_format = "{code}: {label_az}"
        form_classname = "struct-block dayaq-row dayaq-row--section"


class SectionsBlock(blocks.StreamBlock):
    """All sections of a form."""

    section = SectionBlock()


class SectionsBlockAdapter(FieldsBlockAdapter):
    """Sections, which the keys of the editor find and add."""

    js_constructor = "forms_builder.SectionsBlock"


register(SectionsBlockAdapter(), SectionsBlock)
