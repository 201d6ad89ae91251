"""The ministry's own short danger signal, from its configuration to the auditor."""

from datetime import timedelta

import pytest

from config.accounts.actors import Actor
from config.demo.forms import form_specs
from config.demo.pack import pack, without_empty
from config.demo.registers import register_specs
from forms_builder.selectors import choices
from forms_builder.services import publish_choice_list, save_choice_list
from registry import access, selectors
from registry.services import amend, submit, transition


@pytest.fixture
def danger_signal(publish, noon):
    """The form with its lists and registers, as the demo configures them."""
    job = Actor.system("tests")
    for spec in register_specs():
        if spec["code"] in ("urgent_reports", "persons"):
            publish(spec)
    spec = next(spec for spec in form_specs() if spec["code"] == "danger_signal")
    wanted = {node.get("list") for section in spec["children"] for node in section["children"]}
    # Districts refer to regions, which therefore come first.
    for code in sorted(wanted - {None}, reverse=True):
        rows = [
            without_empty(
                {
                    "name": row["name"],
                    "labels": {"az": row["label_az"]},
                    "region": row.get("region"),
                }
            )
            for row in pack("choices")[code]
        ]
        values = save_choice_list(code, {"az": code}, rows, job)
        publish_choice_list(values, actor=job, now=noon)
    return publish(spec)


ANSWERS = {
    "who": "child",
    "age_group": "6_13",
    "signal_types": ["neglect"],
    "ongoing": "yes",
    "description": "Uşaq üç gündür evdə tək qalır, qonşular səs eşidir.",
    "region": "absheron_xizi",
    "district": "sumqayit",
    "address": "Nəsimi küç. 5",
    "anonymous": "yes",
}


@pytest.fixture
def answers(danger_signal):
    """Answers that the form takes; choices are the first of each list where names differ."""
    known = dict(ANSWERS)
    for name, code in (
        ("who", "danger_who"),
        ("age_group", "age_group"),
        ("region", "region"),
    ):
        known[name] = choices(code)[0].name
    region = known["region"]
    known["district"] = next(
        row.name for row in choices("district") if row.attributes.get("region") == region
    )
    known["signal_types"] = [choices("violence_type")[0].name]
    return known


class TestADangerSignal:
    def test_goes_from_a_citizen_to_the_auditor(
        self, danger_signal, answers, make_user, make_place, noon
    ):
        place = make_place(answers["district"])
        citizen = Actor(user=None, name="Vətəndaş")
        duty = make_user("duty_officer", organization="sxa", area=place)
        auditor = make_user("auditor", organization="eesmn")

        sent = submit(version=danger_signal, answers=answers, actor=citizen, now=noon)
        record = selectors.record_for(duty, sent.record.uuid)
        assert record.key == "TƏC-2026-000001"
        assert record.district == place
        amend(
            submission=sent,
            answers={**answers, "ongoing": "no"},
            actor=Actor.for_user(duty),
            now=noon + timedelta(minutes=10),
            expected_row_version=1,
            reason_code="mistake",
            reason="Zənglə dəqiqləşdirildi",
        )
        transition(
            record=record,
            status="verified",
            actor=Actor.for_user(duty),
            now=noon + timedelta(minutes=20),
            expected_row_version=None,
        )

        events = selectors.record_timeline(auditor, record)
        assert [event.kind for event in events] == ["transition", "amend", "create"]
        assert [event.actor_name for event in events] == [str(duty), str(duty), "Vətəndaş"]
        assert [found.path for found in events[1].differences] == ["ongoing"]

    @pytest.mark.parametrize("role", ["trainer", "admin", "agency_rep", "citizen", "mediator"])
    def test_is_hidden_from_everybody_else(self, danger_signal, answers, make_user, noon, role):
        citizen = Actor(user=None, name="Vətəndaş")
        submit(version=danger_signal, answers=answers, actor=citizen, now=noon)

        assert not access.records_for(make_user(role, organization="sxa")).exists()
