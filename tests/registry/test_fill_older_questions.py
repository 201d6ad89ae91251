"""Questions that are retired, wanted or sometimes read-only, in the portal."""

import pytest
from django.urls import reverse

from config.accounts.actors import Actor
from registry.models import Draft, Submission
from registry.services import submit
from tests.support.forms import form, make_register, publish, question, section

pytestmark = pytest.mark.django_db


def visit(*questions):
    return form("visit", section("main", question("who", required=True), *questions))


@pytest.fixture
def worker(make_user):
    return make_user("social_worker", username="leyla")


@pytest.fixture
def signed_in(client, worker):
    client.force_login(worker)
    return client


def step(draft, name="main"):
    return reverse("portal:draft-step", args=[draft.uuid, name])


def begin(client):
    client.post(reverse("portal:fill", args=["visit"]))
    client.get(reverse("portal:fill", args=["visit"]))
    return Draft.objects.latest("pk")


class TestRetiredQuestions:
    @pytest.fixture
    def version(self, db):
        make_register("cases")
        old = visit(question("shoes"), question("hat"))
        return publish(old)

    def test_are_not_asked_in_a_new_form(self, signed_in, version):
        publish(visit(question("shoes", retired=True), question("hat")))

        page = signed_in.get(step(begin(signed_in))).content.decode()

        assert 'name="hat"' in page
        assert 'name="shoes"' not in page

    def test_are_shown_and_kept_where_they_were_answered(
        self, signed_in, worker, version, noon
    ):
        who = Actor.for_user(worker)
        sent = submit(
            version=version, answers={"who": "Ay", "shoes": "37"}, actor=who, now=noon
        )
        publish(visit(question("shoes", retired=True), question("hat")))

        opened = signed_in.post(reverse("portal:amend", args=[sent.uuid]), follow=True)
        draft = Draft.objects.get(amends=sent)
        signed_in.post(step(draft), {"who": "Ay", "shoes": "38", "_update": "1"})
        sending = {
            "wizard-current_step": "review",
            "reason_code": "mistake",
            "reason": "measured",
        }
        signed_in.post(step(draft, "review"), sending)

        assert 'value="37"' in opened.content.decode()
        sent.refresh_from_db()
        assert sent.answers == {"who": "Ay", "shoes": "38"}


class TestWantedQuestions:
    def test_are_named_before_sending_and_forbid_nothing(self, signed_in, db):
        make_register("cases")
        publish(visit(question("phone", soft_required=True)))
        draft = begin(signed_in)
        signed_in.post(step(draft), {"who": "Ay", "_next": "1", "row_version": "1"})

        page = signed_in.get(step(draft, "review")).content.decode()
        answer = signed_in.post(step(draft, "review"), {"wizard-current_step": "review"})

        assert "phone sualı" in page
        assert "#q:phone" in page
        assert answer.status_code == 302
        assert Submission.objects.get().answers == {"who": "Ay"}


class TestReadOnlyQuestions:
    def test_are_locked_by_the_server_too(self, signed_in, db):
        make_register("cases")
        publish(visit(question("fee", "integer", default="3", read_only="${who} = 'Ay'")))
        draft = begin(signed_in)
        signed_in.post(step(draft), {"who": "Ay", "fee": "9", "_update": "1"})

        page = signed_in.get(step(draft)).content.decode()
        signed_in.post(step(draft, "review"), {"wizard-current_step": "review"})

        assert 'data-question="fee" data-type="integer" data-locked' in page
        assert Submission.objects.get().answers == {"who": "Ay", "fee": 3}


class TestNewRows:
    def test_begin_with_their_defaults(self, signed_in, db):
        make_register("cases")
        rows = {
            "kind": "repeat",
            "name": "visits",
            "labels": {"az": "ziyarətlər"},
            "children": [question("place", default="home"), question("on", default="x")],
        }
        publish(visit(rows))
        draft = begin(signed_in)

        signed_in.post(step(draft), {"who": "Ay", "_add": "visits"})

        draft.refresh_from_db()
        assert draft.answers["visits"] == [{"place": "home", "on": "x"}]
