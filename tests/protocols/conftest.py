"""A protocol in force, and the people it concerns."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from config.accounts.actors import Actor
from config.accounts.models import User
from protocols.models import ProtocolVersion, Step
from protocols.services import publish_protocol, save_protocol
from registry.models import Submission
from registry.services import submit
from tests.protocols import specs
from tests.registry.conftest import publish

Json = dict[str, Any]
__all__ = ["publish"]


@pytest.fixture
def people(make_user: Callable[..., User], make_organization: Any) -> SimpleNamespace:
    """One person for each role; `stranger` holds a post elsewhere."""
    make_organization("clinic")
    return SimpleNamespace(
        officer=make_user("duty_officer", username="officer"),
        worker=make_user("social_worker", username="worker", email="worker@example.az"),
        colleague=make_user("social_worker", username="colleague"),
        supervisor=make_user("supervisor", username="supervisor", email="s@example.az"),
        doctor=make_user("agency_rep", organization="clinic", username="doctor"),
        stranger=make_user("social_worker", organization="other", username="stranger"),
    )


@pytest.fixture
def publish_spec(db: None, noon: datetime) -> Callable[[Json], ProtocolVersion]:
    """`publish_spec(spec)`: that protocol, published."""

    def make(spec: Json) -> ProtocolVersion:
        actor = Actor.system("tests")
        return publish_protocol(save_protocol(spec["code"], spec, actor), actor=actor, now=noon)

    return make


@pytest.fixture
def forms(publish: Callable[[Json], Any], people: SimpleNamespace) -> SimpleNamespace:
    """The register of reports and its two forms."""
    publish(specs.reports_spec())
    return SimpleNamespace(
        report=publish(specs.report_spec()),
        visit=publish(specs.report_spec("visit", "update")),
    )


@pytest.fixture
def protocol(forms: Any, publish_spec: Callable[[Json], ProtocolVersion]) -> ProtocolVersion:
    """The urgent protocol, in force."""
    return publish_spec(specs.protocol_spec())


@pytest.fixture
def report(forms: Any, people: SimpleNamespace, noon: datetime) -> Callable[..., Submission]:
    """`report(danger="high")`: a report sent in by the duty officer at noon."""

    def make(**answers: Any) -> Submission:
        answers = {"danger": "high", "last_name": "Məmmədova", **answers}
        actor = Actor.for_user(people.officer)
        return submit(version=forms.report, answers=answers, actor=actor, now=noon)

    return make


@pytest.fixture
def triage(protocol: Any, report: Callable[..., Submission]) -> Step:
    """The first step of a run that has just begun."""
    run = report().protocol_runs.get()
    return run.steps.get()


@pytest.fixture
def broken_table(db: None) -> Callable[..., AbstractContextManager[None]]:
    """`with broken_table("protocols_run"):` the database refuses to write to that table.

    `when` is a condition in SQL over NEW; the table works again afterwards.
    """

    @contextmanager
    def broken(table: str, when: str = "true") -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE FUNCTION refuse_for_test() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'broken for a test'; END $$"
            )
            cursor.execute(
                f"CREATE TRIGGER refuse_for_test BEFORE INSERT OR UPDATE ON {table} "
                f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_for_test()"
            )
        yield
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION refuse_for_test CASCADE")

    return broken
