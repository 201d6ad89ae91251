"""The editor of forms and lists in the Wagtail admin."""

import json

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Workflow, WorkflowContentType, WorkflowTask
from wagtail.test.utils.form_data import nested_form_data, streamfield

from config.accounts.actors import Actor
from config.demo.forms import form_spec
from config.demo.pack import pack
from config.shared.problems import Problem
from forms_builder import checks, selectors, services, usage
from forms_builder.models import ChoiceList, FormDefinition, FormVersion
from forms_builder.usage import Usage

pytestmark = pytest.mark.django_db

ADD = "wagtailsnippets_forms_builder_formdefinition:add"
EDIT = "wagtailsnippets_forms_builder_formdefinition:edit"


@pytest.fixture
def actor(administrator):
    return Actor.for_user(administrator)


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def row(kind="question", code="", **value):
    if kind == "end":
        return (kind, "")
    settings = value.pop("settings", {})
    value = {"code": code, "label_az": "Ad", "label_en": "", **value}
    if kind == "question":
        value.setdefault("type", "text")
    return (kind, {**value, "settings": json.dumps(settings)})


def form_post(*rows, code="visit", title="Səfər", action="action-publish", **fields):
    section = row("section", "first", fields=streamfield(rows))
    data = {
        "code": code,
        "title_az": title,
        "title_en": "",
        "purpose_az": "",
        "purpose_en": "",
        "register": "",
        "mode": "none",
        "person_map": "",
        "sections": streamfield([section]),
        **fields,
    }
    return {**nested_form_data(data), action: action}


def small_spec(code="visit", names=("name",), **extra):
    return {
        "schema": 1,
        "code": code,
        "labels": {"az": "Səfər"},
        "children": [
            {
                "kind": "section",
                "name": "first",
                "labels": {"az": "Birinci"},
                "children": [
                    {
                        "kind": "question",
                        "name": name,
                        "type": "text",
                        "labels": {"az": "Ad"},
                        **extra,
                    }
                    for name in names
                ],
            }
        ],
    }


@pytest.fixture
def make_form(actor, noon):
    def make(code="visit", names=("name",), publish=True, **extra):
        form = services.save_definition_draft(code, small_spec(code, names, **extra), actor)
        if publish:
            services.publish_form(form, actor=actor, now=noon)
            form.refresh_from_db()
        return form

    return make


@pytest.fixture
def channel(actor, noon):
    rows = [{"name": "online", "labels": {"az": "Elektron"}}]
    values = services.save_choice_list("channel", {"az": "Kanal"}, rows, actor)
    services.publish_choice_list(values, actor=actor, now=noon)
    return values


def errors(response):
    return json.dumps(response.context["form"].errors.as_data()["sections"][0].as_json_data())


