"""Trying a protocol on past answers: how many would start it, and one example's way.

Whoever writes protocols may write any condition, so what the answers of people make of it would
tell the answers. Small groups are not told apart, and an example is walked with answers that
its reader may read anyway, else with empty ones.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from config.accounts.models import Role, User
from config.shared.labels import pick
from config.shared.problems import Problem
from content.models import Organization
from forms_builder.compile import syntax_message
from forms_builder.expressions import ExpressionError
from protocols import rules
from protocols.checks import check_protocol
from protocols.models import Holiday, Protocol, Step
from protocols.schema import Spec, decisions_of, form_of, step_of
from protocols.simulation import Given, Simulation, Walked, simulate
from protocols.words import ACTION_WORDS, Text, span_in_words
from registry import access
from registry.models import Submission

LOOKED_AT = 200
EXAMPLES = 20  # of the newest that are asked whether they may be read
FEWEST = 5  # people; a smaller group could be one person
MOST_HOURS = 24 * 60


@dataclass(frozen=True)
class Asked:
    """What to try: the draft or what is in force, the decisions, how long people take."""

    published: bool = False
    hours: int = 4
    decisions: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, query: QueryDict) -> "Asked":
        """From the address; what is unknown counts as not asked for."""
        hours = query.get("hours", "")
        given = {name[2:]: str(query[name]) for name in query if name.startswith("d_")}
        return cls(
            published=query.get("what") == "published",
            hours=min(int(hours), MOST_HOURS) if hours.isdecimal() and len(hours) < 6 else 4,
            decisions=given,
        )


@dataclass(frozen=True)
class Stop:
    """One step of the example's way, in words; `wait` is how long the term is."""

    number: int
    code: str
    title: str
    action: Text
    role: str
    organization: str
    opened_at: datetime
    due_at: datetime | None
    wait: str
    decision: str
    waits_for: str


@dataclass(frozen=True)
class Choice:
    """A step where the reader chooses what is decided."""

    code: str
    title: str
    options: Sequence[tuple[str, str]]
    chosen: str


@dataclass
class Tried:
    """Everything the page shows."""

    problems: list[Problem] = field(default_factory=list)
    looked_at: int = 0
    triggered: int = 0
    unreadable: int = 0
    stops: list[Stop] = field(default_factory=list)
    finished: bool = False
    is_invented: bool = False
    stuck: str = ""
    choices: list[Choice] = field(default_factory=list)
    done: int = 0
    late: int = 0
    has_version: bool = False

    @property
    def is_few(self) -> bool:
        """Whether so few would start it, or none, that their number is not told."""
        return self.triggered < FEWEST

    @property
    def is_nearly_all(self) -> bool:
        """Whether so few would not start it, or none, that their number is not told."""
        return self.looked_at - self.triggered < FEWEST

    @property
    def fewest(self) -> int:
        """The smallest number that is told."""
        return FEWEST

    @property
    def are_some_unreadable(self) -> bool:
        """Whether for more than a few the condition could not be worked out."""
        return self.unreadable >= FEWEST


def try_out(protocol: Protocol, asked: Asked, *, user: User, now: datetime) -> Tried:
    """Try `protocol` on the newest submissions of its trigger's form, for `user` to see."""
    version = protocol.versions.first()
    spec = version.spec if asked.published and version else _draft(protocol)
    tried = Tried(problems=check_protocol(spec), has_version=version is not None)
    tried.done, tried.late = _lateness(protocol)
    if tried.problems:
        return tried
    _count(spec, tried, now)
    example = _example(spec, user, now)
    tried.is_invented = example is None
    tried.choices = [_choice(step, asked) for step in spec["steps"] if decisions_of(step)]
    _walk(spec, example or {}, asked, tried, user, now)
    return tried


def _draft(protocol: Protocol) -> dict[str, Any]:
    return dict(protocol.get_latest_revision_as_object().build_spec())


def _count(spec: Spec, tried: Tried, now: datetime) -> None:
    """Count which of the newest submissions would start it."""
    for answers in _sent(spec["trigger"]["form"]).values_list("answers", flat=True)[:LOOKED_AT]:
        tried.looked_at += 1
        try:
            tried.triggered += _starts(spec, answers, now)
        except ExpressionError:
            tried.unreadable += 1


