"""Who acts in the invented history, and the acts themselves, all through the one door."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from config.accounts.actors import Actor
from config.accounts.models import User
from config.demo.families.filler import CannotFill, Filler
from config.demo.families.values import PLACEHOLDER, Values
from config.demo.registers import OUTSIDE_ROLES
from config.demo.users import COLLEAGUES, PEOPLE, Person
from forms_builder.selectors import current_form_version
from protocols.models import Step
from registry import drafting, uploads
from registry.access import may_on
from registry.models import Draft, Record, Submission
from registry.services import submit, transition
from registry.services.lookups import RecordLookups, visible_to

Json = dict[str, Any]
NAMESPACE = uuid.UUID("0d9d6c0e-6b0f-4d8e-9f0e-2f6b8d0c6a51")
# Who does the work of a role where nobody nearer holds it.
BY_ROLE = {
    "social_worker": "isci_respublika",
    "social_care_worker": "xidmetci",
    "social_pedagogue": "pedaqoq",
    "psychologist": "psixoloq",
    "registrar": "operator",
    "supervisor": "supervizor",
    "duty_officer": "novbetci",
    "trainer": "telimci",
    "agency_rep": "qurum",
    "ngo_manager": "qht",
    "mediator": "mediator",
    "inst_head": "mudir",
    "quality_inspector": "mufettis",
    "commission_member": "komissiya",
    "council_secretary": "katib",
    "plan_coordinator": "plan",
    "admin": "admin",
}
EVERYONE = [*PEOPLE, *COLLEAGUES]
NEAR = {"sumqayit": "isci", "baki": "isci_baki", "gence": "isci_gence", "seki_seh": "isci_seki"}
# Where a form leaves its record, as a worker would set it.
STATUS_AFTER = {
    "risk_screening": "assessment",
    "needs_assessment": "assessment",
    "service_plan": "plan",
    "service_note": "active",
    "case_review": "monitoring",
    "case_closure": "closed",
    "foster_home_study": "study",
    "foster_training_decision": "approved",
    "placement_visit": "monitoring",
    "referral_response": "answered",
    "urgent_response": "verified",
    "social_order_report": "running",
}
# Forms that may have to name what came before them: registers, and the form that fills each.
BEGINS_WITH: dict[str, dict[str, str]] = {
    "risk_screening": {"urgent_reports": "urgent_report"},
    "child_registration": {"urgent_reports": "urgent_report"},
    "needs_assessment": {"cases": "case_intake"},
    "child_matching": {
        "foster_families": "foster_application",
        "children_without_care": "child_registration",
    },
    "child_reintegration": {"children_without_care": "child_registration"},
    "psychosocial_support": {"referrals": "interagency_referral"},
}
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Count 0>>endobj\n%%EOF\n"
)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c626001000000ffff03000006000557"
    "bfabd40000000049454e44ae426082"
)


@dataclass
class World:
    """Actors, and the records made so far by register: what later forms may refer to."""

    seed: int
    end: datetime
    users: dict[str, User] = field(default_factory=dict)
    records: dict[str, list[Record]] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        names = {person.username for person in EVERYONE}
        self.users = {u.username: u for u in User.objects.filter(username__in=names)}

    def actor(self, role: str, district: str) -> Actor:
        """Somebody who holds `role` and works in `district`."""
        name = BY_ROLE.get(role, "operator")
        if role == "social_worker":
            name = NEAR.get(district, name)
        return Actor.for_user(self.users[name])

    def doer(self, step: Step, district: str) -> Actor:
        """Who does a step: its own body's holder of the role, else somebody who stands in."""
        person = holder_of(step)
        if person is None or step.role == "social_worker":
            return self.actor(step.role, district)
        return Actor.for_user(self.users[person.username])

    def filler_of(self, form: str, role: str, district: str) -> Actor:
        """Who fills `form`: the holder of `role` when the form is theirs."""
        roles = current_form_version(form).spec["settings"].get("filled_by", [])
        inside = [name for name in roles if name in BY_ROLE]
        if not inside:
            return Actor(user=None, name="Vətəndaş", role="citizen", channel="web")
        return self.actor(role if role in inside else inside[0], district)

    def remember(self, record: Record, register: str) -> None:
        """Let later forms refer to the record."""
        self.records.setdefault(register, []).append(record)

    def newest(self, rng: Random) -> dict[str, str]:
        """Numbers that look-ups may name: something recent of each register."""
        return {code: rng.choice(rows[-20:]).key for code, rows in self.records.items()}


