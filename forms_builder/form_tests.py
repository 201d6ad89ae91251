"""Tests stored with a form: example answers, and what must become of them.

A test is `{"name", "today"?, "answers", "expect": {"problems"?: [{"path", "code"}],
"values"?: {path: value}, "relevant"?: {path: shown}, "no_other_problems"?: true}}`. An empty
code means that nothing is wrong at that path; an empty value, that there is none. The clock
stands at noon of `today` (without it, of the present day). Lists are the published ones.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from config.shared.problems import Problem, ProblemsFound
from forms_builder.compile import compile_spec
from forms_builder.evaluation import Lookups, Outcome, evaluate
from forms_builder.expressions import to_text
from forms_builder.expressions.scope import expression_value
from forms_builder.schema import Place, Spec, places

MAX_TESTS = 200
_ROW = re.compile(r"\[\d+\]")
Test = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """What is not as the test says, at an answer path ("" for the whole form)."""

    path: str
    message: str


@dataclass(frozen=True)
class Result:
    """What came of one test."""

    name: str
    differences: tuple[Difference, ...]

    @property
    def is_green(self) -> bool:
        """Whether everything is as expected."""
        return not self.differences


def run(
    spec: Spec, lookups: Lookups, *, compiled: Mapping[str, Any] | None = None
) -> list[Result]:
    """Every test of `spec`, in order. Raises ProblemsFound when the form does not compile."""
    tests = spec.get("tests", ())
    if not tests:
        return []
    compiled = compiled or compile_spec(spec)
    known = _key_paths(spec)
    return [
        Result(
            name_of(test, index),
            tuple(_differences(test, judge(spec, test, lookups, compiled), known)),
        )
        for index, test in enumerate(tests)
    ]


def name_of(test: Test, index: int) -> str:
    """The test's name, or its number."""
    return str(test.get("name") or index + 1)


def judge(
    spec: Spec, test: Test, lookups: Lookups, compiled: Mapping[str, Any] | None = None
) -> Outcome:
    """What the form makes of the test's answers on its day."""
    now = noon_of(test.get("today"))
    return evaluate(
        spec,
        test.get("answers", {}),
        today=now.date(),
        now=now,
        lookups=lookups,
        compiled=compiled,
    )


def noon_of(day: str | None) -> datetime:
    """Twelve o'clock of an ISO day, of the present one when there is none."""
    chosen = date.fromisoformat(day) if day else timezone.localdate()
    return datetime.combine(chosen, time(12), timezone.get_default_timezone())


# Comparing


def _differences(test: Test, outcome: Outcome, known: set[str]) -> Iterator[Difference]:
    expect = test.get("expect", {})
    named = [
        *expect.get("values", {}),
        *expect.get("relevant", {}),
        *(problem["path"] for problem in expect.get("problems", ())),
    ]
    unknown = [path for path in dict.fromkeys(named) if path and bare(path) not in known]
    for path in unknown:
        yield Difference(path, _("the form has no such field"))
    yield from _wrong_values(expect.get("values", {}), outcome, unknown)
    yield from _wrong_relevance(expect.get("relevant", {}), outcome, unknown)
    yield from _wrong_problems(expect, outcome)


def _wrong_values(
    values: Mapping[str, Any], outcome: Outcome, unknown: Sequence[str]
) -> Iterator[Difference]:
    for path, expected in values.items():
        if path in unknown:
            continue
        found = value_at(outcome, path)
        if not _agree(found, expected):
            message = _("it must be %(expected)s and is %(found)s")
            words = {"expected": _in_words(expected), "found": _in_words(found)}
            yield Difference(path, message % words)


def _in_words(value: Any) -> str:
    return _("empty") if value in ("", None, []) else f"“{to_text(expression_value(value))}”"


def _agree(found: Any, expected: Any) -> bool:
    """Numbers may be written as texts; last digits of long fractions do not matter."""
    one, other = expression_value(found), expression_value(expected)
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-9)
    return to_text(one) == to_text(other)


def value_at(outcome: Outcome, path: str) -> Any:
    """The computed or given answer at `path`; "" when there is none."""
    if path in outcome.calculations:
        return outcome.calculations[path]
    here: Any = outcome.answers
    *rows, key = path.split("]/")
    for row in rows:
        name, _bracket, number = row.rpartition("[")
        found = here.get(name, [])
        here = found[int(number)] if int(number) < len(found) else {}
    return here.get(key, "")


def _wrong_relevance(
    relevant: Mapping[str, bool], outcome: Outcome, unknown: Sequence[str]
) -> Iterator[Difference]:
    for path, expected in relevant.items():
        shown = outcome.relevant.get(path, False)
        if path in unknown or shown is expected:
            continue
        if expected:
            yield Difference(path, _("it must be shown and is hidden"))
        else:
            yield Difference(path, _("it must be hidden and is shown"))


