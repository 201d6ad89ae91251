"""The page on which every new form begins: by mouse, on a slow line, with hundreds of rows."""

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _
from playwright.sync_api import APIResponse, Locator, Page, Route, expect

from config.accounts.actors import Actor
from forms_builder import services
from forms_builder.models import FormDefinition
from tests.journeys.editor import Editor, beginning

ADD = "wagtailsnippets_forms_builder_formdefinition:add"
SOON = 300  # milliseconds
PROBLEM = {"section": 0, "row": 0, "attribute": "name", "place": "Yer", "message": "söz"}


@pytest.fixture
def marital(administrator, noon):
    rows = [
        {"name": "married", "labels": {"az": "Evli"}},
        {"name": "single", "labels": {"az": "Subay"}},
    ]
    actor = Actor.for_user(administrator)
    values = services.save_choice_list("marital", {"az": "Ailə vəziyyəti"}, rows, actor)
    return services.publish_choice_list(values, actor=actor, now=noon)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
class TestANewForm:
    def test_names_its_first_section_and_question_apart(self, open_page, administrator):
        page = open_page(administrator)
        page.goto(reverse(ADD))
        sections = Editor(page).panel("sections")

        section = sections.get_by_role("region", name=beginning(_("Section")))
        expect(section).to_have_count(1)
        expect(section.get_by_role("region", name=beginning(_("Question")))).to_have_count(1)

    def test_is_made_with_the_mouse_as_well(self, open_page, administrator, marital):
        page = open_page(administrator)
        page.goto(reverse(ADD))
        page.locator("#id_code").fill("ailenin_qiymetlendirilmesi")
        page.locator("#id_title_az").fill("Ailənin qiymətləndirilməsi")
        name = "[name='sections-0-value-fields-{}-value-{}']"
        page.locator("[name='sections-0-value-label_az']").fill("Ailə")
        page.locator(name.format(0, "label_az")).fill("Vəziyyəti")
        page.locator(name.format(0, "type")).select_option("select_one")
        page.locator("[data-option=list]").fill("marital")
        page.locator("[data-contentpath=fields] .c-sf-add-button").last.click()
        page.locator("[role=listbox] [role=option]").first.click()
        page.locator(name.format(1, "label_az")).fill("Yoldaşı")
        second = page.locator(".dayaq-row--question").nth(1)
        second.locator(".dayaq-settings__toggle").click()
        second.get_by_role("button", name=_("Add a condition")).first.click()
        second.get_by_label(_("Question"), exact=True).select_option("${veziyyeti}")
        second.locator(f"select[aria-label='{_('Value')}']").select_option("married")
        second.get_by_text("“Evli”").first.wait_for()
        page.locator("[data-streamfield-action=MOVE_UP]:not([disabled])").last.click()
        page.locator("footer button[type=submit]").first.click()
        page.locator(".messages .success").first.wait_for()

        form = FormDefinition.objects.get(code="ailenin_qiymetlendirilmesi")
        (section,) = form.get_latest_revision_as_object().build_spec()["children"]
        assert [one["name"] for one in section["children"]] == ["yoldasi", "veziyyeti"]
        assert section["children"][0]["relevant"] == "${veziyyeti} = 'married'"


