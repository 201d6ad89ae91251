"""Published forms, lists and registers for tests; the demo's own where it has them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from config.accounts.actors import Actor
from config.demo.forms import form_spec
from config.demo.pack import pack
from forms_builder.models import FormVersion
from forms_builder.services import (
    publish_choice_list,
    publish_form,
    save_choice_list,
    save_definition_draft,
)
from registry.services import publish_register, save_register

MONDAY = datetime(2026, 11, 16, 12, 0, tzinfo=ZoneInfo("Asia/Baku"))
SYSTEM = Actor.system("tests")
EVERYTHING = ["read", "create", "update", "amend", "transition", "assign"]


def publish_list(code: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """A shared list with these rows."""
    draft = save_choice_list(code, {"az": code, "en": code}, rows, SYSTEM)
    publish_choice_list(draft, actor=SYSTEM, now=MONDAY)


def publish_demo_list(code: str) -> None:
    """A list of the demo."""
    rows = [
        {
            "labels": {"az": row["label_az"], "en": row.get("label_en", "")},
            **{key: value for key, value in row.items() if not key.startswith("label_")},
        }
        for row in pack("choices")[code]
    ]
    publish_list(code, rows)


def make_register(code: str, *, role: str = "social_worker", **more: Any) -> None:
    """A register in which `role` may do everything with every field."""
    spec = {
        "schema": 1,
        "code": code,
        "labels": {"az": f"Reyestr {code}", "en": f"Register {code}"},
        "subject": "case",
        "key_pattern": more.pop("key_pattern", "TS-{year}-{seq:5}"),
        "statuses": [
            {"name": "new", "labels": {"az": "Yeni", "en": "New"}},
            {"name": "closed", "labels": {"az": "Bağlı", "en": "Closed"}, "closed": True},
        ],
        "access": [
            {
                "roles": [role],
                "organizations": ["*"],
                "scope": "all",
                "actions": EVERYTHING,
                "sensitivity": "safe_address",
            }
        ],
        **more,
    }
    publish_register(save_register(code, spec, SYSTEM), actor=SYSTEM, now=MONDAY)


def lists_of(node: Mapping[str, Any]) -> set[str]:
    """The lists that a form's questions use."""
    found = {node["list"]} if "list" in node else set()
    return found.union(*(lists_of(child) for child in node.get("children", ())))


def publish(spec: Mapping[str, Any]) -> FormVersion:
    """A form as it stands in `spec`."""
    draft = save_definition_draft(spec["code"], spec, SYSTEM)
    return publish_form(draft, actor=SYSTEM, now=MONDAY)


def demo_spec(code: str, **settings: Any) -> dict[str, Any]:
    """A form of the demo that social workers fill."""
    form = next(form for form in pack("forms") if form["code"] == code)
    spec = form_spec(form)
    spec.pop("tests", None)
    spec["settings"] = {
        **spec["settings"],
        "filled_by": ["social_worker"],
        "public": False,
        **settings,
    }
    spec["settings"].pop("person_map", None)
    forget_attributes(spec)
    return spec


def forget_attributes(node: dict[str, Any]) -> None:
    """Take `save_to` away: the test's register has no attributes of its own."""
    node.pop("save_to", None)
    for child in node.get("children", ()):
        forget_attributes(child)


def publish_demo_form(code: str, **settings: Any) -> FormVersion:
    """A form of the demo with its lists and register."""
    spec = demo_spec(code, **settings)
    for name in sorted(lists_of(spec)):
        publish_demo_list(name)
    make_register(spec["settings"]["register"])
    return publish(spec)


def question(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """A question node labelled with its own name."""
    labels = {"az": f"{name} sualı", "en": f"{name} question"}
    return {"kind": "question", "name": name, "type": kind, "labels": labels, **more}


def section(name: str, *children: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A section node."""
    labels = {"az": f"{name} bölməsi", "en": f"{name} section"}
    return {
        "kind": "section",
        "name": name,
        "labels": labels,
        "children": list(children),
        **more,
    }


def form(code: str, *sections: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A form that social workers fill and that creates records of `cases`."""
    settings = {"register": "cases", "mode": "create", "filled_by": ["social_worker"]}
    return {
        "schema": 1,
        "code": code,
        "labels": {"az": f"{code} forması", "en": f"{code} form"},
        "languages": ["az", "en"],
        "default_language": "az",
        "children": list(sections),
        **more,
        "settings": {**settings, **more.get("settings", {})},
    }