class TestAnAdmin:
    def test_publishes_a_form_with_groups_and_a_condition(self, admin, channel, administrator):
        response = admin.post(
            reverse(ADD),
            form_post(
                row(code="age", type="integer", required="on"),
                row("begin_group", "home"),
                row(code="way", type="select_one", settings={"list": "channel"}),
                row(code="why", settings={"relevant": "${age} > 17"}),
                row("end"),
            ),
        )

        assert response.status_code == 302
        version = selectors.current_form_version("visit")
        assert version.published_by == administrator
        age, home = version.spec["children"][0]["children"]
        assert age == {
            "kind": "question",
            "name": "age",
            "type": "integer",
            "labels": {"az": "Ad"},
            "required": True,
        }
        assert [node["name"] for node in home["children"]] == ["way", "why"]

    def test_goes_on_with_the_draft_that_the_page_saved_by_itself(self, admin):
        own = admin.get(reverse(ADD)).context["form"]["uuid"].value()
        begun = form_post(row(code="age"), uuid=own, action="action-save-draft")
        admin.post(reverse(ADD), begun)
        sent = admin.post(
            reverse(ADD), form_post(row(code="age"), row(code="why"), uuid=own, code="later")
        )

        assert sent.status_code == 302
        assert str(FormDefinition.objects.get().uuid) == own
        asked = selectors.current_form_version("later").spec["children"][0]["children"]
        assert [node["name"] for node in asked] == ["age", "why"]

    def test_is_told_of_a_code_that_another_page_has_just_used(self, admin):
        admin.post(reverse(ADD), form_post(row(code="age"), action="action-save-draft"))
        sent = admin.post(reverse(ADD), form_post(row(code="age"), row(code="why")))

        assert sent.status_code == 200
        assert "code" in sent.context["form"].errors
        assert FormDefinition.objects.get().revisions.count() == 1

    def test_never_goes_on_with_the_page_of_somebody_else(self, client, admin, make_user):
        own = admin.get(reverse(ADD)).context["form"]["uuid"].value()
        begun = form_post(row(code="age"), uuid=own, action="action-save-draft")
        admin.post(reverse(ADD), begun)
        client.force_login(make_user(username="other", is_superuser=True, is_staff=True))
        sent = client.post(reverse(ADD), form_post(row(code="why"), uuid=own, code="mine"))

        assert sent.status_code == 302
        first, second = FormDefinition.objects.order_by("pk")
        assert (first.code, second.code) == ("visit", "mine")
        assert str(first.uuid) == own != str(second.uuid)
        assert first.revisions.count() == second.revisions.count() == 1

    def test_is_told_of_a_code_that_somebody_else_uses(self, client, admin, make_user):
        admin.post(reverse(ADD), form_post(row(code="age"), action="action-save-draft"))
        client.force_login(make_user(username="other", is_superuser=True, is_staff=True))
        sent = client.post(reverse(ADD), form_post(row(code="age"), row(code="why")))

        assert sent.status_code == 200
        assert "code" in sent.context["form"].errors
        assert not FormVersion.objects.exists()

    def test_sees_a_wrong_expression_at_its_row(self, admin):
        response = admin.post(
            reverse(ADD),
            form_post(row(code="age"), row(code="why", settings={"relevant": "${agee} > 1"})),
        )

        assert not FormVersion.objects.exists()
        found = json.loads(errors(response))
        fields = found["blockErrors"]["0"]["blockErrors"]["fields"]["blockErrors"]
        assert "agee" in fields["1"]["blockErrors"]["settings"]["messages"][0]

    @pytest.mark.parametrize(
        ("rows", "place"),
        [
            pytest.param([row(code="")], '"code"', id="no code"),
            pytest.param([row(code="a"), row(code="a")], '"1"', id="the same code twice"),
            pytest.param([row(code="a", label_az="", label_en="A")], "label_az", id="no az"),
            pytest.param([row("begin_group", "g"), row(code="a")], '"0"', id="no end"),
            pytest.param([row(code="a"), row("end")], '"1"', id="no beginning"),
            pytest.param([row(code="a", type="select_one")], "settings", id="no list"),
        ],
    )
    def test_cannot_publish(self, admin, rows, place):
        response = admin.post(reverse(ADD), form_post(*rows))

        assert response.status_code == 200
        assert place in errors(response)
        assert not FormVersion.objects.exists()

    def test_saves_an_incomplete_draft(self, admin):
        rows = [row(code=""), row("begin_group", "g"), row(code="a", type="select_one")]
        response = admin.post(reverse(ADD), form_post(*rows, action="action-draft"))

        assert response.status_code == 302
        assert not FormDefinition.objects.get().live

    def test_keeps_the_code_once_it_is_published(self, admin, make_form):
        form = make_form()
        admin.post(reverse(EDIT, args=[form.pk]), form_post(row(code="name"), code="renamed"))

        assert FormDefinition.objects.get().code == "visit"

    def test_sees_the_form_as_it_will_be_filled(self, admin, make_form):
        form = make_form()
        url = reverse(
            "wagtailsnippets_forms_builder_formdefinition:preview_on_edit", args=[form.pk]
        )
        admin.post(url, form_post(row(code="extra", label_az="Əlavə sual")))
        page = admin.get(url)

        assert "Əlavə sual" in page.content.decode()


