"""A draft on the writer's desk: its addresses, what is taken in, what is drawn."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString

from config.accounts.models import User
from config.shared.problems import Problem
from forms_builder.choices import Choice
from forms_builder.evaluation import initial_answers
from forms_builder.rendering import Filling, SectionWords, in_words, pages_of, parse_post
from forms_builder.rendering.extract import Extract, extract_of
from forms_builder.rendering.page_data import page_data
from forms_builder.rendering.structure import (
    answer_keys,
    is_typed,
    scope_answers,
    section_named,
)
from registry import drafting, uploads
from registry.correcting import own_until
from registry.models import Draft
from registry.views.judging import JudgedDraft

REVIEW = "review"


@dataclass(frozen=True)
class Step:
    """One section in the list of steps."""

    name: str
    label: str
    url: str
    is_current: bool
    is_done: bool
    has_problems: bool


class DraftWork(JudgedDraft):
    """One request's work on a draft."""

    base_template = "portal/base.html"
    is_public = False
    media_route = "portal:form-media"
    finds: Mapping[str, str] = {}

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

    # Addresses and steps

    @property
    def review(self) -> str:
        """The step in which all answers are looked through; no section is called so."""
        names = {node["name"] for node in self.version.spec["children"]}
        return f"-{REVIEW}" if REVIEW in names else REVIEW

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
