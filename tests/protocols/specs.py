"""A small protocol about a violence report, its form and register."""

from typing import Any

from tests.registry.specs import question, register_spec, rule

Json = dict[str, Any]


def labels(text: str) -> dict[str, str]:
    return {"az": text, "en": f"{text} (en)"}


def step(
    code: str, action: Json, *moves: Json, role: str = "duty_officer", **more: Any
) -> Json:
    """A step of the agency; it ends the run when nothing follows."""
    built = {
        "code": code,
        "labels": labels(f"Addım {code}"),
        "responsible": {"role": role, "organization": "agency"},
        "action": action,
        **more,
    }
    return {**built, **({"transitions": list(moves)} if moves else {"final": True})}


def go(to: str, when: str = "", context: str = "") -> Json:
    """A transition."""
    given = {"when": when, "context": context, "to": to}
    return {key: value for key, value in given.items() if value}


def hours(value: int) -> Json:
    """A term and who hears when it is over."""
    return {
        "due": {"value": value, "unit": "hours"},
        "on_overdue": {"escalate_to": "supervisor", "action": "notify_and_log"},
    }


def decide(*codes: str) -> Json:
    """A decision."""
    return {"type": "decide", "options": [{"code": c, "labels": labels(c)} for c in codes]}


def protocol_spec(**more: Any) -> Json:
    """Triage in 1 hour, then a visit and a referral, or nothing."""
    return {
        "schema": 1,
        "code": "urgent",
        "labels": labels("Təcili protokol"),
        "severity": "urgent",
        "trigger": {"form": "report", "expression": "${danger} = 'high'"},
        "start": "triage",
        "steps": [
            step(
                "triage",
                decide("visit", "nothing"),
                go("visit", "${decision} = 'visit'", "decision"),
                go("END", "${decision} = 'nothing'", "decision"),
                **hours(1),
            ),
            step(
                "visit",
                {"type": "visit", "form": "visit"},
                go("refer", "${found} = 'yes'", "visit"),
                go("END"),
                role="social_worker",
                **hours(2),
            ),
            step(
                "refer",
                {"type": "refer", "organizations": ["clinic"]},
                go("END"),
                role="social_worker",
                **hours(24),
            ),
            step("END", {"type": "close"}),
        ],
        **more,
    }


def reports_spec() -> Json:
    """The register of reports."""
    roles = ["duty_officer", "social_worker", "supervisor"]
    referred = rule(["agency_rep"], "referred", actions=["read"], sensitivity="personal")
    return register_spec(
        "reports", key_pattern="TM-{year}-{seq:4}", access=[rule(roles), referred]
    )


def report_spec(code: str = "report", mode: str = "create", *extra: Json) -> Json:
    """A form with a last name, a danger and a finding."""
    children = [
        question("last_name", sensitivity="personal"),
        question("district"),
        question("story", sensitivity="sensitive"),
        question("danger"),
        question("found"),
        *extra,
    ]
    section = {
        "kind": "section",
        "name": "main",
        "labels": labels("Əsas"),
        "children": children,
    }
    return {
        "schema": 1,
        "code": code,
        "labels": labels(f"Forma {code}"),
        "languages": ["az", "en"],
        "default_language": "az",
        "settings": {"register": "reports", "mode": mode},
        "children": [section],
    }