@dataclass
class Story:
    """The history of one family: what is known of it, and its own random choices."""

    world: World
    index: str
    rng: Random
    known: Json
    district: str
    own: dict[str, Record] = field(default_factory=dict)
    filed: list[int] = field(
        default_factory=list
    )  # submissions whose protocols are to be lived
    count: int = 0

    @property
    def key(self) -> uuid.UUID:
        """The next client key: the same story told again has the same keys."""
        self.count += 1
        return uuid.uuid5(NAMESPACE, f"{self.world.seed}/{self.index}/{self.count}")

    def file(
        self,
        form: str,
        now: datetime,
        *,
        role: str = "",
        wishes: Mapping[str, Any] | None = None,
        record: Record | None = None,
        actor: Actor | None = None,
    ) -> Submission:
        """Fill `form` and hand it in, as `actor` or whoever fills it in `role`.

        Raises CannotFill and what the door raises.
        """
        version = current_form_version(form)
        actor = actor or self.world.filler_of(form, role, self.district)
        register = version.spec["settings"].get("register", "")
        numbers = self.numbers(actor)
        if record is not None:
            numbers[register] = record.key
        for needed, first in BEGINS_WITH.get(form, {}).items():
            if needed not in numbers:
                self.file(first, now - timedelta(hours=1))
                numbers[needed] = self.own[needed].key
        answers = Filler(
            version=version,
            values=Values(self.rng, now),
            lookups=RecordLookups(actor),
            now=now,
            rng=self.rng,
            known={**self.known, **(wishes or {})},
            records=numbers,
        ).fill()
        draft = self.attach(version, answers, actor, now)
        done = submit(
            version=version,
            answers=answers,
            actor=actor,
            now=now,
            record=record,
            client_key=self.key,
            draft=draft,
        )
        self.filed.append(done.pk)
        if done.record is not None:
            self.own[register] = done.record
            self.world.remember(done.record, register)
            self.move(done.record, form, actor, now)
        return done

    def numbers(self, actor: Actor) -> dict[str, str]:
        """A record of each register for look-ups: the family's own, else one that is near."""
        wanted = self.world.newest(self.rng) | {c: r.key for c, r in self.own.items()}
        visible = set(
            visible_to(actor)
            .filter(key__in=wanted.values())
            .values_list("register__code", "key")
        )
        return {code: key for code, key in wanted.items() if (code, key) in visible}

    def move(self, record: Record, form: str, actor: Actor, now: datetime) -> None:
        """The status that the form leaves behind; for outsiders a supervisor sets it."""
        status = STATUS_AFTER.get(form)
        if not status:
            return
        current = Record.objects.get(pk=record.pk)
        if current.status != status:
            if not may_on(actor.user, current, "transition"):
                actor = self.world.actor("supervisor", self.district)
            transition(
                record=current,
                status=status,
                actor=actor,
                now=now,
                expected_row_version=current.row_version,
            )

    def attach(self, version: Any, answers: Json, actor: Actor, now: datetime) -> Draft | None:
        """Real files in place of the stand-ins, kept with a draft; None without files."""
        waiting = [key for key, value in answers.items() if is_stand_in(value)]
        if not waiting:
            return None
        if actor.user is None:
            for key in waiting:
                del answers[key]
            return None
        draft = drafting.start(version=version, user=actor.user, now=now, answers={})
        for key in waiting:
            answers[key] = store_file(answers[key], draft, actor.user, now)
        return draft


def holder_of(step: Step) -> Person | None:
    """Who of the demo's people holds the step's role in its own body."""
    body = step.organization.code if step.organization else ""
    post = (step.role, body)
    return next((one for one in EVERYONE if (one.role, one.organization) == post), None)


def is_staffed(step: Step) -> bool:
    """Whether anybody does the step; nobody answers for a body that has no account."""
    return step.role not in OUTSIDE_ROLES or holder_of(step) is not None


def is_stand_in(value: Any) -> bool:
    """Whether an answer is a file that is still to be stored."""
    return isinstance(value, dict) and value.get("id") == PLACEHOLDER


def store_file(answer: Json, draft: Draft, user: User, now: datetime) -> Json:
    """A tiny real file in place of the stand-in."""
    image = answer["type"].startswith("image")
    upload = SimpleUploadedFile(answer["name"], PNG if image else PDF, answer["type"])
    kind = "image" if image else "file"
    return uploads.store(upload, kind=kind, draft=draft, user=user, now=now)


__all__ = ["CannotFill", "Story", "World"]
