"""An admin tries a draft out in a real browser and keeps what they saw as a test."""

import pytest

from forms_builder.models import FormDefinition
from forms_builder.services import save_definition_draft
from tests.forms_builder.test_form_tests import ADULT, family
from tests.journeys.pages import look_at
from tests.support.forms import SYSTEM

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def admin(make_user):
    return make_user(username="admin", is_superuser=True, is_staff=True, language="en")


@pytest.fixture
def page(open_page, admin):
    return open_page(admin)


@pytest.fixture
def draft(db):
    spec = family(ADULT)
    spec["children"][0]["children"] += [
        {
            "kind": "question",
            "name": "closed",
            "type": "text",
            "labels": {"az": "bağlı"},
        },
        {
            "kind": "question",
            "name": "fee",
            "type": "integer",
            "labels": {"az": "haqq"},
            "read_only": "${closed} = 'yes'",
            "default": "3",
        },
    ]
    spec["children"][0]["children"][3]["children"][0]["default"] = "100"
    return save_definition_draft("family", spec, SYSTEM)


class TestTryingOut:
    def test_shows_what_the_form_makes_of_answers_and_keeps_a_test(self, page, draft):
        page.goto(f"/cms/forms/{draft.pk}/try/")
        panel = page.locator("[data-try-panel]")
        page.locator("#try-today").fill("2026-11-22")
        page.locator("[name=born]").fill("01.05.2015")
        page.locator("[data-question=parent]").wait_for()
        panel.locator("td", has_text="11").wait_for()
        panel.locator("a[href='#q:parent']").wait_for()

        page.locator("[name=parent]").fill("Leyla")
        page.locator("[data-repeat=members] button[name=_add]").click()
        assert page.locator("[name='members[0]/income']").input_value() == "100"
        panel.locator("td", has_text="1200").wait_for()

        page.locator("#try-name").fill("a child with a parent")
        page.locator("[name=_keep]").click()
        page.wait_for_url("**/edit/**")
        kept = FormDefinition.objects.get().get_latest_revision_as_object().tests[-1]
        assert kept["answers"]["members"] == [{"income": 100}]
        assert kept["expect"]["values"]["members[0]/yearly"] == 1200
        assert kept["expect"]["relevant"] == {"parent": True}
        assert kept["expect"].get("problems", []) == []

    def test_locks_a_question_while_it_may_only_be_read(self, page, draft):
        page.goto(f"/cms/forms/{draft.pk}/try/")
        fee = page.locator("[name=fee]")
        fee.fill("7")

        page.locator("[name=closed]").fill("yes")
        page.locator("[data-question=fee][data-locked]").wait_for()
        assert fee.input_value() == "3"
        assert not fee.is_editable()

        page.locator("[name=closed]").fill("no")
        page.locator("[data-question=fee]:not([data-locked])").wait_for()
        assert fee.input_value() == "7"
        assert fee.is_editable()

    @pytest.mark.parametrize("phone", [False, True])
    def test_is_readable_for_everybody(self, open_page, admin, draft, phone):
        page = open_page(admin, phone=phone)
        page.goto(f"/cms/forms/{draft.pk}/try/?test=0")
        page.locator("[data-try-panel] td", has_text="36").wait_for()

        look_at(page)


class TestTheEditor:
    def test_runs_the_tests_on_the_form_as_it_stands(self, page, draft):
        page.goto(f"/cms/snippets/forms_builder/formdefinition/edit/{draft.pk}/")
        page.get_by_role("tab", name="Tests").click()
        page.get_by_role("button", name="Run the tests").click()
        page.locator(".dayaq-tests__result--green").wait_for()

        page.locator(".dayaq-tests__test summary").click()
        first = page.locator(".dayaq-tests__body tbody tr").first
        first.locator("input").nth(1).fill("35")
        page.get_by_role("button", name="Run the tests").click()
        red = page.locator(".dayaq-tests__result--red")
        red.wait_for()
        assert "age" in red.inner_text()

        page.locator("footer [data-w-dropdown-target=toggle]").last.click()
        page.locator("button[name=action-publish]").click()
        page.wait_for_load_state()
        page.get_by_role("tab", name="Tests").click()
        assert "35" in page.locator("[data-contentpath=tests]").inner_text()
        assert FormDefinition.objects.get().live is False

    def test_offers_the_values_of_each_question_that_has_the_same_code(self, page):
        def pick(code, **more):
            labels = {"az": "yer"}
            asked = {"kind": "question", "name": "place", "type": "select_one"}
            return {**asked, "labels": labels, "list": code, **more}

        filtered = pick("towns", choice_filter="region = ${region}")
        region = {"kind": "question", "name": "region", "type": "text", "labels": {"az": "r"}}
        stays = {
            "kind": "repeat",
            "name": "stays",
            "labels": {"az": "s"},
            "children": [filtered],
        }
        children = [pick("countries"), region, stays]
        section = {"kind": "section", "name": "s", "labels": {"az": "S"}, "children": children}
        lists = {
            "countries": [{"name": "az", "labels": {"az": "Azərbaycan"}}],
            "towns": [
                {"name": "qax", "labels": {"az": "Qax"}, "region": "north"},
                {"name": "lerik", "labels": {"az": "Lerik"}, "region": "south"},
                {"name": "centre", "labels": {"az": "Şimal mərkəzi"}, "region": "north"},
                {"name": "centre", "labels": {"az": "Cənub mərkəzi"}, "region": "south"},
            ],
        }
        spec = {"schema": 1, "labels": {"az": "x"}, "children": [section], "lists": lists}
        draft = save_definition_draft("x", spec, SYSTEM)
        page.goto(f"/cms/forms/{draft.pk}/try/")
        page.locator("[data-repeat=stays] button[name=_add]").click()
        page.locator("[name=region]").fill("south")

        offered = page.locator("[name='stays[0]/place'] option[value=lerik]")
        offered.wait_for(state="attached")
        texts = page.locator("[name='stays[0]/place'] option").all_inner_texts()
        assert texts[1:] == ["Lerik", "Cənub mərkəzi"]

    def test_says_and_looks_up_choices_as_the_published_form_does(self, page):
        asked = [
            {"name": "town", "type": "select_one", "list": "towns"},
            {
                "name": "said",
                "type": "calculate",
                "calculation": "jr:choice-name(${town}, '${town}')",
            },
            {
                "name": "people",
                "type": "calculate",
                "calculation": "instance('towns')/root/item[name = ${town}]/people",
            },
        ]
        children = [{"kind": "question", "labels": {"az": "x"}, **one} for one in asked]
        section = {"kind": "section", "name": "s", "labels": {"az": "S"}, "children": children}
        towns = [{"name": "qax", "labels": {"az": "Qax şəhəri"}, "people": "12"}]
        spec = {"schema": 1, "labels": {"az": "x"}, "children": [section]}
        draft = save_definition_draft("x", {**spec, "lists": {"towns": towns}}, SYSTEM)
        page.goto(f"/cms/forms/{draft.pk}/try/")
        page.locator("[name=town][value=qax]").check()

        page.locator("[data-question=said] output", has_text="Qax şəhəri").wait_for()
        page.locator("[data-question=people] output", has_text="12").wait_for()
