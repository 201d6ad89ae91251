"""What a form knows when it begins, and how it looks on paper."""

import pytest
from django.test import Client
from django.urls import reverse

from config.accounts.actors import Actor
from registry import services
from registry.models import Draft, Record
from tests.support.forms import (
    MONDAY,
    form,
    make_register,
    publish,
    publish_list,
    question,
    section,
)

pytestmark = pytest.mark.django_db

NAME = {"name": "name", "labels": {"az": "Ad"}}
SECRET = {"name": "secret", "labels": {"az": "Sirr"}, "sensitivity": "safe_address"}
ACCESS = [
    {
        "roles": ["social_worker"],
        "organizations": ["*"],
        "scope": "all",
        "actions": ["read", "create", "update"],
        "sensitivity": "sensitive",
    }
]


@pytest.fixture
def worker(make_user):
    return make_user("social_worker", username="leyla", first_name="Leyla")


@pytest.fixture
def client(worker) -> Client:
    client = Client()
    client.force_login(worker)
    return client


@pytest.fixture
def record(worker) -> Record:
    make_register("cases", attributes=[NAME, SECRET], access=ACCESS)
    kinds = [{"name": code, "labels": {"az": f"növ {code}"}} for code in ("a", "b")]
    publish_list("kinds", kinds)
    opening = publish(
        form(
            "opening",
            section(
                "one",
                question("name", required=True),
                question("secret", sensitivity="safe_address"),
                question("kind", "select_one", list="kinds"),
                question("total", "calculate", calculation="1 + 1"),
                question("shown", "select_one", list="kinds", relevant="${kind} = 'a'"),
            ),
        )
    )
    answers = {"name": "Ülviyyə", "secret": "Gizli küçə 5", "kind": "a"}
    submission = services.submit(
        version=opening, answers=answers, actor=Actor.for_user(worker), now=MONDAY
    )
    assert submission.record is not None
    return submission.record


class TestAFormAboutARecord:
    @pytest.fixture
    def draft(self, client, record) -> Draft:
        publish(
            form(
                "visit",
                section(
                    "one",
                    question("case", lookup={"register": "cases"}),
                    question("called", save_to="name"),
                    question("hidden", save_to="secret"),
                    question("when", default="today()"),
                    question("how", default="phone"),
                    question("name", read_only=True),
                ),
                settings={"mode": "update"},
            )
        )
        client.get(f"{reverse('portal:fill', args=['visit'])}?record={record.uuid}")
        return Draft.objects.get()

    def test_begins_with_what_the_record_says(self, draft, record):
        assert draft.answers["called"] == "Ülviyyə"
        assert draft.answers["case"] == record.key

    def test_shows_what_may_only_be_read(self, client, draft):
        page = client.get(reverse("portal:draft-step", args=[draft.uuid, "one"]))

        box = page.content.decode().partition('data-question="name"')[2]
        assert "Ülviyyə" in box.partition("</output>")[0]

    def test_begins_with_defaults(self, draft):
        assert draft.answers["how"] == "phone"
        assert len(draft.answers["when"]) == 10

    def test_tells_nothing_that_the_record_hides_from_the_writer(self, draft):
        assert "hidden" not in draft.answers


class TestPaper:
    def test_has_every_question_of_a_blank_form(self, client, record):
        page = client.get(reverse("portal:print-form", args=["opening"])).content.decode()

        assert "name sualı *" in page
        assert "növ a" in page and "○" in page
        assert "shown sualı ◊" in page
        assert "total" not in page

    def test_has_what_was_sent_in_and_the_reader_may_see(self, client, record):
        sent = record.submissions.get()
        page = client.get(reverse("portal:print", args=[sent.uuid])).content.decode()

        assert "Ülviyyə" in page and "növ a" in page
        assert "Gizli küçə" not in page
        assert record.key in page

    def test_is_nothing_for_others(self, record, make_user):
        stranger = Client()
        stranger.force_login(make_user("accountant"))
        sent = record.submissions.get()

        assert stranger.get(reverse("portal:print", args=[sent.uuid])).status_code == 404
        assert stranger.get(reverse("portal:print-form", args=["opening"])).status_code == 403

    def test_is_one_click_from_lists_and_records(self, client, record):
        forms = client.get(reverse("portal:forms")).content.decode()
        page = client.get(reverse("portal:record", args=[record.uuid])).content.decode()

        assert reverse("portal:print-form", args=["opening"]) in forms
        assert reverse("portal:print", args=[record.submissions.get().uuid]) in page
