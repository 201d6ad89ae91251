"""A draft on the writer's desk: its answers judged, its sections, what is wrong where."""

from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from config.accounts.actors import Actor
from config.accounts.models import User
from config.shared.labels import pick
from config.shared.problems import Problem
from forms_builder.choices import Choice, choice_from_row
from forms_builder.evaluation import Outcome, evaluate, initial_answers
from forms_builder.models import FormVersion
from forms_builder.rendering import Filling, SectionWords, in_words, pages_of, parse_post
from forms_builder.rendering.extract import Extract, extract_of
from forms_builder.rendering.page_data import page_data
from forms_builder.rendering.structure import (
    answer_keys,
    is_typed,
    key_sections,
    places_of,
    scope_answers,
    section_named,
    sections,
    top_key,
)
from forms_builder.rendering.words import Telling, label_in_words
from forms_builder.schema import Place
from forms_builder.selectors import form_version_by_pk
from registry import drafting, uploads
from registry.correcting import own_until, withheld_from_amender
from registry.models import Draft
from registry.seen import SeenVersion, Withheld, seen_version, withheld_from
from registry.services.lookups import RecordLookups

REVIEW = "review"


def page_language(version: FormVersion) -> str:
    """The language the form is shown in: the person's, when the form speaks it."""
    wanted = (get_language() or "az").split("-")[0]
    spoken = version.spec.get("languages", [wanted])
    return wanted if wanted in spoken else str(version.spec.get("default_language", wanted))


@dataclass(frozen=True)
class Shape:
    """What every request asks of a form's structure, found out once per form as it is seen.

    `spec` is held so that the ids stay theirs. `places` by the id of their nodes, `by_key`
    questions and repeats by (repeat, key), `section_by_key` where each answer is given,
    `section_keys` the relevance of sections.
    """

    spec: Mapping[str, Any]
    places: Mapping[int, Place]
    by_key: Mapping[tuple[str, str], Place]
    section_by_key: Mapping[str, str]
    section_keys: Mapping[str, str]


def shape_of(version: SeenVersion) -> Shape:
    """The shape of a form as its filler sees it, from this process's memory."""
    kept = _shapes.get(version.sha256)
    if kept is None or kept.spec is not version.spec:
        found = places_of(version.spec)
        answered = [p for p in found.values() if p.kind in ("question", "repeat")]
        kept = Shape(
            spec=version.spec,
            places=found,
            by_key={(place.repeat, place.key): place for place in answered},
            section_by_key=key_sections(version.spec),
            section_keys={
                p.name: p.key
                for p in found.values()
                if p.kind == "section" and not p.node.get("withheld")
            },
        )
        _shapes[version.sha256] = kept
        while len(_shapes) > KEPT_SHAPES:
            _shapes.popitem(last=False)
    return kept


_shapes: OrderedDict[str, Shape] = OrderedDict()
KEPT_SHAPES = 300


@dataclass(frozen=True)
class Step:
    """One section in the list of steps."""

    name: str
    label: str
    url: str
    is_current: bool
    is_done: bool
    has_problems: bool


