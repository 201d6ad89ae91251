"""A register that protects more than before protects its old records as well."""

import pytest
from django.urls import reverse

from registry.models import Record
from registry.search import matching
from registry.selectors import records_list
from tests.registry.specs import attribute, form_spec, register_spec, rule

READERS = rule(["reader"], actions=["read"], sensitivity="internal")
ACCESS = [rule(["social_worker"]), READERS]


def register(risk: str = "internal", **more):
    """The register of cases; `risk` is how protected the risk is."""
    spec = register_spec(access=ACCESS, **more)
    rows = [row for row in spec["attributes"] if row["name"] != "risk"]
    return spec | {"attributes": [*rows, attribute("risk", risk)]}


@pytest.fixture
def record(publish, actor, send):
    """A record made when the risk was open to readers."""
    publish(register())
    return send(publish(form_spec()), actor, risk="Gizlin təhlükə").record


@pytest.fixture
def reader(make_user):
    return make_user("reader", username="reader")


class TestAFieldThatBecameMoreProtected:
    def test_finds_no_record_of_before_any_more(self, record, publish, reader, worker):
        assert list(matching(reader, "gizlin")) == [record]

        publish(register("sensitive"))

        assert list(matching(reader, "gizlin")) == []
        assert list(matching(worker, "gizlin")) == [record]
        assert list(matching(reader, record.key)) == [record]

    def test_leaves_the_records_and_their_history_as_they_are(self, record, publish):
        publish(register("sensitive"))

        after = Record.objects.get()
        assert after.row_version == after.history.count() == 1
        assert after.updated_at == record.updated_at


class TestAFieldThatBecameSearchable:
    def test_finds_the_records_of_before(self, publish, actor, send, reader):
        silent = register()
        silent["attributes"][-1]["searchable"] = False
        publish(silent)
        record = send(publish(form_spec()), actor, risk="Gizlin").record
        assert list(matching(reader, "gizlin")) == []

        publish(register())

        assert list(matching(reader, "gizlin")) == [record]


class TestATitleMadeOfOtherFields:
    def test_is_not_read_by_whoever_may_read_the_new_ones_alone(
        self, client, record, publish, reader
    ):
        assert record.title == "Məmmədova"
        publish(register(title_template="{risk}"))
        client.force_login(reader)

        (row,) = records_list(reader, "cases").rows
        page = client.get(reverse("portal:record", args=[record.uuid])).text

        assert row.title == "Gizlin təhlükə"
        assert "Məmmədova" not in page
        assert list(matching(reader, "memmedova")) == []


class TestAnotherChange:
    def test_reads_no_record(self, record, publish, django_assert_max_num_queries):
        with django_assert_max_num_queries(60) as asked:
            publish(register(retention={"az": "5 il"}))
        assert not any("UPDATE registry_record" in query["sql"] for query in asked)
