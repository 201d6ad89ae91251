"""Who may see and do what."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone

from config.accounts.actors import Actor
from registry import access
from registry.models import Record
from registry.services import assign
from tests.conftest import appoint
from tests.registry import specs
from tests.registry.specs import rule


@pytest.fixture
def region(make_place):
    return make_place("absheron", kind="region")


@pytest.fixture
def places(make_place, region):
    """Two districts of the region and one elsewhere."""
    return {
        "near": make_place("xirdalan", parent=region),
        "here": make_place("sumqayit", parent=region),
        "far": make_place("lerik"),
    }


@pytest.fixture
def files(publish, cases, places, make_user, send):
    """One record a district, made by a clerk of the agency; by place."""
    version = publish(specs.form_spec())
    clerk = Actor.for_user(make_user("social_worker", username="clerk"))
    return {
        name: send(version, clerk, district=place.code, story="s", risk="high").record
        for name, place in places.items()
    }


def keys(records):
    return sorted(record.key for record in records)


SCOPES = [
    ("own", "agency", "here", []),
    ("team", "agency", "here", ["here"]),
    ("team", "agency", "region", ["here", "near"]),
    ("team", "agency", None, ["far", "here", "near"]),
    ("team", "other", "here", []),
    ("organization", "agency", "here", ["far", "here", "near"]),
    ("organization", "other", None, []),
    ("area", "other", "here", ["here"]),
    ("area", "other", "region", ["here", "near"]),
    ("area", "other", None, ["far", "here", "near"]),
    ("referred", "other", None, []),
    ("all", "other", "here", ["far", "here", "near"]),
]


@pytest.fixture
def reader(publish, files, places, region, make_user):
    """`reader(scope, organization, area)`: a supervisor with the register's only rule."""

    def make(scope, organization, area):
        publish(specs.register_spec(access=[rule(["supervisor"], scope)]))
        place = region if area == "region" else places.get(area)
        return make_user("supervisor", organization=organization, area=place)

    return make


class TestScopes:
    @pytest.mark.parametrize(("scope", "organization", "area", "seen"), SCOPES)
    def test_open_the_same_rows_in_lists_and_one_by_one(
        self, files, reader, scope, organization, area, seen
    ):
        user = reader(scope, organization, area)

        listed = access.records_for(user)
        alone = [record for record in files.values() if access.may_on(user, record, "read")]

        assert keys(listed) == keys(alone) == keys(files[name] for name in seen)

    def test_own_opens_what_was_made_or_is_assigned(
        self, publish, files, make_user, send, noon
    ):
        publish(specs.register_spec(access=[rule(["social_worker"], "own")]))
        colleague = make_user("social_worker")
        clerk = Actor.for_user(files["here"].created_by)
        assert keys(access.records_for(clerk.user)) == keys(files.values())

        assign(record=files["here"], assignee=colleague, actor=clerk, now=noon)

        assert keys(access.records_for(colleague)) == [files["here"].key]

    def test_referred_opens_what_a_plug_in_names(
        self, publish, files, make_user, monkeypatch, django_assert_num_queries
    ):
        publish(specs.register_spec(access=[rule(["agency_rep"], "referred")]))
        user = make_user("agency_rep")
        record = files["far"]
        monkeypatch.setattr(access, "REFERRED_RECORDS", [lambda user: Q(pk=record.pk)])

        listed = list(access.records_for(user))
        assert keys(listed) == [record.key]
        assert access.may_on(user, record, "read")
        assert not access.may_on(user, files["here"], "read")
        rules = access.rule_book().by_code["cases"]
        access.note_referred(user, list(files.values()), [rules])
        with django_assert_num_queries(0):
            seen = [access.fields_for(user, each, rules) for each in files.values()]
        assert [fields.readable("sensitive") for fields in seen].count(True) == 1

    @pytest.mark.parametrize(("scope", "organization", "area", "seen"), SCOPES)
    def test_give_all_rows_of_a_list_what_they_give_one(
        self, files, reader, scope, organization, area, seen
    ):
        user = reader(scope, organization, area)

        self.assert_alike(user, files)
        self.assert_alike(files["here"].created_by, files)

    def test_give_each_row_of_a_list_its_own_though_all_else_is_alike(
        self, publish, places, make_user, send, monkeypatch, noon
    ):
        rules = [
            rule(["officer"], "own"),
            rule(["officer"], "referred", sensitivity="internal", actions=["read"]),
            rule(["social_worker"]),
        ]
        publish(specs.register_spec(access=rules))
        version = publish(specs.form_spec())
        clerk = Actor.for_user(make_user("social_worker", username="clerk"))
        user = make_user("officer")
        files = {
            name: send(version, clerk, district="sumqayit", story="s", risk="high").record
            for name in ("assigned", "referred", "agreed", "neither")
        }
        assign(record=files["assigned"], assignee=user, actor=clerk, now=noon)
        files["assigned"].refresh_from_db()
        sent = [files["referred"].pk, files["agreed"].pk]
        monkeypatch.setattr(access, "REFERRED_RECORDS", [lambda user: Q(pk__in=sent)])
        agreed = {files["agreed"].pk: frozenset({"risk"})}
        monkeypatch.setattr(access, "AGREED_FIELDS", [lambda user, pks: agreed])

        given = self.assert_alike(user, files)

        assert len({(one.read_rank, one.agreed, one.actions) for one in given}) == 4

    def assert_alike(self, user, files):
        """What a list gives is what each record gives alone; returned for more questions."""
        rules = access.rule_book().by_code["cases"]
        listed = access.fields_of_each(user, list(files.values()), rules)
        alone = [
            access.fields_for(user, Record.objects.get(pk=each.pk), rules)
            for each in files.values()
        ]
        assert listed == alone
        return listed


