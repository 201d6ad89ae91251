"""Reading protocols, steps, referrals and notices; every list arrives with its rows loaded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from config.accounts.models import Appointment, User
from config.accounts.selectors import appointments_in_force, people
from content.models import Organization, Place
from content.selectors import all_organizations
from protocols.models import Notice, ProtocolVersion, Referral, Run, RunFailure, Step
from registry.models import Record

KEPT_VERSIONS = 200
# Who leads a team: sees all steps of the organization in the area, and may give them out.
SUPERVISING = frozenset({"supervisor", "inst_head"})
# Who receives what is sent to an organization, when the protocol names no roles.
RECEIVING = frozenset({"agency_rep", "duty_officer", "supervisor", "inst_head"})


def appointments_of(user: User, now: datetime) -> list[Appointment]:
    """The appointments of `user` in force, with role and area; asked once a request."""
    return list(appointments_in_force(user, timezone.localdate(now)))


def holders(
    roles: Iterable[str], organization: Organization | None, area: Place | None, now: datetime
) -> "QuerySet[User]":
    """Active users who hold one of `roles` in `organization` for `area` at `now`.

    Without an organization any will do; an appointment without an area covers all areas,
    and one for a region covers its districts.
    """
    in_force = Appointment.objects.on(timezone.localdate(now)).filter(role__code__in=roles)
    if organization is not None:
        in_force = in_force.filter(organization=organization)
    if area is not None:
        covering = Q(area__isnull=True) | Q(area__in=_with_ancestors(area))
        in_force = in_force.filter(covering)
    return User.objects.filter(is_active=True, appointments__in=in_force).distinct()


def holders_upwards(
    role: str, organization: Organization | None, area: Place | None, now: datetime
) -> list[User]:
    """Holders of `role` in the organization; if none, in the bodies above it, else anywhere."""
    while organization is not None:
        if found := list(holders([role], organization, area, now)):
            return found
        organization = organization.parent
    return list(holders([role], None, None, now))


def supervises(appointments: Iterable[Appointment]) -> bool:
    """Whether one of the appointments leads a team."""
    return any(held.role.code in SUPERVISING for held in appointments)


def team_filter(appointments: Iterable[Appointment]) -> Q:
    """Steps of the organizations and areas that the appointments lead."""
    led = [held for held in appointments if held.role.code in SUPERVISING]
    return _any(Q(organization_id=held.organization_id) & _in_area(held) for held in led)


def own_filter(user: User, appointments: Iterable[Appointment]) -> Q:
    """Steps that are `user`'s own, or that wait for anybody with the user's appointment."""
    offered = _any(
        Q(role=held.role.code, organization_id=held.organization_id) & _in_area(held)
        for held in appointments
    )
    return Q(assignee=user) | (Q(assignee__isnull=True) & offered)


def steps_for(user: User, now: datetime) -> "QuerySet[Step]":
    """Every step that `user` may see: own, offered to the role, or of the team led.

    A user whose appointments have ended sees none, not even those assigned.
    """
    held = appointments_of(user, now)
    if not held:
        return Step.objects.none()
    same_post = _any(
        Q(role=one.role.code, organization_id=one.organization_id) & _in_area(one)
        for one in held
    )
    visible = Q(assignee=user) | same_post | team_filter(held)
    return Step.objects.filter(visible)


def doing_filter(user: User, now: datetime) -> Q:
    """Steps that `user` may do: own ones, those open to the user's post, the team's."""
    held = appointments_of(user, now)
    return own_filter(user, held) | team_filter(held) if held else Q(pk__in=[])


def may_act(user: User, step: Step, now: datetime) -> bool:
    """Whether `user` may do `step`: own it, hold its role there, or lead the team."""
    return Step.objects.filter(doing_filter(user, now), pk=step.pk).exists()


def may_assign(user: User, step: Step, now: datetime) -> bool:
    """Whether `user` leads the team that the step belongs to."""
    return Step.objects.filter(team_filter(appointments_of(user, now)), pk=step.pk).exists()


def loaded(steps: "QuerySet[Step]") -> "QuerySet[Step]":
    """Steps with what a list or page of them shows."""
    return steps.select_related(
        "run__version",
        "run__record__register",
        "run__record__district__parent__parent",
        "organization",
        "area",
        "assignee",
    )


def visible_record_ids(user: User, records: Iterable[Record | None]) -> set[int]:
    """Which of `records` the user may read, asked once for all."""
    from registry import access

    ids = {record.pk for record in records if record is not None}
    if not ids:
        return set()
    return set(access.records_for(user).filter(pk__in=ids).values_list("pk", flat=True))


def record_for_form(step: Step, user: User) -> Record | None:
    """The record that the step's form should go to: the run's newest of its register, else
    the newest open one about the same person that `user` may update."""
    from forms_builder.models import FormVersion
    from forms_builder.selectors import current_form_version

    try:
        settings = current_form_version(step.form_code).spec.get("settings", {})
    except FormVersion.DoesNotExist:
        return None
    if settings.get("mode") != "update":
        return None
    register = settings.get("register", "")
    of_run = step.run.records.filter(register__code=register).order_by("-pk").first()
    return of_run or _of_same_person(step, register, user)


def _of_same_person(step: Step, register: str, user: User) -> Record | None:
    from registry import access

    person = step.run.record.person_id if step.run.record else None
    if person is None:
        return None
    known = access.records_for(user, "update").filter(register__code=register, person=person)
    return known.filter(closed_at=None).order_by("-pk").first()


def open_steps_awaiting(
    form_code: str, record: Record | None, step_uuid: Any = None
) -> "QuerySet[Step]":
    """Open steps that a submission of the form about the record answers.

    The step that the person came from goes first and alone.
    """
    waiting = Step.objects.open().filter(form_code=form_code)
    if step_uuid:
        return waiting.filter(uuid=step_uuid)
    if record is None:
        return waiting.none()
    return waiting.filter(run__records=record)


def run_forms(run: Run) -> dict[str, dict[str, Any]]:
    """The newest answers of each form given in the run, the trigger's first."""
    answers = {run.version.spec["trigger"]["form"]: run.answers}
    done = run.steps.filter(evidence__isnull=False).order_by("done_at", "pk")
    for step in done.select_related("evidence"):
        assert step.evidence is not None
        answers[step.form_code] = dict(step.evidence.answers)
    return answers


