"""Drafts, publishing and frozen versions of forms."""

import copy

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils.translation import override
from wagtail.admin.utils import get_latest_str

from config.accounts.actors import Actor
from config.demo.forms import form_spec
from config.demo.pack import pack
from config.shared.definitions import publish_version
from config.shared.problems import ProblemsFound
from forms_builder import outline, selectors, services
from forms_builder.models import FormDefinition, FormVersion

FORMS = pack("forms")

DEEP = {
    "schema": 1,
    "code": "deep",
    "labels": {"az": "Dərin", "en": "Deep", "ru": "Глубокая"},
    "languages": ["az", "en", "ru"],
    "default_language": "ru",
    "settings": {"register": "cases", "mode": "update", "edit_window_hours": 0, "colour": "x"},
    "lists": {"own": [{"name": "a", "labels": {"az": "A"}, "region": "baki", "retired": True}]},
    "tests": [{"answers": {"a": 1}}],
    "children": [
        {
            "kind": "section",
            "name": "first",
            "labels": {"az": "Birinci"},
            "appearance": "w4",
            "children": [
                {
                    "kind": "repeat",
                    "name": "members",
                    "labels": {"az": "Üzvlər", "fr": "Membres"},
                    "repeat_count": "${n}",
                    "children": [
                        {
                            "kind": "group",
                            "name": "inner",
                            "labels": {},
                            "children": [
                                {
                                    "kind": "question",
                                    "name": "q",
                                    "type": "select_one",
                                    "list": "own",
                                    "labels": {"az": "Q"},
                                    "required": "${n} > 1",
                                    "media": {"image": {"az": "a.png"}},
                                    "default": 0,
                                    "other": {"bind::odk:length": "3"},
                                }
                            ],
                        }
                    ],
                },
                {"kind": "question", "name": "n", "type": "integer", "required": True},
            ],
        },
    ],
}


@pytest.fixture
def actor(administrator):
    return Actor.for_user(administrator)


def small_spec(code="small", question="name"):
    return {
        "schema": 1,
        "code": code,
        "labels": {"az": "Kiçik", "en": "Small"},
        "languages": ["az", "en"],
        "default_language": "az",
        "children": [
            {
                "kind": "section",
                "name": "first",
                "labels": {"az": "Birinci"},
                "children": [
                    {
                        "kind": "question",
                        "name": question,
                        "type": "text",
                        "labels": {"az": "Ad"},
                    }
                ],
            }
        ],
    }


class TestRowsOfTheEditor:
    @pytest.mark.parametrize("form", FORMS, ids=lambda form: form["code"])
    def test_give_back_each_demo_form_unchanged(self, form):
        spec = form_spec(form)
        draft = FormDefinition(code=spec["code"])
        draft.apply_spec(copy.deepcopy(spec))

        assert draft.build_spec() == spec

    def test_lose_nothing_that_they_have_no_field_for(self):
        draft = FormDefinition(code="deep")
        draft.apply_spec(copy.deepcopy(DEEP))

        built = draft.build_spec()

        expected = copy.deepcopy(DEEP)
        del expected["children"][0]["children"][0]["children"][0]["labels"]
        assert built == expected

    def test_keep_their_ids_when_the_same_form_comes_again(self):
        assert outline.rows_from_spec(DEEP) == outline.rows_from_spec(copy.deepcopy(DEEP))


class TestADraftThatSavedItselfEarly:
    @pytest.mark.parametrize(
        ("typed", "name"),
        [
            ({}, "Forma"),
            ({"code": "intake"}, "intake"),
            ({"code": "intake", "title_az": "Qəbul"}, "Qəbul"),
        ],
    )
    def test_is_called_by_what_it_has(self, typed, name):
        with override("az"):
            assert get_latest_str(FormDefinition(**typed)) == name


