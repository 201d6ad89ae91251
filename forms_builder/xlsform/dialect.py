"""Small repairs of expressions that other tools make or tolerate; each is reported."""

import re
from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
# pyxform reads these words in an expression's cell as true() and false().
_WORDS = {"yes": "true()", "true": "true()", "no": "false()", "false": "false()"}
_STRING = re.compile(r"('[^']*'|\"[^\"]*\")")
_DOUBLED = re.compile(r"\b(and|or)\s+\1\b")
_POSSESSIVE = re.compile(r"(?<!\\)([}*+?])\+")
_PATTERN = re.compile(r"(regex\s*\(\s*[^,]+,\s*)('[^']*'|\"[^\"]*\")")


def repaired(source: str) -> tuple[str, list[str]]:
    """`source` as our grammar reads it, and a sentence for every change."""
    notes = []
    for repair, note in repairs():
        changed = repair(source)
        if changed != source:
            source = changed
            notes.append(note)
    return source, notes


def repairs() -> Iterator[tuple[Callable[[str], str], str]]:
    """Each repair with what it says about itself."""
    yield straight_quotes, _("Curly quotes were replaced by straight ones.")
    yield words, _("“yes” and “no” were replaced by true() and false().")
    yield doubled, _("A doubled “and” or “or” was read as one.")
    yield patterns, _("A possessive “+” in a pattern was left out; it changes no match here.")


def straight_quotes(source: str) -> str:
    """Word processors curl the quotes of texts."""
    return source.translate(_QUOTES)


def words(source: str) -> str:
    """A whole cell that says yes or no."""
    return _WORDS.get(source.strip().casefold(), source)


def doubled(source: str) -> str:
    """`a and and b`, outside texts."""
    parts = _STRING.split(source)
    return "".join(p if p[:1] in "'\"" and p else _DOUBLED.sub(r"\1", p) for p in parts)


def patterns(source: str) -> str:
    """Java's possessive quantifiers in the pattern of regex()."""
    return _PATTERN.sub(lambda m: m[1] + _POSSESSIVE.sub(r"\1", m[2]), source)
