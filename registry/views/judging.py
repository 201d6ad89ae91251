"""A draft judged as its writer may see it: what is relevant, what is wrong, and where."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils import timezone

from config.accounts.actors import Actor
from config.accounts.models import User
from config.shared.labels import pick
from config.shared.problems import Problem
from forms_builder.choices import Choice, choice_from_row
from forms_builder.evaluation import Outcome, evaluate
from forms_builder.rendering.structure import sections, top_key
from forms_builder.rendering.words import Telling, label_in_words
from forms_builder.schema import Place
from forms_builder.selectors import form_version_by_pk
from registry.correcting import withheld_from_amender
from registry.models import Draft
from registry.seen import Withheld, seen_version, withheld_from
from registry.services.lookups import RecordLookups
from registry.views.shape import page_language, shape_of


class JudgedDraft:
    """The answers of a draft, judged; `user` is None for a citizen without an account."""

    def __init__(self, draft: Draft, user: User | None, now: datetime) -> None:
        self.draft, self.user, self.now = draft, user, now
        self.version = form_version_by_pk(draft.form_version_id)
        self.withheld = self._withheld()
        self.seen_version = seen_version(self.version, self.withheld)
        self.shape = shape_of(self.seen_version)
        self.spec: Mapping[str, Any] = self.seen_version.spec
        self.answers: dict[str, Any] = draft.answers
        self.language = page_language(self.version)
        self.file_problems: list[Problem] = []
        self._outcome: Outcome | None = None

    def _withheld(self) -> Withheld:
        """What the writer may not see of the form."""
        sent, record = self.draft.amends, self.draft.record
        if sent is None:
            return withheld_from(self._actor, self.version, record)
        return withheld_from_amender(self._actor, self.version, sent, record)

    @property
    def _actor(self) -> Actor:
        return Actor(user=self.user, name=str(self.user))

    @cached_property
    def lookups(self) -> RecordLookups:
        """Lists and records that this writer may use; a citizen may use no records."""
        return RecordLookups(self._actor)

    @property
    def outcome(self) -> Outcome:
        """What evaluation says of the answers as they stand."""
        if self._outcome is None:
            local = timezone.localtime(self.now)
            self._outcome = evaluate(
                self.version.spec,
                self.answers,
                today=local.date(),
                now=local,
                lookups=self.lookups,
                compiled=self.version.compiled,
                previous=self.draft.amends.answers if self.draft.amends else None,
                withheld=self.withheld,
            )
        return self._outcome

    def show(self, answers: dict[str, Any]) -> None:
        """Judge and draw these answers from now on."""
        self.answers = answers
        self._outcome = None

    def reread(self) -> None:
        """Judge and draw what the draft holds now, whichever window saved it."""
        current = Draft.objects.filter(pk=self.draft.pk).first()
        if current is not None and current.row_version != self.draft.row_version:
            self.draft = current
            self.show(current.answers)

    @property
    def all_problems(self) -> list[Problem]:
        """Everything that is wrong, refused files first."""
        refused = {problem.path for problem in self.file_problems}
        rest = [p for p in self.outcome.problems if p.path not in refused]
        if len(rest) > 1:  # a draft's answers come from the database in no order
            order = {key: place for place, key in enumerate(self.shape.section_by_key)}
            rest.sort(key=lambda problem: order.get(top_key(problem.path), -1))
        return [*self.file_problems, *rest]

    def problems_of(self, section: str) -> list[Problem]:
        """What is wrong in one section."""
        return [p for p in self.all_problems if self.section_of(p) == section]

    @property
    def warnings(self) -> list[Problem]:
        """What is wanted and missing; it may be sent nevertheless."""
        return self.outcome.warnings

    def section_of(self, problem: Problem) -> str:
        """The section to which a problem's path leads; "" when to none."""
        return self.shape.section_by_key.get(top_key(problem.path), "")

    def choices(self, list_code: str) -> Sequence[Choice]:
        """The values of a list, the form's own or a shared one."""
        if rows := self.spec.get("lists", {}).get(list_code):
            return tuple(choice_from_row(row) for row in rows)
        return self.lookups.choices(list_code)

    # Sections and questions

    @property
    def visible(self) -> list[Mapping[str, Any]]:
        """The sections that are relevant now."""
        relevant = self.outcome.relevant
        keys = self.shape.section_keys
        return [
            node
            for node in sections(self.spec)
            if node["name"] in keys and relevant.get(keys[node["name"]], True)
        ]

    def label(self, node: Mapping[str, Any], path: str = "") -> str:
        """A node's label in the page's language, with the answers that it speaks of; `path`
        is where its own answer stands."""
        text = pick(node.get("labels"), self.language) or str(node["name"])
        if "${" not in text:
            return text
        return label_in_words(text, path, self.shape.places, self._telling)

    @property
    def _telling(self) -> Telling:
        outcome = self.outcome
        return Telling(
            self.spec,
            self.answers,
            self.choices,
            self.language,
            outcome.relevant,
            outcome.calculations,
        )

    def place_at(self, path: str) -> Place | None:
        """The question or repeat whose answer stands at `path`."""
        scope, found = "", None
        for part in path.split("]/"):
            key = part.partition("[")[0]
            found = self.shape.by_key.get((scope, key))
            if found is None:
                return None
            scope = found.path
        return found

    def is_repeat(self, path: str) -> bool:
        """Whether rows stand at `path`, or one does ("members[1]")."""
        place = self.place_at(path)
        return place is not None and place.kind == "repeat"

    def label_at(self, path: str) -> str:
        """The label of the question at `path`, with the number of its row."""
        place = self.place_at(path) if path else None
        if place is None:
            return ""
        rows = [part.rpartition("[")[2] for part in path.split("]/")[:-1]]
        numbers = ".".join(str(int(row) + 1) for row in rows if row.isdecimal())
        label = self.label(place.node, path)
        return f"{label} ({numbers})" if numbers else label
