"""What writing may refuse. Nothing is stored when one of these is raised."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from config.shared.problems import Problem, ProblemsFound


class AnswersInvalid(ProblemsFound):
    """The answers break the form's or the register's rules; `problems` lists every breach."""


class MoveRefused(Exception):
    """The register does not allow this change of status."""

    def __init__(self, old: str, new: str, allowed: list[str]) -> None:
        text = _("The status cannot change from “%(old)s” to “%(new)s”.")
        super().__init__(text % {"old": old, "new": new})
        self.old, self.new, self.allowed = old, new, allowed


class StaleWrite(Exception):
    """Somebody else changed the row meanwhile.

    `yours` and `theirs` are both whole maps of answers (or attributes); `by` is the other
    author's name, `at` when they wrote, `row_version` what a second try must expect.
    """

    def __init__(
        self,
        yours: Mapping[str, Any],
        theirs: Mapping[str, Any],
        by: str,
        at: datetime,
        row_version: int,
    ) -> None:
        super().__init__(
            _("%(name)s has changed this meanwhile. Compare both and save again.")
            % {"name": by}
        )
        self.yours, self.theirs = dict(yours), dict(theirs)
        self.by, self.at, self.row_version = by, at, row_version


def refuse(code: str, message: str, path: str = "") -> AnswersInvalid:
    """One problem as an exception."""
    return AnswersInvalid([Problem(code, str(message), path=path)])
