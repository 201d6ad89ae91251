"""Deadlines: each lateness is reported once, however many look at the clock."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from wagtail.models import ModelLogEntry

from protocols import services
from protocols.models import Escalation, Notice, Step
from tests.protocols.specs import go, hours, protocol_spec, step


class TestRunDeadlines:
    def test_escalates_a_late_step_once(self, triage, people, noon):
        later = noon + timedelta(hours=3)

        assert services.run_deadlines(now=noon).steps_escalated == 0
        assert services.run_deadlines(now=later).steps_escalated == 1
        assert services.run_deadlines(now=later).steps_escalated == 0

        assert Escalation.objects.get().role == "supervisor"
        notice = people.supervisor.notices.get()
        assert (notice.kind, notice.step) == (Notice.Kind.OVERDUE, triage)
        assert ModelLogEntry.objects.filter(action="protocols.escalated").count() == 1

    def test_reminds_the_one_who_was_to_do_it(self, triage, people, noon):
        Step.objects.update(assignee=people.officer)

        services.run_deadlines(now=noon + timedelta(hours=3))

        assert people.officer.notices.get().kind == Notice.Kind.OVERDUE

    def test_climbs_the_ladder_rung_by_rung(
        self, forms, publish_spec, report, people, make_user, noon
    ):
        head = make_user("inst_head", organization="ministry")
        timed = hours(1)
        timed["on_overdue"]["then"] = [
            {"escalate_to": "inst_head", "after": {"value": 2, "unit": "hours"}}
        ]
        confirm = step("confirm", {"type": "close"}, go("END"), **timed)
        publish_spec(
            protocol_spec(start="confirm", steps=[confirm, step("END", {"type": "close"})])
        )
        report()

        for passed in (1, 2, 3, 9):
            services.run_deadlines(now=noon + timedelta(hours=passed))

        levels = list(Escalation.objects.values_list("level", "role"))
        assert levels == [(1, "supervisor"), (2, "inst_head")]
        assert head.notices.count() == 1

    def test_does_not_let_one_broken_step_hold_up_the_others(
        self, triage, report, noon, broken_table
    ):
        report()
        later = noon + timedelta(hours=3)

        with broken_table("protocols_escalation", f"NEW.step_id = {triage.pk}"):
            assert services.run_deadlines(now=later).steps_escalated == 1

        assert services.run_deadlines(now=later).steps_escalated == 1


@pytest.mark.django_db(transaction=True)
class TestTwoClocks:
    """The third journey: an urgent report, three hours, two workers at the same time."""

    def test_escalate_once(self, triage, people, noon):
        later, barrier = noon + timedelta(hours=3), Barrier(2)

        def look(_number):
            try:
                barrier.wait(timeout=10)
                return services.run_deadlines(now=later).steps_escalated
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            counts = list(pool.map(look, range(2)))

        assert sorted(counts) == [0, 1]
        assert Escalation.objects.count() == 1
        assert people.supervisor.notices.count() == 1


class TestCommands:
    def test_run_deadlines_at_a_given_moment(self, triage):
        out = StringIO()

        call_command("run_deadlines", now="2026-11-16T15:00:00", json=True, stdout=out)

        assert json.loads(out.getvalue())["steps_escalated"] == 1

    @pytest.mark.parametrize("moment", ["yesterday", "2026-13-45T00:00"])
    def test_refuse_what_is_no_moment(self, db, moment):
        with pytest.raises(CommandError, match="ISO"):
            call_command("run_deadlines", now=moment)

    def test_simulate_a_protocol_and_store_nothing(self, protocol, tmp_path):
        file, out = tmp_path / "answers.json", StringIO()
        given = {"answers": {"danger": "high"}, "steps": {"triage": [{"decision": "visit"}]}}
        file.write_text(json.dumps(given))

        call_command(
            "simulate_protocol",
            "urgent",
            answers=file,
            now="2026-11-16T12:00:00+04:00",
            json=True,
            stdout=out,
        )

        walked = json.loads(out.getvalue())
        assert walked["triggered"]
        assert [(s["code"], s["due_at"]) for s in walked["steps"]] == [
            ("triage", "2026-11-16T13:00:00+04:00"),
            ("visit", "2026-11-16T14:00:00+04:00"),
        ]
        assert not Step.objects.exists()

    @pytest.mark.parametrize("content", ["[]", "{", '{"answers": {}, "steps": {"a": [1]}}'])
    def test_refuse_a_file_that_is_not_answers(self, protocol, tmp_path, content):
        file = tmp_path / "answers.json"
        file.write_text(content)

        with pytest.raises(CommandError):
            call_command("simulate_protocol", "urgent", answers=file, json=True)
