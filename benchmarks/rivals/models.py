"""A model of forty columns with its history, and a Wagtail form page."""

from typing import Any

from django.db import models
from modelcluster.fields import ParentalKey
from simple_history.models import HistoricalRecords
from wagtail.contrib.forms.models import AbstractForm, AbstractFormField

from benchmarks.material import LISTS, kinds

QUESTIONS = 40


def column(kind: str) -> models.Field[Any, Any]:
    """The model field of one question."""
    if kind in ("select_one", "yes_no"):
        choices = [(name, name) for name in LISTS[kind]]
        return models.CharField(max_length=63, blank=True, choices=choices)
    makers: dict[str, models.Field[Any, Any]] = {
        "integer": models.IntegerField(null=True, blank=True),
        "decimal": models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True),
        "date": models.DateField(null=True, blank=True),
        "time": models.TimeField(null=True, blank=True),
        "select_multiple": models.JSONField(default=list, blank=True),
    }
    return makers.get(kind) or models.CharField(max_length=255, blank=True)


class FilledBase(models.Model):
    """What every filled form has beside its answers."""

    filled_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords(inherit=True)

    class Meta:
        abstract = True


Filled: Any = type(
    "Filled",
    (FilledBase,),
    {"__module__": __name__, **{name: column(kind) for name, kind in kinds(QUESTIONS)}},
)


class QuestionField(AbstractFormField):
    """One question of a Wagtail form."""

    page = ParentalKey("QuestionPage", on_delete=models.CASCADE, related_name="form_fields")


class QuestionPage(AbstractForm):
    """A Wagtail form, as its manual makes one."""

    template = "rivals/page.html"
