"""A form on paper, to be filled by hand: every question with room for its answer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from config.shared.labels import pick
from forms_builder.choices import Choice, choice_from_row
from forms_builder.rendering import formats
from forms_builder.rendering.references import filled
from forms_builder.rendering.structure import (
    UNSEEN_TYPES,
    Places,
    has_other,
    is_unseen,
    places_of,
    sections,
)

Node = Mapping[str, Any]
MOST_BOXES = 24  # a longer list is answered in writing
PAPER_ROWS = 3  # rows of a repeat that are printed


@dataclass(frozen=True)
class Blank:
    """One line on paper. `kind`: heading, note, boxes (any of `choices`), circles (one of
    them), area (several lines to write on) or line."""

    kind: str
    label: str
    hint: str = ""
    condition: bool = False
    is_required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class BlankSection:
    """One section on paper."""

    label: str
    lines: list[Blank]


def blank_form(
    spec: Node, *, choices: Callable[[str], Sequence[Choice]], language: str
) -> list[BlankSection]:
    """The form's sections; what it computes, hides or has retired is left out."""
    paper = _Paper(spec, places_of(spec), choices, language)
    found = [
        BlankSection(paper.text(node), list(paper.lines(node.get("children", ()))))
        for node in sections(spec)
    ]
    return [section for section in found if section.lines]


@dataclass(frozen=True)
class _Paper:
    spec: Node
    places: Places
    choices: Callable[[str], Sequence[Choice]]
    language: str

    def text(self, node: Node) -> str:
        text = pick(node.get("labels"), self.language) or str(node["name"])
        return filled(text, lambda name: "________")

    def lines(self, children: Sequence[Node]) -> Iterator[Blank]:
        for node in children:
            place = self.places[id(node)]
            if place.is_retired or is_unseen(node):
                continue
            if node["kind"] == "group":
                if node.get("labels"):
                    yield Blank("heading", self.text(node), condition="relevant" in node)
                yield from self.lines(node.get("children", ()))
            elif node["kind"] == "repeat":
                for number in range(1, PAPER_ROWS + 1):
                    yield Blank("heading", f"{self.text(node)} {number}")
                    yield from self.lines(node.get("children", ()))
            elif not place.is_computed and node.get("type") not in UNSEEN_TYPES:
                yield self._question(node)

    def _question(self, node: Node) -> Blank:
        kind = node.get("type", "text")
        offered = self._offered(node)
        drawn = {"note": "note", "select_multiple": "boxes", "rank": "boxes"}.get(kind)
        if drawn is None:
            drawn = "circles" if offered else "line"
        if drawn == "line" and "multiline" in str(node.get("appearance", "")):
            drawn = "area"
        if drawn == "boxes" and not offered:
            drawn = "area"
        return Blank(
            drawn,
            self.text(node),
            filled(pick(node.get("hints"), self.language), lambda name: "________"),
            "relevant" in node,
            node.get("required") is True,
            offered,
        )

    def _offered(self, node: Node) -> tuple[str, ...]:
        """The labels to tick; none for a long list."""
        if node.get("type") == "acknowledge":
            return (_("Yes, confirmed"),)
        if node.get("type") == "range":
            steps = formats.range_steps(node)
            return tuple(steps) if len(steps) <= MOST_BOXES else ()
        code = node.get("list")
        if not code:
            return ()
        rows = self.spec.get("lists", {}).get(code)
        known = [choice_from_row(r) for r in rows] if rows is not None else self.choices(code)
        names = [pick(c.labels, self.language) or c.name for c in known if not c.retired]
        if has_other(node):
            names.append(_("Other"))
        return tuple(names) if len(names) <= MOST_BOXES else ()
