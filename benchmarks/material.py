"""The form that all candidates draw, judge and store: nine types, conditions, any length."""

from typing import Any

Json = dict[str, Any]

CODE, REGISTER, SECTION = "benchmark_{count}", "benchmark", "all"
CHOICES = ["low", "middle", "high", "very_high", "unknown"]
ILLNESSES = ["heart", "lungs", "joints", "sight", "hearing", "other"]

# Ten questions: their kind, and what a person answers. Every tenth decides about two others.
TEN = (
    ("text", "Əliyeva Gülnarə"),
    ("integer", 7),
    ("decimal", 12.5),
    ("date", "1985-03-05"),
    ("select_one", "high"),
    ("text", "Görüşdə danışıldı"),
    ("select_multiple", ["heart", "sight"]),
    ("time", "09:30"),
    ("phone", "+994501234567"),
    ("yes_no", "yes"),
)
XLSFORM_TYPES = {"phone": "text", "yes_no": "select_one"}
LISTS = {"yes_no": ["yes", "no"], "select_one": CHOICES, "select_multiple": ILLNESSES}


def kinds(count: int) -> list[tuple[str, str]]:
    """(name, kind) of each question."""
    return [(f"q{number}", TEN[number % 10][0]) for number in range(count)]


def answers(count: int) -> Json:
    """An answer to every question."""
    return {f"q{number}": TEN[number % 10][1] for number in range(count)}


def conditional(number: int) -> str:
    """The name of the yes-or-no question that decides about this one, or ""."""
    return f"q{number - number % 10 + 9}" if number % 10 in (5, 6) else ""


def spec(count: int, *, section_size: int = 0) -> Json:
    """The form in Dayaq; one section unless `section_size` says how many questions each."""
    size = section_size or count
    sections = [
        {
            "kind": "section",
            "name": SECTION if not start else f"{SECTION}{start}",
            "labels": {"az": "Suallar", "en": "Questions"},
            "children": [
                _question(number) for number in range(start, min(start + size, count))
            ],
        }
        for start in range(0, count, size)
    ]
    lists = {
        code: [{"name": name, "labels": {"az": name, "en": name}} for name in names]
        for code, names in LISTS.items()
    }
    return {
        "schema": 1,
        "code": CODE.format(count=count),
        "labels": {"az": f"Ölçmə {count}", "en": f"Benchmark {count}"},
        "languages": ["az", "en"],
        "default_language": "az",
        "settings": {"mode": "create", "register": REGISTER},
        "children": sections,
        "lists": lists,
    }


def _question(number: int) -> Json:
    kind = TEN[number % 10][0]
    node: Json = {
        "kind": "question",
        "name": f"q{number}",
        "type": XLSFORM_TYPES.get(kind, kind),
        "labels": {"az": f"Sual {number + 1}", "en": f"Question {number + 1}"},
        "hints": {"az": "Bildiyinizi yazın.", "en": "Write what you know."},
    }
    if kind in LISTS:
        node["list"] = kind
    if decides := conditional(number):
        node.update(relevant=f"${{{decides}}} = 'yes'", required=True)
    if kind == "integer":
        node["constraint"] = ". >= 0 and . < 200"
    if kind == "date":
        node["constraint"] = ". <= today()"
    return node


def register_spec(role: str) -> Json:
    """A register whose records say a little of what the form asked."""
    names = ("q0", "q1", "q3", "q4")
    return {
        "schema": 1,
        "code": REGISTER,
        "labels": {"az": "Ölçmə reyestri", "en": "Benchmark register"},
        "subject": "other",
        "key_pattern": "OL-{year}-{seq:7}",
        "title_template": "{q0}",
        "attributes": [
            {"name": name, "type": "text", "labels": {"az": name, "en": name}} for name in names
        ],
        "statuses": [{"name": "new", "labels": {"az": "Yeni", "en": "New"}}],
        "access": [
            {
                "roles": [role],
                "organizations": ["*"],
                "scope": "all",
                "actions": ["read", "create"],
            }
        ],
        "retention": {"az": "Ölçmə", "en": "Benchmark"},
    }
