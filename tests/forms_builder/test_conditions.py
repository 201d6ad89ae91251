"""Conditions as rows, as expressions and as sentences."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms_builder.choices import Choice
from forms_builder.condition_words import Vocabulary, say_condition
from forms_builder.conditions import (
    COMPARISONS,
    MEASURES,
    NotACondition,
    build,
    draw,
    model_of,
    source_of,
)
from forms_builder.expressions import evaluate, parse, to_source
from tests.forms_builder.test_expressions_properties import expressions

subjects = st.sampled_from(["${age}", "${kids}", ".", "region"])
texts = st.text(alphabet="abcə 1-'.", min_size=1, max_size=8)
rights = st.one_of(
    st.builds(lambda value: {"kind": "text", "value": value}, texts),
    st.builds(lambda value: {"kind": "number", "value": value}, st.integers(-500, 500)),
    st.builds(lambda value: {"kind": "answer", "value": value}, subjects),
    st.just({"kind": "today"}),
    st.just({"kind": "date", "value": "2026-11-22"}),
)
rows = st.one_of(
    st.builds(
        lambda left, measure, operator, right: {
            "left": left,
            "measure": measure,
            "operator": operator,
            "right": right,
        },
        subjects,
        st.sampled_from(["value", *MEASURES]),
        st.sampled_from(COMPARISONS),
        rights,
    ),
    st.builds(
        lambda left, operator: {"left": left, "measure": "value", "operator": operator},
        subjects,
        st.sampled_from(["empty", "filled"]),
    ),
    st.builds(
        lambda left, operator, value: {
            "left": left,
            "measure": "value",
            "operator": operator,
            "right": {"kind": "text", "value": value},
        },
        subjects,
        st.sampled_from(["selected", "not_selected", "matches"]),
        texts,
    ),
)
joins = st.sampled_from(["all", "any", "not_all", "none"])


def group(parts):
    return st.builds(
        lambda join, found: {"join": join, "rows": found},
        joins,
        st.lists(parts, min_size=2, max_size=4),
    )


models = group(rows | group(rows)) | st.builds(lambda row: {"join": "all", "rows": [row]}, rows)


@given(model=models)
@settings(max_examples=300, deadline=None)
def test_what_was_clicked_is_drawn_again_as_it_was(model):
    assert model_of(source_of(model)) == model


@given(tree=expressions)
@settings(max_examples=300, deadline=None)
def test_what_is_drawn_says_exactly_the_expression(tree):
    model = draw(tree)
    assert model is None or build(model) == tree


@given(tree=expressions)
@settings(max_examples=200, deadline=None)
def test_every_expression_has_a_sentence(tree):
    said = say_condition(to_source(tree), "relevant", VOCABULARY)
    assert said["az"] and said["en"]


SPEC = {
    "lists": {"marital": [{"name": "married", "labels": {"az": "Evli", "en": "Married"}}]},
    "children": [
        {
            "kind": "section",
            "name": "s",
            "children": [
                {
                    "kind": "question",
                    "name": "marital",
                    "type": "select_one",
                    "list": "marital",
                    "labels": {"az": "Nikah vəziyyəti", "en": "Marital status"},
                },
                {
                    "kind": "question",
                    "name": "kids",
                    "type": "select_multiple",
                    "list": "needs",
                    "labels": {"az": "Ehtiyaclar"},
                },
                {"kind": "question", "name": "age", "type": "integer", "labels": {"az": "Yaş"}},
            ],
        }
    ],
}
SHARED = {"needs": (Choice("food", {"az": "Ərzaq", "en": "Food"}),)}
VOCABULARY = Vocabulary(SPEC, lambda code: SHARED.get(code, ()))


class TestACondition:
    @pytest.mark.parametrize(
        "source",
        [
            "${a} = 'yes'",
            "not(selected(${risks}, 'none'))",
            "number(${n}) >= 2",
            ". <= today()",
            ". >= ${from} and . < 18",
            "not(. = 'free' and ${b} = 'yes' and ${c} = 'full')",
            "regex(., '^[0-9A-HJ-NP-Z]{7}$')",
            "not(selected(., 'none') and count-selected(.) > 1)",
            "string-length(.) >= 10 and string-length(.) <= 2000",
            "region = ${region}",
            "${a} = '' or (${b} != '' and age-in-years(${born}) < 18)",
            "${t} > -5",
        ],
    )
    def test_of_the_ministrys_kind_is_drawn(self, source):
        assert parse(source_of(model_of(source))) == parse(source)

    @pytest.mark.parametrize(
        "source",
        ["sum(${a}) > 3", "${a} + 1 = 2", "${a} and (${b} = 1 and (${c} = 1 or ${d} = 1))"],
    )
    def test_of_another_kind_stays_text(self, source):
        assert model_of(source) is None

    @pytest.mark.parametrize(
        "model",
        [
            {"join": "all", "rows": [{}]},
            {"join": "some", "rows": [{"left": "${a}", "operator": "filled"}]},
            {"join": "all", "rows": [{"left": "1 + 1", "operator": "filled"}]},
            {"join": "all", "rows": [{"left": "${a}", "operator": "=", "right": {"kind": 1}}]},
            {"join": "all", "rows": [{"join": "any", "rows": []}]},
            {"join": "all", "rows": 7},
        ],
    )
    def test_that_is_not_complete_is_refused(self, model):
        with pytest.raises(NotACondition):
            source_of(model)

    def test_with_both_quotation_marks_is_written_in_parts(self):
        right = {"kind": "text", "value": 'O\'Neil "Red"'}
        row = {"left": "${a}", "operator": "=", "right": right}

        source = source_of({"join": "all", "rows": [row]})

        assert evaluate(parse(source), {"a": right["value"]}) is True
        assert model_of(source) is None

    def test_of_many_rows_loses_none(self):
        rows = [{"left": f"${{a{n}}}", "operator": "filled"} for n in range(150)]

        source = source_of({"join": "any", "rows": rows})

        assert source.count(" or ") == 149
        assert model_of(source) is None


class TestTheSentence:
    @pytest.mark.parametrize(
        ("source", "said"),
        [
            ("${marital} = 'married'", "Show when “Marital status” is “Married”."),
            ("selected(${kids}, 'food')", "Show when “Ehtiyaclar” includes “Food”."),
            ("${age} > 17 and ${kids} != ''", "“Yaş” is more than 17 and “Ehtiyaclar” is"),
            ("${age} = 1 or (${age} > 2 and ${age} < 5)", "or (“Yaş” is more than 2 and"),
            ("sum(${age}) > 3", "Show when sum(“Yaş”) > 3."),
            ("${gone} = 'x'", "“gone” is “x”"),
        ],
    )
    def test_names_questions_and_values_by_their_labels(self, source, said):
        assert said in say_condition(source, "relevant", VOCABULARY)["en"]

    def test_speaks_of_the_question_itself(self):
        said = say_condition(". != 'married'", "constraint", VOCABULARY, here="marital")
        assert said["en"] == "It must hold that this answer is not “Married”."
        assert "“Evli”" in said["az"]

    def test_is_silent_about_what_is_no_condition(self):
        assert say_condition("1 + 1", "calculation", VOCABULARY) == {}

    def test_is_silent_about_what_cannot_be_read(self):
        assert say_condition("${age} >", "relevant", VOCABULARY) == {}