def _wrong_problems(expect: Mapping[str, Any], outcome: Outcome) -> Iterator[Difference]:
    listed = [
        (problem["path"], problem.get("code", "")) for problem in expect.get("problems", ())
    ]
    found = {(problem.path, problem.code): str(problem.message) for problem in outcome.problems}
    for path, code in listed:
        if code and (path, code) not in found:
            message = _("the problem “%(code)s” must be found and is not")
            yield Difference(path, message % {"code": code})
    fine = {path for path, code in listed if not code}
    for (path, code), text in found.items():
        is_other = bool(expect.get("no_other_problems")) and (path, code) not in listed
        if path in fine or is_other:
            message = _("nothing must be wrong and “%(code)s” is found: %(text)s")
            yield Difference(path, message % {"code": code, "text": text})


def bare(path: str) -> str:
    """`path` without the numbers of rows: "members/fin" of "members[0]/fin"."""
    return _ROW.sub("", path)


def _key_paths(spec: Spec) -> set[str]:
    return set(key_places(spec))


def key_places(spec: Spec) -> dict[str, Place]:
    """The nodes of a form by answer path, without the numbers of rows."""
    every = places(spec)
    keys = {place.path: place.key for place in every}
    return {
        "/".join([*(keys[repeat] for repeat in place.chain), place.key]): place
        for place in every
    }


# Recording


def record(
    spec: Spec,
    answers: Mapping[str, Any],
    *,
    name: str,
    today: str,
    lookups: Lookups,
    compiled: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A test that says: with these answers everything shall stay as it is now."""
    given = {"name": name, "today": today, "answers": dict(answers)}
    outcome = judge(spec, given, lookups, compiled)
    conditional = {p for p, place in key_places(spec).items() if "relevant" in place.node}
    expect = {
        "values": {
            path: value
            for path, value in outcome.calculations.items()
            if outcome.relevant.get(path)
        },
        "relevant": {
            path: shown for path, shown in outcome.relevant.items() if bare(path) in conditional
        },
        "problems": [
            {"path": problem.path, "code": problem.code} for problem in outcome.problems
        ],
        "no_other_problems": True,
    }
    return {**given, "expect": {key: item for key, item in expect.items() if item}}


# Publishing


def red_tests(spec: Spec, lookups: Lookups) -> list[Problem]:
    """Red tests, each named with its first difference; they forbid publishing.

    A form that does not compile has no results; other checks say what is wrong with it.
    """
    if problems := shape_problems(spec.get("tests", [])):
        return problems
    try:
        results = run(spec, lookups)
    except ProblemsFound:
        return []
    return [_red(index, result) for index, result in enumerate(results) if not result.is_green]


def _red(index: int, result: Result) -> Problem:
    first = result.differences[0]
    message = _("The test “%(test)s” is red at “%(path)s”: %(difference)s.")
    words = {"test": result.name, "path": first.path, "difference": first.message}
    return Problem("test", message % words, f"tests/{index}", row=index + 1)


def shape_problems(tests: Any) -> list[Problem]:
    """What is wrong with how the tests are written."""
    if not isinstance(tests, list) or len(tests) > MAX_TESTS:
        message = _("The tests are a list of at most %(limit)s.")
        return [Problem("shape", message % {"limit": MAX_TESTS}, "tests")]
    return [
        Problem("shape", message, f"tests/{index}", row=index + 1)
        for index, test in enumerate(tests)
        if (message := _misshapen(test, index))
    ]


def _misshapen(test: Any, index: int) -> str:
    if not isinstance(test, Mapping) or not isinstance(test.get("answers", {}), Mapping):
        return _("Test %(number)s: the answers must be a table.") % {"number": index + 1}
    words = {"test": name_of(test, index)}
    try:
        noon_of(test.get("today"))
    except (TypeError, ValueError):
        return _("The test “%(test)s”: write its day as 2026-11-22.") % words
    expect = test.get("expect", {})
    if not isinstance(expect, Mapping) or not _is_expectation(expect):
        return _("The test “%(test)s”: what it expects cannot be read.") % words
    return ""


def _is_expectation(expect: Mapping[str, Any]) -> bool:
    problems = expect.get("problems", [])
    return (
        isinstance(expect.get("values", {}), Mapping)
        and isinstance(expect.get("relevant", {}), Mapping)
        and all(isinstance(shown, bool) for shown in expect.get("relevant", {}).values())
        and isinstance(problems, list)
        and all(map(_is_problem, problems))
    )


def _is_problem(problem: Any) -> bool:
    return isinstance(problem, Mapping) and isinstance(problem.get("path"), str)
