"""The register as JSON: reading it from the editor's rows, writing it back, checking it."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from config.shared.problems import Problem
from registry.keys import InvalidPattern, KeyPattern, template_names
from registry.kinds import ACTIONS, ATTRIBUTE_TYPES, RANKS, SCOPES, SYSTEM_COLUMNS

if TYPE_CHECKING:
    from registry.models.registers import Register

Spec = dict[str, Any]

# Field of the editor -> (key of the spec, name of the row block).
STREAMS = {
    "attributes": ("attributes", "attribute"),
    "statuses": ("statuses", "status"),
    "links": ("links", "link"),
    "unique_rules": ("unique", "rule"),
    "access_rules": ("access", "rule"),
}
LANGUAGES = ("az", "en")


def read_spec(register: "Register") -> Spec:
    """The spec that the editor's rows say."""
    spec = {
        "schema": 1,
        "code": register.code,
        "labels": {"az": register.title_az, "en": register.title_en},
        "subject": register.subject,
        "key_pattern": register.key_pattern,
        "title_template": register.title_template,
        "list_columns": [str(block.value) for block in register.list_columns],
        "retention": {"az": register.retention_az, "en": register.retention_en},
    }
    for name, (key, _block) in STREAMS.items():
        rows = getattr(register, name).get_prep_value()
        spec[key] = [row_to_spec(row["value"]) for row in rows]
    return tidy(spec)


def row_to_spec(value: Mapping[str, Any]) -> Spec:
    """One row of the editor in the spec's words."""
    row = {key: _items(item) for key, item in value.items() if not key.startswith("label_")}
    labels = {language: value.get(f"label_{language}", "") for language in LANGUAGES}
    if row.pop("limited", False):
        return {**tidy({**row, "labels": labels}), "moves": row["moves"]}
    row.pop("moves", None)
    return tidy({**row, "labels": labels})


def _items(value: Any) -> Any:
    """A ListBlock's stored items without their ids."""
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return [item["value"] for item in value]
    return value


def tidy(value: Mapping[str, Any]) -> Spec:
    """`value` without what says nothing (empty, None, False), labels included."""
    kept: Spec = {}
    for key, item in value.items():
        cleaned = tidy(item) if isinstance(item, Mapping) else item
        if cleaned not in ("", None, False, [], {}):
            kept[key] = cleaned
    return kept


def write_spec(register: "Register", spec: Mapping[str, Any]) -> None:
    """Make the editor's rows say `spec`."""
    labels, retention = spec.get("labels", {}), spec.get("retention", {})
    register.title_az, register.title_en = labels.get("az", ""), labels.get("en", "")
    register.retention_az, register.retention_en = (
        retention.get("az", ""),
        retention.get("en", ""),
    )
    register.subject = spec.get("subject", "other")
    register.key_pattern = spec.get("key_pattern", "")
    register.title_template = spec.get("title_template", "")
    register.list_columns = _stream("column", spec.get("list_columns", []))
    for name, (key, block) in STREAMS.items():
        rows = [row_from_spec(row) for row in spec.get(key, [])]
        setattr(register, name, _stream(block, rows))


def _stream(block: str, values: Iterable[Any]) -> str:
    return json.dumps([{"type": block, "value": value} for value in values])


def row_from_spec(row: Mapping[str, Any]) -> Spec:
    """One row of a spec in the editor's words."""
    value = {key: item for key, item in row.items() if key != "labels"}
    for language, text in row.get("labels", {}).items():
        value[f"label_{language}"] = text
    if "moves" in row:
        value["limited"] = True
    return value


def check_spec(spec: Mapping[str, Any]) -> list[Problem]:
    """Everything that forbids publishing this register, each at its place."""
    return [
        *_pattern_problems(spec),
        *_name_problems(spec, "attributes"),
        *_name_problems(spec, "statuses"),
        *_attribute_problems(spec),
        *_status_problems(spec),
        *_reference_problems(spec),
        *_access_problems(spec),
        *_person_problems(spec),
    ]


def _pattern_problems(spec: Mapping[str, Any]) -> Iterator[Problem]:
    try:
        KeyPattern.parse(spec.get("key_pattern", ""))
    except InvalidPattern as error:
        yield Problem("key_pattern", str(error), path="key_pattern")


