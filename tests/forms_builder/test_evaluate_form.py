"""`manage.py evaluate_form`."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from config.accounts.actors import Actor
from forms_builder import services

SPEC = {
    "schema": 1,
    "code": "count_children",
    "labels": {"az": "Uşaqlar", "en": "Children"},
    "languages": ["az"],
    "default_language": "az",
    "children": [
        {
            "kind": "section",
            "name": "main",
            "labels": {"az": "Əsas"},
            "children": [
                {
                    "kind": "question",
                    "name": "born",
                    "type": "date",
                    "labels": {"az": "Doğum tarixi"},
                    "required": True,
                },
                {
                    "kind": "question",
                    "name": "age",
                    "type": "calculate",
                    "calculation": "age-in-years(${born})",
                },
            ],
        }
    ],
}


@pytest.fixture
def published(db, noon):
    actor = Actor.system("test")
    definition = services.save_definition_draft("count_children", SPEC, actor)
    return services.publish_form(definition, actor=actor, now=noon)


def run(tmp_path, answers, *options):
    file = tmp_path / "answers.json"
    file.write_text(answers if isinstance(answers, str) else json.dumps(answers))
    out = StringIO()
    call_command(
        "evaluate_form", "count_children", "--answers", str(file), *options, stdout=out
    )
    return json.loads(out.getvalue())


class TestEvaluateForm:
    def test_prints_what_the_form_makes_of_the_answers(self, published, tmp_path):
        found = run(tmp_path, {"born": "22.11.2016"}, "--today", "2026-11-22", "--json")

        assert found == {
            "answers": {"born": "2016-11-22", "age": 10},
            "relevant": {"main": True, "born": True, "age": True},
            "calculations": {"age": 10},
            "problems": [],
        }

    def test_prints_every_problem(self, published, tmp_path):
        found = run(tmp_path, {"colour": "red"})

        assert {(problem["path"], problem["code"]) for problem in found["problems"]} == {
            ("colour", "unknown_field"),
            ("born", "required"),
        }

    def test_refuses_a_file_that_holds_no_answers(self, published, tmp_path):
        with pytest.raises(CommandError, match="JSON"):
            run(tmp_path, "not json")
        with pytest.raises(CommandError, match="table"):
            run(tmp_path, "[]")

    def test_refuses_an_unknown_form(self, db, tmp_path):
        with pytest.raises(CommandError, match="count_children"):
            run(tmp_path, {})
