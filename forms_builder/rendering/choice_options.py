"""Options of select questions, as HTML made once per list and language."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.translation import gettext as _

from config.shared.labels import pick
from config.shared.text import fold
from forms_builder.choices import Choice, choice_from_row
from forms_builder.rendering.filling import Filling
from forms_builder.rendering.structure import has_other

MOST_RADIOS = 8
MOST_OPTIONS = 100  # a longer list is searched
OTHER = "other"  # XLSForm's name for the choice that `or_other` adds


@dataclass(frozen=True)
class Source:
    """Where a question's choices come from: the form's own lists or shared ones."""

    list_code: str
    own: Sequence[Choice] | None
    language: str
    is_filtered: bool = False
    or_other: bool = False

    def all(self, filling: Filling) -> Sequence[Choice]:
        """Every choice, retired ones too."""
        return self.own if self.own is not None else filling.choices(self.list_code)

    def offered(self, filling: Filling, path: str, chosen: Collection[str]) -> list[Choice]:
        """What may be chosen now, and whatever is chosen already: nothing is lost."""
        open_now = self.all(filling)
        if self.is_filtered:
            open_now = filling.offered(path, open_now)
        given = dict.fromkeys(chosen)  # in their order, and found at once
        kept = [c for c in open_now if not c.retired or c.name in given]
        names = {choice.name for choice in kept}
        if self.or_other and OTHER not in names:
            kept.append(Choice(OTHER, {self.language: _("Other")}))
            names.add(OTHER)
        lost = [name for name in given if name not in names]
        return kept + self._named(filling, lost) if lost else kept

    def _named(self, filling: Filling, names: Sequence[str]) -> list[Choice]:
        """The choices that are called so; of what the list does not have, the bare names."""
        known = {choice.name: choice for choice in reversed(self.all(filling))}
        return [known.get(name) or Choice(name, {}) for name in names]

    def label(self, choice: Choice) -> str:
        """The escaped label; a retired choice says so."""
        text = escape(pick(choice.labels, self.language) or choice.name)
        if not choice.retired:
            return text
        retired = _("no longer in use")
        return f"{text} ({retired})"


def source_of(node: Mapping[str, Any], spec: Mapping[str, Any], language: str) -> Source:
    """The choices of `node` (read once when the form carries the list itself)."""
    code = node.get("list", "")
    rows = spec.get("lists", {}).get(code)
    own = tuple(choice_from_row(row) for row in rows) if rows is not None else None
    return Source(code, own, language, "choice_filter" in node, has_other(node))


def matching(choices: Iterable[Choice], typed: str, language: str) -> list[Choice]:
    """The choices whose label has every word that was typed."""
    words = fold(typed).split()
    if not words:
        return list(choices)
    return [
        choice
        for choice in choices
        if all(word in fold(pick(choice.labels, language) or choice.name) for word in words)
    ]


Item = Callable[[Choice], str]


class OptionCache:
    """HTML of one select's options, kept while the list stays the same tuple."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._made_of: Sequence[Choice] | None = None
        self._html: dict[str, str] = {}

    def html(self, filling: Filling, offered: Iterable[Choice], chosen: str) -> str:
        """`<option>` elements with `chosen` selected."""
        current = self._source.all(filling)
        if current is not self._made_of:
            self._html = {choice.name: self._option(choice) for choice in current}
            self._made_of = current
        parts = []
        for choice in offered:
            html = self._html.get(choice.name) or self._option(choice)
            if choice.name == chosen:
                html = html.replace("<option", "<option selected", 1)
            parts.append(html)
        return "".join(parts)

    def _option(self, choice: Choice) -> str:
        return f'<option value="{escape(choice.name)}">{self._source.label(choice)}</option>'
