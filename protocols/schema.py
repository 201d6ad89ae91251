"""The shape of a protocol's spec, and the words of the demonstration pack.

A spec is JSON; an absent key means its default and there are no empty values::

    {"schema": 1, "code": "case_cycle", "labels": LABELS, "description"?: LABELS,
     "severity": "urgent" | "normal", "legal_basis"?: [code of a legal act, ...],
     "trigger": {"form": code, "expression"?: source over the form's answers,
                 "on"?: ["create", "update"],       # absent: ["create"]
                 "description"?: LABELS},
     "start": code of the first step,
     "steps": [STEP, ...],
     "source"?: {...}}                             # where it came from; only kept

    STEP = {"code": ..., "labels": LABELS,
            "responsible": {"role", "organization"?, "organization_field"?, "by_place"?: false},
            "action": ACTION,
            "due"?: {"value": n, "unit": "hours" | "working_hours" | "days" | "working_days"},
            "on_overdue"?: {"escalate_to": role, "action": "notify_and_log",
                            "then"?: [{"escalate_to": role, "after": {"value", "unit"}}, ...]},
            "transitions"?: [{"when"?: source, "context"?: form code | "trigger" | "decision",
                              "to": step code}, ...],
            "final"?: true, "note"?: text,
            "letter"?: LABELS}             # told to whoever applied, when the step is done

    ACTION = {"type": "fill" | "visit", "form"}
           | {"type": "decide", "options": [{"code", "labels", "letter"?: LABELS,
                                           "explain"?: true}, ...]}
           | {"type": "refer", "organizations"?, "organization_field"?, "form"?}
           | {"type": "notify", "organizations"?, "organization_field"?, "roles"?}
           | {"type": "approve"} | {"type": "wait"} | {"type": "close"}
           | {"type": "set_status", "status"}

`organization_field` names a question of the trigger form whose answer is an organization's
code; it wins over the fixed organization when it is answered. `by_place` (true unless it
says false) leaves a step to those whose area covers the record's district.

A step with `due` waits for a person, or, when it is a `wait`, for the hour. A step without
`due` that only notifies, closes or sets a status is done by the machine at once. A `final`
step ends the run when it is done. The first transition that holds is taken; one without
`when` always holds. `context` says whose answers `when` reads: those of the trigger, the
newest ones of a form filled in this run, or `${decision}`, the option chosen in this step.

The `letter` of an option is told to a citizen who applied without an account, when it is
chosen; one with `explain` needs words of whoever decides, which are told as well.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Spec = Mapping[str, Any]

FILLING = frozenset({"fill", "visit"})
AUTOMATIC = frozenset({"notify", "close", "set_status"})
APPROVAL_OPTIONS = ("approved", "returned")
SENDING = frozenset({"refer", "notify"})

_ACTION_WORDS = {"fill_form": "fill"}
_PACK_SOURCE = ("version", "status", "seed_refs", "due_source")


def step_of(spec: Spec, code: str) -> Spec:
    """The step `code` of `spec`; KeyError when there is none."""
    steps: Sequence[Spec] = spec["steps"]
    for step in steps:
        if step["code"] == code:
            return step
    raise KeyError(code)


def form_of(step: Spec) -> str:
    """The form that `step` asks to fill, or empty."""
    return str(step["action"].get("form", ""))


def is_automatic(step: Spec) -> bool:
    """Whether the machine does `step` at once, with nobody waiting."""
    kind = step["action"]["type"]
    return kind == "set_status" or (kind in AUTOMATIC and not step.get("due"))


def decisions_of(step: Spec) -> tuple[str, ...]:
    """The decisions that may be taken in `step`; empty when it is not a decision."""
    action = step["action"]
    if action["type"] == "approve":
        return APPROVAL_OPTIONS
    return tuple(option["code"] for option in action.get("options", ()))


def option_of(step: Spec, decision: str) -> Mapping[str, Any]:
    """The option that was decided in `step`; empty when it is none of its options."""
    options = step["action"].get("options", ())
    return next((option for option in options if option["code"] == decision), {})


def without_empty(data: Mapping[str, Any]) -> dict[str, Any]:
    """`data` without keys whose value is None, empty text, list or map, or false."""
    return {key: value for key, value in data.items() if value not in (None, "", [], {}, False)}


def labels_of(data: Mapping[str, Any], key: str) -> dict[str, str]:
    """The languages of `key` from `key_az` and `key_en`."""
    return without_empty({"az": data.get(f"{key}_az"), "en": data.get(f"{key}_en")})


def spec_from_pack(data: Mapping[str, Any]) -> dict[str, Any]:
    """A protocol of the demonstration pack as a spec; nothing it says is lost."""
    trigger = data["trigger"]
    return without_empty(
        {
            "schema": 1,
            "code": data["code"],
            "labels": labels_of(data, "name"),
            "description": labels_of(data, "description"),
            "severity": data["severity"],
            "legal_basis": list(data.get("legal_basis", [])),
            "trigger": without_empty(
                {
                    "form": trigger["form"],
                    "expression": trigger["expression"],
                    "on": trigger.get("on"),
                    "description": labels_of(trigger, "description"),
                }
            ),
            "start": data["start"],
            "steps": [_step_from_pack(step) for step in data["steps"]],
            "source": {key: data[key] for key in _PACK_SOURCE if key in data},
        }
    )


def _step_from_pack(step: Mapping[str, Any]) -> dict[str, Any]:
    return without_empty(
        {
            "code": step["code"],
            "labels": labels_of(step, "name"),
            "responsible": _responsible_from_pack(step["responsible"]),
            "action": _action_from_pack(step["action"]),
            "due": step.get("due"),
            "on_overdue": step.get("on_overdue"),
            "transitions": [without_empty(move) for move in step.get("transitions", [])],
            "final": step.get("final"),
            "note": step.get("note"),
            "letter": labels_of(step, "letter"),
        }
    )


def _responsible_from_pack(data: Mapping[str, Any]) -> dict[str, Any]:
    responsible = without_empty(
        {
            "role": data["role"],
            "organization": data.get("agency"),
            "organization_field": data.get("agency_field"),
        }
    )
    if data.get("by_place") is False:
        responsible["by_place"] = False
    return responsible


def _action_from_pack(data: Mapping[str, Any]) -> dict[str, Any]:
    organizations = data.get("agencies") or [data[key] for key in ("agency",) if key in data]
    options: Sequence[Mapping[str, Any]] = data.get("options", ())
    return without_empty(
        {
            "type": _ACTION_WORDS.get(data["type"], data["type"]),
            "form": data.get("form"),
            "options": [
                without_empty(
                    {
                        "code": option["code"],
                        "labels": without_empty(
                            {"az": option.get("az"), "en": option.get("en")}
                        ),
                        "letter": labels_of(option, "letter"),
                        "explain": option.get("explain"),
                    }
                )
                for option in options
            ],
            "organizations": organizations,
            "organization_field": data.get("agency_field"),
            "roles": data.get("roles"),
            "status": data.get("status"),
        }
    )
