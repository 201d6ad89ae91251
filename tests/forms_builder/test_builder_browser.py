"""An admin clicks a form and a list together in a real browser."""

import pytest

from config.accounts.actors import Actor
from forms_builder import selectors, services
from forms_builder.models import FormDefinition, FormVersion

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FORMS = "/cms/snippets/forms_builder/formdefinition"
LISTS = "/cms/snippets/forms_builder/choicelist"


@pytest.fixture
def admin(make_user):
    return make_user(username="admin", is_superuser=True, is_staff=True, language="en")


@pytest.fixture
def page(open_page, admin):
    return open_page(admin)


@pytest.fixture
def channel(admin, noon):
    rows = [{"name": "online", "labels": {"az": "Elektron"}}]
    actor = Actor.for_user(admin)
    values = services.save_choice_list("channel", {"az": "Kanal"}, rows, actor)
    return services.publish_choice_list(values, actor=actor, now=noon)


def name_section(page, code):
    """The section that a new form begins with."""
    page.locator("[name='sections-0-value-code']").fill(code)
    page.locator("[name='sections-0-value-label_az']").fill("Bölmə")


def add_question(page, number, code, kind):
    """The next question; the first one is there already."""
    if number:
        page.locator("[data-contentpath=fields] .c-sf-add-button").last.click()
        page.locator("[role=option]").first.click()
    prefix = f"sections-0-value-fields-{number}-value"
    page.locator(f"[name='{prefix}-code']").fill(code)
    page.locator(f"[name='{prefix}-label_az']").fill(f"Sual {code}")
    page.locator(f"[name='{prefix}-type']").select_option(kind)


def option(page, number, key):
    """One input of the opened settings panel of a question."""
    panel = page.locator(".dayaq-row--question .dayaq-settings").nth(number)
    if not panel.locator(".dayaq-settings__panel").count():
        panel.locator(".dayaq-settings__toggle").click()
    text = panel.locator(f".dayaq-condition__text:has([data-option='{key}'])")
    if text.count() and text.get_attribute("open") is None:
        text.locator("summary").click()
    return panel.locator(f"[data-option='{key}']").first


def publish(page):
    page.locator("footer [data-w-dropdown-target=toggle]").last.click()
    page.locator("button[name=action-publish]").click()
    page.wait_for_load_state()


class TestAnAdmin:
    def test_clicks_a_form_together_and_corrects_a_condition(self, page, channel):
        page.goto(f"{FORMS}/add/")
        page.locator("#id_code").fill("night_house")
        page.locator("#id_title_az").fill("Müvəqqəti qayğı evi")
        name_section(page, "first")
        add_question(page, 0, "age", "integer")
        add_question(page, 1, "way", "select_one")
        add_question(page, 2, "why", "text")
        option(page, 1, "list").fill("channel")
        option(page, 2, "relevant").fill("${agee} > 17")
        wrong = page.locator(".dayaq-settings__status--wrong")
        wrong.wait_for()
        assert "agee" in wrong.inner_text() and "“age”" in wrong.inner_text()

        publish(page)
        assert not FormVersion.objects.exists()
        row = page.locator(".dayaq-row--question").nth(2)
        assert "agee" in row.locator("[data-contentpath=settings]").inner_text()

        option(page, 2, "relevant").fill("${age} > 17")
        publish(page)
        page.wait_for_url(f"**{FORMS}/")
        age, way, why = selectors.current_form_version("night_house").spec["children"][0][
            "children"
        ]
        assert (age["type"], way["list"], why["relevant"]) == (
            "integer",
            "channel",
            "${age} > 17",
        )

    def test_saves_a_draft_that_is_not_finished(self, page):
        page.goto(f"{FORMS}/add/")
        page.locator("#id_code").fill("half")
        page.locator("#id_title_az").fill("Yarımçıq")
        name_section(page, "first")
        page.locator("footer button[type=submit]").first.click()
        page.wait_for_url("**/edit/*/")

        form = FormDefinition.objects.get(code="half")
        assert not form.live

    def test_sees_groups_indented(self, page, admin):
        question = {"kind": "question", "name": "q", "type": "text", "labels": {"az": "Q"}}
        group = {"kind": "group", "name": "g", "labels": {"az": "G"}, "children": [question]}
        section = {"kind": "section", "name": "s", "labels": {"az": "S"}, "children": [group]}
        spec = {"schema": 1, "labels": {"az": "Dərin"}, "children": [section]}
        form = services.save_definition_draft("deep", spec, Actor.for_user(admin))
        page.goto(f"{FORMS}/edit/{form.pk}/")

        page.locator("[data-dayaq-depth='1'] .dayaq-row--question").wait_for()

    def test_uploads_a_table_whose_bad_row_is_named_by_its_line(self, page, admin, noon):
        actor = Actor.for_user(admin)
        regions = [{"name": "qarabag", "labels": {"az": "Qarabağ"}}]
        region = services.save_choice_list("region", {"az": "Region"}, regions, actor)
        services.publish_choice_list(region, actor=actor, now=noon)
        rows = [f"d{number},Rayon {number},qarabag" for number in range(20)]
        rows[4] = "d4,Rayon 4,qarabug"
        page.goto(f"{LISTS}/add/")
        page.locator(".dayaq-rows summary").click()
        report = page.locator(".dayaq-rows [role=status]")
        upload = page.get_by_label("Or upload a table (.xlsx, .xls, .csv)")

        def send(lines):
            table = "\n".join(["name,label_az,region", *lines]).encode()
            upload.set_input_files({"name": "d.csv", "mimeType": "text/csv", "buffer": table})

        send(rows)
        report.get_by_text("Line 6: There is no “qarabug” in the list “region”.").wait_for()
        assert page.locator(".dayaq-rows details button").is_disabled()

        rows[4] = "d4,Rayon 4,qarabag"
        send(rows)
        report.get_by_text("20 new, 0 changed.").wait_for()
        page.locator(".dayaq-rows details button:enabled").click()
        assert page.locator(".dayaq-rows__table tbody tr").count() == 20

    def test_pastes_a_list_all_or_nothing(self, page):
        page.goto(f"{LISTS}/add/")
        page.locator("#id_code").fill("channel")
        page.locator("#id_title_az").fill("Kanal")
        page.locator(".dayaq-rows summary").click()
        area, report = (
            page.locator(".dayaq-rows details textarea"),
            page.locator(".dayaq-rows [role=status]"),
        )
        area.fill("name\tlabel_az\tkind\na\tA\tx\na\tB\tx")
        assert "3" in report.inner_text()
        assert page.locator(".dayaq-rows details button").is_disabled()

        area.fill("name\tlabel_az\tkind\tretired\na\tA\tx\tno\nb\tB\ty\tTRUE")
        page.locator(".dayaq-rows details button").click()
        publish(page)
        page.wait_for_url(f"**{LISTS}/")

        assert [(c.name, c.attributes, c.retired) for c in selectors.choices("channel")] == [
            ("a", {"kind": "x"}, False),
            ("b", {"kind": "y"}, True),
        ]