def at_rest(page: Page, part: Locator) -> object:
    """Where `part` stands once nothing moves it any more."""
    place = None
    while (found := part.bounding_box()) != place:
        place = found
        page.wait_for_timeout(2 * SOON)
    return place


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
class TestAPageThatIsWorkedOn:
    def test_keeps_the_row_under_the_mouse_when_the_list_of_problems_grows(
        self, open_page, administrator
    ):
        page = open_page(administrator)
        page.goto(reverse(ADD))
        page.locator("[data-dayaq-problems][data-state=wrong]").wait_for()
        asked: list[Route] = []

        def hold(route: Route) -> None:
            asked.append(route)

        page.route("**/forms/problems/", hold)
        label = page.locator("[name='sections-0-value-fields-0-value-label_az']")
        required = page.locator("[name='sections-0-value-fields-0-value-required']")
        with page.expect_request("**/forms/problems/"):
            label.fill("Adı")
            label.press("Tab")
        place = at_rest(page, required)
        page.mouse.move(place["x"] + 8, place["y"] + 8)
        page.mouse.down()
        asked[0].fulfill(json={"problems": [PROBLEM] * 3})
        page.wait_for_timeout(SOON)
        held = required.bounding_box()
        page.mouse.up()

        assert held == place
        expect(required).to_be_checked()
        expect(page.get_by_role("button", name=PROBLEM["place"])).to_have_count(3)
        assert abs(required.bounding_box()["y"] - place["y"]) < 2

    def test_is_published_while_it_saves_itself_on_a_slow_line(self, open_page, administrator):
        page = open_page(administrator)
        answers: list[APIResponse] = []

        def hold_answer(route: Route) -> None:
            if route.request.resource_type == "fetch":
                answers.append(
                    route.fetch()
                )  # the server has it, the page waits for its answer
            else:
                route.continue_()

        page.route(f"**{reverse(ADD)}", hold_answer)
        page.clock.install()
        page.goto(reverse(ADD))
        page.clock.fast_forward("00:12")  # until then Wagtail takes what is there as unchanged
        page.locator("[name='sections-0-value-label_az']").fill("Bölmə")
        page.locator("[name='sections-0-value-fields-0-value-label_az']").fill("Adı")
        page.locator("#id_code").fill("yavas_xett")
        page.locator("#id_title_az").fill("Yavaş xətt")
        while not answers:
            page.clock.fast_forward("00:05")
            page.wait_for_timeout(SOON)
        page.locator("#id_title_az").fill("Yavaş xətt, tam")
        Editor(page).publish()

        assert answers[0].json()["success"]
        form = FormDefinition.objects.get()
        assert form.versions.get().spec["labels"]["az"] == "Yavaş xətt, tam"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
class TestALongForm:
    @pytest.fixture
    def form(self, administrator):
        questions = [
            {"kind": "question", "name": f"q{n}", "type": "text", "labels": {"az": f"Sual {n}"}}
            for n in range(700)
        ]
        questions[400]["relevant"] = "${nobody} = 1"
        children = [
            {
                "kind": "section",
                "name": f"s{at}",
                "labels": {"az": f"Bölmə {at}"},
                "children": part,
            }
            for at, part in enumerate([questions[:120], questions[120:]])
        ]
        spec = {"schema": 1, "labels": {"az": "Uzun"}, "children": children}
        return services.save_definition_draft("long", spec, Actor.for_user(administrator))

    def test_is_edited_part_by_part(self, open_page, administrator, form):
        page = open_page(administrator)
        page.goto(reverse("wagtailsnippets_forms_builder_formdefinition:edit", args=[form.pk]))
        page.get_by_role("link", name="Bölmə 0").click()
        page.locator("[name='sections-0-value-fields-0-value-label_az']").fill("Dəyişən sual")
        page.get_by_role("link", name="Bölmə 1 (1/4) →").click()
        page.locator("[aria-current=page]", has_text="Bölmə 1").wait_for()
        form.refresh_from_db()
        first = form.get_latest_revision_as_object().build_spec()["children"][0]["children"][0]
        assert first["labels"]["az"] == "Dəyişən sual"

    def test_leads_from_a_problem_to_the_row_in_its_part(self, open_page, administrator, form):
        page = open_page(administrator)
        page.goto(reverse("wagtailsnippets_forms_builder_formdefinition:edit", args=[form.pk]))
        page.locator("[data-dayaq-problems]").get_by_role("link", name="Sual 400").click()

        opened = page.locator("textarea[data-option=relevant]:focus")
        opened.wait_for()
        assert opened.input_value() == "${nobody} = 1"

    def test_is_sent_whole_though_few_rows_were_drawn(self, open_page, administrator):
        rows = [
            {"kind": "question", "name": f"q{n}", "type": "text", "labels": {"az": f"Sual {n}"}}
            for n in range(120)
        ]
        rows[90] |= {"required": True, "hints": {"az": "İpucu"}, "type": "integer"}
        section = {"kind": "section", "name": "s", "labels": {"az": "S"}, "children": rows}
        spec = {"schema": 1, "labels": {"az": "Orta"}, "children": [section]}
        form = services.save_definition_draft("mid", spec, Actor.for_user(administrator))
        page = open_page(administrator)
        page.goto(reverse("wagtailsnippets_forms_builder_formdefinition:edit", args=[form.pk]))
        page.locator("[data-dayaq-problems][data-state=right]").wait_for()
        assert page.locator(".dayaq-light").count() > 60
        page.locator("footer button[type=submit]").first.click()
        page.locator(".messages .success").first.wait_for()

        form.refresh_from_db()
        assert form.get_latest_revision_as_object().build_spec()["children"] == [section]