class TestEditor:
    @pytest.mark.parametrize("form", pack("forms")[:3], ids=lambda form: form["code"])
    def test_gives_back_what_it_was_given(self, form, admin, actor):
        draft = services.save_definition_draft(form["code"], form_spec(form), actor)
        page = admin.get(reverse(EDIT, args=[draft.pk]))
        value = page.context["form"]["sections"].value()
        block = FormDefinition._meta.get_field("sections").stream_block
        sent = nested_form_data({"sections": _sent(block.get_form_state(value))})
        draft.sections = block.value_from_datadict(sent, {}, "sections")

        assert draft.build_spec() == form_spec(form)

    def test_asks_as_many_queries_for_any_number_of_questions(
        self, admin, actor, django_assert_max_num_queries
    ):
        names = [f"q{number}" for number in range(200)]
        form = services.save_definition_draft("long", small_spec("long", names), actor)
        admin.get(reverse(EDIT, args=[form.pk]))

        with django_assert_max_num_queries(40):
            admin.get(reverse(EDIT, args=[form.pk]))


def _sent(state):
    """What the browser sends for a stream block that shows `state`."""
    return streamfield([(one["type"], _value(one["value"])) for one in state])


def _value(value):
    if not isinstance(value, dict):
        return ""
    sent = {key: item for key, item in value.items() if key != "fields" and item is not False}
    if "fields" in value:
        sent["fields"] = _sent(value["fields"])
    # A select shows its value as a list of one.
    plain = {
        key: item[0] if isinstance(item, list) and key == "type" else item
        for key, item in sent.items()
    }
    return {key: "" if item is None else item for key, item in plain.items()}


class TestRemovingAQuestion:
    @pytest.fixture
    def users(self, monkeypatch):
        def find(kind, code):
            return (
                [Usage("Protokol: case_cycle")]
                if (kind, code) == ("field", "visit.risk")
                else []
            )

        monkeypatch.setattr(usage, "USAGE_FINDERS", [*usage.USAGE_FINDERS, find])

    def test_is_refused_while_others_use_it(self, admin, make_form, users):
        form = make_form(names=("name", "risk"))
        response = admin.post(reverse(EDIT, args=[form.pk]), form_post(row(code="name")))

        page = response.content.decode()
        assert "risk" in page and "case_cycle" in page
        assert FormVersion.objects.count() == 1

    def test_is_allowed_as_retiring(self, admin, make_form, users):
        form = make_form(names=("name", "risk"))
        rows = [row(code="name"), row(code="risk", settings={"retired": True})]
        admin.post(reverse(EDIT, args=[form.pk]), form_post(*rows))

        assert FormVersion.objects.count() == 2


class TestWorkflow:
    @pytest.fixture
    def waiting(self, make_form, administrator):
        """A form whose draft waits for approval."""
        form = make_form(publish=False)
        workflow = Workflow.objects.create(name="Dörd göz")
        task = GroupApprovalTask.objects.create(name="Təsdiq")
        task.groups.add(Group.objects.create(name="Təsdiq edənlər"))
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
        kind = ContentType.objects.get_for_model(FormDefinition)
        WorkflowContentType.objects.update_or_create(
            content_type=kind, defaults={"workflow": workflow}
        )
        workflow.start(form, administrator)
        return form

    def approve(self, admin, form):
        state = form.current_workflow_task_state
        url = reverse(
            "wagtailsnippets_forms_builder_formdefinition:workflow_action",
            args=[form.pk, "approve", state.pk],
        )
        return admin.post(url, {"comment": ""}, follow=True)

    def test_approval_publishes(self, admin, waiting, administrator):
        self.approve(admin, waiting)

        assert selectors.current_form_version("visit").published_by == administrator

    def test_approval_of_what_became_wrong_is_refused_with_the_reason(
        self, admin, waiting, monkeypatch
    ):
        wrong = Problem("register", "Reyestr yoxdur", path="settings/register")
        monkeypatch.setattr(checks, "SPEC_CHECKS", [lambda spec: [wrong]])
        page = self.approve(admin, waiting)

        assert page.status_code == 200
        assert "Reyestr yoxdur" in page.content.decode()
        waiting.refresh_from_db()
        assert waiting.workflow_in_progress and not waiting.live


class TestDeleting:
    def delete(self, admin, kind, instance):
        url = reverse(f"wagtailsnippets_forms_builder_{kind}:delete", args=[instance.pk])
        return admin.post(url, follow=True)

    def test_a_list_that_a_form_uses_is_refused_and_says_where(self, admin, actor, make_form):
        values = services.save_choice_list("channel", {"az": "Kanal"}, [], actor)
        make_form(publish=False, type="select_one", list="channel")
        page = self.delete(admin, "choicelist", values).content.decode()

        assert ChoiceList.objects.exists()
        assert "Səfər" in page

    def test_a_published_form_is_refused(self, admin, make_form):
        self.delete(admin, "formdefinition", make_form())

        assert FormDefinition.objects.exists()

    def test_an_unused_draft_is_allowed(self, admin, make_form):
        self.delete(admin, "formdefinition", make_form(publish=False))

        assert not FormDefinition.objects.exists()


