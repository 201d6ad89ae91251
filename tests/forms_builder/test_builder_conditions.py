"""An admin clicks conditions together in a real browser."""

import pytest

from config.accounts.actors import Actor
from forms_builder import services
from forms_builder.models import FormDefinition

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FORMS = "/cms/snippets/forms_builder/formdefinition"


def question(name, kind="text", **more):
    labels = {"az": f"Sual {name}", "en": f"Question {name}"}
    return {"kind": "question", "name": name, "type": kind, "labels": labels} | more


@pytest.fixture
def admin(make_user):
    return make_user(username="admin", is_superuser=True, is_staff=True, language="en")


@pytest.fixture
def make_draft(admin, noon):
    actor = Actor.for_user(admin)

    def make(**why):
        rows = [
            {"name": "married", "labels": {"az": "Evli", "en": "Married"}},
            {"name": "single", "labels": {"az": "Subay", "en": "Single"}},
        ]
        values = services.save_choice_list("marital", {"az": "Nikah"}, rows, actor)
        services.publish_choice_list(values, actor=actor, now=noon)
        children = [
            question("marital", "select_one", list="marital"),
            question("age", "integer"),
            question("born", "date"),
            question("why", **why),
        ]
        section = {"kind": "section", "name": "s", "labels": {"az": "S"}, "children": children}
        spec = {"schema": 1, "labels": {"az": "Ailə"}, "children": [section]}
        return services.save_definition_draft("family", spec, actor)

    return make


@pytest.fixture
def open_panel(open_page, admin):
    def open_one(form, number=3):
        page = open_page(admin)
        page.goto(f"{FORMS}/edit/{form.pk}/")
        panel = page.locator(".dayaq-row--question .dayaq-settings").nth(number)
        panel.locator(".dayaq-settings__toggle").click()
        return page, panel

    return open_one


def save(page):
    page.locator("footer button[type=submit]").first.click()
    page.locator(".messages .success").first.wait_for()


def relevant_of(form, number=3):
    form = FormDefinition.objects.get(pk=form.pk).get_latest_revision_as_object()
    return form.build_spec()["children"][0]["children"][number].get("relevant")


