"""Drawing sections of a form. What does not change is made once per version and language."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from threading import Lock
from typing import Any, Protocol

from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from forms_builder.rendering.filling import Filling
from forms_builder.rendering.maker import Draw, Maker
from forms_builder.rendering.questions import body
from forms_builder.rendering.structure import parents_of, places_of, sections

Node = Mapping[str, Any]
KEPT_PAGES = 200


class Version(Protocol):
    """What is needed of a FormVersion."""

    @property
    def spec(self) -> dict[str, Any]:
        """The form."""

    @property
    def sha256(self) -> str:
        """What changes whenever the form does."""


class FormPages:
    """The sections of one form in one language, ready to be filled."""

    def __init__(self, spec: Node, language: str) -> None:
        by_name = {node["name"]: node for node in _questions(spec)}
        maker = Maker(spec, language, places_of(spec), by_name, parents_of(spec))
        with translation.override(language):
            self._draws: dict[str, Draw] = {
                section["name"]: body(section.get("children", ()), maker)
                for section in sections(spec)
            }

    def section(self, name: str, filling: Filling) -> SafeString:
        """The questions of one section as HTML. Raises KeyError."""
        html = self._draws[name](filling, "", filling.answers)
        return mark_safe(html)  # noqa: S308 - every hole is escaped where it is filled


def _questions(node: Node) -> Iterator[Node]:
    for child in node.get("children", ()):
        if child["kind"] == "question":
            yield child
        else:
            yield from _questions(child)


_kept: OrderedDict[tuple[str, str], FormPages] = OrderedDict()
_lock = Lock()


def pages_of(version: Version, language: str) -> FormPages:
    """The pages of a published version, from this process's memory when made before."""
    place = (version.sha256, language)
    with _lock:
        if pages := _kept.get(place):
            _kept.move_to_end(place)
            return pages
    pages = FormPages(version.spec, language)
    with _lock:
        _kept[place] = pages
        if len(_kept) > KEPT_PAGES:
            _kept.popitem(last=False)
    return pages
