"""The page on which every new form begins."""

from django.urls import reverse
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from tests.journeys.editor import Editor, beginning


def test_names_its_first_section_and_question_apart(open_page, administrator):
    page = open_page(administrator)
    page.goto(reverse("wagtailsnippets_forms_builder_formdefinition:add"))
    sections = Editor(page).panel("sections")

    section = sections.get_by_role("region", name=beginning(_("Section")))
    expect(section).to_have_count(1)
    expect(section.get_by_role("region", name=beginning(_("Question")))).to_have_count(1)
