"""Editing screens of forms and lists."""

import json
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.panels import TabbedInterface as Tabs
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.snippets.views.snippets import SnippetViewSet

from config.shared.definition_admin import (
    DefinitionCreateView,
    DefinitionEditView,
    DefinitionIndexView,
    DefinitionViewSet,
)
from config.shared.definition_versions import VersionDiffView
from config.shared.definitions import DefinitionVersion
from config.shared.differences import Change
from forms_builder.admin_forms import ChoiceListForm, FormDefinitionForm, LibraryItemForm
from forms_builder.form_differences import form_differences
from forms_builder.models import ChoiceList, FieldLibraryItem, FormDefinition
from forms_builder.panels import BuilderPanel, PartsPanel, ProblemsPanel, UsedByPanel
from forms_builder.part_views import PartsMixin
from forms_builder.parts import new_section

NAMES = [
    FieldPanel("code"),
    FieldRowPanel([FieldPanel("title_az"), FieldPanel("title_en")]),
]


class FormIndexView(DefinitionIndexView):
    """All forms, with the way in for workbooks."""

    @cached_property
    def header_buttons(self) -> list[Any]:
        """Add, and import from a workbook."""
        buttons = list(super().header_buttons)
        if self.add_url:
            label, url = _("Import XLSForm"), reverse("forms_builder_import")
            buttons.append(HeaderButton(label, url=url, icon_name="upload"))
        return buttons


class FormCreateView(DefinitionCreateView):
    """A new form begins with one section and one empty question."""

    def get_initial_form_instance(self) -> FormDefinition:
        """A form that may be typed into at once; its rows have ids, so their names differ."""
        return FormDefinition(sections=json.dumps([new_section()]))


class FormEditView(PartsMixin, DefinitionEditView):
    """The editor of a form, with trying it out and copying of its parts."""

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        """Versions, trying out, and copying questions to another form."""
        url = reverse("forms_builder_copy", args=[self.object.pk])
        copy = Button(
            _("Copy questions to another form"), url=url, icon_name="copy", priority=40
        )
        url = reverse("forms_builder_try", args=[self.object.pk])
        trial = Button(_("Try it"), url=url, icon_name="view", priority=30)
        url = reverse("forms_builder_media", args=[self.object.pk])
        media = Button(_("Files of the form"), url=url, icon_name="image", priority=42)
        buttons = [trial, copy, media, *self._library_buttons(), *self._export_button()]
        return [*super().header_more_buttons, *buttons]

    def _export_button(self) -> list[Button]:
        if not self.object.versions.exists():
            return []  # a workbook is of what was published
        url = reverse("forms_builder_export", args=[self.object.pk])
        return [Button(_("Download as XLSForm"), url=url, icon_name="download", priority=44)]

    def _library_buttons(self) -> list[Button]:
        pages = [
            (_("Insert from the library"), "forms_builder_insert", "plus-inverse"),
            (_("Save to the library"), "forms_builder_keep", "folder-open-1"),
        ]
        return [
            Button(label, url=reverse(name, args=[self.object.pk]), icon_name=icon, priority=45)
            for label, name, icon in pages
        ]


class FormDiffView(VersionDiffView):
    """Two versions of a form, question by question."""

    def changes(self, old: DefinitionVersion, new: DefinitionVersion) -> Iterable[Change]:
        """Added, removed, moved and changed questions in words."""
        return form_differences(old.spec, new.spec)


class FormDefinitionViewSet(DefinitionViewSet):
    """Forms."""

    model = FormDefinition
    icon = "form"
    menu_label = _("Forms")
    menu_order = 110
    index_view_class = FormIndexView
    add_view_class = FormCreateView
    edit_view_class = FormEditView
    version_diff_view_class = FormDiffView
    edit_handler = Tabs(
        [
            ObjectList(
                [*NAMES, ProblemsPanel(), PartsPanel(), FieldPanel("sections"), BuilderPanel()],
                heading=_("Questions"),
            ),
            ObjectList(
                [
                    MultiFieldPanel(
                        [FieldPanel("purpose_az"), FieldPanel("purpose_en")], _("Purpose")
                    ),
                    MultiFieldPanel(
                        [
                            FieldPanel("register"),
                            FieldPanel("mode"),
                            FieldPanel("person_map"),
                        ],
                        _("Where answers go"),
                    ),
                    MultiFieldPanel(
                        [
                            FieldPanel("filled_by"),
                            FieldPanel("is_public"),
                            FieldPanel(
                                "edit_window_hours",
                                heading=_("Hours for the sender's own correction"),
                                help_text=_(
                                    "How long after sending whoever sent the form may correct "
                                    "it themself. Empty or 0: only those whose role may amend."
                                ),
                            ),
                        ],
                        _("Who answers"),
                    ),
                ],
                heading=_("Settings of the form"),
            ),
            ObjectList([FieldPanel("tests")], heading=_("Tests")),
            ObjectList([UsedByPanel()], heading=_("Where it is used")),
        ],
        base_form_class=FormDefinitionForm,
    )


class FieldLibraryViewSet(SnippetViewSet):
    """Questions and sections that many forms ask."""

    model = FieldLibraryItem
    icon = "folder-open-1"
    menu_label = _("Library")
    menu_order = 125
    add_to_admin_menu = True
    list_display = ["__str__", "is_section"]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("title_az"), FieldPanel("title_en")]),
            FieldPanel("is_section"),
            FieldPanel("sections"),
            BuilderPanel(),
        ],
        base_form_class=LibraryItemForm,
    )


class ChoiceListViewSet(DefinitionViewSet):
    """Lists of values."""

    model = ChoiceList
    icon = "list-ol"
    menu_label = _("Lists")
    menu_order = 120
    edit_handler = Tabs(
        [
            ObjectList([*NAMES, FieldPanel("source"), FieldPanel("rows")], heading=_("Values")),
            ObjectList([UsedByPanel()], heading=_("Where it is used")),
        ],
        base_form_class=ChoiceListForm,
    )
