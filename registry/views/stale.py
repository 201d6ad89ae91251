"""Somebody changed the record while a form about it was being filled: both, side by side."""

from dataclasses import dataclass
from typing import Any

from forms_builder.rendering import say
from registry import access
from registry.answers import items_of
from registry.rules import rule_book
from registry.services import StaleWrite
from registry.views.work import DraftWork


@dataclass(frozen=True)
class Both:
    """One attribute of the record, as the other person left it and as this form says."""

    label: str
    theirs: str
    yours: str


def compare(work: DraftWork, stale: StaleWrite) -> list[Both]:
    """The attributes that this form would write and whose present value is another."""
    record = work.draft.record
    if record is None:
        return []  # a form that keeps its answers only; the list of what changed is its own
    rules = rule_book().by_id[record.register_id]
    fields = access.fields_for(work.user, record)
    found = []
    for item in items_of(work.spec):
        # A correction is compared with the answers, a new form with the record's attributes.
        name = item.key if work.draft.amends_id else item.name
        known = bool(work.draft.amends_id) or name in rules.attributes
        if not known or item.is_repeat or item.key not in stale.yours:
            continue
        theirs, yours = stale.theirs.get(name), stale.yours[item.key]
        is_seen = fields.readable(item) and not item.node.get("withheld")
        if theirs != yours and is_seen:
            found.append(
                Both(
                    work.label(item.node),
                    _words(work, item.node, theirs),
                    _words(work, item.node, yours),
                )
            )
    return found


def _words(work: DraftWork, node: Any, value: Any) -> str:
    return say(node, value, work.spec, work.choices, work.language)
