"""Who sees which steps and referrals, and what the pages do."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from config.accounts.actors import Actor
from protocols import briefing, services
from protocols.models import Notice, Referral, Step
from protocols.services import Request
from registry import access
from registry.services import submit
from tests.conftest import appoint


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def running(protocol, forms, people, now):
    """`running()`: a run begun at the present moment, its first step."""

    def make():
        submission = submit(
            version=forms.report,
            answers={"danger": "high", "last_name": "Məmmədova", "story": "Gizli"},
            actor=Actor.for_user(people.officer),
            now=now,
        )
        return submission.protocol_runs.get().steps.get()

    return make


@pytest.fixture
def refer_step(running, people, forms, now):
    """The step that asks the worker to refer to the clinic."""
    first = running()
    officer, worker = Actor.for_user(people.officer), Actor.for_user(people.worker)
    services.complete_step(step=first, actor=officer, now=now, decision="visit")
    submit(
        version=forms.visit,
        answers={"last_name": "Məmmədova", "found": "yes"},
        actor=worker,
        now=now,
        record=first.run.record,
    )
    return first.run.steps.get(code="refer")


@pytest.fixture
def referral(refer_step, people, make_organization, now):
    """A referral to the clinic that shares the last name only."""
    request = Request("Müayinə", timezone.localdate(now) + timedelta(days=5), ("last_name",))
    return services.send_for_step(
        step=refer_step,
        organizations=[make_organization("clinic")],
        request=request,
        actor=Actor.for_user(people.worker),
        now=now,
    )[0]


@pytest.mark.parametrize(
    ("who", "page", "acting"),
    [
        pytest.param("officer", 200, 302, id="holder of the role"),
        pytest.param("supervisor", 200, 302, id="supervisor"),
        pytest.param("worker", 404, 404, id="another role"),
        pytest.param("stranger", 404, 404, id="another organization"),
        pytest.param("doctor", 404, 404, id="agency"),
    ],
)
def test_a_step_is_for_its_people(client, running, people, who, page, acting):
    step = running()
    client.force_login(getattr(people, who))

    assert client.get(reverse("protocols:step", args=[step.uuid])).status_code == page
    url = reverse("protocols:step-act", args=[step.uuid])
    data = {"act": "complete", "decision": "nothing"}
    assert client.post(url, data).status_code == acting


@pytest.mark.parametrize(
    ("who", "tab", "count"),
    [
        ("officer", "mine", 1),
        ("officer", "overdue", 0),
        ("supervisor", "mine", 0),
        ("supervisor", "team", 1),
        ("worker", "mine", 0),
        ("stranger", "team", 0),
    ],
)
def test_a_worklist_holds_what_is_the_readers(client, running, people, who, tab, count):
    running()
    client.force_login(getattr(people, who))

    response = client.get(reverse("protocols:worklist"), {"tab": tab})

    assert len(response.context["lines"]) == count


class TestTheWorklist:
    def test_asks_as_often_for_twenty_steps_as_for_one(
        self, client, running, people, django_assert_num_queries, django_assert_max_num_queries
    ):
        client.force_login(people.officer)
        url = reverse("protocols:worklist")
        running()
        client.get(url)
        with django_assert_max_num_queries(15) as one:
            client.get(url)
        for _number in range(19):
            running()

        with django_assert_num_queries(len(one)):
            response = client.get(url)

        assert len(response.context["lines"]) == 20

    def test_pages_through_all_steps_once(self, client, running, people):
        steps = {running().pk for _number in range(30)}
        client.force_login(people.officer)
        url, seen = reverse("protocols:worklist"), []
        while url:
            context = client.get(url).context
            seen += [line.step.pk for line in context["lines"]]
            url = context["next_url"] and reverse("protocols:worklist") + context["next_url"]

        assert len(seen) == 30
        assert set(seen) == steps

    @pytest.mark.parametrize("after", ["x", "~", "1~2", "2026-99-01~3", "~" + "9" * 40])
    def test_takes_a_wrong_cursor_for_none(self, client, running, people, after):
        running()
        client.force_login(people.officer)

        response = client.get(reverse("protocols:worklist"), {"after": after, "tab": "?"})

        assert response.status_code == 200

    def test_says_in_words_what_is_overdue(self, client, running, people, now):
        step = running()
        Step.objects.filter(pk=step.pk).update(due_at=now - timedelta(hours=1))
        client.force_login(people.officer)

        page = client.get(reverse("protocols:worklist"), {"tab": "overdue"})

        line = page.context["lines"][0]
        assert line.due.tone == "danger"
        assert line.due.text in page.content.decode()

    def test_is_on_the_home_page_with_the_notices(self, client, running, people, now):
        step = running()
        services.run_deadlines(now=now + timedelta(hours=3))
        client.force_login(people.supervisor)

        notice = Notice.objects.get(user=people.supervisor, step=step)
        page = client.get(reverse("portal:home")).content.decode()
        client.post(reverse("protocols:notices-read"), {"notice": [notice.pk]})

        assert reverse("protocols:notice", args=[notice.pk]) in page
        assert not people.supervisor.notices.filter(read_at__isnull=True).exists()

    def test_has_a_board_for_those_who_lead(self, client, running, people, now):
        Step.objects.filter(pk=running().pk).update(due_at=now - timedelta(hours=1))
        client.force_login(people.supervisor)

        board = client.get(reverse("protocols:board")).context["board"]

        assert (board.open, board.overdue, board.urgent_overdue) == (1, 1, 1)


class TestTheStepPage:
    def test_keeps_what_was_typed_when_it_refuses(self, client, running, people):
        step = running()
        client.force_login(people.officer)

        response = client.post(
            reverse("protocols:step-act", args=[step.uuid]),
            {"act": "complete", "decision": "", "note": "Yazdığım qeyd"},
        )

        assert response.status_code == 422
        assert "Yazdığım qeyd" in response.content.decode()

    def test_leads_back_whoever_comes_to_the_address_of_an_act(self, client, running, people):
        uuid = running().uuid
        client.force_login(people.officer)
        answer = client.get(reverse("protocols:step-act", args=[uuid]))

        assert answer.url == reverse("protocols:step", args=[uuid])
        assert client.put(reverse("protocols:step-act", args=[uuid])).status_code == 405

    def test_links_to_the_form_for_the_right_record(self, client, running, people, now):
        step = running()
        services.complete_step(
            step=step, actor=Actor.for_user(people.officer), now=now, decision="visit"
        )
        visit = step.run.steps.get(code="visit")
        client.force_login(people.worker)

        page = client.get(reverse("protocols:step", args=[visit.uuid])).content.decode()

        assert f"record={step.run.record.uuid}&amp;step={visit.uuid}" in page

    def test_lets_a_supervisor_give_it_to_a_holder_of_the_role(self, client, running, people):
        step = running()
        client.force_login(people.supervisor)

        client.post(
            reverse("protocols:step-act", args=[step.uuid]),
            {"act": "assign", "assignee": people.officer.pk},
        )

        step.refresh_from_db()
        assert step.assignee == people.officer

    def test_lets_nobody_else_give_it(self, client, running, people):
        step = running()
        client.force_login(people.officer)

        response = client.post(
            reverse("protocols:step-act", args=[step.uuid]),
            {"act": "assign", "assignee": people.officer.pk},
        )

        assert response.status_code == 403

    def test_sends_a_referral_with_the_ticked_fields(self, client, refer_step, people, now):
        client.force_login(people.worker)

        client.post(
            reverse("protocols:step-act", args=[refer_step.uuid]),
            {
                "act": "refer",
                "organizations": ["clinic"],
                "purpose": "Müayinə",
                "fields": ["last_name", "no_such_field"],
                "until": (timezone.localdate(now) + timedelta(days=3)).isoformat(),
            },
        )

        referral = Referral.objects.get()
        assert referral.fields == ["last_name"]
        refer_step.refresh_from_db()
        assert refer_step.state == "done"

    def test_sends_it_for_the_body_of_the_step_wherever_else_the_sender_has_a_post(
        self, client, refer_step, people, make_organization, now
    ):
        appoint(people.worker, "supervisor", make_organization("newer"), valid_from=now.date())
        client.force_login(people.worker)

        client.post(
            reverse("protocols:step-act", args=[refer_step.uuid]),
            {
                "act": "refer",
                "organizations": ["clinic"],
                "purpose": "Müayinə",
                "until": str(timezone.localdate() + timedelta(days=9)),
            },
        )

        assert Referral.objects.get().from_organization.code == "agency"

    def test_refuses_a_referral_without_a_day(self, client, refer_step, people):
        client.force_login(people.worker)

        response = client.post(
            reverse("protocols:step-act", args=[refer_step.uuid]),
            {"act": "refer", "organizations": ["clinic"], "purpose": "Müayinə", "until": "x"},
        )

        assert response.status_code == 422
        assert not Referral.objects.exists()


class TestTheBriefing:
    """What the page tells the person who does the step."""

    def test_knows_no_more_than_the_reader(self, referral, people):
        told = dict(briefing.key_facts(people.doctor, referral.record))

        assert "Gizli" in dict(briefing.key_facts(people.worker, referral.record)).values()
        assert "Gizli" not in told.values()

    def test_names_the_form_and_what_may_follow(self, client, running, people, now):
        step = running()
        client.force_login(people.officer)

        page = client.get(reverse("protocols:step", args=[step.uuid]))

        assert page.context["follows"] == ["Addım visit", "Addım END"]

    def test_writes_the_look_at_the_record_to_the_trail(self, client, running, people):
        step = running()
        client.force_login(people.officer)

        client.get(reverse("protocols:step", args=[step.uuid]))

        looks = ModelLogEntry.objects.filter(action="registry.record_read")
        assert looks.filter(data__part=f"step {step.uuid}").exists()

    def test_says_how_a_finished_step_ended(self, client, running, people, now):
        step = running()
        services.complete_step(
            step=step,
            actor=Actor.for_user(people.officer),
            now=now,
            decision="nothing",
            note="Təsdiqlənmədi",
        )
        client.force_login(people.officer)

        page = client.get(reverse("protocols:step", args=[step.uuid])).content.decode()

        assert "Təsdiqlənmədi" in page
        assert str(people.officer) in page


class TestTheRecordPage:
    def test_shows_the_protocol_step_by_step(self, client, running, people):
        step = running()
        client.force_login(people.officer)

        page = client.get(reverse("portal:record", args=[step.run.record.uuid]))

        assert step.title in page.content.decode()

    def test_shows_what_could_not_start(self, client, protocol, people, report, broken_table):
        with broken_table("protocols_run"):
            submission = report()
        client.force_login(people.officer)

        page = client.get(reverse("portal:record", args=[submission.record.uuid]))

        assert protocol.title in page.content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("doctor", 200),
        ("worker", 200),
        ("supervisor", 200),
        ("colleague", 404),
        ("stranger", 404),
    ],
)
def test_a_referral_is_for_both_sides(client, referral, people, who, status):
    client.force_login(getattr(people, who))

    response = client.get(reverse("protocols:referral", args=[referral.uuid]))

    assert response.status_code == status


class TestAReferral:
    def test_shows_the_agency_the_agreed_fields_only(self, client, referral, people):
        client.force_login(people.doctor)

        page = client.get(reverse("protocols:referral", args=[referral.uuid])).content.decode()

        assert "Məmmədova" in page
        assert "Gizli" not in page
        referral.refresh_from_db()
        assert referral.state == Referral.State.SEEN

    def test_opens_of_the_record_what_the_sender_ticked(self, referral, people):
        fields = access.fields_for(people.doctor, referral.record)

        assert access.records_for(people.doctor).get() == referral.record
        assert fields.agreed == {"last_name"}
        assert not fields.readable("internal")

    def test_closes_the_record_when_it_ends(self, referral, people, now):
        services.move_referral(
            referral=referral,
            state="declined",
            actor=Actor.for_user(people.doctor),
            now=now,
            reason="Yer yoxdur",
        )

        assert not access.records_for(people.doctor).exists()

    @pytest.mark.parametrize(
        ("state", "data", "status", "after"),
        [
            ("accepted", {}, 302, "accepted"),
            ("declined", {}, 422, "sent"),
            ("declined", {"reason": "Yer yoxdur"}, 302, "declined"),
            ("returned", {}, 422, "sent"),
            ("done", {"result": "Edildi"}, 422, "sent"),
            ("revoked", {"reason": "Səhv"}, 403, "sent"),
        ],
    )
    def test_is_answered_by_the_agency(
        self, client, referral, people, state, data, status, after
    ):
        client.force_login(people.doctor)
        url = reverse("protocols:referral-answer", args=[referral.uuid])

        assert client.post(url, {"state": state, **data}).status_code == status

        referral.refresh_from_db()
        assert referral.state == after

    def test_tells_the_sender_of_the_answer_and_stops_the_clock(self, referral, people, now):
        services.move_referral(
            referral=referral, state="accepted", actor=Actor.for_user(people.doctor), now=now
        )

        assert people.worker.notices.filter(kind=Notice.Kind.REFERRAL_ANSWERED).count() == 1
        counts = services.run_deadlines(now=now + timedelta(days=9))
        assert counts.referrals_escalated == 0

    def test_that_nobody_answers_is_escalated_once(self, referral, people, now):
        later = now + timedelta(hours=25)

        assert services.run_deadlines(now=later).referrals_escalated == 1
        assert services.run_deadlines(now=later).referrals_escalated == 0

        assert people.supervisor.notices.get(kind=Notice.Kind.REFERRAL_OVERDUE)

    def test_is_taken_back_by_the_sender(self, client, referral, people):
        client.force_login(people.worker)

        client.post(
            reverse("protocols:referral-answer", args=[referral.uuid]),
            {"state": "revoked", "reason": "Səhv"},
        )

        referral.refresh_from_db()
        assert referral.state == "revoked"
        assert not access.records_for(people.doctor).exists()


class TestTheInbox:
    def test_asks_as_often_for_many_referrals(
        self,
        client,
        referral,
        people,
        now,
        django_assert_num_queries,
        django_assert_max_num_queries,
    ):
        client.force_login(people.doctor)
        url = reverse("protocols:referrals")
        client.get(url)
        with django_assert_max_num_queries(15) as one:
            client.get(url)
        for _number in range(10):
            services.send_referral(
                record=referral.record,
                organization=referral.to_organization,
                request=Request("Sorğu", timezone.localdate(now)),
                actor=Actor.for_user(people.worker),
                now=now,
            )

        with django_assert_num_queries(len(one)):
            response = client.get(url)

        assert len(response.context["waiting"]) == 11

    def test_lists_for_leaders_what_nobody_answered_in_time(
        self, client, referral, people, now
    ):
        Referral.objects.filter(pk=referral.pk).update(due_at=now - timedelta(hours=1))
        client.force_login(people.supervisor)

        board = client.get(reverse("protocols:board")).context["board"]
        inbox = client.get(reverse("protocols:referrals"), {"box": "unanswered"})

        assert board.referrals_unanswered == len(inbox.context["waiting"]) == 1

    def test_says_what_to_expect_when_it_is_empty(self, client, people):
        client.force_login(people.doctor)

        for box in ("received", "sent"):
            page = client.get(reverse("protocols:referrals"), {"box": box})
            assert 'class="empty"' in page.content.decode()


class TestAnAcceptance:
    def test_may_say_when_the_work_begins(self, client, referral, people):
        client.force_login(people.doctor)
        url = reverse("protocols:referral-answer", args=[referral.uuid])

        client.post(url, {"state": "accepted", "starts_on": "2026-12-01"})
        client.force_login(people.worker)
        page = client.get(reverse("protocols:referral", args=[referral.uuid]))

        assert "01.12.2026" in page.content.decode()

    def test_takes_a_wrong_day_for_none(self, client, referral, people):
        client.force_login(people.doctor)
        url = reverse("protocols:referral-answer", args=[referral.uuid])

        client.post(url, {"state": "accepted", "starts_on": "2026-13-45"})

        referral.refresh_from_db()
        assert (referral.state, referral.starts_on) == ("accepted", None)
