"""Pages that refuse: in the reader's language, with what happened and a way on.

That each is accessible and fits a phone is seen to by the watch over every journey.
"""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from playwright.sync_api import Page, Response, Route, expect

from config.shared.errors import server_error

SENDS = """() => {
  const form = document.createElement("form");
  form.method = "post";
  document.body.append(form);
  setTimeout(() => form.submit());
}"""


@pytest.fixture(autouse=True)
def counted_anew() -> Iterator[None]:
    """What is counted of attempts is forgotten afterwards."""
    yield
    cache.clear()


def no_such_page(page: Page) -> Response | None:
    return page.goto("/portal/yoxdur/")


def no_right(page: Page) -> Response | None:
    return page.goto("/audit/")


def no_cookies(page: Page) -> Response | None:
    page.goto(reverse("portal:search"))
    page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    with page.expect_navigation() as answer:
        page.evaluate(SENDS)
    return answer.value


def too_often(page: Page) -> Response | None:
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    for _attempt in range(40):
        answer = page.goto(reverse("account_login"))
        page.locator("#id_login").fill("leyla")
        page.locator("#id_password").fill("yanlış")
        with page.expect_navigation() as sent:
            page.locator("#id_password").press("Enter")
        answer = sent.value
        if answer and answer.status == 429:
            return answer
    return answer


def failing(error: Exception) -> Callable[[Page], Response | None]:
    """The page that is shown when no view can answer."""

    def fail(page: Page) -> Response | None:
        try:
            raise error
        except type(error):
            told = server_error(RequestFactory().get("/portal/"))

        def answer(route: Route) -> None:
            route.fulfill(status=told.status_code, body=told.content.decode())

        page.route("**/portal/", answer)
        return page.goto("/portal/")

    return fail


REFUSALS = {
    "an address that is none": (no_such_page, 404, "This page is not here"),
    "what one has no right to": (no_right, 403, "You may not do this"),
    "a browser without cookies": (no_cookies, 403, "This page is too old"),
    "too many attempts": (too_often, 429, "Too many attempts"),
    "a database that is away": (
        failing(OperationalError("gone")),
        503,
        "The system is not available for a moment",
    ),
    "an error of ours": (failing(RuntimeError("x")), 500, "Something went wrong on our side"),
}


@pytest.mark.parametrize("language", ["az", "en"])
@pytest.mark.parametrize("what", REFUSALS)
def test_is_refused_in_words_with_a_way_on(open_page, make_user, live_server, what, language):
    page = open_page(make_user("social_worker", username="leyla", language=language))
    cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}
    page.context.add_cookies([cookie])
    refuse, status, title = REFUSALS[what]
    with translation.override(language):
        answer = refuse(page)
        assert answer is not None
        assert answer.status == status
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.get_by_role("heading", level=1)).to_have_text(_(title))
        main = page.get_by_role("main")
        expect(main.get_by_role("link").or_(main.get_by_role("button")).first).to_be_visible()
        assert len(main.inner_text()) > 2 * len(_(title))
