"""What an import says about a workbook."""

from dataclasses import dataclass, field
from typing import Any

from config.shared.problems import Problem


@dataclass
class ImportReport:
    """The form that a workbook describes, and everything to tell about it.

    With `problems` nothing may be stored and `spec` is what could be understood, perhaps
    nothing. `warnings` name what was changed, kept unused or left out.
    """

    spec: dict[str, Any] | None = None
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether the form may be stored."""
        return self.spec is not None and not self.problems

    def problem(self, code: str, message: str, **place: Any) -> None:
        """Note a breach; `place` is sheet, row, column, path."""
        self.problems.append(Problem(code, message, **place))

    def warn(self, code: str, message: str, **place: Any) -> None:
        """Note something the admin should know."""
        self.warnings.append(Problem(code, message, **place))