def _name_problems(spec: Mapping[str, Any], part: str) -> Iterator[Problem]:
    counts = Counter(row.get("name") for row in spec.get(part, []))
    for place, row in enumerate(spec.get(part, [])):
        if not row.get("name"):
            yield Problem("required", str(_("A code is missing.")), f"{part}/{place}/name")
        elif counts[row["name"]] > 1:
            message = _("“{name}” stands twice; give one of them another code.")
            text = message.format(name=row["name"])
            yield Problem("duplicate", text, path=f"{part}/{place}/name")


def _attribute_problems(spec: Mapping[str, Any]) -> Iterator[Problem]:
    types = dict(ATTRIBUTE_TYPES)
    for place, row in enumerate(spec.get("attributes", [])):
        if row.get("type", "text") not in types:
            message = _("There is no attribute type “{type}”.")
            text = message.format(type=row.get("type"))
            yield Problem("unknown_type", text, path=f"attributes/{place}/type")
        if row.get("sensitivity", "internal") not in RANKS:
            message = _("There is no sensitivity “{name}”.")
            text = message.format(name=row["sensitivity"])
            yield Problem("unknown_sensitivity", text, path=f"attributes/{place}/sensitivity")
        if row.get("name") in SYSTEM_COLUMNS and row["name"] != "district":
            message = _("Every record has “{name}” already; choose another code.")
            text = message.format(name=row["name"])
            yield Problem("reserved", text, path=f"attributes/{place}/name")


def _status_problems(spec: Mapping[str, Any]) -> Iterator[Problem]:
    names = {row.get("name") for row in spec.get("statuses", [])}
    if not names:
        yield Problem("required", str(_("Add at least one status.")), path="statuses")
    for place, row in enumerate(spec.get("statuses", [])):
        for move in row.get("moves", []):
            if move not in names:
                message = _("There is no status “{name}” to move to.")
                text = message.format(name=move)
                yield Problem("unknown_status", text, path=f"statuses/{place}/moves")


def _reference_problems(spec: Mapping[str, Any]) -> Iterator[Problem]:
    """Attributes that the title, the columns and the uniqueness rules name must exist."""
    known = {row.get("name") for row in spec.get("attributes", [])}
    named = [
        *(("title_template", name) for name in template_names(spec.get("title_template", ""))),
        *(
            (f"list_columns/{place}", name)
            for place, name in enumerate(spec.get("list_columns", []))
            if name not in SYSTEM_COLUMNS
        ),
        *(
            (f"unique/{place}/attributes", name)
            for place, rule in enumerate(spec.get("unique", []))
            for name in rule.get("attributes", [])
        ),
    ]
    for path, name in named:
        if name not in known:
            message = _("The register has no attribute “{name}”.")
            yield Problem("unknown_attribute", message.format(name=name), path=path)


def _access_problems(spec: Mapping[str, Any]) -> Iterator[Problem]:
    scopes, actions = dict(SCOPES), dict(ACTIONS)
    for place, rule in enumerate(spec.get("access", [])):
        path = f"access/{place}"
        if rule.get("scope") not in scopes:
            message = _("There is no scope “{name}”.").format(name=rule.get("scope"))
            yield Problem("unknown_scope", message, path=f"{path}/scope")
        if rule.get("sensitivity", "internal") not in RANKS:
            message = _("There is no sensitivity “{name}”.").format(name=rule["sensitivity"])
            yield Problem("unknown_sensitivity", message, path=f"{path}/sensitivity")
        for name in rule.get("actions", []):
            if name not in actions:
                message = _("There is no action “{name}”.").format(name=name)
                yield Problem("unknown_action", message, path=f"{path}/actions")
        for part in ("roles", "organizations"):
            if not rule.get(part):
                message = str(_("Say who; choose “all” if everybody."))
                yield Problem("required", message, path=f"{path}/{part}")


def _person_problems(spec: Mapping[str, Any]) -> Iterator[Problem]:
    """Forms find a person by FIN, so the persons register must hold each FIN once."""
    if spec.get("code") != "persons":
        return
    rules = [rule.get("attributes") for rule in spec.get("unique", [])]
    if ["fin"] not in rules:
        message = str(
            _("The register of persons needs the rule that no two have the same FIN.")
        )
        yield Problem("fin_not_unique", message, path="unique")
