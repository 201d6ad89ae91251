"""The first step of an evaluation: what was sent, read into scopes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from django.utils.translation import gettext as _

from config.shared.problems import Problem
from forms_builder.choices import Choice
from forms_builder.coercion import Misfit, text
from forms_builder.defaults import Defaults
from forms_builder.expressions import Lookups, Run, Scope, TooMuchWork
from forms_builder.expressions.scope import expression_value
from forms_builder.program import FILLED_BY_US, Entry, Plan, Program
from forms_builder.row_matching import matched
from forms_builder.schema import Answers

MAX_ROWS = 1_000  # rows of one repeat
MAX_ALL_ROWS = 20_000  # rows of all repeats together, those inside rows too
_STRUCTURED = frozenset({list, dict})


class FormLookups:
    """The form's own lists before the shared ones."""

    def __init__(self, program: Program, lookups: Lookups) -> None:
        self._program = program
        self._shared = lookups
        self._kept: dict[str, Sequence[Choice]] = {}
        self._records: dict[tuple[str, str], Mapping[str, Any] | None] = {}

    def choices(self, list_code: str) -> Sequence[Choice]:
        """The choices of a list; each list is asked for once."""
        found = self._kept.get(list_code)
        if found is None:
            own = self._program.own_choices(list_code)
            shared = self._shared.choices
            found = cast(Sequence[Choice], shared(list_code)) if own is None else own
            self._kept[list_code] = found
        return found

    def record(self, register: str, key: str) -> Mapping[str, Any] | None:
        """A record, as the caller's lookups find it; each is asked for once."""
        place = (register, key)
        if place not in self._records:
            self._records[place] = self._shared.record(register, key)
        return self._records[place]

    def holidays(self) -> Collection[str]:
        """Days off, when the caller's lookups know any."""
        find = getattr(self._shared, "holidays", None)
        return find() if find else ()


