"""Several people at once, in real transactions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from registry.models import Record, Submission
from registry.services import AnswersInvalid, StaleWrite, submit, transition
from tests.registry import specs

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 4


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """The result or exception of each act, all begun at the same moment."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=10)
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


class TestAtTheSameTime:
    def test_numbers_have_no_gap_and_no_double(self, intake, actor, noon):
        def write():
            return submit(
                version=intake, answers={"last_name": "A"}, actor=actor, now=noon
            ).record.key

        def fail():
            return submit(version=intake, answers={}, actor=actor, now=noon)

        results = at_once([write, fail] * WRITERS)

        keys = sorted(key for key in results if isinstance(key, str))
        assert keys == [f"KM-2026-000{number}" for number in range(1, WRITERS + 1)]
        assert sum(isinstance(each, AnswersInvalid) for each in results) == WRITERS

    def test_a_double_click_stores_once(self, intake, actor, noon):
        key = uuid4()

        def write():
            return submit(
                version=intake,
                answers={"last_name": "A"},
                actor=actor,
                now=noon,
                client_key=key,
            )

        results = at_once([write] * WRITERS)

        assert {result.uuid for result in results} == {Submission.objects.get().uuid}
        assert Record.objects.count() == 1

    def test_two_editors_of_one_record_both_learn_of_it(self, intake, actor, noon, send):
        record = send(intake, actor).record

        def move(status):
            return lambda: transition(
                record=record, status=status, actor=actor, now=noon, expected_row_version=1
            )

        results = at_once([move("active"), move("closed")])

        assert sum(isinstance(each, Record) for each in results) == 1
        assert sum(isinstance(each, StaleWrite) for each in results) == 1
        record.refresh_from_db()
        assert (record.row_version, record.history.count()) == (2, 2)

    def test_one_person_is_made_for_one_fin(self, publish, persons, cases, actor, noon):
        version = publish(specs.form_spec(person_map=specs.PERSON_MAP))

        def write(name):
            return lambda: submit(
                version=version,
                answers={"last_name": "A", "first_name": name, "fin": "5TKQ9M2"},
                actor=actor,
                now=noon + timedelta(minutes=1),
            )

        results = at_once([write(f"N{number}") for number in range(WRITERS)])

        assert all(isinstance(each, Submission) for each in results), results
        assert Record.objects.filter(register__code="persons").count() == 1
        assert len({each.record.person_id for each in results}) == 1

    def test_a_value_that_must_be_unique_is_taken_once(self, publish, cases, actor, noon):
        publish(specs.register_spec(unique=[{"attributes": ["fin"], "among": "open"}]))
        version = publish(specs.form_spec())

        def write():
            answers = {"last_name": "A", "fin": "5TKQ9M2"}
            return submit(version=version, answers=answers, actor=actor, now=noon)

        results = at_once([write] * WRITERS)

        assert sum(isinstance(each, Submission) for each in results) == 1
        assert sum(isinstance(each, AnswersInvalid) for each in results) == WRITERS - 1
