"""Names that other tools cannot read, and the plain ones that stand for them in an export."""

import re
import unicodedata
from collections.abc import Sequence

from forms_builder.xlsform.foreign import Shown

# Latin, Greek and Cyrillic letters that XML 1.0 and every tool take; pyxform takes no capital Ç
# or Ö.
_LETTER = (
    "A-Za-z_\u00d8-\u00f6\u00f8-\u0131\u0134-\u013e\u0141-\u0148\u014a-\u017e\u0180-\u01c3"
    "\u0250-\u02a8\u0388-\u038a\u038e-\u03a1\u03a3-\u03ce\u0401-\u040c\u040e-\u044f"
    "\u0451-\u045c\u045e-\u0481\u0490-\u04c4"
)
_PLAIN = re.compile(f"[{_LETTER}][{_LETTER}0-9.-]*")
# `${name}` and the steps of paths.
_REFERENCE = re.compile(r"\$\{[^{}]*\}|(?:/|\.\.?/)[\w./-]+")


def plain_names(names: Sequence[str]) -> dict[str, str]:
    """A free plain name for every name that others cannot read."""
    taken = {name.casefold() for name in names}
    made = {}
    for name in dict.fromkeys(names):
        if not _PLAIN.fullmatch(name):
            made[name] = _free(plain_name(name), taken)
    return made


def plain_name(name: str) -> str:
    """A name of letters that every tool reads; "Öz_adı" becomes "Oz_adı"."""
    text = "".join(map(plain_letter, name))
    return text if _PLAIN.fullmatch(text) else f"f_{text}"


def plain_letter(letter: str) -> str:
    """The letter itself, the one below its mark, or an underscore."""
    for found in (letter, unicodedata.normalize("NFKD", letter)[:1]):
        if _PLAIN.fullmatch(f"a{found}"):
            return found
    return "_"


def _free(name: str, taken: set[str]) -> str:
    """`name`, numbered where it is taken; it is taken then."""
    number, found = 2, name
    while found.casefold() in taken:
        found, number = f"{name}_{number}", number + 1
    taken.add(found.casefold())
    return found


def with_plain_names(rows: Sequence[Shown]) -> None:
    """Give such rows plain names, and say them wherever they are spoken of."""
    names = plain_names([row.name for row in rows if row.name])
    if not names:
        return
    longest = sorted(names, key=len, reverse=True)
    spoken = re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, longest))})(?![\w.-])")
    for row in rows:
        for heading, text in row.cells.items():
            if heading == "name":
                row.cells[heading] = names.get(text, text)
            elif "$" in text or "/" in text:
                row.cells[heading] = _REFERENCE.sub(
                    lambda match: spoken.sub(lambda name: names[name[0]], match[0]), text
                )