class TestVersions:
    def test_are_listed_and_compared_in_words(self, admin, make_form):
        form = make_form()
        make_form(names=("name", "pets"))
        pages = "wagtailsnippets_forms_builder_formdefinition"
        listing = admin.get(reverse(f"{pages}:versions", args=[form.pk]))
        diff = admin.get(reverse(f"{pages}:version_diff", args=[form.pk, 1, 2]))
        one = admin.get(reverse(f"{pages}:version", args=[form.pk, 2]))

        assert [version.number for version in listing.context["versions"]] == [2, 1]
        assert [change.kind for change in diff.context["changes"]] == ["added"]
        assert "pets" in diff.context["changes"][0].place
        assert "pets" in one.content.decode()

    def test_that_do_not_exist_are_not_found(self, admin, make_form):
        url = reverse(
            "wagtailsnippets_forms_builder_formdefinition:version", args=[make_form().pk, 9]
        )
        assert admin.get(url).status_code == 404


class TestCheckingAnExpression:
    def ask(self, admin, **body):
        url = reverse("forms_builder_check_expression")
        return admin.post(url, json.dumps(body), content_type="application/json")

    def sections(self, source):
        rows = [
            {"type": "question", "value": {"code": "age", "type": "integer"}},
            {
                "type": "question",
                "value": {"code": "why", "type": "text", "settings": {"relevant": source}},
            },
        ]
        return [{"type": "section", "value": {"code": "first", "fields": rows}}]

    @pytest.mark.parametrize(
        ("source", "said"),
        [("${age} > 17", ""), ("${agee} > 17", "age"), ("${age} >", "")],
    )
    def test_names_what_is_wrong(self, admin, source, said):
        answer = self.ask(
            admin, sections=self.sections(source), section=0, row=1, attribute="relevant"
        )

        problems = answer.json()["problems"]
        assert bool(problems) == (source != "${age} > 17")
        assert said in " ".join(problems)

    def test_survives_nonsense(self, admin):
        assert self.ask(admin, sections=3).status_code == 400

    def test_is_for_people_who_edit_forms(self, client, make_user):
        client.force_login(make_user(permissions=["wagtailadmin.access_admin"]))

        assert self.ask(client, sections=[]).status_code in (302, 403)


class TestCopying:
    def test_adds_questions_under_free_codes(self, admin, make_form):
        source, target = make_form("source", ("name", "age")), make_form("target", ("name",))
        data = {"paths": ["first/name", "first/age"], "target": target.pk, "section": ""}
        admin.post(reverse("forms_builder_copy", args=[source.pk]), data)

        target.refresh_from_db()
        spec = target.get_latest_revision_as_object().build_spec()
        names = [node["name"] for node in spec["children"][0]["children"]]
        assert names == ["name", "name_2", "age"]
        assert selectors.current_form_version("target").number == 1

    def test_adds_a_whole_section(self, admin, make_form):
        source, target = make_form("source"), make_form("target")
        data = {"paths": ["first"], "target": target.pk, "section": ""}
        admin.post(reverse("forms_builder_copy", args=[source.pk]), data)

        target.refresh_from_db()
        spec = target.get_latest_revision_as_object().build_spec()
        assert [node["name"] for node in spec["children"]] == ["first", "first_2"]

    def test_names_an_unknown_section(self, admin, make_form):
        source, target = make_form("source"), make_form("target")
        data = {"paths": ["first"], "target": target.pk, "section": "nowhere"}
        page = admin.post(reverse("forms_builder_copy", args=[source.pk]), data)

        assert page.context["form"].errors["section"]


