"""A protocol's graph as SVG, drawn on the server. Pure.

Steps stand in rows by their distance from the start. Ways run down through the gaps between
rows; one that skips a row or goes back takes a lane of its own beside the boxes, so that no
way crosses a box.
"""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from config.shared.labels import pick
from protocols.graph import edges
from protocols.schema import Spec
from protocols.words import ACTION_WORDS, Text

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 232, 96, 36, 72, 20
LETTERS, LINES = 28, 3
LANE, TRACK, TRACKS = 12, 7, 8


@dataclass(frozen=True)
class Line:
    """One line of text in a box."""

    text: str
    y: int


@dataclass(frozen=True)
class Box:
    """One step on the drawing; `x`, `y` is the upper left corner."""

    code: str
    label: str
    kind: str
    x: int
    y: int
    row: int
    is_start: bool
    is_final: bool

    @property
    def center(self) -> int:
        """The middle, from the left."""
        return self.x + WIDTH // 2

    @property
    def action(self) -> Text:
        """What the step asks, in words."""
        return ACTION_WORDS.get(self.kind, "–")

    @property
    def action_y(self) -> int:
        """The base line of the action."""
        return self.y + 20

    @property
    def lines(self) -> list[Line]:
        """The label, broken so that it fits; a very long one ends with an ellipsis."""
        texts = textwrap.wrap(
            self.label or self.code, LETTERS, max_lines=LINES, placeholder=" …"
        )
        return [Line(text, self.y + 42 + 18 * place) for place, text in enumerate(texts)]


@dataclass(frozen=True)
class Arrow:
    """A way from one step to another as an SVG path."""

    path: str
    is_back: bool


@dataclass(frozen=True)
class Told:
    """One step in the list beside the picture, with the labels of the steps after it."""

    box: Box
    role: str
    following: tuple[str, ...]


@dataclass(frozen=True)
class Drawing:
    """All boxes and arrows, the size of the picture, and the same as a list."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: int
    height: int
    told: tuple[Told, ...] = ()

    @property
    def legend(self) -> list[tuple[str, Text]]:
        """The kinds of action that appear, for the legend."""
        kinds = dict.fromkeys(box.kind for box in self.boxes)
        return [(kind, ACTION_WORDS[kind]) for kind in kinds if kind in ACTION_WORDS]


def draw(spec: Spec, roles: Mapping[str, str] | None = None) -> Drawing:
    """The picture of a protocol, finished or not; `roles` are the titles of roles by code."""
    rows = _layers(spec)
    ways = [
        (code, target)
        for code, targets in edges(spec).items()
        for target in dict.fromkeys(targets)
        if any(target in row for row in rows)
    ]
    place = {code: number for number, row in enumerate(rows) for code in row}
    lanes = sum(place[target] != place[code] + 1 for code, target in ways)
    boxes = _boxes(spec, rows, MARGIN + LANE * lanes)
    widest = max((len(row) for row in rows), default=1)
    return Drawing(
        boxes=tuple(boxes.values()),
        arrows=_arrows(boxes, ways),
        width=2 * MARGIN + LANE * lanes + widest * (WIDTH + GAP_X) - GAP_X,
        height=2 * MARGIN + max(len(rows), 1) * (HEIGHT + GAP_Y),
        told=_told(spec, boxes, roles or {}),
    )


def _layers(spec: Spec) -> list[list[str]]:
    """Steps by their longest way from the start, ways back left out; unreachable ones last."""
    moves = {
        code: [target for target in targets if target in edges(spec)]
        for code, targets in edges(spec).items()
    }
    depths = _depths(moves, spec["start"]) if spec.get("start") in moves else {}
    rows: list[list[str]] = [[] for _row in range(max(depths.values(), default=-1) + 1)]
    for code, depth in depths.items():
        rows[depth].append(code)
    rest = [code for code in moves if code not in depths]
    return [*rows, rest] if rest else rows


def _depths(moves: Mapping[str, list[str]], start: str) -> dict[str, int]:
    """The length of the longest way to each step that can be come to.

    A way to a step that is finished later than its source in a walk in depth leads back.
    """
    finished: dict[str, int] = {}
    path, seen = [(start, iter(moves[start]))], {start}
    while path:
        code, targets = path[-1]
        if (target := next((one for one in targets if one not in seen), None)) is None:
            finished[code] = len(finished)
            path.pop()
        else:
            seen.add(target)
            path.append((target, iter(moves[target])))
    depths = dict.fromkeys(reversed(finished), 0)
    for code in depths:
        for target in moves[code]:
            if finished[target] < finished[code]:
                depths[target] = max(depths[target], depths[code] + 1)
    return depths


def _boxes(spec: Spec, rows: list[list[str]], left: int) -> dict[str, Box]:
    steps = {step["code"]: step for step in spec.get("steps", ())}
    widest = max((len(row) for row in rows), default=1) * (WIDTH + GAP_X)
    return {
        code: _box(
            steps[code],
            down,
            left + across * (WIDTH + GAP_X) + (widest - len(row) * (WIDTH + GAP_X)) // 2,
            spec.get("start") == code,
        )
        for down, row in enumerate(rows)
        for across, code in enumerate(row)
    }


def _box(step: Spec, row: int, x: int, is_start: bool) -> Box:
    return Box(
        code=str(step["code"]),
        label=pick(step.get("labels")),
        kind=step["action"]["type"],
        x=x,
        y=MARGIN + GAP_Y // 2 + row * (HEIGHT + GAP_Y),
        row=row,
        is_start=is_start,
        is_final=bool(step.get("final")),
    )


def _arrows(boxes: dict[str, Box], ways: list[tuple[str, str]]) -> tuple[Arrow, ...]:
    arrows, lane = [], 0
    for number, (code, target) in enumerate(ways):
        source, end = boxes[code], boxes[target]
        track = TRACK * (number % TRACKS - TRACKS // 2)
        if end.row == source.row + 1:
            arrows.append(_down(source, end, track))
        else:
            arrows.append(_around(source, end, MARGIN + LANE * lane, track))
            lane += 1
    return tuple(arrows)


def _down(source: Box, target: Box, track: int) -> Arrow:
    """To the next row: down, across in the gap, down."""
    middle = source.y + HEIGHT + GAP_Y // 2 + track
    start = f"M {source.center} {source.y + HEIGHT} V {middle}"
    return Arrow(f"{start} H {target.center} V {target.y}", is_back=False)


def _around(source: Box, target: Box, lane: int, track: int) -> Arrow:
    """To any other row: out into the gap below, along a lane, in by the gap above."""
    out = source.y + HEIGHT + GAP_Y // 2 + track
    into = target.y - GAP_Y // 2 + track
    leave, enter = source.center - 24, target.center - 24
    start = f"M {leave} {source.y + HEIGHT} V {out} H {lane} V {into}"
    return Arrow(f"{start} H {enter} V {target.y}", is_back=target.row <= source.row)


def _told(spec: Spec, boxes: dict[str, Box], roles: Mapping[str, str]) -> tuple[Told, ...]:
    moves = edges(spec)
    steps = {step["code"]: step for step in spec.get("steps", ())}
    return tuple(
        Told(
            box,
            role=_role(steps[code], roles),
            following=tuple(boxes[to].label or to if to in boxes else to for to in moves[code]),
        )
        for code, box in boxes.items()
    )


def _role(step: Spec, roles: Mapping[str, str]) -> str:
    code = step.get("responsible", {}).get("role", "")
    return roles.get(code, code)
