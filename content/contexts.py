"""What pages show besides their own fields, by the model's name.

Pages are models, and models do not read: `content.rendering` fills this table.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

CONTEXTS: dict[str, Callable[[Any, HttpRequest], dict[str, Any]]] = {}


def context_of(page: Any, request: HttpRequest) -> dict[str, Any]:
    """The extra context of `page` for this reader."""
    return CONTEXTS[type(page).__name__](page, request)
