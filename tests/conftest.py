"""Fixtures every test may use; docs/testing.md lists them."""

import socket
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation

from config.accounts.models import Appointment, Role, User
from content.models import Organization, Place
from tests.support import baseline

pytest_plugins = ["tests.support.browser", "tests.support.database"]

BAKU = ZoneInfo("Asia/Baku")
MakeUser = Callable[..., User]


@pytest.fixture
def noon() -> datetime:
    """One fixed moment: Monday 16 November 2026, 12:00 in Baku."""
    return datetime(2026, 11, 16, 12, 0, tzinfo=BAKU)


@pytest.fixture(autouse=True)
def in_azerbaijani() -> Iterator[None]:
    """Every test begins in the site's first language and leaves none behind."""
    with translation.override("az"):
        yield


@pytest.fixture
def make_organization(db: None) -> Callable[..., Organization]:
    """`make_organization("agency")`: that organization, made on first call."""

    def make(code: str = "agency", **fields: Any) -> Organization:
        fields.setdefault("title_az", f"Qurum {code}")
        return Organization.objects.get_or_create(code=code, defaults=fields)[0]

    return make


@pytest.fixture
def make_place(db: None) -> Callable[..., Place]:
    """`make_place("nesimi", parent=region)`: that district, made on first call."""

    def make(code: str = "nesimi", **fields: Any) -> Place:
        fields.setdefault("kind", Place.Kind.DISTRICT)
        fields.setdefault("title_az", f"Rayon {code}")
        return Place.objects.get_or_create(code=code, defaults=fields)[0]

    return make


@pytest.fixture
def make_user(db: None, make_organization: Callable[..., Organization]) -> MakeUser:
    """A user, appointed when `role` is given.

    `make_user("social_worker", organization="agency", area=district,
    valid_to=date(2026, 12, 31), permissions=["wagtailadmin.access_admin"], username="leyla")`.
    `organization` is a code or an Organization; `area` a Place or None for the country.
    Other keywords go to the User (`is_superuser=True`). The password is "parol".
    """

    def make(
        role: str = "",
        *,
        organization: str | Organization = "agency",
        area: Place | None = None,
        valid_from: date = date(2020, 1, 1),
        valid_to: date | None = None,
        permissions: tuple[str, ...] | list[str] = (),
        username: str = "",
        **fields: Any,
    ) -> User:
        fields.setdefault("first_name", "Sınaq")
        name = username or f"user{User.objects.count() + 1}"
        user = User.objects.create_user(name, password="parol", **fields)
        for permission in permissions:
            app, codename = permission.split(".")
            user.user_permissions.add(
                Permission.objects.get(content_type__app_label=app, codename=codename)
            )
        if role:
            if isinstance(organization, str):
                organization = make_organization(organization)
            appoint(user, role, organization, area, valid_from, valid_to)
        return user

    return make


def appoint(
    user: User,
    role: str,
    organization: Organization,
    area: Place | None = None,
    valid_from: date = date(2020, 1, 1),
    valid_to: date | None = None,
) -> Appointment:
    """`user` holds `role` (a code; the Role is made on first use) in `organization`."""
    held = Role.objects.get_or_create(code=role, defaults={"title_az": role})[0]
    return Appointment.objects.create(
        user=user,
        role=held,
        organization=organization,
        area=area,
        valid_from=valid_from,
        valid_to=valid_to,
    )


@pytest.fixture
def administrator(make_user: MakeUser) -> User:
    """A superuser, who may do everything in the admin."""
    return make_user(username="administrator", is_superuser=True, is_staff=True)


@pytest.fixture(scope="session", autouse=True)
def closed_network() -> Iterator[None]:
    """Refuse connections that leave this machine, so that no test depends on one."""
    patch = pytest.MonkeyPatch()
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])
            if host not in ("localhost", "::1") and not host.startswith("127."):
                self.close()
                raise RuntimeError(f"A test tried to reach {host}; the network is closed.")
        return connect(self, address)

    patch.setattr(socket.socket, "connect", guarded)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database; what migrations put there comes back after every flush."""
    with django_db_blocker.unblock():
        baseline.keep()
    yield
    with django_db_blocker.unblock():
        baseline.close_forgotten_connections()


@pytest.fixture(scope="session", autouse=True)
def flush_frozen_tables() -> Iterator[None]:
    """Let the flush after a live-server test empty tables whose triggers forbid it.

    Only the owner of a table can switch its triggers off, and only this fixture does.
    """
    patch = pytest.MonkeyPatch()
    flush = DatabaseOperations.execute_sql_flush

    def unfreeze(self: DatabaseOperations, sql_list: list[str]) -> Any:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
            )
            tables = [row[0] for row in cursor.fetchall()]
        off = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
        on = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]
        answer = flush(self, [*off, *sql_list, *on])
        baseline.restore()
        return answer

    patch.setattr(DatabaseOperations, "execute_sql_flush", unfreeze)
    yield
    patch.undo()
