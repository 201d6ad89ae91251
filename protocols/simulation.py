"""Walking through a protocol without storing anything. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from protocols import rules
from protocols.deadlines import ZONE, WorkingCalendar, due_at
from protocols.schema import Spec, decisions_of, form_of, step_of

MOST_STEPS = 200


@dataclass(frozen=True)
class Given:
    """What happens in one step of the walk: a decision, or the answers to its form.

    `after_hours` is how long the person takes; nothing means at once.
    """

    decision: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    after_hours: float = 0


@dataclass(frozen=True)
class Walked:
    """One step of the walk. `waits_for` says what the walk lacked, when it stopped here."""

    code: str
    role: str
    organization: str
    action: str
    opened_at: datetime
    due_at: datetime | None
    waits_for: str = ""
    decision: str = ""


@dataclass(frozen=True)
class Simulation:
    """The outcome: whether the protocol starts, the steps in order, how it ended."""

    triggered: bool
    steps: tuple[Walked, ...] = ()
    finished: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The outcome as JSON; times are ISO with offset."""
        data = asdict(self) | {"steps": [asdict(step) for step in self.steps]}
        for step in data["steps"]:
            for key in ("opened_at", "due_at"):
                step[key] = step[key] and step[key].astimezone(ZONE).isoformat()
        return data


def simulate(
    spec: Spec,
    answers: Mapping[str, Any],
    given: Mapping[str, Sequence[Given]],
    *,
    now: datetime,
    calendar: WorkingCalendar,
) -> Simulation:
    """Walk the protocol with the trigger's `answers` at `now`.

    `given` says for each step code what happens the first, second ... time it is come to;
    the last one holds for later times. The walk stops where nothing is given.
    """
    form, today = spec["trigger"]["form"], _day(now)
    if not rules.is_triggered(spec, form, answers, event="create", now=now, today=today):
        return Simulation(triggered=False)
    walk = _Walk(spec, answers, given, calendar, now)
    finished = walk.go()
    return Simulation(triggered=True, steps=tuple(walk.steps), finished=finished)


@dataclass
class _Walk:
    spec: Spec
    trigger: Mapping[str, Any]
    given: Mapping[str, Sequence[Given]]
    calendar: WorkingCalendar
    now: datetime
    forms: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    steps: list[Walked] = field(default_factory=list)

    def go(self) -> bool:
        self.forms[self.spec["trigger"]["form"]] = self.trigger
        code: str | None = self.spec["start"]
        while code is not None and len(self.steps) < MOST_STEPS:
            step = step_of(self.spec, code)
            happened = self._happened(step)
            self._note(step, happened)
            if happened is None:
                return False
            code = self._next(step, happened)
        return code is None

    def _happened(self, step: Spec) -> Given | None:
        """What is given for the step; nothing has to be given where nothing is chosen."""
        times = sum(walked.code == step["code"] for walked in self.steps)
        options = self.given.get(step["code"], ())
        if options:
            happened: Given = options[min(times, len(options) - 1)]
            return happened
        needs = decisions_of(step) or form_of(step)
        return None if needs else Given()

    def _note(self, step: Spec, happened: Given | None) -> None:
        due = step.get("due")
        missing = "decision" if decisions_of(step) else f"form {form_of(step)}"
        responsible = step["responsible"]
        self.steps.append(
            Walked(
                code=step["code"],
                role=responsible["role"],
                organization=rules.organization_code(responsible, self.trigger),
                action=step["action"]["type"],
                opened_at=self.now,
                due_at=due and due_at(self.now, due["value"], due["unit"], self.calendar),
                waits_for="" if happened else missing,
                decision=happened.decision if happened else "",
            )
        )

    def _next(self, step: Spec, happened: Given) -> str | None:
        if step["action"]["type"] == "wait":
            self.now = self.steps[-1].due_at or self.now
        elif happened.after_hours:
            hours = round(happened.after_hours)
            self.now = due_at(self.now, hours, "hours", self.calendar)
        if form := form_of(step):
            self.forms[form] = happened.answers
        contexts = rules.Contexts(
            self.trigger, self.now, _day(self.now), self.forms, happened.decision
        )
        return rules.next_step(self.spec, step["code"], contexts)


def _day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()
