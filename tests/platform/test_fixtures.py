"""The shared fixtures do what docs/testing.md says."""

import socket

import pytest
from django.db import connection
from wagtail.models import Locale


class TestBrowser:
    def test_opens_a_page_of_the_live_server(self, page):
        page.goto("/healthz")
        assert "ok" in page.content()

    def test_is_narrow_on_a_phone_and_keeps_what_migrations_made(self, phone_page):
        phone_page.goto("/healthz")
        assert phone_page.evaluate("window.innerWidth") == 360
        assert Locale.objects.exists()

    def test_flushes_tables_that_triggers_protect(self, page):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'")
            assert cursor.fetchone() == (0,)


def test_a_user_is_appointed(make_user, noon):
    user = make_user("social_worker", username="leyla")
    assert user.appointments.on(noon.date()).get().role.code == "social_worker"


def test_the_network_is_closed():
    with pytest.raises(RuntimeError, match=r"192\.0\.2\.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
