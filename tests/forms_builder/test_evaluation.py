"""Judging answers: what the shared table cannot say."""

import pytest

from config.shared.definitions import digest
from forms_builder.compile import check_spec, compile_spec
from forms_builder.evaluation import evaluate, evaluate_expression, initial_answers
from forms_builder.expressions import ExpressionError, NoLookups
from tests.forms_builder.table import TableLookups, load, moments

LISTS = TableLookups(load("forms")["choices"])


def question(name, kind="text", **rest):
    return {"kind": "question", "name": name, "type": kind, **rest}


def form(*children, code="f", **rest):
    section = {"kind": "section", "name": "main", "children": list(children)}
    return {"schema": 1, "code": code, "children": [section], **rest}


def judge(spec, answers, **options):
    return evaluate(spec, answers, lookups=LISTS, **moments(), **options)


def codes(outcome):
    return [(problem.path, problem.code) for problem in outcome.problems]


class TestUnknownAnswers:
    def test_are_problems_with_their_path(self):
        spec = form({"kind": "repeat", "name": "r", "children": [question("x")]})

        outcome = judge(spec, {"y": 1, "r": [{"z": 1}]})

        assert codes(outcome) == [("y", "unknown_field"), ("r[0]/z", "unknown_field")]
        assert outcome.answers == {"r": [{}]}

    def test_of_the_wrong_shape_are_problems(self):
        spec = form({"kind": "repeat", "name": "r", "children": [question("x")]}, question("t"))

        assert codes(judge(spec, {"r": "text", "t": {"a": 1}})) == [
            ("r", "type"),
            ("t", "type"),
        ]
        assert codes(judge(spec, {"r": ["text"]})) == [("r[0]", "type")]

    @pytest.mark.parametrize(
        "kind",
        [
            "integer",
            "date",
            "time",
            "dateTime",
            "select_one",
            "select_multiple",
            "acknowledge",
            "image",
            "geopoint",
            "geotrace",
            "range",
            "rank",
            "start",
            "hidden",
        ],
    )
    @pytest.mark.parametrize(
        "value",
        [
            [],
            {},
            [[]],
            [{}],
            {"lat": "x"},
            1e400,
            -1,
            True,
            "\x00",
            "\ud800",
            10**30,
            None,
            [1],
            "9" * 50,
        ],
    )
    def test_never_crash_and_leave_only_what_json_can_hold(self, kind, value):
        import json

        outcome = judge(form(question("q", kind, list="region")), {"q": value})

        json.dumps(outcome.answers, allow_nan=False).encode()
        assert "\\u0000" not in json.dumps(outcome.answers)


class TestTexts:
    def test_longer_than_the_limit_are_refused(self):
        assert codes(judge(form(question("t")), {"t": "x" * 10_001})) == [("t", "too_long")]

    def test_lose_what_cannot_be_stored(self):
        assert judge(form(question("t")), {"t": "a\x00b\r\nc"}).answers == {"t": "ab\nc"}


class TestPreviousAnswers:
    def test_may_keep_a_retired_choice(self):
        spec = form(question("d", "select_one", list="district"))

        assert codes(judge(spec, {"d": "old"})) == [("d", "retired_choice")]
        assert codes(judge(spec, {"d": "old"}, previous={"d": "old"})) == []

    def test_hold_the_values_of_read_only_questions(self):
        spec = form(question("n", read_only=True, default="first"))

        assert judge(spec, {"n": "typed"}).answers == {"n": "first"}
        assert judge(spec, {"n": "typed"}, previous={"n": "stored"}).answers == {"n": "stored"}


class TestChoicesFor:
    def test_offers_what_the_filter_lets_through(self):
        spec = form(
            question("region", "select_one", list="region"),
            question("d", "select_one", list="district", choice_filter="region = ${region}"),
        )

        outcome = judge(spec, {"region": "baki"})

        assert [choice.name for choice in outcome.choices_for("d")] == ["nizami"]

    def test_keeps_a_retired_choice_that_was_chosen(self):
        spec = form(question("d", "select_one", list="district"))

        outcome = judge(spec, {"d": "old"}, previous={"d": "old"})

        assert "old" in [choice.name for choice in outcome.choices_for("d")]

    def test_does_not_know_other_paths(self):
        with pytest.raises(KeyError):
            judge(form(question("t")), {}).choices_for("t")


