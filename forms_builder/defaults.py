"""What questions start with: worked out in the order of the form, over no answers."""

from typing import Any

from forms_builder.coercion import Misfit
from forms_builder.expressions import Run, Scope
from forms_builder.expressions.scope import expression_value
from forms_builder.expressions.values import json_value
from forms_builder.program import Entry, Program


class Defaults:
    """The defaults of one form in one evaluation.

    Each sees those before it in its row and all of the rows and the form around it; never
    an answer, so that neither the order nor the secrets of answers show in a default.
    """

    def __init__(self, program: Program, run: Run) -> None:
        self._program = program
        self._run = run
        self._scopes: dict[str, Scope] = {}

    def raw(self, entry: Entry) -> Any:
        """The default of a question as written or worked out anew; None or "" for none."""
        if entry.default is None:
            return entry.place.node.get("default")
        return json_value(entry.default(self._before(entry)))

    def of_scope(self, repeat: str) -> dict[str, Any]:
        """What a row of `repeat` ("": the form) starts with, by key, as it is stored."""
        found: dict[str, Any] = {}
        self._filled(repeat, found)
        return found

    def scope(self, repeat: str) -> Scope:
        """A row of `repeat` with all its defaults."""
        if repeat not in self._scopes:
            self._scopes[repeat] = self._filled(repeat, {})
        return self._scopes[repeat]

    def _filled(self, repeat: str, found: dict[str, Any]) -> Scope:
        scope = self._empty(repeat)
        for entry in self._program.plans[repeat].questions:
            raw = entry.place.node.get("default")
            if entry.default is not None:
                raw = json_value(entry.default(scope))
            value = _fitting(entry, raw)
            if value is not None:
                scope.values[entry.path] = expression_value(value)
                if not entry.is_computed:
                    found[entry.key] = value
        return scope

    def _empty(self, repeat: str) -> Scope:
        if not repeat:
            return Scope(self._run)
        return Scope(self._run, self.scope(self._program.entries[repeat].place.repeat), repeat)

    def _before(self, entry: Entry) -> Scope:
        """The row of `entry` with the defaults before it."""
        repeat = entry.place.repeat
        scope, whole = self._empty(repeat), self.scope(repeat).values
        for other in self._program.plans[repeat].questions:
            if other is entry:
                break
            if other.path in whole:
                scope.values[other.path] = whole[other.path]
        return scope


def _fitting(entry: Entry, raw: Any) -> Any:
    """`raw` as the question's answer; None when it is none."""
    if raw is None or raw == "":
        return None
    try:
        return entry.coerce(raw)
    except Misfit:
        return None
