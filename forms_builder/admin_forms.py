"""The forms behind the editors of forms and lists."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from config.shared import strict_json
from config.shared.definition_admin import DefinitionForm
from config.shared.problems import Problem
from forms_builder.admin_fields import PairsField, StrictJsonField
from forms_builder.admin_tests import TestsWidget
from forms_builder.choices import CHOICE_SOURCES, register_options
from forms_builder.form_tests import shape_problems
from forms_builder.nesting import nesting_breaches, size_problems
from forms_builder.parts import Part, PartGone, arranged, cut, part_from, put_back, span_of
from forms_builder.placing import Placed, place_problems, stream_error
from forms_builder.sights import roles

Rows = Sequence[Mapping[str, Any]]


def _with_current(choices: Iterable[tuple[str, Any]], *current: str) -> list[tuple[str, Any]]:
    """`choices`, and what is chosen now even when nobody offers it any more."""
    offered = list(choices)
    known = {code for code, _label in offered}
    return offered + [(code, code) for code in current if code and code not in known]


class FormDefinitionForm(DefinitionForm):
    """The editor of a form."""

    register = forms.ChoiceField(label=_("Register"), required=False)
    filled_by = forms.MultipleChoiceField(
        label=_("Filled by"), required=False, widget=forms.CheckboxSelectMultiple
    )
    person_map = PairsField(
        label=_("Where the person's data is"),
        required=False,
        help_text=_("One a line: attribute of the person = code of the question."),
    )

    tests = StrictJsonField(
        label=_("Tests"),
        required=False,
        widget=TestsWidget,
        help_text=_("Example answers, and what must become of them whenever it is published."),
    )

    def __init__(self, *args: Any, part: Part | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part = self._sent_part() if self.is_bound else part
        self.draft: list[dict[str, Any]] = []
        if self.part is not None:
            self.draft = self.instance.sections.get_prep_value()
            self._show_part(self.part)
        self._fill_choices()

    def _sent_part(self) -> Part | None:
        """The part of a large form that the page showed; None means all of it."""
        try:
            return part_from(strict_json.loads(self.data.get("part") or "null"))
        except ValueError:
            return None

    def _show_part(self, part: Part) -> None:
        """Offer the rows of the part alone; the others stay as they are in the draft."""
        if not part.section:
            self.fields.pop("sections", None)
            return
        with suppress(PartGone):  # then what was sent is refused when it is cleaned
            rows = cut(self.draft, part)
            self.initial["sections"] = self.instance.sections.stream_block.to_python(rows)

    def _fill_choices(self) -> None:
        self.fields["tests"].widget.form_pk = self.instance.pk
        registers = [("", "–"), *((one.code, one.label) for one in register_options())]
        known = [(role.code, str(role)) for role in roles()]
        self.fields["register"].choices = _with_current(registers, self.instance.register)
        self.fields["filled_by"].choices = _with_current(known, *self.instance.filled_by)

    def clean_tests(self) -> list[Any]:
        """Tests that can be read; anything else is refused with its name."""
        tests = self.cleaned_data["tests"] or []
        if problems := shape_problems(tests):
            raise forms.ValidationError([str(problem.message) for problem in problems])
        return list(tests)

    def clean(self) -> dict[str, Any]:
        """Add, move or remove a section when its list asks for it."""
        cleaned: dict[str, Any] = super().clean()
        act = self.data.get("section_act", "")
        if act and self.part == Part():
            rows = arranged(self.draft, act)
            self.instance.sections = self.instance.sections.stream_block.to_python(rows)
        return cleaned

    def clean_sections(self) -> Any:
        """The whole form: what was shown is put into its place in the draft."""
        shown = self.cleaned_data["sections"]
        if self.part is None:
            return shown
        try:
            rows = put_back(self.draft, self.part, shown.get_prep_value())
        except PartGone:
            raise forms.ValidationError(
                _(
                    "Somebody removed the questions around this part, so it has no place any "
                    "more. Copy what you typed, open the form anew and put it in there."
                )
            ) from None
        return shown.stream_block.to_python(rows)

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Show what concerns a row at that row; of rows elsewhere, say where."""
        sections = self.instance.sections.get_prep_value()
        found = [*problems, *size_problems(sections)]
        placed, rest = place_problems(sections, found, nesting_breaches(sections))
        shown, here = self._in_part(sections, placed)
        if "sections" in self.fields and (error := stream_error(shown, here)):
            self.add_error("sections", error)
        if hidden := sum(map(len, placed.values())) - sum(map(len, here.values())):
            self.add_error(None, self._elsewhere(hidden))
        super().add_problems(rest)

    def _in_part(self, sections: Rows, placed: Placed) -> tuple[Rows, Placed]:
        """The rows shown, and what is said of them at the places where they are shown."""
        if self.part is None:
            return sections, placed
        if not self.part.section:
            return [], {}
        try:
            span = span_of(sections, self.part)
        except PartGone:  # all of the section was removed just now
            return [], {}
        shown = {span.shown(spot): said for spot, said in placed.items()}
        return cut(sections, self.part), {spot: said for spot, said in shown.items() if spot}

    def _elsewhere(self, count: int) -> str:
        text = ngettext(
            "{count} problem is in another part of the form; the list above leads there.",
            "{count} problems are in other parts of the form; the list above leads there.",
            count,
        )
        return text.format(count=count)

    def add_problem(self, problem: Problem) -> None:
        """Show what concerns the settings at their field."""
        path = problem.path.removeprefix("settings/").split("/")[0].lstrip("#")
        field = {"public": "is_public", "labels": "title_az"}.get(path, path)
        if field in self.fields and field != "sections":
            self.add_error(field, problem.message)
        else:
            super().add_problem(problem)


