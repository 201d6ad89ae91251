"""How long judging answers takes. Run: python benchmarks/evaluation.py

Prints `name: figure` a line; each figure is the best of several rounds, in milliseconds
of one core (or per expression where it says so).
"""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django

django.setup()

from forms_builder.compile import compile_spec  # noqa: E402
from forms_builder.evaluation import Outcome, evaluate  # noqa: E402
from forms_builder.expressions import NoLookups, parse  # noqa: E402
from forms_builder.program import Program  # noqa: E402

NESTED = "if(${a} > 1, 'x', " * 60 + "'y'" + ")" * 60


def form(questions: int) -> dict[str, Any]:
    """Sections of ten questions: two conditions, a constraint, a calculation, a select."""
    sections = []
    for start in range(0, questions, 10):
        children: list[dict[str, Any]] = [
            {"kind": "question", "name": f"q{start + place}", "type": "integer"}
            for place in range(10)
        ]
        children[1].update(relevant=f"${{q{start}}} > 3", required=True)
        children[2].update(constraint=f". >= 0 and . <= ${{q{start}}} * 100")
        children[4].update(type="select_one", list="yes_no")
        children[5].update(
            type="text", relevant=f"${{q{start + 4}}} = 'yes' or ${{q{start}}} = 5"
        )
        children[6].update(type="date", constraint=". <= today()")
        children[7].update(required=f"${{q{start + 3}}} > 1")
        children[9].update(
            type="calculate", calculation=f"round((${{q{start}}} + ${{q{start + 2}}}) div 2, 1)"
        )
        sections.append({"kind": "section", "name": f"s{start}", "children": children})
    lists = {"yes_no": [{"name": "yes"}, {"name": "no"}]}
    return {"schema": 1, "code": f"bench{questions}", "children": sections, "lists": lists}


def answers(questions: int) -> dict[str, Any]:
    """An answer to every question that a person answers."""
    found: dict[str, Any] = {}
    for start in range(0, questions, 10):
        found.update({f"q{start + place}": 7 for place in (0, 1, 2, 3, 7, 8)})
        found.update(
            {f"q{start + 4}": "yes", f"q{start + 5}": "text", f"q{start + 6}": "2026-01-05"}
        )
    return found


def best(work: Callable[[], object], rounds: int, inner: int) -> float:
    """Milliseconds of one call, the best of `rounds` rounds of `inner` calls."""
    times = []
    for _round in range(rounds):
        start = perf_counter()
        for _call in range(inner):
            work()
        times.append((perf_counter() - start) / inner * 1000)
    return min(times)


def tell(name: str, milliseconds: float) -> None:
    """One line of the report."""
    print(f"{name}: {milliseconds:.3f} ms")


def measure(questions: int, inner: int) -> None:
    """Print the figures of a form of that many questions."""
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    spec, given = form(questions), answers(questions)
    compiled = compile_spec(spec)

    def judge() -> Outcome:
        return evaluate(
            spec, given, today=now.date(), now=now, lookups=NoLookups(), compiled=compiled
        )

    assert not judge().problems
    tell(f"evaluate {questions} questions", best(judge, 7, inner))
    program = best(lambda: Program(spec, compiled), 3, 1)
    tell(f"make the program of {questions} questions", program)
    tell(f"compile {questions} questions", best(lambda: compile_spec(spec), 3, 1))


def main() -> None:
    """Measure and print."""
    for questions, inner in ((40, 200), (200, 50), (1300, 5)):
        measure(questions, inner)
    tell("parse 60 nested ifs", best(lambda: parse.__wrapped__(NESTED), 3, 3))


if __name__ == "__main__":
    main()
