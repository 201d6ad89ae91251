"""Fixtures of the tests of forms."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture
def in_english(in_azerbaijani: None) -> Iterator[None]:
    """Messages in English, for tests that read them."""
    with translation.override("en"):
        yield
