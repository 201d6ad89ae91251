"""Registers, records and the auditor's desk in the browser's language: HTML."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from registry.models import Record, Submission
from registry.services import amend, transition
from tests.registry import specs

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(publish):
    """The register "cases", open to social workers and to auditors."""
    access = [
        specs.rule(["social_worker"]),
        specs.rule(["auditor"], actions=["read", "audit"]),
    ]
    return publish(specs.register_spec(access=access))


@pytest.fixture
def record(intake, actor, send):
    return send(intake, actor, last_name="Məmmədova").record


@pytest.fixture
def signed_in(client, worker):
    client.force_login(worker)
    return client


class TestRegisterList:
    def test_shows_the_record_with_its_number(self, signed_in, record):
        page = signed_in.get(reverse("portal:register", args=["cases"]))
        assert record.key in page.text

    def test_finds_by_a_name_without_azerbaijani_letters(self, signed_in, record):
        url = reverse("portal:register", args=["cases"])
        assert record.key in signed_in.get(url, {"query": "memmedova"}).text
        assert record.key not in signed_in.get(url, {"query": "quliyeva"}).text

    def test_filters_by_status(self, signed_in, record):
        url = reverse("portal:register", args=["cases"])
        assert record.key in signed_in.get(url, {"status": record.status}).text
        assert record.key not in signed_in.get(url, {"status": "no_such_status"}).text

    def test_is_not_there_for_a_stranger(self, client, record, make_user):
        client.force_login(make_user("guard"))
        assert client.get(reverse("portal:register", args=["cases"])).status_code == 404

    def test_forgives_a_broken_page_address(self, signed_in, record):
        url = reverse("portal:register", args=["cases"])
        assert signed_in.get(url, {"cursor": "???"}).status_code == 302

    def test_asks_as_many_questions_for_twenty_records_as_for_one(
        self, signed_in, record, intake, actor, send, django_assert_max_num_queries
    ):
        url = reverse("portal:register", args=["cases"])
        signed_in.get(url)
        with django_assert_max_num_queries(60) as for_one:
            signed_in.get(url)
        for number in range(19):
            send(intake, actor, last_name=f"Soyad{number}")
        with django_assert_max_num_queries(len(for_one)):
            page = signed_in.get(url)
        assert page.text.count('scope="row"') == 20


class TestSearch:
    def test_finds_in_every_register(self, signed_in, record):
        page = signed_in.get(reverse("portal:search"), {"q": "Məmməd"})
        assert record.key in page.text

    def test_opens_the_record_whose_number_was_typed(self, signed_in, record):
        page = signed_in.get(reverse("portal:search"), {"q": record.key.lower()})
        assert page.url == reverse("portal:record", args=[record.uuid])


class TestRecordPage:
    def test_shows_answers_in_words_and_its_history(self, signed_in, record):
        page = signed_in.get(reverse("portal:record", args=[record.uuid]))
        assert "Məmmədova" in page.text
        assert "Leyla" in page.text

    def test_is_not_there_for_a_stranger(self, client, record, make_user):
        client.force_login(make_user("guard"))
        assert client.get(reverse("portal:record", args=[record.uuid])).status_code == 404

    def test_changes_the_status_and_keeps_the_reason(self, signed_in, record):
        status = _another_status(record)
        signed_in.post(
            reverse("portal:transition", args=[record.uuid]),
            {"status": status, "reason": "Qəbul edildi", "row_version": record.row_version},
        )
        record.refresh_from_db()
        assert record.status == status
        page = signed_in.get(reverse("portal:record", args=[record.uuid]))
        assert "Qəbul edildi" in page.text

    def test_shows_a_stale_change_of_status_again_with_the_reason_typed(
        self, signed_in, record, actor, noon
    ):
        seen, status = record.row_version, _another_status(record)
        transition(
            record=record, status=status, actor=actor, now=noon, expected_row_version=seen
        )
        page = signed_in.post(
            reverse("portal:transition", args=[record.uuid]),
            {"status": record.status, "reason": "Yazdığım səbəb", "row_version": seen},
        )
        assert page.status_code == 409
        assert "Yazdığım səbəb" in page.text

    @pytest.mark.parametrize("number", ["", "x", "9" * 30])
    def test_changes_no_status_for_a_page_that_does_not_say_what_it_showed(
        self, signed_in, record, number
    ):
        before, status = record.status, _another_status(record)
        page = signed_in.post(
            reverse("portal:transition", args=[record.uuid]),
            {"status": status, "reason": "Yazdığım səbəb", "row_version": number},
        )
        assert page.status_code == 409
        assert "Yazdığım səbəb" in page.text
        record.refresh_from_db()
        assert record.status == before

    def test_refuses_an_unknown_colleague_in_words(self, signed_in, record):
        page = signed_in.post(
            reverse("portal:assign", args=[record.uuid]), {"assignee": "nobody"}
        )
        assert page.status_code in (403, 409)
        assert Record.objects.get(pk=record.pk).assignee is None


def _another_status(record):
    from registry.rules import rules_of

    return rules_of(record.register_id).moves_from(record.status)[0].name


class TestAuditorsDesk:
    @pytest.fixture
    def auditor(self, make_user):
        return make_user("auditor", organization="audit", username="auditor")

    @pytest.fixture
    def amended(self, record, actor, noon):
        submission = record.submissions.get()
        return amend(
            submission=submission,
            answers={**submission.answers, "last_name": "Əliyeva"},
            actor=actor,
            now=noon + timedelta(hours=1),
            expected_row_version=submission.row_version,
            reason_code="mistake",
            reason="Soyad səhv yazılmışdı",
        )

    def test_is_closed_to_those_who_audit_nothing(self, client, record, make_user):
        client.force_login(make_user("guard"))
        assert client.get(reverse("audit:history")).status_code == 403

    def test_finds_the_change_by_the_field(self, client, auditor, amended):
        client.force_login(auditor)
        page = client.get(reverse("audit:history"), {"register": "cases", "kind": "amend"})
        assert amended.record.key in page.text
        assert "Soyad səhv yazılmışdı" in page.text

    def test_opens_the_change_as_both_values_side_by_side(self, client, auditor, amended):
        client.force_login(auditor)
        row = amended.history.order_by("-history_id").first()
        page = client.get(reverse("audit:change", args=["submission", row.pk]))
        assert "<del>Məmmədova</del>" in page.text
        assert "<ins>Əliyeva</ins>" in page.text
        assert "Soyad səhv yazılmışdı" in page.text

    def test_says_that_a_date_is_not_a_date(self, client, auditor, record):
        client.force_login(auditor)
        page = client.get(reverse("audit:history"), {"since": "dünən"})
        assert page.status_code == 200
        assert "dünən" in page.text

    def test_finds_nothing_before_the_change(self, client, auditor, amended):
        client.force_login(auditor)
        tomorrow = timezone.localdate() + timedelta(days=1)
        page = client.get(reverse("audit:history"), {"since": tomorrow.isoformat()})
        assert amended.record.key not in page.text


class TestAmending:
    @pytest.fixture
    def draft_url(self, signed_in, record):
        submission = record.submissions.get()
        return signed_in.post(reverse("portal:amend", args=[submission.uuid])).url

    def _step(self, draft_url, name):
        return f"{draft_url}step/{name}/"

    def _correct(self, signed_in, draft_url, record):
        section = record.submissions.get().form_version.spec["children"][0]["name"]
        step = self._step(draft_url, section)
        signed_in.post(
            step,
            {"wizard-current_step": section, "last_name": "Əliyeva", "_next": "1"},
        )
        return self._step(draft_url, "review")

    def test_opens_the_answers_that_were_sent_in(self, signed_in, draft_url):
        assert "Məmmədova" in signed_in.get(draft_url, follow=True).text

    @pytest.mark.parametrize(
        ("given", "field", "said"),
        [
            ({}, "reason_code", "Səbəbi seçin."),
            ({"reason": "Səhv idi"}, "reason_code", "Səbəbi seçin."),
            ({"reason_code": "mistake"}, "reason", "Bir neçə sözlə yazın."),
        ],
    )
    def test_asks_why_at_the_field(self, signed_in, draft_url, record, given, field, said):
        review = self._correct(signed_in, draft_url, record)
        page = signed_in.post(review, {"wizard-current_step": "review", **given})

        assert page.status_code == 200
        assert f'<a href="#{field}">' in page.text
        assert f'<div class="field-error" id="e:{field}">{said}</div>' in page.text
        assert page.text.count("field--error") == 1
        assert given.get("reason", "") in page.text
        assert record.submissions.get().answers["last_name"] == "Məmmədova"

    def test_is_named_on_the_printed_sheet(self, signed_in, draft_url, record):
        sheet = reverse("portal:print", args=[record.submissions.get().uuid])
        word = str(Submission.State.AMENDED.label)
        assert word not in signed_in.get(sheet).text

        review = self._correct(signed_in, draft_url, record)
        reason = {"reason_code": "mistake", "reason": "Səhv idi"}
        signed_in.post(review, {"wizard-current_step": "review", **reason})

        assert word in signed_in.get(sheet).text

    def test_stores_the_correction_with_its_reason(self, signed_in, draft_url, record):
        review = self._correct(signed_in, draft_url, record)
        answer = signed_in.post(
            review,
            {
                "wizard-current_step": "review",
                "reason_code": "mistake",
                "reason": "Soyad səhv yazılmışdı",
            },
        )
        assert answer.url == reverse("portal:record", args=[record.uuid])
        submission = record.submissions.get()
        assert submission.answers["last_name"] == "Əliyeva"
        newest = submission.history.order_by("-history_id").first()
        assert (newest.reason_code, newest.reason) == ("mistake", "Soyad səhv yazılmışdı")

    def test_shows_both_when_somebody_corrected_it_meanwhile(
        self, signed_in, draft_url, record, actor, noon
    ):
        review = self._correct(signed_in, draft_url, record)
        submission = record.submissions.get()
        amend(
            submission=submission,
            answers={**submission.answers, "last_name": "Hüseynova"},
            actor=actor,
            now=noon,
            expected_row_version=submission.row_version,
            reason_code="mistake",
            reason="Başqa səbəb",
        )
        page = signed_in.post(
            review,
            {"wizard-current_step": "review", "reason_code": "mistake", "reason": "Səbəb"},
        )
        assert page.status_code == 409
        assert "Hüseynova" in page.text
        assert "Əliyeva" in page.text
        assert record.submissions.get().answers["last_name"] == "Hüseynova"
