"""Two years of invented families, the same for the same seed."""

import logging
import uuid
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from config.accounts.actors import Actor
from config.accounts.models import User
from config.demo.families.names import Family, Human, family
from config.demo.families.play import REFUSALS, play
from config.demo.families.world import NAMESPACE, Story, World
from config.demo.pack import pack
from config.shared.memo import request_memo
from protocols.models import Notice
from protocols.services import mark_read
from registry.access import may_on
from registry.models import Record, Submission
from registry.services import amend

logger = logging.getLogger(__name__)

Json = dict[str, Any]
DAYS, UNREAD_DAYS = 730, 7
# How often each beginning happens; the rest of the forms share what is left.
BEGINNINGS = (
    ["case_intake"] * 8 + ["foster_application"] * 4 + ["urgent_report"] * 2
    + ["danger_signal", "early_detection", "home_care_application", "daycare_enrolment"]
    + ["release_adaptation", "other"]
)  # fmt: skip
HOME_DISTRICT = ("abseron_xizi", "sumqayit")
WISHES: dict[str, Json] = {
    "case_intake": {"decision": ("open_case",), "immediate_danger": ("no",)},
    "foster_application": {
        "notarised": ("yes",), "data_consent": ("yes",), "sp_consent": ("yes",),
        "criminal_record": ("no",), "rights_restricted": ("no",),
        "marital_status": ("married",),
    },
    "adoption_application": {"data_consent": ("yes",)},
    "housing_queue_application": {"owns_housing": ("no",)},
}  # fmt: skip


def invent(count: int, seed: int, end: datetime) -> list[str]:
    """Invent `count` families up to `end`; what is there already is left alone.

    Returns what could not be done, for the log.
    """
    world = World(seed, end)
    recall(world)
    tell(world, "institutions", begin_institutions)
    for index in range(count):
        tell(world, str(index), live)
    for form in rare_forms():
        tell(world, form, rare)
    read_old_notices(end)
    return world.skipped


def read_old_notices(end: datetime) -> None:
    """What came more than a week ago has been read."""
    week_ago = end - timedelta(days=UNREAD_DAYS)
    old = Notice.objects.filter(created_at__lt=week_ago, read_at__isnull=True)
    for user in User.objects.filter(pk__in=old.values("user")):
        mark_read(user, old.filter(user=user).values_list("pk", flat=True), now=week_ago)


def recall(world: World) -> None:
    """Records of an earlier run that new ones may refer to."""
    newest = Record.objects.select_related("register").order_by("-pk")[:400]
    for record in reversed(newest):
        world.remember(record, record.register.code)


def tell(world: World, index: str, act: Any) -> None:
    """Tell one story, all of it or nothing, unless it was told before."""
    first = uuid.uuid5(NAMESPACE, f"{world.seed}/{index}/1")
    if Submission.objects.filter(client_key=first).exists():
        return
    rng = Random(f"{world.seed}/{index}")  # noqa: S311 - invented people, not secrets
    people = household(rng, world)
    story = Story(world, index, rng, known(people, rng), people.district)
    try:
        # Nothing is published meanwhile: forms and rules are read once, as in a request.
        with transaction.atomic(), request_memo():
            act(story)
    except REFUSALS as error:
        world.skipped.append(f"{index}: {error}")


def household(rng: Random, world: World) -> Family:
    """A family, often in the district of the caseworker whom the demo shows."""
    region, district = HOME_DISTRICT
    if rng.random() > 0.35:
        chosen = rng.choice(pack("regions"))
        region, district = chosen["code"], rng.choice(chosen["units"])["code"]
    return family(rng, timezone.localdate(world.end), region, district)


