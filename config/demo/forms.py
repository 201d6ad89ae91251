"""The demo's forms as form specs (docs/architecture.md, "The form spec").

The pack stores a form as sections of flat rows in XLSForm order, where a repeat opens with
`begin_repeat` and closes with `end_repeat`; a spec is a tree.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from config.demo.pack import fillers, labels, pack, without_empty

Json = dict[str, Any]

# Who somebody is: everyone who works with the person needs it, an outsider must not see it.
PERSONAL = re.compile(
    r"(^|_)(fin|phone|email|birth_date|address|settlement)$"
    r"|(^|_)(first_name|last_name|patronymic)$"
    r"|^(contact|client|reporter|caller|rep|parent|mother|father|hm|pt|sib|b|p1|p2)_name$"
)
# Identity and contact stay "personal" even where the pack calls them sensitive: search by FIN
# and a call back are the daily work of people who may not read the findings.
IDENTITY = re.compile(r"(^|_)(fin|phone)$")
# A calculation's results: the texts that if() chooses between, not those it compares with.
SELECTED = re.compile(r"selected\([^)]*\)")
RESULT = re.compile(r",\s*'([a-z_]+)'")


def form_spec(form: Mapping[str, Any]) -> Json:
    """The spec of one form of the pack; its worked examples come as `tests`."""
    taken = {row["name"] for section in form["sections"] for row in section["fields"]}
    spec = {
        "schema": 1,
        "code": form["code"],
        "labels": labels(form, "name"),
        "purpose": labels(form, "purpose"),
        "languages": ["az", "en"],
        "default_language": "az",
        "settings": settings_of(form),
        "children": [section_node(section, taken) for section in form["sections"]],
        "tests": [test_case(example) for example in examples_of(form["code"])],
    }
    return without_empty(spec)


def settings_of(form: Mapping[str, Any]) -> Json:
    """Where answers go and who gives them; a form that citizens fill is public."""
    return without_empty(
        {
            "register": form["register"],
            "mode": form["mode"],
            "person_map": form["person_map"],
            "filled_by": fillers(form),
            "public": "citizen" in form["filled_by"],
        }
    )


def section_node(section: Mapping[str, Any], taken: set[str]) -> Json:
    """One section; where a question has its name too, the section gives way."""
    code = section["code"]
    return without_empty(
        {
            "kind": "section",
            "name": f"{code}_section" if code in taken else code,
            "labels": labels(section),
            "relevant": section.get("relevant"),
            "for_staff": section.get("for_staff"),
            "children": list(children_of(iter(section["fields"]))),
        }
    )


def children_of(rows: Iterator[Mapping[str, Any]]) -> Iterator[Json]:
    """Nodes of `rows` up to the `end_repeat` that closes this level, or to the end."""
    for row in rows:
        if row["type"] == "end_repeat":
            return
        if row["type"] == "begin_repeat":
            yield repeat_node(row, list(children_of(rows)))
        else:
            yield question_node(row)


def repeat_node(row: Mapping[str, Any], children: Sequence[Json]) -> Json:
    """A repeat with its questions."""
    return without_empty(
        {
            "kind": "repeat",
            "name": row["name"],
            "labels": labels(row),
            "relevant": row.get("relevant"),
            "children": list(children),
        }
    )


def question_node(row: Mapping[str, Any]) -> Json:
    """A question; the type "select_one gender" becomes type and list."""
    kind, _, list_code = row["type"].partition(" ")
    if kind == "calculate":
        list_code = list_of_result(row.get("calculation") or "")
    same = ("relevant", "constraint", "calculation", "choice_filter", "appearance")
    return without_empty(
        {
            "kind": "question",
            "name": row["name"],
            "type": kind,
            "labels": labels(row),
            "hints": texts(row.get("hint"), row.get("hint_en")),
            "list": list_code,
            "required": row.get("required"),
            "constraint_message": texts(
                row.get("constraint_message"), row.get("constraint_message_en")
            ),
            "default": default_of(row),
            "lookup": row.get("lookup"),
            "sensitivity": sensitivity_of(row),
            "searchable": row.get("searchable"),
            "save_to": row.get("save_to"),
            "read_only": row.get("read_only"),
            "told": row.get("told"),
            **{key: row.get(key) for key in same},
        }
    )


def list_of_result(calculation: str) -> str:
    """The list whose codes a calculation gives, so that pages show words; "" for none.

    `if(${score} > 9, 'high', 'low')` gives codes of the shortest list that has them all.
    """
    codes = set(RESULT.findall(SELECTED.sub("", calculation)))
    named = {code: {row["name"] for row in rows} for code, rows in pack("choices").items()}
    fitting = [code for code, values in named.items() if codes and codes <= values]
    return min(fitting, key=lambda code: (len(named[code]), code), default="")


def texts(az: str | None, en: str | None) -> dict[str, str]:
    """A text in both languages, without empty ones."""
    return {language: text for language, text in (("az", az), ("en", en)) if text}


def default_of(row: Mapping[str, Any]) -> str:
    """The default as XLSForm writes it: text, or an expression such as `today()`."""
    value = row.get("default")
    return "" if value is None else str(value)


def sensitivity_of(row: Mapping[str, Any]) -> str:
    """How protected the answer is; "" means the usual level, internal."""
    if row.get("sensitive") and not IDENTITY.search(row["name"]):
        return "sensitive"
    return "personal" if PERSONAL.search(row["name"]) else ""


def examples_of(form_code: str) -> list[Json]:
    """The worked examples of one form."""
    return [e for e in pack("worked_examples")["examples"] if e["form"] == form_code]


def test_case(example: Mapping[str, Any]) -> Json:
    """A worked example as a stored test of its form (forms_builder.form_tests)."""
    form = next(form for form in pack("forms") if form["code"] == example["form"])
    kinds = {row["name"]: row["type"] for s in form["sections"] for row in s["fields"]}
    calculated = {name for name, kind in kinds.items() if kind == "calculate"}
    rows = example["repeats"]
    answers = {name: answer(kinds[name], value) for name, value in example["values"].items()}
    for repeat, items in rows.items():
        given = [{k: v for k, v in item.items() if k not in calculated} for item in items]
        answers |= {repeat: given} if given else {}
    in_rows = {
        f"{repeat}[{index}]/{name}": value
        for repeat, items in rows.items()
        for index, item in enumerate(items)
        for name, value in item.items()
        if name in calculated
    }
    expect = example["expect"]
    return {
        "name": example["title_en"],
        "today": pack("worked_examples")["today"],
        "answers": answers,
        "expect": without_empty(
            {
                "values": expect["calculation"] | in_rows,
                "problems": [
                    {"path": path, "code": "" if holds else "constraint"}
                    for path, holds in expect["constraint"].items()
                ],
                "relevant": expect["relevant"],
            }
        ),
    }


def answer(kind: str, value: Any) -> Any:
    """A worked example's value as an answer: several choices are a list, not one text."""
    return value.split() if kind.startswith("select_multiple") else value


def form_specs() -> list[Json]:
    """Every form of the pack."""
    return [form_spec(form) for form in pack("forms")]
