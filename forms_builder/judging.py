"""The third step of an evaluation: what is wrong, and what may be stored."""

from collections.abc import Collection
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from config.shared.labels import pick
from forms_builder.choices import Choice
from forms_builder.coercion import Misfit, name, names
from forms_builder.expressions import ChoiceLike, Scope, to_boolean, to_text
from forms_builder.expressions.compiler import holds
from forms_builder.program import Entry, Plan
from forms_builder.schema import texts_of
from forms_builder.working import Working


class Evaluation(Working):
    """One evaluation of a form: `read`, `work_out`, `judge`, then `collect`."""

    def judge(self) -> None:
        """Choices, required and constraint of every question that applies."""
        for plan, scope in self.scopes():
            hidden, values = scope.hidden, scope.values
            for entry in plan.asked:
                path = entry.path
                if path in self.withheld:
                    continue
                if path in values:
                    if entry.is_select or entry.constraint is not None:
                        self._judge_answer(entry, scope)
                elif path in hidden:
                    continue
                elif entry.always_required or entry.required is not None:
                    self._judge_missing(entry, scope)
        self._drop_hidden_problems()

    def _judge_missing(self, entry: Entry, scope: Scope) -> None:
        place = (scope, entry.path)
        if place in self.misfits or place in self.locked or entry.is_computed:
            return
        if self.is_required(entry, scope):
            own = self._message(entry, scope, "required_message")
            self.problem("required", own or _("Answer this question."), scope, entry)

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
            self.problem("constraint", message, scope, entry)

    def _judge_choices(self, entry: Entry, scope: Scope) -> bool:
        answered = to_text(scope.values[entry.path])
        chosen = answered.split() if entry.is_many else [answered]
        for code in chosen:
            problem = self._name_problem(entry, scope, code)
            if problem is not None:
                self.problem(*problem, scope, entry)
                return False
        return True

    def _name_problem(self, entry: Entry, scope: Scope, code: str) -> tuple[str, str] | None:
        """What is wrong with the name of a choice; nothing when one of that name is right."""
        found = self.run.choices_named(entry.list, code)
        if found:
            problems = [self._choice_problem(entry, scope, code, one) for one in found]
            return None if None in problems else problems[0]
        if code == "other" and entry.place.node.get("or_other"):
            return None
        if code in self._kept_choices(entry, scope):
            return None  # the list has lost it meanwhile; the answer was good when given
        message = _("“%(name)s” is not in the list. Choose one of its values.")
        return "choice", message % {"name": code}

    def _choice_problem(
        self, entry: Entry, scope: Scope, code: str, choice: ChoiceLike
    ) -> tuple[str, str] | None:
        if choice.retired and code not in self._kept_choices(entry, scope):
            message = _("“%(name)s” is no longer used. Choose another value.")
            return "retired_choice", message % {"name": pick(choice.labels) or code}
        if entry.choice_filter is not None and not holds(scope, entry.choice_filter, choice):
            message = _("“%(name)s” does not fit the other answers. Choose another value.")
            return "choice", message % {"name": pick(choice.labels) or code}
        return None

    def _kept_choices(self, entry: Entry, scope: Scope) -> frozenset[str]:
        """The choices that the stored answers already had at this place."""
        place = (scope, entry.path)
        if place not in self._kept_names:
            raw = self.previous_answers(scope).get(entry.key)
            try:
                found = names(raw) if entry.is_many else [name(raw) or ""]
            except Misfit:
                found = None
            self._kept_names[place] = frozenset(found or ())
        return self._kept_names[place]

    @cached_property
    def _kept_names(self) -> dict[tuple[Scope, str], frozenset[str]]:
        return {}

    def _message(self, entry: Entry, scope: Scope, attribute: str) -> str:
        labels = texts_of(entry.place.node, attribute)
        if not pick(labels):
            return ""
        language = next(code for code in labels if labels[code] == pick(labels))
        return self.text(entry, scope, attribute, language)

    def text(self, entry: Entry, scope: Scope, attribute: str, language: str) -> str:
        """A label with its ${field} filled in."""
        template = self.program.template(entry.path, attribute, language, self.withheld)
        if template is not None:
            return to_text(template(scope))
        labels = texts_of(entry.place.node, attribute)
        return pick(labels, language)

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

    @cached_property
    def _by_key(self) -> dict[str, tuple[Plan, Scope]]:
        """Every scope by the start of its answer paths, once all is worked out."""
        return {scope.key: (plan, scope) for plan, scope in self.scopes()}

    def scopes(self) -> list[tuple[Plan, Scope]]:
        """Every scope with its plan, rows after the scope they are in."""
        found = [(self.program.plans[""], self.root)]
        for plan, scope in found:
            for inner in plan.repeats:
                found.extend((inner, row) for row in scope.rows.get(inner.repeat, ()))
        return found

    def empty_scope(self, repeat: str) -> Scope:
        """A row of `repeat` without answers, in rows without answers, counted nowhere."""
        scope = self.root
        chain = self.program.entries[repeat].place.chain if repeat else ()
        for level in (*chain, repeat) if repeat else ():
            scope = Scope(self.run, scope, level, 0)
        return scope

    def find(self, path: str) -> tuple[Entry, Scope]:
        """The node and scope at an answer path. Raises KeyError."""
        row_key, slash, key = path.rpartition("]/")
        plan, scope = self._by_key[row_key + slash]
        for entry in plan.entries:
            if entry.key == key:
                return entry, scope
        raise KeyError(path)

    def offered(self, entry: Entry, scope: Scope) -> tuple[Choice, ...]:
        """The choices that may be chosen now."""
        if not entry.is_select:
            raise KeyError(entry.key)
        chosen = set(to_text(scope.values.get(entry.path, "")).split())
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
                value = stored.get((scope, path)) if stored else None
                found[entry.key] = values[path] if value is None else value
                other = self.others.get((scope, path)) if self.others else None
                if other is not None and "other" in to_text(values[path]).split():
                    found[f"{entry.key}_other"] = other
            elif entry.kind == "repeat" and path in scope.rows:
                inner = self.program.plans[path]
                found[entry.key] = [self.collect(row, inner) for row in scope.rows[path]]
        return found
