"""The board, the lists behind its figures, and handing steps over."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from config.accounts.actors import Actor
from config.shared.text import sort_key
from protocols import services, workload
from protocols.models import Event, Step
from protocols.workload import Filters
from registry.services import submit


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def running(protocol, forms, people, now):
    """`running()`: the first step of a run begun now."""

    def make():
        submission = submit(
            version=forms.report,
            answers={"danger": "high", "last_name": "Məmmədova"},
            actor=Actor.for_user(people.officer),
            now=now,
        )
        return submission.protocol_runs.get().steps.get()

    return make


@pytest.fixture
def team(running, people, make_user, now):
    """Five steps, three of them the officer's, one of those late; `deputy` is a colleague."""
    people.deputy = make_user("duty_officer", username="deputy")
    steps = [running() for _number in range(5)]
    officer = Actor.for_user(people.officer)
    for step in steps[:3]:
        services.claim_step(step=step, actor=officer, now=now)
    Step.objects.filter(pk=steps[0].pk).update(due_at=now - timedelta(hours=3))
    return steps


def hand_over(client, steps, **data):
    url = reverse("protocols:hand-over") + "?tab=team"
    return client.post(url, {"step": [step.uuid for step in steps], **data})


class TestTheBoard:
    def test_counts_exactly_what_its_links_list(self, client, team, people, now):
        client.force_login(people.supervisor)
        charts = client.get(reverse("protocols:board")).context["charts"]
        bars = [bar for _title, rows in charts for bar in rows]

        assert sum(bar.count for bar in charts[1][1]) == 5
        for bar in bars:
            for address, count in ((bar.address, bar.count), (bar.late_address, bar.late)):
                page = client.get(reverse("protocols:worklist") + address)
                assert page.context["total"] == len(page.context["lines"]) == count

    def test_has_figures_that_tie_with_their_lists(self, client, team, people, now):
        client.force_login(people.supervisor)
        board = client.get(reverse("protocols:board")).context["board"]
        figures = {
            Filters("team"): board.open,
            Filters("team", late=True): board.overdue,
            Filters("team", late=True, urgent=True): board.urgent_overdue,
            Filters("team", person=workload.NOBODY): board.unassigned,
        }

        for filters, count in figures.items():
            assert filters.steps(people.supervisor, now).count() == count

    def test_has_no_inline_style(self, client, team, people):
        client.force_login(people.supervisor)

        assert "style=" not in client.get(reverse("protocols:board")).content.decode()

    def test_asks_as_often_for_many_steps(
        self, client, team, people, running, django_assert_num_queries
    ):
        client.force_login(people.supervisor)
        url = reverse("protocols:board")
        client.get(url)
        with django_assert_num_queries(22, exact=False) as one:
            client.get(url)
        Step.objects.filter(pk__in=[running().pk for _number in range(10)]).update(
            due_at=timezone.now() - timedelta(hours=1)
        )

        with django_assert_num_queries(len(one)):
            client.get(url)

    def test_offers_colleagues_in_azerbaijani_order(self, client, team, people, make_user):
        names = ["Zaur", "Əli", "Çingiz", "Elçin"]
        for name in names:
            make_user("duty_officer", username=f"user_{name}", first_name=name)
        client.force_login(people.supervisor)

        shown = client.get(reverse("protocols:worklist"), {"tab": "team"}).context["members"]

        assert [str(one) for one in shown if str(one) in names] == sorted(names, key=sort_key)

    def test_is_not_for_those_who_lead_nobody(self, client, team, people):
        client.force_login(people.worker)

        assert "charts" not in client.get(reverse("protocols:board")).context


class TestHandingOver:
    def test_gives_the_steps_of_an_absent_colleague_to_another(self, client, team, people):
        client.force_login(people.supervisor)

        hand_over(client, team[:3], assignee=people.deputy.pk, reason="Xəstəlik")

        assert people.deputy.steps.count() == 3
        events = Event.objects.filter(kind=Event.Kind.ASSIGNED, step__in=team)
        assert {event.data["reason"] for event in events} == {"Xəstəlik"}
        assert {event.data["from"] for event in events} == {people.officer.pk}
        assert people.deputy.notices.count() == 3

    @pytest.mark.parametrize(
        "data",
        [
            pytest.param({"reason": ""}, id="no reason"),
            pytest.param({"assignee": ""}, id="no colleague"),
            pytest.param({"step": []}, id="no step"),
            pytest.param({"step": ["x"]}, id="no number of a step"),
        ],
    )
    def test_is_refused_and_keeps_what_was_typed(self, client, team, people, data):
        client.force_login(people.supervisor)
        typed = {"assignee": people.deputy.pk, "reason": "Xəstəlik", **data}

        response = hand_over(client, team[:3], **typed)

        assert response.status_code == 422
        assert not people.deputy.steps.exists()
        assert typed["reason"] in response.content.decode()

    def test_gives_what_can_be_given_and_names_the_rest(self, client, team, people):
        client.force_login(people.supervisor)
        officer = Actor.for_user(people.officer)
        services.complete_step(
            step=team[0], actor=officer, now=timezone.now(), decision="visit"
        )
        visit = team[0].run.steps.get(code="visit")

        response = hand_over(
            client, [visit, team[1]], assignee=people.deputy.pk, reason="Xəstəlik"
        )

        assert people.deputy.steps.get() == team[1]
        said = [str(message) for message in response.wsgi_request._messages]
        assert any(visit.title in text for text in said)

    def test_is_not_for_those_who_lead_nobody(self, client, team, people):
        client.force_login(people.officer)

        response = hand_over(client, team, assignee=people.deputy.pk, reason="Xəstəlik")

        assert response.status_code == 403

    def test_reaches_no_step_of_another_team(self, client, team, people, make_user):
        client.force_login(make_user("supervisor", organization="other"))

        response = hand_over(client, team, assignee=people.deputy.pk, reason="Xəstəlik")

        assert response.status_code == 422
        assert not people.deputy.steps.exists()
