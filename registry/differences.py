"""What changed between two states of a submission or record, in the words of the form."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from config.shared.definitions import canonical_json
from config.shared.labels import pick
from forms_builder.rendering.references import filled
from forms_builder.rendering.words import Choices, say
from forms_builder.selectors import ListSnapshot
from registry.access import MASKED, Fields
from registry.answers import Item, items_of
from registry.rules import Attribute, Rules


@dataclass(frozen=True)
class Difference:
    """One field before and after. `kind` is added, removed or changed.

    `path` is the answer's place ("members[1]/fin"), `label` says it in words; `old` and `new`
    are texts, MASKED where the reader may not see the value (that it changed is shown).
    """

    path: str
    label: str
    section: str
    kind: str
    old: str
    new: str


@dataclass(frozen=True)
class Differ:
    """Compares answers of one form for one reader. `fields` None shows everything."""

    spec: Mapping[str, Any]
    language: str
    choices: Choices
    fields: Fields | None = None

    def compare(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
        """Every answer that differs, in the order of the form; then those it does not know."""
        items = items_of(self.spec)
        found = list(self._items(items, old, new, "", ""))
        known = {key for item in items for key in (item.key, item.other)}
        for key in sorted((old.keys() | new.keys()) - known):
            if old.get(key) != new.get(key):
                texts = _plain(old.get(key)), _plain(new.get(key))
                found.append(self._difference(key, key, "", *texts, hidden=self._hides()))
        return found

    def _hides(self) -> bool:
        """Whether a field of unknown sensitivity stays hidden."""
        return self.fields is not None and not self.fields.readable("safe_address")

    def _items(
        self,
        items: Sequence[Item],
        old: Mapping[str, Any],
        new: Mapping[str, Any],
        path: str,
        heading: str,
    ) -> Iterator[Difference]:
        for item in items:
            if all(old.get(key) == new.get(key) for key in (item.key, item.other)):
                continue
            if item.is_repeat:
                rows = old.get(item.key) or [], new.get(item.key) or []
                yield from self._rows(item, *rows, path, heading)
            else:
                yield self._question(item, old, new, path, heading)

    def _question(
        self,
        item: Item,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
        path: str,
        heading: str,
    ) -> Difference:
        hidden = self.fields is not None and not self.fields.readable(item)
        texts = [self._text(item, answers) for answers in (old, new)]
        label = self._label(item.node)
        return self._difference(
            path + item.key,
            f"{heading}{label}",
            self._label(item.section) if item.section else "",
            *texts,
            hidden=hidden,
        )

    def _text(self, item: Item, answers: Mapping[str, Any]) -> str:
        """The answer in words, with those of one that is not in the list."""
        value = answers.get(item.key)
        text = say(item.node, value, self.spec, self.choices, self.language)
        other = answers.get(item.other)
        return f"{text}: {other}" if other else text

    def _difference(
        self, path: str, label: str, section: str, old: str, new: str, *, hidden: bool
    ) -> Difference:
        kind = "changed" if old and new else "added" if new else "removed"
        if hidden:
            old, new = MASKED if old else "", MASKED if new else ""
        return Difference(path, label, section, kind, old, new)

    def _rows(
        self,
        item: Item,
        before: Sequence[Mapping[str, Any]],
        after: Sequence[Mapping[str, Any]],
        path: str,
        heading: str,
    ) -> Iterator[Difference]:
        """Rows that moved are not changes; a changed row is compared with the one it was."""
        for old_place, new_place in paired_rows(before, after):
            old_row = before[old_place] if old_place is not None else {}
            new_row = after[new_place] if new_place is not None else {}
            place = new_place if new_place is not None else old_place
            assert place is not None
            inner_path = f"{path}{item.key}[{place}]/"
            inner_heading = f"{heading}{self._label(item.node)} {place + 1} › "
            yield from self._items(item.inner, old_row, new_row, inner_path, inner_heading)

    def _label(self, node: Mapping[str, Any]) -> str:
        text = pick(node.get("labels"), self.language) or str(node["name"])
        return filled(text, lambda name: "")  # of which of the two it would speak is not said


def paired_rows(
    before: Sequence[Any], after: Sequence[Any]
) -> Iterator[tuple[int | None, int | None]]:
    """Pairs (old place, new place) of rows that differ; None where there is no counterpart."""
    matcher = SequenceMatcher(
        None,
        [canonical_json(row) for row in before],
        [canonical_json(row) for row in after],
        autojunk=False,
    )
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            continue
        for offset in range(max(old_to - old_from, new_to - new_from)):
            old, new = old_from + offset, new_from + offset
            yield (old if old < old_to else None, new if new < new_to else None)


def _plain(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else canonical_json(value)


def attribute_text(attribute: Attribute, value: Any, choices: Choices, language: str) -> str:
    """The value of a record's attribute in words."""
    node = {"type": attribute.type, "list": attribute.list}
    return value if value is MASKED else say(node, value, {}, choices, language)


def attribute_differences(
    rules: Rules,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    language: str,
    fields: Fields | None = None,
    choices: Choices | None = None,
) -> list[Difference]:
    """The attributes of a record that differ, in the register's order."""
    known = choices or ListSnapshot().choices
    found = []
    for name, attribute in rules.attributes.items():
        if old.get(name) == new.get(name):
            continue
        texts = [
            attribute_text(attribute, state.get(name), known, language) for state in (old, new)
        ]
        kind = "changed" if all(texts) else "added" if texts[1] else "removed"
        if fields is not None and not fields.readable(attribute):
            texts = [MASKED if text else "" for text in texts]
        label = pick(attribute.labels, language) or name
        found.append(Difference(name, label, "", kind, texts[0], texts[1]))
    return found


def submission_diff(
    old: Any,
    new: Any,
    language: str,
    fields: Fields | None = None,
    choices: Choices | None = None,
) -> list[Difference]:
    """Field by field from `old` to `new`: submissions or rows of their history.

    `old` None compares with nothing. The words are those of the newer one's form version.
    Pass the reader's `fields`; without them nothing is masked.
    """
    spec = new.form_version.spec
    differ = Differ(spec, language, choices or ListSnapshot().choices, fields)
    return differ.compare(old.answers if old else {}, new.answers)


__all__ = [
    "Differ",
    "Difference",
    "attribute_differences",
    "attribute_text",
    "submission_diff",
]
