"""What a browser posted, as answers: the inverse of drawing a section."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from forms_builder.rendering import formats
from forms_builder.rendering.structure import (
    Places,
    answer_keys,
    is_typed,
    places_of,
    scope_answers,
    section_named,
)
from forms_builder.schema import Place

Node = Mapping[str, Any]
FILE_TYPES = ("file", "image", "audio", "video")
# A posted row number beyond this is not ours; it must not make us build a long list.
MOST_ROWS = 1000
_ROW = re.compile(r"(.+)\[([0-9]{1,4})\]", re.DOTALL)


@dataclass
class Posted:
    """The answers of one section; `files` are new uploads by the path they answer.

    An answer that is there and means "unanswered" is None in `answers`, so that merging
    it into a draft takes the old answer away.
    """

    answers: dict[str, Any]
    files: "dict[str, UploadedFile[Any]]" = field(default_factory=dict)


def parse_post(
    spec: Node,
    section: str,
    post: QueryDict,
    files: "MultiValueDict[str, UploadedFile[Any]]",
    previous: Mapping[str, Any],
    stored: Mapping[str, Mapping[str, Any]],
) -> Posted:
    """The answers of `section`. A kept file is looked up among the `previous` answers and
    the draft's `stored` files (by id); what the browser says of it is not believed.

    Text that is no value of its type stays as typed. Raises KeyError for no such section.
    """
    children = section_named(spec, section).get("children", ())
    reader = _Reader(
        places_of(spec), without_nul(post), files, {**dict(kept_files(previous)), **stored}
    )
    answers = reader.scope(children, ("", ""), previous)
    return Posted(answers, reader.uploads)


def kept_files(answers: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every stored file among `answers`, by its id."""
    if isinstance(answers, Mapping):
        if "id" in answers and "size" in answers:
            yield str(answers["id"]), answers
        for value in answers.values():
            yield from kept_files(value)
    elif isinstance(answers, list):
        for value in answers:
            yield from kept_files(value)


def without_nul(post: QueryDict) -> QueryDict:
    """`post` without NUL characters, which no person types and the database refuses."""
    if not any("\0" in value for values in post.lists() for value in values[1]):
        return post
    clean = QueryDict(mutable=True)
    for name, values in post.lists():
        clean.setlist(name, [value.replace("\0", "") for value in values])
    return clean


def merge(answers: Mapping[str, Any], posted: Mapping[str, Any]) -> dict[str, Any]:
    """`answers` with those of one section replaced; None takes an answer away."""
    merged = {**answers, **posted}
    return {key: value for key, value in merged.items() if value is not None}


class _Reader:
    def __init__(
        self,
        places: Places,
        post: QueryDict,
        files: "MultiValueDict[str, UploadedFile[Any]]",
        kept: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.places, self.post, self.files, self.kept = places, post, files, kept
        self.uploads: dict[str, UploadedFile[Any]] = {}
        self.numbers: dict[str, set[int]] = defaultdict(set)  # of the rows, by their repeat
        for name in post:
            if found := _ROW.fullmatch(name):
                self.numbers[found[1]].add(int(found[2]))

    def scope(
        self, children: Sequence[Node], prefixes: tuple[str, str], previous: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Answers of one scope. `prefixes`: where they were posted, where they will stand."""
        posted, stands = prefixes
        answers: dict[str, Any] = {}
        for place in scope_answers(children, self.places):
            key = place.key
            if place.kind == "repeat":
                paths = (posted + key, stands + key)
                answers[key] = self._rows(place, paths, previous.get(key)) or None
            elif is_typed(place):
                answers[key] = self._answer(place, posted + key, stands + key)
                for other in answer_keys(place)[1:]:
                    answers[other] = _read_text(self.post, posted + other) or None
        return answers

    def _rows(
        self, place: Place, paths: tuple[str, str], previous: Any
    ) -> list[dict[str, Any]]:
        """Rows in the order of their posted numbers, which may have gaps."""
        posted, stands = paths
        numbers = self.numbers.get(posted, ())
        old_rows = dict(enumerate(previous)) if isinstance(previous, list) else {}
        rows = []
        for new, old in enumerate(sorted(numbers)[:MOST_ROWS]):
            prefixes = (f"{posted}[{old}]/", f"{stands}[{new}]/")
            before = old_rows.get(old, {})
            # What nobody types (read-only values) stays as it was.
            typed = self.scope(place.node.get("children", ()), prefixes, before)
            rows.append(merge(before, typed))
        return rows

    def _answer(self, place: Place, path: str, stands: str) -> Any:
        if place.type in FILE_TYPES:
            return self._file(path, stands)
        if place.type == "date":
            typed = self.post.get(path, "")
            return formats.read_period(typed, formats.precision_of(place.node)) or None
        read = READERS.get(place.type, _read_text)
        value = read(self.post, path)
        return None if value in ("", []) else value

    def _file(self, path: str, stands: str) -> Mapping[str, Any] | None:
        if upload := self.files.get(path):
            self.uploads[stands] = upload
        if self.post.get(f"{path}#remove"):
            return None
        return self.kept.get(self.post.get(f"{path}#keep", ""))


def _read_text(post: QueryDict, path: str) -> str:
    # Browsers send line ends as CRLF; lengths are counted in what people typed.
    return post.get(path, "").replace("\r\n", "\n").strip()


def _read_rank(post: QueryDict, path: str) -> Any:
    """The order that the typed places give; {name: text} as typed when they give none."""
    start = f"{path}#"
    typed = {
        name.removeprefix(start): text
        for name in post
        if name.startswith(start) and (text := post.get(name, "").strip())
    }
    numbers = {name: formats.read_integer(text) for name, text in typed.items()}
    places = [number for number in numbers.values() if isinstance(number, int)]
    if len(set(places)) < len(typed):
        return typed
    return sorted(numbers, key=lambda name: numbers[name])


def _read_point(post: QueryDict, path: str) -> Any:
    return formats.read_point(*(post.get(f"{path}#{name}", "") for name in _POINT))


def _read_points(post: QueryDict, path: str) -> Any:
    return formats.read_points(*(post.getlist(f"{path}#{name}") for name in _POINT))


_POINT = ("lat", "lon", "fix")
READERS: dict[str, Callable[[QueryDict, str], Any]] = {
    "integer": lambda post, path: formats.read_integer(post.get(path, "")),
    "decimal": lambda post, path: formats.read_decimal(post.get(path, "")),
    "range": lambda post, path: formats.read_decimal(post.get(path, "")),
    "time": lambda post, path: formats.read_time(post.get(path, "")),
    "dateTime": lambda post, path: formats.read_moment(
        post.get(f"{path}#date", ""), post.get(f"{path}#time", "")
    ),
    "select_multiple": lambda post, path: [name for name in post.getlist(path) if name],
    "rank": _read_rank,
    "geopoint": _read_point,
    "geotrace": _read_points,
    "geoshape": _read_points,
}
