"""The ministry's worked examples, on the forms that the demo is made of."""

from datetime import date, datetime

import pytest

from config.demo.forms import form_spec
from config.demo.pack import pack
from forms_builder.compile import check_spec
from forms_builder.evaluation import evaluate
from tests.forms_builder.table import NOW, TableLookups

DATA = pack("worked_examples")
FORMS = {form["code"]: form_spec(form) for form in pack("forms")}
LISTS = {
    code: [
        {
            **{key: row[key] for key in row if not key.startswith("label")},
            "labels": {"az": row["label_az"]},
        }
        for row in rows
    ]
    for code, rows in pack("choices").items()
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_demo_may_be_published(form):
    assert check_spec(FORMS[form], lists={code: {"name"} for code in LISTS}) == []


@pytest.mark.parametrize(
    "example", DATA["examples"], ids=lambda example: f"{example['form']}: {example['title_en']}"
)
def test_worked_example(example):
    outcome = evaluate(
        FORMS[example["form"]],
        {**example["values"], **example["repeats"]},
        today=date.fromisoformat(DATA["today"]),
        now=datetime.fromisoformat(NOW),
        lookups=TableLookups(LISTS),
    )

    expected = example["expect"]
    broken = {problem.path for problem in outcome.problems if problem.code == "constraint"}
    calculations = {name: outcome.calculations[name] for name in expected["calculation"]}
    assert calculations == expected["calculation"]
    assert {name: name not in broken for name in expected["constraint"]} == expected[
        "constraint"
    ]
    assert {name: outcome.relevant[name] for name in expected["relevant"]} == expected[
        "relevant"
    ]
    for name, rows in example["repeats"].items():
        kept = outcome.answers[name]
        assert [
            {key: row.get(key) for key in want} for row, want in zip(kept, rows, strict=True)
        ] == rows
