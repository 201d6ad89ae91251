"""The demo's registers as register specs (docs/architecture.md, "The register spec")."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from config.demo.forms import sensitivity_of
from config.demo.pack import fillers, labels, pack, steps_with, without_empty

Json = dict[str, Any]

# Whoever does casework meets these registers whatever form they fill.
CASEWORK_ROLES = ("social_worker", "psychologist", "registrar", "social_care_worker")
LEADING_ROLES = ("supervisor",)
OUTSIDE_ROLES = ("agency_rep", "ngo_manager")
# Who works in a register that is closed to all other caseworkers. Whoever reports from
# outside gets a receipt and reads nothing more than what is referred to them.
CLOSED_REGISTERS = {"urgent_reports": ("duty_officer", "social_worker")}
# The ministry and its agency work in every register.
INSIDE = ("eesmn", "sxa")
EVERYBODY = ["*"]
WORK = ["read", "create", "update", "amend", "transition"]
LEAD = [*WORK, "assign"]
CLOSED = {
    "archived", "merged", "rejected", "closed", "ended", "disrupted", "completed", "adopted",
    "reintegrated", "left_care", "resolved", "unfounded", "refused", "expired", "revoked",
    "left", "adapted", "lost", "housed", "removed", "terminated", "cancelled", "agreed",
    "failed", "unsuitable", "stable", "done",
}  # fmt: skip
TITLES = {
    "foster_families": "{app_last_name} {app_first_name}",
    "adoption_candidates": "{app_last_name} {app_first_name}",
    "institutions": "{inst_name}",
    "accredited_centres": "{org_name}",
    "social_orders": "{project_title}",
    "training": "{training_title}",
}
NUMBERS = ("score", "gap", "total", "count", "per_person", "rate")
SUBJECTS = {"person": "person", "child": "person", "family": "family", "case": "case"}


def register_specs() -> list[Json]:
    """Every register of the pack."""
    return [register_spec(register) for register in pack("registers")]


def register_spec(register: Mapping[str, Any]) -> Json:
    """One register: what its records know, may become, and who may do what with them."""
    code = register["code"]
    forms = [form for form in pack("forms") if form["register"] == code]
    attributes = [attribute_spec(row) for row in register["attributes"]]
    names = {attribute["name"] for attribute in attributes}
    return without_empty(
        {
            "schema": 1,
            "code": code,
            "labels": labels(register, "name"),
            "subject": SUBJECTS.get(register["subject"], "other"),
            "key_pattern": register["key_pattern"],
            "title_template": title_template(code, names),
            "attributes": attributes,
            "statuses": [status_spec(row) for row in register["statuses"]],
            "list_columns": list_columns(register, names),
            "links": link_specs(forms, code),
            "unique": [{"attributes": ["fin"], "among": "all"}] if code == "persons" else [],
            "access": access_rules(register, forms),
        }
    )


def attribute_spec(row: Mapping[str, Any]) -> Json:
    """An attribute from the question that fills it."""
    kind, _, list_code = row["type"].partition(" ")
    if kind == "calculate":
        kind = "decimal" if row["name"].endswith(NUMBERS) else "text"
    return without_empty(
        {
            "name": row["name"],
            "labels": labels(row),
            "type": kind,
            "list": list_code,
            "sensitivity": sensitivity_of(row) or "internal",
            "searchable": row.get("searchable"),
        }
    )


def status_spec(row: Mapping[str, Any]) -> Json:
    """A status; a record may move from it to any other."""
    texts = {"az": row["az"], "en": row["en"]}
    return without_empty(
        {"name": row["code"], "labels": texts, "closed": row["code"] in CLOSED}
    )


def title_template(code: str, attributes: Iterable[str]) -> str:
    """What a record is called; "" leaves it to the person or the number."""
    if code in TITLES:
        return TITLES[code]
    return "{last_name} {first_name}" if "last_name" in attributes else ""


def list_columns(register: Mapping[str, Any], attributes: set[str]) -> list[str]:
    """Number and title, then the pack's columns; its own number needs no second column."""
    wanted = [
        column
        for column in register["list_columns"]
        if column in attributes or column in ("status", "district")
    ]
    columns = ["key", "title", *wanted, "status"]
    hidden = {"last_name", "first_name", "app_last_name", "app_first_name", "inst_name"}
    return [c for c in dict.fromkeys(columns) if c not in hidden]


