"""Invented forms, filled by engine.js in a real browser and judged by Python."""

import os

import pytest

from config.shared.problems import ProblemsFound
from forms_builder.compile import compile_spec
from forms_builder.evaluation import evaluate
from forms_builder.schema import places
from tests.forms_builder.invented_forms import LISTS, Inventor
from tests.forms_builder.table import NOW, TODAY, TableLookups, agrees, moments
from tests.forms_builder.test_browser_engine import engine_page

__all__ = ["engine_page"]

# How many forms are invented; INVENTED_FORMS=5000 takes some minutes.
INVENTED = int(os.environ.get("INVENTED_FORMS", "300"))
FILL = """cases => cases.map(({compiled, answers, options}) => {
  try {
    const form = engine.createForm(compiled, answers, options);
    const {relevant, required, valid, choices, locked, rows} = form.state;
    return {answers: form.answers(), relevant, required, valid, choices, locked, rows};
  } catch (error) { return {error: String(error.stack)}; }
})"""


def same(one, other):
    """Equal, but for the last digits of fractions."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return agrees(one, other)


def invented(seeds):
    """(seed, spec, compiled, answers) of forms that may be published."""
    for seed in seeds:
        inventor = Inventor(seed)
        spec = inventor.form()
        yield seed, spec, corrected(spec), inventor.answers(spec["children"])


def corrected(spec):
    """The compiled form; what forbids publishing `spec` is taken out of it."""
    while True:
        try:
            return compile_spec(spec)
        except ProblemsFound as found:
            nodes = {place.path: place.node for place in places(spec)}
            for problem in found.problems:
                path, _hash, attribute = problem.path.partition("#")
                nodes[path].pop(attribute, None)


@pytest.mark.browser
@pytest.mark.parametrize("start", range(0, INVENTED, 300))
def test_invented_forms_are_filled_as_python_does(engine_page, start):
    cases, sent = [], []
    for seed, spec, compiled, answers in invented(range(start, start + 300)):
        outcome = evaluate(
            spec, answers, lookups=TableLookups(), compiled=compiled, **moments()
        )
        options = {"today": TODAY, "now": NOW, "choices": LISTS, "held": outcome.held}
        cases.append((seed, outcome))
        sent.append({"compiled": compiled, "answers": answers, "options": options})

    found = engine_page.evaluate(FILL, sent)

    for (seed, outcome), form in zip(cases, found, strict=True):
        if any(problem.code == "too_complex" for problem in outcome.problems):
            assert "too many" in form["error"], seed
            continue
        assert "error" not in form, (seed, form)
        assert same(form["answers"], outcome.answers), (seed, form["answers"], outcome.answers)
        assert form["relevant"] == {
            path: shown for path, shown in outcome.relevant.items() if path in form["relevant"]
        }, seed
        shown = {path for path, is_shown in outcome.relevant.items() if is_shown}
        assert {path for path, is_shown in form["relevant"].items() if is_shown} == shown, seed
        assert {p: v for p, v in form["required"].items() if p in outcome.required} == {
            p: v for p, v in outcome.required.items() if p in form["required"]
        }, seed
        for path, names in form["choices"].items():
            offered = [one.name for one in outcome.choices_for(path) if not one.retired]
            assert names == offered, (seed, path)
        wrong = {one.path for one in outcome.problems}
        broken = {one.path for one in outcome.problems if one.code == "constraint"}
        refused = {path for path, is_valid in form["valid"].items() if not is_valid}
        assert broken <= refused <= wrong, (seed, refused ^ broken)