def known(people: Family, rng: Random) -> Json:
    """What every form may ask of this family, by the name of the question."""
    adult = rng.choice((people.mother, people.father))
    spouse = people.father if adult is people.mother else people.mother
    child = people.children[0]
    return {
        **about(adult, ""),
        **about(adult, "app_"),
        **about(spouse, "sp_"),
        "region": people.region,
        "district": people.district,
        "origin_region": people.region,
        "origin_district": people.district,
        "address": people.address,
        "reg_address": people.address,
        "household_size": 2 + len(people.children),
        "mother_name": people.mother.full_name,
        "mother_fin": people.mother.fin,
        "father_name": people.father.full_name,
        "father_fin": people.father.fin,
        "parent_name": spouse.full_name,
        "parent_fin": spouse.fin,
        "b_name": child.full_name,
        "household_members": [
            {"hm_name": one.full_name, "hm_birth_date": str(one.birth_date)}
            for one in people.children
        ],
    }


def about(one: Human, prefix: str) -> Json:
    """A person under a prefix of question names."""
    return {
        f"{prefix}fin": one.fin,
        f"{prefix}last_name": one.last_name,
        f"{prefix}first_name": one.first_name,
        f"{prefix}patronymic": one.patronymic,
        f"{prefix}birth_date": str(one.birth_date),
        f"{prefix}gender": one.gender,
        f"{prefix}phone": one.phone,
    }


def some_moment(rng: Random, end: datetime) -> datetime:
    """A working hour in the two years before `end`; one in six in the last days."""
    is_recent = rng.random() < 1 / 6
    days = rng.randint(1, 9) if is_recent else int(DAYS * rng.random() ** 1.4) + 2
    day = timezone.localtime(end) - timedelta(days=days)
    return day.replace(
        hour=rng.randint(9, 16), minute=rng.randrange(60), second=0, microsecond=0
    )


# --- stories -----------------------------------------------------------------------------


def begin_institutions(story: Story) -> None:
    """Institutions come first: many forms name one."""
    now = timezone.localtime(story.world.end) - timedelta(days=DAYS + 30)
    for number in range(5):
        names = {"inst_name": f"“{('Günəş', 'Ümid', 'Çinar', 'Nur', 'Bahar')[number]}” mərkəzi"}
        story.file("institution_passport", now + timedelta(hours=number), wishes=names)


def live(story: Story) -> None:
    """One family's way: how it began, what followed, sometimes a correction."""
    begin = story.rng.choice(BEGINNINGS)
    if begin == "other":
        begin = story.rng.choice(rare_forms())
    now = some_moment(story.rng, story.world.end)
    if begin == "foster_application":
        story.file("child_registration", now - timedelta(days=20), wishes=child_of(story))
    submission = story.file(begin, now, role="social_worker", wishes=WISHES.get(begin, {}))
    if story.rng.random() < 0.2:
        correct(story, submission, now + timedelta(hours=story.rng.randint(1, 30)))
    play(story)


def child_of(story: Story) -> Json:
    """A child who waits for a family: of other parents."""
    other = family(
        story.rng, timezone.localdate(story.world.end), story.known["region"], story.district
    )
    child = other.children[0]
    return {**about(child, ""), "mother_fin": other.mother.fin, "father_fin": other.father.fin}


def correct(story: Story, submission: Submission, now: datetime) -> None:
    """Somebody mistyped a telephone number and puts it right."""
    named = [key for key in submission.answers if key.endswith("phone")]
    user = submission.submitted_by
    if not named or user is None or now > story.world.end:
        return
    if submission.record is None or not may_on(user, submission.record, "amend"):
        return  # who reports from outside corrects nothing afterwards
    number = f"+99450000{story.rng.randrange(10_000):04d}"
    current = Submission.objects.get(pk=submission.pk)
    amend(
        submission=current,
        answers={**current.answers, named[0]: number},
        actor=Actor.for_user(user),
        now=now,
        expected_row_version=current.row_version,
        reason_code="typing",
        reason="Nömrədə rəqəm səhvi düzəldildi.",
    )


def rare_forms() -> list[str]:
    """Forms that make a record and may not have come up by chance."""
    usual = {"case_intake", "foster_application", "urgent_report", "institution_passport"}
    return [
        f["code"] for f in pack("forms") if f["mode"] == "create" and f["code"] not in usual
    ]


def rare(story: Story) -> None:
    """So that no register is empty: one record, and what its protocol asks."""
    now = some_moment(story.rng, story.world.end)
    story.file(story.index, now, wishes=WISHES.get(story.index, {}))
    play(story)
