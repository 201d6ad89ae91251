"""Registers: what a kind of record is made of, and who may do what with it."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField

from config.shared.definitions import Definition, DefinitionVersion
from config.shared.problems import Problem
from registry import blocks
from registry.register_spec import check_spec, read_spec, write_spec


class Register(Definition):
    """What an admin edits; publishing freezes it as a RegisterVersion."""

    class Subject(models.TextChoices):
        """Whom or what a record is about."""

        PERSON = "person", _("person")
        FAMILY = "family", _("family")
        ORGANIZATION = "organization", _("organization")
        CASE = "case", _("case")
        OTHER = "other", _("other")

    subject = models.CharField(
        _("subject"), max_length=20, choices=Subject.choices, default=Subject.OTHER
    )
    key_pattern = models.CharField(
        _("number pattern"),
        max_length=63,
        help_text=_("For example HA-{year}-{seq:5}: letters, the year, five digits."),
    )
    title_template = models.CharField(
        _("title"),
        max_length=255,
        blank=True,
        help_text=_(
            "Names of attributes in braces, for example {last_name} {first_name}. "
            "Empty: the person's name, else the number."
        ),
    )
    attributes = StreamField(
        [("attribute", blocks.AttributeBlock())], blank=True, verbose_name=_("attributes")
    )
    statuses = StreamField(
        [("status", blocks.StatusBlock())], blank=True, verbose_name=_("statuses")
    )
    list_columns = StreamField(
        [("column", blocks.ColumnBlock())], blank=True, verbose_name=_("columns of the list")
    )
    links = StreamField([("link", blocks.LinkBlock())], blank=True, verbose_name=_("links"))
    unique_rules = StreamField(
        [("rule", blocks.UniqueBlock())], blank=True, verbose_name=_("no two alike")
    )
    access_rules = StreamField(
        [("rule", blocks.AccessBlock())], blank=True, verbose_name=_("who may do what")
    )
    retention_az = models.TextField(_("retention in Azerbaijani"), blank=True)
    retention_en = models.TextField(_("retention in English"), blank=True)

    class Meta:
        verbose_name = _("register")
        verbose_name_plural = _("registers")
        ordering = ["code"]

    def build_spec(self) -> dict[str, Any]:
        """The register as JSON (docs/architecture.md, "The register spec")."""
        return read_spec(self)

    def apply_spec(self, spec: dict[str, Any]) -> None:
        """Make this draft say what `spec` says."""
        write_spec(self, spec)

    def problems(self) -> list[Problem]:
        """Everything that forbids publishing."""
        return check_spec(self.build_spec())


class RegisterVersion(DefinitionVersion):
    """One published state of a register; its rules apply from the moment it is newest."""

    definition = models.ForeignKey(Register, models.PROTECT, related_name="versions")

    class Meta(DefinitionVersion.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "number"], name="register_version_number_once"
            ),
        ]


class RecordCounter(models.Model):
    """The last number given in a register and year (0 when the pattern has no year)."""

    register = models.ForeignKey(Register, models.PROTECT, related_name="+")
    year = models.PositiveIntegerField()
    value = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["register", "year"], name="record_counter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.register_id}/{self.year}: {self.value}"
