"""Databases that suit, that are old, that lack something."""

import importlib

import pytest
from django.db import OperationalError, connection, transaction

from config.shared import checks
from config.shared import db as database


class TestCheck:
    def test_is_content_with_the_tests_database(self, db):
        assert checks.describe("default") == []

    def test_names_both_versions_of_an_old_server(self, db, monkeypatch):
        monkeypatch.setattr(checks, "OLDEST_VERSION", 99)
        (message,) = checks.describe("default")
        assert message.id == "dayaq.E001"
        assert message.is_serious()
        assert "99" in message.msg
        assert "köhnədir" in message.msg

    def test_tells_of_missing_trigrams_without_refusing(self, db, without_trigrams):
        (message,) = checks.describe("default")
        assert message.id == "dayaq.W001"
        assert not message.is_serious()
        assert "pg_trgm" in message.msg


@pytest.fixture
def without_trigrams(db, monkeypatch):
    """A server whose packages lack pg_trgm: its names are looked for under another name."""
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
    execute = connection.connection.cursor_factory

    class Elsewhere(execute or connection.Database.extensions.cursor):
        def execute(self, sql, args=None):
            return super().execute(str(sql).replace("pg_trgm", "pg_trgm_absent"), args)

    monkeypatch.setattr(connection.connection, "cursor_factory", Elsewhere)


class TestStamps:
    def test_are_read_while_another_request_asks_for_a_new_one(self, db, monkeypatch):
        monkeypatch.setattr(database, "_STAMPS", {"first": "1"})

        def meanwhile(execute, *arguments):
            database._STAMPS["theirs"] = "2"  # as another thread's request does
            return execute(*arguments)

        with connection.execute_wrapper(meanwhile):
            assert database.stamp("ours", "3") == 3
        assert database.stamp("theirs", "2") == 2


class TestTheWebServer:
    def test_waits_for_nothing_for_ever(self, transactional_db, monkeypatch):
        for name in ("PGOPTIONS", "PGCONNECT_TIMEOUT"):
            monkeypatch.setenv(name, "")  # what importing sets ends with this test
            monkeypatch.delenv(name)
        importlib.reload(importlib.import_module("config.wsgi"))

        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("30s",)
            with pytest.raises(OperationalError), transaction.atomic():
                cursor.execute("SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)")
        connection.close()


class TestTrigrams:
    def test_are_there_after_migrating(self, db):
        assert database.has_trigram()

    def test_are_done_without_where_the_server_has_none(self, without_trigrams):
        assert not database.create_trigram()
        database.create_trigram_indexes("default")
        assert not database.has_trigram()

    def test_index_is_made_once_it_is_wanted(self, db, monkeypatch):
        monkeypatch.setattr(database, "_INDEXES", {("accounts_role", "title_az")})
        for _ in range(2):
            database.create_trigram_indexes("default")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_indexes WHERE indexname = 'accounts_role_title_az_trgm'"
            )
            assert cursor.fetchone()
