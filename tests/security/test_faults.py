"""When the database goes away in the middle: nothing confirmed is lost, nothing is doubled."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registry import drafting
from registry.models import Draft, Record, Submission
from registry.signals import record_submitted
from registry.views.fill import FillWizard
from tests.registry.conftest import cases, intake, worker

__all__ = ["cases", "intake", "worker"]

pytestmark = pytest.mark.django_db(transaction=True)

TYPED = {"last_name": "Məmmədova", "first_name": "Aygün", "story": "Uzun izahat"}
REVIEW = {"wizard-current_step": "review"}


@pytest.fixture
def browser(worker) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(worker)
    return client


@pytest.fixture
def draft(browser, intake) -> Draft:
    """The form, filled and not yet sent."""
    browser.get(reverse("portal:fill", args=["intake"]))
    draft = Draft.objects.get()
    page = browser.post(step(draft, "main"), {**TYPED, "wizard-current_step": "main"})
    assert page.status_code == 302
    return draft


def step(draft: Draft, name: str) -> str:
    return reverse("portal:draft-step", args=[draft.uuid, name])


def kill_connection() -> None:
    """What a restart of the database does to the connection of this thread."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(_terminate, pid).result()


def _terminate(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    connection.close()


class TestADatabaseThatGoesAway:
    def test_between_two_requests_costs_one_page_and_no_answer(self, browser, draft):
        kill_connection()

        refused = browser.post(step(draft, "main"), {"last_name": "Başqa"})
        connection.close()  # as the next request does

        assert refused.status_code == 503
        assert refused["Retry-After"] == "10"
        assert Draft.objects.get().answers["story"] == TYPED["story"]
        assert browser.get(step(draft, "review")).status_code == 200

    def test_in_the_middle_of_sending_leaves_nothing_half_done(self, browser, draft):
        def kill(**kwargs):
            kill_connection()

        record_submitted.connect(kill)
        try:
            refused = browser.post(step(draft, "review"), REVIEW)
        finally:
            record_submitted.disconnect(kill)
        connection.close()

        assert refused.status_code == 503
        assert not Record.objects.exists()
        assert not Submission.objects.exists()
        assert Draft.objects.get().answers["last_name"] == TYPED["last_name"]

        sent = browser.post(step(draft, "review"), REVIEW)

        assert sent.status_code == 302
        assert Record.objects.get().history.count() == 1
        assert Submission.objects.get().client_key == draft.uuid
        assert not Draft.objects.exists()

    def test_after_the_answer_was_lost_gives_the_same_receipt_again(self, browser, draft):
        first = browser.post(step(draft, "review"), REVIEW)
        kill_connection()
        connection.close()

        again = browser.post(step(draft, "review"), REVIEW)

        assert again.url == first.url
        assert Submission.objects.count() == 1


def at_once(count: int, act) -> list:
    """The results of `count` requests of the same person, begun at the same moment."""
    start = Barrier(count)

    def run(place: int):
        try:
            start.wait(timeout=10)
            return act(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


class TestManyWindows:
    def test_that_send_at_once_make_one_record(self, worker, draft):
        def send(place):
            client = Client(raise_request_exception=False)
            client.force_login(worker)
            return client.post(step(draft, "review"), REVIEW)

        pages = at_once(4, send)

        assert [page.status_code for page in pages] == [302] * 4
        assert len({page.url for page in pages}) == 1
        assert Record.objects.count() == Submission.objects.count() == 1
        assert Record.objects.get().history.count() == 1

    def test_one_that_saves_while_another_sends_is_not_forgotten(
        self, browser, draft, monkeypatch
    ):
        def typed_elsewhere(wizard):
            """The other window saves just after this one has read the draft."""
            drafting.save(
                draft=draft,
                posted={"story": "Yeni izahat"},
                expected=None,
                step="main",
                now=timezone.now(),
            )
            return send(wizard)

        send = FillWizard.send
        monkeypatch.setattr(FillWizard, "send", typed_elsewhere)
        page = browser.post(step(draft, "review"), REVIEW)
        monkeypatch.undo()

        assert (page.status_code, Submission.objects.count()) == (200, 0)
        assert "Yeni izahat" in page.text
        assert Draft.objects.get().answers["story"] == "Yeni izahat"
        assert browser.post(step(draft, "review"), REVIEW).status_code == 302
        assert Submission.objects.get().answers["story"] == "Yeni izahat"

    def test_that_correct_at_once_correct_once_and_say_so(self, browser, worker, draft):
        browser.post(step(draft, "review"), REVIEW)
        sent = Submission.objects.get()
        browser.post(reverse("portal:amend", args=[sent.uuid]))
        begun = Draft.objects.get()
        browser.post(step(begun, "main"), {**TYPED, "story": "Düzəliş"})
        why = {**REVIEW, "reason": "Səhv", "reason_code": "mistake"}

        def send(place):
            client = Client(raise_request_exception=False)
            client.force_login(worker)
            return client.post(step(begun, "review"), why)

        pages = at_once(4, send)

        assert {page.status_code for page in pages} <= {302, 404}
        sent.refresh_from_db()
        assert (sent.answers["story"], sent.row_version) == ("Düzəliş", 2)

    def test_that_save_other_answers_lose_none_silently(self, browser, worker, draft):
        seen = browser.get(step(draft, "main")).context
        drawn = {"row_version": str(seen["draft"].row_version), "seen": seen["seen"]}

        def save(place):
            client = Client(raise_request_exception=False)
            client.force_login(worker)
            posted = {**TYPED, **drawn, "story": f"pəncərə {place}", "_leave": "1"}
            return client.post(step(draft, "main"), posted)

        pages = at_once(3, save)

        assert sorted(page.status_code for page in pages) == [302, 409, 409]
        kept = Draft.objects.get().answers["story"]
        for place, page in enumerate(pages):
            if page.status_code == 409:
                assert f"pəncərə {place}" in page.text
                assert kept in page.text
