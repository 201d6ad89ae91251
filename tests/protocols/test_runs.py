"""Runs and their steps, through the registry's door."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Event as Signal
from time import sleep

import pytest
from django.core import mail
from django.db import connection, transaction

from config.accounts.actors import Actor
from protocols import services
from protocols.models import Event, Notice, Run, RunFailure, Step
from protocols.services.failures import retry
from protocols.services.steps import lock_open
from registry.models import Record, Register
from registry.services import amend, publish_register, save_register, submit
from tests.protocols.specs import go, hours, protocol_spec, step


def kinds(run):
    return list(run.events.values_list("kind", flat=True))


class TestASubmission:
    def test_starts_the_protocol_that_its_answers_trigger(self, triage, people, noon):
        assert triage.code == "triage"
        assert triage.due_at == noon + timedelta(hours=1)
        assert triage.role == "duty_officer"
        assert triage.is_urgent
        assert kinds(triage.run) == ["started", "opened"]
        assert list(triage.run.records.all()) == [triage.run.record]

    def test_starts_nothing_when_the_condition_does_not_hold(self, protocol, report):
        report(danger="low")

        assert not Run.objects.exists()

    def test_starts_the_version_in_force_and_the_run_keeps_it(
        self, triage, publish_spec, report
    ):
        newer = publish_spec(protocol_spec(severity="normal"))

        run = report().protocol_runs.get()

        assert run.version == newer
        triage.run.refresh_from_db()
        assert triage.run.version.number == 1

    def test_is_kept_when_a_protocol_fails(self, protocol, report, broken_table, noon):
        with broken_table("protocols_run"):
            submission = report()

        failure = RunFailure.objects.get()
        assert Record.objects.get() == submission.record
        assert (failure.submission, failure.protocol) == (submission, protocol.definition)
        assert "Məmmədova" not in failure.error
        assert retry(failure.pk, now=noon)
        assert submission.protocol_runs.count() == 1
        failure.refresh_from_db()
        assert failure.resolved_at == noon

    def test_starts_the_other_protocols_when_one_fails(
        self, protocol, publish_spec, report, broken_table
    ):
        other = publish_spec(protocol_spec(code="another"))

        with broken_table("protocols_run", f"NEW.protocol_id = {other.definition_id}"):
            submission = report()

        assert submission.protocol_runs.get().protocol.code == "urgent"
        assert RunFailure.objects.get().protocol.code == "another"

    def test_is_tried_again_later_and_later(self, protocol, report, broken_table, noon):
        with broken_table("protocols_run"):
            report()
            failure = RunFailure.objects.get()
            assert not retry(failure.pk, now=noon)

        failure.refresh_from_db()
        assert failure.attempts == 2
        assert failure.next_try_at == noon + timedelta(minutes=2)
        early, later = noon + timedelta(minutes=1), noon + timedelta(minutes=2)
        assert services.run_deadlines(now=early).failures_resolved == 0
        assert services.run_deadlines(now=later).failures_resolved == 1

    @pytest.mark.django_db(transaction=True)
    def test_is_not_called_done_while_somebody_else_is_at_it(
        self, protocol, report, broken_table, noon
    ):
        with broken_table("protocols_run"):
            report()
        failure = RunFailure.objects.get()

        def again():
            try:
                return retry(failure.pk, now=noon)
            finally:
                connection.close()

        with transaction.atomic(), ThreadPoolExecutor(1) as pool:
            RunFailure.objects.select_for_update().get()
            assert not pool.submit(again).result()
        assert retry(failure.pk, now=noon)

    def test_that_is_amended_starts_what_asks_for_it(
        self, forms, publish_spec, report, people, noon
    ):
        trigger = {"form": "report", "expression": "${danger} = 'high'"}
        publish_spec(protocol_spec(trigger={**trigger, "on": ["create", "update"]}))
        submission = report(danger="low")

        amend(
            submission=submission,
            answers={**submission.answers, "danger": "high"},
            actor=Actor.for_user(people.officer),
            now=noon,
            expected_row_version=submission.row_version,
            reason_code="correction",
        )

        assert submission.protocol_runs.count() == 1


def visit(triage, people, noon):
    """Decide on a visit, and take its step."""
    services.complete_step(
        step=triage, actor=Actor.for_user(people.officer), now=noon, decision="visit"
    )
    return triage.run.steps.get(code="visit")


class TestCompleteStep:
    def test_follows_the_decision(self, triage, people, noon):
        opened = visit(triage, people, noon)

        assert opened.due_at == noon + timedelta(hours=2)
        triage.refresh_from_db()
        assert (triage.state, triage.decision) == ("done", "visit")
        assert triage.done_by == people.officer

    def test_ends_the_run_at_a_final_step(self, triage, people, noon):
        services.complete_step(
            step=triage, actor=Actor.for_user(people.officer), now=noon, decision="nothing"
        )

        triage.run.refresh_from_db()
        assert triage.run.state == "done"
        assert list(triage.run.steps.values_list("code", "state")) == [
            ("triage", "done"),
            ("END", "done"),
        ]

    @pytest.mark.parametrize("decision", ["", "dance"])
    def test_wants_one_of_the_decisions(self, triage, people, noon, decision):
        with pytest.raises(services.StepRefused):
            services.complete_step(
                step=triage, actor=Actor.for_user(people.officer), now=noon, decision=decision
            )

        triage.refresh_from_db()
        assert triage.is_open

    def test_tells_the_second_person_that_the_first_was_faster(self, triage, people, noon):
        visit(triage, people, noon)

        with pytest.raises(services.StepMoved, match="Sınaq"):
            visit(triage, people, noon)

        assert triage.run.steps.filter(code="visit").count() == 1

    def test_wants_the_form_of_a_visit(self, triage, people, noon):
        step = visit(triage, people, noon)

        with pytest.raises(services.StepRefused):
            services.complete_step(step=step, actor=Actor.for_user(people.worker), now=noon)


class TestEvidence:
    def fill(self, triage, people, forms, noon, **answers):
        return submit(
            version=forms.visit,
            answers={"last_name": "Məmmədova", **answers},
            actor=Actor.for_user(people.worker),
            now=noon,
            record=triage.run.record,
        )

    def test_completes_the_step_that_waited_for_the_form(self, triage, people, forms, noon):
        step = visit(triage, people, noon)

        submission = self.fill(triage, people, forms, noon, found="yes")

        step.refresh_from_db()
        assert (step.state, step.evidence) == ("done", submission)
        assert triage.run.steps.get(code="refer").is_open

    def test_reads_the_answers_for_the_way_on(self, triage, people, forms, noon):
        visit(triage, people, noon)

        self.fill(triage, people, forms, noon, found="no")

        triage.run.refresh_from_db()
        assert triage.run.state == "done"

    def test_is_not_asked_of_a_record_that_no_step_waits_for(
        self, triage, people, forms, report, noon
    ):
        step = visit(triage, people, noon)
        other = report(danger="low")

        submit(
            version=forms.visit,
            answers={"last_name": "Quliyeva"},
            actor=Actor.for_user(people.worker),
            now=noon,
            record=other.record,
        )

        step.refresh_from_db()
        assert step.is_open

    def test_that_cannot_be_used_is_kept_and_tried_again(
        self, triage, people, forms, noon, broken_table
    ):
        step = visit(triage, people, noon)
        with broken_table("protocols_step"):
            submission = self.fill(triage, people, forms, noon, found="yes")

        failure = RunFailure.objects.get()
        assert (failure.step, failure.submission) == (step, submission)
        assert retry(failure.pk, now=noon)
        step.refresh_from_db()
        assert step.evidence == submission


class TestAutomaticSteps:
    def spec(self, *steps):
        return protocol_spec(start=steps[0]["code"], steps=[*steps])

    def test_set_the_status_and_go_on(self, forms, publish_spec, report):
        action = {"type": "set_status", "status": "active"}
        publish_spec(self.spec(step("mark", action, go("END")), step("END", {"type": "close"})))

        submission = report()

        submission.record.refresh_from_db()
        assert submission.record.status == "active"
        assert submission.protocol_runs.get().state == "done"
        # History is kept for ever and read in any language.
        reasons = submission.record.history.values_list("reason", flat=True)
        assert "Addım mark / Addım mark (en)" in reasons

    def test_that_fail_stay_open_and_visible(self, forms, publish_spec, report, noon):
        action = {"type": "set_status", "status": "active"}
        publish_spec(self.spec(step("mark", action, go("END")), step("END", {"type": "close"})))
        # The register loses the status after the protocol was published.
        register = Register.objects.get(code="reports")
        spec = register.build_spec()
        spec["statuses"] = [row for row in spec["statuses"] if row["name"] == "new"]
        actor = Actor.system("tests")
        publish_register(save_register("reports", spec, actor), actor=actor, now=noon)

        run = report().protocol_runs.get()

        assert run.steps.get().is_open
        assert RunFailure.objects.get().step == run.steps.get()

    def test_notify_without_personal_data(self, forms, publish_spec, report, people):
        told = step(
            "tell", {"type": "notify", "roles": ["social_worker", "supervisor"]}, go("END")
        )
        publish_spec(self.spec(told, step("END", {"type": "close"})))

        report(last_name="Gizlisoyad")

        notices = Notice.objects.filter(kind=Notice.Kind.INFORMED)
        told_users = {notice.user for notice in notices}
        assert told_users == {people.worker, people.colleague, people.supervisor}
        assert {letter.to[0] for letter in mail.outbox} == {"worker@example.az", "s@example.az"}
        assert all("Gizlisoyad" not in letter.subject + letter.body for letter in mail.outbox)

    def test_wait_until_the_clock_says(self, forms, publish_spec, report, noon):
        waiting = step("pause", {"type": "wait"}, go("END"), due={"value": 5, "unit": "hours"})
        publish_spec(self.spec(waiting, step("END", {"type": "close"})))
        run = report().protocol_runs.get()

        assert services.run_deadlines(now=noon + timedelta(hours=4)).waits_ended == 0
        assert services.run_deadlines(now=noon + timedelta(hours=5)).waits_ended == 1

        run.refresh_from_db()
        assert run.state == "done"


class TestApproval:
    def test_is_returned_only_with_a_remark(self, forms, publish_spec, report, people, noon):
        approve = step(
            "check",
            {"type": "approve"},
            go("END", "${decision} = 'approved'", "decision"),
            go("check"),
            role="supervisor",
            **hours(2),
        )
        publish_spec(
            protocol_spec(start="check", steps=[approve, step("END", {"type": "close"})])
        )
        checked = report().protocol_runs.get().steps.get()
        actor = Actor.for_user(people.supervisor)

        with pytest.raises(services.StepRefused):
            services.complete_step(step=checked, actor=actor, now=noon, decision="returned")
        services.complete_step(
            step=checked, actor=actor, now=noon, decision="returned", note="Sənəd yoxdur"
        )

        states = list(checked.run.steps.values_list("code", "state", "note"))
        assert states == [("check", "done", "Sənəd yoxdur"), ("check", "open", "")]


class TestPlaces:
    def test_give_the_step_to_those_whose_area_covers_the_record(
        self, forms, publish_spec, report, make_user, make_place, people, noon
    ):
        region = make_place("region_baki", kind="region")
        district = make_place("nesimi", parent=region)
        inside = make_user("duty_officer", area=region)
        outside = make_user("duty_officer", area=make_place("quba"))
        publish_spec(protocol_spec())
        opened = report(district="nesimi").protocol_runs.get().steps.get()

        from protocols import selectors

        assert opened.area == district
        assert selectors.may_act(inside, opened, noon)
        assert not selectors.may_act(outside, opened, noon)
        assert selectors.may_act(people.officer, opened, noon)

    def test_end_with_the_appointment(self, triage, make_user, noon):
        from protocols import selectors

        former = make_user("duty_officer", valid_to=date(2026, 11, 15))
        Step.objects.filter(pk=triage.pk).update(assignee=former)

        assert not selectors.steps_for(former, noon).exists()
        assert not selectors.may_act(former, triage, noon)


class TestAssigning:
    def test_is_for_colleagues_who_hold_the_role(self, triage, people, noon):
        actor = Actor.for_user(people.supervisor)

        with pytest.raises(services.StepRefused):
            services.assign_step(step=triage, assignee=people.worker, actor=actor, now=noon)
        services.assign_step(
            step=triage, assignee=people.officer, actor=actor, now=noon, reason="növbə"
        )

        triage.refresh_from_db()
        assert triage.assignee == people.officer
        assert people.officer.notices.get().kind == Notice.Kind.ASSIGNED
        event = triage.events.get(kind=Event.Kind.ASSIGNED)
        assert event.actor_name == str(people.supervisor)
        assert event.data["reason"] == "növbə"

    def test_leaves_a_claimed_step_to_the_first(self, triage, people, make_user, noon):
        second = make_user("duty_officer")
        services.claim_step(step=triage, actor=Actor.for_user(people.officer), now=noon)

        with pytest.raises(services.StepMoved):
            services.claim_step(step=triage, actor=Actor.for_user(second), now=noon)


class TestCancelling:
    def test_wants_a_reason_and_closes_the_steps(self, triage, people, noon):
        actor = Actor.for_user(people.supervisor)
        with pytest.raises(services.StepRefused):
            services.cancel_run(run=triage.run, actor=actor, now=noon, reason=" ")

        services.cancel_run(run=triage.run, actor=actor, now=noon, reason="səhv")

        triage.refresh_from_db()
        assert triage.state == "cancelled"
        assert services.run_deadlines(now=noon + timedelta(days=9)).steps_escalated == 0


@pytest.mark.django_db(transaction=True)
class TestStoppingWhileAStepIsDone:
    def test_waits_for_the_step_and_then_stops_what_follows(self, triage, people, noon):
        """The one who finishes is in the middle of it when the other begins to stop."""
        holds, begun = Signal(), Signal()

        def finish():
            with transaction.atomic():
                step = lock_open(triage)
                holds.set()
                begun.wait(timeout=10)
                sleep(0.5)  # the other one waits by now
                officer = Actor.for_user(people.officer)
                services.complete_step(step=step, actor=officer, now=noon, decision="visit")

        def stop():
            holds.wait(timeout=10)
            begun.set()
            supervisor = Actor.for_user(people.supervisor)
            services.cancel_run(run=triage.run, actor=supervisor, now=noon, reason="səhv")

        def closing(act):
            try:
                act()
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(closing, (finish, stop)))

        triage.run.refresh_from_db()
        assert triage.run.state == "cancelled"
        states = triage.run.steps.order_by("pk").values_list("state", flat=True)
        assert list(states) == ["done", "cancelled"]


class TestHistory:
    @pytest.mark.parametrize("table", ["protocols_event", "protocols_protocolversion"])
    def test_is_not_changed_even_by_sql(self, triage, table):
        from django.db import DatabaseError, transaction

        with (
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE {table} SET id = id")

    def test_refuses_changes_through_the_model(self, triage):
        event = triage.events.first()
        event.actor_name = "başqası"

        with pytest.raises(TypeError):
            event.save()
