"""A referral opens the fields that the sender ticked, in every door, and nothing else."""

import pytest
from django.urls import reverse
from django.utils import timezone

from config.accounts.actors import Actor
from protocols.services import move_referral
from registry import access, selectors
from registry.services.lookups import RecordLookups
from tests.security.conftest import CANARY

NAME, DANGER, NOTE = "Məmmədova", "danger-is-high", "note-for-us"
STATUS = ">Yeni</span>"  # the badge; the word alone stands in the filter too


@pytest.fixture
def doctor(client, people):
    """The clinic's browser."""
    client.force_login(people.doctor)
    return client


def pages(client, record):
    """The text of every page on which a reader meets the record."""
    doors = [
        (reverse("portal:record", args=[record.uuid]), {}),
        (reverse("portal:record", args=[record.uuid]), {"history": "all"}),
        (reverse("portal:register", args=["reports"]), {}),
        (reverse("portal:search"), {"q": record.key[:6]}),
        (reverse("portal:lookup", args=["reports"]), {"q": record.key}),
        (reverse("portal:fill", args=["visit"]), {"q": record.key}),
        (reverse("portal:home"), {}),
    ]
    found = [client.get(url, data, follow=True) for url, data in doors]
    assert [page.status_code for page in found] == [200] * len(doors)
    return "".join(page.content.decode() for page in found)


# What the clinic reads, by what the sender ticked.
TICKED = [
    pytest.param((), [], id="nothing"),
    pytest.param(("last_name",), [NAME], id="one"),
    pytest.param(("last_name", "danger"), [NAME, DANGER], id="two"),
    pytest.param(("story",), [], id="more than the register gives"),
    pytest.param(("note",), [NOTE], id="a question that is no attribute"),
]


class TestTheReceiver:
    @pytest.mark.parametrize(("ticked", "shown"), TICKED)
    def test_reads_what_was_ticked_in_every_door(self, doctor, record, refer, ticked, shown):
        refer(*ticked)

        text = pages(doctor, record)

        assert record.key in text
        for secret in (NAME, DANGER, NOTE, CANARY, STATUS, access.MASKED, "sekil.png"):
            assert (secret in text) == (secret in shown), secret

    @pytest.mark.parametrize(("ticked", "shown"), TICKED)
    def test_reads_no_more_on_the_page_of_the_referral(
        self, doctor, record, refer, ticked, shown
    ):
        url = reverse("protocols:referral", args=[refer(*ticked).uuid])

        text = doctor.get(url).text

        for secret in (NAME, CANARY):  # what is no attribute stands on the record's page
            assert (secret in text) == (secret in shown), secret

    def test_reads_the_union_of_two_referrals(self, doctor, record, refer):
        refer("last_name")
        refer("danger")

        text = pages(doctor, record)

        assert NAME in text
        assert DANGER in text
        assert NOTE not in text

    @pytest.mark.parametrize("query", [NAME, NAME.lower(), DANGER, NOTE, CANARY])
    def test_finds_the_record_by_its_number_alone(self, doctor, record, refer, query):
        refer("last_name")

        for url, name in [
            (reverse("portal:search"), "q"),
            (reverse("portal:register", args=["reports"]), "query"),
            (reverse("portal:lookup", args=["reports"]), "q"),
        ]:
            assert record.key not in doctor.get(url, {name: query}).content.decode()

    @pytest.mark.parametrize("filters", [{"status": "new"}, {"district": "lerik"}])
    def test_cannot_ask_for_what_is_hidden_by_filtering(self, doctor, record, refer, filters):
        refer("last_name")
        url = reverse("portal:register", args=["reports"])
        assert record.key not in doctor.get(url, filters).text

    def test_reads_no_history(self, doctor, record, refer):
        refer("last_name", "danger")
        change = record.history.get().pk
        submission = record.submissions.get().history.get().pk
        for url in (
            reverse("audit:record", args=[record.uuid]),
            reverse("audit:change", args=["record", change]),
            reverse("audit:change", args=["submission", submission]),
        ):
            assert doctor.get(url).status_code == 404

    def test_gets_a_file_only_when_its_question_was_ticked(
        self, doctor, record, attachment, refer
    ):
        url = reverse("portal:attachment", args=[attachment.uuid])
        refer("last_name")
        assert doctor.get(url).status_code == 404
        refer("photo")
        answer = doctor.get(url)
        assert answer.status_code == 200
        assert answer.getvalue()  # reading to the end closes the file

    def test_learns_nothing_more_through_a_question_that_names_the_record(
        self, record, refer, people
    ):
        refer("last_name")
        found = RecordLookups(Actor.for_user(people.doctor)).record("reports", record.key)
        assert found == {"key": record.key, "title": record.key, "last_name": NAME}

    def test_sees_no_relations_and_no_protocols(self, doctor, record, refer, people):
        refer("last_name")
        view = selectors.person_view(people.doctor, record)
        context = doctor.get(reverse("portal:record", args=[record.uuid])).context
        assert (view.person, view.registers, view.links) == (None, [], [])
        assert context["panels"] == []
        assert context["events"] == []

    def test_cannot_correct_what_they_see(self, doctor, record, refer):
        refer("last_name", "danger", "note", "photo")
        url = reverse("portal:amend", args=[record.submissions.get().uuid])
        assert doctor.post(url).status_code == 403

    def test_reads_nothing_once_it_is_taken_back(self, doctor, record, refer, people):
        referral = refer("last_name")
        url = reverse("portal:record", args=[record.uuid])
        assert doctor.get(url).status_code == 200

        move_referral(
            referral=referral,
            state="revoked",
            actor=Actor.for_user(people.worker),
            now=timezone.now(),
            reason="Səhvən",
            by_sender=True,
        )

        assert doctor.get(url).status_code == 404
        page = doctor.get(reverse("portal:search"), {"q": record.key})
        assert str(record.uuid) not in page.text