class DraftWork:
    """One request's work on a draft; `user` is None for a citizen without an account."""

    base_template = "portal/base.html"
    is_public = False
    media_route = "portal:form-media"

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
        self.finds: Mapping[str, str] = {}
        self._outcome: Outcome | None = None

    def _withheld(self) -> Withheld:
        """What the writer may not see of the form."""
        sent, record = self.draft.amends, self.draft.record
        if sent is None:
            return withheld_from(self._actor, self.version, record)
        return withheld_from_amender(self._actor, self.version, sent, record)

    @property
    def until(self) -> datetime | None:
        """Until when the writer may send a correction of their own in."""
        sent = self.draft.amends
        return own_until(sent, self.user, self.now) if sent is not None else None

    @classmethod
    def of_request(cls, request: HttpRequest, draft: Draft) -> "DraftWork":
        """The work of the signed-in writer."""
        assert isinstance(request.user, User)
        return cls(draft, request.user, timezone.now())

    # Judging

    @cached_property
    def lookups(self) -> RecordLookups:
        """Lists and records that this writer may use; a citizen may use no records."""
        return RecordLookups(self._actor)

    @property
    def _actor(self) -> Actor:
        return Actor(user=self.user, name=str(self.user))

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

    def problems_of(self, section: str) -> list[Problem]:
        """What is wrong in one section."""
        return [p for p in self.all_problems if self.section_of(p) == section]

    @property
    def all_problems(self) -> list[Problem]:
        """Everything that is wrong, refused files first."""
        refused = {problem.path for problem in self.file_problems}
        rest = [p for p in self.outcome.problems if p.path not in refused]
        if len(rest) > 1:  # a draft's answers come from the database in no order
            order = {key: place for place, key in enumerate(self.shape.section_by_key)}
            rest.sort(key=lambda problem: order.get(top_key(problem.path), -1))
        return [*self.file_problems, *rest]

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

    def _offered(self, path: str, choices: Sequence[Choice]) -> Sequence[Choice]:
        try:
            return self.outcome.choices_for(path)
        except KeyError:
            return choices  # a row that the browser may add

    def _row_count(self, path: str) -> int:
        """How many rows the form itself asks for at `path`."""
        here: Any = self.outcome.answers
        *rows, key = path.split("]/")
        for row in rows:
            name, _, number = row.rpartition("[")
            here = here.get(name, [])
            here = here[int(number)] if int(number) < len(here) else {}
        return len(here.get(key, []))

    # Sections

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

    def step_url(self, name: str) -> str:
        """The address of one step."""
        return reverse("portal:draft-step", args=[self.draft.uuid, name])

    def definition_url(self, section: str) -> str:
        """Where the browser finds what a page needs; the address changes with its content."""
        tag = self.extract(section).tag
        return reverse("portal:definition", args=[self.draft.uuid, section, tag])

    @property
    def lookup_url(self) -> str:
        """Where the browser asks for records; the register's code takes the last place."""
        return reverse("portal:lookup", args=["register"])

    @property
    def choices_url(self) -> str:
        """Where the browser searches a long list."""
        return reverse("portal:draft-choices", args=[self.draft.uuid])

    @property
    def discard_url(self) -> str:
        """Where the draft is thrown away."""
        return reverse("portal:draft-discard", args=[self.draft.uuid])

    def file_url(self, answer: Mapping[str, Any]) -> str:
        """The address of a file that the writer sent before."""
        return reverse("portal:attachment", args=[answer["id"]])

    @property
    def media(self) -> Mapping[str, str]:
        """The files that the form shows beside its words: {name: digest of the content}."""
        found: Mapping[str, str] = self.version.spec.get("media", {})
        return found

    def media_url(self, name: str) -> str:
        """The address of such a file; "" when the form lacks it."""
        sha256 = self.media.get(name)
        return reverse(self.media_route, args=[self.version.code, sha256]) if sha256 else ""

    def steps(self, current: str) -> list[Step]:
        """The list of steps, with what is finished and what needs attention."""
        wrong = {self.section_of(problem) for problem in self.all_problems}
        begun = {self.shape.section_by_key.get(key) for key in self.answers}
        return [
            Step(
                name,
                self.label(node),
                self.step_url(name),
                name == current,
                name in begun and name not in wrong,
                name in begun and name in wrong and name != current,
            )
            for node in self.visible
            for name in [node["name"]]
        ]

    # Taking in

    def read(
        self, section: str, post: QueryDict, files: MultiValueDict[str, Any] | None
    ) -> dict[str, Any]:
        """The answers posted for `section`, new files stored (refused ones noted)."""
        stored = uploads.stored_answers(self.draft) if files is not None else {}
        posted = parse_post(
            self._parsed_spec, section, post, files or MultiValueDict(), self.answers, stored
        )
        for path, upload in posted.files.items():
            self.take_file(posted.answers, path, upload)
        return posted.answers

    @property
    def _parsed_spec(self) -> Mapping[str, Any]:
        """The form by which a page is read. Whose every right ended meanwhile sees nothing of
        it any more; what they typed before is kept all the same."""
        is_open = any(is_typed(place) for place in self.shape.places.values())
        return self.spec if is_open else self.version.spec

    def take_file(self, answers: dict[str, Any], path: str, upload: Any) -> None:
        """Keep an upload and refer to it in `answers`, or note why not."""
        place = self.place_at(path)
        try:
            answer = uploads.store(
                upload,
                kind=place.type if place else "file",
                draft=self.draft,
                user=self.user,
                now=self.now,
                longest=uploads.longest_edge(place.node.get("parameters") if place else None),
            )
        except uploads.UploadRefused as refusal:
            self.file_problems.append(Problem("file", str(refusal), path=path))
        else:
            drafting.put(answers, path, answer)

    def new_row(self, path: str) -> dict[str, Any]:
        """What a new row of the repeat at `path` starts with."""
        place = self.place_at(path)
        if place is None or place.kind != "repeat":
            return {}
        local = timezone.localtime(self.now)
        return initial_answers(
            self.version.spec,
            today=local.date(),
            now=local,
            lookups=self.lookups,
            compiled=self.version.compiled,
            repeat=place.path,
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

    def take(
        self, step: str, posted: Mapping[str, Any], expected: int | None, seen: str
    ) -> None:
        """Store the answers of one section. Raises drafting.DraftConflict."""
        self.draft = drafting.save(
            draft=self.draft,
            posted=posted,
            expected=expected,
            step=step,
            now=self.now,
            seen=seen,
        )
        self.show(self.draft.answers)

    def show(self, answers: dict[str, Any]) -> None:
        """Judge and draw these answers from now on."""
        self.answers = answers
        self._outcome = None

    def seen(self, section: str) -> str:
        """The fingerprint of a section's saved answers, for the page to send back."""
        asked = scope_answers(section_named(self.spec, section)["children"], self.shape.places)
        typed = [place for place in asked if place.kind == "repeat" or is_typed(place)]
        keys = [key for place in typed for key in answer_keys(place)]
        return drafting.fingerprint(self.draft.answers, keys)

    def saved(self, section: str) -> dict[str, Any]:
        """What a page is told when its draft was saved while somebody types."""
        told = {"row_version": self.draft.row_version, "seen": self.seen(section)}
        asked = self.extract(section).asked
        return {**told, "given": self.outcome.given(asked)} if asked else told

    # Drawing

    def filling(self, messages: Sequence[Problem] = ()) -> Filling:
        """What the holes of the page are filled with."""
        by_path: dict[str, list[str]] = defaultdict(list)
        for problem in messages:
            by_path[problem.path].append(str(problem.message))
        outcome = self.outcome
        return Filling(
            answers=self.answers,
            relevant=outcome.relevant,
            values=outcome.calculations,
            required=outcome.required,
            kept=outcome.kept,
            locked=outcome.locked,
            held=outcome.held,
            messages=by_path,
            choices=self.choices,
            offered=self._offered,
            row_count=self._row_count,
            file_url=self.file_url,
            media_url=self.media_url if self.media else None,
            finds=self.finds,
        )

    def section_html(self, section: str, messages: Sequence[Problem] = ()) -> SafeString:
        """The questions of one section."""
        pages = pages_of(self.seen_version, self.language)
        return pages.section(section, self.filling(messages))

    def extract(self, section: str) -> Extract:
        """The part of the form that the page of a section needs, and may have."""
        return extract_of(
            self.version.spec,
            self.version.compiled,
            section,
            self.withheld,
            lambda code: len(self.lookups.choices(code)),
        )

    def page_data(self, section: str) -> dict[str, Any]:
        """What fill.js needs beside the definition: answers, values, lists it works with."""
        extract = self.extract(section)
        return page_data(
            extract, self.outcome, self.answers, self.choices, self.lookups, self.language
        )

    def words(self) -> list[SectionWords]:
        """All answers in words, for the review page."""
        return in_words(
            self.spec,
            self.answers,
            choices=self.choices,
            language=self.language,
            relevant=self.outcome.relevant,
            computed=self.outcome.calculations,
        )

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
