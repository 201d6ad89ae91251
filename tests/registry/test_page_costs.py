"""Pages ask the database a bounded number of questions, and show what is true now.

What a page keeps it keeps for one request: every test here changes something between two
requests of one person and looks at the second.
"""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from config.accounts.models import Appointment
from config.accounts.selectors import people
from config.shared.db import stamp_of_changes
from config.shared.memo import request_memo
from content.models import Place
from content.selectors import all_places, districts_by_region
from forms_builder.selectors import ListSnapshot
from registry import audit, selectors
from registry.models import Record
from registry.services import amend, submit, transition
from tests.registry import specs

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(intake, actor, send):
    return send(intake, actor, last_name="Məmmədova", risk="risk-orta").record


@pytest.fixture
def signed_in(client, worker):
    client.force_login(worker)
    return client


@pytest.fixture
def page(signed_in):
    """`page(record, open=...)`: the record's page."""
    return lambda record, **query: signed_in.get(
        reverse("portal:record", args=[record.uuid]), query
    )


@pytest.fixture
def correct(actor, noon):
    """`correct(record, times)`: its only submission, corrected as often."""

    def make(record, times):
        submission = record.submissions.get()
        for number in range(times):
            submission = amend(
                submission=submission,
                answers={**submission.answers, "risk": f"risk-{number + 1}"},
                actor=actor,
                now=noon + timedelta(hours=number + 1),
                expected_row_version=submission.row_version,
                reason_code="mistake",
            )
        return submission

    return make


@pytest.fixture
def supplement(publish, actor, noon, record):
    """`supplement(3)`: as many further forms on the record, the newest last."""
    version = publish(specs.form_spec("visit", mode="update"))

    def make(count):
        return [
            submit(
                version=version,
                answers={"last_name": "Məmmədova", "story": f"Hekayə {number}"},
                actor=actor,
                now=noon + timedelta(days=number + 1),
                record=record,
            )
            for number in range(count)
        ]

    return make


class TestTheRegisterList:
    @pytest.fixture
    def listed(self, signed_in, record):
        return lambda **query: signed_in.get(reverse("portal:register", args=["cases"]), query)

    def test_asks_six_questions(self, listed, django_assert_max_num_queries):
        listed()
        with django_assert_max_num_queries(6):
            listed()

    def test_shows_another_status_at_once(self, listed, record, actor, noon):
        assert '<span class="badge">Yeni</span>' in listed().text
        transition(
            record=record, status="active", actor=actor, now=noon, expected_row_version=1
        )
        assert '<span class="badge">Aktiv</span>' in listed().text

    def test_closes_with_the_last_day_of_the_appointment(self, listed, worker):
        assert listed().status_code == 200
        yesterday = timezone.localdate() - timedelta(days=1)
        Appointment.objects.filter(user=worker).update(valid_to=yesterday)
        assert listed().status_code == 403

    def test_masks_a_column_as_soon_as_the_rule_says_so(self, listed, publish):
        assert "risk-orta" in listed().text
        spec = specs.register_spec(
            access=[specs.rule(["social_worker"], sensitivity="public")],
        )
        publish(spec)
        assert "risk-orta" not in listed().text

    def test_follows_a_district_that_moves_to_another_region(
        self, client, publish, make_place, make_user, actor, send
    ):
        south, north = (
            make_place(f"region_{name}", kind=Place.Kind.REGION, title_az=name)
            for name in ("cenub", "simal")
        )
        district = make_place("lerik", parent=south, title_az="Lerik")
        rules = [specs.rule(["social_worker"]), specs.rule(["officer"], "area")]
        publish(specs.register_spec(access=rules, list_columns=["key", "title", "district"]))
        send(publish(specs.form_spec()), actor, district=district.code)
        client.force_login(make_user("officer", area=south))
        address = reverse("portal:register", args=["cases"])
        assert "Lerik" in client.get(address).context["rows"][0][0].cells[0].text
        district.parent = north
        district.save()
        assert client.get(address).context["rows"] == []

    def test_offers_districts_in_their_regions_and_keeps_the_choice(self, listed, make_place):
        region = make_place("region_cenub", kind=Place.Kind.REGION, title_az="Cənub")
        make_place("lerik", parent=region, title_az="Lerik rayonu")
        make_place("astara", parent=region, title_az="Astara rayonu")
        text = listed(district="lerik").text
        group = text[text.index('<optgroup label="Cənub">') : text.index("</optgroup>")]
        assert group.index("astara") < group.index("lerik")
        assert '<option value="lerik" selected>Lerik rayonu</option>' in group

    def test_escapes_what_places_and_people_are_called(
        self, listed, make_place, send, intake, actor
    ):
        region = make_place("region_cenub", kind=Place.Kind.REGION, title_az="<b>Cənub")
        make_place("lerik", parent=region, title_az="<i>Lerik")
        send(intake, actor, last_name="<u>Soyad", risk="<s>risk")
        text = listed().text
        assert not any(tag in text for tag in ("<b>Cənub", "<i>Lerik", "<u>Soyad", "<s>risk"))