class TestRules:
    @pytest.mark.parametrize(
        ("roles", "organizations", "sees"),
        [
            (["supervisor"], ["*"], True),
            (["*"], ["agency"], True),
            (["duty_officer"], ["*"], False),
            (["supervisor"], ["ministry"], False),
        ],
    )
    def test_apply_to_role_and_organization_together(
        self, publish, files, make_user, roles, organizations, sees
    ):
        publish(specs.register_spec(access=[rule(roles, organizations=organizations)]))
        user = make_user("supervisor")

        assert access.records_for(user).exists() == sees

    @pytest.mark.parametrize("action", [name for name, _label in access.ACTIONS])
    def test_give_only_the_actions_they_name(self, publish, files, make_user, action):
        publish(specs.register_spec(access=[rule(["supervisor"], actions=[action])]))
        user = make_user("supervisor")

        given = {name for name in access.ACTION_NAMES if access.may(user, "cases", name)}
        on_record = {
            name for name in access.ACTION_NAMES if access.may_on(user, files["here"], name)
        }

        assert given == on_record == {action}
        assert access.records_for(user, action).exists()

    def test_add_up_over_appointments(self, publish, files, places, make_user):
        publish(specs.register_spec(access=[rule(["supervisor"], "area")]))
        user = make_user("supervisor", area=places["here"])
        organization = user.appointments.get().organization
        appoint(user, "supervisor", organization, places["far"])

        user.forget_appointments()

        assert keys(access.records_for(user)) == keys([files["here"], files["far"]])

    def test_change_with_the_next_version_of_the_register(self, publish, files, worker):
        assert access.records_for(worker).exists()

        publish(specs.register_spec(access=[rule(["auditor"])]))

        assert not access.records_for(worker).exists()

    def test_of_another_register_open_nothing_here(self, publish, files, make_user):
        publish(specs.register_spec("secret", access=[rule(["auditor"])]))

        assert not access.records_for(make_user("auditor")).exists()


class TestPeopleWithoutRights:
    def test_see_nothing_even_as_superusers(self, files, administrator):
        assert not access.records_for(administrator).exists()
        assert not access.may(administrator, "cases", "read")

    @pytest.mark.parametrize("user", [AnonymousUser(), None])
    def test_see_nothing_when_not_signed_in(self, files, user):
        assert not access.records_for(user).exists()
        assert access.fields_for(user, files["here"]).read_rank == access.NOTHING

    def test_see_nothing_after_the_last_day(self, files, make_user):
        today = timezone.localdate()
        last_day = make_user("social_worker", valid_to=today)
        over = make_user("social_worker", valid_to=today - timedelta(days=1))
        early = make_user("social_worker", valid_from=today + timedelta(days=1))

        assert access.records_for(last_day).exists()
        assert not access.records_for(over).exists()
        assert not access.records_for(early).exists()

    def test_see_nothing_when_the_account_is_closed(self, files, worker):
        worker.is_active = False

        assert not access.records_for(worker).exists()

    def test_cannot_ask_for_an_unknown_purpose(self, worker):
        with pytest.raises(ValueError, match="unknown purpose"):
            access.records_for(worker, "peek")


