"""Lists, registers, services, forms, protocols and guides: drafted and published."""

import logging
from datetime import datetime
from typing import Any

from config.accounts.actors import Actor
from config.demo.forms import form_specs
from config.demo.pack import guide_texts, labels, pack, without_empty
from config.demo.quiz import quiz_spec
from config.demo.registers import register_specs
from content.services import (
    guide_from_markdown,
    publish_guide,
    publish_service,
    save_guide,
    save_service,
)
from forms_builder.services import (
    publish_choice_list,
    publish_form,
    save_choice_list,
    save_definition_draft,
)
from protocols.schema import spec_from_pack
from protocols.services import publish_protocol, save_protocol
from registry.services import publish_register, save_register

logger = logging.getLogger(__name__)

# Lists that the system keeps elsewhere: a new district appears in every form at once.
SOURCES = {"region": "places.region", "district": "places.district", "service": "services"}


def load_definitions(actor: Actor, now: datetime) -> None:
    """In the order in which one refers to another."""
    load_lists(actor, now)
    load_services(actor, now)  # a passport keeps the words of its lists
    load_registers(actor, now)
    load_forms(actor, now)
    load_protocols(actor, now)
    load_guides(actor, now)


def is_published(draft: Any) -> bool:
    """Whether the newest draft is what is in force already."""
    return bool(draft.live) and not draft.has_unpublished_changes


def load_services(actor: Actor, now: datetime) -> None:
    """Service passports."""
    for service in pack("services"):
        draft = save_service(service["code"], service, actor)
        if not is_published(draft):
            publish_service(draft, actor=actor, now=now)
    logger.info("demo services loaded")


def load_lists(actor: Actor, now: datetime) -> None:
    """Lists of values."""
    for code, rows in pack("choices").items():
        source = SOURCES.get(code, "")
        draft = save_choice_list(
            code,
            list_labels(code),
            [] if source else [choice(row) for row in rows],
            actor,
            source=source,
        )
        if not is_published(draft):
            publish_choice_list(draft, actor=actor, now=now)
    logger.info("demo lists loaded")


def list_labels(code: str) -> dict[str, str]:
    """A list is called like the question that uses it first."""
    for form in pack("forms"):
        for section in form["sections"]:
            for row in section["fields"]:
                if row["type"].endswith(f" {code}"):
                    return labels(row)
    return {"az": code}


def choice(row: dict[str, str]) -> dict[str, object]:
    """A value of a list with its attributes."""
    rest = {k: v for k, v in row.items() if k not in ("name", "label_az", "label_en")}
    return without_empty({"name": row["name"], "labels": labels(row), **rest})


def load_registers(actor: Actor, now: datetime) -> None:
    """Registers, that of persons first: the others lead to it."""
    for spec in register_specs():
        draft = save_register(spec["code"], spec, actor)
        if not is_published(draft):
            publish_register(draft, actor=actor, now=now)
    logger.info("demo registers loaded")


def load_forms(actor: Actor, now: datetime) -> None:
    """Forms and the quiz."""
    for spec in [*form_specs(), quiz_spec()]:
        draft = save_definition_draft(spec["code"], spec, actor)
        if not is_published(draft):
            publish_form(draft, actor=actor, now=now)
    logger.info("demo forms loaded")


def load_protocols(actor: Actor, now: datetime) -> None:
    """Protocols."""
    for protocol in pack("protocols"):
        draft = save_protocol(protocol["code"], spec_from_pack(protocol), actor)
        if not is_published(draft):
            publish_protocol(draft, actor=actor, now=now)
    logger.info("demo protocols loaded")


def load_guides(actor: Actor, now: datetime) -> None:
    """Guides."""
    for text in guide_texts().values():
        code, spec = guide_from_markdown(text)
        guide = save_guide(code, spec, actor)
        if not is_published(guide):
            publish_guide(guide, actor=actor, now=now)
    logger.info("demo guides loaded")
