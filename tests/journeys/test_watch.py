"""A journey cannot come to a page that nobody has looked at."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.journeys.watch import Watch

ADDED = "document.querySelector('main').insertAdjacentHTML('beforeend', '{}')"
BAD = ADDED.format("<input type=search data-bad>")
WIDE = ADDED.format("<canvas width=2000 height=9 data-bad></canvas>")
MENDED = "document.querySelector('[data-bad]')?.remove()"


@pytest.fixture
def page(open_page, roomy_database, make_user) -> Iterator[Page]:
    """The portal, which is good but for what a test does to it."""
    page = open_page(make_user("social_worker"))
    page.goto(reverse("portal:home"))
    yield page
    page.evaluate(MENDED)


ACTS = {
    "a click": lambda page: page.get_by_role("link").first.click(),
    "a key": lambda page: page.keyboard.press("Enter"),
    "another address": lambda page: page.goto("/"),
    "a text": lambda page: page.get_by_role("searchbox").last.fill("a"),
    "its end": lambda page: page.close(),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_page_is_looked_at_before_anything_is_done_to_it(page, act):
    page.evaluate(BAD)

    with pytest.raises(AssertionError, match="label"):
        ACTS[act](page)


def test_what_is_on_its_way_is_not_a_fault(page):
    page.evaluate(f"{BAD}; setTimeout(() => {MENDED}, 900)")

    page.keyboard.press("Enter")


def test_a_page_that_leaves_meanwhile_gives_way_to_the_next(page):
    page.evaluate("setTimeout(() => location.assign('/'), 150)")

    page.keyboard.press("Enter")

    page.wait_for_url(lambda address: "/portal" not in address)


def test_a_page_is_looked_at_as_a_phone_shows_it(page):
    page.evaluate(WIDE)

    with pytest.raises(AssertionError, match="wider than its window"):
        page.keyboard.press("Enter")


def test_a_page_that_is_left_open_is_looked_at_in_the_end(chromium, live_server):
    watch, page = Watch(), chromium.new_page()
    watch.follow(page)
    page.goto(live_server.url + reverse("account_login"))
    page.evaluate(BAD)

    with pytest.raises(AssertionError, match="label"):
        watch.look_at_all()
    Page.close(page)
