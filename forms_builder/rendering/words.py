"""Answers in the words of the form: review page, receipt, record page, print."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.shared.labels import pick
from forms_builder.choices import Choice, choice_from_row
from forms_builder.rendering import formats
from forms_builder.rendering.choice_options import OTHER
from forms_builder.rendering.file_widgets import medium_of
from forms_builder.rendering.kit import looks_like
from forms_builder.rendering.references import filled, row_at, value_at
from forms_builder.rendering.structure import Places, has_other, places_of, sections

Node = Mapping[str, Any]
Row = Mapping[str, Any]
MOST_POINTS = 20  # of a line or area that are written out
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

    @property
    def medium(self) -> str:
        """How the file is shown: "image", "audio", "video"; "" for a link alone."""
        if not isinstance(self.answer, Mapping) or "id" not in self.answer:
            return ""
        return medium_of(self.answer, str(self.node.get("type", "")))


@dataclass(frozen=True)
class SectionWords:
    """One section of the form with its lines."""

    name: str
    label: str
    lines: list[Line]


# Choices by name: of lists that live as long as their form, or until they change.
_KEPT = 256
_kept: "OrderedDict[int, tuple[Sequence[Any], dict[str, Choice]]]" = OrderedDict()


def _by_name(rows: Sequence[Any]) -> dict[str, Choice]:
    """The choices of a list by name, the first of a name; `rows` must not change."""
    kept = _kept.get(id(rows))
    if kept is None or kept[0] is not rows:
        choices = [one if isinstance(one, Choice) else choice_from_row(one) for one in rows]
        kept = _kept[id(rows)] = (rows, {one.name: one for one in reversed(choices)})
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return kept[1]


def choice_label(name: Any, known: Mapping[str, Choice], language: str) -> str:
    """The label of the choice `name`, or the name when the list does not have it."""
    choice = known.get(name) if isinstance(name, str) else None
    return (pick(choice.labels, language) or choice.name) if choice else str(name)


def say(node: Node, value: Any, spec: Node, choices: Choices, language: str) -> str:
    """`value` as a person would write it; "" when there is no answer."""
    if value is None or value == "" or value == []:
        return ""
    kind = node.get("type", "text")
    if node.get("list"):
        return _chosen(node, value, spec, choices, language)
    if kind in TELLERS:
        return TELLERS[kind](node, value)
    if isinstance(value, Mapping):
        is_place = "lat" in value
        return formats.show_point(value) if is_place else str(value.get("name", ""))
    return formats.show_number(value, language, grouped=looks_like(node, "thousands-sep"))


def _chosen(node: Node, value: Any, spec: Node, choices: Choices, language: str) -> str:
    code = node["list"]
    rows = spec.get("lists", {}).get(code)
    known = _by_name(rows if rows is not None else choices(code))

    def label(name: Any) -> str:
        is_added = name == OTHER and has_other(node) and OTHER not in known
        return _("Other") if is_added else choice_label(name, known, language)

    if isinstance(value, Mapping):  # places in an order, as typed
        return ", ".join(f"{place}. {label(name)}" for name, place in value.items())
    if node.get("type") == "rank" and isinstance(value, list):
        return ", ".join(f"{place}. {label(name)}" for place, name in enumerate(value, 1))
    return ", ".join(label(name) for name in (value if isinstance(value, list) else [value]))


def _points(node: Node, value: Any) -> str:
    """ "3 points: 40.4, 49.8; ..."; a long line is cut."""
    if not isinstance(value, list):
        return str(value)
    given = formats.points_of(value, is_area=node.get("type") == "geoshape")
    told = "; ".join(formats.show_point(point) for point in given[:MOST_POINTS])
    more = "; …" if len(given) > MOST_POINTS else ""
    count = ngettext("%(count)s point", "%(count)s points", len(given)) % {"count": len(given)}
    return f"{count}: {told}{more}"


TELLERS: dict[str, Callable[[Node, Any], str]] = {
    "date": lambda node, value: formats.show_period(value, formats.precision_of(node)),
    "today": lambda node, value: formats.show_date(value),
    "dateTime": lambda node, value: formats.show_moment(value),
    "start": lambda node, value: formats.show_moment(value),
    "end": lambda node, value: formats.show_moment(value),
    "acknowledge": lambda node, value: _("Yes, confirmed") if value == "OK" else str(value),
    "geotrace": _points,
    "geoshape": _points,
}


def in_words(
    spec: Node,
    answers: Mapping[str, Any],
    *,
    choices: Choices,
    language: str,
    relevant: Mapping[str, bool] | None = None,
    computed: Mapping[str, Any] | None = None,
    unanswered: bool = False,
) -> list[SectionWords]:
    """All answers by section, in the order of the form.

    Questions that are not relevant are left out; unanswered ones too, unless asked for.
    `computed` are the values of calculations by path, where `answers` may lack them.
    """
    telling = Telling(
        spec, answers, choices, language, relevant or {}, computed or {}, unanswered
    )
    teller = _Teller(places_of(spec), telling)
    found = []
    for node in sections(spec):
        lines = list(teller.lines(node.get("children", ()), answers, "", 0))
        if lines:
            label = teller.label(node, "", answers)
            found.append(SectionWords(node["name"], label, lines))
    return found


def label_in_words(text: str, path: str, places: Places, telling: "Telling") -> str:
    """A label with the answers that it speaks of; `path` is where its own answer stands."""
    start = path.rpartition("]/")
    prefix = f"{start[0]}]/" if start[1] else ""
    teller = _Teller(places, telling)
    row = row_at(telling.answers, prefix)
    return filled(text, lambda name: teller.said(name, prefix, row))


@dataclass(frozen=True)
class Telling:
    """Answers to tell, of which form, and how; the last as for `in_words`."""

    spec: Node
    answers: Row
    choices: Choices
    language: str
    relevant: Mapping[str, bool]
    computed: Row
    unanswered: bool = False


class _Teller:
    def __init__(self, places: Places, telling: Telling) -> None:
        self.places, self.asked = places, telling
        self.by_name = {place.name: place.node for place in places.values()}

    def label(self, node: Node, prefix: str, row: Row) -> str:
        """The node's label with the answers that it speaks of."""
        text = pick(node.get("labels"), self.asked.language) or str(node["name"])
        return filled(text, lambda name: self.said(name, prefix, row))

    def said(self, name: str, prefix: str, row: Row) -> str:
        """The answer that `${name}` means in a row, in words."""
        asked, node = self.asked, self.by_name.get(name.rpartition("/")[2])
        value = value_at(name, prefix, row, asked.answers, asked.computed, asked.relevant)
        if node is None or node["kind"] != "question" or node.get("withheld"):
            return ""
        return self._say(node, value)

    def _say(self, node: Node, value: Any) -> str:
        return say(node, value, self.asked.spec, self.asked.choices, self.asked.language)

    def lines(
        self, children: Sequence[Node], row: Row, prefix: str, depth: int
    ) -> Iterator[Line]:
        for node in children:
            if node["kind"] == "group":
                yield from self._group(node, row, prefix, depth)
            elif node["kind"] == "repeat":
                yield from self._repeat(node, row, prefix, depth)
            else:
                yield from self._question(node, row, prefix, depth)

    def _group(self, node: Node, row: Row, prefix: str, depth: int) -> Iterator[Line]:
        inside = list(self.lines(node.get("children", ()), row, prefix, depth + 1))
        if inside and node.get("labels"):
            path = prefix + self.places[id(node)].key
            yield Line(self.label(node, prefix, row), path, node, depth, is_heading=True)
        yield from inside

    def _repeat(self, node: Node, row: Row, prefix: str, depth: int) -> Iterator[Line]:
        key = self.places[id(node)].key
        rows = row.get(key)
        for place, inner in enumerate(rows if isinstance(rows, list) else []):
            path = f"{prefix}{key}[{place}]"
            heading = f"{self.label(node, f'{path}/', inner)} {place + 1}"
            yield Line(heading, path, node, depth, is_heading=True)
            yield from self.lines(node.get("children", ()), inner, f"{path}/", depth + 1)

    def _question(self, node: Node, row: Row, prefix: str, depth: int) -> Iterator[Line]:
        key = self.places[id(node)].key
        path = prefix + key
        if not node.get("labels") or node.get("type") in ("note", "hidden"):
            return
        if not self.asked.relevant.get(path, True):
            return
        value = self.asked.computed.get(path, row.get(key))
        text = self._say(node, value)
        if other := row.get(f"{key}_other"):
            text = f"{text}: {other}"
        if text or self.asked.unanswered:
            yield Line(self.label(node, prefix, row), path, node, depth, text, value)
