"""What comes next: pure."""

from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.demo.pack import pack
from protocols import graph, rules
from protocols.deadlines import WorkingCalendar
from protocols.schema import decisions_of, form_of, spec_from_pack
from protocols.simulation import Given, simulate
from tests.protocols.specs import protocol_spec

NOW = datetime(2026, 11, 16, 12, tzinfo=ZoneInfo("Asia/Baku"))
TODAY = date(2026, 11, 16)
PACK = [spec_from_pack(protocol) for protocol in pack("protocols")]
CHILD = next(spec for spec in PACK if spec["code"] == "child_neglect")


def contexts(**more):
    return rules.Contexts(**{"trigger": {}, "now": NOW, "today": TODAY, **more})


class TestIsTriggered:
    @pytest.mark.parametrize(
        ("answers", "event", "starts"),
        [
            pytest.param({"danger": "high"}, "create", True, id="holds"),
            pytest.param({"danger": "low"}, "create", False, id="does not hold"),
            pytest.param({}, "create", False, id="unanswered"),
            pytest.param({"danger": "high"}, "update", False, id="only new ones"),
        ],
    )
    def test_reads_the_answers(self, answers, event, starts):
        spec = protocol_spec()

        found = rules.is_triggered(spec, "report", answers, event=event, now=NOW, today=TODAY)

        assert found is starts

    def test_hears_amended_answers_when_it_asks_for_them(self):
        spec = protocol_spec(trigger={"form": "report", "on": ["create", "update"]})

        assert rules.is_triggered(spec, "report", {}, event="update", now=NOW, today=TODAY)


class TestNextStep:
    def test_follows_the_decision(self):
        spec = protocol_spec()

        assert rules.next_step(spec, "triage", contexts(decision="visit")) == "visit"
        assert rules.next_step(spec, "triage", contexts(decision="nothing")) == "END"

    def test_reads_the_answers_of_a_form(self):
        spec, found = protocol_spec(), {"visit": {"found": "yes"}}

        assert rules.next_step(spec, "visit", contexts(forms=found)) == "refer"
        assert rules.next_step(spec, "visit", contexts()) == "END"

    def test_is_none_after_a_final_step(self):
        assert rules.next_step(protocol_spec(), "END", contexts()) is None

    def test_complains_when_nothing_holds(self):
        with pytest.raises(rules.NoWayOn, match="triage"):
            rules.next_step(protocol_spec(), "triage", contexts(decision="other"))


class TestOrganizations:
    def test_prefer_the_answered_one(self):
        place = {"organization": "sxa", "organization_field": "to"}

        assert rules.organization_code(place, {"to": "sn"}) == "sn"
        assert rules.organization_code(place, {}) == "sxa"
        action = {"organizations": ["sxa", "din"], "organization_field": "to"}
        assert rules.organization_codes(action, {"to": "sn"}) == ["sn"]
        assert rules.organization_codes(action, {}) == ["sxa", "din"]


class TestSimulate:
    def test_walks_the_neglect_of_a_small_child(self):
        answers = {"violence_types": "neglect", "victim_age": 4, "danger_level": "critical"}

        outcome = simulate(CHILD, answers, {}, now=NOW, calendar=WorkingCalendar())

        assert [step.code for step in outcome.steps] == ["alert", "visit_2"]
        hours = [(step.due_at - NOW).total_seconds() / 3600 for step in outcome.steps]
        assert hours == [1, 2]
        assert outcome.steps[-1].waits_for == "form urgent_response"

    def test_follows_what_is_given_to_the_end(self):
        given = {"triage": [Given("visit")], "visit": [Given(answers={"found": "no"})]}

        outcome = simulate(
            protocol_spec(), {"danger": "high"}, given, now=NOW, calendar=WorkingCalendar()
        )

        assert [step.code for step in outcome.steps] == ["triage", "visit", "END"]
        assert outcome.finished

    def test_says_when_nothing_starts(self):
        outcome = simulate(
            protocol_spec(), {"danger": "low"}, {}, now=NOW, calendar=WorkingCalendar()
        )

        assert outcome.as_dict() == {"triggered": False, "steps": [], "finished": False}

    @pytest.mark.parametrize("spec", PACK, ids=[spec["code"] for spec in PACK])
    @given(data=st.data())
    def test_stays_on_the_drawn_graph_whatever_is_decided(self, spec, data):
        open_spec = {**spec, "trigger": {"form": spec["trigger"]["form"]}}
        given_steps = {
            step["code"]: [Given(data.draw(st.sampled_from(decisions_of(step))))]
            if decisions_of(step)
            else [Given(answers={})]
            for step in spec["steps"]
            if decisions_of(step) or form_of(step)
        }

        outcome = simulate(open_spec, {}, given_steps, now=NOW, calendar=WorkingCalendar())

        codes, moves = [step.code for step in outcome.steps], graph.edges(spec)
        assert codes[0] == spec["start"]
        assert all(after in moves[before] for before, after in pairwise(codes))
        times = [step.opened_at for step in outcome.steps]
        assert times == sorted(times)
