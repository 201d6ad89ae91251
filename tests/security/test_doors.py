"""Side doors: drafts, links, protocols, addresses and headers that could tell too much."""

import base64
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from config.accounts.actors import Actor
from protocols.models import Step
from protocols.services import complete_step
from registry import access, drafting, selectors
from registry.models import Draft
from registry.services import link, submit
from tests.conftest import appoint
from tests.protocols import specs as reports
from tests.registry import specs
from tests.security.conftest import CANARY


@pytest.fixture
def officer(client, people):
    """The duty officer's browser."""
    client.force_login(people.officer)
    return client


class TestADraftOfACorrection:
    @pytest.fixture
    def correction(self, record, people):
        """The officer has begun to correct the report, whose answers the draft holds."""
        return drafting.open_amendment(
            submission=record.submissions.get(), user=people.officer, now=timezone.now()
        )

    def url(self, draft):
        return reverse("portal:draft-step", args=[draft.uuid, "main"])

    def test_shows_the_answers_to_who_may_correct_them(self, officer, correction):
        assert CANARY in officer.get(self.url(correction)).text

    def test_shows_nothing_once_the_right_is_gone_and_keeps_what_was_typed(
        self, officer, correction, people, make_place
    ):
        people.officer.appointments.update(area=make_place("lerik"))
        people.officer.appointments.all()

        page = officer.get(self.url(correction))
        posted = officer.post(self.url(correction), {"danger": "typed-meanwhile"})

        assert (page.status_code, posted.status_code) == (403, 403)
        assert CANARY not in page.text + posted.text
        kept = Draft.objects.get(pk=correction.pk).answers
        assert kept["danger"] == "typed-meanwhile"

    def test_does_not_move_to_another_version(self, officer, correction, desk, publish):
        publish(reports.report_spec("report", "create", specs.question("extra")))
        url = reverse("portal:draft-newest", args=[correction.uuid])
        assert officer.post(url).status_code == 302
        assert Draft.objects.get(pk=correction.pk).form_version_id == desk.report.pk


class TestWhatIsHidden:
    @pytest.fixture
    def clerk(self, make_user, people):
        """Somebody who reads cases and no reports."""
        return make_user("registrar", username="clerk")

    @pytest.fixture
    def case(self, publish, people):
        """A case, which clerks read too."""
        publish(specs.register_spec(access=[specs.rule(["duty_officer", "registrar"])]))
        form = publish(specs.form_spec())
        actor = Actor.for_user(people.officer)
        answers = {"last_name": "Quliyeva"}
        return submit(version=form, answers=answers, actor=actor, now=timezone.now()).record

    def test_is_no_line_in_the_history_of_what_it_speaks_of(
        self, record, case, clerk, people, client
    ):
        now = timezone.now()
        actor = Actor.for_user(people.officer)
        parts = {"source": record, "target": case, "kind": "case", "valid_from": now.date()}
        link(**parts, actor=actor, now=now)

        seen = selectors.record_timeline(people.officer, case)
        hidden = selectors.record_timeline(clerk, case)

        assert len(seen) == len(hidden) + 1
        client.force_login(clerk)
        page = client.get(reverse("portal:record", args=[case.uuid])).text
        assert record.key not in page
        assert access.MASKED not in page

    def test_is_no_protocol_of_what_it_touched(
        self, desk, publish_spec, people, case, clerk, client, request
    ):
        trigger = {"form": "report", "expression": "${danger} = 'danger-is-high'"}
        publish_spec(reports.protocol_spec(trigger=trigger))
        record = request.getfixturevalue("record")
        record.submissions.get().protocol_runs.get().records.add(case)
        url = reverse("portal:record", args=[case.uuid])

        client.force_login(clerk)
        assert "Təcili protokol" not in client.get(url).text
        client.force_login(people.officer)
        assert "Təcili protokol" in client.get(url).text

    def test_is_not_named_as_the_form_that_changed_a_person(self, publish, people, client):
        everybody = [specs.rule(["duty_officer", "registrar"])]
        publish(specs.persons_spec(access=everybody))
        publish(specs.register_spec("reports", access=[specs.rule(["duty_officer"])]))
        form = publish(specs.form_spec("secret_report", "reports", person_map=specs.PERSON_MAP))
        answers = {"fin": "5ABC123", "last_name": "Quliyeva"}
        actor = Actor.for_user(people.officer)
        person = submit(
            version=form, answers=answers, actor=actor, now=timezone.now()
        ).record.person
        appoint(people.stranger, "registrar", people.stranger.appointments.get().organization)
        url = reverse("audit:change", args=["record", person.history.get().pk])

        client.force_login(people.stranger)
        assert "secret_report" not in client.get(url).text
        client.force_login(people.officer)
        assert "secret_report" in client.get(url).text


