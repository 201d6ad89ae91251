"""What goes wrong in a form at the moment when somebody opens it.

ODK tools work out every calculation then, and fail on a text that should be a date and is
none, such as `date(concat(${year}, '-01-01'))` before there is a year. Here the result would
be empty; a workbook is refused all the same, for the form would not open elsewhere.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from config.shared.problems import Problem
from forms_builder.evaluation import initial_answers
from forms_builder.expressions import (
    Closure,
    ExpressionError,
    NoLookups,
    Scope,
    parse,
    to_source,
)
from forms_builder.expressions.functions_date import HEAR_MISFIT
from forms_builder.expressions.nodes import Call, Expr, Text
from forms_builder.program import Entry, program_of
from forms_builder.schema import Node, expression_attributes, places
from forms_builder.working import Working
from forms_builder.xlsform.named_files import is_triggered
from forms_builder.xlsform.trees import changed


def opening_problems(spec: Mapping[str, Any]) -> list[Problem]:
    """The expressions of a faultless `spec` that ask for a date and get another text."""
    if not any(asks_for_date(place.node) for place in places(spec)):
        return []
    spec, now = with_named_files(spec), datetime.now(UTC)
    program, lookups = program_of(spec, None), NoLookups()
    opening = Opening(program, now.date(), now, lookups, {}, None)
    with suppress(ExpressionError):
        answers = initial_answers(spec, today=now.date(), now=now, lookups=lookups)
        opening.read({**answers, **first_rows(spec)})
        opening.work_out()
        opening.work_out_hidden()
    waiting = {f"{p.path}#calculation" for p in places(spec) if is_triggered(p.node)}
    heard = [(where, text) for where, text in opening.heard.items() if where not in waiting]
    return [opening.breach(where, text) for where, text in heard]


def first_rows(spec: Mapping[str, Any]) -> dict[str, Any]:
    """One row for each repeat, and so on inside; other tools begin with that."""
    rows: dict[str, dict[str, Any]] = {"": {}}
    for place in places(spec):
        if place.kind == "repeat":
            rows[place.path] = {}
            rows[place.repeat][place.key] = [rows[place.path]]
    return rows[""]


def with_named_files(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """`spec` as other tools try it: without the files, pulldata() tells the file's name."""
    tried = {**spec, "children": deepcopy(spec.get("children", []))}
    for place in places(tried):
        node: Any = place.node
        for attribute, source in list(expression_attributes(place.node)):
            if "pulldata" in source:
                node[attribute] = to_source(changed(parse(source), file_name))
    return tried


def file_name(node: Expr) -> Expr:
    """The name of the file instead of what pulldata() finds in it."""
    match node:
        case Call("pulldata", (Text() as name, *_)):
            return name
    return node


def asks_for_date(node: Node) -> bool:
    """Whether an expression of a node may turn a text into a date."""
    return any("date" in source for _attribute, source in expression_attributes(node))


class Opening(Working):
    """An evaluation that notes which expression met a text that is no date."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.heard: dict[str, str] = {}

    def work_out_hidden(self) -> None:
        """Calculations that are not relevant are worked out by other tools all the same."""
        for entry, chain in self.program.order:
            if entry.calculation is None:
                continue
            for scope in self._scopes_at(chain) if chain else [self.root]:
                if entry.path in scope.hidden:
                    self._calculate(entry, scope, entry.calculation)
                    scope.values.pop(entry.path, None)

    def hide(self, entry: Entry, scope: Scope) -> None:
        """Not relevant, but its rows stay, for their calculations."""
        rows = dict(scope.rows)
        super().hide(entry, scope)
        scope.rows.update(rows)

    def _step(self, entry: Entry, scope: Scope) -> None:
        attribute = "read_only" if entry.relevant is None else "relevant"
        with self.hearing(f"{entry.path}#{attribute}"):
            super()._step(entry, scope)

    def _calculate(self, entry: Entry, scope: Scope, calculation: Closure) -> None:
        with self.hearing(f"{entry.path}#calculation"):
            super()._calculate(entry, scope, calculation)

    @contextmanager
    def hearing(self, where: str) -> Iterator[None]:
        """Note the first text that should be a date of the expression at `where`."""
        token = HEAR_MISFIT.set(lambda text: self.hear(where, text))
        try:
            yield
        finally:
            HEAR_MISFIT.reset(token)

    def hear(self, where: str, text: str) -> None:
        """Note the first text of an expression."""
        self.heard.setdefault(where, text)

    @staticmethod
    def breach(where: str, text: str) -> Problem:
        """The breach of one expression."""
        message = _(
            "When the form is opened, “{text}” should be a date and is none; "
            "work the date out only when its parts are there."
        )
        return Problem("bad_date", message.format(text=text[:80]), where)
