"""The second step of an evaluation: relevance, rows, locks and calculations."""

from collections.abc import Sequence
from typing import Any

from forms_builder.coercion import Misfit
from forms_builder.expressions import Closure, Scope, Value, to_boolean, to_number, to_text
from forms_builder.expressions.values import json_value
from forms_builder.program import Entry
from forms_builder.reading import MAX_ROWS, Reading


class Working(Reading):
    """Works out everything that depends on answers."""

    def work_out(self) -> None:
        """Relevance, rows and calculations, each after what it depends on."""
        for entry, chain in self.program.order:
            if not chain:
                self._step(entry, self.root)
            else:
                for scope in self._scopes_at(chain):
                    self._step(entry, scope)

    def _scopes_at(self, chain: Sequence[str]) -> list[Scope]:
        scopes = [self.root]
        for repeat in chain:
            scopes = [row for scope in scopes for row in scope.rows.get(repeat, ())]
        self.run.spend(len(scopes))
        return scopes

    def _step(self, entry: Entry, scope: Scope) -> None:
        path = entry.path
        if path in scope.hidden:
            return
        if entry.relevant is not None and not to_boolean(entry.relevant(scope)):
            self.hide(entry, scope)
            return
        if entry.calculation is not None:
            self._calculate(entry, scope, entry.calculation)
        elif entry.locked is not None and to_boolean(entry.locked(scope)):
            self._hold(entry, scope)
        if entry.count is not None:
            self._repeat(entry, scope, entry.count)

    def _calculate(self, entry: Entry, scope: Scope, calculation: Closure) -> None:
        value = calculation(scope)
        scope.values.pop(entry.path, None)
        self.stored.pop((scope, entry.path), None)
        found = computed_value(entry, value)
        if found is not None:
            self.put(scope, entry.path, found)

    def _hold(self, entry: Entry, scope: Scope) -> None:
        """A read-only question has the value last stored, else its default."""
        self.locked.add((scope, entry.path))
        self._forget(entry, scope)
        raw = self.previous_answers(scope).get(entry.key)
        if raw is None:
            raw = self.default_of(entry)
        self.give(entry, scope, raw)

    def _forget(self, entry: Entry, scope: Scope) -> None:
        """What was sent for the question, and what is wrong with it, does not count."""
        place = (scope, entry.path)
        scope.values.pop(entry.path, None)
        self.stored.pop(place, None)
        if place in self.misfits:
            self.misfits.discard(place)
            path = scope.key + entry.key
            self.problems = [problem for problem in self.problems if problem.path != path]

    def _repeat(self, entry: Entry, scope: Scope, count: Closure) -> None:
        """As many rows as repeat_count says; more are dropped, fewer are filled up."""
        number = to_number(count(scope))
        wanted = int(min(max(number, 0), MAX_ROWS)) if number == number else 0
        rows = scope.rows.setdefault(entry.path, [])
        del rows[wanted:]
        self.run.spend(wanted)
        earlier = self.earlier_rows(scope, entry)
        while len(rows) < wanted:
            row = self.add_row(scope, entry, rows)
            before = earlier[row.index] if row.index < len(earlier) else {}
            self.read_scope(row, self.program.plans[entry.path], {}, before)


def computed_value(entry: Entry, value: Value) -> Any:
    """The result of a calculation in the type of its question."""
    found = json_value(value)
    if found is None or entry.type in ("calculate", "hidden", "note"):
        return found
    if entry.type == "text":
        return to_text(found)
    if entry.type == "integer":
        number = to_number(found)
        return int(number) if abs(number) < 10**15 else None
    try:
        return entry.coerce(found)
    except Misfit:
        return found
