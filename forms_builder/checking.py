"""Checking one expression while it is typed."""

from collections.abc import Mapping, Sequence
from typing import Any

from forms_builder.compile import check_spec
from forms_builder.models import list_attributes
from forms_builder.outline import children_from_rows
from forms_builder.placing import Spot, spots_of


def expression_problems(
    sections: Sequence[Mapping[str, Any]], section: int, row: int | None, attribute: str
) -> list[str]:
    """What publishing would say of `attribute` in one row of the editor.

    `sections` is StreamField JSON of the whole form, so that other questions are known.
    """
    spec = {"schema": 1, "code": "draft", "children": children_from_rows(sections)}
    here = Spot(section, row)
    paths = {path for path, spots in spots_of(sections).items() if here in spots}
    return [
        str(problem.message)
        for problem in check_spec(spec, lists=list_attributes())
        if problem.path in {f"{path}#{attribute}" for path in paths}
    ]
