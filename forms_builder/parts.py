"""A part of a large form: what the editor shows of the draft's rows, cut out and put back.

Rows are StreamField JSON. A part names the rows around it by their block ids: those stay
while it is edited, so it finds its place again although the draft has changed elsewhere.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, NamedTuple
from urllib.parse import urlencode

from forms_builder.placing import Spot

PART_ROWS = 150  # rows of a section shown at once
WHOLE_ROWS = 600  # a form of at most so many rows is edited on one page

Row = Mapping[str, Any]


class PartGone(Exception):
    """The rows around the part, or its section, are no longer in the draft."""


@dataclass(frozen=True)
class Part:
    """The rows of a section after one row and before another; "" means its ends.

    Without a section it is nothing: then the rows of the form stay as they are.
    """

    section: str = ""
    after: str = ""
    before: str = ""

    @property
    def is_whole_section(self) -> bool:
        """Whether every row of the section is shown."""
        return bool(self.section) and not (self.after or self.before)

    def as_dict(self) -> dict[str, str]:
        """What the editor's page sends back; `part_from` reads it."""
        return asdict(self)


class Span(NamedTuple):
    """Where a part stands in a draft: positions of its section and rows, the end excluded."""

    section: int
    start: int
    end: int

    def shown(self, spot: Spot) -> Spot | None:
        """The row of the editor at `spot` of the whole form; None when it is not shown."""
        if spot.section != self.section:
            return None
        if spot.row is None:
            return Spot(0, None)
        return Spot(0, spot.row - self.start) if self.start <= spot.row < self.end else None


@dataclass(frozen=True)
class Piece:
    """One part of a form in the list of its parts."""

    part: Part
    span: Span
    section: Row
    number: int = 1
    count: int = 1

    @property
    def rows(self) -> list[Row]:
        """The rows of this part."""
        return list(_rows(self.section)[self.span.start : self.span.end])

    @property
    def questions(self) -> int:
        """How many questions it has."""
        return sum(row["type"] == "question" for row in self.rows)


def address_of(part: Part) -> str:
    """The query of the editor's page of `part`; empty for its list of sections."""
    given = {key: value for key, value in part.as_dict().items() if value}
    return f"?{urlencode(given)}" if given else ""


def part_at(sections: Sequence[Row], query: Mapping[str, Any]) -> Part:
    """The part that an address names; its section by code or id. Raises PartGone.

    A long section without more is its first part; with "row" it is the part with that row.
    """
    wanted = query.get("section", "")
    named = [one for one in sections if wanted in (_id(one), one["value"].get("code"))]
    if not wanted or not named:
        raise PartGone
    part = Part(_id(named[0]), query.get("after", ""), query.get("before", ""))
    if not part.is_whole_section:
        span_of(sections, part)
        return part
    pieces = [piece for piece in pieces_of(sections) if piece.part.section == part.section]
    row = query.get("row", "")
    found = (one for one in pieces if row and any(_id(each) == row for each in one.rows))
    return next(found, pieces[0]).part


def part_from(data: Any) -> Part | None:
    """The part in what a page sent; None when that says none."""
    if not isinstance(data, Mapping):
        return None
    values = (data.get(name) for name in ("section", "after", "before"))
    return Part(*(value if isinstance(value, str) else "" for value in values))


def row_count(sections: Sequence[Row]) -> int:
    """All rows of all sections."""
    return sum(len(_rows(section)) for section in sections)


def pieces_of(sections: Sequence[Row]) -> list[Piece]:
    """Every part of the form, in order."""
    return [piece for index in range(len(sections)) for piece in _pieces(sections, index)]


def _pieces(sections: Sequence[Row], index: int) -> Iterator[Piece]:
    section = sections[index]
    rows = _rows(section)
    ends = [0, *_cuts(rows), len(rows)]
    spans = list(pairwise(ends))
    for number, (start, end) in enumerate(spans, start=1):
        after = _id(rows[start - 1]) if start else ""
        before = _id(rows[end]) if end < len(rows) else ""
        part = Part(_id(section), after, before)
        yield Piece(part, Span(index, start, end), section, number, len(spans))


