"""What every journey needs."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.watch import Watch
from tests.support.browser import WAIT

expect.set_options(timeout=WAIT)


@pytest.fixture(autouse=True)
def roomy_database(django_db_serialized_rollback: None, transactional_db: None) -> None:
    """Journeys write for real: browsers, threads and processes must see each other's rows."""


@pytest.fixture
def open_page(
    open_page: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Page]]:
    """As everywhere; each page that a journey comes to rest on is looked at."""
    watch = Watch()
    for name, act in watch.on_elements():
        monkeypatch.setattr(Locator, name, act)

    def open_one(*args: object, **options: object) -> Page:
        page = open_page(*args, **options)
        watch.follow(page, has_scripts=bool(options.get("java_script_enabled", True)))
        return page

    yield open_one
    watch.look_at_all()
