"""What one request asks for again and again: kept until it is answered, never longer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_kept: ContextVar[dict[str, Any] | None] = ContextVar("dayaq_request_memo", default=None)


@contextmanager
def request_memo() -> Iterator[None]:
    """Keep answers for as long as the request runs."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def once_in_a_request(name: str, make: Callable[[], T]) -> T:
    """What `make` gave first in this request; outside of requests always asked anew."""
    kept = _kept.get()
    if kept is None:
        return make()
    if name not in kept:
        kept[name] = make()
    answer: T = kept[name]
    return answer


def forget() -> None:
    """Ask anew: something was published in this very request."""
    kept = _kept.get()
    if kept is not None:
        kept.clear()
