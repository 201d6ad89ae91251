"""The expression language of forms and protocols: ODK XPath over `${field}`.

Plain Python: text to tree (`parse`), tree to text (`to_source`), tree to JSON and back,
tree to value (`evaluate`), tree to a fast function (`compile_tree`).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from .codec import from_json, to_json
from .compiler import Closure, compile_tree, compiled
from .errors import (
    ExpressionError,
    ExpressionSyntaxError,
    ExpressionTooLarge,
    TooMuchWork,
)
from .flat import flatten
from .functions import FUNCTIONS
from .nodes import Expr
from .parser import parse
from .printer import to_source
from .scope import ChoiceLike, Lookups, NoLookups, Run, Scope, scope_of
from .values import Value, scalar, to_boolean, to_number, to_text


def evaluate(tree: Expr, context: Mapping[str, Any] | Scope) -> Value:
    """The value of `tree` over a map of answers (`"."` is the current value) or a Scope.

    Names that the map lacks are empty. A bare map brings no clock: today() is then the
    present day; pass a Scope made by `scope_of(answers, Run(...))` to set it.
    """
    if not isinstance(context, Scope):
        now = datetime.now(UTC)
        context = scope_of(context, Run(today=now.date(), now=now))
    return compiled(flatten(tree))(context)


__all__ = [
    "FUNCTIONS",
    "ChoiceLike",
    "Closure",
    "Expr",
    "ExpressionError",
    "ExpressionSyntaxError",
    "ExpressionTooLarge",
    "Lookups",
    "NoLookups",
    "Run",
    "Scope",
    "TooMuchWork",
    "Value",
    "compile_tree",
    "evaluate",
    "flatten",
    "from_json",
    "parse",
    "scalar",
    "scope_of",
    "to_boolean",
    "to_json",
    "to_number",
    "to_source",
    "to_text",
]
