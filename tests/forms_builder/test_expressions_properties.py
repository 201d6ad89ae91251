"""What must hold for every expression, tried on generated ones."""

import contextlib
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from forms_builder.expressions import (
    FUNCTIONS,
    ExpressionError,
    Run,
    evaluate,
    flatten,
    from_json,
    parse,
    scope_of,
    to_json,
    to_source,
)
from forms_builder.expressions.nodes import (
    Binary,
    Call,
    Chain,
    Negate,
    Number,
    Path,
    Ref,
    Step,
    Text,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
names = st.sampled_from(["a", "b", "m", "x", "and", "div", "with-dash", "ə.1"])
texts = st.text(alphabet="aə 1-:.2026", max_size=12) | st.sampled_from(
    ["2026-11-22", "09:30", "yes", "40.4 49.8", "2026-01-01T10:00:00Z", "NaN", "%Y-%m"]
)
leaves = st.one_of(
    st.builds(Number, st.floats(0, 1e18) | st.integers(0, 5000).map(float)),
    st.builds(Text, texts),
    st.builds(Ref, names),
    st.builds(lambda name: Path(None, False, (), (Step(name),)), names),
    st.just(Path(None, False, (), (Step("."),))),
)
# Their arguments have shapes that random trees rarely have; the table tries them.
PICKY = {"indexed-repeat", "instance", "jr:choice-name", "position", "once"}


@st.composite
def calls(draw, parts):
    entry = draw(
        st.sampled_from([entry for name, entry in FUNCTIONS.items() if name not in PICKY])
    )
    count = draw(st.integers(entry.low, min(entry.high, entry.low + 2)))
    return Call(entry.name, tuple(draw(parts) for _ in range(count)))


def bigger(parts):
    operators = ["=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod", "|"]
    return st.one_of(
        st.builds(Binary, st.sampled_from(operators), parts, parts),
        st.builds(Negate, parts),
        st.builds(
            lambda operator, operands: Chain(operator, tuple(operands)),
            st.sampled_from(["and", "or"]),
            st.lists(parts, min_size=2, max_size=4),
        ),
        calls(parts),
    )


expressions = st.recursive(leaves, bigger, max_leaves=25)
values = st.one_of(
    texts, st.integers(-1000, 1000), st.floats(allow_nan=False), st.lists(names, max_size=3)
)
answers = st.dictionaries(names, values, max_size=5).flatmap(
    lambda flat: st.lists(st.dictionaries(names, values, max_size=3), max_size=3).map(
        lambda rows: {**flat, "rows": rows}
    )
)


@given(tree=expressions)
@settings(max_examples=300, deadline=None)
def test_printed_source_parses_back_to_the_same_tree(tree):
    assert parse(to_source(tree)) == tree


@given(tree=expressions)
@settings(max_examples=200, deadline=None)
def test_json_gives_back_the_same_tree(tree):
    assert from_json(to_json(tree)) == tree
    assert from_json(to_json(flatten(tree))) == flatten(tree)


@given(tree=expressions, given_answers=answers)
@settings(max_examples=500, deadline=None)
def test_evaluation_ends_with_a_value_or_its_own_error(tree, given_answers):
    scope = scope_of(given_answers, Run(today=NOW.date(), now=NOW))
    try:
        found = evaluate(tree, scope)
    except ExpressionError:
        return
    assert isinstance(found, str | bool | int | float | list)


@given(source=st.text(alphabet="${}ab().,'\"[]/=<>+-*|1 divmodand:@;\\ə\n", max_size=60))
@settings(max_examples=500, deadline=None)
def test_any_text_is_a_tree_or_a_syntax_error(source):
    try:
        tree = parse(source)
    except ExpressionError as error:
        assert error.position is None or 0 <= error.position <= len(source)
    else:
        assert parse(to_source(tree)) == tree


@given(
    data=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda part: st.lists(part, max_size=4),
        max_leaves=8,
    )
)
@settings(max_examples=300, deadline=None)
def test_other_json_is_refused_and_never_crashes(data):
    with contextlib.suppress(ExpressionError):
        from_json(data)
