"""What a protocol does next. Pure: spec and answers in, codes of steps out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from forms_builder.expressions import Expr, Run, evaluate, parse, scope_of, to_boolean
from protocols.schema import Spec, step_of

Answers = Mapping[str, Any]


class NoWayOn(Exception):
    """No transition of the step holds; the definition has a hole that checks could not see."""


@dataclass(frozen=True)
class Contexts:
    """The answers that transitions read; `forms` holds the newest ones of each form."""

    trigger: Answers
    now: datetime
    today: date
    forms: Mapping[str, Answers] = field(default_factory=dict)
    decision: str = ""

    def answers(self, context: str) -> Answers:
        """The answers that `context` names; empty when that form was not filled."""
        if context == "trigger":
            return self.trigger
        if context == "decision":
            return {"decision": self.decision}
        return self.forms.get(context, {})


def is_triggered(
    spec: Spec, form: str, answers: Answers, *, event: str, now: datetime, today: date
) -> bool:
    """Whether `answers` to `form` start the protocol; `event` is "create" or "update"."""
    trigger = spec["trigger"]
    if trigger["form"] != form or event not in trigger.get("on", ("create",)):
        return False
    return _holds(trigger.get("expression", ""), answers, now=now, today=today)


def next_step(spec: Spec, code: str, contexts: Contexts) -> str | None:
    """The step after `code`, or None when the run ends there.

    Raises NoWayOn when the step is not final and no transition holds.
    """
    step = step_of(spec, code)
    if step.get("final"):
        return None
    for move in step.get("transitions", ()):
        answers = contexts.answers(move.get("context", ""))
        if _holds(move.get("when", ""), answers, now=contexts.now, today=contexts.today):
            return str(move["to"])
    raise NoWayOn(code)


def organization_code(place: Mapping[str, Any], trigger: Answers) -> str:
    """The organization of a `responsible` or an action with one organization."""
    answered = trigger.get(place.get("organization_field", ""))
    return str(answered or place.get("organization", ""))


def organization_codes(action: Mapping[str, Any], trigger: Answers) -> list[str]:
    """The organizations that an action speaks to: the answered one, else the fixed ones."""
    answered = trigger.get(action.get("organization_field", ""))
    return [str(answered)] if answered else list(action.get("organizations", ()))


def _holds(source: str, answers: Answers, *, now: datetime, today: date) -> bool:
    if not source:
        return True
    scope = scope_of(answers, Run(today=today, now=now))
    return to_boolean(evaluate(_parsed(source), scope))


@lru_cache(maxsize=2000)
def _parsed(source: str) -> Expr:
    return parse(source)
