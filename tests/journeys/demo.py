"""The part of the demo configuration that a journey needs, loaded as `load_demo` does."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from config.accounts.actors import Actor
from config.demo.forms import form_specs
from config.demo.loading.catalogue import load_catalogue
from config.demo.loading.definitions import SOURCES, choice, list_labels
from config.demo.loading.people import load_people
from config.demo.pack import pack
from config.demo.registers import register_specs
from forms_builder.services import (
    publish_choice_list,
    publish_form,
    save_choice_list,
    save_definition_draft,
)
from protocols.schema import spec_from_pack
from protocols.services import publish_protocol, save_protocol
from registry.services import publish_register, save_register

ACTOR = Actor.system("tests")


def load_base(now: datetime) -> None:
    """Places, bodies and people."""
    load_catalogue(ACTOR)
    load_people(now)


def load_lists(codes: Iterable[str], now: datetime) -> None:
    """These lists of values."""
    for code in sorted(codes):
        source = SOURCES.get(code, "")
        rows = [] if source else [choice(row) for row in pack("choices")[code]]
        draft = save_choice_list(code, list_labels(code), rows, ACTOR, source=source)
        publish_choice_list(draft, actor=ACTOR, now=now)


def load_work(forms: Iterable[str], protocols: Iterable[str], now: datetime) -> None:
    """These forms with their lists and registers, and these protocols."""
    wanted = set(forms)
    specs = [spec for spec in form_specs() if spec["code"] in wanted]
    registers = list(register_specs())
    load_lists(
        set().union(*map(lists_in, specs), *map(lists_of, registers)) & set(pack("choices")),
        now,
    )
    for spec in registers:
        publish_register(save_register(spec["code"], spec, ACTOR), actor=ACTOR, now=now)
    for spec in specs:
        draft = save_definition_draft(spec["code"], spec, ACTOR)
        publish_form(draft, actor=ACTOR, now=now)
    for code in protocols:
        load_protocol(code, now)


def load_protocol(code: str, now: datetime) -> None:
    """One protocol."""
    spec = spec_from_pack(next(row for row in pack("protocols") if row["code"] == code))
    publish_protocol(save_protocol(code, spec, ACTOR), actor=ACTOR, now=now)


def lists_in(node: Mapping[str, Any]) -> set[str]:
    """The lists that the questions of a form use."""
    own = {node["list"]} if "list" in node else set()
    return own.union(*map(lists_in, node.get("children", ())))


def lists_of(register: Mapping[str, Any]) -> set[str]:
    """The lists that the attributes of a register use."""
    return {row["list"] for row in register.get("attributes", ()) if "list" in row}
