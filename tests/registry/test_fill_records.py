"""Forms about existing records, lists of forms and drafts, and what these pages cost."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.accounts.actors import Actor
from registry import services
from registry.models import Draft, Record, Submission
from tests.support.forms import MONDAY, form, make_register, publish, question, section

pytestmark = pytest.mark.django_db

NAME = {"name": "name", "labels": {"az": "Ad"}, "searchable": True}
PLACE = {"name": "place", "labels": {"az": "Yer"}}


@pytest.fixture
def worker(make_user):
    return make_user("social_worker", username="leyla", first_name="Leyla")


@pytest.fixture
def client(worker) -> Client:
    client = Client()
    client.force_login(worker)
    return client


@pytest.fixture
def opening(db):
    make_register("cases", attributes=[NAME, PLACE], title_template="{name}")
    return publish(
        form("opening", section("one", question("name", required=True), question("place")))
    )


@pytest.fixture
def visit(opening):
    lookup = question("case", lookup={"register": "cases"}, required=True)
    return publish(
        form(
            "visit",
            section("one", lookup, question("place"), question("seen", appearance="multiline")),
            settings={"mode": "update"},
        )
    )


@pytest.fixture
def record(opening, worker) -> Record:
    return opened(opening, worker, "Ülviyyə Məmmədova")


def opened(opening: Any, worker: Any, name: str) -> Record:
    submission = services.submit(
        version=opening,
        answers={"name": name},
        actor=Actor.for_user(worker),
        now=MONDAY,
    )
    assert submission.record is not None
    return submission.record


def step(draft: Draft, name: str = "one") -> str:
    return reverse("portal:draft-step", args=[draft.uuid, name])


def send(client: Client, draft: Draft, **more: Any) -> Any:
    body = {"wizard-current_step": "review", **more}
    return client.post(step(draft, "review"), body)


class TestAFormAboutARecord:
    def test_asks_which_record_and_finds_it_by_a_plainly_typed_name(
        self, client, visit, record
    ):
        address = reverse("portal:fill", args=["visit"])
        assert not Draft.objects.exists()
        page = client.get(address, {"q": "ulviyye"}).content.decode()

        assert record.key in page
        assert f"?record={record.uuid}" in page
        assert record.key not in client.get(address, {"q": "zaur"}).content.decode()

    def test_says_how_a_record_begins(self, client, visit):
        page = client.get(reverse("portal:fill", args=["visit"])).content.decode()

        assert reverse("portal:fill", args=["opening"]) in page

    def test_begun_from_the_record_knows_it(self, client, visit, record):
        client.get(reverse("portal:fill", args=["visit"]), {"record": record.uuid})

        draft = Draft.objects.get()
        assert draft.record == record
        assert draft.answers == {"case": record.key}

    @pytest.mark.parametrize("value", ["", "x", "00000000-0000-0000-0000-000000000000"])
    def test_about_no_record_is_not_there(self, client, visit, value):
        address = reverse("portal:fill", args=["visit"])

        assert client.get(address, {"record": value}).status_code == 404

    def test_adds_to_the_record(self, client, visit, record):
        client.get(reverse("portal:fill", args=["visit"]), {"record": record.uuid})
        draft = Draft.objects.get()
        body = {"wizard-current_step": "one", "row_version": 1, "case": record.key}
        client.post(step(draft), {**body, "place": "Bakı"})
        send(client, draft)

        assert Record.objects.get().attributes["place"] == "Bakı"

    def test_shows_both_when_somebody_else_was_faster(self, client, visit, record, make_user):
        client.get(reverse("portal:fill", args=["visit"]), {"record": record.uuid})
        draft = Draft.objects.get()
        body = {"wizard-current_step": "one", "row_version": 1, "case": record.key}
        client.post(step(draft), {**body, "place": "Bakı"})
        other = make_user("social_worker", username="vusal", first_name="Vüsal")
        services.submit(
            version=visit,
            answers={"case": record.key, "place": "Gəncə"},
            actor=Actor.for_user(other),
            now=MONDAY,
            record=record,
        )
        refused = send(client, draft)

        page = refused.content.decode()
        assert refused.status_code == 409
        assert "Vüsal" in page
        assert "Gəncə" in page
        assert "Bakı" in page
        seen = page.partition('name="record_row_version" value="')[2].partition('"')[0]
        assert send(client, draft, record_row_version=seen).status_code == 302
        assert Record.objects.get().attributes["place"] == "Bakı"

    def test_suggests_records_to_those_who_may_see_them(self, client, visit, record, make_user):
        address = reverse("portal:lookup", args=["cases"])
        assert client.get(address, {"q": "ülv"}).json()["items"][0]["key"] == record.key
        assert client.get(reverse("portal:lookup", args=["x"]), {"q": "ülv"}).json() == {
            "items": []
        }

        stranger = Client()
        stranger.force_login(make_user("accountant"))
        assert stranger.get(address, {"q": "ülv"}).json() == {"items": []}


class TestDrafts:
    def test_begun_before_are_offered(self, client, opening):
        address = reverse("portal:fill", args=["opening"])
        client.get(address)
        draft = Draft.objects.get()
        body = {"wizard-current_step": "one", "row_version": 1, "name": "Leyla"}
        client.post(step(draft), {**body, "_leave": "1"})

        assert (
            reverse("portal:draft", args=[draft.uuid]) in client.get(address).content.decode()
        )
        client.get(address, {"new": "1"})
        assert Draft.objects.count() == 2

    def test_that_were_only_opened_are_taken_again(self, client, opening):
        for _ in range(2):
            client.get(reverse("portal:fill", args=["opening"]))

        assert Draft.objects.count() == 1

    def test_are_deleted_after_asking(self, client, opening):
        client.get(reverse("portal:fill", args=["opening"]))
        address = reverse("portal:draft-discard", args=[Draft.objects.get().uuid])
        client.get(address)
        assert Draft.objects.exists()
        client.post(address)

        assert not Draft.objects.exists()

    def test_lead_back_to_where_the_writer_was(self, client, opening):
        client.get(reverse("portal:fill", args=["opening"]))
        draft = Draft.objects.get()

        assert client.get(reverse("portal:draft", args=[draft.uuid])).url == step(draft)


class TestTheListOfForms:
    def test_has_those_that_the_person_may_fill(self, client, opening, visit, make_user):
        page = client.get(reverse("portal:forms")).content.decode()
        assert "opening forması" in page
        assert "visit forması" in page
        found = client.get(reverse("portal:forms"), {"q": "OPENİNG"}).content.decode()
        assert "visit forması" not in found

        stranger = Client()
        stranger.force_login(make_user("accountant"))
        assert "opening forması" not in stranger.get(reverse("portal:forms")).content.decode()


class TestCosts:
    def test_of_a_step_do_not_grow(self, client, opening, django_assert_max_num_queries):
        client.get(reverse("portal:fill", args=["opening"]))
        address = step(Draft.objects.get())
        client.get(address)

        with django_assert_max_num_queries(8):
            client.get(address)

    def test_of_the_list_of_drafts_do_not_grow(
        self, client, worker, opening, django_assert_max_num_queries
    ):
        for number in range(20):
            Draft.objects.create(
                form_version=opening,
                user=worker,
                answers={"name": str(number)},
                row_version=2,
                updated_at=MONDAY,
            )
        client.get(reverse("portal:drafts"))

        with django_assert_max_num_queries(6):
            page = client.get(reverse("portal:drafts")).content.decode()
        assert page.count("opening forması") >= 20


def test_a_receipt_is_for_the_sender(client, opening, worker, record, make_user):
    address = reverse("portal:receipt", args=[Submission.objects.get().uuid])
    assert record.key in client.get(address).content.decode()

    stranger = Client()
    stranger.force_login(make_user("social_worker", username="stranger"))
    assert stranger.get(address).status_code == 404
