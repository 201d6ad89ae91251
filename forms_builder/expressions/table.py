"""The shape of an entry in the table of functions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .scope import Run
from .values import Value

ANY = 10_000  # no upper bound on the number of arguments

Kind = Literal["text", "number", "boolean", "date", "nodes", "any"]
Body = Callable[..., Value]


def _special(*_arguments: Value) -> Value:
    raise TypeError("this function is worked out by the compiler")


@dataclass(frozen=True, slots=True)
class Function:
    """A function: between `low` and `high` arguments, a result of some kind.

    `body` takes the argument values; with `needs_run`, the Run comes first.
    """

    name: str
    low: int
    high: int
    result: Kind
    body: Body = _special
    needs_run: bool = False


__all__ = ["ANY", "Body", "Function", "Kind", "Run"]
