"""Registers as an admin describes them: spec, checks, versions, editor."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from wagtail.test.utils.form_data import nested_form_data, streamfield

from config.shared.problems import ProblemsFound
from forms_builder.checks import SPEC_CHECKS
from forms_builder.usage import usages
from registry.keys import InvalidPattern, KeyPattern, fill_title
from registry.models import Register
from registry.register_spec import check_spec
from registry.rules import rule_book
from registry.services import submit
from tests.registry import specs


class TestTheSpec:
    def test_survives_the_editors_rows(self, publish):
        spec = specs.register_spec(
            links=[
                {
                    "name": "placed_in",
                    "labels": {"az": "Yerləşdirilib"},
                    "register": "cases",
                    "one_open": True,
                }
            ],
            unique=[{"attributes": ["fin"], "among": "open"}],
            retention={"az": "10 il", "en": "10 years"},
        )

        version = publish(spec)

        without_false = [
            {key: value for key, value in row.items() if value is not False}
            for row in spec["attributes"]
        ]
        assert version.spec == {**spec, "attributes": without_false}
        assert Register.objects.get().build_spec() == version.spec

    def test_keeps_a_status_that_leads_nowhere(self, publish):
        statuses = [{"name": "new", "labels": {"az": "Yeni"}, "moves": []}]

        version = publish(specs.register_spec(statuses=statuses))

        assert version.spec["statuses"] == statuses
        assert rule_book().by_code["cases"].moves_from("new") == []

    def test_makes_no_new_version_when_nothing_changed(self, publish):
        assert publish(specs.register_spec()) == publish(specs.register_spec())

    def test_is_in_force_at_once_and_the_old_version_stays(self, publish):
        old = publish(specs.register_spec())
        publish(specs.register_spec(key_pattern="X-{seq:2}"))

        old.refresh_from_db()
        assert old.spec["key_pattern"] == "KM-{year}-{seq:4}"
        assert rule_book().by_code["cases"].key_pattern.source == "X-{seq:2}"


WRONG = [
    ("key_pattern", {"key_pattern": "KM"}, "key_pattern"),
    ("required", {"statuses": []}, "statuses"),
    ("unknown_attribute", {"title_template": "{ghost}"}, "title_template"),
    ("unknown_attribute", {"list_columns": ["key", "ghost"]}, "list_columns/1"),
    ("unknown_attribute", {"unique": [{"attributes": ["ghost"]}]}, "unique/0/attributes"),
    ("reserved", {"attributes": [specs.attribute("status")]}, "attributes/0/name"),
    ("unknown_type", {"attributes": [specs.attribute("a", type="x")]}, "attributes/0/type"),
    (
        "unknown_sensitivity",
        {"attributes": [specs.attribute("a", "top")]},
        "attributes/0/sensitivity",
    ),
    (
        "duplicate",
        {"attributes": [specs.attribute("a"), specs.attribute("a")]},
        "attributes/1/name",
    ),
    (
        "unknown_status",
        {"statuses": [{"name": "new", "moves": ["ghost"]}]},
        "statuses/0/moves",
    ),
    ("unknown_scope", {"access": [specs.rule(["x"], "everywhere")]}, "access/0/scope"),
    ("unknown_action", {"access": [specs.rule(["x"], actions=["fly"])]}, "access/0/actions"),
    ("required", {"access": [specs.rule([])]}, "access/0/roles"),
    ("fin_not_unique", {"code": "persons"}, "unique"),
]


class TestTheChecks:
    def test_find_nothing_wrong_with_a_good_register(self):
        assert check_spec(specs.register_spec()) == []

    @pytest.mark.parametrize(("code", "change", "path"), WRONG)
    def test_name_the_place_of_each_mistake(self, code, change, path):
        problems = check_spec({**specs.register_spec(), **change})

        assert (code, path) in [(problem.code, problem.path) for problem in problems]

    def test_forbid_publishing(self, publish):
        with pytest.raises(ProblemsFound):
            publish(specs.register_spec(key_pattern="KM"))

        assert not rule_book().by_code


class TestFormsAndRegisters:
    def problems(self, spec):
        return [
            (problem.code, problem.path) for check in SPEC_CHECKS for problem in check(spec)
        ]

    def test_agree(self, cases, persons):
        assert self.problems(specs.form_spec(person_map=specs.PERSON_MAP)) == []

    def test_a_form_needs_a_register_that_exists(self, cases):
        assert ("unknown_register", "settings/register") in self.problems(
            specs.form_spec(register="ghost")
        )
        assert ("register_missing", "settings/register") in self.problems(
            specs.form_spec(register="")
        )

    def test_answers_go_to_attributes_that_exist(self, cases):
        spec = specs.form_spec()
        spec["children"][0]["children"][0]["save_to"] = "ghost"

        assert ("unknown_attribute", "fin") in self.problems(spec)

    def test_the_person_map_names_attributes_and_questions_that_exist(self, cases, persons):
        found = self.problems(specs.form_spec(person_map={"fin": "ghost", "shoe": "fin"}))

        assert ("unknown_field", "settings/person_map/fin") in found
        assert ("unknown_attribute", "settings/person_map/shoe") in found

    def test_look_ups_name_registers_that_exist(self, cases):
        spec = specs.form_spec()
        spec["children"][0]["children"][0]["lookup"] = {"register": "ghost"}

        assert ("unknown_register", "fin") in self.problems(spec)

    def test_a_list_knows_the_registers_that_use_it(self, publish):
        attributes = [specs.attribute("sex", type="select_one", list="gender")]
        publish(
            specs.register_spec(attributes=attributes, title_template="", list_columns=["key"])
        )

        assert [usage.label for usage in usages("list", "gender")] == ["Reyestr cases"]


class TestKeys:
    @pytest.mark.parametrize(
        ("pattern", "key"),
        [
            ("HA-{year}-{seq:5}", "HA-2026-00007"),
            ("UŞ-{year}-{seq:5}", "UŞ-2026-00007"),
            ("MÜ-{seq:4}", "MÜ-0007"),
            ("{seq}", "7"),
        ],
    )
    def test_follow_the_pattern(self, pattern, key):
        assert KeyPattern.parse(pattern).key(2026, 7) == key

    @pytest.mark.parametrize(
        "pattern",
        [
            "",
            "HA",
            "{seq:5}{seq:5}",
            "{year}",
            "{day}-{seq}",
            "a b {seq}",
            "{seq:99}",
            "{year}" * 15 + "{seq}",
        ],
    )
    def test_refuse_patterns_that_could_repeat_or_grow_too_long(self, pattern):
        with pytest.raises(InvalidPattern):
            KeyPattern.parse(pattern)

    @given(
        first=st.tuples(st.integers(2000, 2100), st.integers(1, 10**9)),
        second=st.tuples(st.integers(2000, 2100), st.integers(1, 10**9)),
    )
    def test_differ_when_year_or_number_differ(self, first, second):
        pattern = KeyPattern.parse("HA-{year}-{seq:5}")

        assert (pattern.key(*first) == pattern.key(*second)) == (first == second)

    def test_are_counted_for_each_year_alone(self, intake, actor, noon, send):
        send(intake, actor)
        next_year = noon.replace(year=2027)
        record = submit(
            version=intake, answers={"last_name": "A"}, actor=actor, now=next_year
        ).record

        assert record.key == "KM-2027-0001"
        assert send(intake, actor).record.key == "KM-2026-0002"


@given(st.dictionaries(st.sampled_from(["a", "b"]), st.text(max_size=400)))
def test_titles_fit_and_have_single_spaces(attributes):
    title = fill_title("{a} - {b}", attributes)

    assert len(title) <= 255
    assert "  " not in title


def listing(values):
    """The form data of a ListBlock."""
    items = {str(place): {"value": value, "order": str(place), "deleted": "", "id": ""}
             for place, value in enumerate(values)}  # fmt: skip
    return {"count": str(len(values)), **items}


def editor_data(**change):
    """What the editor posts for a register with one attribute, status, link and rule."""
    attribute = {"name": "house", "label_az": "Ev", "type": "text", "sensitivity": "internal"}
    status = {"name": "open", "label_az": "Açıq", "limited": "on", "moves": listing(["open"])}
    rule = {"scope": "area", "sensitivity": "personal"}
    several = {
        "roles": ["social_worker"],
        "organizations": ["*"],
        "actions": ["read", "create"],
    }
    unique = {"attributes": listing(["house"]), "among": "open"}
    data = nested_form_data(
        {
            "code": "temporary_care",
            "title_az": "Müvəqqəti qayğı evləri",
            "title_en": "",
            "subject": "other",
            "key_pattern": "MQ-{year}-{seq:4}",
            "title_template": "{house}",
            "attributes": streamfield([("attribute", attribute)]),
            "statuses": streamfield([("status", status)]),
            "list_columns": streamfield([("column", "key"), ("column", "house")]),
            "links": streamfield([]),
            "unique_rules": streamfield([("rule", unique)]),
            "access_rules": streamfield([("rule", rule)]),
            "retention_az": "",
            "retention_en": "",
            "action-publish": "yes",
            **change,
        }
    )
    return {**data, **{f"access_rules-0-value-{key}": item for key, item in several.items()}}


class TestTheEditor:
    def test_publishes_what_was_clicked_together(self, administrator, make_user, client):
        make_user("social_worker")
        client.force_login(administrator)

        response = client.post(
            reverse(Register.snippet_viewset.get_url_name("add")), editor_data()
        )

        assert response.status_code == 302, response.context["form"].errors
        rules = rule_book().by_code["temporary_care"]
        assert rules.key_pattern.key(2026, 1) == "MQ-2026-0001"
        assert rules.moves_from("open") == []
        assert [rule.name for rule in rules.unique] == ["house"]
        assert rules.access[0].actions == {"read", "create"}

    def test_says_at_the_field_what_is_wrong_and_keeps_what_was_typed(
        self, administrator, make_user, client
    ):
        make_user("social_worker")
        client.force_login(administrator)
        columns = streamfield([("column", "key"), ("column", "ghost")])

        response = client.post(
            reverse(Register.snippet_viewset.get_url_name("add")),
            editor_data(key_pattern="MQ", list_columns=columns),
        )

        errors = response.context["form"].errors
        assert set(errors) == {"key_pattern", "list_columns"}
        assert "2" in str(errors["list_columns"])
        assert "ghost" in response.content.decode()
        assert not Register.objects.exists()

    def test_opens_a_register(self, cases, administrator, client):
        client.force_login(administrator)
        register = Register.objects.get()
        url = register.snippet_viewset.get_url_name("edit")

        response = client.get(reverse(url, args=[register.pk]))

        assert response.status_code == 200
        assert b"KM-{year}-{seq:4}" in response.content

    def test_lists_registers(self, cases, administrator, client):
        client.force_login(administrator)
        url = reverse(Register.snippet_viewset.get_url_name("list"))

        assert "Reyestr cases" in client.get(url).content.decode()
