"""Published registers and forms, and people who work with them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from config.accounts.actors import Actor
from config.accounts.models import User
from forms_builder.models import FormVersion
from forms_builder.services import publish_form, save_definition_draft
from registry.models import RegisterVersion, Submission
from registry.services import publish_register, save_register, submit
from tests.registry import specs

Json = dict[str, Any]


@pytest.fixture
def publish(db: None, noon: datetime) -> Callable[[Json], Any]:
    """`publish(spec)`: that register or form, published."""

    def make(spec: Json) -> RegisterVersion | FormVersion:
        actor = Actor.system("tests")
        if "children" in spec:
            form = save_definition_draft(spec["code"], spec, actor)
            return publish_form(form, actor=actor, now=noon)
        register = save_register(spec["code"], spec, actor)
        return publish_register(register, actor=actor, now=noon)

    return make


@pytest.fixture
def cases(publish: Callable[[Json], Any]) -> RegisterVersion:
    """The register "cases"."""
    return publish(specs.register_spec())


@pytest.fixture
def persons(publish: Callable[[Json], Any]) -> RegisterVersion:
    """The register "persons"."""
    return publish(specs.persons_spec())


@pytest.fixture
def intake(publish: Callable[[Json], Any], cases: RegisterVersion) -> FormVersion:
    """The form "intake", which makes a case."""
    return publish(specs.form_spec())


@pytest.fixture
def worker(make_user: Callable[..., User]) -> User:
    """A social worker for the whole country."""
    return make_user("social_worker", username="leyla", first_name="Leyla")


@pytest.fixture
def actor(worker: User) -> Actor:
    """The social worker, acting."""
    return Actor.for_user(worker, request_id="request-1")


@pytest.fixture
def send(noon: datetime) -> Callable[..., Submission]:
    """`send(version, actor, last_name="Məmmədova", ...)`: the stored submission."""

    def make(version: FormVersion, actor: Actor, **answers: Any) -> Submission:
        answers.setdefault("last_name", "Məmmədova")
        return submit(version=version, answers=answers, actor=actor, now=noon)

    return make
