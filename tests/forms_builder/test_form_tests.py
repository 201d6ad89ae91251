"""Example answers that a form keeps, and that stop it from publishing when they are red."""

import json

import pytest
from django.urls import reverse

from config.shared.problems import ProblemsFound
from forms_builder import form_tests
from forms_builder.models import FormDefinition
from forms_builder.services import publish_form, save_definition_draft
from tests.forms_builder.table import TableLookups
from tests.support.forms import SYSTEM, form, question, section

ADULT = {
    "name": "a grown-up needs no parent",
    "today": "2026-11-22",
    "answers": {"born": "1990-05-01", "members": [{"income": 10}, {"income": 5.5}]},
    "expect": {
        "values": {"age": 36, "total": "15.5", "members[1]/yearly": 66},
        "relevant": {"parent": False, "members[0]/income": True},
        "problems": [{"path": "born", "code": ""}],
        "no_other_problems": True,
    },
}


def family(*tests):
    return form(
        "family",
        section(
            "main",
            question("born", "date", required=True, constraint=". <= today()"),
            question("age", "calculate", calculation="age-in-years(${born})"),
            question("parent", required=True, relevant="${age} < 18"),
            {
                "kind": "repeat",
                "name": "members",
                "labels": {"az": "üzvlər"},
                "children": [
                    question("income", "decimal"),
                    question("yearly", "calculate", calculation="${income} * 12"),
                ],
            },
            question("total", "calculate", calculation="sum(${income})"),
        ),
        tests=list(tests),
        settings={"register": "", "mode": "none"},
    )


def differences(**changes):
    """What is red when the expectations of ADULT are these."""
    test = {**ADULT, "expect": {**ADULT["expect"], **changes}}
    (result,) = form_tests.run(family(test), TableLookups())
    return [(one.path, one.message) for one in result.differences]


@pytest.mark.usefixtures("in_english")
class TestRunning:
    def test_is_green_when_everything_is_as_expected(self):
        assert differences() == []

    def test_names_a_value_that_differs(self):
        assert differences(values={"age": 35, "total": 15.5}) == [
            ("age", "it must be “35” and is “36”")
        ]

    def test_knows_that_there_is_no_value(self):
        assert differences(values={"parent": "Leyla", "born": ""}) == [
            ("parent", "it must be “Leyla” and is empty"),
            ("born", "it must be empty and is “1990-05-01”"),
        ]

    def test_names_what_is_shown_or_hidden_against_expectation(self):
        assert differences(relevant={"parent": True, "total": False}) == [
            ("parent", "it must be shown and is hidden"),
            ("total", "it must be hidden and is shown"),
        ]

    def test_names_a_problem_that_is_missing(self):
        assert differences(problems=[{"path": "born", "code": "constraint"}]) == [
            ("born", "the problem “constraint” must be found and is not")
        ]

    def test_names_a_problem_that_nobody_expected(self):
        test = {**ADULT, "answers": {}, "expect": {"no_other_problems": True}}

        (result,) = form_tests.run(family(test), TableLookups())

        assert [one.path for one in result.differences] == ["born"]
        assert "“required” is found" in result.differences[0].message

    def test_names_a_field_that_is_gone(self):
        assert differences(values={"wages": 1}, problems=[]) == [
            ("wages", "the form has no such field")
        ]

    @pytest.mark.parametrize("path", ["x[y]/z", "born[0]/x", "total[0]/a[b]/c", "]/", "[0]/"])
    def test_names_a_path_that_leads_nowhere(self, path):
        assert differences(values={path: 1}, problems=[]) == [
            (path, "the form has no such field")
        ]

    def test_stands_on_its_day(self):
        test = {**ADULT, "today": "2008-04-30", "expect": {"values": {"age": 17}}}

        assert form_tests.run(family(test), TableLookups())[0].is_green


class TestRecording:
    def test_keeps_what_the_form_makes_of_the_answers(self):
        test = form_tests.record(
            family(),
            {"born": "2015-01-01"},
            name="a child",
            today="2026-11-22",
            lookups=TableLookups(),
        )

        assert test["expect"] == {
            "values": {"age": 11, "total": 0},
            "relevant": {"parent": True},
            "problems": [{"path": "parent", "code": "required"}],
            "no_other_problems": True,
        }
        assert form_tests.run(family(test), TableLookups())[0].is_green


@pytest.mark.django_db
@pytest.mark.usefixtures("in_english")
class TestPublishing:
    def publish(self, *tests, noon):
        draft = save_definition_draft("family", family(*tests), SYSTEM)
        return publish_form(draft, actor=SYSTEM, now=noon)

    def test_freezes_green_tests_with_the_form(self, noon):
        assert self.publish(ADULT, noon=noon).spec["tests"] == [ADULT]

    def test_is_refused_when_a_test_is_red(self, noon):
        red = {**ADULT, "name": "wrong", "expect": {"values": {"age": 35}}}

        with pytest.raises(ProblemsFound) as refused:
            self.publish(ADULT, red, noon=noon)

        (problem,) = refused.value.problems
        assert (problem.code, problem.path, problem.row) == ("test", "tests/1", 2)
        assert str(problem.message) == (
            "The test “wrong” is red at “age”: it must be “35” and is “36”."
        )

    @pytest.mark.parametrize(
        "test",
        [
            {"name": "a", "answers": [1]},
            {"name": "a", "answers": {}, "today": "tomorrow"},
            {"name": "a", "answers": {}, "today": 5},
            {"name": "a", "answers": {}, "expect": []},
            {"name": "a", "answers": {}, "expect": {"problems": ["x"]}},
            {"name": "a", "answers": {}, "expect": {"relevant": {"age": "yes"}}},
            "text",
        ],
    )
    def test_is_refused_when_a_test_cannot_be_read(self, noon, test):
        with pytest.raises(ProblemsFound) as refused:
            self.publish(test, noon=noon)

        assert [problem.path for problem in refused.value.problems] == ["tests/0"]


