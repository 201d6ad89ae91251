"""Beginning a form and writing it quickly, in a real browser; its list of problems."""

import json

import pytest
from django.urls import reverse

from config.accounts.actors import Actor
from forms_builder import services

WORDS = 160  # pixels
FORMS = "/cms/snippets/forms_builder/formdefinition"


def draft(actor, *children, code="visit"):
    section = {"kind": "section", "name": "s", "labels": {"az": "S"}, "children": [*children]}
    spec = {"schema": 1, "labels": {"az": "Səfər"}, "children": [section]}
    return services.save_definition_draft(code, spec, actor)


def question(name, **more):
    labels = {"az": f"Sual {name}"}
    return {"kind": "question", "name": name, "type": "text", "labels": labels, **more}


@pytest.fixture
def admin(make_user):
    return make_user(username="admin", is_superuser=True, is_staff=True, language="en")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
class TestWriting:
    @pytest.fixture
    def page(self, open_page, admin):
        return open_page(admin)

    def codes(self, page):
        return [one.input_value() for one in page.locator("[name$='-value-code']").all()]

    def test_begins_with_a_question_and_goes_on_with_enter(self, page):
        page.goto(f"{FORMS}/add/")
        page.locator("[name='sections-0-value-label_az']").fill("Ümumi məlumat")
        page.locator("[name='sections-0-value-fields-0-value-label_az']").click()
        for number, label in enumerate(["Ərizəçinin yaşı", "İşi varmı?", "İşi varmı?"]):
            page.keyboard.type(label)
            page.keyboard.press("Enter")
            name = f"sections-0-value-fields-{number + 1}-value-label_az"
            page.wait_for_function("name => document.activeElement.name === name", arg=name)

        assert self.codes(page)[:4] == [
            "umumi_melumat",
            "erizecinin_yasi",
            "isi_varmi",
            "isi_varmi_2",
        ]

    def test_keeps_a_code_that_was_typed(self, page):
        page.goto(f"{FORMS}/add/")
        page.locator("[name='sections-0-value-fields-0-value-code']").fill("age")
        page.locator("[name='sections-0-value-fields-0-value-label_az']").fill("Yaş")
        page.keyboard.press("Tab")

        assert self.codes(page)[1] == "age"

    def test_gives_a_duplicated_question_a_code_of_its_own(self, page, admin):
        form = draft(Actor.for_user(admin), question("age"), question("way"))
        page.goto(f"{FORMS}/edit/{form.pk}/")
        row = page.locator("[data-streamfield-child]:has(> section .dayaq-row--question)")
        row.nth(1).locator("button[title*=uplicate]").first.click()
        page.wait_for_function(
            "() => [...document.querySelectorAll(\"[name$='-value-code']\")]"
            ".some(one => one.value === 'age_2')"
        )

    def test_holds_published_codes(self, page, admin, noon):
        actor = Actor.for_user(admin)
        form = draft(actor, question("age"))
        services.publish_form(form, actor=actor, now=noon)
        page.goto(f"{FORMS}/edit/{form.pk}/")

        page.locator("[name='sections-0-value-fields-0-value-code'][readonly]").wait_for()

    def test_lists_problems_that_lead_to_their_option(self, page, admin):
        form = draft(
            Actor.for_user(admin),
            question("age"),
            question("why", relevant="${agee} > 1"),
        )
        page.goto(f"{FORMS}/edit/{form.pk}/")
        page.get_by_text("To correct before publishing: 1").wait_for()
        page.locator("[data-dayaq-problems]").get_by_role("button", name="Sual why").click()

        focused = page.locator("textarea[data-option=relevant]:focus")
        focused.wait_for()
        focused.fill("${age} = 'x'")
        page.get_by_text("Nothing to correct").wait_for()


@pytest.mark.django_db
class TestProblems:
    @pytest.fixture
    def ask(self, client, administrator):
        client.force_login(administrator)

        def ask(sections, form=None):
            url = reverse("forms_builder_problems")
            body = json.dumps({"sections": sections, "form": form})
            return client.post(url, body, content_type="application/json")

        return ask

    def test_stand_in_the_order_of_the_form_with_their_places(self, ask, administrator):
        form = draft(Actor.for_user(administrator), question("a"))
        rows = [
            {"type": "question", "value": {"code": "a", "type": "text", "label_az": "Bir"}},
            {"type": "question", "value": {"code": "b", "type": "select_one"}},
        ]
        value = {"code": "s", "label_az": "S", "fields": rows}
        found = ask([{"type": "section", "value": value}], form.pk).json()["problems"]

        assert {(one["section"], one["row"]) for one in found} == {(0, 1)}
        assert "b" in {one["place"] for one in found}

    @pytest.mark.parametrize("sections", [3, [1], [{"type": "section"}], None])
    def test_of_nonsense_are_refused(self, ask, sections):
        assert ask(sections).status_code == 400


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
class TestTheListOnAPhone:
    def test_shows_titles_in_words_and_lets_one_scroll_to_the_rest(self, open_page, admin):
        draft(Actor.for_user(admin), question("a"), code="a_code_as_long_as_some_are_in_life")
        page = open_page(admin, phone=True)
        page.goto(f"{FORMS}/")
        assert page.locator("td.title").first.bounding_box()["width"] >= WORDS
        last = page.locator("td.title ~ td").last
        last.scroll_into_view_if_needed()
        box = last.bounding_box()
        assert box["x"] + box["width"] <= page.viewport_size["width"]
