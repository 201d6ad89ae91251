"""Which record the form of a step goes to."""

import pytest

from config.accounts.actors import Actor
from protocols import selectors
from registry.services import submit
from tests.registry import specs as plain


@pytest.fixture
def case(publish, people, noon):
    """A case of the person whom the report is about; their register is another."""
    publish(plain.persons_spec(access=[plain.rule(["social_worker", "duty_officer"])]))
    publish(plain.register_spec())
    person_map = {"fin": "fin", "last_name": "last_name"}
    form = publish(plain.form_spec("intake", "cases", person_map=person_map))
    answers = {"fin": "AB12345", "last_name": "Məmmədova"}
    actor = Actor.for_user(people.worker)
    return submit(version=form, answers=answers, actor=actor, now=noon).record


@pytest.fixture
def step(triage, case, publish):
    """A step of a run about that person; its form supplements a case."""
    publish(plain.form_spec("assess", "cases", "update"))
    triage.form_code = "assess"
    triage.run.record.person = case.person
    return triage


class TestTheRecordOfAStepsForm:
    def test_is_the_open_one_of_the_same_person(self, step, case, people):
        assert selectors.record_for_form(step, people.worker) == case

    def test_is_none_that_the_worker_may_not_supplement(self, step, people):
        assert selectors.record_for_form(step, people.doctor) is None

    def test_is_the_runs_own_before_any_other(self, step, case, people, publish, noon):
        step.run.records.add(case)
        step.run.record.person = None
        assert selectors.record_for_form(step, people.doctor) == case

    def test_is_left_to_the_worker_when_nobody_is_known(self, step, people):
        step.run.record.person = None
        assert selectors.record_for_form(step, people.worker) is None