class TestCopyOfAForm:
    def test_is_a_new_draft_with_all_that_the_form_has(self, admin, actor):
        spec = {**small_spec(), "lists": {"own": [{"name": "a", "labels": {"az": "A"}}]}}
        form = services.save_definition_draft("visit", spec, actor)
        url = reverse("wagtailsnippets_forms_builder_formdefinition:copy", args=[form.pk])
        page = admin.get(url)
        assert page.context["form"]["code"].value() == ""

        admin.post(url, form_post(row(code="name"), code="other", action="action-draft"))
        copy = FormDefinition.objects.get(code="other")
        assert copy.build_spec()["lists"] == spec["lists"]
        assert FormDefinition.objects.get(code="visit").uuid != copy.uuid

    def test_of_a_published_form_gets_its_own_code(self, admin, make_form):
        form = make_form()
        url = reverse("wagtailsnippets_forms_builder_formdefinition:copy", args=[form.pk])

        assert not admin.get(url).context["form"].fields["code"].disabled
        admin.post(url, form_post(row(code="name"), code="other"))
        assert selectors.current_form_version("other").number == 1
        assert selectors.current_form_version("visit").number == 1


class TestImportingAWorkbook:
    def test_names_what_is_no_workbook(self, admin):
        upload = SimpleUploadedFile("form.xlsx", b"not a workbook")
        page = admin.post(reverse("forms_builder_import"), {"workbook": upload})

        assert page.status_code == 422
        assert page.context["problems"]
        assert not FormDefinition.objects.exists()

    def test_refuses_another_kind_of_file(self, admin):
        upload = SimpleUploadedFile("form.pdf", b"%PDF")
        page = admin.post(reverse("forms_builder_import"), {"workbook": upload})

        assert page.context["form"].errors["workbook"]


class TestListOfValues:
    ADD = "wagtailsnippets_forms_builder_choicelist:add"

    def post(self, admin, rows, **fields):
        data = {
            "code": "channel",
            "title_az": "Kanal",
            "title_en": "",
            "source": "",
            "rows": json.dumps(rows),
            "action-publish": "action-publish",
            **fields,
        }
        return admin.post(reverse(self.ADD), data)

    def test_is_published_from_the_table(self, admin):
        rows = [{"name": "a", "labels": {"az": "A", "en": ""}, "kind": "", "retired": False}]
        self.post(admin, rows)

        (choice,) = selectors.choices("channel")
        assert (choice.name, choice.labels, choice.attributes) == ("a", {"az": "A"}, {})

    def test_names_the_wrong_lines(self, admin):
        page = self.post(admin, [{"name": "a", "labels": {"az": "A"}}, {"name": "a"}])

        assert len(page.context["form"].errors["rows"]) == 3
        assert not ChoiceList.objects.exists()

    def test_refuses_a_value_of_another_list_that_is_not_there(self, admin, channel):
        rows = [{"name": "x", "labels": {"az": "X"}, "channel": "pigeon"}]
        page = self.post(admin, rows, code="office")

        assert "pigeon" in page.context["form"].errors["rows"][0]

    @pytest.mark.parametrize("text", ["{", "3", '["a"]'])
    def test_refuses_what_is_no_table(self, admin, text):
        page = admin.post(reverse(self.ADD), {"code": "c", "title_az": "C", "rows": text})

        assert page.context["form"].errors["rows"]


class TestListing:
    def test_is_searched_in_the_azerbaijani_alphabet(self, admin, actor):
        spec = {**small_spec(), "labels": {"az": "İşçinin ƏMƏK kitabçası"}}
        services.save_definition_draft("visit", spec, actor)
        url = reverse("wagtailsnippets_forms_builder_formdefinition:list")

        assert len(admin.get(url, {"q": "iscinin emek"}).context["object_list"]) == 1
        assert len(admin.get(url, {"q": "pensiya"}).context["object_list"]) == 0

    def test_asks_as_many_queries_for_one_form_as_for_twenty(
        self, admin, make_form, django_assert_num_queries
    ):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        url = reverse("wagtailsnippets_forms_builder_formdefinition:list")
        make_form("first")
        admin.get(url)
        with CaptureQueriesContext(connection) as one:
            admin.get(url)
        for number in range(8):
            make_form(f"form_{number}")
        with django_assert_num_queries(len(one)):
            admin.get(url)


def test_the_way_to_a_new_service_type_has_every_step(admin):
    page = admin.get(reverse("new_service_type"))

    assert all(step["add"] for step in page.context["steps"])
