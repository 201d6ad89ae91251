"""Every protocol of the demo can be walked to its end by the people whom it names."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from config.accounts.models import Appointment, Role, User
from config.demo.forms import form_specs
from config.demo.pack import pack
from config.demo.registers import register_specs
from content.models import Organization
from protocols.schema import spec_from_pack
from registry import access
from registry.models import Register, RegisterVersion
from registry.rules import Rules

Json = dict[str, Any]
FORMS = {spec["code"]: spec for spec in form_specs()}
RULES = {
    spec["code"]: Rules(RegisterVersion(spec=spec, definition=Register(pk=number)))
    for number, spec in enumerate(register_specs())
}
PROTOCOLS = [spec_from_pack(protocol) for protocol in pack("protocols")]


def holder(role: str, organization: str) -> User:
    """Somebody who is stored nowhere and holds `role` in `organization`."""
    user = User()
    post = Appointment(
        user=user, role=Role(code=role), organization=Organization(code=organization)
    )
    user.kept_rights[timezone.localdate()] = access.Rights([access.Post(post)])
    return user


def may_fill(responsible: Json, form: Json) -> bool:
    """Whether the step's people may send the form in, by the pack alone."""
    settings, body = form["settings"], responsible.get("organization", "")
    if responsible["role"] not in settings.get("filled_by", [responsible["role"]]):
        return False
    rights = access.rights_of(holder(responsible["role"], body))
    found = access.grants(rights, RULES[settings["register"]], [settings["mode"]])
    # A record that is supplemented may have been made by somebody else.
    scopes = {grant.rule.scope for grant in found}
    return bool(scopes - {"own"} if settings["mode"] == "update" else scopes)


def filling_steps() -> Iterator[Any]:
    for protocol in PROTOCOLS:
        for step in protocol["steps"]:
            if "form" in step["action"]:
                yield pytest.param(protocol, step, id=f"{protocol['code']}.{step['code']}")


def records_before(protocol: Json) -> dict[str, set[str]]:
    """By step, the registers in which there is a record whatever way led there.

    After "known_case" the worker names a case that is there already.
    """
    steps = {step["code"]: step for step in protocol["steps"]}
    found = {protocol["start"]: {register_of(protocol["trigger"]["form"])}}
    waiting = [protocol["start"]]
    while waiting:
        step = steps[waiting.pop()]
        for move in step.get("transitions", ()):
            known = found[step["code"]] | made_by(step, move)
            before = found.get(move["to"])
            after = known if before is None else before & known
            if after != before:
                found[move["to"]] = after
                waiting.append(move["to"])
    return found


def made_by(step: Json, move: Json) -> set[str]:
    if "known_case" in move.get("when", ""):
        return {"cases"}
    form = step["action"].get("form")
    return {register_of(form)} if form else set()


def register_of(form: str) -> str:
    return str(FORMS[form]["settings"]["register"])


class TestAStep:
    @pytest.mark.parametrize(("protocol", "step"), list(filling_steps()))
    def test_asks_for_a_form_that_its_people_may_fill(self, protocol: Json, step: Json) -> None:
        assert may_fill(step["responsible"], FORMS[step["action"]["form"]])

    @pytest.mark.parametrize(("protocol", "step"), list(filling_steps()))
    def test_that_supplements_a_record_comes_after_one_that_made_it(
        self, protocol: Json, step: Json
    ) -> None:
        settings = FORMS[step["action"]["form"]]["settings"]
        if settings["mode"] == "update":
            assert settings["register"] in records_before(protocol)[step["code"]]

    @pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol["code"])
    def test_is_reached_from_the_start(self, protocol: Json) -> None:
        assert set(records_before(protocol)) == {step["code"] for step in protocol["steps"]}


def test_bodies_elsewhere_read_only_what_waits_for_them() -> None:
    """A body outside the ministry and its agency gets no register by its role alone."""
    rules = RULES["cases"]
    rights = access.Rights(
        [
            access.Post(
                Appointment(
                    role=Role(code="social_worker"), organization=Organization(code="mezun_evi")
                )
            )
        ]
    )
    scopes = {grant.rule.scope for grant in access.grants(rights, rules, ["read"])}
    assert scopes == {"own", "referred"}
