"""What every journey needs."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import WAIT

expect.set_options(timeout=WAIT)


@pytest.fixture(autouse=True)
def roomy_database(django_db_serialized_rollback: None, transactional_db: None) -> None:
    """Journeys write for real: browsers, threads and processes must see each other's rows."""
