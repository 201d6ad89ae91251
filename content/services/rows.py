"""Saving a plain row by its code, with one audit entry and only when it changed."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from config.accounts.actors import Actor
from config.shared.problems import Problem, ProblemsFound

ModelT = TypeVar("ModelT", bound=models.Model)


@transaction.atomic
def save_row(
    model: type[ModelT], key: Mapping[str, Any], values: Mapping[str, Any], actor: Actor
) -> ModelT:
    """The row of `model` found by `key`, made or changed to have `values`."""
    found = model._default_manager.select_for_update().filter(**key).first()
    row = found or model(**key)
    if found and all(getattr(row, name) == value for name, value in values.items()):
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    action = "wagtail.edit" if found else "wagtail.create"
    log(row, action, user=actor.user, data={"channel": actor.channel})
    return row


def by_codes(model: type[ModelT], codes: list[str], path: str) -> list[ModelT]:
    """The rows with these codes. Raises ProblemsFound naming every unknown code."""
    rows = model._default_manager.in_bulk(codes, field_name="code")
    unknown = [code for code in codes if code not in rows]
    if unknown:
        raise ProblemsFound([unknown_code(code, path) for code in unknown])
    return [rows[code] for code in codes]


def unknown_code(code: str, path: str) -> Problem:
    """The problem of a reference that leads nowhere."""
    text = _("There is nothing with the code “%(code)s”. Add it first.") % {"code": code}
    return Problem("unknown_code", text, path=path)