class TestTheRecordPage:
    def test_asks_as_many_questions_after_twenty_corrections(
        self, page, record, correct, django_assert_max_num_queries
    ):
        correct(record, 7)
        page(record)
        with django_assert_max_num_queries(15) as few:
            page(record)
        correct(Record.objects.get(pk=record.pk), 13)
        with django_assert_max_num_queries(len(few)):
            page(record)

    def test_shows_a_correction_at_once(self, page, record, correct):
        assert "risk-1" not in page(record).text
        correct(record, 1)
        assert "risk-1" in page(record).text

    def test_is_gone_as_soon_as_the_rule_is(self, page, record, publish):
        assert page(record).status_code == 200
        publish(specs.register_spec(access=[specs.rule(["officer"])]))
        assert page(record).status_code == 404

    def test_says_a_new_name_of_the_organization_at_once(self, page, record):
        page(record)
        record.organization.title_az = "Yeni ad"
        record.organization.save()
        assert "Yeni ad" in page(record).text

    def test_shows_the_newest_events_and_counts_the_rest(self, page, record, correct):
        correct(record, 7)
        shown = page(record).context
        assert len(shown["events"]) == 5
        assert shown["more_events"] == 3
        whole = page(record, history="all").context
        assert len(whole["events"]) == 8
        assert whole["more_events"] == 0
        for few, all_ in zip(shown["events"], whole["events"], strict=False):
            assert (few.at, few.summary, few.differences) == (
                all_.at,
                all_.summary,
                all_.differences,
            )

    def test_counts_forms_and_corrections_as_one_act_each(
        self, page, record, correct, supplement
    ):
        correct(record, 4)
        supplement(3)
        shown = page(record).context
        whole = page(record, history="all").context
        assert shown["more_events"] == len(whole["events"]) - len(shown["events"]) == 3
        assert [event.form_code for event in shown["events"][:3]] == ["visit"] * 3

    def test_draws_the_newest_forms_and_any_other_when_asked(self, page, record, supplement):
        supplement(4)
        first = record.submissions.order_by("pk")[1]
        shown = page(record)
        assert [bool(sheet.sections) for sheet in shown.context["sheets"]] == [1, 1, 1, 0, 0]
        assert f'href="?open={first.uuid}#{first.uuid}"' in shown.text
        opened = page(record, open=str(first.uuid))
        sheets = opened.context["sheets"]
        assert [bool(sheet.sections) for sheet in sheets] == [1, 1, 1, 1, 0]
        assert [sheet.is_open for sheet in sheets] == [0, 0, 0, 1, 0]
        assert f'id="{first.uuid}" open' in opened.text

    def test_forgives_an_address_that_opens_nothing(self, page, record):
        assert page(record, open="../etc").status_code == 200

    def test_prints_a_form_that_the_page_does_not_draw(self, signed_in, record, supplement):
        supplement(4)
        first = record.submissions.order_by("pk")[1]
        printed = signed_in.get(reverse("portal:print", args=[first.uuid])).text
        assert "Hekayə 0" in printed
        assert "Hekayə 3" not in printed


class TestWhatARequestKeeps:
    def test_is_one_stamp_until_something_is_saved(self, make_place, django_assert_num_queries):
        place = make_place()
        with request_memo():
            before = stamp_of_changes(Place)
            with django_assert_num_queries(0):
                assert stamp_of_changes(Place) == before
            place.save()
            assert stamp_of_changes(Place) != before

    def test_is_the_places_until_one_is_renamed(self, make_place):
        region = make_place("region_cenub", kind=Place.Kind.REGION)
        district = make_place("lerik", parent=region)
        with request_memo():
            assert all_places()[district.pk].parent == region
            district.title_az = "Yeni"
            district.save()
            assert str(all_places()[district.pk]) == "Yeni"

    def test_is_nothing_outside_of_requests(self, make_place):
        assert districts_by_region() == []
        region = make_place("region_cenub", kind=Place.Kind.REGION)
        assert districts_by_region() == [(region, [])]

    def test_is_who_sent_and_who_does_a_step(self, make_user, django_assert_num_queries):
        reader, sender = make_user("social_worker"), make_user("supervisor")
        with request_memo(), django_assert_num_queries(1):
            assert people([reader.pk, sender.pk, None], reader)[sender.pk] == sender
            assert people([sender.pk], AnonymousUser())[reader.pk] == reader

    def test_are_the_rights_of_one_user_object(self, record, worker, django_assert_num_queries):
        selectors.registers_for(worker)
        with django_assert_num_queries(1):  # the stamp of the registers
            assert selectors.registers_for(worker)
        worker.appointments.get().delete()
        worker.forget_appointments()
        assert not selectors.registers_for(worker)

    def test_is_not_a_list_that_was_published_since(self):
        with request_memo():
            assert "no_such_list" not in ListSnapshot()


class TestTheTrail:
    def test_has_a_line_for_whoever_looked(self, page, record, worker):
        page(record)
        line = ModelLogEntry.objects.get(action="registry.record_read")
        assert (line.label, line.object_id, line.user) == (record.key, str(record.pk), worker)
        assert line.content_type.model_class() is Record
        assert line.data["actor"] == str(worker)

    def test_takes_no_action_that_nobody_worded(self, record, actor):
        with pytest.raises(ValidationError):
            audit.log("registry.no_such_act", actor=actor, instance=record)

    def test_costs_one_statement(self, record, actor, django_assert_num_queries):
        audit.record_read(record, actor=actor)
        with django_assert_num_queries(1):
            audit.record_read(record, actor=actor)
