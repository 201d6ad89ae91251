"""Conditions as rows that people click together: expression to model and back.

A model is JSON: {"join": JOIN, "rows": [ROW or GROUP]} where a GROUP is such a map with
rows only. A ROW is {"left": "${age}" | "." | "region", "measure", "operator", "right"?};
`right` is {"kind": "text" | "number" | "date" | "answer" | "today", "value"?}.
Plain Python over the tree of `forms_builder.expressions`; what has no such model is
edited as text.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from forms_builder.expressions import Expr, ExpressionError, parse, to_source
from forms_builder.expressions.nodes import (
    Binary,
    Call,
    Chain,
    Negate,
    Number,
    Path,
    Ref,
    Text,
)

Model = dict[str, Any]
JOINS = {"all": "and", "any": "or", "not_all": "and", "none": "or"}
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
# What of an answer is compared: the measure and the function that takes it.
MEASURES = {
    "number": "number",
    "count": "count-selected",
    "age": "age-in-years",
    "length": "string-length",
}
_MEASURE_OF = {function: measure for measure, function in MEASURES.items()}
# Operators that are a function of the answer and a value.
_CALLS = {"selected": "selected", "matches": "regex"}
_OPERATOR_OF = {function: operator for operator, function in _CALLS.items()}
_ANSWERED = {"=": "empty", "!=": "filled"}
_SIGN_OF = {operator: sign for sign, operator in _ANSWERED.items()}
MAX_ROWS = 100  # longer conditions are edited as text


class NotACondition(ValueError):
    """The model is not complete or not of the shape above."""


def model_of(source: str) -> Model | None:
    """`source` as rows, or None when it cannot be drawn. Raises ExpressionError."""
    return draw(parse(source))


def source_of(model: Mapping[str, Any]) -> str:
    """The expression that the rows say; "" for no rows. Raises NotACondition."""
    try:
        return to_source(build(model)) if model.get("rows") else ""
    except ExpressionError as error:
        raise NotACondition(str(error)) from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise NotACondition(f"not a condition: {error}") from error


def draw(tree: Expr) -> Model | None:
    """The rows of `tree`; None unless `build` would give exactly `tree` back."""
    if row := draw_row(tree):
        return {"join": "all", "rows": [row]}
    parts = group_parts(tree)
    if parts is None:
        return None
    join, operands = parts
    rows = [draw_row(operand) or _draw_group(operand) for operand in operands]
    if None in rows or len(rows) > MAX_ROWS:
        return None
    return {"join": join, "rows": rows}


def _draw_group(tree: Expr) -> Model | None:
    join, operands = group_parts(tree) or ("", ())
    rows = [draw_row(operand) for operand in operands]
    return {"join": join, "rows": rows} if rows and None not in rows else None


def group_parts(tree: Expr) -> tuple[str, Sequence[Expr]] | None:
    """How `tree` joins its parts, and the parts; None for anything but and, or, not."""
    match tree:
        case Chain(operator, operands):
            return ("all" if operator == "and" else "any"), operands
        case Call("not", (Chain(operator, operands),)):
            return ("not_all" if operator == "and" else "none"), operands
        case Call("not", (inner,)):
            return "not_all", (inner,)
    return None


def draw_row(tree: Expr) -> Model | None:
    """One comparison as a row, or None."""
    match tree:
        case Binary(operator, left, right) if operator in COMPARISONS:
            return _comparison(operator, left, right)
        case Call("not", (Call("selected", (left, right)),)):
            return _call_row("not_selected", left, right)
        case Call(name, (left, right)) if name in _OPERATOR_OF:
            return _call_row(_OPERATOR_OF[name], left, right)
    return None


def _comparison(operator: str, left: Expr, right: Expr) -> Model | None:
    subject, measure = _measured(left)
    value = _draw_value(right)
    if subject is None or value is None:
        return None
    row = {"left": subject, "measure": measure}
    if value == {"kind": "text", "value": ""}:
        named = _ANSWERED.get(operator) if measure == "value" else None
        return {**row, "operator": named} if named else None
    return {**row, "operator": operator, "right": value}


def _call_row(operator: str, left: Expr, right: Expr) -> Model | None:
    subject, value = _subject(left), _draw_value(right)
    if subject is None or value is None or value["kind"] not in ("text", "answer"):
        return None
    return {"left": subject, "measure": "value", "operator": operator, "right": value}


def _measured(tree: Expr) -> tuple[str | None, str]:
    match tree:
        case Call(name, (inner,)) if name in _MEASURE_OF:
            return _subject(inner), _MEASURE_OF[name]
    return _subject(tree), "value"


def _subject(tree: Expr) -> str | None:
    """`${name}`, `.` or the attribute of a value; nothing longer."""
    match tree:
        case Ref():
            return to_source(tree)
        case Path(None, False, (), (step,)) if not step.predicates and step.name != "..":
            return step.name
    return None


def _draw_value(tree: Expr) -> Model | None:
    match tree:
        case Text(value):
            return {"kind": "text", "value": value}
        case Number(value):
            return {"kind": "number", "value": _plain(value)}
        case Negate(Number(value)) if value:
            return {"kind": "number", "value": -_plain(value)}
        case Call("today", ()):
            return {"kind": "today"}
        case Call("date", (Text(value),)) if value:
            return {"kind": "date", "value": value}
    subject = _subject(tree)
    return {"kind": "answer", "value": subject} if subject else None


def _plain(value: float) -> float:
    return int(value) if value.is_integer() else value


def build(model: Mapping[str, Any]) -> Expr:
    """The tree of a model with at least one row."""
    return _build_group(model, [_build_part(row) for row in model["rows"]])


def _build_part(part: Mapping[str, Any]) -> Expr:
    if "rows" in part:
        return _build_group(part, [_build_row(row) for row in part["rows"]])
    return _build_row(part)


def _build_group(model: Mapping[str, Any], operands: Sequence[Expr]) -> Expr:
    operator = JOINS[model["join"]]
    if not operands:
        raise NotACondition("a group without rows")
    joined = operands[0] if len(operands) == 1 else Chain(operator, tuple(operands))
    return Call("not", (joined,)) if model["join"] in ("not_all", "none") else joined


def _build_row(row: Mapping[str, Any]) -> Expr:
    operator, left = row["operator"], _parse_subject(row["left"])
    if operator in _SIGN_OF:
        return Binary(_SIGN_OF[operator], left, Text(""))
    value = _build_value(row["right"])
    if operator == "not_selected":
        return Call("not", (Call("selected", (left, value)),))
    if operator in _CALLS:
        return Call(_CALLS[operator], (left, value))
    if operator not in COMPARISONS:
        raise NotACondition(f"unknown operator {operator}")
    measure = row.get("measure") or "value"
    return Binary(
        operator, left if measure == "value" else Call(MEASURES[measure], (left,)), value
    )


def _quotable(text: str) -> Expr:
    """`text` as a constant; with both quotation marks in it, as a concat() of two kinds."""
    if "'" not in text or '"' not in text:
        return Text(text)
    parts = (Text(part) for part in re.split("(')", text) if part)
    return Call("concat", tuple(parts))


def _parse_subject(source: str) -> Expr:
    tree = parse(source)
    if _subject(tree) is None:
        raise NotACondition(f"{source} is no answer")
    return tree


def _build_value(right: Mapping[str, Any]) -> Expr:
    match right["kind"]:
        case "text":
            return _quotable(str(right["value"]))
        case "number":
            number = float(right["value"])
            return Negate(Number(-number)) if number < 0 else Number(number)
        case "date":
            return Call("date", (Text(str(right["value"])),))
        case "today":
            return Call("today", ())
        case "answer":
            return _parse_subject(right["value"])
    raise NotACondition("unknown kind of value")
