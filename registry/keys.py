"""Numbers of records ("HA-2026-00017") and titles made from attributes. Plain Python."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

_TOKEN = re.compile(r"\{(\w+)(?::(\d{1,2}))?\}")
_NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")
MAX_KEY = 63  # letters of the column
LARGEST = 2**63 - 1  # number that the counter reaches


class InvalidPattern(ValueError):
    """The number pattern cannot make unique numbers; the text says why."""


@dataclass(frozen=True)
class KeyPattern:
    """A parsed pattern: literal text with `{year}` and exactly one `{seq:N}`."""

    source: str
    digits: int
    by_year: bool

    @classmethod
    def parse(cls, source: str) -> Self:
        """Read a pattern. Raises InvalidPattern."""
        tokens = _TOKEN.findall(source)
        rest = _TOKEN.sub("", source)
        sequences = [digits for name, digits in tokens if name == "seq"]
        if "{" in rest or "}" in rest or {name for name, _d in tokens} - {"seq", "year"}:
            raise InvalidPattern(_("Only {year} and {seq:5} may stand in braces."))
        if len(sequences) != 1:
            raise InvalidPattern(_("The pattern needs {seq:5} exactly once."))
        if re.search(r"\s", rest) or len(rest) > 20:
            raise InvalidPattern(_("The text around must be short and without spaces."))
        digits = int(sequences[0] or 1)
        if not 1 <= digits <= 12:
            raise InvalidPattern(_("The number may have 1 to 12 digits."))
        pattern = cls(source, digits, any(name == "year" for name, _digits in tokens))
        if len(pattern.key(9999, LARGEST)) > MAX_KEY:
            raise InvalidPattern(_("The text around must be short and without spaces."))
        return pattern

    def key(self, year: int, number: int) -> str:
        """The key of the `number`-th record of `year`; longer numbers get more digits."""

        def fill(match: re.Match[str]) -> str:
            return str(year) if match[1] == "year" else str(number).zfill(self.digits)

        return _TOKEN.sub(fill, self.source)


def template_names(template: str) -> list[str]:
    """The attributes that a title template uses, in order."""
    return _NAME.findall(template)


def fill_title(template: str, attributes: Mapping[str, Any]) -> str:
    """The title of a record: the template with its attributes, single spaces, 255 letters."""
    text = _NAME.sub(lambda match: str(attributes.get(match[1]) or ""), template)
    return re.sub(r"\s+", " ", text).strip(" -–,;:")[:255]
