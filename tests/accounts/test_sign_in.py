"""Coming in, staying out, and in which language."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from config.accounts.models import User
from tests.conftest import appoint

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def fresh_cache():
    """Attempts of one test do not count in the next."""
    cache.clear()


def sign_in(client, name="leyla", password="parol", **extra):
    return client.post(LOGIN, {"login": name, "password": password}, **extra)


class TestSigningIn:
    def test_leads_caseworkers_to_the_portal(self, client, make_user):
        make_user("social_worker", username="leyla")
        assert sign_in(client).url == "/portal/"

    def test_leads_those_who_only_configure_to_the_admin(self, client, administrator):
        assert sign_in(client, "administrator").url == "/cms/"

    def test_goes_on_to_the_page_that_was_asked_for(self, client, make_user):
        make_user("auditor", username="leyla")
        answer = client.post(
            LOGIN + "?next=/audit/", {"login": "leyla", "password": "parol", "next": "/audit/"}
        )
        assert answer.url == "/audit/"

    def test_keeps_the_name_and_says_what_is_wrong(self, client, make_user):
        make_user("social_worker", username="leyla")
        page = sign_in(client, password="yanlış").content.decode()
        assert 'value="leyla"' in page
        assert "error-summary" in page

    def test_refuses_after_five_wrong_passwords(self, client, make_user):
        make_user("social_worker", username="leyla")
        for _ in range(5):
            sign_in(client, password="yanlış")
        assert "/portal/" not in sign_in(client).get("Location", "")

    def test_refuses_an_account_that_is_switched_off(self, client, make_user):
        make_user("social_worker", username="leyla", is_active=False)
        sign_in(client)
        assert "_auth_user_id" not in client.session

    def test_of_wagtail_is_ours(self, client):
        assert client.get("/cms/").url == f"{LOGIN}?next=/cms/"
        assert client.get("/cms/login/?next=/cms/").url == f"{LOGIN}?next=/cms/"

    def test_ends_with_signing_out(self, client, make_user):
        client.force_login(make_user("social_worker"))
        assert client.post("/accounts/logout/").url == LOGIN
        assert client.get("/portal/").url == f"{LOGIN}?next=/portal/"


def test_nobody_signs_up_alone(client, db):
    client.post(
        "/accounts/signup/",
        {
            "username": "x",
            "email": "x@example.org",
            "password1": "a" * 14,
            "password2": "a" * 14,
        },
    )
    assert not User.objects.exists()


def test_a_forgotten_password_is_replaced_by_letter(client, make_user):
    user = make_user("social_worker", username="leyla", email="leyla@example.org")
    client.post("/accounts/password/reset/", {"email": "leyla@example.org"})
    letter = next(
        line for line in mail.outbox[0].body.split() if "/password/reset/key/" in line
    )
    form = client.get(letter, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": "yeni-uzun-parol-1", "password2": "yeni-uzun-parol-1"})
    user.refresh_from_db()
    assert user.check_password("yeni-uzun-parol-1")


def test_a_letter_does_not_tell_who_has_an_account(client, db):
    answer = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert answer.url == reverse("account_reset_password_done")
    assert not mail.outbox


class TestAuthority:
    @pytest.mark.parametrize("address", ["/portal/", "/audit/"])
    def test_ends_with_the_last_day(self, client, make_user, make_organization, address):
        user = make_user()
        today = timezone.localdate()
        client.force_login(user)
        appointment = appoint(user, "auditor", make_organization(), valid_to=today)
        assert "authority_ended" not in str([t.name for t in client.get(address).templates])
        appointment.valid_from = today - timedelta(days=9)
        appointment.valid_to = today - timedelta(days=1)
        appointment.save()
        answer = client.get(address)
        assert answer.status_code == 403
        assert "authority_ended" in answer.templates[0].name

    def test_is_not_given_to_superusers_as_such(self, client, administrator):
        client.force_login(administrator)
        answer = client.get("/portal/")
        assert answer.status_code == 403
        assert 'href="/cms/"' in answer.content.decode()

    def test_is_read_once_for_a_request(self, make_user, django_assert_num_queries):
        from config.accounts.selectors import appointments_in_force

        user = make_user("social_worker")
        user.forget_appointments()
        day = date(2026, 11, 16)
        with django_assert_num_queries(1):
            for _ in range(3):
                held = appointments_in_force(user, day)
                assert str(held[0].role), str(held[0].organization)

    def test_is_read_again_after_it_changed(self, make_user, make_organization):
        from config.accounts.selectors import appointments_in_force

        user, day = make_user(), date(2026, 11, 16)
        assert not appointments_in_force(user, day)
        appoint(user, "auditor", make_organization())
        assert len(appointments_in_force(user, day)) == 1


class TestLanguage:
    def test_is_the_signed_in_persons(self, client, make_user):
        client.force_login(make_user("social_worker", language="en"))
        assert client.get("/accounts/password/change/").headers["Content-Language"] == "en"

    def test_is_azerbaijani_for_others(self, client, db):
        answer = client.get(LOGIN)
        assert answer.headers["Content-Language"] == "az"
        assert '<html lang="az"' in answer.content.decode()

    def test_stays_chosen_on_another_device_and_in_the_admin(self, client, make_user):
        user = make_user("social_worker")
        client.force_login(user)
        client.post("/i18n/setlang/", {"language": "en", "next": "/portal/"})
        user = User.objects.get(pk=user.pk)
        assert user.language == "en"
        assert user.wagtail_userprofile.preferred_language == "en"

    def test_chosen_in_the_admin_is_ours_too(self, make_user):
        user = make_user()
        user.wagtail_userprofile.preferred_language = "en"
        user.wagtail_userprofile.save()
        user.refresh_from_db()
        assert user.language == "en"


class TestPages:
    @pytest.mark.parametrize(
        "address", [LOGIN, "/accounts/password/reset/", "/accounts/signup/"]
    )
    def test_fit_a_phone(self, open_page, address):
        page = open_page(phone=True)
        page.goto(address)
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
