"""Questions that many forms ask: kept once, inserted with clicks."""

import pytest
from django.urls import reverse
from django.utils import timezone

from config.accounts.actors import Actor
from forms_builder import services
from forms_builder.models import FieldLibraryItem, FormDefinition

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def make_form(administrator):
    def make(code, *names, lists=None):
        children = [
            {"kind": "question", "name": name, "type": "text", "labels": {"az": name}}
            for name in names
        ]
        if lists:
            children[0] |= {"type": "select_one", "list": next(iter(lists))}
        section = {"kind": "section", "name": "s", "labels": {"az": "S"}, "children": children}
        spec = {"schema": 1, "labels": {"az": code}, "children": [section]}
        if lists:
            spec["lists"] = lists
        actor = Actor.for_user(administrator)
        return services.save_definition_draft(code, spec, actor)

    return make


def keep(admin, form, *paths, title="Ünvan"):
    data = {"title_az": title, "title_en": "", "paths": paths}
    return admin.post(reverse("forms_builder_keep", args=[form.pk]), data)


def insert(admin, form, section="s"):
    data = {"items": [item.pk for item in FieldLibraryItem.objects.all()], "section": section}
    return admin.post(reverse("forms_builder_insert", args=[form.pk]), data)


def spec_of(form):
    form = FormDefinition.objects.get(pk=form.pk)
    return form.get_latest_revision_as_object().build_spec()


def rows_of_editor(*types):
    """One section of the editor with rows of these types, as its page sends them."""
    fields = []
    for number, kind in enumerate(types):
        data = {"deleted": "", "order": str(number), "type": kind, "id": ""}
        if kind != "end":
            value = {"name": f"q{number}", "label_az": "Sual", "label_en": "", "settings": "{}"}
            data |= {f"value-{key}": text for key, text in value.items()}
        fields.append(data)
    head = "sections-0-value-"
    sent = {
        "sections-count": "1",
        "sections-0-deleted": "",
        "sections-0-order": "0",
        "sections-0-type": "section",
        "sections-0-id": "",
        f"{head}name": "s",
        f"{head}label_az": "S",
        f"{head}label_en": "",
        f"{head}settings": "{}",
        f"{head}fields-count": str(len(fields)),
    }
    for number, data in enumerate(fields):
        sent |= {f"{head}fields-{number}-{key}": text for key, text in data.items()}
    return sent


class TestTheLibrarysEditor:
    @pytest.mark.parametrize(
        ("types", "is_kept"),
        [
            (["text"], True),
            (["begin_group", "text", "end"], True),
            (["begin_group", "text"], False),
            (["text", "end"], False),
        ],
    )
    def test_keeps_groups_that_pair_alone(self, admin, types, is_kept):
        url = reverse("wagtailsnippets_forms_builder_fieldlibraryitem:add")
        data = {"title_az": "Ünvan", "title_en": "", **rows_of_editor(*types)}

        page = admin.post(url, data)

        assert FieldLibraryItem.objects.exists() is is_kept, page.content.decode()[:200]


class TestTheLibrary:
    def test_gives_questions_to_another_form_under_free_codes(self, admin, make_form):
        keep(admin, make_form("source", "city", "street"), "s/city", "s/street")
        target = make_form("target", "city")
        answer = insert(admin, target)

        assert answer.status_code == 302
        names = [one["name"] for one in spec_of(target)["children"][0]["children"]]
        assert names == ["city", "city_2", "street"]

    def test_gives_whole_sections_at_the_end(self, admin, make_form):
        keep(admin, make_form("source", "city"), "s")
        target = make_form("target", "name")
        insert(admin, target)

        assert [one["name"] for one in spec_of(target)["children"]] == ["s", "s_2"]

    def test_brings_the_lists_that_belong_to_its_questions(self, admin, make_form):
        rows = [{"name": "a", "labels": {"az": "A"}}]
        keep(admin, make_form("source", "city", lists={"own": rows}), "s/city")
        target = make_form("target", "name")
        insert(admin, target)

        assert spec_of(target)["lists"] == {"own": rows}

    def test_lets_questions_go_on_speaking_of_one_another(self, admin, administrator):
        asked = [
            {"name": "region", "labels": {"az": "Region"}},
            {
                "name": "town",
                "labels": {"az": "${region}: şəhər"},
                "relevant": "${ region }!=''",
            },
            {"name": "home", "labels": {"az": "Ev"}, "constraint": "${s/town} != ${other}"},
        ]
        children = [{"kind": "question", "type": "text", **one} for one in asked]
        section = {"kind": "section", "name": "s", "labels": {"az": "S"}, "children": children}
        spec = {"schema": 1, "labels": {"az": "x"}, "children": [section]}
        source = services.save_definition_draft("x", spec, Actor.for_user(administrator))
        keep(admin, source, "s")
        insert(admin, source)

        copied = spec_of(source)["children"][1]
        assert copied["name"] == "s_2"
        assert [one["name"] for one in copied["children"]] == ["region_2", "town_2", "home_2"]
        assert copied["children"][1]["labels"] == {"az": "${region_2}: şəhər"}
        assert copied["children"][1]["relevant"] == "${region_2}!=''"
        assert copied["children"][2]["constraint"] == "${s_2/town_2} != ${other}"

    def test_does_not_take_another_list_for_its_own(self, admin, make_form):
        rows, others = ([{"name": name, "labels": {"az": name}}] for name in ("a", "b"))
        keep(admin, make_form("source", "city", lists={"own": rows}), "s/city")
        target = make_form("target", "name", lists={"own": others})
        insert(admin, target)
        insert(admin, target)

        spec = spec_of(target)
        assert spec["lists"] == {"own": others, "own_2": rows}
        lists = [one["list"] for one in spec["children"][0]["children"]]
        assert lists == ["own", "own_2", "own_2"]

    def test_changes_no_form_that_somebody_locked(self, admin, make_form, make_user):
        source = make_form("source", "city")
        keep(admin, source, "s/city")
        target = make_form("target", "name")
        locker = make_user(username="locker", is_superuser=True)
        target.locked, target.locked_by, target.locked_at = True, locker, timezone.now()
        target.save(update_fields=["locked", "locked_by", "locked_at"])
        before = spec_of(target)

        inserted = insert(admin, target)
        data = {"paths": ["s/city"], "target": target.pk, "section": "s"}
        copied = admin.post(reverse("forms_builder_copy", args=[source.pk]), data)

        assert inserted.status_code == copied.status_code == 200
        assert [list(one.context["form"].errors) for one in (inserted, copied)] == [
            ["items"],
            ["target"],
        ]
        assert spec_of(target) == before

    def test_keeps_one_entry_of_a_title(self, admin, make_form):
        form = make_form("source", "city")
        keep(admin, form, "s/city")
        again = keep(admin, form, "s/city")

        assert again.status_code == 200
        assert FieldLibraryItem.objects.count() == 1

    def test_is_edited_like_a_form(self, admin, make_form):
        keep(admin, make_form("source", "city"), "s/city")
        name = "wagtailsnippets_forms_builder_fieldlibraryitem:edit"
        page = admin.get(reverse(name, args=[FieldLibraryItem.objects.get().pk]))

        assert page.status_code == 200
        assert "dayaq-builder" in page.content.decode()

    @pytest.mark.parametrize("name", ["forms_builder_keep", "forms_builder_insert"])
    def test_is_for_people_who_edit_forms(self, client, make_user, make_form, name):
        form = make_form("source", "city")
        client.force_login(make_user(permissions=["wagtailadmin.access_admin"]))

        assert client.get(reverse(name, args=[form.pk])).status_code in (302, 403)
