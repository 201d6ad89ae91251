"""One shape for everything that can be wrong with what a person or machine sent."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One breach: a stable `code` for programs, a translated `message` for people.

    `path` is the place in the data ("members[2]/fin", "sections/0/fields/3");
    `sheet`, `row` (counted from 1) and `column` are the place in a workbook.
    """

    code: str
    message: str
    path: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The problem as JSON, without empty places."""
        return {key: value for key, value in asdict(self).items() if value not in ("", None)}


class ProblemsFound(Exception):
    """What was sent breaks rules; `problems` lists every breach."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{p.path}: {p.message}" for p in problems[:5]))
        self.problems = list(problems)