def _cuts(rows: Sequence[Row]) -> list[int]:
    """Where a long section is cut: between groups where that is possible."""
    depths = _depths(rows)
    cuts, start = [], 0
    while len(rows) - start > PART_ROWS:
        nearby = range(start + PART_ROWS, start + PART_ROWS // 2, -1)
        start = min(nearby, key=lambda place: depths[place])
        cuts.append(start)
    return cuts


def _depths(rows: Sequence[Row]) -> list[int]:
    """How many groups are open before each row, and after the last."""
    depths = [0]
    for row in rows:
        step = 1 if row["type"].startswith("begin_") else -1 if row["type"] == "end" else 0
        depths.append(max(0, depths[-1] + step))
    return depths


def position_of(sections: Sequence[Row], pieces: Sequence[Piece], part: Part) -> int | None:
    """Which of `pieces` the part is, or begins in; None when it is gone."""
    try:
        span = span_of(sections, part)
    except PartGone:
        return None
    return holding(pieces, Spot(span.section, span.start))


def holding(pieces: Sequence[Piece], spot: Spot) -> int | None:
    """Which of `pieces` shows the row at `spot`; a section itself is with its first part."""
    row = spot.row or 0
    for index, piece in enumerate(pieces):
        start, end = piece.span.start, max(piece.span.end, piece.span.start + 1)
        if piece.span.section == spot.section and start <= row < end:
            return index
    return None


def depth_before(sections: Sequence[Row], span: Span) -> int:
    """How many groups are open where the part begins."""
    return _depths(_rows(sections[span.section])[: span.start])[-1]


def span_of(sections: Sequence[Row], part: Part) -> Span:
    """Where `part` stands in `sections`. Raises PartGone."""
    index = _find(sections, part.section)
    rows = _rows(sections[index])
    start = _find(rows, part.after) + 1 if part.after else 0
    end = _find(rows, part.before) if part.before else len(rows)
    if end < start:
        raise PartGone
    return Span(index, start, end)


def cut(sections: Sequence[Row], part: Part) -> list[Row]:
    """What the editor shows: the section with the rows of `part` alone. Raises PartGone."""
    span = span_of(sections, part)
    section = sections[span.section]
    return [_with_rows(section, _rows(section)[span.start : span.end])]


def put_back(sections: Sequence[Row], part: Part, shown: Sequence[Row]) -> list[Row]:
    """`sections` with what the editor sent in the place of `part`. Raises PartGone.

    Sections added beside it come along. A section that was removed is gone when all of it
    was shown; otherwise only its shown rows are.
    """
    if not part.section:
        return list(sections)
    span = span_of(sections, part)
    section = sections[span.section]
    # What was added beside it and kept by an earlier save must not come twice.
    sent = {_id(row) for row in shown} - {part.section, ""}
    before = [row for row in sections[: span.section] if _id(row) not in sent]
    rest = [row for row in sections[span.section + 1 :] if _id(row) not in sent]
    head, tail = _rows(section)[: span.start], _rows(section)[span.end :]
    edited = [_whole(row, part, head, tail) for row in shown]
    if not part.is_whole_section and all(_id(row) != part.section for row in shown):
        edited.insert(0, _with_rows(section, [*head, *tail]))
    return [*before, *edited, *rest]


def arranged(sections: Sequence[Row], act: str) -> list[Row]:
    """`sections` after one act: "add", or "up", "down", "remove" and ":<id of a section>".

    What names no section changes nothing.
    """
    rows = list(sections)
    word, _colon, wanted = act.partition(":")
    if word == "add":
        return [*rows, new_section()]
    places = [index for index, row in enumerate(rows) if wanted and _id(row) == wanted]
    if not places or word not in ("up", "down", "remove"):
        return rows
    row = rows.pop(places[0])
    if word != "remove":
        rows.insert(max(0, places[0] + (-1 if word == "up" else 1)), row)
    return rows


def new_section() -> Row:
    """A section with one empty question, ready to be typed into."""
    question = _new("question", {"code": "", "type": "text"})
    return _new("section", {"code": "", "label_az": "", "fields": [question]})


def _new(kind: str, value: Row) -> Row:
    """A row with an id, so that its elements have names of their own."""
    return {"type": kind, "value": value, "id": str(uuid.uuid4())}


def _whole(row: Row, part: Part, head: Sequence[Row], tail: Sequence[Row]) -> Row:
    """The edited section with the rows that were not shown; any other as it is."""
    return _with_rows(row, [*head, *_rows(row), *tail]) if _id(row) == part.section else row


def _rows(section: Row) -> list[Row]:
    return section["value"].get("fields") or []


def _with_rows(section: Row, rows: Sequence[Row]) -> Row:
    return {**section, "value": {**section["value"], "fields": list(rows)}}


def _id(row: Row) -> str:
    return row.get("id") or ""


def _find(rows: Sequence[Row], wanted: str) -> int:
    for index, row in enumerate(rows):
        if _id(row) == wanted:
            return index
    raise PartGone
