"""Public forms in a browser: on a phone, enlarged, by keyboard, for everybody."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from playwright.sync_api import Page, expect

from registry.models import Draft, Submission
from tests.registry.test_fill_browser import choose, wide
from tests.support.forms import (
    form,
    make_register,
    publish,
    publish_demo_form,
    question,
    section,
)

pytestmark = pytest.mark.django_db(transaction=True)

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ZOOMED = {"viewport": {"width": 640, "height": 450}}  # 1280 pixels at 200 %


def check(page: Page) -> None:
    """Nothing for axe to complain of, nothing beyond the edge."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    found = (
        Axe()
        .run(page, options={"runOnly": {"type": "tag", "values": STANDARDS}})
        .response["violations"]
    )
    assert not found, [(one["id"], [n["html"] for n in one["nodes"]][:3]) for one in found]
    assert not wide(page)


def next_step(page: Page) -> None:
    page.get_by_role("button", name="Save and continue", exact=True).last.click()


@pytest.mark.parametrize("phone", [True, False], ids=["on a phone", "enlarged twice"])
def test_danger_is_reported_without_a_name(open_page: Callable[..., Page], phone: bool) -> None:
    cache.clear()
    publish_demo_form("danger_signal", public=True, filled_by=["citizen"])
    page = open_page(phone=phone, **({} if phone else ZOOMED))
    page.goto("/en/muraciet/danger_signal/")
    check(page)
    page.get_by_role("button", name="Begin").click()
    check(page)
    next_step(page)
    expect(page.get_by_role("alert")).to_contain_text("problems")
    check(page)
    for name in ("who", "age_group", "signal_types", "ongoing"):
        choose(page, name)
    page.locator('[name="description"]').fill("Uşaq gecələr tək qalır.")
    next_step(page)
    choose(page, "region")
    choose(page, "district")
    page.locator('[name="address"]').fill("Nizami 5")
    next_step(page)
    choose(page, "anonymous")
    expect(page.locator('[data-question="reporter_name"]')).to_be_hidden()
    next_step(page)
    check(page)
    page.get_by_role("button", name="Send").click()
    check(page)

    number = Submission.objects.get().record.key
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    code = page.locator(".code").inner_text()
    page.get_by_role("link", name="Where does my request stand?").click()
    check(page)
    page.get_by_label("Number").fill(number)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("status")).to_contain_text("New")
    check(page)


def test_a_form_is_filled_with_the_keyboard_alone(open_page: Callable[..., Page]) -> None:
    cache.clear()
    make_register("cases")
    kinds = [{"name": "a", "labels": {"az": "A"}}, {"name": "b", "labels": {"az": "B"}}]
    spec = form(
        "keys",
        section(
            "one", question("name"), question("kind", "select_one", list="k", required=True)
        ),
        settings={"public": True},
        lists={"k": kinds},
    )
    publish(spec)
    page = open_page()
    page.goto("/en/muraciet/keys/")
    page.get_by_role("button", name="Begin").focus()
    page.keyboard.press("Enter")
    expect(page.locator('[name="name"]')).to_be_visible()
    page.locator('[name="name"]').focus()
    page.keyboard.type("Aygün")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Check your answers")

    assert Draft.objects.get().answers == {"name": "Aygün", "kind": "a"}


class TestAPage:
    @pytest.fixture
    def page(self, open_page: Callable[..., Page]) -> Page:
        cache.clear()
        make_register("cases")
        levels = [
            {"name": "low", "labels": {"az": "Aşağı", "en": "Low"}},
            {"name": "high", "labels": {"az": "Yüksək", "en": "High"}},
        ]
        computed = {"list": "levels", "calculation": "if(${score} > 5, 'high', 'low')"}
        publish(
            form(
                "pad",
                section(
                    "one",
                    question("score", "integer"),
                    question("level", "select_one", **computed),
                    question("sign", "image", appearance="signature"),
                ),
                settings={"public": True},
                lists={"levels": levels},
            )
        )
        page = open_page(phone=True)
        page.goto("/en/muraciet/pad/")
        page.get_by_role("button", name="Begin").click()
        return page

    def test_says_computed_choices_in_words(self, page: Page) -> None:
        page.locator('[name="score"]').fill("7")

        expect(page.locator("output")).to_have_text("High")

    def test_takes_a_signature(self, page: Page, settings, tmp_path) -> None:
        settings.PRIVATE_ROOT = str(tmp_path)
        check(page)
        box = page.locator("canvas").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 20, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + 120, box["y"] + 60, steps=5)
        page.mouse.up()
        expect(page.locator('[name="sign"]')).to_have_value(re.compile("signature.png"))
        next_step(page)
        expect(page.get_by_role("main")).to_contain_text("signature.png")

        assert Draft.objects.get().answers["sign"]["type"] == "image/png"
