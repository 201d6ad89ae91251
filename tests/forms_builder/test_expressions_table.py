"""Every row of the shared table, by the Python evaluator."""

import pytest

from forms_builder.expressions import (
    Run,
    evaluate,
    from_json,
    parse,
    scope_of,
    to_json,
    to_source,
)
from tests.forms_builder.table import agrees, expression_cases, moments

CASES = list(expression_cases())
each_case = pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{case.file}: {case.source[:70]}") for case in CASES]
)


def test_the_table_is_long():
    assert len(CASES) >= 700


@each_case
def test_evaluates_as_the_table_says(case):
    scope = scope_of(case.answers, Run(lookups=case.lookups, **moments()))

    found = evaluate(parse(case.source), scope)

    assert agrees(found, case.expected), found


@each_case
def test_prints_and_stores_without_loss(case):
    tree = parse(case.source)

    assert parse(to_source(tree)) == tree
    assert from_json(to_json(tree)) == tree
