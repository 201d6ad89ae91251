"""Answers in the words of the form: review page, receipt, record page, print."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from config.shared.labels import pick
from forms_builder.choices import Choice, choice_from_row
from forms_builder.rendering import formats
from forms_builder.rendering.structure import Places, places_of, sections

Node = Mapping[str, Any]
Choices = Callable[[str], Sequence[Choice]]


@dataclass(frozen=True)
class Line:
    """One row of a summary: a heading (`is_heading`) or a question with its answer.

    `path` is the answer's place, `depth` how many groups and repeats enclose it; `answer`
    is the raw value (a file's map, for a link).
    """

    label: str
    path: str
    node: Node
    depth: int = 0
    text: str = ""
    answer: Any = None
    is_heading: bool = False

    @property
    def is_file(self) -> bool:
        """Whether the answer is a stored file."""
        return isinstance(self.answer, Mapping) and "id" in self.answer


@dataclass(frozen=True)
class SectionWords:
    """One section of the form with its lines."""

    name: str
    label: str
    lines: list[Line]


def choice_label(name: Any, choices: Sequence[Choice], language: str) -> str:
    """The label of the choice `name`, or the name when the list does not have it."""
    for choice in choices:
        if choice.name == name:
            return pick(choice.labels, language) or choice.name
    return str(name)


def say(node: Node, value: Any, spec: Node, choices: Choices, language: str) -> str:
    """`value` as a person would write it; "" when there is no answer."""
    if value is None or value == "" or value == []:
        return ""
    kind = node.get("type", "text")
    if code := node.get("list"):
        rows = spec.get("lists", {}).get(code)
        known = [choice_from_row(row) for row in rows] if rows is not None else choices(code)
        names = value if isinstance(value, list) else [value]
        return ", ".join(choice_label(name, known, language) for name in names)
    if kind == "date":
        return formats.show_date(value)
    if kind == "dateTime":
        return formats.show_moment(value)
    if kind == "acknowledge":
        return _("Yes, confirmed")
    if isinstance(value, Mapping):
        if "lat" in value:
            return f"{value['lat']}, {value.get('lon')}"
        return str(value.get("name", ""))
    return formats.show_number(value, language)


def in_words(
    spec: Node,
    answers: Mapping[str, Any],
    *,
    choices: Choices,
    language: str,
    relevant: Mapping[str, bool] | None = None,
    unanswered: bool = False,
) -> list[SectionWords]:
    """All answers by section, in the order of the form.

    Questions that are not relevant are left out; unanswered ones too, unless asked for.
    """
    teller = _Teller(spec, places_of(spec), choices, language, relevant or {}, unanswered)
    found = []
    for node in sections(spec):
        lines = list(teller.lines(node.get("children", ()), answers, "", 0))
        if lines:
            found.append(SectionWords(node["name"], teller.label(node), lines))
    return found


@dataclass(frozen=True)
class _Teller:
    spec: Node
    places: Places
    choices: Choices
    language: str
    relevant: Mapping[str, bool]
    unanswered: bool

    def label(self, node: Node) -> str:
        return pick(node.get("labels"), self.language) or str(node["name"])

    def lines(
        self, children: Sequence[Node], row: Mapping[str, Any], prefix: str, depth: int
    ) -> Iterator[Line]:
        for node in children:
            if node["kind"] == "group":
                yield from self._group(node, row, prefix, depth)
            elif node["kind"] == "repeat":
                yield from self._repeat(node, row, prefix, depth)
            else:
                yield from self._question(node, row, prefix, depth)

    def _group(
        self, node: Node, row: Mapping[str, Any], prefix: str, depth: int
    ) -> Iterator[Line]:
        inside = list(self.lines(node.get("children", ()), row, prefix, depth + 1))
        if inside and node.get("labels"):
            path = prefix + self.places[id(node)].key
            yield Line(self.label(node), path, node, depth, is_heading=True)
        yield from inside

    def _repeat(
        self, node: Node, row: Mapping[str, Any], prefix: str, depth: int
    ) -> Iterator[Line]:
        key = self.places[id(node)].key
        rows = row.get(key)
        for place, inner in enumerate(rows if isinstance(rows, list) else []):
            path = f"{prefix}{key}[{place}]"
            heading = f"{self.label(node)} {place + 1}"
            yield Line(heading, path, node, depth, is_heading=True)
            yield from self.lines(node.get("children", ()), inner, f"{path}/", depth + 1)

    def _question(
        self, node: Node, row: Mapping[str, Any], prefix: str, depth: int
    ) -> Iterator[Line]:
        key = self.places[id(node)].key
        path, value = prefix + key, row.get(key)
        if not node.get("labels") or node.get("type") in ("note", "hidden"):
            return
        if not self.relevant.get(path, True):
            return
        text = say(node, value, self.spec, self.choices, self.language)
        if other := row.get(f"{key}_other"):
            text = f"{text}: {other}"
        if text or self.unanswered:
            yield Line(self.label(node), path, node, depth, text, value)
