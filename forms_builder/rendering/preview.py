"""A form that is not published yet, shown as the people who fill it will see it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from config.shared.labels import pick
from config.shared.problems import Problem, ProblemsFound
from forms_builder.choices import Choice, choice_from_row
from forms_builder.compile import compile_spec
from forms_builder.evaluation import Outcome, evaluate, initial_answers
from forms_builder.lookups import DatabaseLookups
from forms_builder.rendering.extract import lists_used
from forms_builder.rendering.filling import Filling
from forms_builder.rendering.page_data import engine_data, list_rows
from forms_builder.rendering.pages import FormPages
from forms_builder.rendering.structure import sections
from forms_builder.sights import SeenAs

Spec = Mapping[str, Any]


def render_preview(
    spec: Spec,
    language: str,
    media_url: Callable[[str], str] | None = None,
    seen_as: SeenAs | None = None,
) -> str:
    """The whole page: every section, conditions and calculations working in the browser.

    A draft whose expressions are wrong is shown with all its questions. `seen_as` is said of
    the role that `spec` is cut for.
    """
    with translation.override(language):
        context = DraftSheet(spec, language, media_url=media_url).context()
        context["seen_as"] = seen_as
        return render_to_string("forms_builder/fill_preview.html", context)


class DraftSheet:
    """A draft of a form on one page, filled with some answers."""

    def __init__(
        self,
        spec: Spec,
        language: str,
        *,
        answers: Mapping[str, Any] | None = None,
        now: datetime | None = None,
        media_url: Callable[[str], str] | None = None,
    ) -> None:
        """`media_url` gives the address of a file of the form, "" for one that is missing."""
        self.spec, self.language, self.media_url = spec, language, media_url
        self.now = now or timezone.localtime()
        self.lookups = DatabaseLookups()
        self.answers = self._initial() if answers is None else dict(answers)

    @cached_property
    def compiled(self) -> dict[str, Any] | None:
        """The compiled form; None when its expressions are wrong."""
        try:
            return compile_spec(self.spec)
        except ProblemsFound:
            return None

    @property
    def _given(self) -> dict[str, Any]:
        return {
            "today": self.now.date(),
            "now": self.now,
            "lookups": self.lookups,
            "compiled": self.compiled,
        }

    def _initial(self) -> dict[str, Any]:
        return initial_answers(self.spec, **self._given) if self.compiled else {}

    @cached_property
    def outcome(self) -> Outcome | None:
        """What evaluation says; None when the form does not compile."""
        return evaluate(self.spec, self.answers, **self._given) if self.compiled else None

    def choices(self, list_code: str) -> Sequence[Choice]:
        """The values of a list, the form's own or a shared one."""
        own = self.spec.get("lists", {})
        if list_code in own:
            return [choice_from_row(row) for row in own[list_code]]
        return self.lookups.choices(list_code)

    def context(self, problems: Sequence[Problem] = ()) -> dict[str, Any]:
        """What the template draws; `problems` are shown at their questions."""
        pages, filling = FormPages(self.spec, self.language), self._filling(problems)
        return {
            "title": pick(self.spec.get("labels"), self.language),
            "purpose": pick(self.spec.get("purpose"), self.language),
            "language": self.language,
            "sections": [
                (
                    pick(node.get("labels"), self.language),
                    pages.section(node["name"], filling),
                )
                for node in sections(self.spec)
            ],
            "definition": self.compiled and {"compiled": self.compiled},
            "page_data": self._page_data(),
        }

    def _filling(self, problems: Sequence[Problem]) -> Filling:
        outcome = self.outcome
        if outcome is None:
            return Filling(
                answers=self.answers,
                choices=self.choices,
                media_url=self.media_url,
                show_all=True,
            )
        messages: dict[str, list[str]] = defaultdict(list)
        for problem in problems:
            messages[problem.path].append(str(problem.message))
        return Filling(
            answers=self.answers,
            relevant=outcome.relevant,
            values=outcome.calculations,
            required=outcome.required,
            messages=messages,
            choices=self.choices,
            media_url=self.media_url,
            locked=outcome.locked,
            held=outcome.held,
        )

    def _page_data(self) -> dict[str, Any]:
        """What fill.js needs beside the definition."""
        data = {"answers": self.answers, "language": self.language, "lists": {}}
        if self.outcome is None or self.compiled is None:
            return data
        used = lists_used(self.spec, self.compiled, lambda code: len(self.choices(code)))
        data["lists"] = {
            code: list_rows(self.choices(code), names, self.language)
            for code, names in used.items()
        }
        return data | engine_data(self.outcome, self.compiled, self.lookups)