@pytest.fixture
def editor(client, make_user):
    client.force_login(make_user(username="editor", is_superuser=True, is_staff=True))
    return client


@pytest.fixture
def draft(db):
    return save_definition_draft("family", family(ADULT), SYSTEM)


@pytest.mark.usefixtures("in_english")
class TestTryingOut:
    def url(self, draft, name="try"):
        return f"/cms/forms/{draft.pk}/{name}/"

    def post(self, client, draft, **data):
        return client.post(self.url(draft), {"_today": "2026-11-22", **data})

    def test_draws_the_draft_with_the_real_inputs(self, editor, draft):
        page = editor.get(self.url(draft)).content.decode()

        assert 'name="born"' in page
        assert 'id="fill-definition"' in page

    def test_begins_with_the_answers_of_a_test(self, editor, draft):
        page = editor.get(self.url(draft), {"test": "0"}).content.decode()

        assert 'value="01.05.1990"' in page
        assert "2026-11-22" in page

    def test_shows_values_problems_and_what_is_hidden(self, editor, draft):
        page = self.post(editor, draft, born="01.05.2015", _panel="1").content.decode()

        assert "<td>11</td>" in page
        assert 'href="#q:parent"' in page
        assert "data-question" not in page

    def test_keeps_the_answers_as_a_test_of_the_draft(self, editor, draft):
        answer = self.post(editor, draft, born="01.05.2015", _name="a child", _keep="1")

        assert answer.status_code == 302
        kept = FormDefinition.objects.get().get_latest_revision_as_object().tests
        assert [test["name"] for test in kept] == [ADULT["name"], "a child"]
        assert kept[1]["answers"] == {"born": "2015-05-01"}
        assert kept[1]["expect"]["values"]["age"] == 11

    def test_wants_a_name_and_loses_nothing(self, editor, draft):
        answer = self.post(editor, draft, born="01.05.2015", _name=" ", _keep="1")

        assert answer.status_code == 422
        assert 'value="01.05.2015"' in answer.content.decode()
        assert len(FormDefinition.objects.get().get_latest_revision_as_object().tests) == 1

    def test_shows_what_is_wrong_with_a_draft_that_cannot_be_drawn(self, editor, noon):
        spec = family()
        spec["children"][0]["children"][0]["name"] = "1 wrong"
        draft = save_definition_draft("family", spec, SYSTEM)

        assert editor.get(self.url(draft)).status_code == 200

    def test_draws_a_draft_with_a_wrong_expression(self, editor):
        spec = family()
        spec["children"][0]["children"][1]["calculation"] = "1 +"
        draft = save_definition_draft("family", spec, SYSTEM)

        assert self.post(editor, draft, born="01.05.2015").status_code == 200
        assert self.post(editor, draft, _name="x", _keep="1").status_code == 422

    def test_is_for_people_who_may_change_forms(self, client, make_user, draft):
        client.force_login(
            make_user(username="reader", permissions=["wagtailadmin.access_admin"])
        )

        assert client.get(self.url(draft)).status_code in (302, 403)


@pytest.mark.usefixtures("in_english")
class TestRunningInTheEditor:
    def run(self, client, draft, body):
        data = body if isinstance(body, str) else json.dumps(body)
        url = f"/cms/forms/{draft.pk}/run-tests/"
        return client.post(url, data, content_type="application/json")

    def test_says_what_is_green_and_what_is_red(self, editor, draft):
        red = {**ADULT, "name": "wrong", "expect": {"values": {"age": 35}}}

        found = self.run(editor, draft, {"tests": [ADULT, red]}).json()

        assert [result["green"] for result in found["results"]] == [True, False]
        assert found["results"][1]["differences"][0]["path"] == "age"

    def test_runs_on_the_rows_as_they_stand_in_the_editor(self, editor, draft):
        sections = draft.sections.get_prep_value()
        rows = sections[0]["value"]["fields"]
        rows[1]["value"]["settings"]["calculation"] = "1 + 1"

        found = self.run(editor, draft, {"tests": [ADULT], "sections": sections}).json()

        assert not found["results"][0]["green"]

    def test_says_what_cannot_be_run(self, editor, draft):
        found = self.run(editor, draft, {"tests": [{"answers": 1}]}).json()

        assert found["results"] == []
        assert len(found["problems"]) == 1

    @pytest.mark.parametrize("body", ["", "[]", "{}", '{"tests": 1, "sections": 5}'])
    def test_refuses_what_is_no_question(self, editor, draft, body):
        answer = self.run(editor, draft, body)

        assert answer.status_code in (200, 400)
        assert answer.json()["problems"]


@pytest.mark.django_db
class TestTryingATest:
    def test_without_answers_begins_empty(self, client, administrator):
        draft = save_definition_draft("family", family({"name": "empty"}), SYSTEM)
        client.force_login(administrator)

        page = client.get(reverse("forms_builder_try", args=[draft.pk]), {"test": "0"})

        assert page.status_code == 200
