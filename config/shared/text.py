"""Azerbaijani text: comparing, sorting and changing case.

PostgreSQL's and Python's defaults get this alphabet wrong ("İ".lower() has two
characters, "ə" sorts after "z"), so every comparison goes through this module.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

ALPHABET = "abcçdeəfgğhxıijkqlmnoöprsştuüvyzw"
# "w" is not in the alphabet; foreign names carry it and it sorts last.

_LOOK_ALIKES = str.maketrans({"ǝ": "ə", "Ǝ": "Ə"})
_LOWER = str.maketrans({"I": "ı", "İ": "i"})
_UPPER = str.maketrans({"ı": "I", "i": "İ"})
_FOLD = str.maketrans({"ı": "i", "ə": "e", "ö": "o", "ü": "u", "ç": "c", "ş": "s", "ğ": "g"})
_RANK = {letter: chr(0x61 + place) for place, letter in enumerate(ALPHABET)}
_SPACES = re.compile(r"\s+")


def normalize(text: str) -> str:
    """`text` in NFC with look-alike letters replaced by the real ones."""
    return unicodedata.normalize("NFC", text).translate(_LOOK_ALIKES)


def lower(text: str) -> str:
    """`text` in Azerbaijani lower case (I becomes ı, İ becomes i)."""
    return normalize(text).translate(_LOWER).lower()


def upper(text: str) -> str:
    """`text` in Azerbaijani upper case (ı becomes I, i becomes İ)."""
    return normalize(text).translate(_UPPER).upper()


def fold(text: str) -> str:
    """`text` for searching: lower case, plain Latin letters, single spaces.

    "Məmmədova  ÜLVİYYƏ" and "memmedova ulviyye" fold to the same text.
    """
    plain = lower(text).translate(_FOLD)
    stripped = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", plain)
        if not unicodedata.combining(letter)
    )
    return _SPACES.sub(" ", stripped).strip()


def sort_key(text: str) -> str:
    """`text` as a string whose byte order is the Azerbaijani alphabetical order."""
    letters = _SPACES.sub(" ", lower(text)).strip()
    return "".join(_RANK.get(letter, letter) for letter in letters)


def alphabetically(rows: Iterable[T], name: Callable[[T], str] = str) -> list[T]:
    """`rows` in the Azerbaijani order of what they are called; the database has its own."""
    return sorted(rows, key=lambda row: sort_key(name(row)))
