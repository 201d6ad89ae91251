"""Rows of repeats over time: removed, moved, dropped, computed."""

import json

import pytest

from forms_builder.compile import compile_spec
from forms_builder.rendering.extract import extract_of
from tests.forms_builder.test_evaluation import codes, form, judge, question


def repeat(name, *children, **rest):
    return {"kind": "repeat", "name": name, "children": list(children), **rest}


CHILDREN = form(
    repeat(
        "children",
        question("name"),
        question("year", "integer"),
        question("id", "calculate", calculation="once(concat('id-', ${name}))"),
        question("mark", "hidden"),
        question("school", retired=True),
    )
)


def stored(name, year, **rest):
    return {"name": name, "year": year, "id": f"id-{name}", "mark": name.lower(), **rest}


BEFORE = {
    "children": [
        stored("Aysel", 2015),
        stored("Orxan", 2016, school="12"),
        stored("Nərmin", 2019),
    ]
}


def kept(*rows):
    outcome = judge(CHILDREN, {"children": list(rows)}, previous=BEFORE)
    assert outcome.problems == []
    return outcome.answers["children"]


class TestStoredRows:
    def test_keep_what_nobody_types_when_one_before_them_is_removed(self):
        rows = kept(
            {"name": "Orxan", "year": 2016, "school": "12"}, {"name": "Nərmin", "year": 2019}
        )

        assert rows == BEFORE["children"][1:]

    def test_keep_it_when_they_are_moved(self):
        rows = kept(
            {"name": "Nərmin", "year": 2019},
            {"name": "Aysel", "year": 2015},
            {"name": "Orxan", "year": 2016, "school": "12"},
        )

        assert [row["mark"] for row in rows] == ["nərmin", "aysel", "orxan"]

    def test_keep_it_when_they_are_moved_and_corrected(self):
        rows = kept({"name": "Nərmin", "year": 2020}, {"name": "Orxan", "year": 2016})

        assert [row["id"] for row in rows] == ["id-Nərmin", "id-Orxan"]

    def test_keep_it_when_all_that_was_typed_is_corrected(self):
        rows = kept(
            {"name": "A", "year": 1}, {"name": "O", "year": 2}, {"name": "N", "year": 3}
        )

        assert [row["id"] for row in rows] == ["id-Aysel", "id-Orxan", "id-Nərmin"]

    def test_give_nothing_to_a_new_row(self):
        rows = kept(
            {"name": "Leyla", "year": 2021},
            {"name": "Aysel", "year": 2015},
            {"name": "Orxan", "year": 2016},
            {"name": "Nərmin", "year": 2019},
        )

        assert rows[0] == {"name": "Leyla", "year": 2021, "id": "id-Leyla"}

    def test_keep_what_was_stored_when_the_form_counts_them(self):
        counted = repeat("r", question("secret", "hidden"), repeat_count="${n}")
        previous = {"n": 2, "r": [{"secret": "one"}, {"secret": "two"}]}

        outcome = judge(form(question("n", "integer"), counted), {"n": 2}, previous=previous)

        assert outcome.answers == previous


class TestRetiredQuestions:
    def test_that_were_answered_with_zero_keep_the_answer(self):
        spec = form(question("count", "integer", retired=True), question("x"))

        outcome = judge(spec, {"count": 0, "x": "a"}, previous={"count": 0})

        assert outcome.answers == {"count": 0, "x": "a"}


class TestDroppedRows:
    def test_do_not_excuse_the_rows_made_after_them(self):
        asked = question("x", "integer", required=True)
        inner = repeat("inner", asked, repeat_count="${k}")
        spec = form(repeat("outer", question("k", "integer"), inner))

        outcome = judge(spec, {"outer": [{"k": 0, "inner": [{"x": "bad"}]}, {"k": 1}]})

        assert codes(outcome) == [("outer[1]/inner[0]/x", "required")]


class TestRowsByNumber:
    def test_are_found_by_a_whole_answer_as_by_a_constant(self):
        rows = repeat("r", question("x"))
        spec = form(
            question("n", "integer"), rows,
            question("c", "calculate", calculation="${r}[${n}]/x"),
        )  # fmt: skip

        assert judge(spec, {"n": 2, "r": [{"x": "a"}, {"x": "b"}]}).answers["c"] == "b"


class TestDefaultsOfRows:
    @pytest.mark.parametrize("order", [("a", "r"), ("r", "a")])
    def test_hang_on_no_answer_and_so_not_on_the_order_of_answers(self, order):
        hidden = question("h", "hidden", default="concat('from ', ${a})")
        spec = form(question("a", default="home"), repeat("r", hidden, question("x")))
        answers = {"a": "school", "r": [{"x": "1"}]}

        outcome = judge(spec, {key: answers[key] for key in order})

        assert outcome.answers["r"] == [{"h": "from home", "x": "1"}]

    def test_tell_the_browser_no_secret_answer(self):
        spec = form(
            question("secret"), repeat("r", question("x", default="concat(${secret}, '!')"))
        )
        compiled = compile_spec(spec)
        withheld = frozenset({"main/secret"})
        outcome = judge(spec, {}, previous={"secret": "shelter"}, withheld=withheld)

        asked = extract_of(spec, compiled, "main", withheld, lambda code: 0).asked

        assert outcome.answers == {"secret": "shelter"}
        assert "shelter" not in json.dumps(outcome.given(asked))
        assert list(outcome.given(asked).values()) == [{"": "!"}]
