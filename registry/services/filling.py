"""From answers to a record: its attributes, title, place and what it is found by."""

from collections.abc import Iterable, Mapping
from typing import Any

from config.shared.text import fold, sort_key
from content.models import Place
from content.selectors import place_that_says
from registry.answers import items_of
from registry.keys import fill_title
from registry.kinds import RANKS, SEARCH_COLUMNS
from registry.models import Record
from registry.rules import Rules

Json = dict[str, Any]

FOUND_BY_TEXT = {"text", "date", "integer"}


def attributes_of(spec: Mapping[str, Any], answers: Mapping[str, Any], rules: Rules) -> Json:
    """What the answers say about the record: by `save_to`, or by the question's name."""
    found: Json = {}
    for item in items_of(spec):
        if not item.is_repeat and item.name in rules.attributes and item.key in answers:
            found[item.name] = answers[item.key]
    return found


def place_named(spec: Mapping[str, Any], answers: Mapping[str, Any]) -> Place | None:
    """The district that the answers name, else the region; None when they name neither."""
    named = {
        item.name: answers[item.key]
        for item in items_of(spec)
        if not item.is_repeat and isinstance(answers.get(item.key), str)
    }
    said = [(name, named[name]) for name in ("district", "region") if name in named]
    return next((place for one in said if (place := place_that_says(*one))), None)


def describe(record: Record, rules: Rules) -> None:
    """Set the title and the columns that searching and sorting use."""
    # Only without a template: whoever may read what one names may not know who it is about.
    if rules.title_template:
        title = fill_title(rules.title_template, record.attributes)
    else:
        title = record.person.title if record.person is not None else ""
    record.title = title or record.key
    record.title_fold = fold(record.title)[:255]
    record.title_sort = sort_key(record.title)[:255]
    for column, ranks in SEARCH_COLUMNS.items():
        setattr(record, column, " | ".join(_search_texts(record, rules, ranks)))


def _search_texts(record: Record, rules: Rules, ranks: Iterable[int]) -> list[str]:
    """The folded texts of one level of sensitivity; each level is searched by itself."""
    texts = [
        fold(str(record.attributes[name]))
        for name, attribute in rules.attributes.items()
        if attribute.searchable
        and attribute.rank in ranks
        and attribute.type in FOUND_BY_TEXT
        and name in record.attributes
    ]
    if rules.title_rank in ranks and record.title != record.key:
        texts.append(record.title_fold)
    if RANKS["internal"] in ranks:
        texts.append(fold(record.key))
    return texts
