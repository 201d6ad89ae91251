"""Public forms: a citizen without an account fills one, sends it and asks about it."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.accounts.actors import Actor
from config.shared.problems import ProblemsFound
from registry.citizens import ALPHABET, digest_of, in_groups, new_code, read_code
from registry.models import Draft, Record, Submission, Tracking
from registry.services import AnswersInvalid, submit
from tests.registry.test_fill import answers
from tests.support.forms import (
    form,
    make_register,
    publish,
    publish_demo_form,
    question,
    section,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


@pytest.fixture
def signal(db):
    return publish_demo_form("danger_signal", public=True, filled_by=["citizen"])


@pytest.fixture
def citizen() -> Client:
    return Client()


def begin(client: Client, code: str = "danger_signal") -> Draft:
    client.post(reverse("citizen:begin", args=[code]))
    return Draft.objects.order_by("-pk").first()


def post(client: Client, section: str, data: dict[str, Any], **more: Any) -> Any:
    body = {"wizard-current_step": section, **data, **more}
    return client.post(reverse("citizen:step", args=["danger_signal", section]), body)


def fill_and_send(client: Client, **more: Any) -> Any:
    for name in ("what", "where", "reporter"):
        assert post(client, name, answers(name)).status_code == 302
    return post(client, "review", {}, **more)


def code_on(page: str) -> str:
    start = page.index('class="code"')
    return page[start:].partition("<strong>")[2].partition("</strong>")[0]


class TestACode:
    def test_is_read_however_it_was_typed(self):
        code = new_code()
        assert read_code(f" {in_groups(code)} ") == code
        assert read_code(in_groups(code).replace("-", " ")) == code
        assert set(code) <= set(ALPHABET)

    def test_is_none_when_too_short(self):
        assert read_code("ABC") == ""


class TestAPublicForm:
    def test_leaves_nothing_behind_when_it_is_only_looked_at(self, citizen, signal):
        page = citizen.get(reverse("citizen:begin", args=["danger_signal"]))

        assert page.status_code == 200
        assert not Draft.objects.exists()

    def test_is_gone_as_soon_as_it_is_withdrawn(self, citizen, signal):
        address = reverse("citizen:begin", args=["danger_signal"])
        assert citizen.get(address).status_code == 200

        signal.definition.unpublish()

        assert citizen.get(address).status_code == 404
        assert citizen.post(address).status_code == 404
        assert not Draft.objects.exists()

    def test_goes_from_a_stranger_to_a_record(self, citizen, signal):
        begin(citizen)
        response = fill_and_send(citizen)
        receipt = citizen.get(response.url).content.decode()

        sent = Submission.objects.get()
        assert sent.submitted_by is None and sent.channel == "web"
        assert sent.record.history.get().actor_role == "citizen"
        assert sent.record.key in receipt
        assert not Draft.objects.exists()

    def test_does_not_ask_for_a_name_that_nobody_wants_to_give(self, citizen, signal):
        begin(citizen)
        post(citizen, "reporter", {"anonymous": "yes"}, _update="1")
        page = citizen.get(reverse("citizen:step", args=["danger_signal", "reporter"]))

        for name in ("reporter_name", "reporter_phone"):
            start = page.content.decode().index(f'data-question="{name}"')
            assert " hidden>" in page.content.decode()[start : start + 200]

    def test_is_judged_like_any_other(self, citizen, signal):
        begin(citizen)
        page = post(citizen, "what", {"description": "qısa"}).content.decode()

        assert 'href="#q:description"' in page
        assert ">\nqısa</textarea>" in page

    def test_is_sent_once_by_a_double_click(self, citizen, signal):
        begin(citizen)
        once, twice = fill_and_send(citizen), post(citizen, "review", {})

        assert once.url == twice.url
        assert Record.objects.count() == 1

    def test_goes_on_in_english_with_what_was_typed(self, citizen, signal):
        begin(citizen)
        response = post(citizen, "what", answers("what"), _language="en")

        assert response.url == "/en/muraciet/danger_signal/doldur/what/"
        page = citizen.get(response.url).content.decode()
        assert "Uşaq gecələr tək qalır" in page
        assert "Save and continue" in page

    def test_is_closed_without_the_draft_in_this_browser(self, citizen, signal):
        begin(citizen)
        stranger = Client()
        step = reverse("citizen:step", args=["danger_signal", "what"])

        assert stranger.get(step).url == reverse("citizen:begin", args=["danger_signal"])
        stranger.cookies["muraciet_danger_signal"] = "AAAA:forged"
        assert stranger.get(step).status_code == 302

    def test_is_not_there_unless_the_form_is_public(self, citizen):
        make_register("cases")
        version = publish(form("closed", section("one", question("a"))))

        for address in (
            reverse("citizen:begin", args=["closed"]),
            reverse("citizen:step", args=["closed", "one"]),
            reverse("citizen:definition", args=["closed", "who", version.sha256[:16]]),
        ):
            assert citizen.get(address).status_code == 404

    def test_keeps_a_report_whose_trap_was_filled_by_mistake(self, citizen, signal):
        begin(citizen)
        page = fill_and_send(citizen, website="http://spam.example")

        assert page.status_code == 200
        assert not Submission.objects.exists()
        assert Draft.objects.exists()
        assert post(citizen, "review", {}).status_code == 302


class TestAPartForStaff:
    @pytest.fixture
    def mixed(self, db):
        make_register("requests")
        return publish(
            form(
                "request",
                section("ask", question("what")),
                section("decide", question("decision", required=True), for_staff=True),
                settings={"public": True, "register": "requests"},
            )
        )

    def send(self, client: Client, data: dict[str, Any], *steps: str) -> Any:
        begin(client, "request")
        for step in steps:
            body = {"wizard-current_step": step, **data}
            answer = client.post(reverse("citizen:step", args=["request", step]), body)
        return answer

    def test_is_neither_shown_to_a_citizen_nor_taken_from_them(self, citizen, mixed):
        answer = self.send(citizen, {"what": "Kömək", "decision": "grant"}, "ask", "review")

        assert answer.status_code == 302
        assert Submission.objects.get().answers == {"what": "Kömək"}
        begin(citizen, "request")
        page = citizen.get(reverse("citizen:step", args=["request", "ask"]))
        assert "decide" not in page.content.decode()

    def test_is_asked_of_a_caseworker(self, mixed, make_user):
        actor = Actor.for_user(make_user("social_worker"))
        with pytest.raises(AnswersInvalid):
            submit(version=mixed, answers={"what": "a"}, actor=actor, now=timezone.now())
        given = {"what": "a", "decision": "grant"}
        sent = submit(version=mixed, answers=given, actor=actor, now=timezone.now())
        assert sent.answers == given


class TestPublishing:
    def test_refuses_a_public_form_that_looks_records_up(self):
        make_register("cases")
        asks = question("case", lookup={"register": "cases"})
        with pytest.raises(ProblemsFound) as refusal:
            publish(form("leaky", section("one", asks), settings={"public": True}))

        assert [problem.code for problem in refusal.value.problems] == ["public_lookup"]

    def test_refuses_a_public_form_that_changes_records(self):
        make_register("cases")
        settings = {"public": True, "mode": "update"}
        with pytest.raises(ProblemsFound) as refusal:
            publish(form("leaky", section("one", question("a")), settings=settings))

        assert "public_update" in [problem.code for problem in refusal.value.problems]


class TestADraftOfACitizen:
    def test_goes_on_with_its_code_in_another_browser(self, citizen, signal):
        begin(citizen)
        left = post(citizen, "what", answers("what"), _leave="1")
        code = code_on(citizen.get(left.url).content.decode())
        other = Client()
        response = other.post(reverse("citizen:resume"), {"code": code})

        assert response.url == reverse("citizen:fill", args=["danger_signal"])
        page = other.get(reverse("citizen:step", args=["danger_signal", "what"]))
        assert "Uşaq gecələr tək qalır" in page.content.decode()

    def test_is_kept_without_its_code(self, citizen, signal):
        draft = begin(citizen)

        assert len(draft.secret_digest) == 64
        assert draft.user is None

    def test_leaves_no_trace_when_asked(self, citizen, signal):
        begin(citizen)
        citizen.post(reverse("citizen:forget", args=["danger_signal"]))

        assert not Draft.objects.exists()
        assert not citizen.cookies["muraciet_danger_signal"].value

    def test_is_deleted_when_forgotten(self, citizen, signal):
        draft = begin(citizen)
        Draft.objects.filter(pk=draft.pk).update(updated_at=timezone.now() - timedelta(days=15))
        begin(Client())

        assert not Draft.objects.filter(pk=draft.pk).exists()

    def test_is_deleted_by_the_clock_though_nobody_comes(self, citizen, signal):
        begin(citizen)
        days_on = timezone.now() + timedelta(days=13)
        call_command("run_deadlines", now=days_on.isoformat(), stdout=StringIO())
        assert Draft.objects.exists()

        days_on += timedelta(days=2)
        call_command("run_deadlines", now=days_on.isoformat(), stdout=StringIO())
        assert not Draft.objects.exists()


class TestAsking:
    @pytest.fixture
    def sent(self, citizen, signal) -> tuple[str, str]:
        begin(citizen)
        page = citizen.get(fill_and_send(citizen).url).content.decode()
        return Record.objects.get().key, code_on(page)

    def ask(self, number: str, code: str) -> Any:
        body = {"number": number, "code": code}
        return Client().post(reverse("citizen:status"), body)

    def test_tells_the_state_and_nothing_else(self, sent):
        page = self.ask(*sent).content.decode()

        assert "Yeni" in page
        assert "Uşaq gecələr" not in page and "Nizami" not in page

    def test_answers_the_same_for_what_is_not_there(self, sent, django_assert_num_queries):
        number, code = sent
        wrong = [(number, new_code()), ("TS-1999-00001", code), ("x", "y")]
        answers = set()
        for one in wrong:
            page = self.ask(*one).content.decode()
            assert "Yeni" not in page
            answers.add(page.partition('role="alert"')[2].partition("</p>")[0])

        assert len(answers) == 1

    def test_tells_the_answers_that_the_form_marks(self, citizen, make_user):
        make_register("requests")
        part = section("reply", question("said", told=True), question("kept"), for_staff=True)
        version = publish(
            form("request", section("ask", question("what")), part,
                 settings={"public": True, "register": "requests"})
        )  # fmt: skip
        code = new_code()
        actor = Actor.for_user(make_user("social_worker"))
        given = {"what": "Nə vaxt?", "said": "Sabah", "kept": "Gizli"}
        made = submit(version=version, answers=given, actor=actor, now=timezone.now())
        Tracking.objects.create(submission=made, secret_digest=digest_of(code))
        page = self.ask(made.record.key, code).content.decode()

        assert "Sabah" in page
        assert "Gizli" not in page and "Nə vaxt?" not in page

    def test_is_limited(self, sent, settings):
        settings.PUBLIC_LIMITS = {**settings.PUBLIC_LIMITS, "status": 2}
        codes = [self.ask("x", "y").status_code for _ in range(3)]

        assert codes == [200, 200, 429]

    def test_keeps_only_a_digest(self, sent):
        assert Tracking.objects.get().secret_digest == digest_of(read_code(sent[1]))


class TestLimits:
    def test_hold_back_a_flood_and_lose_nothing(self, citizen, signal, settings):
        settings.PUBLIC_LIMITS = {**settings.PUBLIC_LIMITS, "send": 0}
        begin(citizen)
        response = fill_and_send(citizen)

        assert response.status_code == 429
        assert response["Retry-After"]
        assert Draft.objects.exists() and not Submission.objects.exists()

    def test_hold_for_a_form_as_a_whole(self, signal, settings):
        settings.PUBLIC_LIMITS = {**settings.PUBLIC_LIMITS, "form": 1}
        codes = []
        for number in range(2):
            client = Client(REMOTE_ADDR=f"10.0.0.{number}")
            begin(client)
            codes.append(fill_and_send(client).status_code)

        assert codes == [302, 429]
