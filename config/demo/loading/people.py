"""Roles, users and their appointments."""

from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from config.accounts.models import Appointment, Role, User
from config.accounts.services import ensure_groups
from config.demo.pack import pack
from config.demo.users import COLLEAGUES, PASSWORD, PEOPLE, Person
from content.models import Organization, Place

YEARS_OF_HISTORY = 3


def load_people(now: datetime) -> None:
    """Everybody who appears in the demo, appointed long enough ago for its history."""
    ensure_groups()
    for role in pack("roles"):
        Role.objects.update_or_create(
            code=role["code"],
            defaults={
                "title_az": role["name_az"],
                "title_en": role["name_en"],
                "kind": role["kind"],
            },
        )
    missing = missing_people()
    if not missing:
        return
    password = make_password(PASSWORD)  # one slow hash serves them all
    since = timezone.localdate(now) - timedelta(days=365 * YEARS_OF_HISTORY)
    for person in missing:
        make_person(person, password, since)


def missing_people() -> list[Person]:
    """Those without an account."""
    names = [person.username for person in (*PEOPLE, *COLLEAGUES)]
    there = set(User.objects.filter(username__in=names).values_list("username", flat=True))
    return [person for person in (*PEOPLE, *COLLEAGUES) if person.username not in there]


def make_person(person: Person, password: str, since: date) -> User:
    """A user with an appointment and, where the persona configures, a group."""
    user = User.objects.create(
        username=person.username,
        first_name=person.first_name,
        last_name=person.last_name,
        password=password,
    )
    if person.group:
        user.groups.add(Group.objects.get(name=person.group))
    Appointment.objects.create(
        user=user,
        role=Role.objects.get(code=person.role),
        organization=Organization.objects.get(code=person.organization),
        area=Place.objects.get(code=person.area) if person.area else None,
        valid_from=since,
    )
    return user
