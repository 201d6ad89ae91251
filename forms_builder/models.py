"""Forms and lists: what an admin edits, and the frozen versions that records keep."""

import json
from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import PreviewableMixin

from config.shared.definitions import Definition, DefinitionVersion, Usage, current_version
from config.shared.labels import pick
from config.shared.problems import Problem
from forms_builder import outline, rows
from forms_builder.blocks import SectionsBlock
from forms_builder.choices import CHOICE_SOURCES, row_attributes
from forms_builder.media import named_files
from forms_builder.media_store import FormMedia, current_files
from forms_builder.sights import roles_of
from forms_builder.usage import usages

Spec = dict[str, Any]
PHONE_WIDTH = 360  # CSS pixels


class TextDefinition(Definition):
    """A definition whose texts may have more languages than the editor has fields for.

    `extra` keeps whatever else its spec says.
    """

    extra = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True

    def _texts(self, key: str, field: str) -> dict[str, str]:
        """The texts of `field` in every language."""
        own = {"az": getattr(self, f"{field}_az"), "en": getattr(self, f"{field}_en")}
        return outline.tidy({**own, **self.extra.get(key, {})})


class ChoiceListVersionQuerySet(models.QuerySet["ChoiceListVersion"]):
    """Versions of lists."""

    def newest(self) -> Self:
        """One row per list: its newest version."""
        return self.order_by("definition_id", "-number").distinct("definition_id")


class ChoiceList(TextDefinition):
    """A shared list of values; `rows` have the shape of a spec's lists.

    With a `source` the values come from another app and `rows` stay empty.
    """

    source = models.CharField(_("source of the values"), max_length=63, blank=True)
    rows = models.JSONField(_("values"), default=list, blank=True)

    class Meta:
        verbose_name = _("list of values")
        verbose_name_plural = _("lists of values")
        ordering = ["code"]

    def build_spec(self) -> Spec:
        """The list as JSON: {"schema", "code", "labels", "source"?, "rows"?}."""
        spec = {"schema": 1, "code": self.code, "labels": self._texts("labels", "title")}
        own = [] if self.source else self.rows
        return outline.tidy({**spec, "source": self.source, "rows": own})

    def apply_spec(self, spec: Spec) -> None:
        """Make this draft say what `spec` says."""
        labels = dict(spec.get("labels", {}))
        self.title_az, self.title_en = labels.pop("az", ""), labels.pop("en", "")
        self.source, self.rows = spec.get("source", ""), spec.get("rows", [])
        self.extra = outline.tidy({"labels": labels})

    def used_by(self) -> list[Usage]:
        """Forms, registers and others that take their values from this list."""
        return usages("list", self.code)

    def problems(self) -> list[Problem]:
        """Duplicate or malformed values, values without a label, an unknown source."""
        if self.source:
            return rows.source_problems(self.source)
        return rows.row_problems(self.rows, _values_of(row_attributes(self.rows)))


class ChoiceListVersion(DefinitionVersion):
    """One published state of a list."""

    definition = models.ForeignKey(ChoiceList, models.PROTECT, related_name="versions")

    objects = ChoiceListVersionQuerySet.as_manager()

    class Meta(DefinitionVersion.Meta):
        verbose_name = _("version of a list")
        verbose_name_plural = _("versions of lists")
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "number"], name="choice_list_version_number_once"
            ),
        ]

    @property
    def names(self) -> set[str]:
        """The codes of the values, retired ones too."""
        if source := CHOICE_SOURCES.get(self.spec.get("source", "")):
            return {choice.name for choice in source.choices()}
        return {row["name"] for row in self.spec.get("rows", [])}

    @property
    def attributes(self) -> list[str]:
        """The attributes that the values of this version carry."""
        if source := CHOICE_SOURCES.get(self.spec.get("source", "")):
            return list(source.attributes)
        return row_attributes(self.spec.get("rows", []))


