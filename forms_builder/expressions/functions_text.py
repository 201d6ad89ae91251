"""Functions of text and truth."""

import base64
import binascii
import hashlib
import re
import uuid
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import re2

from .errors import ExpressionError, TooMuchWork
from .scope import MAX_TEXT, Run
from .table import ANY, Function
from .values import Value, nodes, to_boolean, to_number, to_text

_BASE64 = re.compile(
    r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", re.ASCII
)
_DIGESTS = {
    "MD5": hashlib.md5,
    "SHA-1": hashlib.sha1,
    "SHA-256": hashlib.sha256,
    "SHA-384": hashlib.sha384,
    "SHA-512": hashlib.sha512,
}


def texts(arguments: Iterable[Value]) -> list[str]:
    """Every value of every argument as text; node-sets are spread out."""
    return [to_text(value) for argument in arguments for value in nodes(argument)]


def joined(separator: str, parts: list[str]) -> str:
    """The parts as one text. Raises TooMuchWork when it would be enormous."""
    if sum(map(len, parts)) + len(separator) * len(parts) > MAX_TEXT:
        raise TooMuchWork("the form computes a text that is too long")
    return separator.join(parts)


def _concat(*arguments: Value) -> str:
    return joined("", texts(arguments))


def _join(separator: Value, *arguments: Value) -> str:
    return joined(to_text(separator), texts(arguments))


def _substr(text: Value, start: Value, end: Value | None = None) -> str:
    """From `start` (from 0) up to, not including, `end`; negative counts from the end."""
    whole = to_text(text)
    first = _place(to_number(start), len(whole))
    last = len(whole) if end is None else _place(to_number(end), len(whole))
    return whole[first:last]


def _place(number: float, length: int) -> int:
    if number != number:
        return 0
    place = int(max(min(number, 1e9), -1e9))
    return max(0, place + length if place < 0 else place)


def _substring_before(text: Value, mark: Value) -> str:
    before, found, _after = _parted(to_text(text), to_text(mark))
    return before if found else ""


def _substring_after(text: Value, mark: Value) -> str:
    _before, _found, after = _parted(to_text(text), to_text(mark))
    return after


def _parted(text: str, mark: str) -> tuple[str, bool, str]:
    """`text` before and after the first `mark`, which may be empty."""
    place = text.find(mark)
    if place < 0:
        return "", False, ""
    return text[:place], True, text[place + len(mark) :]


def _translate(text: Value, source: Value, target: Value) -> str:
    new = to_text(target)
    table: dict[int, str] = {}
    for place, letter in enumerate(to_text(source)):
        table.setdefault(ord(letter), new[place] if place < len(new) else "")
    return to_text(text).translate(table)


def _normalize_space(text: Value) -> str:
    return " ".join(to_text(text).split())


# RE2's \C is one byte of a letter; no other reader of texts knows bytes.
_ONE_BYTE = re.compile(r"(?<!\\)(?:\\\\)*\\C")


@lru_cache(maxsize=1024)
def compiled_pattern(pattern: str) -> Any:
    """An RE2 pattern. Raises ExpressionError when RE2 refuses it."""
    if _ONE_BYTE.search(pattern):
        raise ExpressionError(f"bad pattern “{pattern}”: \\C")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 8 << 20
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        message = error.args[0] if error.args else ""
        text = message.decode() if isinstance(message, bytes) else str(message)
        raise ExpressionError(f"bad pattern “{pattern}”: {text}") from None


def _regex(text: Value, pattern: Value) -> bool:
    """Whether the whole text matches, as JavaRosa does; a bad pattern matches nothing."""
    try:
        return compiled_pattern(to_text(pattern)).fullmatch(to_text(text)) is not None
    except ExpressionError:
        return False


def _boolean_from_string(text: Value) -> bool:
    return to_text(text) in ("1", "true", "True", "TRUE")


def _uuid(run: Run, length: Value | None = None) -> str:
    """A version 4 UUID, or that many letters and digits."""
    if length is None:
        return str(uuid.UUID(int=run.random.getrandbits(128), version=4))
    number = to_number(length)
    count = int(number) if 0 < number <= 1000 else 0
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    return "".join(run.random.choice(letters) for _ in range(count))


def _digest(text: Value, algorithm: Value, encoding: Value = "base64") -> str:
    """A hash of the UTF-8 text, in base64 or hex; "" for an unknown algorithm."""
    make = _DIGESTS.get(to_text(algorithm))
    if make is None:
        return ""
    raw = make(to_text(text).encode("utf-8", "surrogatepass")).digest()
    return raw.hex() if to_text(encoding) == "hex" else base64.b64encode(raw).decode()


def _base64_decode(text: Value) -> str:
    source = to_text(text)
    if not _BASE64.fullmatch(source):
        return ""
    try:
        return base64.b64decode(source).decode()
    except (binascii.Error, ValueError):
        return ""


FUNCTIONS = [
    Function("string", 1, 1, "text", to_text),
    Function("concat", 0, ANY, "text", _concat),
    Function("join", 1, ANY, "text", _join),
    Function("string-length", 1, 1, "number", lambda text: float(len(to_text(text)))),
    Function("substr", 2, 3, "text", _substr),
    Function("substring-before", 2, 2, "text", _substring_before),
    Function("substring-after", 2, 2, "text", _substring_after),
    Function("translate", 3, 3, "text", _translate),
    Function("contains", 2, 2, "boolean", lambda a, b: to_text(b) in to_text(a)),
    Function("starts-with", 2, 2, "boolean", lambda a, b: to_text(a).startswith(to_text(b))),
    Function("ends-with", 2, 2, "boolean", lambda a, b: to_text(a).endswith(to_text(b))),
    Function("normalize-space", 1, 1, "text", _normalize_space),
    Function("regex", 2, 2, "boolean", _regex),
    Function("uuid", 0, 1, "text", _uuid, needs_run=True),
    Function("digest", 2, 3, "text", _digest),
    Function("base64-decode", 1, 1, "text", _base64_decode),
    Function("jr:itext", 1, 1, "text", lambda _key: ""),
    Function("boolean", 1, 1, "boolean", to_boolean),
    Function("boolean-from-string", 1, 1, "boolean", _boolean_from_string),
    Function("not", 1, 1, "boolean", lambda value: not to_boolean(value)),
    Function("true", 0, 0, "boolean", lambda: True),
    Function("false", 0, 0, "boolean", lambda: False),
]

__all__ = ["FUNCTIONS", "compiled_pattern", "joined", "texts"]
