"""One small form: an old record after two more publications, and a step by keyboard alone."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from config.accounts.actors import Actor
from registry.models import Draft
from registry.services import submit
from tests.support.forms import (
    MONDAY,
    form,
    make_register,
    publish,
    publish_list,
    question,
    section,
)

KINDS = [
    {"name": "home", "labels": {"az": "Evdə", "en": "At home"}},
    {"name": "away", "labels": {"az": "Kənarda", "en": "Away"}},
]


@pytest.fixture
def worker(roomy_database, make_user):
    return make_user("social_worker", username="leyla", first_name="Leyla")


@pytest.fixture
def version(worker):
    publish_list("places", KINDS)
    make_register("cases")
    return publish(small_form("Köhnə sual", question("where", "select_one", list="places")))


def small_form(label, *more):
    named = question("name", required=True) | {"labels": {"az": label, "en": label}}
    return form("small", section("who", named, *more))


class TestAnOldRecord:
    def test_opens_in_its_version_after_two_more_publications(self, version, worker):
        answers = {"name": "Aysu", "where": "home"}
        actor = Actor.for_user(worker)
        record = submit(version=version, answers=answers, actor=actor, now=MONDAY).record
        publish(small_form("Yeni sual"))
        publish(small_form("Ən yeni sual", question("other")))
        publish_list("places", [{**KINDS[0], "retired": True}, KINDS[1]])
        reader = Client()
        reader.force_login(worker)

        page = reader.get(reverse("portal:record", args=[record.uuid])).content.decode()

        for text in ("Köhnə sual", "Aysu", "where sualı", "Evdə"):
            assert text in page
        assert "Yeni sual" not in page
        assert "Ən yeni sual" not in page


class TestAStepByKeyboard:
    def test_is_filled_and_saved(self, version, worker, open_page):
        page = open_page(worker)
        page.goto("/portal/fill/small/")
        name = page.get_by_label("Köhnə sual")
        for _press in range(40):
            page.keyboard.press("Tab")
            if name.evaluate("e => e === document.activeElement"):
                break
        page.keyboard.type("Aysu")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("radio", name="Kənarda")).to_be_checked()
        page.keyboard.press("Enter")

        expect(page.get_by_role("heading", level=1)).to_have_text(_("Check your answers"))
        assert Draft.objects.get().answers == {"name": "Aysu", "where": "away"}
