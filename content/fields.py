"""Model fields for content: lists of codes that an admin ticks."""

from typing import Any

from django import forms
from django.db import models
from django.utils.text import capfirst

from content.offers import offered


class CodesFormField(forms.MultipleChoiceField):
    """Tick boxes; a code that is no longer offered stays ticked until someone removes it."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: str) -> bool:
        """Accept what is offered now and what was stored before."""
        return super().valid_value(value) or value in (self.initial or [])

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare without order: boxes come in the order of the list."""
        return set(initial or []) != set(data or [])


class CodesField(models.JSONField):
    """A list of codes out of `offer` (a key of `content.offers.OFFERS`)."""

    def __init__(self, *args: Any, offer: str = "", **kwargs: Any) -> None:
        self.offer = offer
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        """Tick boxes with what is offered at the moment the form is opened."""
        return CodesFormField(
            label=kwargs.get("label", capfirst(self.verbose_name)),
            help_text=kwargs.get("help_text", self.help_text),
            required=not self.blank,
            choices=lambda: list(offered(self.offer)),
        )


class CodeField(models.CharField[str, str]):
    """One code out of `offer` (a key of `content.offers.OFFERS`)."""

    def __init__(self, *args: Any, offer: str = "", **kwargs: Any) -> None:
        self.offer = offer
        kwargs.setdefault("max_length", 63)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        """A select with what is offered at the moment the form is opened."""
        return forms.ChoiceField(
            label=kwargs.get("label", capfirst(self.verbose_name)),
            help_text=kwargs.get("help_text", self.help_text),
            required=not self.blank,
            choices=lambda: [("", "---------"), *offered(self.offer)],
        )