class LibraryItemForm(WagtailAdminModelForm):
    """The editor's form of a library entry."""

    def clean_sections(self) -> Any:
        """Groups and repeats that pair, or what is wrong at its row."""
        sections = self.cleaned_data["sections"]
        rows = sections.get_prep_value()
        placed, _rest = place_problems(rows, [], nesting_breaches(rows))
        if error := stream_error(rows, placed):
            raise error
        return sections


class RowsWidget(forms.Textarea):
    """The values of a list as a table; without scripts, as their JSON."""

    template_name = "forms_builder/admin/rows_input.html"

    class Media:
        js = ["forms_builder/admin/rows.js"]
        css = {"all": ["forms_builder/admin/builder.css"]}

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """The words of the table beside the value."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["words"] = {
            "readUrl": reverse("forms_builder_read_table"),
            "checkUrl": reverse("forms_builder_check_rows"),
            "name": gettext("Code"),
            "az": gettext("Azerbaijani label"),
            "en": gettext("English label"),
            "retired": gettext("Retired"),
            "add": gettext("Add a value"),
            "column": gettext("Add an attribute"),
            "columnName": gettext("Name of the attribute, for example region"),
            "up": gettext("Move up"),
            "down": gettext("Move down"),
            "remove": gettext("Remove"),
            "paste": gettext("Paste from a table"),
            "pasteHelp": gettext(
                "Paste rows copied from a spreadsheet; the first row holds the headings: "
                "name, label_az, label_en and the attributes. They replace the values with "
                "the same code and add the others."
            ),
            "upload": gettext("Or upload a table (.xlsx, .xls, .csv)"),
            "unreachable": gettext("The file could not be read now; try again."),
            "retiredHelp": gettext(
                "A retired value is no longer offered; records that have it still show it."
            ),
            "take": gettext("Take these rows"),
            "badRow": gettext("Line {number}: {reason}"),
            "noName": gettext("there is no code"),
            "twice": gettext("the code stands twice"),
            "noLabel": gettext("there is no label"),
            "noHeading": gettext("The first row must have the headings name and label_az."),
            "willAdd": gettext(
                "{added} new, {changed} changed. Nothing is stored before you save."
            ),
        }
        return context


class ChoiceListForm(DefinitionForm):
    """The editor of a list of values."""

    source = forms.ChoiceField(
        label=_("Source of the values"),
        required=False,
        help_text=_("With a source the values below are not used."),
    )
    rows = StrictJsonField(label=_("Values"), required=False, widget=RowsWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = [(key, source.label) for key, source in CHOICE_SOURCES.items()]
        own = ("", _("the values below"))
        self.fields["source"].choices = _with_current([own, *sources], self.instance.source)

    def clean_rows(self) -> list[dict[str, Any]]:
        """Values without empty cells; anything but a table of values is refused."""
        rows = self.cleaned_data["rows"] or []
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise forms.ValidationError(_("The values must be a table."))
        return [_tidy_row(row) for row in rows]

    def add_problem(self, problem: Problem) -> None:
        """Name the line of the table."""
        if problem.row is None:
            super().add_problem(problem)
            return
        text = gettext("Line {number}: {reason}").format(
            number=problem.row, reason=problem.message
        )
        self.add_error("rows", text)


def _tidy_row(row: dict[str, Any]) -> dict[str, Any]:
    labels = row.get("labels") if isinstance(row.get("labels"), dict) else {}
    kept = {key: item for key, item in row.items() if item not in ("", None, False)}
    return {**kept, "labels": {code: text for code, text in (labels or {}).items() if text}}