# Written out: every record page asks all three, and composing costs more than answering.
RUNS = """
SELECT run.* FROM protocols_run run
JOIN protocols_run_records touched ON touched.run_id = run.id
WHERE touched.record_id = %(record)s ORDER BY run.started_at DESC, run.id DESC
"""
FAILURES = """
SELECT failure.* FROM protocols_runfailure failure
JOIN registry_submission submission ON submission.id = failure.submission_id
WHERE submission.record_id = %(record)s AND failure.resolved_at IS NULL
"""
STEPS = """
SELECT * FROM protocols_step WHERE run_id = ANY(%(runs)s) ORDER BY opened_at, id
"""


def runs_of_record(record: Record) -> list[Run]:
    """Runs that touched the record, newest first."""
    return with_versions(Run.objects.raw(RUNS, {"record": record.pk}))


def steps_of(runs: Iterable[Run]) -> Mapping[Run, list[Step]]:
    """The steps of each run in order, with what a list of them shows."""
    found: dict[Run, list[Step]] = {run: [] for run in runs}
    by_id = {run.pk: run for run in found}
    rows = Step.objects.raw(STEPS, {"runs": list(by_id)}) if by_id else ()
    steps = list(rows)
    known = people(step.assignee_id for step in steps)
    for step in steps:
        step.run = by_id[step.run_id]
        if step.organization_id:
            step.organization = all_organizations()[step.organization_id]
        if step.assignee_id:
            step.assignee = known[step.assignee_id]
        found[step.run].append(step)
    return found


def with_versions(runs: Iterable[Run]) -> list[Run]:
    """The runs with their versions from memory: what a protocol says is large."""
    found = list(runs)
    for run in found:
        run.version = version_by_pk(run.version_id)
    return found


@lru_cache(maxsize=KEPT_VERSIONS)
def version_by_pk(pk: int) -> ProtocolVersion:
    """A version, from this process's memory when it was read before; it never changes."""
    return ProtocolVersion.objects.get(pk=pk)


def unresolved_failures(record: Record) -> list[RunFailure]:
    """Protocols that should have reacted to the record's submissions and still could not."""
    failures = RunFailure.objects.raw(FAILURES, {"record": record.pk})
    return list(failures.prefetch_related("protocol", "step"))


