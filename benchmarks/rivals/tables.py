"""The rivals' tables and pages, there for as long as a benchmark runs."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from psycopg2.extras import Json
from wagtail.contrib.forms.models import FormSubmission
from wagtail.models import Site

from benchmarks import material
from benchmarks.rivals import models as rivals
from benchmarks.rivals.plain import WAGTAIL_TYPES
from registry.models import Submission

MODELS = (
    rivals.Filled,
    rivals.Filled.history.model,
    rivals.QuestionPage,
    rivals.QuestionField,
    FormSubmission,
)


@contextmanager
def rival_tables(counts: Iterable[int]) -> Iterator[None]:
    """The rivals' tables, and a Wagtail page for each number of questions."""
    drop_rivals()
    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    try:
        make_pages(counts)
        yield
    finally:
        drop_rivals()


def make_pages(counts: Iterable[int]) -> None:
    """A Wagtail form page for each number of questions."""
    root = Site.objects.get(is_default_site=True).root_page.specific
    for count in counts:
        page = rivals.QuestionPage(title=f"Benchmark {count}", slug=f"benchmark-{count}")
        page.form_fields = [
            rivals.QuestionField(
                sort_order=number,
                label=f"Sual {number + 1}",
                help_text="Bildiyinizi yazın.",
                field_type=WAGTAIL_TYPES.get(kind, "singleline"),
                choices="\n".join(material.LISTS.get(kind, ())),
                required=False,
            )
            for number, (_name, kind) in enumerate(material.kinds(count))
        ]
        root.add_child(instance=page)


def drop_rivals() -> None:
    """Take the rivals' pages and tables away; also what a run that broke off left."""
    there = set(connection.introspection.table_names())
    if rivals.QuestionPage._meta.db_table in there:
        for page in rivals.QuestionPage.objects.all():
            page.delete()
    with connection.cursor() as cursor:
        for model in MODELS:
            cursor.execute(f'DROP TABLE IF EXISTS "{model._meta.db_table}" CASCADE')
        for name in connection.introspection.table_names(cursor):
            if name.startswith("benchmark_"):
                cursor.execute(f'DROP TABLE "{name}" CASCADE')
    ContentType.objects.filter(app_label="rivals").delete()
    ContentType.objects.clear_cache()


@dataclass(frozen=True)
class Copies:
    """Tables like those that a submission fills, with their indexes and without triggers."""

    tables: Mapping[str, str]  # the table copied -> its copy
    rows: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, submission: Submission) -> "Copies":
        """Copies of the tables, and the rows that `submission` left in the real ones."""
        record = submission.record
        assert record is not None
        wanted = {
            "registry_record": ("id", record.pk),
            "registry_historicalrecord": ("id", record.pk),
            "registry_submission": ("id", submission.pk),
            "registry_historicalsubmission": ("id", submission.pk),
            "wagtailcore_modellogentry": ("object_id", str(record.pk)),
        }
        tables = {table: f"benchmark_{table}" for table in wanted}
        with connection.cursor() as cursor:
            for table, copy in tables.items():
                cursor.execute(f"CREATE TABLE {copy} (LIKE {table} INCLUDING ALL)")
            rows = {table: _row(cursor, table, *place) for table, place in wanted.items()}
        return cls(tables, rows)

    def insert(self) -> None:
        """Store the five rows again, under other numbers, in one transaction."""
        new = {"uuid": uuid4(), "client_key": uuid4(), "key": uuid4().hex}
        number = uuid4().int >> 66  # of the live row, as its history names it
        with transaction.atomic(), connection.cursor() as cursor:
            for table, row in self.rows.items():
                values = {name: new.get(name, value) for name, value in row.items()}
                if "id" in row:
                    values["id"] = number
                names, holes = ", ".join(values), ", ".join(["%s"] * len(values))
                cursor.execute(
                    f"INSERT INTO {self.tables[table]} ({names}) VALUES ({holes})",
                    list(values.values()),
                )


def _row(cursor: Any, table: str, column: str, value: Any) -> dict[str, Any]:
    """The newest row, without the number that the database gives."""
    key = "history_id" if "historical" in table else "id"
    cursor.execute(
        f"SELECT * FROM {table} WHERE {column} = %s ORDER BY {key} DESC LIMIT 1", [value]
    )
    row = dict(zip([c.name for c in cursor.description], cursor.fetchone(), strict=True))
    del row[key]
    return {k: Json(v) if isinstance(v, dict) else v for k, v in row.items()}
