"""The person a form is about: found by FIN in the register of persons, or made there."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import connection

from config.shared.statements import Batch
from config.shared.text import fold
from content.models import Place
from registry.models import Change, ChangeKind, Record
from registry.models.history import database_clock
from registry.rules import PERSONS, Rules, rule_book
from registry.services import records
from registry.services.acts import is_job
from registry.services.errors import AnswersInvalid

Json = dict[str, Any]


def person_answers(spec: Mapping[str, Any], answers: Mapping[str, Any]) -> Json:
    """What the answers say about the person, by attribute of the persons register."""
    mapped = spec.get("settings", {}).get("person_map", {})
    said = {name: answers[key] for name, key in mapped.items() if key in answers}
    if isinstance(said.get("fin"), str):
        said["fin"] = said["fin"].strip()
    return said


def person_for(
    said: Mapping[str, Any],
    change: Change,
    place: Place | None,
    before: Mapping[str, Any] | None = None,
    batch: Batch | None = None,
) -> Record | None:
    """The person with this FIN, made when unknown; None without a FIN.

    What is known of a person is completed, never overwritten: two forms that disagree are
    for people to settle. Only what this very form said `before` is corrected. Somebody who
    is not signed in can make a person known, but changes nothing about a known one.
    """
    rules = rule_book().by_code.get(PERSONS)
    if rules is None or not said.get("fin"):
        return None
    person = find_person(rules, said["fin"])
    if person is None:
        return _make_person(rules, said, change, place, batch)
    if change.actor.user is not None or is_job(change.actor):
        _complete(person, rules, said, change, before or {})
    return person


HOLDER = """
SELECT record_id FROM registry_uniquevalue
WHERE register_id = %(register)s AND rule = 'fin' AND value = %(fin)s
"""
# Waits for anybody else who is making this person at this moment, then looks again.
QUEUE = "SELECT pg_advisory_xact_lock(hashtextextended('person ' || %(fin)s, 0));" + HOLDER


def find_person(rules: Rules, fin: str) -> Record | None:
    """The person with this FIN, locked; with None, nobody else makes one meanwhile."""
    asked: dict[str, int | str] = {"register": rules.register_id, "fin": fold(fin)}
    with connection.cursor() as cursor:
        cursor.execute(HOLDER, asked)
        found = cursor.fetchone()
        if found is None:
            cursor.execute(QUEUE, asked)
            found = cursor.fetchone()
    if found is None:
        return None
    return Record.objects.select_for_update(of=("self",)).get(pk=found[0])


def _make_person(
    rules: Rules,
    said: Mapping[str, Any],
    change: Change,
    place: Place | None,
    batch: Batch | None,
) -> Record:
    known = {name: value for name, value in said.items() if name in rules.attributes}
    if place is not None and "district" in rules.attributes:
        known["district"] = place.code
    change = replace(change, kind=ChangeKind.CREATE)
    return records.create(rules, known, change, place=place, batch=batch)


def _complete(
    person: Record,
    rules: Rules,
    said: Mapping[str, Any],
    change: Change,
    before: Mapping[str, Any],
) -> None:
    new = {
        name: value
        for name, value in said.items()
        if name in rules.attributes
        and value != person.attributes.get(name)
        and person.attributes.get(name) in (None, "", before.get(name))
    }
    if new:
        person.attributes = {**person.attributes, **new}
        # The lock was waited for, so the time is asked again.
        change = replace(change, kind=ChangeKind.CORRECT, recorded_at=database_clock())
        problems = records.store(person, rules, change)
        if problems:
            raise AnswersInvalid(problems)
