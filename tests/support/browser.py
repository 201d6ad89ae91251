"""Chromium for the tests that need one.

Each page remembers what the content security policy refused and which scripts failed;
a test with such an error fails although everything else went well.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",  # containers and root have no user namespaces
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
WAIT = 15_000  # milliseconds; two busy cores are slow


def find_chromium() -> str:
    """The browser's path; `make test` installs one when there is none."""
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        pytest.fail("No Chromium: run `make test`, or set CHROMIUM to its path.", pytrace=False)
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run."""
    # Playwright keeps an event loop in this thread, which Django would take for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


class Complaints(list[str]):
    """What a page's policy refused and which scripts failed."""

    def watch(self, page: Page) -> None:
        """Listen to `page`."""
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.append(f"{page.url}: {error}"))

    def hear(self, message: ConsoleMessage) -> None:
        """Keep `message` when it tells of a refusal or an error of a script."""
        if "Content Security Policy" in message.text or "Refused to" in message.text:
            self.append(message.text)


@pytest.fixture
def open_page(
    chromium: Browser,
    live_server: Any,
    django_db_serialized_rollback: None,
) -> Iterator[Callable[..., Page]]:
    """`open_page(user, phone=True)`: a page of a new browser, signed in as `user` if given.

    Addresses are relative to the live server: `page.goto("/portal/")`. Keywords of
    Playwright's `new_context` are accepted (`java_script_enabled=False`).
    """
    contexts: list[BrowserContext] = []
    complaints = Complaints()

    def open_one(user: Any = None, *, phone: bool = False, **options: Any) -> Page:
        options.setdefault("viewport", PHONE if phone else DESKTOP)
        options.setdefault("locale", "az")
        context = chromium.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(WAIT)
        contexts.append(context)
        if user is not None:
            sign_in(context, user, live_server.url)
        page = context.new_page()
        complaints.watch(page)
        context.on("page", complaints.watch)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


def sign_in(context: BrowserContext, user: Any, url: str) -> None:
    """Give `context` a session of `user`, without the sign-in page."""
    from django.test import Client

    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page of a desktop browser, not signed in."""
    return open_page()


@pytest.fixture
def phone_page(open_page: Callable[..., Page]) -> Page:
    """A page of a phone, 360 px wide, not signed in."""
    return open_page(phone=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that open a page as `browser`: `-m "not browser"` leaves them out."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