class TestAStep:
    @pytest.fixture
    def visit(self, desk, publish_spec, people, request):
        """An open step of the social workers of the agency, and its report."""
        trigger = {"form": "report", "expression": "${danger} = 'danger-is-high'"}
        publish_spec(reports.protocol_spec(trigger=trigger))
        record = request.getfixturevalue("record")
        step = record.submissions.get().protocol_runs.get().steps.get()
        actor = Actor.for_user(people.officer)
        complete_step(step=step, actor=actor, now=timezone.now(), decision="visit")
        return Step.objects.get(code="visit")

    @pytest.mark.parametrize(("who", "state"), [("worker", "done"), ("officer", "open")])
    def test_is_completed_by_those_who_may_do_it_alone(
        self, visit, desk, people, record, who, state
    ):
        user, now = getattr(people, who), timezone.now()
        answers = {"last_name": "X"}
        draft = drafting.start(
            version=desk.visit,
            user=user,
            now=now,
            answers=answers,
            record=record,
            protocol_step=visit.uuid,
        )
        submit(
            version=desk.visit,
            answers=answers,
            actor=Actor.for_user(user),
            now=now,
            record=record,
            draft=draft,
        )
        visit.refresh_from_db()
        assert visit.state == state


NUL, LONG = "a\0b", "9" * 5000


def cursor(text):
    return base64.urlsafe_b64encode(text.encode()).decode()


GETS = [
    ("portal:lookup", ["reports"], {"q": NUL}),
    ("portal:fill", ["visit"], {"q": NUL}),
    ("portal:register", ["reports"], {"cursor": cursor('["\\ud800", 1]')}),
    ("portal:register", ["reports"], {"cursor": cursor("[" * 3000)}),
    ("portal:register", ["reports"], {"query": NUL, "status": NUL, "district": NUL}),
    ("audit:history", [], {"field": "99999999999999999999"}),
    ("audit:history", [], {"field": "-1"}),
    ("audit:history", [], {"until": "31.12.9999"}),
    ("audit:history", [], {"since": "0001-01-01"}),
    ("audit:history", [], {"before": "x~y"}),
    ("audit:change", ["record", 10**30], {}),
    ("protocols:worklist", [], {"protocol": NUL}),
]


class TestBadInput:
    @pytest.mark.parametrize(("name", "args", "data"), GETS)
    def test_in_an_address_is_no_error_of_ours(
        self, client, record, make_user, name, args, data
    ):
        client.force_login(make_user("auditor"))
        if not name.startswith("audit:"):
            client.force_login(record.created_by)
        assert client.get(reverse(name, args=args), data).status_code in (200, 302, 404)

    @pytest.mark.parametrize("name", [NUL, LONG, "' or 1=1 --", "‮", ""])
    def test_for_a_colleague_is_refused_in_words(self, officer, record, name):
        url = reverse("portal:assign", args=[record.uuid])
        assert officer.post(url, {"assignee": name}).status_code == 409

    @pytest.mark.parametrize(
        "posted",
        [
            {"_add": NUL},
            {"_add": "no_such_repeat"},
            {"_add": "danger"},
            {"_remove": f"members[{LONG}]"},
            {"_remove": "[["},
            {"wizard_goto_step": "a/b"},
            {"wizard_goto_step": "//evil.example"},
            {"row_version": LONG, "seen": NUL},
        ],
    )
    def test_of_the_buttons_changes_nothing(self, officer, desk, people, posted):
        draft = drafting.start(
            version=desk.report, user=people.officer, now=timezone.now(), answers={}
        )
        url = reverse("portal:draft-step", args=[draft.uuid, "main"])

        page = officer.post(url, posted)

        assert page.status_code in (200, 302, 400)
        assert not page.headers.get("Location", "").startswith("//")
        assert json.dumps(Draft.objects.get().answers) == "{}"

    def test_among_notices_is_left_out(self, officer, record):
        url = reverse("protocols:notices-read")
        assert officer.post(url, {"notice": [LONG, NUL, "-1", "1"]}).status_code == 302


class TestPages:
    @pytest.mark.parametrize(
        "url", ["/portal/", "/portal/search/", "/portal/registers/reports/", "/cms/", "/"]
    )
    def test_of_who_is_signed_in_are_kept_by_nobody(self, officer, record, url):
        assert "no-store" in officer.get(url)["Cache-Control"]

    def test_about_records_are_kept_by_nobody(self, officer, record):
        page = officer.get(reverse("portal:record", args=[record.uuid]))
        assert page["Cache-Control"] == "private, no-store"
        assert page["Referrer-Policy"] == "same-origin"
        assert page["X-Content-Type-Options"] == "nosniff"

    def test_of_the_public_site_may_be_kept_for_strangers(self, client, db):
        assert "Cache-Control" not in client.get("/xidmetler/")

    @pytest.mark.parametrize(
        "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1"]
    )
    def test_lead_nowhere_else(self, client, people, target):
        people.officer.set_password("parol")
        people.officer.save()
        data = {"login": "officer", "password": "parol", "next": target}
        page = client.post(reverse("account_login"), data)
        assert page["Location"] == "/portal/"
        language = client.post(reverse("set_language"), {"language": "az", "next": target})
        assert language["Location"].startswith("/")
        assert not language["Location"].startswith(("//", "/\\"))

    def test_take_no_act_without_the_csrf_token(self, record, people):
        from django.test import Client

        browser = Client(enforce_csrf_checks=True)
        browser.force_login(people.officer)
        for url in (
            reverse("portal:transition", args=[record.uuid]),
            reverse("portal:assign", args=[record.uuid]),
            reverse("portal:amend", args=[record.submissions.get().uuid]),
            reverse("protocols:notices-read"),
            reverse("account_logout"),
        ):
            assert browser.post(url, {"status": "active"}).status_code == 403
