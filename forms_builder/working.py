"""One evaluation of a form at work: reading, working out, judging, collecting."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, cast

from django.utils.translation import gettext as _

from config.shared.labels import pick
from config.shared.problems import Problem
from forms_builder.choices import Choice
from forms_builder.coercion import Misfit, name, names, text
from forms_builder.expressions import (
    Closure,
    Lookups,
    Run,
    Scope,
    Value,
    scalar,
    to_boolean,
    to_number,
    to_text,
)
from forms_builder.expressions.compiler import holds
from forms_builder.expressions.scope import expression_value
from forms_builder.program import FILLED_BY_US, Entry, Plan, Program
from forms_builder.schema import Answers

MAX_ROWS = 1_000  # rows of one repeat
_STRUCTURED = frozenset({list, dict})


class FormLookups:
    """The form's own lists before the shared ones."""

    def __init__(self, program: Program, lookups: Lookups) -> None:
        self._program = program
        self._shared = lookups
        self._kept: dict[str, Sequence[Choice]] = {}

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
        """A record, as the caller's lookups find it."""
        return self._shared.record(register, key)

    def holidays(self) -> Collection[str]:
        """Days off, when the caller's lookups know any."""
        find = getattr(self._shared, "holidays", None)
        return find() if find else ()


class Evaluation:
    """The state of one evaluation."""

    def __init__(
        self,
        program: Program,
        today: date,
        now: datetime,
        lookups: Lookups,
        previous: Answers,
        only: Collection[str] | None,
    ) -> None:
        self.program = program
        self.lookups = FormLookups(program, lookups)
        self.run = Run(today=today, now=now, lookups=self.lookups)
        self.previous = previous
        self.only = None if only is None else tuple(f"{section}/" for section in only)
        self.problems: list[Problem] = []
        self.root = Scope(self.run)
        # The stored form of answers that expressions see differently: (scope, path) -> JSON.
        self.stored: dict[tuple[int, str], Any] = {}
        self.misfits: set[tuple[int, str]] = set()
        self.others: dict[tuple[int, str], str] = {}  # texts beside "other"

    # Reading what was sent

    def read(self, answers: Answers) -> None:
        """Fill the scopes from `answers`."""
        self._read_scope(self.root, self.program.plans[""], answers, self.previous)

    def _read_scope(self, scope: Scope, plan: Plan, answers: Answers, before: Answers) -> None:
        by_key = plan.by_key
        for key, raw in answers.items():
            entry = by_key.get(key)
            if entry is None:
                self._read_unknown(scope, plan, key, raw)
            elif entry.kind == "question":
                if not entry.is_computed:
                    self._read_answer(scope, entry, raw)
            elif isinstance(raw, list):
                self._read_rows(scope, entry, raw, before.get(key))
            elif raw is not None:
                message = _("The rows of “%(name)s” must be a list.")
                self._problem("type", message % {"name": entry.key}, scope, entry)
        for entry in plan.prepared:
            self._prepare(scope, entry, answers, before)

    def _read_unknown(self, scope: Scope, plan: Plan, key: str, raw: Any) -> None:
        """The text beside an `or_other` choice ("<key>_other"), else a problem."""
        entry = plan.by_key.get(key.removesuffix("_other"))
        if entry is not None and key != entry.key and entry.place.node.get("or_other"):
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
            self._problem(misfit.code, misfit.message, scope, entry)
            return
        if value is not None:
            self.others[id(scope), entry.path] = value

    def _read_answer(self, scope: Scope, entry: Entry, raw: Any) -> None:
        if raw is None or raw == "":
            return
        try:
            value = entry.coerce(raw)
        except Misfit as misfit:
            self.misfits.add((id(scope), entry.path))
            self._problem(misfit.code, misfit.message, scope, entry)
            return
        if value is not None:
            self._put(scope, entry.path, value)

    def _put(self, scope: Scope, path: str, value: Any) -> None:
        if type(value) in _STRUCTURED:
            self.stored[id(scope), path] = value
            value = expression_value(value)
        scope.values[path] = value

    def _read_rows(self, scope: Scope, entry: Entry, raw: list[Any], before: Any) -> None:
        if len(raw) > MAX_ROWS:
            message = _("At most %(limit)s rows are allowed.")
            self._problem("too_many_rows", message % {"limit": MAX_ROWS}, scope, entry)
        plan = self.program.plans[entry.path]
        earlier = before if isinstance(before, list) else []
        rows = scope.rows.setdefault(entry.path, [])
        for index, answers in enumerate(raw[:MAX_ROWS]):
            row = self._add_row(scope, entry, rows)
            old = earlier[index] if index < len(earlier) else {}
            if not isinstance(answers, Mapping):
                message = _("A row must be a table of answers.")
                self.problems.append(Problem("type", message, row.key.rstrip("/")))
                answers = {}
            self._read_scope(row, plan, answers, old if isinstance(old, Mapping) else {})

    def _add_row(self, scope: Scope, entry: Entry, rows: list[Scope]) -> Scope:
        row = Scope(self.run, scope, entry.path, len(rows))
        row.key = f"{scope.key}{entry.key}[{len(rows)}]/"
        rows.append(row)
        return row

    def _prepare(self, scope: Scope, entry: Entry, answers: Answers, before: Answers) -> None:
        """The value a computed question starts with: as stored, else its default."""
        key = entry.key
        raw = before.get(key)
        if raw is None and (entry.calculation is not None or not entry.is_computed):
            raw = answers.get(key)  # once() keeps what a draft already has
        if raw is None and entry.calculation is None:
            raw = self._default(entry)
        if raw is None or raw == "":
            return
        try:
            value = entry.coerce(raw)
        except Misfit:
            return
        if value is not None:
            self._put(scope, entry.path, value)

    def _default(self, entry: Entry) -> Any:
        if entry.default is not None:
            return json_value(entry.default(self.root))
        if entry.type in FILLED_BY_US:
            return self.run.today if entry.type == "today" else self.run.now
        return entry.place.node.get("default")

    # Working out

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
            self._hide(entry, scope)
            return
        if entry.calculation is not None:
            self._calculate(entry, scope, entry.calculation)
        if entry.count is not None:
            self._repeat(entry, scope, entry.count)

    def _hide(self, entry: Entry, scope: Scope) -> None:
        """Not relevant is empty: the node and all inside it lose their values."""
        scope.hidden.add(entry.path)
        scope.values.pop(entry.path, None)
        for path in entry.below:
            scope.hidden.add(path)
            scope.values.pop(path, None)
        for path in entry.repeats_below:
            scope.rows.pop(path, None)

    def _calculate(self, entry: Entry, scope: Scope, calculation: Closure) -> None:
        value = calculation(scope)
        scope.values.pop(entry.path, None)
        self.stored.pop((id(scope), entry.path), None)
        found = computed_value(entry, value)
        if found is not None:
            self._put(scope, entry.path, found)

    def _repeat(self, entry: Entry, scope: Scope, count: Closure) -> None:
        """As many rows as repeat_count says; more are dropped, fewer are filled up."""
        number = to_number(count(scope))
        wanted = int(min(max(number, 0), MAX_ROWS)) if number == number else 0
        rows = scope.rows.setdefault(entry.path, [])
        del rows[wanted:]
        self.run.spend(wanted)
        while len(rows) < wanted:
            row = self._add_row(scope, entry, rows)
            self._read_scope(row, self.program.plans[entry.path], {}, {})

    # Judging

    def judge(self) -> None:
        """Choices, required and constraint of every question that applies."""
        for plan, scope in self.scopes():
            hidden, values = scope.hidden, scope.values
            for entry in plan.asked:
                path = entry.path
                if path in values:
                    if entry.is_select or entry.constraint is not None:
                        self._judge_answer(entry, scope)
                elif path in hidden:
                    continue
                elif entry.always_required or entry.required is not None:
                    self._judge_missing(entry, scope)
        self._drop_hidden_problems()

    def _judge_missing(self, entry: Entry, scope: Scope) -> None:
        if (id(scope), entry.path) in self.misfits or entry.is_computed:
            return
        if self.is_required(entry, scope):
            own = self._message(entry, scope, "required_message")
            self._problem("required", own or _("Answer this question."), scope, entry)

    def is_required(self, entry: Entry, scope: Scope) -> bool:
        """Whether the question must be answered now."""
        if entry.always_required:
            return True
        return entry.required is not None and to_boolean(entry.required(scope))

    def _judge_answer(self, entry: Entry, scope: Scope) -> None:
        if entry.is_select and not self._judge_choices(entry, scope):
            return
        if entry.constraint is not None and not to_boolean(entry.constraint(scope)):
            own = self._message(entry, scope, "constraint_message")
            message = own or _("This answer is not allowed here. Correct it.")
            self._problem("constraint", message, scope, entry)

    def _judge_choices(self, entry: Entry, scope: Scope) -> bool:
        answered = to_text(scope.values[entry.path])
        chosen = answered.split() if entry.is_many else [answered]
        known = {choice.name: choice for choice in self.choices_named(entry, chosen)}
        for code in chosen:
            problem = self._choice_problem(entry, scope, code, known.get(code))
            if problem is not None:
                self._problem(*problem, scope, entry)
                return False
        return True

    def choices_named(self, entry: Entry, wanted: Collection[str]) -> list[Choice]:
        """The choices of the question's list that are called so."""
        choices = self.lookups.choices(entry.list)
        return [choice for choice in choices if choice.name in wanted]

    def _choice_problem(
        self, entry: Entry, scope: Scope, code: str, choice: Choice | None
    ) -> tuple[str, str] | None:
        if choice is None:
            if code == "other" and entry.place.node.get("or_other"):
                return None
            message = _("“%(name)s” is not in the list. Choose one of its values.")
            return "choice", message % {"name": code}
        if choice.retired and code not in self._kept_choices(entry, scope):
            message = _("“%(name)s” is no longer used. Choose another value.")
            return "retired_choice", message % {"name": pick(choice.labels) or code}
        if entry.choice_filter is not None and not holds(scope, entry.choice_filter, choice):
            message = _("“%(name)s” does not fit the other answers. Choose another value.")
            return "choice", message % {"name": pick(choice.labels) or code}
        return None

    def _kept_choices(self, entry: Entry, scope: Scope) -> list[str]:
        """The choices that the stored answers already had at this place."""
        raw = self._previous_scope(scope).get(entry.key)
        try:
            found = names(raw) if entry.is_many else name(raw)
        except Misfit:
            return []
        return found if isinstance(found, list) else [found or ""]

    def _previous_scope(self, scope: Scope) -> Answers:
        if scope.parent is None:
            return self.previous
        outer = self._previous_scope(scope.parent)
        rows = outer.get(self.program.entries[scope.repeat].key)
        if isinstance(rows, list) and scope.index < len(rows):
            row = rows[scope.index]
            return row if isinstance(row, Mapping) else {}
        return {}

    def _message(self, entry: Entry, scope: Scope, attribute: str) -> str:
        labels: Mapping[str, str] = entry.place.node.get(attribute) or {}  # type: ignore[assignment]
        if not pick(labels):
            return ""
        language = next(code for code in labels if labels[code] == pick(labels))
        return self.text(entry, scope, attribute, language)

    def text(self, entry: Entry, scope: Scope, attribute: str, language: str) -> str:
        """A label with its ${field} filled in."""
        template = self.program.template(entry.path, attribute, language)
        if template is not None:
            return to_text(template(scope))
        labels: Mapping[str, str] = entry.place.node.get(attribute) or {}  # type: ignore[assignment]
        return pick(labels, language)

    def _problem(self, code: str, message: str, scope: Scope, entry: Entry) -> None:
        if self.only is None or entry.path.startswith(self.only):
            self.problems.append(Problem(code, message, f"{scope.key}{entry.key}"))

    def _drop_hidden_problems(self) -> None:
        """What was wrong with an answer that does not apply is wrong no longer."""
        if not self.misfits or not self.problems:
            return
        hidden = {
            scope.key + entry.key
            for plan, scope in self.scopes()
            for entry in plan.questions
            if entry.path in scope.hidden
        }
        self.problems = [
            problem
            for problem in self.problems
            if problem.code == "unknown_field" or not self._is_gone(problem.path, hidden)
        ]

    def _is_gone(self, path: str, hidden: Collection[str]) -> bool:
        if path in hidden:
            return True
        return "[" in path and path.rsplit("/", 1)[0] + "/" not in self._row_keys

    @cached_property
    def _row_keys(self) -> set[str]:
        return {scope.key for _plan, scope in self.scopes()}

    # Reading the result

    def scopes(self) -> list[tuple[Plan, Scope]]:
        """Every scope with its plan, rows after the scope they are in."""
        found = [(self.program.plans[""], self.root)]
        for plan, scope in found:
            for inner in plan.repeats:
                found.extend((inner, row) for row in scope.rows.get(inner.repeat, ()))
        return found

    def find(self, path: str) -> tuple[Entry, Scope]:
        """The node and scope at an answer path. Raises KeyError."""
        row_key, _slash, _rest = path.rpartition("]/")
        for plan, scope in self.scopes():
            if not path.startswith(scope.key) or (row_key and not scope.key):
                continue
            if not row_key or scope.key == f"{row_key}]/":
                return self._entry_at(plan, path.removeprefix(scope.key)), scope
        raise KeyError(path)

    def _entry_at(self, plan: Plan, key: str) -> Entry:
        for entry in plan.entries:
            if entry.key == key:
                return entry
        raise KeyError(key)

    def offered(self, entry: Entry, scope: Scope) -> tuple[Choice, ...]:
        """The choices that may be chosen now."""
        if not entry.is_select:
            raise KeyError(entry.key)
        chosen = to_text(scope.values.get(entry.path, "")).split()
        kept = self._kept_choices(entry, scope)
        choice_filter = entry.choice_filter
        return tuple(
            choice
            for choice in self.lookups.choices(entry.list)
            if (not choice.retired or (choice.name in chosen and choice.name in kept))
            and (choice_filter is None or holds(scope, choice_filter, choice))
        )

    def collect(self, scope: Scope, plan: Plan) -> dict[str, Any]:
        """The answers of a scope in the order of the form; empty ones are left out."""
        found: dict[str, Any] = {}
        values, stored = scope.values, self.stored
        for entry in plan.entries:
            path = entry.path
            if path in values:
                value = stored.get((id(scope), path)) if stored else None
                found[entry.key] = values[path] if value is None else value
                other = self.others.get((id(scope), path)) if self.others else None
                if other is not None and "other" in to_text(values[path]).split():
                    found[f"{entry.key}_other"] = other
            elif entry.kind == "repeat" and path in scope.rows:
                inner = self.program.plans[path]
                found[entry.key] = [self.collect(row, inner) for row in scope.rows[path]]
        return found


def json_value(value: Value) -> str | int | float | None:
    """A computed value as it is stored: NaN and "" are nothing, true is "true"."""
    single = scalar(value)
    if isinstance(single, bool):
        return "true" if single else "false"
    if isinstance(single, str):
        return single or None
    if single != single or single in (float("inf"), float("-inf")):
        return None
    return int(single) if single == int(single) and abs(single) < 2**53 else single


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
