"""Whole forms of the shared table, by the Python evaluator."""

import pytest

from forms_builder.compile import compile_spec
from forms_builder.evaluation import evaluate
from tests.forms_builder.table import form_cases, given


@pytest.mark.parametrize("case", form_cases(), ids=lambda case: case["name"])
def test_keeps_hides_and_refuses_as_the_table_says(case):
    outcome = evaluate(case["spec"], case["answers"], **given(case))

    expected = case["expected"]
    assert outcome.answers == expected["answers"]
    assert [path for path, shown in outcome.relevant.items() if not shown] == expected["hidden"]
    problems = [[problem.path, problem.code] for problem in outcome.problems]
    assert sorted(problems) == sorted(expected["problems"])


@pytest.mark.parametrize("case", form_cases(), ids=lambda case: case["name"])
def test_the_order_of_evaluation_does_not_matter(case):
    compiled = compile_spec(case["spec"])
    upside_down = {
        **case["spec"],
        "code": "turned",
        "children": _turned(case["spec"]["children"]),
    }

    one = evaluate(case["spec"], case["answers"], compiled=compiled, **given(case))
    other = evaluate(upside_down, case["answers"], **given(case))

    assert one.answers == other.answers
    assert one.relevant == other.relevant


def _turned(nodes):
    """The same nodes, last first, at every level."""
    return [
        {**node, "children": _turned(node["children"])} if "children" in node else node
        for node in reversed(nodes)
    ]
