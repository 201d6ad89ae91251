"""History that cannot be rewritten, and rows that cannot change without it."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from config.shared.definitions import digest
from forms_builder.models import FormVersion
from registry.models import (
    ChangeKind,
    HistoricalRecord,
    HistoricalSubmission,
    Record,
    RegisterVersion,
    Submission,
)
from registry.models.history import change_content, leaf_hash, row_change_content, row_content
from registry.services import amend
from registry.services.acts import change_by


@pytest.fixture
def submission(intake, actor, send):
    return send(intake, actor, risk="low", members=[{"name": "Ə"}])


def refused(act, *args, **kwargs):
    """The database's refusal of `act`, which must come at once or at commit."""
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        act(*args, **kwargs)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return str(error.value)


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize("model", [Record, Submission])
    def test_a_bulk_update(self, submission, model):
        column = {"status": "closed"} if model is Record else {"state": "withdrawn"}

        message = refused(model.objects.update, **column)

        assert "without a new version" in message

    def test_a_bulk_update_that_counts_up_but_leaves_no_history(self, submission):
        message = refused(Record.objects.update, status="closed", row_version=2)

        assert "has no history" in message

    def test_raw_sql(self, submission):
        message = refused(sql, "UPDATE registry_record SET title = 'X'")

        assert "without a new version" in message

    def test_a_bulk_insert(self, submission):
        record = Record.objects.get()
        record.pk, record.uuid, record.key = None, uuid4(), "KM-1"

        assert "has no history" in refused(Record.objects.bulk_create, [record])

    @pytest.mark.parametrize("model", [Record, Submission])
    def test_deleting_a_tracked_row(self, submission, model):
        table = model._meta.db_table

        assert "never deleted" in refused(sql, f"DELETE FROM {table}")

    @pytest.mark.parametrize(
        "model", [HistoricalRecord, HistoricalSubmission, RegisterVersion, FormVersion]
    )
    @pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
    def test_removing_what_is_kept_for_ever(self, submission, model, statement):
        refused(sql, statement.format(model._meta.db_table))

    @pytest.mark.parametrize(
        ("model", "column"),
        [
            (HistoricalRecord, "reason"),
            (HistoricalSubmission, "actor_name"),
            (RegisterVersion, "sha256"),
            (FormVersion, "sha256"),
        ],
    )
    def test_changing_what_is_kept_for_ever(self, submission, model, column):
        refused(model.objects.update, **{column: "x"})

    def test_a_history_row_with_a_time_of_its_own(self, submission, actor, noon):
        record = submission.record
        change = change_by(actor, noon, ChangeKind.CORRECT)
        record.title = "X"

        message = refused(
            record.save_tracked, replace(change, recorded_at=timezone.now() - timedelta(days=1))
        )

        assert "not the time of this database" in message

    def test_a_save_outside_the_services(self, submission):
        record = Record.objects.get()
        record.status = "closed"

        assert "without a new version" in refused(record.save)

    def test_a_new_row_outside_the_services(self, submission):
        register = submission.record.register_id

        assert "version 1" in refused(Record.objects.create, register_id=register, key="KM-1")


class TestTheDatabaseAllows:
    def test_rebuilding_what_is_derived(self, submission):
        Record.objects.update(search_internal="x", title_sort="y")
        sql("SET CONSTRAINTS ALL IMMEDIATE")

        assert HistoricalRecord.objects.count() == 1


class TestTheHash:
    def test_follows_from_what_is_stored(self, submission, actor, noon):
        amend(
            submission=submission,
            answers={"last_name": "Quliyev", "members": [{"name": "B", "illness": "c"}]},
            actor=actor,
            now=noon,
            expected_row_version=1,
            reason_code="mistake",
        )
        previous = ""
        for row in HistoricalSubmission.objects.order_by("history_id"):
            content = {
                "row": row_content(row),
                "change": row_change_content(row),
                "previous": previous,
            }
            assert row.leaf_hash == digest(content)
            previous = row.leaf_hash
        assert Submission.objects.get().leaf_hash == previous

    def test_is_the_same_before_storing_and_after_reading_back(self, submission, actor, noon):
        record = submission.record
        change = change_by(actor, noon, ChangeKind.CORRECT, legal_from=date(2026, 1, 1))
        record.save_tracked(change)
        stored = HistoricalRecord.objects.order_by("history_id").last()

        assert row_change_content(stored) == change_content(change)
        assert row_content(stored) == row_content(Record.objects.get())

    def test_changes_with_any_part(self, submission, actor, noon):
        record = Record.objects.get()
        change = change_by(actor, noon, ChangeKind.CORRECT)
        plain = leaf_hash(record, change)

        assert leaf_hash(record, replace(change, reason="x")) != plain
        record.attributes["risk"] = "high"
        assert leaf_hash(record, change) != plain


class TestStoring:
    def test_writes_row_and_history_by_one_statement(
        self, submission, actor, noon, django_assert_num_queries
    ):
        record = Record.objects.get()
        change = change_by(actor, noon, ChangeKind.CORRECT)
        with django_assert_num_queries(1):
            record.save_tracked(change)

        newest = record.history.order_by("-history_id").first()
        assert (newest.row_version, newest.history_type) == (2, "~")
        assert (newest.history_date, newest.history_user) == (noon, actor.user)

    def test_refuses_a_text_that_is_too_long_instead_of_cutting_it(
        self, submission, actor, noon
    ):
        record = Record.objects.get()
        change = change_by(actor, noon, ChangeKind.CORRECT, reason_code="x" * 64)

        assert "too long" in refused(record.save_tracked, change)
