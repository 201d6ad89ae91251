"""A protocol's graph as SVG, drawn on the server. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from config.shared.labels import pick
from protocols.graph import edges
from protocols.schema import Spec

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 210, 64, 40, 56, 24
LETTERS = 28


@dataclass(frozen=True)
class Box:
    """One step on the drawing; `x`, `y` is the upper left corner."""

    code: str
    label: str
    kind: str
    x: int
    y: int
    is_start: bool
    is_final: bool

    @property
    def center(self) -> int:
        """The middle, from the left."""
        return self.x + WIDTH // 2

    @property
    def code_y(self) -> int:
        """The base line of the code."""
        return self.y + 24

    @property
    def label_y(self) -> int:
        """The base line of the label."""
        return self.y + 46


@dataclass(frozen=True)
class Arrow:
    """A way from one step to another as an SVG path."""

    path: str
    is_back: bool


@dataclass(frozen=True)
class Drawing:
    """All boxes and arrows, and the size of the picture."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: int
    height: int


def draw(spec: Spec) -> Drawing:
    """Steps in layers by their distance from the start; unreachable ones last."""
    rows = _layers(spec)
    boxes = _boxes(spec, rows)
    arrows = tuple(
        _arrow(boxes[code], boxes[target])
        for code, targets in edges(spec).items()
        for target in targets
        if target in boxes
    )
    widest = max((len(row) for row in rows), default=1)
    return Drawing(
        boxes=tuple(boxes.values()),
        arrows=arrows,
        width=2 * MARGIN + widest * (WIDTH + GAP_X),
        height=2 * MARGIN + max(len(rows), 1) * (HEIGHT + GAP_Y),
    )


def _layers(spec: Spec) -> list[list[str]]:
    moves = edges(spec)
    placed: set[str] = set()
    rows: list[list[str]] = []
    row = [spec["start"]] if spec.get("start") in moves else []
    while row:
        rows.append(row)
        placed |= set(row)
        following = [target for code in row for target in moves[code] if target in moves]
        row = [code for code in dict.fromkeys(following) if code not in placed]
    rest = [code for code in moves if code not in placed]
    return [*rows, rest] if rest else rows


def _boxes(spec: Spec, rows: list[list[str]]) -> dict[str, Box]:
    steps = {step["code"]: step for step in spec.get("steps", ())}
    return {
        code: _box(steps[code], down, across, spec.get("start") == code)
        for down, row in enumerate(rows)
        for across, code in enumerate(row)
    }


def _box(step: Mapping[str, object], down: int, across: int, is_start: bool) -> Box:
    label = pick(step.get("labels"))  # type: ignore[arg-type]
    action: Mapping[str, str] = step["action"]  # type: ignore[assignment]
    return Box(
        code=str(step["code"]),
        label=label if len(label) <= LETTERS else f"{label[: LETTERS - 1]}…",
        kind=action["type"],
        x=MARGIN + across * (WIDTH + GAP_X),
        y=MARGIN + down * (HEIGHT + GAP_Y),
        is_start=is_start,
        is_final=bool(step.get("final")),
    )


def _arrow(source: Box, target: Box) -> Arrow:
    """Down from box to box; what goes back or sideways bends out on the right."""
    is_back = target.y <= source.y
    if not is_back:
        top, bottom = source.y + HEIGHT, target.y
        bend = (top + bottom) // 2
        curve = f"C {source.center} {bend} {target.center} {bend} {target.center} {bottom}"
        return Arrow(f"M {source.center} {top} {curve}", is_back)
    right, end = source.x + WIDTH, target.x + WIDTH
    out = max(right, end) + GAP_X
    start_y, end_y = source.y + HEIGHT // 2, target.y + HEIGHT // 2
    return Arrow(f"M {right} {start_y} C {out} {start_y} {out} {end_y} {end} {end_y}", is_back)
