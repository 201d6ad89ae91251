"""Small registers and forms for the tests."""

from typing import Any

Json = dict[str, Any]

EVERYTHING = ["read", "create", "update", "amend", "transition", "assign", "audit"]


def rule(roles: list[str], scope: str = "all", **more: Any) -> Json:
    """An access rule: everything up to sensitive, for all organizations, unless said."""
    return {
        "roles": roles,
        "organizations": ["*"],
        "scope": scope,
        "actions": EVERYTHING,
        "sensitivity": "sensitive",
        **more,
    }


def attribute(name: str, sensitivity: str = "internal", **more: Any) -> Json:
    """A text attribute that can be searched for."""
    return {
        "name": name,
        "type": "text",
        "labels": {"az": name, "en": f"{name} (en)"},
        "sensitivity": sensitivity,
        "searchable": True,
        **more,
    }


def register_spec(code: str = "cases", **more: Any) -> Json:
    """A register of cases: new, active, closed; open to social workers."""
    return {
        "schema": 1,
        "code": code,
        "labels": {"az": f"Reyestr {code}", "en": f"Register {code}"},
        "subject": "case",
        "key_pattern": "KM-{year}-{seq:4}",
        "title_template": "{last_name} {first_name}",
        "attributes": [
            attribute("last_name", "personal"),
            attribute("first_name", "personal"),
            attribute("fin", "personal"),
            attribute("district", type="select_one", searchable=False),
            attribute("risk"),
            attribute("story", "sensitive"),
        ],
        "statuses": [
            {"name": "new", "labels": {"az": "Yeni", "en": "New"}},
            {"name": "active", "labels": {"az": "Aktiv", "en": "Active"}},
            {
                "name": "closed",
                "labels": {"az": "Bağlı", "en": "Closed"},
                "moves": ["active"],
                "closed": True,
            },
        ],
        "list_columns": ["key", "title", "risk", "story", "status"],
        "access": [rule(["social_worker"])],
        **more,
    }


def persons_spec(**more: Any) -> Json:
    """The register of persons, open to social workers."""
    return register_spec(
        "persons",
        key_pattern="PRS-{year}-{seq:6}",
        subject="person",
        attributes=[
            attribute("last_name", "personal"),
            attribute("first_name", "personal"),
            attribute("fin", "personal"),
            attribute("birth_date", "personal", type="date"),
        ],
        list_columns=["key", "title", "fin"],
        unique=[{"attributes": ["fin"], "among": "all"}],
        **more,
    )


def question(name: str, kind: str = "text", **more: Any) -> Json:
    """A question with labels in both languages."""
    return {
        "kind": "question",
        "type": kind,
        "name": name,
        "labels": {"az": f"Sual {name}", "en": f"Question {name}"},
        **more,
    }


def form_spec(
    code: str = "intake", register: str = "cases", mode: str = "create", **settings: Any
) -> Json:
    """A form about a person with a story, a risk and members of the family."""
    children = [
        question("fin", sensitivity="personal"),
        question("last_name", sensitivity="personal", required=True),
        question("first_name", sensitivity="personal"),
        question("district"),
        question("risk"),
        question("story", sensitivity="sensitive"),
        {
            "kind": "repeat",
            "name": "members",
            "labels": {"az": "Üzv", "en": "Member"},
            "children": [question("name"), question("illness", sensitivity="sensitive")],
        },
    ]
    return {
        "schema": 1,
        "code": code,
        "labels": {"az": f"Forma {code}", "en": f"Form {code}"},
        "languages": ["az", "en"],
        "default_language": "az",
        "settings": {"register": register, "mode": mode, **settings},
        "children": [
            {
                "kind": "section",
                "name": "main",
                "labels": {"az": "Əsas", "en": "Main"},
                "children": children,
            }
        ],
    }


PERSON_MAP = {"fin": "fin", "last_name": "last_name", "first_name": "first_name"}
