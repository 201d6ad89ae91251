"""The shared table, by engine.js in a real browser."""

import json
import math
import os
import random
from pathlib import Path

import pytest

from forms_builder.compile import compile_spec
from forms_builder.evaluation import evaluate as form_evaluate
from forms_builder.expressions import (
    ExpressionError,
    Run,
    evaluate,
    flatten,
    parse,
    scope_of,
    to_json,
    to_source,
)
from tests.forms_builder import generated
from tests.forms_builder.table import (
    NOT_FINITE,
    NOW,
    TODAY,
    TableLookups,
    agrees,
    expression_cases,
    form_cases,
    given,
    moments,
)

# How many expressions are invented; INVENTED_EXPRESSIONS=21000 takes a minute.
INVENTED = int(os.environ.get("INVENTED_EXPRESSIONS", "3000"))
STATIC = Path(__file__).parents[2] / "forms_builder" / "static"
ORIGIN = "http://engine.test"
PAGE = """<!doctype html><title>engine</title><script type="module">
import * as engine from "/forms_builder/engine.js";
globalThis.engine = engine;
</script>"""

EVALUATE = """cases => cases.map(({tree, answers, options}) => {
  const plain = value => typeof value === "number" && !Number.isFinite(value)
    ? {is: String(value)} : Array.isArray(value) ? value.map(plain) : value;
  try { return plain(engine.evaluateExpression(tree, answers, options)); }
  catch (error) { return {error: String(error)}; }
})"""

FILL = """cases => cases.map(({compiled, answers, options}) => {
  const whole = engine.createForm(compiled, answers, options);
  const typed = engine.createForm(compiled, {}, options);
  const repeats = Object.values(compiled.nodes).filter(node => node.kind === "repeat");
  const keys = new Set(repeats.map(node => node.key));
  const paths = (map, prefix) => Object.entries(map).flatMap(([key, value]) =>
    Array.isArray(value) && keys.has(key)
      ? value.flatMap((row, index) => [[prefix + key + "[" + index + "]", null],
          ...paths(row, prefix + key + "[" + index + "]/")])
      : [[prefix + key, value]]);
  for (const [path, value] of paths(answers, "")) {
    if (path.endsWith("]")) typed.addRow(path.slice(0, path.lastIndexOf("[")));
    else typed.set(path, value);
  }
  return [whole, typed].map(form => ({answers: form.answers(), relevant: form.state.relevant}));
})"""


def _serve(route):
    path = route.request.url.removeprefix(ORIGIN).lstrip("/")
    if not path:
        route.fulfill(body=PAGE, content_type="text/html")
    else:
        route.fulfill(body=(STATIC / path).read_text("utf-8"), content_type="text/javascript")


@pytest.fixture
def engine_page(chromium):
    """A page with the module in `globalThis.engine`."""
    page = chromium.new_page()
    page.route(f"{ORIGIN}/**", _serve)
    page.goto(ORIGIN)
    page.wait_for_function("globalThis.engine !== undefined")
    yield page
    page.close()


def _number(value):
    """Numbers that JSON cannot carry come as {"is": "NaN"}."""
    if isinstance(value, list):
        return list(map(_number, value))
    return NOT_FINITE[value["is"]] if isinstance(value, dict) and "is" in value else value


def _as_expected(value):
    """A value of the Python evaluator, written as the table writes it."""
    if isinstance(value, list):
        return list(map(_as_expected, value))
    if isinstance(value, float) and not math.isfinite(value):
        return {
            "is": next(
                name for name, number in NOT_FINITE.items() if repr(number) == repr(value)
            )
        }
    return value


def _evaluated(tree, answers):
    """The value by Python, or None where it refuses to work so much."""
    try:
        lookups = TableLookups(generated.LISTS)
        return evaluate(tree, scope_of(answers, Run(**moments(), lookups=lookups)))
    except ExpressionError:
        return None


def _options(lookups):
    return {
        "today": TODAY,
        "now": NOW,
        "choices": lookups.lists,
        "holidays": list(lookups.days_off),
    }


