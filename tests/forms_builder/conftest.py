"""Fixtures of the tests of forms."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from tests.forms_builder.workbooks import save


@pytest.fixture
def in_english(in_azerbaijani: None) -> Iterator[None]:
    """Messages in English, for tests that read them."""
    with translation.override("en"):
        yield


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """`workbook(survey=[rows], choices=[rows] ...)`: the path of an .xlsx with these sheets."""

    def make(**sheets: Any) -> Path:
        return save(tmp_path / "form.xlsx", **sheets)

    return make