@dataclass(frozen=True)
class Board:
    """Open steps of a team, counted."""

    open: int
    overdue: int
    urgent_overdue: int
    unassigned: int
    referrals_unanswered: int


def board(user: User, now: datetime) -> Board:
    """What a supervisor looks at first in the morning."""
    held = appointments_of(user, now)
    late = Q(due_at__lte=now)
    counts = Step.objects.open().filter(team_filter(held))
    figures = counts.aggregate(
        open=Count("pk"),
        overdue=Count("pk", filter=late),
        urgent_overdue=Count("pk", filter=late & Q(is_urgent=True)),
        unassigned=Count("pk", filter=Q(assignee__isnull=True)),
    )
    return Board(**figures, referrals_unanswered=unanswered(user, now).count())


def unanswered(user: User, now: datetime) -> "QuerySet[Referral]":
    """Referrals that the organizations led by `user` sent and nobody answered in time."""
    held = appointments_of(user, now)
    led = {one.organization_id for one in held if one.role.code in SUPERVISING}
    return Referral.objects.waiting().filter(from_organization__in=led, due_at__lte=now)


def team_members(user: User, step: Step, now: datetime) -> "QuerySet[User]":
    """Whom the step may be given to: those who hold its role there."""
    return holders([step.role], step.organization, step.area, now)


def receiving_organizations(user: User, now: datetime) -> list[int]:
    """Organizations (ids) for which `user` receives and answers referrals."""
    return [held.organization_id for held in _referral_posts(user, now)]


def received_in_force(user: User, now: datetime) -> "QuerySet[Referral]":
    """Referrals under which `user` may read today."""
    in_force = Referral.objects.in_force(timezone.localdate(now))
    return in_force.filter(to_organization__in=receiving_organizations(user, now))


def referrals_for(user: User, now: datetime) -> "QuerySet[Referral]":
    """Referrals that `user` sent, and all those to or from organizations received for."""
    if not appointments_of(user, now):
        return Referral.objects.none()
    inside = receiving_organizations(user, now)
    either = Q(to_organization__in=inside) | Q(from_organization__in=inside)
    return Referral.objects.filter(either | Q(sent_by=user)).select_related(
        "to_organization",
        "from_organization",
        "sent_by",
        "record__register",
        "record__district__parent__parent",
        "step__run__version",
    )


def receives(user: User, referral: Referral, now: datetime) -> bool:
    """Whether `user` may answer for the receiving organization."""
    return referral.to_organization_id in receiving_organizations(user, now)


def sends(user: User, referral: Referral, now: datetime) -> bool:
    """Whether `user` sent the referral or leads the sending organization's team."""
    held = appointments_of(user, now)
    leads = any(
        one.role.code in SUPERVISING and one.organization_id == referral.from_organization_id
        for one in held
    )
    return bool(held) and (referral.sent_by_id == user.pk or leads)


def notices_of(user: User) -> "QuerySet[Notice]":
    """The user's notices, newest first, with what they are about."""
    return user.notices.select_related(
        "step__run__version",
        "referral__from_organization",
        "referral__to_organization",
        "referral__step__run__version",
    )


def unread_notices(user: User) -> "QuerySet[Notice]":
    """The user's unread notices, newest first."""
    return notices_of(user).filter(read_at__isnull=True)


def by_urgency(steps: "QuerySet[Step]") -> "QuerySet[Step]":
    """Steps in the order of a worklist: what is due first comes first, undated last."""
    undated = Case(
        When(due_at__isnull=True, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    return steps.annotate(undated=undated).order_by("undated", "due_at", "pk")


def _referral_posts(user: User, now: datetime) -> list[Appointment]:
    return [held for held in appointments_of(user, now) if held.role.code in RECEIVING]


def _in_area(held: Appointment) -> Q:
    if held.area_id is None:
        return Q()
    inside = Q(area_id=held.area_id) | Q(area__parent_id=held.area_id)
    return Q(area__isnull=True) | inside | Q(area__parent__parent_id=held.area_id)


def _with_ancestors(area: Place | None) -> list[int]:
    ids = []
    while area is not None:
        ids.append(area.pk)
        area = area.parent
    return ids


def _any(parts: Iterable[Q]) -> Q:
    """Whether one of `parts` holds; no parts, nothing."""
    whole = Q(pk__in=[])
    for part in parts:
        whole |= part
    return whole
