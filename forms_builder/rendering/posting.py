"""What a browser posted, as answers: the inverse of drawing a section."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from forms_builder.rendering import formats
from forms_builder.rendering.structure import (
    is_typed,
    scope_keys,
    scope_questions,
    section_named,
)

Node = Mapping[str, Any]
FILE_TYPES = ("file", "image", "audio", "video")
# A posted row number beyond this is not ours; it must not make us build a long list.
MOST_ROWS = 1000


@dataclass
class Posted:
    """The answers of one section; `files` are new uploads by the path they answer.

    An answer that is there and means "unanswered" is None in `answers`, so that merging
    it into a draft takes the old answer away.
    """

    answers: dict[str, Any]
    files: dict[str, UploadedFile] = field(default_factory=dict)


def parse_post(
    spec: Node,
    section: str,
    post: QueryDict,
    files: MultiValueDict[str, UploadedFile],
    previous: Mapping[str, Any],
) -> Posted:
    """The answers of `section`. `previous` are all answers of the draft: a kept file and
    what nobody types come from there, never from the browser.

    Text that is no value of its type stays as typed. Raises KeyError for no such section.
    """
    children = section_named(spec, section).get("children", ())
    keys = scope_keys(spec.get("children", ()))
    reader = _Reader(post, files, dict(kept_files(previous)))
    answers = reader.scope(children, keys, "", previous)
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


def merge(answers: Mapping[str, Any], posted: Mapping[str, Any]) -> dict[str, Any]:
    """`answers` with those of one section replaced; None takes an answer away."""
    merged = {**answers, **posted}
    return {key: value for key, value in merged.items() if value is not None}


class _Reader:
    def __init__(
        self,
        post: QueryDict,
        files: MultiValueDict[str, UploadedFile],
        kept: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.post, self.files, self.kept = post, files, kept
        self.uploads: dict[str, UploadedFile] = {}

    def scope(
        self,
        children: Sequence[Node],
        keys: Mapping[int, str],
        prefix: str,
        previous: Mapping[str, Any],
        place: str | None = None,
    ) -> dict[str, Any]:
        """Answers below `prefix` as posted; `place` is where they will stand."""
        place = prefix if place is None else place
        answers: dict[str, Any] = {}
        for question in scope_questions(children, keys):
            node, key = question.node, question.key
            if node["kind"] == "repeat":
                answers[key] = self._rows(node, prefix + key, place + key) or None
            elif is_typed(node):
                answers[key] = self._answer(node, prefix + key, place + key)
        return answers

    def _rows(self, node: Node, path: str, place: str) -> list[dict[str, Any]]:
        """Rows in the order of their posted numbers, which may have gaps."""
        children = node.get("children", ())
        keys = scope_keys(children)
        pattern = re.compile(re.escape(path) + r"\[(\d{1,4})\]")
        numbers = {int(found[1]) for name in self.post if (found := pattern.fullmatch(name))}
        rows = []
        for new, old in enumerate(sorted(numbers)[:MOST_ROWS]):
            row = self.scope(children, keys, f"{path}[{old}]/", {}, f"{place}[{new}]/")
            rows.append({key: value for key, value in row.items() if value is not None})
        return rows

    def _answer(self, node: Node, path: str, place: str) -> Any:
        kind = node.get("type", "text")
        if kind in FILE_TYPES:
            return self._file(path, place)
        read = READERS.get(kind, _read_text)
        value = read(self.post, path)
        return None if value in ("", []) else value

    def _file(self, path: str, place: str) -> Mapping[str, Any] | None:
        if upload := self.files.get(path):
            self.uploads[place] = upload
        if self.post.get(f"{path}#remove"):
            return None
        return self.kept.get(self.post.get(f"{path}#keep", ""))


def _read_text(post: QueryDict, path: str) -> str:
    # Browsers send line ends as CRLF; lengths are counted in what people typed.
    return post.get(path, "").replace("\r\n", "\n").strip()


def _read_rank(post: QueryDict, path: str) -> list[str]:
    placed = []
    for name in post:
        if name.startswith(f"{path}#"):
            number = formats.read_integer(post[name])
            if isinstance(number, int):
                placed.append((number, name.partition("#")[2]))
    return [name for _, name in sorted(placed)]


READERS: dict[str, Callable[[QueryDict, str], Any]] = {
    "integer": lambda post, path: formats.read_integer(post.get(path, "")),
    "decimal": lambda post, path: formats.read_decimal(post.get(path, "")),
    "range": lambda post, path: formats.read_decimal(post.get(path, "")),
    "date": lambda post, path: formats.read_date(post.get(path, "")),
    "time": lambda post, path: formats.read_time(post.get(path, "")),
    "dateTime": lambda post, path: formats.read_moment(
        post.get(f"{path}#date", ""), post.get(f"{path}#time", "")
    ),
    "select_multiple": lambda post, path: [name for name in post.getlist(path) if name],
    "rank": _read_rank,
    "geopoint": lambda post, path: formats.read_point(
        post.get(f"{path}#lat", ""), post.get(f"{path}#lon", "")
    ),
}
