"""The demo's quiz as a form: questions, a calculated mark and whether it is enough."""

from collections.abc import Mapping
from typing import Any

from config.demo.pack import pack

Json = dict[str, Any]


def quiz_spec() -> Json:
    """The quiz as a form spec that keeps its answers only; an attempt is a submission."""
    quiz = pack("quiz")
    questions = quiz["questions"]
    return {
        "schema": 1,
        "code": quiz["code"],
        "labels": {"az": quiz["title_az"], "en": quiz["title_en"]},
        "languages": ["az", "en"],
        "default_language": "az",
        "settings": {"mode": "none"},
        "children": [
            {
                "kind": "section",
                "name": "questions",
                "labels": {"az": "Suallar", "en": "Questions"},
                "children": [question(entry) for entry in questions],
            },
            {
                "kind": "section",
                "name": "result",
                "labels": {"az": "Nəticə", "en": "Result"},
                "children": result(questions, quiz["pass_percent"]),
            },
        ],
        "lists": {f"q{entry['n']}_options": options(entry) for entry in questions},
    }


def question(entry: Mapping[str, Any]) -> Json:
    """One question of the quiz."""
    return {
        "kind": "question",
        "name": f"q{entry['n']}",
        "type": "select_one",
        "list": f"q{entry['n']}_options",
        "labels": {"az": entry["text_az"]},
        "required": True,
    }


def options(entry: Mapping[str, Any]) -> list[Json]:
    """The answers to choose from."""
    return [{"name": o["code"], "labels": {"az": o["text_az"]}} for o in entry["options"]]


def result(questions: list[Mapping[str, Any]], pass_percent: int) -> list[Json]:
    """The mark in percent, whether it passes, and the explanation of each question."""
    right = " + ".join(f"if(${{q{q['n']}}} = '{q['answer']}', 1, 0)" for q in questions)
    return [
        {
            "kind": "question",
            "name": "percent",
            "type": "calculate",
            "labels": {"az": "Nəticə, %", "en": "Result, %"},
            "calculation": f"round(({right}) div {len(questions)} * 100, 0)",
        },
        {
            "kind": "question",
            "name": "passed",
            "type": "calculate",
            "labels": {"az": "Keçib", "en": "Passed"},
            "calculation": f"if(${{percent}} >= {pass_percent}, 'yes', 'no')",
        },
        *(explanation(entry) for entry in questions),
    ]


def explanation(entry: Mapping[str, Any]) -> Json:
    """What the right answer is, shown to whoever chose another one."""
    name = f"q{entry['n']}"
    return {
        "kind": "question",
        "name": f"{name}_why",
        "type": "note",
        "labels": {"az": f"{entry['n']}. {entry['explanation_az']}"},
        "relevant": f"${{{name}}} != '' and ${{{name}}} != '{entry['answer']}'",
    }