@pytest.mark.browser
class TestBrowserEngine:
    def test_evaluates_the_whole_table_as_python_does(self, engine_page):
        cases = list(expression_cases())
        sent = [
            {
                "tree": to_json(flatten(parse(case.source))),
                "answers": case.answers,
                "options": _options(case.lookups),
            }
            for case in cases
        ]

        found = engine_page.evaluate(EVALUATE, json.loads(json.dumps(sent)))

        wrong = [
            (case.file, case.source, case.expected, value)
            for case, value in zip(cases, map(_number, found), strict=True)
            if not agrees(value, case.expected)
        ]
        assert wrong == []

    @pytest.mark.parametrize("seed", [20_261_122, *range(1, INVENTED // 3000)])
    def test_agrees_with_python_on_invented_expressions(self, engine_page, seed):
        source = random.Random(seed)
        cases = [(generated.expression(source), generated.answers(source)) for _ in range(3000)]
        options = {"today": TODAY, "now": NOW, "choices": generated.LISTS}

        found = engine_page.evaluate(
            EVALUATE,
            [
                {"tree": to_json(flatten(tree)), "answers": answers, "options": options}
                for tree, answers in cases
            ],
        )

        for (tree, answers), value in zip(cases, map(_number, found), strict=True):
            expected = _evaluated(tree, answers)
            if expected is not None:
                assert agrees(value, _as_expected(expected)), (to_source(tree), answers)

    def test_fills_whole_forms_as_python_does(self, engine_page):
        cases = form_cases()
        sent = []
        for case in cases:
            lists = {**case["lookups"].lists, **case["spec"].get("lists", {})}
            compiled = compile_spec(case["spec"])
            outcome = form_evaluate(case["spec"], case["answers"], **given(case))
            known = {"kept": sorted(outcome.kept), "held": outcome.held}
            options = {**_options(case["lookups"]), "choices": lists, **known}
            sent.append({"compiled": compiled, "answers": case["answers"], "options": options})

        found = engine_page.evaluate(FILL, sent)

        for case, forms in zip(cases, found, strict=True):
            for form in forms:
                hidden = [path for path, shown in form["relevant"].items() if not shown]
                assert form["answers"] == case["expected"]["answers"], case["name"]
                assert hidden == case["expected"]["hidden"], case["name"]


def _question(name, kind="text", **rest):
    return {"kind": "question", "name": name, "type": kind, **rest}


def _compiled(*children):
    section = {"kind": "section", "name": "main", "children": list(children)}
    return compile_spec({"schema": 1, "code": "f", "children": [section]})


@pytest.mark.browser
class TestRowsInTheBrowser:
    def test_begin_with_defaults_that_see_those_before_them_and_no_answer(self, engine_page):
        rows = {
            "kind": "repeat",
            "name": "r",
            "children": [
                _question("n", "integer", default="2"),
                _question("double", "integer", default="${n} * 2"),
                _question("home", default="concat(${place}, '!')"),
            ],
        }
        compiled = _compiled(_question("place", default="home"), rows)

        found = engine_page.evaluate(
            """compiled => {
              const form = engine.createForm(compiled, {place: "school"}, {});
              form.addRow("r");
              return form.answers();
            }""",
            compiled,
        )

        assert found == {"place": "school", "r": [{"n": 2, "double": 4, "home": "home!"}]}

    def test_take_along_what_was_stored_for_them(self, engine_page):
        rows = {
            "kind": "repeat",
            "name": "r",
            "children": [
                _question("n"),
                _question("fee", "integer", read_only="${closed} = 'yes'"),
                _question("old", retired=True),
            ],
        }
        compiled = _compiled(_question("closed"), rows)
        answers = {"closed": "yes", "r": [{"n": "a"}, {"n": "b", "old": "x"}]}
        options = {"held": {"r[0]/fee": 1, "r[1]/fee": 2}, "kept": ["r[1]/old"]}

        found = engine_page.evaluate(
            """([compiled, answers, options]) => {
              const form = engine.createForm(compiled, answers, options);
              form.removeRow("r", 0);
              return form.answers();
            }""",
            [compiled, answers, options],
        )

        assert found["r"] == [{"n": "b", "fee": 2, "old": "x"}]

    @pytest.mark.parametrize(
        ("kind", "typed", "stored"),
        [
            ("dateTime", "2026-11-22T09:30:00.000+04:00", "2026-11-22T09:30:00+04:00"),
            ("dateTime", "2026-11-22 09:30", "2026-11-22T09:30:00+04:00"),
            ("dateTime", "2026-11-22T05:30:15.5Z", "2026-11-22T05:30:15.500000+00:00"),
            ("dateTime", "2026-13-22T05:30", None),
            ("date", "0000-01-01", None),
            ("time", "09:30xyz", None),
            ("select_multiple", ["a b", "\x1fc"], ["a", "b", "c"]),
            ("text", "\x1c\x85 ", None),
            ("text", "\ufeff", "\ufeff"),
        ],
    )
    def test_understand_what_is_typed_as_the_server_does(
        self, engine_page, kind, typed, stored
    ):
        more = {"list": "l"} if kind.startswith("select") else {}
        section = {"kind": "section", "name": "m", "children": [_question("q", kind, **more)]}
        lists = {"l": [{"name": name, "labels": {"az": name}} for name in "abc"]}
        spec = {"schema": 1, "code": "f", "children": [section], "lists": lists}
        outcome = form_evaluate(spec, {"q": typed}, lookups=TableLookups(), **moments())

        found = engine_page.evaluate(
            "([compiled, answers]) => engine.createForm(compiled, answers, {}).answers()",
            [compile_spec(spec), {"q": typed}],
        )

        assert found == outcome.answers == ({} if stored is None else {"q": stored})

    @pytest.mark.parametrize(
        ("kind", "calculation", "stored"),
        [
            ("date", "' '", None),
            ("date", "'soon'", "soon"),
            ("acknowledge", "1 = 2", None),
            ("acknowledge", "2 - 1", "OK"),
            ("acknowledge", "0", None),
            ("geotrace", "' ; '", None),
            ("integer", "-0.4", 0),
        ],
    )
    def test_keep_of_what_they_compute_what_the_server_keeps(
        self, engine_page, kind, calculation, stored
    ):
        compiled = _compiled(_question("q", kind, calculation=calculation))

        found = engine_page.evaluate(
            "compiled => engine.createForm(compiled, {}, {}).answers()", compiled
        )

        section = [_question("q", kind, calculation=calculation)]
        spec = {"schema": 1, "code": "f"}
        spec["children"] = [{"kind": "section", "name": "main", "children": section}]
        outcome = form_evaluate(spec, {}, lookups=TableLookups(), **moments())
        assert found == outcome.answers == ({} if stored is None else {"q": stored})