@pytest.mark.django_db
class TestSaveDefinitionDraft:
    def test_keeps_what_is_published_until_the_draft_is(self, actor, noon):
        form = services.save_definition_draft("small", small_spec(), actor)
        first = services.publish_form(form, actor=actor, now=noon)
        services.save_definition_draft("small", small_spec(question="surname"), actor)

        assert selectors.current_form_version("small") == first
        second = services.publish_form(form, actor=actor, now=noon)
        assert second.number == 2
        assert second.spec["children"][0]["children"][0]["name"] == "surname"

    def test_makes_no_revision_when_nothing_changes(self, actor):
        form = services.save_definition_draft("small", small_spec(), actor)
        services.save_definition_draft("small", small_spec(), actor)

        assert form.revisions.count() == 1


@pytest.mark.django_db
class TestPublishing:
    def test_names_who_and_when(self, actor, noon):
        form = services.save_definition_draft("small", small_spec(), actor)
        version = services.publish_form(form, actor=actor, now=noon)

        assert (version.number, version.published_by, version.published_at) == (
            1,
            actor.user,
            noon,
        )
        assert version.spec == small_spec()

    def test_makes_no_new_version_of_the_same_content(self, actor, noon):
        form = services.save_definition_draft("small", small_spec(), actor)
        first = services.publish_form(form, actor=actor, now=noon)

        assert services.publish_form(form, actor=actor, now=noon) == first
        assert FormVersion.objects.count() == 1

    def test_refuses_a_broken_draft_and_leaves_all_as_it_was(self, actor, noon):
        spec = small_spec()
        spec["children"][0]["children"][0]["relevant"] = "${nmae} = 'x'"
        form = services.save_definition_draft("small", spec, actor)

        with pytest.raises(ProblemsFound):
            services.publish_form(form, actor=actor, now=noon)

        form.refresh_from_db()
        assert not form.live
        assert not form.versions.exists()

    def test_on_schedule_calls_a_broken_draft_off_and_goes_on(self, actor, noon):
        broken = small_spec("broken")
        broken["children"][0]["children"][0]["relevant"] = "${nmae} = 'x'"
        for spec in (broken, small_spec("good")):
            form = services.save_definition_draft(spec["code"], spec, actor)
            form.latest_revision.approved_go_live_at = noon.replace(year=2020)
            form.latest_revision.save()
        call_command("publish_scheduled")

        assert FormDefinition.objects.get(live=True).code == "good"
        assert not FormDefinition.objects.get(code="broken").approved_schedule

    def test_refuses_another_code_afterwards(self, actor, noon):
        form = services.save_definition_draft("small", small_spec(), actor)
        services.publish_form(form, actor=actor, now=noon)
        form.code = "renamed"

        with pytest.raises(ProblemsFound) as refused:
            publish_version(form, actor=actor.user, now=noon)

        assert refused.value.problems[0].code == "code_changed"


@pytest.mark.django_db
class TestPublishedVersion:
    @pytest.fixture
    def version(self, actor, noon):
        form = services.save_definition_draft("small", small_spec(), actor)
        return services.publish_form(form, actor=actor, now=noon)

    def test_is_not_saved_or_deleted(self, version):
        with pytest.raises(TypeError):
            version.save()
        with pytest.raises(TypeError):
            version.delete()

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE forms_builder_formversion SET number = 9",
            "DELETE FROM forms_builder_formversion",
            "TRUNCATE forms_builder_formversion CASCADE",
        ],
    )
    def test_is_not_changed_by_sql(self, version, statement):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(statement)

        assert FormVersion.objects.get().number == 1

    def test_is_not_changed_through_a_queryset(self, version):
        with pytest.raises(DatabaseError), transaction.atomic():
            FormVersion.objects.update(number=9)

    def test_is_read_with_one_tiny_query(self, version, django_assert_num_queries):
        selectors.current_form_version("small")

        with django_assert_num_queries(1):
            assert selectors.current_form_version("small") == version
