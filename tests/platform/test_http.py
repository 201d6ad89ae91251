"""What every answer says, and what is answered when something is broken."""

import json

import pytest
from django.db import OperationalError
from django.test import Client


class TestPolicy:
    def test_is_strict_on_our_pages(self, client, db):
        policy = client.get("/accounts/login/")["Content-Security-Policy"]
        assert "unsafe-inline" not in policy
        assert "default-src 'self'" in policy

    def test_is_wider_in_the_admin_alone(self, client, administrator):
        client.force_login(administrator)
        policy = client.get("/cms/")["Content-Security-Policy"]
        assert "script-src 'self' 'unsafe-inline'" in policy
        assert "object-src 'none'" in policy

    def test_lets_no_frame_ask_for_camera_or_place(self, client):
        assert "camera=(self)" in client.get("/healthz")["Permissions-Policy"]


@pytest.fixture
def broken_database(monkeypatch):
    """A database that refuses every connection, as one that was stopped."""
    from django.db import connection

    def refuse():
        raise OperationalError("connection refused")

    connection.close()
    monkeypatch.setattr(connection, "connect", refuse)
    yield Client(raise_request_exception=False)
    monkeypatch.undo()


class TestWithoutDatabase:
    def test_pages_say_that_the_system_is_away(self, transactional_db, broken_database):
        broken_database.cookies["sessionid"] = "0" * 32
        answer = broken_database.get("/portal/")
        assert answer.status_code == 503
        assert answer["Retry-After"] == "10"
        assert '<html lang="az"' in answer.content.decode()

    def test_programs_get_a_problem(self, transactional_db, broken_database):
        answer = broken_database.get("/api/v1/forms")
        assert answer.status_code == 503
        assert answer["Content-Type"] == "application/problem+json"
        assert json.loads(answer.content)["code"] == "unavailable"

    def test_the_process_is_alive_but_not_ready(self, transactional_db, broken_database):
        assert broken_database.get("/healthz").status_code == 200
        assert broken_database.get("/readyz").status_code == 503


class TestImages:
    @pytest.mark.parametrize(
        "address",
        ["/media/original_images/a.jpg", "/media/documents/a.pdf", "/media/images/../x"],
    )
    def test_other_than_renditions_do_not_exist(self, client, db, address):
        assert client.get(address).status_code == 404

    def test_of_pages_are_served(self, client, settings, tmp_path):
        settings.MEDIA_ROOT = str(tmp_path)
        (tmp_path / "images").mkdir()
        (tmp_path / "images" / "a.txt").write_text("picture")
        assert b"".join(client.get("/media/images/a.txt").streaming_content) == b"picture"
