"""Protocols as definitions: the pack's 23, round trips and checks."""

import copy
from typing import Any

import pytest

from config.accounts.actors import Actor
from config.demo.pack import pack
from config.shared.problems import ProblemsFound
from forms_builder.usage import usages
from protocols.models import Protocol
from protocols.schema import spec_from_pack
from protocols.services import save_protocol
from tests.protocols.specs import decide, go, hours, protocol_spec, step

PROTOCOLS = {protocol["code"]: protocol for protocol in pack("protocols")}


@pytest.mark.parametrize("code", PROTOCOLS)
class TestAPackProtocol:
    def test_goes_through_the_editor_unchanged(self, code):
        spec = spec_from_pack(PROTOCOLS[code])
        protocol = Protocol(code=code)

        protocol.apply_spec(spec)

        assert protocol.build_spec() == spec

    def test_loses_nothing_on_the_way_to_a_spec(self, code):
        words = set(_texts(PROTOCOLS[code])) - {"", "fill_form"}

        assert words <= set(_texts(spec_from_pack(PROTOCOLS[code])))


def _texts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


class TestSaveProtocol:
    def test_makes_no_second_revision_of_the_same(self, db):
        actor = Actor.system("tests")
        save_protocol("urgent", protocol_spec(), actor)

        protocol = save_protocol("urgent", protocol_spec(), actor)

        assert protocol.revisions.count() == 1
        assert not protocol.live

    def test_takes_a_protocol_of_the_pack(self, db):
        protocol = save_protocol("case_cycle", PROTOCOLS["case_cycle"], Actor.system("tests"))

        assert protocol.get_latest_revision_as_object().build_spec() == spec_from_pack(
            PROTOCOLS["case_cycle"]
        )


def changed(place: int, **more: Any) -> dict[str, Any]:
    spec = copy.deepcopy(protocol_spec())
    spec["steps"][place] |= more
    return spec


class TestPublishing:
    def test_makes_a_version_that_keeps_its_trigger(self, protocol):
        assert protocol.spec == protocol_spec()
        assert protocol.trigger_form == "report"

    @pytest.mark.parametrize(
        ("spec", "code", "path"),
        [
            pytest.param(
                protocol_spec(start="nowhere"), "unknown_step", "start", id="unknown start"
            ),
            pytest.param(
                changed(2, transitions=[go("nowhere")]),
                "unknown_step",
                "steps/2/transitions/0/to",
                id="unknown next step",
            ),
            pytest.param(
                changed(1, transitions=[go("END")]), "unreachable", "steps/2", id="unreachable"
            ),
            pytest.param(
                changed(2, transitions=[go("refer")]), "dead_end", "steps/2", id="dead end"
            ),
            pytest.param(
                changed(0, transitions=[go("visit", "${decision} = 'visit'", "decision")]),
                "no_way_on",
                "steps/0/transitions",
                id="a decision that leads nowhere",
            ),
            pytest.param(
                protocol_spec(trigger={"form": "report", "expression": "${dnger} = 'x'"}),
                "unknown_field",
                "trigger/expression",
                id="unknown question",
            ),
            pytest.param(
                protocol_spec(trigger={"form": "report", "expression": "${danger} = ("}),
                "expression",
                "trigger/expression",
                id="broken expression",
            ),
            pytest.param(
                changed(0, due={"value": 10**9, "unit": "working_days"}),
                "bad_term",
                "steps/0/due",
                id="a term of four million years",
            ),
            pytest.param(
                changed(
                    0,
                    on_overdue={
                        "escalate_to": "supervisor",
                        "action": "notify_and_log",
                        "then": [
                            {
                                "escalate_to": "supervisor",
                                "after": {"value": 10**9, "unit": "hours"},
                            }
                        ],
                    },
                ),
                "bad_term",
                "steps/0/then",
                id="an escalation after ages",
            ),
            pytest.param(
                protocol_spec(trigger={"form": "reprt"}),
                "unknown_form",
                "trigger/form",
                id="unknown form",
            ),
            pytest.param(
                changed(3, responsible={"role": "wizard", "organization": "agency"}),
                "unknown_role",
                "steps/3/responsible/role",
                id="unknown role",
            ),
            pytest.param(
                changed(2, action={"type": "refer", "organizations": ["nobody"]}),
                "unknown_organization",
                "steps/2/action/organizations",
                id="unknown organization",
            ),
            pytest.param(
                changed(0, action=decide()),
                "incomplete_action",
                "steps/0/action/options",
                id="no decisions",
            ),
            pytest.param(
                changed(0, code="visit"), "duplicate_step", "steps/0/code", id="same code twice"
            ),
            pytest.param(
                changed(0, due=None, on_overdue=hours(1)["on_overdue"]),
                "escalation_without_term",
                "steps/0/escalate_to",
                id="late without a term",
            ),
            pytest.param(
                changed(
                    3, **step("END", {"type": "notify", "roles": ["supervisor"]}, go("END"))
                ),
                "endless",
                "steps/3",
                id="the machine goes round alone",
            ),
        ],
    )
    def test_is_refused_with_the_place(self, forms, publish_spec, spec, code, path):
        with pytest.raises(ProblemsFound) as refused:
            publish_spec(spec)

        found = {(problem.code, problem.path) for problem in refused.value.problems}
        assert (code, path) in found


class TestUsages:
    def test_name_the_protocol_and_the_step_that_read_a_question(self, protocol):
        labels = [usage.label for usage in usages("field", "visit.found")]

        assert len(labels) == 1
        assert "urgent" in labels[0]
        assert "visit" in labels[0]

    def test_name_the_steps_that_ask_for_a_form(self, protocol):
        assert len(usages("form", "visit")) == 1
        assert len(usages("form", "report")) == 1
        assert usages("form", "other") == []