class TestTheSender:
    @pytest.fixture
    def page(self, client, refer, people):
        """What the sender sees of the referral."""
        url = reverse("protocols:referral", args=[refer("last_name", "story").uuid])
        client.force_login(people.worker)
        return lambda: client.get(url)

    def test_sees_what_they_shared(self, page):
        assert NAME in page().text
        assert CANARY in page().text

    def test_reads_none_of_it_after_moving_to_another_body(
        self, page, people, make_organization
    ):
        people.worker.appointments.update(organization=make_organization("elsewhere"))

        text = page().text

        assert NAME not in text
        assert CANARY not in text


class TestThoseWithARightOfTheirOwn:
    @pytest.mark.parametrize("who", ["officer", "worker", "supervisor"])
    def test_read_on_as_before(self, client, record, refer, people, who):
        refer("last_name")
        client.force_login(getattr(people, who))

        text = pages(client, record)

        for shown in (NAME, DANGER, NOTE, CANARY, STATUS):
            assert shown in text

    def test_asks_as_often_for_twenty_records_as_for_one(
        self,
        desk,
        people,
        make_organization,
        django_assert_num_queries,
        django_assert_max_num_queries,
    ):
        rows = [one_more(desk, people, make_organization)]
        rules = access.rule_book().by_code["reports"]
        selectors.shown(people.doctor, rules, rows)  # what each process asks once
        people.doctor.forget_appointments()
        with django_assert_max_num_queries(8) as few:
            shown = selectors.shown(people.doctor, rules, rows)
        assert shown[0].fields.agreed == {"last_name"}
        rows = [record._meta.model.objects.get(pk=record.pk) for record in rows]
        rows += [one_more(desk, people, make_organization) for _number in range(19)]
        people.doctor.forget_appointments()

        with django_assert_num_queries(len(few)):
            selectors.shown(people.doctor, rules, rows)


def one_more(desk, people, make_organization):
    """Another record that the clinic was referred."""
    from protocols.services import Request, send_referral
    from registry.services import submit

    now = timezone.now()
    actor = Actor.for_user(people.officer)
    record = submit(
        version=desk.report, answers={"last_name": NAME}, actor=actor, now=now
    ).record
    send_referral(
        record=record,
        organization=make_organization("clinic"),
        request=Request("Müayinə", timezone.localdate(now), ("last_name",)),
        actor=actor,
        now=now,
    )
    return record
