"""Roles, appointments and groups in the admin."""

from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import GroupApprovalTask, Page

from config.accounts.models import Appointment
from config.accounts.services import (
    AUDITORS,
    CONFIGURATION_ADMINS,
    TRAINERS,
    ensure_groups,
)


@pytest.fixture
def groups(db):
    ensure_groups()


class TestGroups:
    @pytest.mark.parametrize("name", [CONFIGURATION_ADMINS, TRAINERS, AUDITORS])
    def test_may_enter_the_admin(self, client, groups, make_user, name):
        user = make_user()
        user.groups.add(Group.objects.get(name=name))
        client.force_login(user)
        assert client.get("/cms/").status_code == 200

    def test_are_made_once(self, groups):
        ensure_groups()
        assert Group.objects.filter(name=TRAINERS).count() == 1

    def test_let_admins_approve_what_trainers_write(self, groups, make_user):
        (task,) = GroupApprovalTask.objects.all()
        admin = make_user()
        admin.groups.add(Group.objects.get(name=CONFIGURATION_ADMINS))
        trainer = make_user()
        trainer.groups.add(Group.objects.get(name=TRAINERS))
        page = Page.objects.get(depth=1)
        assert task.user_can_access_editor(page, admin)
        assert not task.user_can_access_editor(page, trainer)

    @pytest.mark.parametrize(
        ("name", "may"), [(CONFIGURATION_ADMINS, True), (TRAINERS, True), (AUDITORS, False)]
    )
    def test_let_authors_alone_translate_guides(self, groups, make_user, name, may):
        user = make_user(username="author")
        user.groups.add(Group.objects.get(name=name))
        assert user.has_perm("simple_translation.submit_translation") is may

    def test_let_admins_alone_keep_addresses(self, client, groups, make_user):
        address = "/cms/snippets/content/location/"
        for name, status in ((CONFIGURATION_ADMINS, 200), (AUDITORS, 302), (TRAINERS, 302)):
            user = make_user()
            user.groups.add(Group.objects.get(name=name))
            client.force_login(user)
            assert client.get(address).status_code == status, name

    def test_never_open_records(self, groups, make_user):
        user = make_user()
        user.groups.add(*Group.objects.all())
        held = {
            name
            for name in user.get_all_permissions()
            if "record" in name or "submission" in name
        }
        assert not held


def test_a_caseworker_stays_out_of_the_admin(client, make_user):
    client.force_login(make_user("social_worker"))
    assert client.get("/cms/").status_code == 302


class TestAppointments:
    def test_are_made_by_a_configuration_admin(
        self, client, groups, make_user, make_organization
    ):
        admin, worker = make_user(), make_user("social_worker")
        admin.groups.add(Group.objects.get(name=CONFIGURATION_ADMINS))
        client.force_login(admin)
        role = worker.appointments.get().role
        answer = client.post(
            "/cms/appointments/new/",
            {
                "user": worker.pk,
                "role": role.pk,
                "organization": make_organization("clinic").pk,
                "valid_from": "2026-11-01",
                "valid_to": "2026-12-31",
            },
        )
        assert answer.status_code == 302, answer.content.decode()
        assert worker.appointments.on(date(2026, 12, 31)).count() == 2
        assert worker.appointments.on(date(2027, 1, 1)).count() == 1

    def test_are_listed_with_days_as_everywhere(self, client, administrator, make_user):
        make_user("social_worker")
        client.force_login(administrator)
        assert "01.01.2020" in client.get("/cms/appointments/").content.decode()

    def test_do_not_end_before_they_begin(self, client, administrator, make_user):
        held = make_user("social_worker").appointments.get()
        client.force_login(administrator)
        values = {
            "user": held.user_id,
            "role": held.role_id,
            "organization": held.organization_id,
        }
        values |= {"valid_from": "2026-11-02", "valid_to": "2026-11-01"}
        answer = client.post(f"/cms/appointments/edit/{held.pk}/", values)
        assert answer.status_code == 200
        assert Appointment.objects.get().valid_to is None

    def test_of_one_person_are_a_click_from_the_account(self, client, administrator, make_user):
        worker = make_user("social_worker", username="leyla")
        client.force_login(administrator)
        link = f"/cms/appointments/?user={worker.pk}"
        assert link in client.get("/cms/users/").content.decode()
        assert client.get(link).status_code == 200

    def test_list_costs_the_same_for_one_and_for_many(self, client, administrator, make_user):
        make_user("social_worker")
        client.force_login(administrator)
        client.get("/cms/appointments/")
        with CaptureQueriesContext(connection) as one:
            client.get("/cms/appointments/")
        for _ in range(12):
            make_user("social_worker")
        with CaptureQueriesContext(connection) as many:
            client.get("/cms/appointments/")
        assert len(many) == len(one)