class Reading:
    """The state of an evaluation, filled from answers."""

    def __init__(
        self,
        program: Program,
        today: date,
        now: datetime,
        lookups: Lookups,
        previous: Answers,
        only: Collection[str] | None,
        withheld: Collection[str] = frozenset(),
    ) -> None:
        self.program = program
        self.withheld = withheld
        self.lookups = FormLookups(program, lookups)
        self.run = Run(today=today, now=now, lookups=self.lookups)
        self.previous = previous
        self.defaults = Defaults(program, self.run)
        self.row_count = 0
        self.only = None if only is None else tuple(f"{section}/" for section in only)
        self.problems: list[Problem] = []
        self.root = Scope(self.run)
        # The stored form of answers that expressions see differently: (scope, path) -> JSON.
        # By the scope itself, never its id(): a row that is dropped gives its id to the next.
        self.stored: dict[tuple[Scope, str], Any] = {}
        self._before: dict[Scope, Answers] = {}  # what was stored before, by scope
        self.misfits: set[tuple[Scope, str]] = set()
        self.others: dict[tuple[Scope, str], str] = {}  # texts beside "other"
        self.locked: set[tuple[Scope, str]] = set()  # read-only now
        self.kept: set[str] = set()  # answer paths of retired nodes that were answered before

    def read(self, answers: Answers) -> None:
        """Fill the scopes from `answers`."""
        self.read_scope(self.root, self.program.plans[""], answers, self.previous)

    def read_scope(self, scope: Scope, plan: Plan, answers: Answers, before: Answers) -> None:
        """Fill `scope` and its rows; `before` are the answers last stored there."""
        by_key = plan.by_key
        self._before[scope] = before
        for key, raw in answers.items():
            entry = by_key.get(key)
            if entry is None:
                self._read_unknown(scope, plan, key, raw)
            elif entry.path in self.withheld:
                continue  # whoever may not see a question does not answer it
            elif entry.kind == "question":
                if not entry.is_computed:
                    self._read_answer(scope, entry, raw)
            elif isinstance(raw, list):
                self._read_rows(scope, entry, raw)
            elif raw is not None:
                message = _("The rows of “%(name)s” must be a list.")
                self.problem("type", message % {"name": entry.key}, scope, entry)
        for entry in plan.prepared:
            self._prepare(scope, entry, answers, before)
        if self.withheld:
            self._read_withheld(scope, plan, before)
        if plan.retired:
            self._retire(scope, plan, before)

    def _read_withheld(self, scope: Scope, plan: Plan, before: Answers) -> None:
        """Questions that the filler may not see have what was stored, else their default."""
        for entry in plan.by_key.values():
            if entry.path not in self.withheld:
                continue
            if entry.kind == "question" and not entry.is_computed:
                self._prepare(scope, entry, {}, before, is_ours=True)
                other = before.get(f"{entry.key}_other")
                if isinstance(other, str):
                    self._read_other(scope, entry, other)
            elif entry.kind == "repeat" and isinstance(before.get(entry.key), list):
                self._read_rows(scope, entry, before[entry.key])

    def _retire(self, scope: Scope, plan: Plan, before: Answers) -> None:
        """Nobody is asked a retired question; where it was answered before, it stays."""
        answered = {
            entry.path
            for entry in plan.retired
            if before.get(entry.key) not in (None, "", [], {})
        }
        for entry in plan.retired:
            if entry.path in answered or not answered.isdisjoint(entry.below):
                self.kept.add(scope.key + entry.key)
            else:
                self.hide(entry, scope)

    def _read_unknown(self, scope: Scope, plan: Plan, key: str, raw: Any) -> None:
        """The text beside an `or_other` choice ("<key>_other"), else a problem."""
        entry = plan.by_key.get(key.removesuffix("_other"))
        if entry is not None and key != entry.key and entry.place.node.get("or_other"):
            if entry.path not in self.withheld:
                self._read_other(scope, entry, raw)
            return
        message = _("The form has no field “%(name)s”.")
        self.problems.append(
            Problem("unknown_field", message % {"name": key}, f"{scope.key}{key}")
        )

    def _read_other(self, scope: Scope, entry: Entry, raw: Any) -> None:
        try:
            value = text(raw) if raw is not None else None
        except Misfit as misfit:
            self.problem(misfit.code, misfit.message, scope, entry)
            return
        if value is not None:
            self.others[scope, entry.path] = value

    def _read_answer(self, scope: Scope, entry: Entry, raw: Any) -> None:
        if raw is None or raw == "":
            return
        try:
            value = entry.coerce(raw)
        except Misfit as misfit:
            self.misfits.add((scope, entry.path))
            self.problem(misfit.code, misfit.message, scope, entry)
            return
        if value is not None:
            self.put(scope, entry.path, value)

    def put(self, scope: Scope, path: str, value: Any) -> None:
        """Keep an answer, as it is stored and as expressions see it."""
        if type(value) in _STRUCTURED:
            self.stored[scope, path] = value
            value = expression_value(value)
        scope.values[path] = value

    def _read_rows(self, scope: Scope, entry: Entry, raw: list[Any]) -> None:
        if len(raw) > MAX_ROWS:
            message = _("At most %(limit)s rows are allowed.")
            self.problem("too_many_rows", message % {"limit": MAX_ROWS}, scope, entry)
        plan = self.program.plans[entry.path]
        earlier = self.earlier_rows(scope, entry)
        if entry.count is None:
            earlier = matched(raw[:MAX_ROWS], earlier, _typed_keys(plan))
        rows = scope.rows.setdefault(entry.path, [])
        for index, answers in enumerate(raw[:MAX_ROWS]):
            row = self.add_row(scope, entry, rows)
            old = earlier[index] if index < len(earlier) else {}
            if not isinstance(answers, Mapping):
                message = _("A row must be a table of answers.")
                self.problems.append(Problem("type", message, row.key.rstrip("/")))
                answers = {}
            self.read_scope(row, plan, answers, old)

    def earlier_rows(self, scope: Scope, entry: Entry) -> list[Answers]:
        """The rows of a repeat as last stored."""
        rows = self.previous_answers(scope).get(entry.key)
        if not isinstance(rows, list):
            return []
        return [row if isinstance(row, Mapping) else {} for row in rows]

    def add_row(self, scope: Scope, entry: Entry, rows: list[Scope]) -> Scope:
        """One more empty row at the end of `rows`. Raises TooMuchWork beyond the limit."""
        self.row_count += 1
        if self.row_count > MAX_ALL_ROWS:
            raise TooMuchWork("the form has too many rows")
        row = Scope(self.run, scope, entry.path, len(rows))
        row.key = f"{scope.key}{entry.key}[{len(rows)}]/"
        rows.append(row)
        return row

    def _prepare(
        self,
        scope: Scope,
        entry: Entry,
        answers: Answers,
        before: Answers,
        is_ours: bool = False,
    ) -> None:
        """The value a computed question starts with: as stored, else its default.

        `is_ours` says the same of a question that this filler does not answer.
        """
        key = entry.key
        raw = before.get(key)
        is_computed = entry.is_computed or is_ours
        if raw is None and (entry.calculation is not None or not is_computed):
            raw = answers.get(key)  # once() keeps what a draft already has
        if raw is None and entry.calculation is None:
            raw = self.default_of(entry)
        self.give(entry, scope, raw)

    def give(self, entry: Entry, scope: Scope, raw: Any) -> None:
        """Put a value that nobody typed; none that does not fit the question's type."""
        if raw is None or raw == "":
            return
        try:
            value = entry.coerce(raw)
        except Misfit:
            return
        if value is not None:
            self.put(scope, entry.path, value)

    def default_of(self, entry: Entry) -> Any:
        """What a question has that nobody may answer and nothing was stored for."""
        if entry.default is None and entry.type in FILLED_BY_US:
            return self.run.today if entry.type == "today" else self.run.now
        return self.defaults.raw(entry)

    def hide(self, entry: Entry, scope: Scope) -> None:
        """Not relevant is empty: the node and all inside it lose their values."""
        scope.hidden.add(entry.path)
        scope.values.pop(entry.path, None)
        for path in entry.below:
            scope.hidden.add(path)
            scope.values.pop(path, None)
        for path in entry.repeats_below:
            scope.rows.pop(path, None)

    def previous_answers(self, scope: Scope) -> Answers:
        """The answers last stored in this scope."""
        return self._before.get(scope, {})

    def problem(self, code: str, message: str, scope: Scope, entry: Entry) -> None:
        """Note what is wrong with a node, unless its section is not judged."""
        if self.only is None or entry.path.startswith(self.only):
            self.problems.append(Problem(code, message, f"{scope.key}{entry.key}"))


def _typed_keys(plan: Plan) -> list[str]:
    """The keys of a row by which people know it: what they type there."""
    return [key for key, entry in plan.by_key.items() if not entry.is_computed]
