"""Source text to tree, within limits of length, depth and number of nodes."""

import math
from contextlib import suppress
from functools import cache, lru_cache
from typing import Any

from lark import Lark, Transformer, v_args
from lark.exceptions import LarkError, UnexpectedInput

from .errors import ExpressionSyntaxError, ExpressionTooLarge
from .nodes import Binary, Call, Chain, Expr, Negate, Number, Path, Ref, Step, Text, walk

MAX_LENGTH = 20_000  # characters
MAX_DEPTH = 150  # nodes inside one another; the deepest of 10,000 real expressions has 39
MAX_NODES = 5_000
# Word processors write these; they are read as plain ones where nothing else makes sense.
_SMART_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})


@lru_cache(maxsize=8192)
def parse(source: str) -> Expr:
    """The tree of `source`.

    Raises ExpressionSyntaxError (with the position) or ExpressionTooLarge.
    """
    if len(source) > MAX_LENGTH:
        raise ExpressionTooLarge(f"longer than {MAX_LENGTH} characters", reason="long")
    try:
        return check_size(_parsed(source))
    except ExpressionSyntaxError as error:
        plain = source.translate(_SMART_QUOTES)
        if plain == source:
            raise
        with suppress(ExpressionSyntaxError):
            return check_size(_parsed(plain))
        raise error from None


def _parsed(source: str) -> Expr:
    try:
        made: Any = _parser().parse(source)  # our transformer's nodes, where lark says Tree
    except UnexpectedInput as error:
        raise _syntax_error(source, error) from None
    except LarkError as error:
        raise ExpressionSyntaxError(str(error)) from None
    tree: Expr = made
    return tree


def check_size(tree: Expr) -> Expr:
    """`tree` itself; raises ExpressionTooLarge when it is too deep or has too many nodes."""
    for count, (_node, depth) in enumerate(walk(tree), start=1):
        if depth > MAX_DEPTH:
            raise ExpressionTooLarge(f"nested deeper than {MAX_DEPTH} levels", reason="deep")
        if count > MAX_NODES:
            raise ExpressionTooLarge(f"more than {MAX_NODES} parts", reason="long")
    return tree


def _syntax_error(source: str, error: UnexpectedInput) -> ExpressionSyntaxError:
    """Say what stands where something else should."""
    position = error.pos_in_stream
    token = getattr(error, "token", None)
    if position is None or (token is not None and token.type == "$END"):
        return ExpressionSyntaxError("ends too early", len(source), reason="early")
    found = source[position : position + 20].split("\n")[0]
    message = f"unexpected “{found}”"
    return ExpressionSyntaxError(message, position, reason="unexpected", found=found)


@cache
def _parser() -> Lark:
    return Lark.open_from_package(
        __name__,
        "grammar.lark",
        parser="lalr",
        transformer=_TreeBuilder(),
        maybe_placeholders=False,
    )


@v_args(inline=True)
class _TreeBuilder(Transformer[Any, Expr]):
    """Builds the tree while the parser reduces, so nothing recurses."""

    def or_(self, *operands: Expr) -> Expr:
        return operands[0] if len(operands) == 1 else Chain("or", operands)

    def and_(self, *operands: Expr) -> Expr:
        return operands[0] if len(operands) == 1 else Chain("and", operands)

    def binary(self, left: Expr, operator: str, right: Expr) -> Expr:
        return Binary(str(operator), left, right)

    def negate(self, operand: Expr) -> Expr:
        return Negate(operand)

    def number(self, token: str) -> Expr:
        value = float(token)
        if math.isinf(value):
            raise ExpressionTooLarge("a number is too large", reason="number")
        return Number(value)

    def text(self, token: str) -> Expr:
        return Text(str(token[1:-1]))

    def ref(self, token: str) -> Expr:
        return Ref(token[2:-1].strip())

    def call(self, name: str, *arguments: Expr) -> Expr:
        return Call(str(name), arguments)

    def predicate(self, condition: Expr) -> "_Predicate":
        return _Predicate(condition)

    def step(self, name: str, *predicates: "_Predicate") -> Step:
        return Step(str(name), tuple(predicate.condition for predicate in predicates))

    def relative(self, *steps: Step) -> tuple[Step, ...]:
        return steps

    def relative_path(self, steps: tuple[Step, ...]) -> Expr:
        return Path(None, False, (), steps)

    def absolute_path(self, steps: tuple[Step, ...]) -> Expr:
        return Path(None, True, (), steps)

    def filtered(self, base: Expr, *rest: "_Predicate | tuple[Step, ...]") -> Expr:
        predicates = tuple(part.condition for part in rest if isinstance(part, _Predicate))
        steps = next((part for part in rest if isinstance(part, tuple)), ())
        return Path(base, False, predicates, steps)


class _Predicate:
    """A predicate on its way into its step or path."""

    def __init__(self, condition: Expr) -> None:
        self.condition = condition
