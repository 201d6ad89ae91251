"""The one door: submitting, amending, moving, assigning, linking."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from wagtail.models import ModelLogEntry

from config.accounts.actors import Actor
from content.models import Place
from registry.models import Draft, Record, RecordLink, Submission
from registry.services import (
    AnswersInvalid,
    MoveRefused,
    StaleWrite,
    amend,
    assign,
    end_link,
    link,
    submit,
    transition,
)
from registry.signals import record_amended, record_submitted, record_transitioned
from tests.registry import specs


def codes(error):
    return [problem.code for problem in error.value.problems]


class TestSubmitting:
    def test_makes_a_record_with_number_title_status_and_place(
        self, intake, actor, send, make_place
    ):
        place = make_place("nesimi")

        record = send(intake, actor, first_name="Ülviyyə", district="nesimi").record

        record.refresh_from_db()
        assert record.key == "KM-2026-0001"
        assert record.title == "Məmmədova Ülviyyə"
        assert record.title_fold == "memmedova ulviyye"
        assert record.status == "new"
        assert record.district == place
        assert record.organization_id == actor.organization_id
        assert record.created_by == actor.user

    def test_keeps_the_answers_with_the_version_of_the_form(self, intake, actor, send):
        submission = send(intake, actor, risk="high")

        submission.refresh_from_db()
        assert submission.answers == {"last_name": "Məmmədova", "risk": "high"}
        assert submission.form_version == intake
        assert submission.record.attributes["risk"] == "high"

    def test_refuses_answers_that_break_the_form(self, intake, actor, noon):
        with pytest.raises(AnswersInvalid) as error:
            submit(version=intake, answers={"nobody": 1}, actor=actor, now=noon)

        assert sorted(codes(error)) == ["required", "unknown_field"]
        assert not Record.objects.exists()

    def test_writes_history_of_record_and_submission_with_who_and_why(
        self, intake, actor, send, noon
    ):
        submission = send(intake, actor)

        row = submission.record.history.get()
        assert row.change_kind == "create"
        assert row.history_user == actor.user
        assert row.history_date == noon
        assert (row.actor_name, row.actor_role) == (actor.name, "social_worker")
        assert row.actor_organization_title == "Qurum agency"
        assert (row.form_code, row.form_number) == ("intake", 1)
        assert row.submission_uuid == submission.uuid
        assert row.request_id == "request-1"
        assert submission.history.get().answers == submission.answers

    def test_writes_one_line_of_audit_without_names(self, intake, actor, send):
        record = send(intake, actor).record

        entry = ModelLogEntry.objects.get(action="registry.submit")
        assert entry.label == record.key
        assert entry.user == actor.user
        assert "Məmmədova" not in str(entry.data)

    def test_lets_other_apps_hear(self, intake, actor, send):
        heard = []

        def hear(**kwargs):
            heard.append(kwargs["record"].key)

        record_submitted.connect(hear)
        try:
            send(intake, actor)
        finally:
            record_submitted.disconnect(hear)

        assert heard == ["KM-2026-0001"]

    def test_gives_the_same_submission_for_the_same_client_key(self, intake, actor, noon):
        key = uuid4()
        answers = {"last_name": "Quliyev"}
        first = submit(version=intake, answers=answers, actor=actor, now=noon, client_key=key)
        second = submit(version=intake, answers=answers, actor=actor, now=noon, client_key=key)

        assert first == second
        assert Record.objects.count() == 1

    def test_keeps_a_client_key_from_other_people(self, intake, actor, noon, make_user):
        key = uuid4()
        answers = {"last_name": "Quliyev"}
        submit(version=intake, answers=answers, actor=actor, now=noon, client_key=key)
        other = Actor.for_user(make_user("social_worker"))

        with pytest.raises(PermissionDenied):
            submit(version=intake, answers=answers, actor=other, now=noon, client_key=key)

    def test_drops_the_draft_that_it_came_from(self, intake, actor, noon):
        draft = Draft.objects.create(form_version=intake, user=actor.user, updated_at=noon)

        submit(version=intake, answers={"last_name": "A"}, actor=actor, now=noon, draft=draft)

        assert not Draft.objects.exists()

    def test_is_refused_without_the_right(self, intake, noon, make_user):
        stranger = Actor.for_user(make_user("trainer"))

        with pytest.raises(PermissionDenied):
            submit(version=intake, answers={"last_name": "A"}, actor=stranger, now=noon)

    def test_is_refused_for_roles_that_the_form_is_not_for(self, publish, cases, actor, noon):
        version = publish(specs.form_spec(filled_by=["duty_officer"]))

        with pytest.raises(PermissionDenied):
            submit(version=version, answers={"last_name": "A"}, actor=actor, now=noon)

    def test_takes_a_public_form_from_nobody_in_particular(self, publish, cases, noon):
        version = publish(specs.form_spec(public=True))
        citizen = Actor(user=None, name="Vətəndaş")

        submission = submit(
            version=version, answers={"last_name": "A"}, actor=citizen, now=noon
        )

        assert submission.submitted_by is None
        assert submission.record.history.get().actor_name == "Vətəndaş"

    def test_takes_an_older_version_of_the_form(self, publish, intake, actor, send):
        spec = specs.form_spec()
        spec["children"][0]["children"].append(specs.question("pets"))
        publish(spec)

        assert send(intake, actor).form_version.number == 1

    def test_is_refused_once_the_form_is_withdrawn(self, intake, actor, noon):
        intake.definition.unpublish()

        with pytest.raises(AnswersInvalid) as error:
            submit(version=intake, answers={"last_name": "A"}, actor=actor, now=noon)

        assert codes(error) == ["form_withdrawn"]

    def test_stores_what_the_database_can_hold(self, intake, actor, send):
        assert send(intake, actor, risk="a\0b").answers["risk"] == "ab"

    def test_stores_answers_alone_when_the_form_has_no_register(self, publish, actor, send):
        spec = specs.form_spec("quiz")
        spec["settings"] = {}

        submission = send(publish(spec), actor)

        assert submission.record is None
        assert submission.history.count() == 1

    @pytest.mark.parametrize("name", ["district", "region"])
    def test_lies_in_the_place_that_the_form_names(
        self, publish, cases, actor, send, make_place, name
    ):
        # As in the ministry's lists: Baku is a region, and a city of it.
        region = make_place("region_baki", value="baki", kind=Place.Kind.REGION)
        city = make_place("baki", kind=Place.Kind.CITY, parent=region)
        spec = specs.form_spec()
        spec["children"][0]["children"].append(specs.question("region"))

        record = send(publish(spec), actor, **{name: "baki"}).record

        assert record.district == {"district": city, "region": region}[name]


@pytest.fixture
def visit(publish, intake):
    return publish(specs.form_spec("visit", mode="update"))


class TestSupplementing:
    def test_adds_a_submission_and_merges_attributes(self, intake, visit, actor, send, noon):
        record = send(intake, actor, risk="low", story="first").record

        submit(
            version=visit,
            answers={"last_name": "Məmmədova", "risk": "high"},
            actor=actor,
            now=noon,
            record=record,
            expected_row_version=1,
        )

        record.refresh_from_db()
        assert record.row_version == 2
        assert record.attributes["risk"] == "high"
        assert record.attributes["story"] == "first"
        assert [row.change_kind for row in record.history.order_by("history_id")] == [
            "create",
            "update",
        ]

    def test_shows_both_values_when_somebody_else_wrote_first(
        self, intake, visit, actor, send, noon, make_user
    ):
        record = send(intake, actor, risk="low").record
        other = Actor.for_user(make_user("social_worker", first_name="Kamran"))
        later = noon + timedelta(minutes=5)
        submit(
            version=visit,
            answers={"last_name": "M", "risk": "high"},
            actor=other,
            now=later,
            record=record,
        )

        with pytest.raises(StaleWrite) as error:
            submit(
                version=visit,
                answers={"last_name": "M", "risk": "middle"},
                actor=actor,
                now=later,
                record=record,
                expected_row_version=1,
            )

        assert error.value.yours["risk"] == "middle"
        assert error.value.theirs["risk"] == "high"
        assert error.value.by == "Kamran"
        assert (error.value.at, error.value.row_version) == (later, 2)

    def test_does_not_show_the_other_value_to_who_may_not_read_it(
        self, publish, intake, visit, actor, send, noon, make_user
    ):
        record = send(intake, actor, story="secret", risk="low").record
        publish(specs.register_spec(access=[specs.rule(["registrar"], sensitivity="internal")]))

        with pytest.raises(StaleWrite) as error:
            submit(
                version=visit,
                answers={"last_name": "M", "story": "guess"},
                actor=Actor.for_user(make_user("registrar")),
                now=noon,
                record=record,
                expected_row_version=9,
            )

        assert error.value.theirs["risk"] == "low"
        assert "secret" not in error.value.theirs.values()

    def test_finds_the_record_by_the_question_that_names_it(
        self, publish, intake, actor, send, noon
    ):
        spec = specs.form_spec("note", mode="update")
        spec["children"][0]["children"].append(
            specs.question("case_no", lookup={"register": "cases"})
        )
        version = publish(spec)
        record = send(intake, actor).record

        submission = submit(
            version=version,
            answers={"last_name": "A", "case_no": record.key},
            actor=actor,
            now=noon,
        )

        assert submission.record == record

    def test_says_when_no_visible_record_has_the_number(self, publish, intake, actor, noon):
        spec = specs.form_spec("note", mode="update")
        spec["children"][0]["children"].append(
            specs.question("case_no", lookup={"register": "cases"})
        )
        version = publish(spec)

        with pytest.raises(AnswersInvalid) as error:
            submit(
                version=version,
                answers={"last_name": "A", "case_no": "KM-2026-9999"},
                actor=actor,
                now=noon,
            )

        assert error.value.problems[0].path == "case_no"

    def test_is_refused_when_the_answer_names_another_record(
        self, publish, intake, actor, send, noon
    ):
        spec = specs.form_spec("note", mode="update")
        spec["children"][0]["children"].append(
            specs.question("case_no", lookup={"register": "cases"})
        )
        version = publish(spec)
        one, two = send(intake, actor).record, send(intake, actor).record

        with pytest.raises(AnswersInvalid) as error:
            submit(
                version=version,
                answers={"last_name": "A", "case_no": two.key},
                actor=actor,
                now=noon,
                record=one,
            )

        assert codes(error) == ["other_record"]

    def test_is_refused_on_a_record_of_another_register(
        self, publish, intake, visit, actor, send, noon
    ):
        publish(specs.register_spec("signals", key_pattern="S-{seq:4}"))
        signal = publish(specs.form_spec("signal", register="signals"))
        record = send(signal, actor).record

        with pytest.raises(AnswersInvalid) as error:
            submit(
                version=visit,
                answers={"last_name": "A"},
                actor=actor,
                now=noon,
                record=record,
            )

        assert codes(error) == ["wrong_register"]


class TestAmending:
    def test_keeps_both_states_with_who_when_and_why(self, intake, actor, send, noon):
        submission = send(intake, actor, risk="low")
        later = noon + timedelta(hours=1)

        amended = amend(
            submission=submission,
            answers={"last_name": "Məmmədova", "risk": "high"},
            actor=actor,
            now=later,
            expected_row_version=1,
            reason_code="mistake",
            reason="Səhv seçilmişdi",
        )

        assert (amended.state, amended.row_version) == ("amended", 2)
        old, new = submission.history.order_by("history_id")
        assert (old.answers["risk"], new.answers["risk"]) == ("low", "high")
        assert (new.change_kind, new.reason_code, new.reason) == (
            "amend",
            "mistake",
            "Səhv seçilmişdi",
        )
        record = Record.objects.get()
        assert record.attributes["risk"] == "high"
        assert record.history.count() == 2

    def test_changes_nothing_when_nothing_differs(self, intake, actor, send, noon):
        submission = send(intake, actor)

        amend(
            submission=submission,
            answers=dict(submission.answers),
            actor=actor,
            now=noon,
            expected_row_version=1,
            reason_code="mistake",
        )

        assert submission.history.count() == 1

    def test_shows_both_values_when_somebody_else_amended_first(
        self, intake, actor, send, noon
    ):
        submission = send(intake, actor, risk="low")
        values = {"actor": actor, "now": noon, "reason_code": "mistake"}
        amend(
            submission=submission,
            answers={"last_name": "M", "risk": "high"},
            expected_row_version=1,
            **values,
        )

        with pytest.raises(StaleWrite) as error:
            amend(
                submission=submission,
                answers={"last_name": "M", "risk": "none"},
                expected_row_version=1,
                **values,
            )

        assert (error.value.yours["risk"], error.value.theirs["risk"]) == ("none", "high")

    def test_leaves_alone_what_the_writer_may_not_read(
        self, publish, intake, actor, send, noon, make_user
    ):
        submission = send(
            intake, actor, story="secret", members=[{"name": "A", "illness": "x"}]
        )
        publish(
            specs.register_spec(
                access=[
                    specs.rule(["social_worker"]),
                    specs.rule(["registrar"], sensitivity="personal"),
                ]
            )
        )
        registrar = Actor.for_user(make_user("registrar"))

        amended = amend(
            submission=submission,
            answers={"last_name": "Yeni", "story": "guess", "members": []},
            actor=registrar,
            now=noon,
            expected_row_version=1,
            reason_code="mistake",
        )

        assert amended.answers == {
            "last_name": "Yeni",
            "story": "secret",
            "members": [{"name": "A", "illness": "x"}],
        }

    def test_does_not_undo_what_a_later_form_said(self, intake, visit, actor, send, noon):
        submission = send(intake, actor, risk="low")
        submit(
            version=visit,
            answers={"last_name": "M", "risk": "high"},
            actor=actor,
            now=noon + timedelta(days=1),
            record=submission.record,
        )

        amend(
            submission=submission,
            answers={"last_name": "M", "risk": "middle"},
            actor=actor,
            now=noon + timedelta(days=2),
            expected_row_version=1,
            reason_code="mistake",
        )

        assert Record.objects.get().attributes["risk"] == "high"

    def test_is_the_writers_own_right_within_the_forms_hours(
        self, publish, cases, noon, make_user
    ):
        publish(
            specs.register_spec(
                access=[specs.rule(["agency_rep"], actions=["create"], scope="own")]
            )
        )
        version = publish(specs.form_spec(edit_window_hours=24))
        agency = Actor.for_user(make_user("agency_rep"))
        submission = submit(version=version, answers={"last_name": "A"}, actor=agency, now=noon)
        change = {
            "submission": submission,
            "answers": {"last_name": "B"},
            "actor": agency,
            "expected_row_version": 1,
            "reason_code": "mistake",
        }

        with pytest.raises(PermissionDenied):
            amend(**change, now=noon + timedelta(hours=25))
        amended = amend(**change, now=noon + timedelta(hours=23))

        assert amended.answers == {"last_name": "B"}

    def test_lets_other_apps_hear(self, intake, actor, send, noon):
        submission, heard = send(intake, actor), []

        def hear(**kwargs):
            heard.append(kwargs["submission"].row_version)

        record_amended.connect(hear)
        try:
            amend(
                submission=submission,
                answers={"last_name": "B"},
                actor=actor,
                now=noon,
                expected_row_version=1,
                reason_code="mistake",
            )
        finally:
            record_amended.disconnect(hear)

        assert heard == [2]


class TestMovingARecord:
    def test_changes_the_status_and_closes(self, intake, actor, send, noon):
        record = send(intake, actor).record

        moved = transition(
            record=record, status="closed", actor=actor, now=noon, expected_row_version=1
        )

        assert (moved.status, moved.closed_at) == ("closed", noon)
        assert moved.history.first().change_kind == "transition"

    def test_is_refused_where_the_register_does_not_lead(self, intake, actor, send, noon):
        record = send(intake, actor).record
        transition(
            record=record, status="closed", actor=actor, now=noon, expected_row_version=1
        )

        with pytest.raises(MoveRefused) as error:
            transition(
                record=record, status="new", actor=actor, now=noon, expected_row_version=2
            )

        assert error.value.allowed == ["active"]

    def test_opens_again_where_the_register_leads(self, intake, actor, send, noon):
        record = send(intake, actor).record
        for status, version in (("closed", 1), ("active", 2)):
            record = transition(
                record=record,
                status=status,
                actor=actor,
                now=noon,
                expected_row_version=version,
            )

        assert (record.status, record.closed_at) == ("active", None)

    def test_is_refused_when_stale_and_quiet_when_already_there(
        self, intake, actor, send, noon
    ):
        record = send(intake, actor).record
        with pytest.raises(StaleWrite):
            transition(
                record=record, status="active", actor=actor, now=noon, expected_row_version=9
            )

        transition(record=record, status="new", actor=actor, now=noon, expected_row_version=9)

        assert record.history.count() == 1

    def test_lets_other_apps_hear_the_way(self, intake, actor, send, noon):
        record, heard = send(intake, actor).record, []

        def hear(**kwargs):
            heard.append((kwargs["old"], kwargs["new"]))

        record_transitioned.connect(hear)
        try:
            transition(
                record=record, status="active", actor=actor, now=noon, expected_row_version=1
            )
        finally:
            record_transitioned.disconnect(hear)

        assert heard == [("new", "active")]


class TestAssigning:
    def test_gives_the_record_to_a_colleague(self, intake, actor, send, noon, make_user):
        record, colleague = send(intake, actor).record, make_user("social_worker")

        assigned = assign(record=record, assignee=colleague, actor=actor, now=noon)

        assert assigned.assignee == colleague
        assert assigned.history.first().change_kind == "assign"

    def test_is_refused_for_people_who_may_not_read_it(
        self, intake, actor, send, noon, make_user
    ):
        record = send(intake, actor).record

        with pytest.raises(PermissionDenied):
            assign(record=record, assignee=make_user("trainer"), actor=actor, now=noon)


class TestLinking:
    def test_relates_two_records_once(self, intake, actor, send, noon):
        one, two = send(intake, actor).record, send(intake, actor).record
        values = {"source": one, "target": two, "kind": "sibling", "actor": actor, "now": noon}

        first = link(**values, valid_from=date(2026, 1, 1))
        second = link(**values, valid_from=date(2026, 2, 1))

        assert first == second
        assert RecordLink.objects.count() == 1
        assert first.history.get().legal_from == date(2026, 1, 1)

    def test_ends_the_one_before_where_only_one_may_be_open(
        self, publish, intake, actor, send, noon
    ):
        kind = {"name": "placed_in", "register": "cases", "one_open": True, "labels": {}}
        publish(specs.register_spec(links=[kind]))
        one, two, three = (send(intake, actor).record for _ in range(3))
        values = {"source": one, "kind": "placed_in", "actor": actor, "now": noon}
        link(**values, target=two, valid_from=date(2026, 1, 1))

        link(**values, target=three, valid_from=date(2026, 3, 1))

        old = RecordLink.objects.get(target=two)
        assert old.valid_to == date(2026, 2, 28)
        assert old.history.count() == 2

    def test_can_be_ended(self, intake, actor, send, noon):
        one, two = send(intake, actor).record, send(intake, actor).record
        made = link(
            source=one,
            target=two,
            kind="sibling",
            actor=actor,
            now=noon,
            valid_from=date(2026, 1, 1),
        )

        ended = end_link(relation=made, last_day=date(2026, 6, 30), actor=actor, now=noon)

        assert ended.valid_to == date(2026, 6, 30)

    def test_follows_the_questions_that_name_records(self, publish, intake, actor, send, noon):
        spec = specs.form_spec("placement")
        spec["children"][0]["children"].append(
            specs.question("family_no", lookup={"register": "cases"})
        )
        version = publish(spec)
        family = send(intake, actor).record

        child = send(version, actor, family_no=family.key).record

        relation = RecordLink.objects.get()
        assert (relation.source, relation.target, relation.kind) == (child, family, "family_no")

    def test_is_refused_with_itself(self, intake, actor, send, noon):
        record = send(intake, actor).record

        with pytest.raises(AnswersInvalid):
            link(
                source=record,
                target=record,
                kind="x",
                actor=actor,
                now=noon,
                valid_from=date(2026, 1, 1),
            )


@pytest.fixture
def person_intake(publish, persons, cases):
    return publish(specs.form_spec(person_map=specs.PERSON_MAP))


class TestPersons:
    def test_are_made_once_per_fin(self, person_intake, actor, send):
        first = send(person_intake, actor, fin="5TKQ9M2").record
        second = send(person_intake, actor, fin=" 5tkq9m2 ").record

        assert first.person == second.person
        assert first.person.key == "PRS-2026-000001"
        assert first.person.title == "Məmmədova"

    def test_are_completed_but_never_overwritten(self, person_intake, actor, send):
        send(person_intake, actor, fin="5TKQ9M2", last_name="Məmmədova")
        record = send(
            person_intake, actor, fin="5TKQ9M2", last_name="Başqa", first_name="Ülviyyə"
        ).record

        person = record.person
        assert person.attributes["last_name"] == "Məmmədova"
        assert person.attributes["first_name"] == "Ülviyyə"
        assert person.row_version == 2

    def test_follow_the_correction_of_the_form_that_named_them(
        self, person_intake, actor, send, noon
    ):
        submission = send(person_intake, actor, fin="5TKQ9M2", last_name="Məmədova")

        amend(
            submission=submission,
            answers={"fin": "5TKQ9M2", "last_name": "Məmmədova"},
            actor=actor,
            now=noon,
            expected_row_version=1,
            reason_code="mistake",
        )

        person = Record.objects.get(register__code="persons")
        assert person.title == "Məmmədova"
        assert person.history.first().change_kind == "correct"

    def test_are_not_changed_by_somebody_who_is_not_signed_in(
        self, publish, person_intake, actor, send
    ):
        person = send(person_intake, actor, fin="5TKQ9M2").record.person
        version = publish(specs.form_spec(public=True, person_map=specs.PERSON_MAP))
        citizen = Actor(user=None, name="Vətəndaş")

        record = send(version, citizen, fin="5TKQ9M2", first_name="Yad").record

        assert record.person == person
        assert "first_name" not in record.person.attributes

    def test_are_not_made_without_a_fin(self, person_intake, actor, send):
        assert send(person_intake, actor).record.person is None


class TestUniqueness:
    @pytest.fixture
    def unique_intake(self, publish, cases):
        publish(specs.register_spec(unique=[{"attributes": ["fin"], "among": "open"}]))
        return publish(specs.form_spec())

    def test_names_the_record_that_has_the_value(self, unique_intake, actor, send):
        send(unique_intake, actor, fin="5TKQ9M2")

        with pytest.raises(AnswersInvalid) as error:
            send(unique_intake, actor, fin="5tkq9m2")

        assert "KM-2026-0001" in error.value.problems[0].message
        assert Submission.objects.count() == 1

    def test_does_not_name_a_record_that_the_writer_may_not_see(
        self, publish, unique_intake, actor, send, make_user, noon
    ):
        send(unique_intake, actor, fin="5TKQ9M2")
        publish(
            specs.register_spec(
                unique=[{"attributes": ["fin"], "among": "open"}],
                access=[specs.rule(["registrar"], actions=["create"])],
            )
        )
        registrar = Actor.for_user(make_user("registrar"))

        with pytest.raises(AnswersInvalid) as error:
            submit(
                version=unique_intake,
                answers={"fin": "5TKQ9M2", "last_name": "A"},
                actor=registrar,
                now=noon,
            )

        assert "KM-" not in error.value.problems[0].message

    def test_ends_when_the_record_closes_and_returns_when_it_opens(
        self, unique_intake, actor, send, noon
    ):
        first = send(unique_intake, actor, fin="5TKQ9M2").record
        values = {"record": first, "actor": actor, "now": noon}
        transition(**values, status="closed", expected_row_version=1)
        send(unique_intake, actor, fin="5TKQ9M2")

        with pytest.raises(AnswersInvalid):
            transition(**values, status="active", expected_row_version=2)


class TestUniquenessThatIsAskedForLater:
    FIN = ({"attributes": ["fin"], "among": "open"},)

    @pytest.fixture
    def intake_of_before(self, publish, cases):
        return publish(specs.form_spec())

    def test_holds_what_records_had_before(self, publish, intake_of_before, actor, send):
        first = send(intake_of_before, actor, fin="5TKQ9M2").record
        send(intake_of_before, actor)
        publish(specs.register_spec(unique=[*self.FIN]))

        with pytest.raises(AnswersInvalid, match=first.key):
            send(intake_of_before, actor, fin="5tkq9m2")
        send(intake_of_before, actor, fin="5TKQ9M3")

    def test_is_the_older_ones_where_two_share_it_already(
        self, publish, intake_of_before, actor, send, noon
    ):
        first, second = (send(intake_of_before, actor, fin="5TKQ9M2") for _number in "12")
        publish(specs.register_spec(unique=[*self.FIN]))
        correction = {"actor": actor, "now": noon, "reason_code": "mistake"}

        with pytest.raises(AnswersInvalid, match=first.record.key):
            amend(
                submission=second,
                answers={**second.answers, "last_name": "Başqa"},
                expected_row_version=1,
                **correction,
            )
        amend(
            submission=second,
            answers={**second.answers, "fin": "5TKQ9M3"},
            expected_row_version=1,
            **correction,
        )

    def test_forgets_what_was_held_while_nobody_asked(
        self, publish, intake_of_before, actor, send, noon
    ):
        publish(specs.register_spec(unique=[*self.FIN]))
        first = send(intake_of_before, actor, fin="5TKQ9M2")
        publish(specs.register_spec())
        amend(
            submission=first,
            answers={**first.answers, "fin": "5TKQ9M3"},
            actor=actor,
            now=noon,
            expected_row_version=1,
            reason_code="mistake",
        )
        publish(specs.register_spec(unique=[*self.FIN]))

        send(intake_of_before, actor, fin="5TKQ9M2")
        with pytest.raises(AnswersInvalid):
            send(intake_of_before, actor, fin="5TKQ9M3")

    def test_counts_those_in_a_status_that_closes_no_more(
        self, publish, intake_of_before, actor, send, noon
    ):
        first = send(intake_of_before, actor, fin="5TKQ9M2").record
        transition(record=first, status="closed", actor=actor, now=noon, expected_row_version=1)
        publish(specs.register_spec(unique=[*self.FIN]))
        spec = specs.register_spec(unique=[*self.FIN])
        for status in spec["statuses"]:
            status["closed"] = False
        publish(spec)

        with pytest.raises(AnswersInvalid):
            send(intake_of_before, actor, fin="5TKQ9M2")


class TestTheDoor:
    def test_asks_the_database_few_questions(
        self, person_intake, actor, noon, django_assert_max_num_queries
    ):
        answers = {"last_name": "A", "fin": "5TKQ9M2", "risk": "low"}
        submit(version=person_intake, answers=answers, actor=actor, now=noon)

        with django_assert_max_num_queries(18):  # two of them savepoints
            submit(version=person_intake, answers=answers, actor=actor, now=noon)