class TestOnly:
    def test_limits_problems_to_one_section_and_computes_all(self):
        spec = {
            "schema": 1,
            "code": "two",
            "children": [
                {"kind": "section", "name": "one", "children": [question("a", required=True)]},
                {
                    "kind": "section",
                    "name": "two",
                    "children": [
                        question("b", required=True),
                        question("c", "calculate", calculation="1 + 1"),
                    ],
                },
            ],
        }

        outcome = judge(spec, {}, only=["two"])

        assert codes(outcome) == [("b", "required")]
        assert outcome.calculations == {"c": 2}


class TestMessages:
    def test_are_the_forms_own_with_values_filled_in(self):
        spec = form(
            question("low", "integer"),
            question(
                "x",
                "integer",
                constraint=". > ${low}",
                constraint_message={"az": "${low} rəqəmindən böyük"},
            ),
            question("y", required=True, required_message={"az": "Yazın"}),
        )

        messages = [problem.message for problem in judge(spec, {"low": 5, "x": 1}).problems]

        assert messages == ["5 rəqəmindən böyük", "Yazın"]


class TestOther:
    def test_text_is_kept_beside_the_choice(self):
        spec = form(question("r", "select_one", list="region", or_other=True))

        assert judge(spec, {"r": "other", "r_other": "Naxçıvan"}).answers == {
            "r": "other",
            "r_other": "Naxçıvan",
        }
        assert judge(spec, {"r": "baki", "r_other": "Naxçıvan"}).answers == {"r": "baki"}


class TestRequired:
    def test_says_which_questions_must_be_answered_now(self):
        spec = form(
            question("a", required=True),
            question("b", required="${a} = 'x'"),
            question("c", relevant="false()", required=True),
        )

        assert judge(spec, {"a": "x"}).required == {"a": True, "b": True}
        assert judge(spec, {"a": "y"}).required == {"a": True, "b": False}


class TestWork:
    def test_that_explodes_is_a_problem_and_not_a_hang(self):
        doubling = [question("t0", default="x" * 1000)] + [
            question(f"t{n}", "calculate", calculation=f"concat(${{t{n - 1}}}, ${{t{n - 1}}})")
            for n in range(1, 60)
        ]

        outcome = judge(form(*doubling), {"t0": "x" * 1000})

        assert ("", "too_complex") in codes(outcome)

    def test_over_too_many_rows_is_refused(self):
        spec = form({"kind": "repeat", "name": "r", "children": [question("x")]})

        assert codes(judge(spec, {"r": [{}] * 1001})) == [("r", "too_many_rows")]


class TestInitialAnswers:
    def test_come_from_defaults(self):
        spec = form(
            question("a", "integer", default="5"), question("d", "date", default="today()"),
            question("c", "text", default="plain - text"), question("e"),
        )  # fmt: skip

        assert initial_answers(spec, lookups=NoLookups(), **moments()) == {
            "a": 5,
            "d": "2026-11-22",
            "c": "plain - text",
        }


class TestCompiledVersions:
    def test_give_the_same_outcome(self):
        spec = form(
            question("a", "integer"),
            question("b", "calculate", calculation="${a} * 2"),
            code="again",
        )

        compiled = compile_spec(spec)

        assert judge(spec, {"a": 2}, compiled=compiled).answers == judge(spec, {"a": 2}).answers

    def test_of_an_older_kind_are_compiled_anew(self):
        spec = form(question("b", "calculate", calculation="1 + 1"), code="older")

        old = {"schema": 0, "digest": digest(spec)}

        assert judge(spec, {}, compiled=old).answers == {"b": 2}


class TestEvaluateExpression:
    @pytest.mark.parametrize(
        ("source", "answers", "value"),
        [
            ("${level} = 'critical'", {"level": "critical"}, True),
            ("${level} = 'critical'", {}, False),
            ("${decision} = 'accept'", {"decision": "accept"}, True),
            ("count(${members}) > 1", {"members": [{"fin": "1"}, {"fin": "2"}]}, True),
            ("sum(${age})", {"members": [{"age": 1}, {"age": 2}]}, 3),
            ("selected(${signs}, 'a')", {"signs": ["a", "b"]}, True),
            ("${missing}", {}, ""),
        ],
    )
    def test_reads_a_flat_map(self, source, answers, value):
        assert evaluate_expression(source, answers, **moments()) == value

    def test_says_when_it_cannot_read(self):
        with pytest.raises(ExpressionError):
            evaluate_expression("${a} =", {}, **moments())


