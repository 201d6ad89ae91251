"""Reading JSON from outside: what two readers could understand differently is refused."""

import json
import math
import re
from typing import Any

MAX_DEPTH = 100
MAX_DIGITS = 100
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


class BadJson(ValueError):
    """The text is no JSON that we take; the message (English) says why."""


def loads(text: str | bytes) -> Any:
    """The value of a JSON document in UTF-8. Raises BadJson.

    Refused beside broken JSON: a name twice in one object, nesting deeper than MAX_DEPTH,
    NaN and infinity, numbers that do not fit, NUL and halves of surrogate pairs (PostgreSQL
    keeps neither).
    """
    try:
        source = text if isinstance(text, str) else text.decode("utf-8-sig")
        _refuse_depth(source)
        value = json.loads(
            source,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_float,
            parse_int=_int,
        )
    except BadJson:
        raise
    except (ValueError, RecursionError) as error:
        raise BadJson(str(error)) from error
    _refuse_texts(value)
    return value


def _refuse_depth(source: str) -> None:
    if source.count("[") + source.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for sign in re.findall(r"[\[\]{}]", _TEXT.sub("", source)):
        depth += 1 if sign in "[{" else -1
        if depth > MAX_DEPTH:
            raise BadJson(f"nested deeper than {MAX_DEPTH} levels")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in made if names.count(name) > 1)
        raise BadJson(f"the name {twice!r} stands twice in one object")
    return made


def _constant(name: str) -> Any:
    raise BadJson(f"{name} is not a JSON number")


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise BadJson("a number is too large")
    return value


def _int(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise BadJson(f"a number has more than {MAX_DIGITS} digits")
    return int(text)


def _refuse_texts(value: Any) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _refuse_texts(name)
            _refuse_texts(inner)
    elif isinstance(value, list):
        for inner in value:
            _refuse_texts(inner)
    elif isinstance(value, str):
        _refuse_text(value)


def _refuse_text(text: str) -> None:
    if "\0" in text:
        raise BadJson("a text holds the sign NUL")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadJson("a text holds half of a surrogate pair") from None
