"""From nothing to a published form of twelve questions, by keyboard and mouse."""

import pytest

from config.accounts.actors import Actor
from forms_builder import selectors, services

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FORMS = "/cms/snippets/forms_builder/formdefinition"
ROW = "sections-0-value-fields-{}-value-{}"
QUESTIONS = [
    ("Ad", "text"),
    ("Doğum tarixi", "date"),
    ("Nikah vəziyyəti", "select_one"),
    ("Həyat yoldaşının adı", "text"),
    ("Uşaqların sayı", "integer"),
    ("Otaqların sayı", "integer"),
    ("Gəlir", "decimal"),
    ("Ünvan", "text"),
    ("Telefon", "text"),
    ("Görüş günü", "date"),
    ("Razılıq", "acknowledge"),
    ("Qeyd", "text"),
]


@pytest.fixture
def admin(make_user):
    return make_user(username="admin", is_superuser=True, is_staff=True, language="en")


@pytest.fixture
def marital(admin, noon):
    rows = [{"name": "married", "labels": {"az": "Evli"}}]
    actor = Actor.for_user(admin)
    values = services.save_choice_list("marital", {"az": "Nikah"}, rows, actor)
    return services.publish_choice_list(values, actor=actor, now=noon)


def write_questions(page):
    page.locator(f"[name='{ROW.format(0, 'label_az')}']").click()
    for number, (label, _kind) in enumerate(QUESTIONS):
        page.keyboard.type(label)
        if number + 1 < len(QUESTIONS):
            page.keyboard.press("Enter")
            name = ROW.format(number + 1, "label_az")
            page.wait_for_function("name => document.activeElement.name === name", arg=name)
    page.keyboard.press("Tab")
    for number, (_label, kind) in enumerate(QUESTIONS):
        page.locator(f"[name='{ROW.format(number, 'type')}']").select_option(kind)


def open_settings(page, number):
    row = page.locator(".dayaq-row--question").nth(number)
    if not row.locator(".dayaq-settings__panel").count():  # some types open it themselves
        row.locator(".dayaq-settings__toggle").click()
    return row


def test_an_admin_makes_a_form_of_twelve_questions_with_two_conditions(
    open_page, admin, marital
):
    page = open_page(admin)
    page.goto(f"{FORMS}/add/")
    page.locator("#id_code").fill("family")
    page.locator("#id_title_az").fill("Ailə")
    page.locator("[name='sections-0-value-label_az']").fill("Ümumi")
    write_questions(page)
    open_settings(page, 2).locator("[data-option=list]").fill("marital")

    box = open_settings(page, 3).get_by_role("group", name="Shown when")
    box.get_by_role("button", name="Add a condition").click()
    box.get_by_label("Question", exact=True).select_option("${nikah_veziyyeti}")
    box.locator("select[aria-label=Value]").select_option("married")
    box.get_by_text("Show when “Nikah vəziyyəti” is “Evli”.").first.wait_for()

    box = open_settings(page, 5).get_by_role("group", name="Shown when")
    box.get_by_role("button", name="Add a condition").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("U")
    page.keyboard.press("Tab")
    page.keyboard.type("is more")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    box.get_by_text("Show when “Uşaqların sayı” is more than 2.").first.wait_for()

    page.get_by_text("Nothing to correct").wait_for()
    page.locator("footer [data-w-dropdown-target=toggle]").last.click()
    page.locator("button[name=action-publish]").click()
    page.wait_for_url(f"**{FORMS}/")
    (section,) = selectors.current_form_version("family").spec["children"]
    assert [one["labels"]["az"] for one in section["children"]] == [one for one, _ in QUESTIONS]
    assert section["children"][3]["relevant"] == "${nikah_veziyyeti} = 'married'"
    assert section["children"][5]["relevant"] == "${usaqlarin_sayi} > 2"
