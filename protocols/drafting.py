"""Between a spec and what the editor holds: both ways, losing nothing."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from protocols.schema import without_empty

Raw = dict[str, Any]
NAMESPACE = uuid.UUID("7a3b8f0e-6c57-4a4c-9c5c-2b1f0f1d6a57")
OVERDUE_ACTION = "notify_and_log"


def stream_from_steps(steps: Sequence[Mapping[str, Any]]) -> list[Raw]:
    """The steps of a spec as StreamField data; block ids follow from the codes."""
    return [
        {"type": "step", "id": _id(step["code"]), "value": _step_value(step)} for step in steps
    ]


def steps_from_stream(raw: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The steps of a spec from prepared StreamField data.

    A step that names no way on goes to the next of the list, or ends the run as the last.
    """
    steps = [_step_spec(block["value"]) for block in raw]
    for step, following in zip_longest(steps, steps[1:]):
        if step.get("transitions") or step.get("final"):
            continue
        if following is None:
            step["final"] = True
        elif following["code"]:
            step["transitions"] = [{"to": following["code"]}]
    return steps


def starter(form: str = "") -> list[Raw]:
    """The first step that a new protocol begins with: an assessment in five working days."""
    action = {"type": "fill", "form": form} if form else {"type": "fill"}
    return stream_from_steps(
        [
            {
                "code": "assessment",
                "labels": {"az": "Qiymətləndirmə", "en": "Assessment"},
                "responsible": {"role": "social_worker"},
                "action": action,
                "due": {"value": 5, "unit": "working_days"},
                "on_overdue": {"escalate_to": "supervisor"},
            }
        ]
    )


def _step_value(step: Mapping[str, Any]) -> Raw:
    labels, overdue = step.get("labels", {}), step.get("on_overdue", {})
    return {
        "code": step["code"],
        "label_az": labels.get("az", ""),
        "label_en": labels.get("en", ""),
        "responsible": _responsible_value(step.get("responsible", {})),
        "action": _action_value(step["code"], step["action"]),
        "due": _term_value(step.get("due")),
        "escalate_to": overdue.get("escalate_to", ""),
        "then": _items(
            f"{step['code']}/then",
            [
                {"escalate_to": rung["escalate_to"], "after": _term_value(rung["after"])}
                for rung in overdue.get("then", ())
            ],
        ),
        "transitions": _items(
            f"{step['code']}/to",
            [
                {key: move.get(key, "") for key in ("context", "when", "to")}
                for move in step.get("transitions", ())
            ],
        ),
        "final": bool(step.get("final")),
        "note": step.get("note", ""),
        **_letter_value(step),
    }


def _letter_value(told: Mapping[str, Any]) -> Raw:
    letter = told.get("letter", {})
    return {"letter_az": letter.get("az", ""), "letter_en": letter.get("en", "")}


def _responsible_value(responsible: Mapping[str, Any]) -> Raw:
    keys = ("role", "organization", "organization_field")
    value: Raw = {key: responsible.get(key, "") for key in keys}
    return value | {"anywhere": responsible.get("by_place") is False}


def _action_value(code: str, action: Mapping[str, Any]) -> Raw:
    options = [
        {
            "code": option["code"],
            "label_az": option.get("labels", {}).get("az", ""),
            "label_en": option.get("labels", {}).get("en", ""),
            **_letter_value(option),
            "explain": bool(option.get("explain")),
        }
        for option in action.get("options", ())
    ]
    return {
        "type": action["type"],
        "form": action.get("form", ""),
        "options": _items(f"{code}/option", options),
        "organizations": list(action.get("organizations", ())),
        "organization_field": action.get("organization_field", ""),
        "roles": list(action.get("roles", ())),
        "status": action.get("status", ""),
    }


def _term_value(term: Mapping[str, Any] | None) -> Raw:
    known = term or {"value": None, "unit": "working_days"}
    return {"value": known["value"], "unit": known["unit"]}


def _items(path: str, values: Sequence[Raw]) -> list[Raw]:
    return [
        {"type": "item", "id": _id(f"{path}/{place}"), "value": value}
        for place, value in enumerate(values)
    ]


def _id(path: str) -> str:
    return str(uuid.uuid5(NAMESPACE, path))


def _step_spec(value: Mapping[str, Any]) -> dict[str, Any]:
    known = without_empty(
        {
            "labels": _labels(value),
            "responsible": _responsible_spec(value["responsible"]),
            "action": _action_spec(value["action"]),
            "due": _term_spec(value["due"]),
            "on_overdue": _overdue_spec(value),
            "transitions": [
                without_empty({key: move[key] for key in ("when", "context", "to")})
                for move in _values(value["transitions"])
            ],
            "final": value["final"],
            "note": value["note"],
            "letter": _letter(value),
        }
    )
    return {"code": value["code"] or "", "action": {"type": ""}, **known}


def _labels(value: Mapping[str, Any]) -> dict[str, Any]:
    return without_empty({"az": value["label_az"], "en": value["label_en"]})


def _letter(value: Mapping[str, Any]) -> dict[str, Any]:
    # Drafts that were saved before there were letters lack the keys.
    return without_empty({"az": value.get("letter_az"), "en": value.get("letter_en")})


def _responsible_spec(value: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("role", "organization", "organization_field")
    responsible = without_empty({key: value[key] for key in keys})
    return responsible | ({"by_place": False} if value["anywhere"] else {})


def _action_spec(value: Mapping[str, Any]) -> dict[str, Any]:
    options = [
        without_empty(
            {
                "code": option["code"],
                "labels": _labels(option),
                "letter": _letter(option),
                "explain": option.get("explain"),
            }
        )
        for option in _values(value["options"])
    ]
    keys = ("organizations", "organization_field", "roles", "status")
    rest = {key: value[key] for key in keys}
    return without_empty(
        {"type": value["type"], "form": value["form"], "options": options, **rest}
    )


def _term_spec(value: Mapping[str, Any]) -> dict[str, Any]:
    if value["value"] is None or not value["unit"]:
        return {}
    return {"value": value["value"], "unit": value["unit"]}


def _overdue_spec(value: Mapping[str, Any]) -> dict[str, Any]:
    if not value["escalate_to"]:
        return {}
    rungs = [
        {"escalate_to": rung["escalate_to"], "after": _term_spec(rung["after"])}
        for rung in _values(value["then"])
    ]
    return without_empty(
        {"escalate_to": value["escalate_to"], "action": OVERDUE_ACTION, "then": rungs}
    )


def _values(items: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [item["value"] for item in items]
