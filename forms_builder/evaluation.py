"""Answers judged against a form: the only interpreter of relevance, values and rules.

`evaluate(spec, answers, ...)` gives what may be stored and every problem. The order is
relevant, calculation, required, constraint, each node after all that it depends on.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from django.utils.translation import gettext as _

from config.shared.problems import Problem
from forms_builder.choices import Choice
from forms_builder.defaults import Defaults
from forms_builder.expressions import (
    Closure,
    Lookups,
    NoLookups,
    Run,
    Scope,
    TooMuchWork,
    compile_tree,
    flatten,
    parse,
    scalar,
    scope_of,
    to_boolean,
)
from forms_builder.expressions.nodes import Expr
from forms_builder.expressions.values import json_value
from forms_builder.judging import Evaluation
from forms_builder.program import program_of
from forms_builder.reading import FormLookups
from forms_builder.schema import Answers, Spec


@dataclass(frozen=True)
class Asked:
    """An expression that only the server works out, in the rows of `repeat` ("": outside).

    A default is worked out over no answers, once for all rows.
    """

    repeat: str
    closure: Closure
    is_truth: bool
    is_default: bool = False


def _told(asked: Asked, scope: Scope) -> Any:
    """The value as JSON: a truth, or what an answer could be ("" for nothing)."""
    value = asked.closure(scope)
    if asked.is_truth:
        return to_boolean(value)
    found = json_value(value)
    return "" if found is None else found


class Outcome:
    """What evaluation found.

    `answers` may be stored as they are; `problems` lists every breach. `relevant`,
    `required` and `calculations` are maps by answer path ("members[0]/fin"); `relevant`
    has sections, groups and repeats too.
    """

    def __init__(self, work: Evaluation) -> None:
        self._work = work
        self.answers: dict[str, Any] = work.collect(work.root, work.program.plans[""])
        self.problems: list[Problem] = work.problems
        work.run.steps = 0  # what is asked of the outcome later has a budget of its own

    @cached_property
    def relevant(self) -> dict[str, bool]:
        """Whether each node applies."""
        found: dict[str, bool] = {}
        for plan, scope in self._work.scopes():
            hidden = scope.hidden
            for entry in plan.entries:
                found[scope.key + entry.key] = entry.path not in hidden
        return found

    @property
    def kept(self) -> set[str]:
        """The paths of retired nodes that were answered before and so are still shown."""
        return self._work.kept

    @cached_property
    def locked(self) -> dict[str, bool]:
        """Whether each question with a condition for it may only be read now."""
        locked = self._work.locked
        return {
            scope.key + entry.key: (scope, entry.path) in locked
            for plan, scope in self._work.scopes()
            for entry in plan.locked
        }

    @cached_property
    def held(self) -> dict[str, Any]:
        """What such questions have while they may only be read: as stored, else default."""
        work = self._work
        found = {}
        for plan, scope in work.scopes():
            before = work.previous_answers(scope) if plan.locked else {}
            for entry in plan.locked:
                value = before.get(entry.key)
                value = work.default_of(entry) if value is None else value
                if value not in (None, ""):
                    found[scope.key + entry.key] = value
        return found

    @cached_property
    def warnings(self) -> list[Problem]:
        """Questions that should be answered and are not; they forbid nothing."""
        message = _("This answer is wanted. Give it if you can.")
        return [
            Problem("soft_required", message, scope.key + entry.key)
            for plan, scope in self._work.scopes()
            for entry in plan.wanted
            if entry.path not in scope.hidden
            and entry.path not in scope.values
            and entry.path not in self._work.withheld
        ]

    @cached_property
    def required(self) -> dict[str, bool]:
        """Whether each question that applies must be answered."""
        try:
            return {
                scope.key + entry.key: self._work.is_required(entry, scope)
                for plan, scope in self._work.scopes()
                for entry in plan.asked
                if entry.path not in scope.hidden
            }
        except TooMuchWork:  # the problem too_complex says so already
            return {}

    @cached_property
    def calculations(self) -> dict[str, Any]:
        """The values of calculated questions; "" where there is none."""
        return {
            scope.key + entry.key: scope.values.get(entry.path, "")
            for plan, scope in self._work.scopes()
            for entry in plan.questions
            if entry.calculation is not None
        }

    def given(self, asked: Mapping[str, Asked]) -> dict[str, dict[str, Any]]:
        """What the browser is told in place of expressions that stay here.

        By name and then by the start of the row's answer paths ("members[0]/", "" outside of
        repeats); "+" is what holds in a row that has no answers yet.
        """
        work, found = self._work, defaultdict[str, dict[str, Any]](dict)
        try:
            for name, one in asked.items():
                if one.is_default:
                    found[name][""] = _told(one, work.defaults.scope(one.repeat))
                elif one.repeat:
                    found[name]["+"] = _told(one, work.empty_scope(one.repeat))
            for plan, scope in work.scopes() if asked else ():
                for name, one in asked.items():
                    if one.repeat == plan.repeat and not one.is_default:
                        found[name][scope.key] = _told(one, scope)
        except TooMuchWork:  # the problem too_complex says so already
            return {}
        return dict(found)

    def choices_for(self, path: str) -> tuple[Choice, ...]:
        """The choices offered for the select at `path`: filtered, retired ones only if chosen.

        Raises KeyError when `path` is not a select of the form.
        """
        entry, scope = self._work.find(path)
        try:
            return self._work.offered(entry, scope)
        except TooMuchWork:
            return ()

    def text(self, path: str, attribute: str, language: str) -> str:
        """`labels`, `hints` ... of the node at `path` with its ${field} filled in."""
        entry, scope = self._work.find(path)
        try:
            return self._work.text(entry, scope, attribute, language)
        except TooMuchWork:
            return ""


def evaluate(
    spec: Spec,
    answers: Answers,
    *,
    today: date,
    now: datetime,
    lookups: Lookups,
    compiled: Mapping[str, Any] | None = None,
    previous: Answers | None = None,
    only: Collection[str] | None = None,
    withheld: Collection[str] = frozenset(),
) -> Outcome:
    """Judge `answers` and work out everything the form computes.

    `compiled` is the version's; without it the spec is compiled (raises ProblemsFound).
    `previous` are the answers as last stored: they may keep retired choices and hold the
    values of read-only questions. `only` limits problems to these sections (by name).
    `withheld` are nodes (paths) that the filler may not see: they keep what was stored, or
    their default, whatever is sent, and nothing is said of them.
    """
    program = program_of(spec, compiled)
    work = Evaluation(program, today, now, lookups, previous or {}, only, withheld)
    try:
        work.read(answers)
        work.work_out()
        work.judge()
    except TooMuchWork as error:
        message = _("This form takes too much computing: %(reason)s. Tell its author.")
        work.problems.append(Problem("too_complex", message % {"reason": error.message}))
    return Outcome(work)


def initial_answers(
    spec: Spec,
    *,
    today: date,
    now: datetime,
    lookups: Lookups,
    compiled: Mapping[str, Any] | None = None,
    repeat: str = "",
) -> dict[str, Any]:
    """The answers that a new form starts with, from the defaults of its questions.

    With `repeat` (a node path), what a new row of it starts with.
    """
    program = program_of(spec, compiled)
    run = Run(today=today, now=now, lookups=FormLookups(program, lookups))
    return Defaults(program, run).of_scope(repeat)


@lru_cache(maxsize=4096)
def _flat_closure(source: str | Expr) -> Closure:
    tree = parse(source) if isinstance(source, str) else source
    return compile_tree(flatten(tree))


def evaluate_expression(
    source: str | Expr,
    answers: Answers,
    *,
    today: date,
    now: datetime,
    lookups: Lookups | None = None,
    spec: Spec | None = None,
) -> Any:
    """One expression outside a form: text, number, truth value, or "" for nothing.

    `answers` is a map of answers, or of anything else that `${name}` may say; names it
    lacks are empty. With `spec`, the lists of the form are known too.
    Raises ExpressionError when the expression cannot be read.
    """
    base = lookups or NoLookups()
    if spec is not None:
        base = FormLookups(program_of(spec), base)
    run = Run(today=today, now=now, lookups=base)
    return scalar(_flat_closure(source)(scope_of(answers, run)))


__all__ = [
    "Asked",
    "Lookups",
    "Outcome",
    "evaluate",
    "evaluate_expression",
    "initial_answers",
    "json_value",
]
