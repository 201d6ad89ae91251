"""The demo's data as specs, without a database."""

from config.demo.forms import form_specs, sensitivity_of
from config.demo.pack import pack
from config.demo.quiz import quiz_spec
from config.demo.registers import register_specs
from forms_builder.compile import check_spec
from forms_builder.schema import questions


class TestForms:
    def test_are_all_there(self):
        assert len(form_specs()) == 42

    def test_compile_over_the_lists_of_the_pack(self):
        lists = {
            code: sorted({key for row in rows for key in row})
            for code, rows in pack("choices").items()
        }

        for spec in [*form_specs(), quiz_spec()]:
            assert check_spec(spec, lists=lists) == [], spec["code"]

    def test_keep_every_question_of_the_pack(self):
        for form, spec in zip(pack("forms"), form_specs(), strict=True):
            rows = [row for section in form["sections"] for row in section["fields"]]
            asked = [r["name"] for r in rows if not r["type"].endswith("_repeat")]
            assert sorted(place.name for place in questions(spec)) == sorted(asked)

    def test_protect_what_the_pack_calls_sensitive(self):
        levels = {
            sensitivity_of(row)
            for form in pack("forms")
            for section in form["sections"]
            for row in section["fields"]
            if row.get("sensitive")
        }

        assert levels == {"sensitive", "personal"}

    def test_carry_the_worked_examples(self):
        tests = [test for spec in form_specs() for test in spec.get("tests", [])]

        assert len(tests) == len(pack("worked_examples")["examples"])
        problems = [one for test in tests for one in test["expect"].get("problems", [])]
        assert any(problem["code"] for problem in problems)


class TestRegisters:
    def test_are_all_there(self):
        assert len(register_specs()) == 30

    def test_know_what_the_forms_save_to_them(self):
        known = {
            spec["code"]: {attribute["name"] for attribute in spec.get("attributes", [])}
            for spec in register_specs()
        }

        for spec in form_specs():
            for place in questions(spec):
                if name := place.node.get("save_to"):
                    assert name in known[spec["settings"]["register"]]