class TestFields:
    @pytest.mark.parametrize(
        ("sensitivity", "readable"),
        [
            ("public", {"public"}),
            ("internal", {"public", "internal"}),
            ("personal", {"public", "internal", "personal"}),
            ("sensitive", {"public", "internal", "personal", "sensitive"}),
            (
                "safe_address",
                {"public", "internal", "personal", "sensitive", "safe_address"},
            ),
        ],
    )
    def test_are_readable_up_to_the_rules_sensitivity(
        self, publish, files, make_user, sensitivity, readable
    ):
        publish(specs.register_spec(access=[rule(["supervisor"], sensitivity=sensitivity)]))
        fields = access.fields_for(make_user("supervisor"), files["here"])

        assert {name for name in access.RANKS if fields.readable(name)} == readable
        assert {name for name in access.RANKS if fields.writable(name)} == readable

    def test_take_the_highest_rule_that_opens_the_record(
        self, publish, files, places, make_user
    ):
        publish(
            specs.register_spec(
                access=[
                    rule(["supervisor"], "all", sensitivity="internal"),
                    rule(["supervisor"], "area", sensitivity="sensitive"),
                ]
            )
        )
        user = make_user("supervisor", area=places["here"])

        assert access.fields_for(user, files["here"]).readable("sensitive")
        assert not access.fields_for(user, files["far"]).readable("personal")

    def test_are_masked_in_answers_at_any_depth(self, publish, files, make_user):
        publish(specs.register_spec(access=[rule(["supervisor"], sensitivity="personal")]))
        fields = access.fields_for(make_user("supervisor"), files["here"])
        answers = {
            "last_name": "A",
            "story": "secret",
            "members": [{"name": "B", "illness": "x"}, {"name": "C"}],
        }

        masked = fields.mask(answers, specs.form_spec())

        assert masked == {
            "last_name": "A",
            "story": access.MASKED,
            "members": [{"name": "B", "illness": access.MASKED}, {"name": "C"}],
        }
        assert answers["story"] == "secret"

    def test_inherit_the_sensitivity_around_them(self, publish, files, make_user):
        publish(specs.register_spec(access=[rule(["supervisor"], sensitivity="personal")]))
        fields = access.fields_for(make_user("supervisor"), files["here"])
        spec = specs.form_spec()
        spec["children"][0]["sensitivity"] = "sensitive"

        assert fields.mask({"risk": "high"}, spec) == {"risk": access.MASKED}

    def test_hide_a_title_made_of_hidden_fields(self, publish, files, make_user):
        publish(specs.register_spec(access=[rule(["supervisor"], sensitivity="internal")]))
        record = files["here"]
        rules = access.rule_book().by_code["cases"]

        assert access.fields_for(make_user("supervisor"), record).title(record, rules) == (
            record.key
        )

    def test_unknown_to_the_form_are_left_out(self, files, worker):
        fields = access.fields_for(worker, files["here"])

        assert fields.mask({"ghost": 1}, specs.form_spec()) == {}


class TestExplaining:
    def test_names_rule_and_post(self, files, worker):
        grant = access.explain(worker, files["here"])[0]

        assert grant.post.role == "social_worker"
        assert "social_worker" in access.grant_in_words(grant)

    def test_says_nothing_about_a_hidden_record(self, files, make_user):
        assert access.explain(make_user("trainer"), files["here"]) == []


class TestFillingForms:
    @pytest.mark.parametrize(
        ("role", "settings", "allowed"),
        [
            ("social_worker", {}, True),
            ("social_worker", {"filled_by": ["social_worker"]}, True),
            ("social_worker", {"filled_by": ["duty_officer"]}, False),
            ("trainer", {}, False),
            ("trainer", {"public": True}, True),
        ],
    )
    def test_needs_the_forms_role_and_the_registers_right(
        self, cases, make_user, role, settings, allowed
    ):
        assert access.may_fill(make_user(role), specs.form_spec(**settings)) is allowed


def test_lists_cost_the_same_for_any_number_of_registers(
    publish, files, make_user, django_assert_num_queries
):
    for number in range(4):
        publish(specs.register_spec(f"other{number}"))
    user = make_user("social_worker", valid_to=date(2099, 1, 1))
    access.records_for(user).count()
    user.forget_appointments()

    with django_assert_num_queries(3):  # appointments, newest rules, records
        list(access.records_for(user))
    assert Record.objects.count() == 3
