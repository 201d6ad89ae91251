"""Filling on a phone, with scripts and without."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from registry.models import Draft, Record
from tests.support.forms import (
    form,
    make_register,
    publish,
    publish_demo_form,
    question,
    section,
)

pytestmark = pytest.mark.django_db(transaction=True)

GAP = 8  # pixels
CAR = {"kind": "repeat", "name": "kids", "labels": {"az": "Uşaq", "en": "Child"}}


@pytest.fixture
def worker(make_user):
    return make_user("social_worker", username="leyla", first_name="Leyla", language="en")


def wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def choose(page: Page, name: str, place: int = 0) -> None:
    box = page.locator(f'[data-question="{name}"]')
    if box.locator("select").count():
        box.locator("select").select_option(index=place + 1)
    else:
        box.locator("label.option").nth(place).click()


def fill_signal(page: Page, *, scripts: bool) -> None:
    page.goto("/portal/fill/danger_signal/")
    assert not wide(page)
    page.get_by_role("button", name="Save and continue").last.click()
    expect(page.get_by_role("alert")).to_contain_text("problems")
    for name in ("who", "age_group", "signal_types", "ongoing"):
        choose(page, name)
    page.locator('[name="description"]').fill("Uşaq gecələr tək qalır.")
    page.get_by_role("button", name="Save and continue").last.click()

    choose(page, "region")
    if not scripts:
        page.get_by_role("button", name="Update the questions").click()
    choose(page, "district")
    page.locator('[name="address"]').fill("Nizami 5")
    page.get_by_role("button", name="Save and continue").last.click()

    no = page.locator('[data-question="anonymous"] label', has_text="No")
    no.first.click()
    if not scripts:
        page.get_by_role("button", name="Update the questions").click()
    expect(page.locator('[data-question="reporter_name"]')).to_be_visible()
    choose(page, "reporter_type")
    page.locator('[name="reporter_name"]').fill("Zaur")
    assert not wide(page)
    page.get_by_role("button", name="Save and continue").last.click()
    expect(page.get_by_role("main")).to_contain_text("Uşaq gecələr tək qalır.")
    assert not wide(page)
    page.get_by_role("button", name="Send").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_signal_is_sent_from_a_phone(
    open_page: Callable[..., Page], worker: Any, scripts: bool
) -> None:
    publish_demo_form("danger_signal")
    page = open_page(worker, phone=True, java_script_enabled=scripts)
    if scripts:
        fill_signal(page, scripts=True)
    else:
        fill_signal_without_scripts(page)

    record = Record.objects.get()
    expect(page.get_by_role("heading", level=1)).to_contain_text(record.key)


def fill_signal_without_scripts(page: Page) -> None:
    """`evaluate` needs scripts, so the width is asked of the boxes instead."""
    page.evaluate = lambda expression: False  # type: ignore[method-assign,assignment]
    fill_signal(page, scripts=False)


class TestTheScript:
    @pytest.fixture
    def page(self, open_page, worker) -> Page:
        make_register("cases")
        total = {"calculation": "${a} + ${b}"}
        publish(
            form(
                "sums",
                section(
                    "one",
                    question("a", "integer"),
                    question("b", "decimal"),
                    question("total", "calculate", **total),
                    question("born", "date"),
                    {
                        "kind": "repeat",
                        "name": "trips",
                        "labels": {"az": "Səfər", "en": "Trip"},
                        "repeat_count": "${a}",
                        "children": [question("where")],
                    },
                    question("adult", relevant="${born} < date('2010-01-01')"),
                    {**CAR, "children": [question("n"), question("m", relevant="${n} = 'x'")]},
                ),
            )
        )
        page: Page = open_page(worker, phone=True)
        page.goto("/portal/fill/sums/")
        return page

    def test_computes_as_one_types(self, page):
        page.locator('[name="a"]').fill("2")
        page.locator('[name="b"]').fill("1,5")

        expect(page.locator("output")).to_have_text("3.5")

    def test_gives_as_many_rows_as_the_form_computes(self, page):
        page.locator('[name="a"]').fill("2")
        page.locator('[name="trips[1]/where"]').fill("Bakı")
        page.locator('[name="a"]').fill("3")

        expect(page.locator('[name="trips[2]/where"]')).to_be_visible()
        expect(page.locator('[name="trips[1]/where"]')).to_have_value("Bakı")

    def test_shows_what_follows_from_a_typed_date(self, page):
        expect(page.locator('[data-question="adult"]')).to_be_hidden()
        page.locator('[name="born"]').fill("05.03.1990")

        expect(page.locator('[data-question="adult"]')).to_be_visible()

    def test_adds_and_removes_rows_and_saves_by_itself(self, page):
        add = page.get_by_role("button", name="Add")
        for number, name in enumerate(("p", "q", "x")):
            add.click()
            page.locator(f'[name="kids[{number}]/n"]').fill(name)
        expect(page.locator('[data-question="kids[2]/m"]')).to_be_visible()
        expect(page.locator('[data-question="kids[1]/m"]')).to_be_hidden()
        page.get_by_role("button", name="Remove Child 2").click()

        expect(page.locator('[name="kids[1]/n"]')).to_have_value("x")
        expect(page.locator('[data-question="kids[1]/m"]')).to_be_visible()
        expect(page.locator("[data-saved]")).to_contain_text("Saved", timeout=10_000)
        assert Draft.objects.get().answers["kids"] == [{"n": "p"}, {"n": "x"}]

    def test_tells_of_another_window(self, page):
        Draft.objects.update(row_version=7, answers={"a": 1})
        page.locator('[name="a"]').fill("2")

        expect(page.locator("[data-saved]")).to_contain_text("another window", timeout=10_000)
        assert Draft.objects.get().answers == {"a": 1}

    def test_compares_with_another_window_without_sideways_scrolling(self, page):
        Draft.objects.update(row_version=7, answers={"a": 1})
        page.locator('[name="a"]').fill("2")
        page.get_by_role("button", name="Save and continue").last.click()

        box = page.locator(".notice .table-wrap")
        expect(box.locator("[data-label='Typed here']").first).to_have_text("2")
        assert box.evaluate("e => e.scrollWidth <= e.clientWidth")
        notice, below = (page.locator(name).bounding_box() for name in (".notice", ".wizard"))
        assert notice is not None and below is not None
        assert below["y"] - notice["y"] - notice["height"] >= GAP
