"""Without DATABASE_URL the tests use the embedded server, started and stopped with them."""

from contextlib import ExitStack

import pytest

from config.shared import embedded

stack = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Use the server for as long as this process runs; each xdist worker does so too."""
    from django.conf import settings

    try:
        stack.enter_context(embedded.running_when_needed(settings.DATABASES["default"]))
    except embedded.EmbeddedUnavailable as error:
        raise pytest.UsageError(str(error)) from error


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave it; the last one stops it."""
    stack.close()
