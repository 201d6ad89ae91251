"""What a rendered form is filled with: answers, what is shown, what is wrong."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forms_builder.choices import Choice

Answers = Mapping[str, Any]


def no_choices(list_code: str) -> Sequence[Choice]:
    """For forms without lists."""
    return ()


def no_rows(path: str) -> int:
    """Nothing is known of how many rows there must be."""
    return 0


def all_offered(path: str, choices: Sequence[Choice]) -> Sequence[Choice]:
    """Every choice: nothing is known that could filter them."""
    return choices


@dataclass(frozen=True)
class Filling:
    """The holes of a page. Paths are those of problems: `members[0]/fin`.

    `answers` is the whole map (text that could not be read stands there as typed);
    `offered(path, choices)` applies the question's choice filter; `row_count(path)` is
    the number of rows of a repeat that has a fixed one; `file_url(answer)` is the address
    of a kept file, "" for none; `media_url(name)` the address of a file of the form itself
    ("" for one that is missing; None when the form names none). `kept` are retired
    questions answered before (others are not drawn), `locked` questions that may only be
    read now, with `held` as their values.
    """

    answers: Answers = field(default_factory=dict)
    relevant: Mapping[str, bool] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    required: Mapping[str, bool] = field(default_factory=dict)
    messages: Mapping[str, Sequence[str]] = field(default_factory=dict)
    choices: Callable[[str], Sequence[Choice]] = no_choices
    offered: Callable[[str, Sequence[Choice]], Sequence[Choice]] = all_offered
    row_count: Callable[[str], int] = no_rows
    file_url: Callable[[Mapping[str, Any]], str] = lambda answer: ""
    media_url: Callable[[str], str] | None = None
    kept: Collection[str] = frozenset()
    locked: Mapping[str, bool] = field(default_factory=dict)
    held: Mapping[str, Any] = field(default_factory=dict)
    show_all: bool = False
    finds: Mapping[str, str] = field(default_factory=dict)

    def is_shown(self, path: str) -> bool:
        """Whether the question or group at `path` is relevant."""
        return self.show_all or self.relevant.get(path, True)
