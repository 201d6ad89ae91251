"""Nobody gives themself or others more than they hold."""

import pytest
from django.contrib.auth.models import Group, Permission

from config.accounts.models import Appointment, User
from config.accounts.services import CONFIGURATION_ADMINS, TRAINERS, ensure_groups

NEW = {
    "username": "yeni",
    "email": "yeni@example.az",
    "first_name": "Yeni",
    "last_name": "Hesab",
    "password1": "uzun-bir-parol-2026",
    "password2": "uzun-bir-parol-2026",
    "is_superuser": "on",
}


@pytest.fixture
def admin(db, make_user):
    """Somebody who configures and keeps accounts, and is no superuser."""
    ensure_groups()
    admin = make_user("admin", username="kamran", email="k@example.az", last_name="N")
    admin.groups.add(Group.objects.get(name=CONFIGURATION_ADMINS))
    return admin


@pytest.fixture
def browser(client, admin):
    client.force_login(admin)
    return client


class TestAnAccount:
    def test_of_an_administrator_is_made_by_one_of_them_alone(
        self, browser, client, administrator
    ):
        browser.post("/cms/users/new/", NEW)
        assert not User.objects.get(username="yeni").is_superuser

        client.force_login(administrator)
        client.post("/cms/users/new/", NEW | {"username": "basqa"})
        assert User.objects.get(username="basqa").is_superuser

    def test_of_an_administrator_gets_no_new_password_from_below(self, browser, administrator):
        url = f"/cms/users/edit/{administrator.pk}/"
        told = NEW | {"username": administrator.username, "is_active": "on"}

        answers = [browser.get(url), browser.post(url, told)]

        assert [answer.status_code for answer in answers] == [302, 302]
        administrator.refresh_from_db()
        assert administrator.check_password("parol")

    def test_of_an_administrator_is_not_shut_from_below_among_others(
        self, browser, administrator
    ):
        url = f"/cms/bulk/accounts/user/set_active_state/?id={administrator.pk}"
        browser.post(url, {"mark_as_active": "False"})
        administrator.refresh_from_db()
        assert administrator.is_active

    def test_of_others_is_changed_and_never_raised(self, browser, make_user):
        other = make_user(username="diger")
        told = NEW | {"username": "diger", "is_active": "on"}

        browser.post(f"/cms/users/edit/{other.pk}/", told)

        other.refresh_from_db()
        assert (other.last_name, other.is_superuser) == ("Hesab", False)


class TestAGroupThatMayDoMore:
    @pytest.fixture
    def above(self, admin):
        """A group that deletes accounts, which configuration admins may not."""
        group = Group.objects.create(name="IT")
        group.permissions.add(Permission.objects.get(codename="delete_user"))
        return group

    def test_takes_nobody_in_from_below(self, browser, admin, above):
        trainers = Group.objects.get(name=TRAINERS)
        told = {name: value for name, value in NEW.items() if name != "is_superuser"}
        browser.post("/cms/users/new/", told | {"groups": [above.pk]})
        assert not User.objects.filter(username="yeni").exists()
        browser.post("/cms/users/new/", told | {"groups": [trainers.pk]})
        assert User.objects.get(username="yeni").groups.get() == trainers

    def test_keeps_its_accounts_from_those_below(self, browser, make_user, above):
        member = make_user(username="it")
        member.groups.add(above)
        told = NEW | {"username": "it", "is_active": "on"}

        assert browser.post(f"/cms/users/edit/{member.pk}/", told).status_code == 302

        member.refresh_from_db()
        assert member.check_password("parol")


class TestAnAppointment:
    @pytest.mark.parametrize("who", ["admin", "administrator"])
    def test_is_nobodys_own_work(self, client, request, make_user, admin, who):
        oneself = request.getfixturevalue(who)
        other = make_user("auditor").appointments.get()
        client.force_login(oneself)
        told = {
            "user": oneself.pk,
            "role": other.role_id,
            "organization": other.organization_id,
            "valid_from": "2026-11-01",
        }

        for address in ("new/", f"edit/{other.pk}/"):
            page = client.post(f"/cms/appointments/{address}", told)
            assert page.status_code == 200
            assert "user" in page.context["form"].errors

        assert not Appointment.objects.filter(user=oneself, role__code="auditor").exists()

    def test_of_ones_own_is_not_prolonged(self, browser, admin):
        held = admin.appointments.get()
        told = {
            "user": held.user_id,
            "role": held.role_id,
            "organization": held.organization_id,
            "valid_from": "2026-11-01",
            "valid_to": "2030-01-01",
        }
        browser.post(f"/cms/appointments/edit/{held.pk}/", told)
        held.refresh_from_db()
        assert held.valid_to is None