def link_specs(forms: Sequence[Mapping[str, Any]], code: str) -> list[Json]:
    """Links that the questions of the register's forms make, named like the question."""
    found: dict[str, Json] = {}
    for form in forms:
        for section in form["sections"]:
            for row in section["fields"]:
                target = row.get("lookup", {}).get("register", code)
                if target != code:
                    link = {"name": row["name"], "labels": labels(row), "register": target}
                    found.setdefault(row["name"], link)
    return list(found.values())


def access_rules(register: Mapping[str, Any], forms: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Who may do what: workers in their area, leaders too, outsiders their own and referred."""
    if register["code"] in CLOSED_REGISTERS:
        return closed_access_rules(CLOSED_REGISTERS[register["code"]])
    roles = {role for form in forms for role in fillers(form)}
    inside = bodies([*INSIDE, *register["access"]["write"]])
    outside = sorted(roles & set(OUTSIDE_ROLES))
    workers = sorted({*CASEWORK_ROLES, *roles} - {*OUTSIDE_ROLES, *LEADING_ROLES, "citizen"})
    rules = [
        rule(workers, inside, "area", WORK),
        rule(workers, inside, "own", WORK),
        rule(LEADING_ROLES, INSIDE, "area", LEAD),
        rule(["auditor"], EVERYBODY, "all", ["read", "audit"]),
        rule(["agency_rep"], EVERYBODY, "referred", ["read", "update"], "personal"),
    ]
    rules += elsewhere_rules(forms, inside)
    if outside:
        rules.append(rule(outside, EVERYBODY, "own", WORK[:4]))
    if "*public_subset" in register["access"]["read"]:
        rules.append(rule(EVERYBODY, EVERYBODY, "all", ["read"], "internal"))
    return rules


def elsewhere_rules(forms: Sequence[Mapping[str, Any]], inside: Sequence[str]) -> list[Json]:
    """Bodies to which a protocol gives work in the register: what they make themselves, and
    records in which such a step waits for them."""
    roles: dict[str, set[str]] = {}
    for form in forms:
        for body, asked in steps_with(form["code"]).items():
            is_inside = inside == EVERYBODY or body in inside
            held = {*asked} & {*OUTSIDE_ROLES} if is_inside else {*asked}
            roles.setdefault(body, set()).update(held)
    found = []
    for body, theirs in sorted(roles.items()):
        if own := sorted(theirs - {*OUTSIDE_ROLES}):
            found.append(rule(own, [body], "own", WORK))
        if waited := sorted(theirs - {"agency_rep"}):  # who has the same for any body
            found.append(rule(waited, [body], "referred", ["read", "update"]))
    return found


def closed_access_rules(workers: Sequence[str]) -> list[Json]:
    """Access to a register of reports that may endanger whom they name."""
    return [
        rule(workers, INSIDE, "area", WORK),
        rule(workers, INSIDE, "own", WORK),
        rule(LEADING_ROLES, INSIDE, "area", LEAD),
        rule(["auditor"], EVERYBODY, "all", ["read", "audit"]),
        rule(["agency_rep"], EVERYBODY, "referred", ["read"], "personal"),
        rule(["agency_rep"], EVERYBODY, "own", ["create"]),
    ]


def bodies(codes: Sequence[str]) -> list[str]:
    """Organizations of an access list; a description such as "*own_org" means any."""
    return EVERYBODY if any(c.startswith("*") for c in codes) else list(dict.fromkeys(codes))


def rule(
    roles: Sequence[str],
    organizations: Sequence[str],
    scope: str,
    actions: Sequence[str],
    sensitivity: str = "sensitive",
) -> Json:
    """One access rule."""
    return {
        "roles": list(roles),
        "organizations": list(organizations),
        "scope": scope,
        "actions": list(actions),
        "sensitivity": sensitivity,
    }
