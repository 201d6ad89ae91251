"""What stands beside a record (title, reason, day, trail) tells no more and no less than it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from config.accounts.actors import Actor
from registry.models import Record
from registry.services import amend, submit
from tests.registry.conftest import publish
from tests.registry.specs import PERSON_MAP, form_spec, persons_spec, register_spec, rule

__all__ = ["publish"]

NAME, REASON = "Gizlinova", "SIRR-SEBEB"
WORKERS = rule(["social_worker"])


@pytest.fixture
def actor(make_user):
    """A social worker, acting."""
    return Actor.for_user(make_user("social_worker", username="worker"))


@pytest.fixture
def guard(client, make_user):
    """The browser of somebody who sees little."""
    client.force_login(make_user("guard", username="guard"))
    return client


class TestATitleOfTheirOwn:
    def test_does_not_become_the_persons_name_when_it_is_empty(
        self, publish, actor, guard, noon
    ):
        guards = rule(["guard"], actions=["read"], sensitivity="internal")
        publish(register_spec(title_template="{risk}", access=[WORKERS, guards]))
        publish(persons_spec())
        form = publish(form_spec(person_map=PERSON_MAP))
        answers = {"last_name": NAME, "fin": "FIN0001"}
        record = submit(version=form, answers=answers, actor=actor, now=noon).record

        register = guard.get(reverse("portal:register", args=["cases"])).text
        page = guard.get(reverse("portal:record", args=[record.uuid])).text

        assert record.key in register
        assert NAME not in register + page


class TestTheReasonOfACorrection:
    def test_is_not_told_beside_the_person_whom_the_form_was_about(
        self, publish, actor, guard, noon
    ):
        publish(register_spec(access=[WORKERS]))
        guards = rule(["guard"], actions=["read", "audit"], sensitivity="personal")
        publish(persons_spec(access=[WORKERS, guards]))
        form = publish(form_spec(person_map=PERSON_MAP))
        answers = {"last_name": "Əliyeva", "fin": "FIN0001"}
        sent = submit(version=form, answers=answers, actor=actor, now=noon)
        amend(
            submission=sent,
            answers={**answers, "last_name": "Quliyeva"},
            actor=actor,
            now=noon,
            expected_row_version=1,
            reason_code="mistake",
            reason=REASON,
        )

        person = Record.objects.get(register__code="persons")
        change = person.history.latest("history_id")
        told = [
            guard.get(reverse(name, args=args)).text
            for name, args in [
                ("portal:record", [person.uuid]),
                ("audit:record", [person.uuid]),
                ("audit:change", ["record", change.pk]),
                ("audit:history", []),
            ]
        ]

        assert "Quliyeva" in told[0]
        assert not any(REASON in page for page in told)
        assert change.reason_code == "mistake"  # the words stand in the form's own history
        assert sent.history.latest("history_id").reason == REASON


class TestADay:
    def test_is_that_of_baku(self, publish, actor, client):
        publish(register_spec(list_columns=["key", "created_at", "updated_at"]))
        form = publish(form_spec())
        night = datetime(2026, 11, 17, 1, 30, tzinfo=ZoneInfo("Asia/Baku"))
        submit(version=form, answers={"last_name": NAME}, actor=actor, now=night)
        client.force_login(actor.user)

        page = client.get(reverse("portal:register", args=["cases"])).text

        assert page.count("17.11.2026") == 2
        assert "16.11.2026" not in page


class TestALookUp:
    def test_is_not_filled_with_what_its_reader_may_not_find(self, publish, actor, guard, noon):
        guards = rule(["guard"], actions=["read"], sensitivity="internal")
        publish(register_spec(access=[WORKERS, guards]))
        form = publish(form_spec())
        answers = {"last_name": "A", "risk": "Gizlinova"}
        seen = submit(version=form, answers=answers, actor=actor, now=noon).record
        for minute in range(1, 25):
            later = noon + timedelta(minutes=minute)
            submit(version=form, answers={"last_name": NAME}, actor=actor, now=later)

        found = guard.get(reverse("portal:lookup", args=["cases"]), {"q": NAME}).json()

        assert [item["key"] for item in found["items"]] == [seen.key]


class TestASearchThatFindsNothing:
    def test_is_in_the_trail_without_what_was_typed(self, publish, actor, client):
        publish(register_spec())
        client.force_login(actor.user)

        client.get(reverse("portal:search"), {"q": "5ABC123"})

        line = ModelLogEntry.objects.get(action="registry.search")
        assert (line.user, line.data["found"]) == (actor.user, 0)
        assert "5ABC123" not in str(line.data)


class TestAChoiceOfAPublicForm:
    @pytest.mark.parametrize("language", ["", "/en"])
    def test_is_kept_by_no_proxy(self, client, db, language):
        answer = client.get(f"{language}/muraciet/signal/siyahi/")
        assert "no-store" in answer["Cache-Control"]