class TestConditions:
    def test_are_clicked_together_and_said_in_words(self, make_draft, open_panel):
        form = make_draft()
        page, panel = open_panel(form)
        box = panel.get_by_role("group", name="Shown when")
        box.get_by_role("button", name="Add a condition").click()
        box.get_by_label("Question", exact=True).select_option("${marital}")
        box.get_by_label("Value", exact=True).and_(page.locator("select")).select_option(
            "married"
        )
        box.get_by_role("button", name="Add a condition").click()
        box.get_by_label("Question", exact=True).nth(1).select_option("${age}")
        box.get_by_label("Comparison").nth(1).select_option("value:>=")
        box.get_by_label("Value", exact=True).nth(1).fill("18")

        sentence = (
            "Show when “Question marital” is “Married” and “Question age” is at least 18."
        )
        box.get_by_text(sentence).first.wait_for()
        assert "Evli" in box.locator("[lang=az]").inner_text()
        save(page)
        assert relevant_of(form) == "${marital} = 'married' and ${age} >= 18"

    def test_stay_inside_their_box_as_text(self, make_draft, open_panel):
        _page, panel = open_panel(make_draft())
        folded = panel.locator("details.dayaq-condition__text").first
        folded.locator("summary").click()
        box = folded.bounding_box()
        for part in folded.locator("textarea, select").all():
            drawn = part.bounding_box()
            assert drawn["x"] + drawn["width"] <= box["x"] + box["width"] + 1

    def test_are_made_with_the_keyboard_alone(self, make_draft, open_panel):
        form = make_draft()
        page, panel = open_panel(form)
        box = panel.get_by_role("group", name="Shown when")
        box.get_by_role("button", name="Add a condition").focus()
        page.keyboard.press("Enter")
        page.keyboard.type("Sual age")
        page.keyboard.press("Tab")
        page.keyboard.type("is more")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.type("65")

        box.get_by_text("Show when “Question age” is more than 65.").first.wait_for()
        save(page)
        assert relevant_of(form) == "${age} > 65"

    def test_saved_before_the_server_answers_are_kept(self, make_draft, open_panel):
        form = make_draft()
        page, panel = open_panel(form)
        page.route("**/forms/condition/", lambda route: None)
        box = panel.get_by_role("group", name="Shown when")
        box.get_by_role("button", name="Add a condition").click()
        box.get_by_label("Question", exact=True).select_option("${born}")
        box.get_by_label("Comparison").select_option("value:filled")
        save(page)

        assert relevant_of(form) == "${born} != ''"

    def test_that_were_written_are_drawn(self, make_draft, open_panel):
        source = "${marital} = 'single' and (${age} < 18 or ${born} > today())"
        _page, panel = open_panel(make_draft(relevant=source))
        box = panel.get_by_role("group", name="Shown when")

        box.get_by_role("group").get_by_label("Condition holds when").nth(1).wait_for()
        chosen = [one.input_value() for one in box.get_by_label("Question", exact=True).all()]
        assert chosen == ["${marital}", "${age}", "${born}"]
        box.get_by_role("button", name="Remove the group").click()
        box.get_by_text("Show when “Question marital” is “Single”.").first.wait_for()

    def test_too_rich_for_rows_stay_text(self, make_draft, open_panel):
        _page, panel = open_panel(make_draft(relevant="${age} * 2 > 30"))
        box = panel.get_by_role("group", name="Shown when")

        box.get_by_text("too rich for rows").wait_for()
        box.get_by_text("Show when “Question age” * 2 > 30.").first.wait_for()
        box.locator("textarea").fill("${agee} * 2 > 30")
        box.locator(".dayaq-settings__status--wrong").get_by_text("age").wait_for()

    def test_that_are_typed_hold_against_an_answer_to_rows_on_its_way(
        self, make_draft, open_panel
    ):
        form = make_draft()
        page, panel = open_panel(form)
        held = []
        page.route("**/forms/condition/", lambda route: held.append(route))
        box = panel.get_by_role("group", name="Shown when")
        box.get_by_role("button", name="Add a condition").click()
        box.get_by_label("Question", exact=True).select_option("${born}")
        with page.expect_request("**/forms/condition/"):
            box.get_by_label("Comparison").select_option("value:filled")
        box.locator("summary").click()
        box.locator("textarea").fill("${age} * 2 > 30")
        for route in held:
            route.continue_()
        page.unroute("**/forms/condition/")
        box.get_by_text("correct").wait_for()
        assert box.locator("textarea").input_value() == "${age} * 2 > 30"
        save(page)

        assert relevant_of(form) == "${age} * 2 > 30"

    def test_of_a_calculation_are_judged_too(self, make_draft, open_panel):
        form = make_draft(type="calculate")
        _page, panel = open_panel(form)
        box = panel.locator("textarea[data-option=calculation]")

        box.fill("${age} + 1")

        panel.get_by_text("correct").wait_for()


class TestTexts:
    def test_of_other_languages_keep_their_lines(self, make_draft, open_panel):
        labels = {"az": "Sual", "ru": "Первая\nвторая: строка"}
        form = make_draft(labels=labels)
        page, panel = open_panel(form)
        panel.locator(".dayaq-settings__more summary").click()
        area = panel.locator("textarea[data-option=labels]")

        area.fill(area.input_value() + "\nfr: Une\n  question")
        save(page)

        form = FormDefinition.objects.get(pk=form.pk).get_latest_revision_as_object()
        found = form.build_spec()["children"][0]["children"][3]["labels"]
        assert found == {**labels, "fr": "Une\nquestion"}
