"""Questions that say nothing: nobody knows what to answer, and a screen reader is silent."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from config.shared.problems import Problem
from forms_builder.schema import METADATA, places

Node = Mapping[str, Any]
# What tells a person what is asked. Guidance alone may be closed.
WORDS = frozenset({"labels", "hints", "media"})
UNSEEN = METADATA | {"calculate", "hidden", "csv-external", "xml-external"}


def is_wordless(node: Node) -> bool:
    """Whether people see a question of which nothing says what it asks.

    As pyxform has it: what is worked out and has no words is not shown, and the first row of
    a table (appearance "label") shows the values of its list.
    """
    if node["kind"] != "question" or node["type"] in UNSEEN or node.get("retired"):
        return False
    if "label" in node.get("appearance", "").split():
        return False
    is_worked_out = "calculation" in node or "trigger" in node.get("other", {})
    return not is_worked_out and WORDS.isdisjoint(node)


def wordless_problems(spec: Node) -> Iterator[Problem]:
    """Every question without words, at its label."""
    for place in places(spec):
        if is_wordless(place.node):
            message = _("Write a label (or a hint): nothing says what is asked here.")
            yield Problem("no_label", message, f"{place.path}#labels")