def _starts(spec: Spec, answers: Mapping[str, Any], now: datetime) -> bool:
    form, today = spec["trigger"]["form"], timezone.localdate(now)
    return rules.is_triggered(spec, form, answers, event="create", now=now, today=today)


def _sent(form: str) -> Any:
    rows = Submission.objects.filter(form_version__definition__code=form)
    return rows.order_by("-submitted_at", "-pk")


def _readable(form: str, user: User) -> Iterator[dict[str, Any]]:
    """The newest answers to a form of which `user` may read every one."""
    sent = _sent(form).filter(record__in=access.records_for(user).values("pk"))
    for one in sent.select_related("record", "form_version")[:EXAMPLES]:
        fields = access.fields_for(user, one.record)
        if fields.mask(one.answers, one.form_version.spec) == one.answers:
            yield one.answers


def _example(spec: Spec, user: User, now: datetime) -> dict[str, Any] | None:
    """The newest readable answers that would start it."""
    for answers in _readable(spec["trigger"]["form"], user):
        with suppress(ExpressionError):
            if _starts(spec, answers, now):
                return answers
    return None


def _walk(
    spec: Spec,
    answers: Mapping[str, Any],
    asked: Asked,
    tried: Tried,
    user: User,
    now: datetime,
) -> None:
    """The example's way; forms on it are answered like their newest submission."""
    if tried.is_invented:
        spec = {**spec, "trigger": {"form": spec["trigger"]["form"]}}
    given = {step["code"]: [_given(step, asked, user)] for step in spec["steps"]}
    try:
        walk = simulate(spec, answers, given, now=now, calendar=Holiday.objects.calendar())
    except rules.NoWayOn as stuck:
        tried.stuck = _("In the step “{code}” no condition holds for these answers.").format(
            code=stuck.args[0]
        )
        return
    except ExpressionError as error:
        tried.stuck = syntax_message(error)
        return
    tried.finished = walk.finished
    tried.stops = _stops(spec, walk)


def _given(step: Spec, asked: Asked, user: User) -> Given:
    options = decisions_of(step)
    chosen = asked.decisions.get(step["code"], "")
    decision = chosen if chosen in options else (options[0] if options else "")
    form = form_of(step)
    answers = next(_readable(form, user), {}) if form else {}
    return Given(decision=decision, answers=answers, after_hours=asked.hours)


def _stops(spec: Spec, walk: Simulation) -> list[Stop]:
    roles = {role.code: str(role) for role in Role.objects.all()}
    codes = {walked.organization for walked in walk.steps}
    found = Organization.objects.filter(code__in=codes)
    titles = roles | {organization.code: str(organization) for organization in found}
    return [_stop(number, one, spec, titles) for number, one in enumerate(walk.steps, start=1)]


def _stop(number: int, walked: Walked, spec: Spec, titles: Mapping[str, str]) -> Stop:
    step = step_of(spec, walked.code)
    term = walked.due_at - walked.opened_at if walked.due_at else timedelta()
    return Stop(
        number=number,
        code=walked.code,
        title=pick(step.get("labels")),
        action=ACTION_WORDS[walked.action],
        role=titles.get(walked.role, walked.role),
        organization=titles.get(walked.organization, walked.organization),
        opened_at=walked.opened_at,
        due_at=walked.due_at,
        wait=span_in_words(term) if walked.due_at else "",
        decision=dict(_options(step)).get(walked.decision, walked.decision),
        waits_for=walked.waits_for,
    )


def _choice(step: Spec, asked: Asked) -> Choice:
    options = _options(step)
    chosen = asked.decisions.get(step["code"], options[0][0])
    return Choice(step["code"], pick(step.get("labels")), options, chosen)


def _options(step: Spec) -> list[tuple[str, str]]:
    words = {"approved": _("Approve"), "returned": _("Return with a remark")}
    labels = {
        option["code"]: pick(option.get("labels"))
        for option in step["action"].get("options", ())
    }
    return [(code, labels.get(code) or words.get(code, code)) for code in decisions_of(step)]


def _lateness(protocol: Protocol) -> tuple[int, int]:
    """How many steps with a term were done in past runs, and how many of them late."""
    steps = Step.objects.filter(run__protocol=protocol, state=Step.State.DONE)
    dated = steps.filter(due_at__isnull=False)
    return dated.count(), dated.filter(done_at__gt=F("due_at")).count()
