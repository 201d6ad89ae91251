"""The shared table of cases: rows that Python and the browser must answer alike."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from forms_builder.choices import Choice, choice_from_row

FOLDER = Path(__file__).parent / "cases"
TODAY = "2026-11-22"
NOW = "2026-11-22T12:30:15.250+04:00"
EXPRESSION_FILES = ("operators", "dates", "texts", "numbers", "sets", "javarosa")
NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


@dataclass
class TableLookups:
    """Lists and holidays as a file of the table gives them."""

    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    days_off: tuple[str, ...] = ()

    def choices(self, list_code: str) -> tuple[Choice, ...]:
        return tuple(choice_from_row(row) for row in self.lists.get(list_code, ()))

    def record(self, register: str, key: str) -> None:
        return None

    def holidays(self) -> tuple[str, ...]:
        return self.days_off


@dataclass
class Case:
    """One expression with the answers it reads and the value it must have."""

    file: str
    source: str
    expected: Any
    answers: dict[str, Any]
    lookups: TableLookups


def load(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def expression_cases() -> Iterator[Case]:
    for name in EXPRESSION_FILES:
        data = load(name)
        lookups = TableLookups(data.get("choices", {}), tuple(data.get("holidays", ())))
        for source, expected, *answers in data["cases"]:
            yield Case(name, source, expected, answers[0] if answers else {}, lookups)


def moments() -> dict[str, Any]:
    return {"today": date.fromisoformat(TODAY), "now": datetime.fromisoformat(NOW)}


def agrees(found: Any, expected: Any) -> bool:
    """Whether a value is as the table says; last digits of long fractions may differ."""
    if isinstance(expected, dict):
        wanted = NOT_FINITE[expected["is"]]
        return isinstance(found, float) and (found == wanted or found != found != wanted)
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(found) == len(expected)
            and all(map(agrees, found, expected))
        )
    if isinstance(expected, bool) or isinstance(found, bool):
        return found is expected
    if isinstance(expected, int | float):
        return isinstance(found, int | float) and math.isclose(
            found, expected, rel_tol=1e-12, abs_tol=1e-12
        )
    return bool(found == expected)


def form_cases() -> list[dict[str, Any]]:
    """The forms of the table; each gets a `spec` with its nodes in one section, "main"."""
    data = load("forms")
    return [
        {**case, "spec": one_section(case), "lookups": TableLookups(data["choices"])}
        for case in data["cases"]
    ]


def given(case: dict[str, Any]) -> dict[str, Any]:
    """What evaluation is told of a form of the table, beside its answers."""
    return {"lookups": case["lookups"], "previous": case.get("previous"), **moments()}


def one_section(case: dict[str, Any]) -> dict[str, Any]:
    spec = {
        "schema": 1,
        "code": "case",
        "children": [{"kind": "section", "name": "main", "children": case["children"]}],
    }
    return {**spec, "lists": case["lists"]} if "lists" in case else spec
