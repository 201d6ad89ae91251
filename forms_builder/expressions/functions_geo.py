"""Functions of places: "lat lon alt acc" texts, several of them parted by ";"."""

import math
from collections.abc import Iterable
from itertools import pairwise

from .errors import TooMuchWork
from .table import ANY, Function
from .values import NAN, Value, nodes, text_number, to_text

EARTH_RADIUS = 6_378_100  # metres, as JavaRosa has it
MAX_LINE = 1_000  # points of a line whose crossings are looked for

Point = tuple[float, float]  # latitude and longitude in degrees


def points(values: Iterable[Value]) -> list[Point] | None:
    """The points of all values in order, or None when one of them is not a point."""
    found = []
    for value in values:
        for node in nodes(value):
            for part in filter(str.strip, to_text(node).split(";")):
                point = _point(part)
                if point is None:
                    return None
                found.append(point)
    return found


def _point(text: str) -> Point | None:
    numbers = [text_number(part) for part in text.split()]
    if len(numbers) < 2 or not (abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180):
        return None
    return numbers[0], numbers[1]


def _distance(*arguments: Value) -> float:
    """Metres along all points in order."""
    path = points(arguments)
    if path is None or not path:
        return NAN
    return sum((_between(a, b) for a, b in pairwise(path)), start=0.0)


def _between(a: Point, b: Point) -> float:
    """Great circle distance in metres (haversine)."""
    lat1, lat2 = math.radians(a[0]), math.radians(b[0])
    half_lat, half_lon = (lat2 - lat1) / 2, math.radians(b[1] - a[1]) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS * math.asin(min(1.0, math.sqrt(chord)))


def _area(*arguments: Value) -> float:
    """Square metres inside the line through all points."""
    ring = points(arguments)
    if ring is None:
        return NAN
    if len(ring) < 3:
        return 0.0
    total = 0.0
    for (lat1, lon1), (lat2, lon2) in zip(ring, ring[1:] + ring[:1], strict=True):
        slope = 2 + math.sin(math.radians(lat1)) + math.sin(math.radians(lat2))
        total += math.radians(lon2 - lon1) * slope
    return abs(total * EARTH_RADIUS * EARTH_RADIUS / 2)


def _geofence(point: Value, polygon: Value) -> bool:
    """Whether the point lies inside the polygon."""
    place, ring = points([point]), points([polygon])
    if not place or not ring or len(ring) < 3:
        return False
    (lat, lon), inside = place[0], False
    for (lat1, lon1), (lat2, lon2) in zip(ring, ring[1:] + ring[:1], strict=True):
        crosses = (lat1 > lat) != (lat2 > lat)
        if crosses and lon < (lon2 - lon1) * (lat - lat1) / (lat2 - lat1) + lon1:
            inside = not inside
    return inside


def _intersects(trace: Value) -> bool:
    """Whether the line crosses itself."""
    line = points([trace])
    if not line or len(line) < 4:
        return False
    if len(line) > MAX_LINE:
        raise TooMuchWork("a line has too many points")
    parts = list(pairwise(line))
    closed = line[0] == line[-1]
    for first in range(len(parts)):
        for second in range(first + 2, len(parts)):
            neighbours = closed and first == 0 and second == len(parts) - 1
            if not neighbours and _cross(*parts[first], *parts[second]):
                return True
    return False


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    return _side(a, b, c) * _side(a, b, d) <= 0 and _side(c, d, a) * _side(c, d, b) <= 0


def _side(a: Point, b: Point, c: Point) -> float:
    cross = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return math.copysign(1, cross) if cross else 0.0


FUNCTIONS = [
    Function("distance", 1, ANY, "number", _distance),
    Function("area", 1, ANY, "number", _area),
    Function("geofence", 2, 2, "boolean", _geofence),
    Function("intersects", 1, 1, "boolean", _intersects),
]
