"""The time in which whoever sent a form in may correct it themself."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.accounts.actors import Actor
from config.accounts.models import Appointment
from registry.correcting import own_until, window_end
from registry.models import Draft, Submission
from registry.services import amend, submit
from tests.registry import specs

pytestmark = pytest.mark.django_db

BAKU = ZoneInfo("Asia/Baku")
SENT = datetime(2026, 3, 28, 23, 59, 30, tzinfo=BAKU)


@pytest.fixture
def cases(publish):
    access = [
        specs.rule(["registrar"], actions=["create"], scope="own"),
        specs.rule(["social_worker"]),
    ]
    return publish(specs.register_spec(access=access))


@pytest.fixture
def registrar(make_user):
    """Somebody who sends cases in and may not even read them afterwards."""
    return make_user("registrar", username="rena")


@pytest.fixture
def version(publish, cases):
    return publish(specs.form_spec(edit_window_hours=24))


@pytest.fixture
def client(registrar) -> Client:
    client = Client()
    client.force_login(registrar)
    return client


def sent_by(user: Any, version: Any, now: datetime = SENT, **answers: Any) -> Submission:
    answers.setdefault("last_name", "Quliyeva")
    actor = Actor.for_user(user)
    return submit(version=version, answers=answers, actor=actor, now=now)


def corrected(submission: Submission, user: Any, now: datetime, **answers: Any) -> Submission:
    answers.setdefault("last_name", "Quliyev")
    return amend(
        submission=submission,
        answers=answers,
        actor=Actor.for_user(user),
        now=now,
        expected_row_version=submission.row_version,
        reason_code="mistake",
    )


def hours_ago(hours: float) -> datetime:
    return timezone.now() - timedelta(hours=hours)


class TestTheDoor:
    @pytest.mark.parametrize("after", [timedelta(0), timedelta(hours=23, minutes=59)])
    def test_is_open_to_the_sender_within_the_hours(self, registrar, version, after):
        found = corrected(sent_by(registrar, version), registrar, SENT + after)

        assert found.answers["last_name"] == "Quliyev"

    def test_is_open_to_the_very_end(self, registrar, version):
        submission = sent_by(registrar, version)
        end = SENT + timedelta(hours=24)

        assert window_end(submission) == end
        assert corrected(submission, registrar, end).answers["last_name"] == "Quliyev"

    @pytest.mark.parametrize("late", [timedelta(microseconds=1), timedelta(minutes=1)])
    def test_is_closed_after_it(self, registrar, version, late):
        with pytest.raises(PermissionDenied):
            corrected(sent_by(registrar, version), registrar, SENT + timedelta(hours=24) + late)

    @pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
    def test_measures_time_and_not_the_clock_on_the_wall(self, registrar, version, zone):
        submission = sent_by(registrar, version)
        end = (SENT + timedelta(hours=24)).astimezone(ZoneInfo(zone))

        assert own_until(submission, registrar, end) == end
        assert own_until(submission, registrar, end + timedelta(seconds=1)) is None

    def test_counts_hours_over_a_change_of_the_clock_elsewhere(self, registrar, version):
        # In Berlin the clock goes forward that night; in Baku, and in truth, it does not.
        sent = datetime(2026, 3, 28, 20, 0, tzinfo=ZoneInfo("Europe/Berlin"))
        submission = sent_by(registrar, version, now=sent)

        assert window_end(submission) == sent.astimezone(UTC) + timedelta(hours=24)

    @pytest.mark.parametrize("hours", [None, 0])
    def test_gives_nothing_where_the_form_says_nothing_or_never(
        self, publish, cases, registrar, hours
    ):
        settings = {} if hours is None else {"edit_window_hours": hours}
        submission = sent_by(registrar, publish(specs.form_spec(**settings)))

        assert window_end(submission) is None
        with pytest.raises(PermissionDenied):
            corrected(submission, registrar, SENT)

    @pytest.mark.parametrize("hours", [None, 0, 24])
    def test_stays_open_to_who_may_amend(self, publish, cases, registrar, worker, hours):
        settings = {} if hours is None else {"edit_window_hours": hours}
        submission = sent_by(registrar, publish(specs.form_spec(**settings)))

        found = corrected(submission, worker, SENT + timedelta(days=300))
        assert found.answers["last_name"] == "Quliyev"

    def test_is_closed_to_another_sender(self, registrar, version, make_user):
        other = make_user("registrar")
        with pytest.raises(PermissionDenied):
            corrected(sent_by(registrar, version), other, SENT)

    def test_is_closed_when_the_sender_may_send_no_more(self, registrar, version):
        submission = sent_by(registrar, version)
        Appointment.objects.update(valid_to=SENT.date() - timedelta(days=9))
        registrar = type(registrar).objects.get(pk=registrar.pk)

        with pytest.raises(PermissionDenied):
            corrected(submission, registrar, SENT)

    def test_is_open_again_after_ones_own_correction(self, registrar, version):
        submission = sent_by(registrar, version, story="Köhnə")
        once = corrected(submission, registrar, SENT, story="Yeni")
        twice = corrected(once, registrar, SENT, story="Ən yeni")

        assert twice.answers["story"] == "Ən yeni"

    def test_is_closed_once_another_has_corrected_it(self, registrar, worker, version):
        submission = sent_by(registrar, version)
        changed = corrected(submission, worker, SENT, story="Başqasının sözü")

        assert own_until(changed, registrar, SENT) is None
        with pytest.raises(PermissionDenied):
            corrected(changed, registrar, SENT)

    def test_keeps_to_the_hours_of_the_version_that_was_filled(
        self, publish, registrar, version
    ):
        submission = sent_by(registrar, version)
        publish(specs.form_spec(edit_window_hours=1))
        submission.refresh_from_db()

        assert own_until(submission, registrar, SENT + timedelta(hours=20)) is not None

    def test_is_open_for_a_form_that_makes_no_record(self, publish, registrar):
        spec = specs.form_spec(mode="none", edit_window_hours=2)
        del spec["settings"]["register"]
        submission = sent_by(registrar, publish(spec))

        assert corrected(submission, registrar, SENT).answers == {"last_name": "Quliyev"}
        submission.refresh_from_db()
        with pytest.raises(PermissionDenied):
            corrected(submission, registrar, SENT + timedelta(hours=3))


class TestThePages:
    def test_say_until_when_on_the_receipt(self, client, registrar, version):
        submission = sent_by(registrar, version, now=hours_ago(1))
        page = client.get(reverse("portal:receipt", args=[submission.uuid]))
        until = timezone.localtime(window_end(submission)).strftime("%d.%m.%Y %H:%M")

        assert until in page.content.decode()
        assert reverse("portal:amend", args=[submission.uuid]) in page.content.decode()

    def test_say_on_the_receipt_that_the_time_has_ended(self, client, registrar, version):
        submission = sent_by(registrar, version, now=hours_ago(25))
        page = client.get(reverse("portal:receipt", args=[submission.uuid]))

        assert page.context["until"] is None
        assert page.context["ended"] == window_end(submission)
        assert reverse("portal:amend", args=[submission.uuid]) not in page.content.decode()

    def test_say_nothing_where_there_is_no_such_time(self, publish, cases, client, registrar):
        submission = sent_by(registrar, publish(specs.form_spec()), now=hours_ago(1))
        page = client.get(reverse("portal:receipt", args=[submission.uuid]))

        assert page.context["until"] is None
        assert page.context["ended"] is None

    def test_say_until_when_on_the_record(self, worker, version):
        submission = sent_by(worker, version, now=hours_ago(1))
        client = Client()
        client.force_login(worker)
        page = client.get(reverse("portal:record", args=[submission.record.uuid]))
        until = timezone.localtime(window_end(submission)).strftime("%d.%m.%Y %H:%M")

        assert until in page.content.decode()

    def test_let_the_sender_correct_what_they_may_not_open(self, client, registrar, version):
        submission = sent_by(registrar, version, now=hours_ago(1))
        client.post(reverse("portal:amend", args=[submission.uuid]))
        draft = Draft.objects.get()
        step = reverse("portal:draft-step", args=[draft.uuid, "main"])
        page = client.get(step)
        assert "Quliyeva" in page.content.decode()

        client.post(step, {"wizard-current_step": "main", "last_name": "Quliyev"})
        sent = client.post(
            reverse("portal:draft-step", args=[draft.uuid, "review"]),
            {
                "wizard-current_step": "review",
                "reason_code": "mistake",
                "reason": "Səhv yazmışam.",
            },
        )
        submission.refresh_from_db()

        assert sent.url == reverse("portal:receipt", args=[submission.uuid])
        assert submission.answers["last_name"] == "Quliyev"

    @pytest.mark.parametrize("reader", ["registrar", "worker"])
    def test_lead_the_second_click_where_the_first_one_led(self, request, version, reader):
        user = request.getfixturevalue(reader)
        submission, client = sent_by(user, version, now=hours_ago(1)), Client()
        client.force_login(user)
        client.post(reverse("portal:amend", args=[submission.uuid]))
        draft = Draft.objects.get()
        step = reverse("portal:draft-step", args=[draft.uuid, "main"])
        client.post(step, {"wizard-current_step": "main", "last_name": "Quliyev"})
        review = reverse("portal:draft-step", args=[draft.uuid, "review"])
        button = {"wizard-current_step": "review", "reason_code": "mistake", "reason": "Səhv."}

        first, second = client.post(review, button), client.post(review, button)
        late = client.post(step, {"_autosave": "1", "last_name": "Gec"})
        back = client.get(step)
        submission.refresh_from_db()

        assert first.status_code == 302
        assert second.url == back.url == first.url
        assert (late.status_code, late.json()) == (410, {"sent": True})
        assert submission.answers["last_name"] == "Quliyev"
        assert submission.row_version == 2

    def test_keep_what_is_typed_when_the_time_ends_meanwhile(
        self, client, registrar, version, monkeypatch
    ):
        submission = sent_by(registrar, version, now=hours_ago(1))
        client.post(reverse("portal:amend", args=[submission.uuid]))
        draft = Draft.objects.get()
        monkeypatch.setattr("registry.correcting.window_end", lambda *given: hours_ago(0.1))
        step = reverse("portal:draft-step", args=[draft.uuid, "main"])
        page = client.post(step, {"wizard-current_step": "main", "last_name": "Yazılan"})
        draft.refresh_from_db()

        assert page.status_code == 403
        assert draft.answers["last_name"] == "Yazılan"

    def test_refuse_a_stranger(self, registrar, version, make_user):
        submission = sent_by(registrar, version, now=hours_ago(1))
        stranger = Client()
        stranger.force_login(make_user("registrar"))
        page = stranger.post(reverse("portal:amend", args=[submission.uuid]))

        assert page.status_code == 404
        assert not Draft.objects.exists()