class TestLabels:
    def test_are_filled_in_by_row_and_language(self):
        repeat = {
            "kind": "repeat",
            "name": "r",
            "children": [
                question("n"),
                question("q", labels={"az": "${n} haqqında", "en": "About ${n}"}),
            ],
        }
        outcome = judge(form(repeat), {"r": [{"n": "Aysel"}, {"n": "Orxan"}]})

        assert outcome.text("r[1]/q", "labels", "az") == "Orxan haqqında"
        assert outcome.text("r[0]/q", "labels", "en") == "About Aysel"


class TestOutcome:
    def test_warns_of_wanted_answers_and_forbids_nothing(self):
        spec = form(
            question("phone", soft_required=True),
            question("mail", soft_required=True),
            question("fax", soft_required=True, relevant="false()"),
        )

        outcome = judge(spec, {"mail": "a@b.az"})

        assert [(one.path, one.code) for one in outcome.warnings] == [
            ("phone", "soft_required")
        ]
        assert outcome.problems == []

    def test_forgets_what_was_wrong_with_a_locked_answer(self):
        spec = form(question("n", "integer", read_only="true() and true()", default="4"))

        outcome = judge(spec, {"n": "many"})

        assert (outcome.answers, outcome.problems) == ({"n": 4}, [])
        assert outcome.locked == {"n": True}


class TestDefaults:
    def test_see_the_defaults_before_them(self):
        spec = form(
            question("a", "integer", default="2"),
            question("b", "integer", default="${a} * 3"),
            question("c", "date", default="today()"),
        )

        found = initial_answers(spec, lookups=LISTS, **moments())

        assert found == {"a": 2, "b": 6, "c": "2026-11-22"}


class TestLimits:
    def test_of_parts_are_refused_at_the_place(self):
        wide = " + ".join(["1"] * 140)
        parts = ", ".join([f"({wide})"] * 40)
        problems = check_spec(form(question("x", "calculate", calculation=f"max({parts})")))

        assert [(one.code, one.path) for one in problems] == [("syntax", "main/x#calculation")]

    def test_of_one_evaluation_are_a_problem_and_no_error(self):
        rows = {"kind": "repeat", "name": "r", "children": [question("x", "integer")]}
        count = "count(${r}[count(${r}[count(${r}) > 0]) > 0])"
        far = question("far", "calculate", calculation=count)
        spec = form(rows, far)

        outcome = judge(spec, {"r": [{"x": 1}] * 1000})

        assert codes(outcome) == [("", "too_complex")]


class TestChoices:
    LISTS = {"l": [{"name": name, "labels": {"az": name}} for name in ("a", "b", "1234567")]}

    @pytest.mark.parametrize(
        ("kind", "sent", "kept"),
        [
            ("select_multiple", ["a b"], ["a", "b"]),
            ("select_multiple", ["a", " b\u00a0"], ["a", "b"]),
            ("select_multiple", ["\ud800", "a"], ["a"]),
            ("select_one", 1234567, "1234567"),
            ("select_one", 1234567.0, "1234567"),
        ],
    )
    def test_are_stored_by_their_names(self, kind, sent, kept):
        outcome = judge(form(question("q", kind, list="l"), lists=self.LISTS), {"q": sent})

        assert (outcome.answers, outcome.problems) == ({"q": kept}, [])

    def test_that_the_list_has_lost_stay_where_they_were_answered(self):
        spec = form(
            question("q", "select_one", list="l"), question("m", "select_multiple", list="l"),
            lists=self.LISTS,
        )  # fmt: skip
        answers = {"q": "gone", "m": ["a", "gone"]}

        assert codes(judge(spec, answers)) == [("q", "choice"), ("m", "choice")]
        outcome = judge(spec, answers, previous=answers)
        assert (outcome.answers, outcome.problems) == (answers, [])
        moved = judge(spec, {"q": "a", "m": ["gone"]}, previous={"q": "gone"})
        assert codes(moved) == [("m", "choice")]

    @pytest.mark.parametrize(("region", "problems"), [("a", []), ("b", []), ("c", ["choice"])])
    def test_of_one_name_in_a_cascade_are_each_right_in_their_place(self, region, problems):
        rows = [
            {"name": "centre", "labels": {"az": one}, "region": one, "retired": one == "old"}
            for one in ("a", "b", "old")
        ]
        town = question("town", "select_one", list="towns", choice_filter="region = ${region}")
        spec = form(question("region"), town, lists={"towns": rows})

        outcome = judge(spec, {"region": region, "town": "centre"})

        assert [code for _path, code in codes(outcome)] == problems

    def test_that_are_huge_numbers_are_refused(self):
        spec = form(question("q", "select_one", list="l"), lists=self.LISTS)

        assert codes(judge(spec, {"q": 10**400})) == [("q", "type")]
