"""Questions that name a record: finding it, within what the writer may see."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from config.accounts.actors import Actor
from config.shared.problems import Problem
from forms_builder.lookups import DatabaseLookups
from registry import access
from registry.answers import Item, items_of
from registry.models import Record
from registry.rules import rule_book
from registry.services.acts import is_job


class RecordLookups(DatabaseLookups):
    """Published lists, and the records that the writer may read."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def record(self, register: str, key: str) -> Mapping[str, Any] | None:
        """The attributes of a record with its key, status and title; None when not visible."""
        record = visible_to(self.actor).filter(register__code=register, key=key).first()
        if record is None:
            return None
        known = {"key": record.key, "status": record.status}
        if is_job(self.actor):
            return {**record.attributes, **known, "title": record.title}
        fields = access.fields_for(self.actor.user, record)
        rules = rule_book().by_id[record.register_id]
        readable = fields.attributes(record, rules)
        shown = {
            name: value
            for name, value in readable.items()
            if not isinstance(value, access.Masked)
        }
        if not fields.knows("status"):
            del known["status"]
        return {**shown, **known, "title": fields.title(record, rules)}


def visible_to(actor: Actor, purpose: str = "read") -> QuerySet[Record]:
    """The records that the actor may name; a job may name any."""
    return Record.objects.all() if is_job(actor) else access.records_for(actor.user, purpose)


def lookup_items(spec: Mapping[str, Any]) -> list[Item]:
    """The questions of the outermost scope that name a record."""
    return [item for item in items_of(spec) if item.node.get("lookup")]


def named_records(
    spec: Mapping[str, Any], answers: Mapping[str, Any], actor: Actor
) -> tuple[dict[str, Record], list[Problem]]:
    """The records that the answers name, by the question's key, and what was not found."""
    asked = {
        item.key: (item.node["lookup"]["register"], str(answers[item.key]))
        for item in lookup_items(spec)
        if answers.get(item.key)
    }
    if not asked:
        return {}, []
    keys = [key for _register, key in asked.values()]
    rows = visible_to(actor).filter(key__in=keys).select_related("register")
    found = {(row.register.code, row.key): row for row in rows}
    named = {name: found[place] for name, place in asked.items() if place in found}
    problems = [
        Problem("unknown_record", _("No record you may see has this number."), path=name)
        for name in asked.keys() - named.keys()
    ]
    return named, problems


def target_key(spec: Mapping[str, Any], answers: Mapping[str, Any]) -> tuple[str, str]:
    """(question, key) by which a form that supplements names its record; ("", "") if none."""
    register = spec.get("settings", {}).get("register")
    for item in lookup_items(spec):
        if item.node["lookup"]["register"] == register and answers.get(item.key):
            return item.key, str(answers[item.key])
    return "", ""
