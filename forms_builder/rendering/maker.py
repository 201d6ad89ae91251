"""What the drawing functions of one form in one language are made with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from config.shared.labels import pick
from forms_builder.rendering.filling import Filling
from forms_builder.rendering.kit import Kit
from forms_builder.rendering.structure import Places

Node = Mapping[str, Any]
Row = Mapping[str, Any]
# (filling, prefix of the scope's paths, answers of the scope) -> HTML
Draw = Callable[[Filling, str, Row], str]


@dataclass(frozen=True)
class Maker(Kit):
    """Makes the drawing functions of one form in one language."""

    places: Places
    by_name: Mapping[str, Node]
    parents: Mapping[int, Node]  # the node around each, by its id

    def key(self, node: Node) -> str:
        """The escaped key of a node in its scope."""
        return escape(self.places[id(node)].key)

    def text(self, labels: Mapping[str, str] | None) -> str:
        """Authored text in the page's language."""
        return pick(labels, self.language)