def _values_of(codes: Iterable[str]) -> dict[str, set[str]]:
    """The values of those published lists that are called like one of `codes`."""
    newest = ChoiceListVersion.objects.newest().filter(definition__code__in=codes)
    return {version.spec["code"]: version.names for version in newest}


def list_attributes() -> dict[str, list[str]]:
    """The attributes of every published list, by its code."""
    newest = ChoiceListVersion.objects.newest()
    return {version.spec["code"]: version.attributes for version in newest}


class FormDefinition(PreviewableMixin, TextDefinition):
    """A form as an admin edits it; `build_spec` is what publishing freezes.

    `extra` keeps what the editor has no field for: own lists, other languages.
    """

    class Mode(models.TextChoices):
        """What a submission does to the register."""

        NONE = "none", _("keeps the answers only")
        CREATE = "create", _("makes a new record")
        UPDATE = "update", _("adds to an existing record")

    purpose_az = models.TextField(_("purpose in Azerbaijani"), blank=True)
    purpose_en = models.TextField(_("purpose in English"), blank=True)
    register = models.CharField(_("register"), max_length=63, blank=True)
    mode = models.CharField(
        _("a submission"), max_length=10, choices=Mode.choices, default=Mode.NONE
    )
    filled_by = models.JSONField(_("filled by"), default=list, blank=True)
    person_map = models.JSONField(_("where the person's data is"), default=dict, blank=True)
    is_public = models.BooleanField(_("open to everybody"), default=False)
    edit_window_hours = models.PositiveIntegerField(
        _("hours for correction without a reason"), null=True, blank=True
    )
    tests = models.JSONField(_("tests"), default=list, blank=True)
    sections = StreamField(SectionsBlock(), verbose_name=_("sections"), blank=True)

    class Meta:
        verbose_name = _("form")
        verbose_name_plural = _("forms")
        ordering = ["code"]

    def build_spec(self) -> Spec:
        """The form in the shape of docs/architecture.md, without empty values."""
        extra = self.extra
        spec = {
            "schema": 1,
            "code": self.code,
            "languages": ["az", "en"],
            "default_language": "az",
            **{key: item for key, item in extra.items() if key not in _SPEC_FIELDS},
            "labels": self._texts("labels", "title"),
            "purpose": self._texts("purpose", "purpose"),
            "settings": {**outline.tidy(self._settings()), **extra.get("settings", {})},
            "tests": self.tests,
        }
        children = outline.children_from_rows(self.sections.get_prep_value())
        return self._with_media({**outline.tidy(spec), "children": children})

    def _with_media(self, spec: Spec) -> Spec:
        """`spec` with the content of the files that it names, as far as there are any."""
        named = named_files(spec)
        stored = current_files(self) if named else {}
        media = {name: stored[name] for name in sorted(named) if name in stored}
        return {**spec, "media": media} if media else spec

    def _settings(self) -> Spec:
        return {
            "register": self.register,
            "mode": "" if self.mode == self.Mode.NONE else self.mode,
            "filled_by": self.filled_by,
            "person_map": self.person_map,
            "public": self.is_public,
            "edit_window_hours": self.edit_window_hours,
        }

    def apply_spec(self, spec: Spec) -> None:
        """Make this draft say what `spec` says; nothing of it is lost."""
        labels, purpose = dict(spec.get("labels", {})), dict(spec.get("purpose", {}))
        settings = dict(spec.get("settings", {}))
        self.title_az, self.title_en = labels.pop("az", ""), labels.pop("en", "")
        self.purpose_az, self.purpose_en = purpose.pop("az", ""), purpose.pop("en", "")
        self.register = settings.pop("register", "")
        self.mode = settings.pop("mode", self.Mode.NONE)
        self.filled_by = settings.pop("filled_by", [])
        self.person_map = settings.pop("person_map", {})
        self.is_public = settings.pop("public", False)
        self.edit_window_hours = settings.pop("edit_window_hours", None)
        self.tests = spec.get("tests", [])
        self.sections = json.dumps(outline.rows_from_spec(spec))
        rest = {key: spec[key] for key in spec if key not in _SPEC_FIELDS}
        self.extra = {
            **rest,
            **outline.tidy({"labels": labels, "purpose": purpose, "settings": settings}),
        }

    def problems(self) -> list[Problem]:
        """Everything that forbids publishing this draft."""
        from forms_builder.checks import form_problems, removal_problems

        spec = self.build_spec()
        newest = current_version(self) if self.pk else None
        removed = removal_problems(newest.spec, spec) if newest else []
        return [*form_problems(spec, list_attributes()), *removed]

    def used_by(self) -> list[Usage]:
        """Registers, protocols, services and others that need this form."""
        return usages("form", self.code)

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """The whole form in each language, and as each role sees it: "az", "az:supervisor"."""
        languages = [("az", _("in Azerbaijani")), ("en", _("in English"))]
        seen = roles_of(self.filled_by)
        return languages + [
            (f"{code}:{role.code}", format_lazy("{}, {}", str(role), words))
            for code, words in languages
            for role in seen
        ]

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        """The narrowest phone that a form must fit, then Wagtail's tablet and desktop."""
        phone, *larger = self.DEFAULT_PREVIEW_SIZES
        return [{**phone, "device_width": PHONE_WIDTH}, *larger]

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        """The language and the role of the mode; an unknown mode is Azerbaijani."""
        language, _colon, role = mode_name.partition(":")
        language = language if language in ("az", "en") else "az"
        context: dict[str, Any] = super().get_preview_context(request, mode_name)
        return {**context, "preview_language": language, "preview_role": role}

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        """The page that shows the form as a caseworker would see it."""
        return "forms_builder/admin/preview.html"

    def build_compiled(self, spec: Spec) -> dict[str, Any]:
        """Parsed expressions and their order."""
        from forms_builder.checks import compiled_form

        return compiled_form(spec, list_attributes())


