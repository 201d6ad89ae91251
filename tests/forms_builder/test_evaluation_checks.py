"""What forbids publishing a form, and where it says so."""

import pytest
from django.utils import translation

from config.shared.problems import ProblemsFound
from forms_builder.compile import check_spec, compile_spec
from forms_builder.expressions.parser import MAX_LENGTH


def form(*children, **rest):
    section = {"kind": "section", "name": "main", "children": list(children)}
    return {"schema": 1, "code": "f", "children": [section], **rest}


def question(name, kind="integer", **rest):
    return {"kind": "question", "name": name, "type": kind, **rest}


def found(spec, **options):
    return [(problem.code, problem.path) for problem in check_spec(spec, **options)]


@pytest.mark.parametrize(
    ("attribute", "source", "code", "words"),
    [
        ("relevant", "${agee} > 5", "unknown_field", "age"),
        ("relevant", "../agee > 5", "unknown_field", "age"),
        ("calculation", "selectd(${age}, 'x')", "unknown_function", "selected"),
        ("calculation", "nonsense(1)", "unknown_function", "nonsense"),
        ("calculation", "if(1, 2)", "arity", "3"),
        ("calculation", "today(1)", "arity", "0"),
        ("constraint", "regex(., '(')", "bad_regex", "("),
        ("constraint", "regex(., '(?=x)y')", "bad_regex", "(?="),
        ("constraint", ". > ", "syntax", "early"),
        ("constraint", ". > > 1", "syntax", "5"),
        ("calculation", "-" * 500 + "1", "syntax", "deep"),
        ("calculation", "1" * (MAX_LENGTH + 1), "syntax", "long"),
        (
            "relevant",
            "instance('nowhere')/root/item[name = 'x']/label = 'y'",
            "unknown_list",
            "nowhere",
        ),
        ("relevant", "${born} > 18", "type_clash", "born"),
        ("calculation", "${photo} + 1", "type_clash", "photo"),
        ("calculation", "'abc' * 2", "type_clash", "abc"),
        ("calculation", "instance('x')/label", "bad_path", "instance"),
        ("calculation", "indexed-repeat(${age}, ${born}, 1)", "bad_path", "age"),
    ],
)
@pytest.mark.usefixtures("in_english")
def test_an_expression_that_cannot_work_is_refused_at_its_place(attribute, source, code, words):
    spec = form(
        question("age"), question("born", "date"), question("photo", "image"),
        question("x", **{attribute: source}),
    )  # fmt: skip

    with translation.override("en"):
        problems = check_spec(spec, lists={})

    assert [(problem.code, problem.path) for problem in problems] == [
        (code, f"main/x#{attribute}")
    ]
    assert words in problems[0].message


class TestCycles:
    def test_are_refused_with_their_path(self):
        spec = form(
            question("a", "calculate", calculation="${b} + 1"),
            question("b", "calculate", calculation="${c}"),
            question("c", relevant="${a} > 1"),
        )

        (problem,) = check_spec(spec)

        assert problem.code == "cycle"
        assert "a -> b -> c -> a" in problem.message

    def test_include_a_group_that_depends_on_what_is_in_it(self):
        group = {
            "kind": "group",
            "name": "g",
            "relevant": "${x} = 1",
            "children": [question("x", relevant="1 = 1")],
        }

        assert found(form(group)) == [("cycle", "main/g#relevant")]

    def test_include_a_question_that_reads_itself(self):
        assert found(form(question("a", calculation="${a} + 1"))) == [
            ("cycle", "main/a#calculation")
        ]

    def test_leave_constraints_and_other_rows_alone(self):
        repeat = {
            "kind": "repeat",
            "name": "r",
            "children": [
                question("x", constraint="${x} < ${y}"),
                question("y", constraint="${y} > ${x}"),
                question(
                    "run",
                    "calculate",
                    calculation="indexed-repeat(${run}, ${r}, position(..) - 1) + ${x}",
                ),
            ],
        }
        assert found(form(repeat)) == []


class TestNames:
    def test_mean_the_nearest_field(self):
        spec = form(
            {
                "kind": "group",
                "name": "g",
                "children": [question("x"), question("y", relevant="${x} = 1")],
            },
            {"kind": "group", "name": "h", "children": [question("x")]},
        )

        assert compile_spec(spec)["asts"]["main/g/y#relevant"] == [
            "=",
            ["field", "main/g/x", 0],
            1,
        ]

    def test_that_could_mean_two_fields_are_refused(self):
        spec = form(
            {"kind": "group", "name": "g", "children": [question("x")]},
            {"kind": "group", "name": "h", "children": [question("x")]},
            question("y", relevant="${x} = 1"),
        )

        assert found(spec) == [("ambiguous_field", "main/y#relevant")]

    def test_in_labels_are_checked_too(self):
        spec = form(question("x", labels={"az": "Salam, ${nmae}"}), question("name", "text"))

        assert found(spec) == [("unknown_field", "main/x#labels.az")]


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ({"children": "x"}, "shape"),
        ({"children": [{"kind": "question", "name": "q"}]}, "shape"),
        (form(question("1x")), "name"),
        (form(question("a b")), "name"),
        (form(question("a"), question("a")), "duplicate_name"),
        (form(question("a", "telepathy")), "unknown_type"),
        (form(question("a", "select_one")), "no_list"),
        (form(question("a", "select_one", list="nowhere")), "unknown_list"),
        (form(question("a", relevant=5)), "shape"),
        (form(question("a", sensitivity="very")), "sensitivity"),
        (form("text"), "shape"),
        (form(lists={"a": [{"no": "name"}]}), "shape"),
    ],
)
def test_a_broken_spec_is_a_problem_and_not_a_crash(spec, code):
    assert code in [problem.code for problem in check_spec(spec, lists={})]


def test_ten_thousand_nested_groups_are_refused():
    node = question("x")
    for _level in range(10_000):
        node = {"kind": "group", "name": "g", "children": [node]}

    assert found(form(node))[0][0] == "too_deep"


def test_compiling_raises_every_problem_at_once():
    with pytest.raises(ProblemsFound) as raised:
        compile_spec(form(question("a", relevant="${x}"), question("b", relevant="${y}")))

    assert len(raised.value.problems) == 2
