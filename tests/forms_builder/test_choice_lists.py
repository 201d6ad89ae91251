"""Lists of values: drafts, versions, sources and what is kept in memory."""

import pytest

from config.accounts.actors import Actor
from config.shared.problems import ProblemsFound
from forms_builder import choices, selectors, services
from forms_builder.choices import Choice, ChoiceSource
from forms_builder.lookups import DatabaseLookups
from forms_builder.uses import forms_with_list

LABELS = {"az": "Kanal", "en": "Channel"}
ROWS = [
    {"name": "online", "labels": {"az": "Elektron", "en": "Online"}, "kind": "far"},
    {"name": "office", "labels": {"az": "Mərkəz"}},
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor(administrator):
    return Actor.for_user(administrator)


@pytest.fixture
def publish(actor, noon):
    def publish(code="channel", rows=ROWS, source=""):
        values = services.save_choice_list(code, LABELS, rows, actor, source)
        return services.publish_choice_list(values, actor=actor, now=noon)

    return publish


class TestChoices:
    def test_come_in_order_with_attributes(self, publish):
        publish()

        assert selectors.choices("channel") == (
            Choice("online", {"az": "Elektron", "en": "Online"}, {"kind": "far"}),
            Choice("office", {"az": "Mərkəz"}),
        )

    def test_show_a_published_change_at_once(self, publish):
        publish()
        selectors.choices("channel")
        publish(rows=[{**ROWS[0], "retired": True}, ROWS[1]])

        assert [choice.retired for choice in selectors.choices("channel")] == [True, False]

    def test_do_not_show_a_draft(self, publish, actor):
        publish()
        services.save_choice_list("channel", LABELS, ROWS[:1], actor)

        assert len(selectors.choices("channel")) == 2

    def test_are_none_for_an_unknown_list(self):
        assert selectors.choices("nothing") == ()

    def test_can_be_asked_as_they_were(self, publish, noon):
        publish()

        assert len(selectors.choices("channel", at=noon)) == 2
        assert selectors.choices("channel", at=noon.replace(year=2020)) == ()

    def test_cost_one_query_for_all_lists_of_a_request(
        self, publish, django_assert_num_queries
    ):
        publish("first")
        publish("second")
        DatabaseLookups().choices("first")

        with django_assert_num_queries(1):
            lookups = DatabaseLookups()
            assert lookups.choices("first") and lookups.choices("second")


class TestSource:
    @pytest.fixture
    def places(self, monkeypatch):
        values = [Choice("nesimi", {"az": "Nəsimi"}, {"region": "baki"})]
        source = ChoiceSource(
            "Rayonlar", lambda: list(values), lambda: len(values), ("region",)
        )
        monkeypatch.setitem(choices.CHOICE_SOURCES, "test.places", source)
        return values

    def test_gives_its_values(self, publish, places):
        version = publish("district", rows=[], source="test.places")

        assert version.attributes == ["region"]
        assert selectors.choices("district") == tuple(places)

    def test_is_read_again_when_its_stamp_changes(self, publish, places):
        publish("district", rows=[], source="test.places")
        selectors.choices("district")
        places.append(Choice("xetai", {"az": "Xətai"}))

        assert len(selectors.choices("district")) == 2

    def test_must_be_known(self, publish):
        with pytest.raises(ProblemsFound) as refused:
            publish("district", rows=[], source="nowhere")

        assert refused.value.problems[0].path == "source"


class TestPublishing:
    @pytest.mark.parametrize(
        ("rows", "place"),
        [
            pytest.param([], "rows", id="no values"),
            pytest.param([ROWS[0], ROWS[0]], "rows/0/name", id="the same code twice"),
            pytest.param([{**ROWS[0], "name": "a b"}], "rows/0/name", id="a space in a code"),
            pytest.param(
                [{**ROWS[0], "name": "a\n"}], "rows/0/name", id="a line end in a code"
            ),
            pytest.param([{"name": "a", "labels": {}}], "rows/0/labels", id="no label"),
        ],
    )
    def test_refuses(self, publish, rows, place):
        with pytest.raises(ProblemsFound) as refused:
            publish(rows=rows)

        assert refused.value.problems[0].path == place

    def test_makes_no_new_version_of_the_same_values(self, publish):
        assert publish().pk == publish().pk


class TestFormsThatUseAList:
    def test_are_found_by_as_many_queries_for_ten_as_for_one(
        self, actor, django_assert_max_num_queries
    ):
        for number in range(10):
            asked = {
                "kind": "question",
                "name": "q",
                "type": "select_one",
                "list": "channel" if number < 9 else "other",
            }
            section = {"kind": "section", "name": "s", "children": [asked]}
            spec = {"schema": 1, "labels": {"az": f"F{number}"}, "children": [section]}
            services.save_definition_draft(f"form_{number}", spec, actor)

        with django_assert_max_num_queries(4):
            found = list(forms_with_list("list", "channel"))

        assert [usage.label for usage in found] == [f"Forma: F{n}" for n in range(9)]
