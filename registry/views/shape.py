"""A form as its filler sees it: its language, and where each question stands."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from forms_builder.models import FormVersion
from forms_builder.rendering.structure import key_sections, places_of
from forms_builder.schema import Place
from registry.seen import SeenVersion


def page_language(version: FormVersion) -> str:
    """The language the form is shown in: the person's, when the form speaks it."""
    wanted = (get_language() or "az").split("-")[0]
    spoken = version.spec.get("languages", [wanted])
    return wanted if wanted in spoken else str(version.spec.get("default_language", wanted))


@dataclass(frozen=True)
class Shape:
    """What every request asks of a form's structure, found out once per form as it is seen.

    `spec` is held so that the ids stay theirs. `places` by the id of their nodes, `by_key`
    questions and repeats by (repeat, key), `section_by_key` where each answer is given,
    `section_keys` the relevance of sections.
    """

    spec: Mapping[str, Any]
    places: Mapping[int, Place]
    by_key: Mapping[tuple[str, str], Place]
    section_by_key: Mapping[str, str]
    section_keys: Mapping[str, str]


def shape_of(version: SeenVersion) -> Shape:
    """The shape of a form as its filler sees it, from this process's memory."""
    kept = _shapes.get(version.sha256)
    if kept is None or kept.spec is not version.spec:
        found = places_of(version.spec)
        answered = [p for p in found.values() if p.kind in ("question", "repeat")]
        kept = Shape(
            spec=version.spec,
            places=found,
            by_key={(place.repeat, place.key): place for place in answered},
            section_by_key=key_sections(version.spec),
            section_keys={
                p.name: p.key
                for p in found.values()
                if p.kind == "section" and not p.node.get("withheld")
            },
        )
        _shapes[version.sha256] = kept
        while len(_shapes) > KEPT_SHAPES:
            _shapes.popitem(last=False)
    return kept


_shapes: OrderedDict[str, Shape] = OrderedDict()
KEPT_SHAPES = 300
