"""The wizard's memory is the draft in the database; nothing is kept in the session."""

from typing import Any

from django.http import HttpResponseBase
from django.utils.datastructures import MultiValueDict
from formtools.wizard.storage.base import BaseStorage


class DraftStorage(BaseStorage):
    """formtools' storage over `request.draft_work`; answers are merged by the view."""

    def init_data(self) -> None:
        """Nothing to prepare: the draft exists before the wizard does."""

    def reset(self) -> None:
        """Nothing to clear: a submitted draft is gone, any other is kept."""

    def _get_current_step(self) -> str | None:
        step: str = self.request.draft_work.draft.step
        return step or None

    def _set_current_step(self, step: str) -> None:
        self.request.draft_work.draft.step = step

    current_step = property(_get_current_step, _set_current_step)

    def get_step_data(self, step: str) -> MultiValueDict[str, Any]:
        """Every step counts as answered, so that all of them are judged at the end."""
        return MultiValueDict()

    def set_step_data(self, step: str, cleaned_data: Any) -> None:
        """Stored already, when it was posted."""

    def get_step_files(self, step: str) -> None:
        """Files are stored when they are posted."""
        return

    def set_step_files(self, step: str, files: Any) -> None:
        """Stored already, when they were posted."""

    def update_response(self, response: HttpResponseBase) -> None:
        """No cookie, no temporary files."""