_SPEC_FIELDS = {
    "schema", "code", "labels", "purpose", "settings", "children", "tests", "media",
}  # fmt: skip


class FieldLibraryItem(models.Model):
    """Questions or sections that many forms ask, kept to be inserted; a form gets a copy.

    `lists` are the values that belong to the questions alone, as in a spec.
    """

    title_az = models.CharField(_("title in Azerbaijani"), max_length=255, unique=True)
    title_en = models.CharField(_("title in English"), max_length=255, blank=True)
    is_section = models.BooleanField(
        _("inserted as whole sections"),
        default=False,
        help_text=_("Otherwise its questions are added to a section of the form."),
    )
    sections = StreamField(SectionsBlock(), verbose_name=_("questions"), blank=True)
    lists = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("library entry")
        verbose_name_plural = _("library of questions")
        ordering = ["title_az"]

    def __str__(self) -> str:
        return pick({"az": self.title_az, "en": self.title_en})

    @property
    def spec(self) -> Spec:
        """What a form gets: {"children": nodes, "lists"}."""
        children = outline.children_from_rows(self.sections.get_prep_value())
        if not self.is_section:
            children = [one for section in children for one in section.get("children", ())]
        return {"children": children, "lists": self.lists}


class FormVersion(DefinitionVersion):
    """One published form; records keep it for ever. `spec`: docs/architecture.md."""

    definition = models.ForeignKey(FormDefinition, models.PROTECT, related_name="versions")

    class Meta(DefinitionVersion.Meta):
        verbose_name = _("version of a form")
        verbose_name_plural = _("versions of forms")
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "number"], name="form_version_number_once"
            ),
        ]

    @property
    def code(self) -> str:
        """The form's code."""
        return str(self.spec["code"])

    @property
    def title(self) -> str:
        """The form's title in the active language, as it was published."""
        return pick(self.spec.get("labels")) or self.code

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"


__all__ = [
    "ChoiceList",
    "ChoiceListVersion",
    "FieldLibraryItem",
    "FormDefinition",
    "FormMedia",
    "FormVersion",
    "list_attributes",
]
