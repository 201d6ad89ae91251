"""Protocols as admins write them, and their frozen versions."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import PreviewableMixin

from config.shared.definitions import Definition, DefinitionVersion, code_validator
from config.shared.labels import pick
from config.shared.problems import Problem
from protocols.blocks import STEP_BLOCKS
from protocols.drafting import steps_from_stream, stream_from_steps
from protocols.schema import without_empty

EVENTS = ["create", "update"]


class Protocol(PreviewableMixin, Definition):
    """What must happen after certain answers: steps, who does them, by when."""

    class Severity(models.TextChoices):
        """How grave it is when a step is late."""

        NORMAL = "normal", _("normal")
        URGENT = "urgent", _("urgent")

    description_az = models.TextField(_("description in Azerbaijani"), blank=True)
    description_en = models.TextField(_("description in English"), blank=True)
    severity = models.CharField(
        _("severity"), max_length=10, choices=Severity.choices, default=Severity.NORMAL
    )
    legal_basis = models.JSONField(_("legal basis"), default=list, blank=True)
    trigger_form = models.CharField(
        _("form that starts it"), max_length=63, blank=True, validators=[code_validator]
    )
    trigger_expression = models.TextField(
        _("condition"),
        blank=True,
        help_text=_("Over the form's answers; empty: every submission starts it."),
    )
    trigger_on_update = models.BooleanField(_("also when answers are amended"), default=False)
    trigger_description_az = models.CharField(
        _("when it starts, in Azerbaijani"), max_length=255, blank=True
    )
    trigger_description_en = models.CharField(
        _("when it starts, in English"), max_length=255, blank=True
    )
    start = models.CharField(
        _("first step"),
        max_length=63,
        blank=True,
        help_text=_("Empty: the first one of the list."),
    )
    steps = StreamField(STEP_BLOCKS, verbose_name=_("steps"), blank=True)
    source = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("protocol")
        verbose_name_plural = _("protocols")
        ordering = ["code"]

    def build_spec(self) -> dict[str, Any]:
        """The content in the shape of `protocols.schema`."""
        steps = steps_from_stream(self.steps.stream_block.get_prep_value(self.steps))
        return without_empty(
            {
                "schema": 1,
                "code": self.code,
                "labels": without_empty({"az": self.title_az, "en": self.title_en}),
                "description": without_empty(
                    {"az": self.description_az, "en": self.description_en}
                ),
                "severity": self.severity,
                "legal_basis": self.legal_basis,
                "trigger": self._trigger_spec(),
                "start": self.start or next((step.get("code", "") for step in steps), ""),
                "steps": steps,
                "source": self.source,
            }
        )

    def apply_spec(self, spec: Mapping[str, Any]) -> None:
        """Make this draft say what `spec` says."""
        labels, description = spec.get("labels", {}), spec.get("description", {})
        trigger = spec.get("trigger", {})
        told = trigger.get("description", {})
        self.title_az, self.title_en = labels.get("az", ""), labels.get("en", "")
        self.description_az = description.get("az", "")
        self.description_en = description.get("en", "")
        self.severity = spec.get("severity", self.Severity.NORMAL)
        self.legal_basis = list(spec.get("legal_basis", ()))
        self.trigger_form = trigger.get("form", "")
        self.trigger_expression = trigger.get("expression", "")
        self.trigger_on_update = "update" in trigger.get("on", ())
        self.trigger_description_az = told.get("az", "")
        self.trigger_description_en = told.get("en", "")
        self.start = spec.get("start", "")
        self.steps = json.dumps(stream_from_steps(spec.get("steps", ())))
        self.source = dict(spec.get("source", {}))

    def problems(self) -> list[Problem]:
        """Everything that forbids publishing."""
        from protocols.checks import check_protocol

        return check_protocol(self.build_spec())

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        """The template of the panel beside the editor."""
        return "protocols/admin/preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """The drawing, and what forbids publishing."""
        from config.accounts.models import Role
        from protocols.drawing import draw

        roles = {role.code: str(role) for role in Role.objects.all()}
        drawing = draw(self.build_spec(), roles)
        return {"title": self.title, "drawing": drawing, "problems": self.problems()}

    def _trigger_spec(self) -> dict[str, Any]:
        return without_empty(
            {
                "form": self.trigger_form,
                "expression": self.trigger_expression,
                "on": EVENTS if self.trigger_on_update else None,
                "description": without_empty(
                    {"az": self.trigger_description_az, "en": self.trigger_description_en}
                ),
            }
        )


class ProtocolVersion(DefinitionVersion):
    """One published protocol; `spec` has the shape of `protocols.schema`."""

    definition = models.ForeignKey(Protocol, models.PROTECT, related_name="versions")
    trigger_form = models.CharField(max_length=63, db_index=True, editable=False)

    class Meta(DefinitionVersion.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "number"], name="protocol_version_number_once"
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store, with the form that starts it where it can be looked up."""
        self.trigger_form = self.spec.get("trigger", {}).get("form", "")
        super().save(*args, **kwargs)

    @property
    def title(self) -> str:
        """The protocol's title of that time, in the active language."""
        return pick(self.spec["labels"])

    @property
    def is_urgent(self) -> bool:
        """Whether lateness is grave."""
        return bool(self.spec["severity"] == Protocol.Severity.URGENT)
