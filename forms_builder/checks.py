"""What must hold before a form may be published, beyond its own grammar."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from config.shared.problems import Problem
from forms_builder.compile import check_spec, compile_spec
from forms_builder.languages import language_problems

# Plug-ins: (spec) -> problems. registry adds "register exists", "save_to exists".
SpecCheck = Callable[[dict[str, Any]], Iterable[Problem]]
SPEC_CHECKS: list[SpecCheck] = []


def plugged_problems(spec: dict[str, Any]) -> list[Problem]:
    """What the other apps find wrong with `spec`."""
    return [problem for check in SPEC_CHECKS for problem in check(spec)]


def form_problems(
    spec: dict[str, Any], list_attributes: Mapping[str, Sequence[str]]
) -> list[Problem]:
    """Everything wrong with `spec`, ours and the other apps'."""
    return [
        *check_spec(spec, lists=list_attributes),
        *language_problems(spec),
        *plugged_problems(spec),
    ]


def compiled_form(
    spec: dict[str, Any], list_attributes: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """`spec` parsed and ordered, as JSON. Raises ProblemsFound."""
    return compile_spec(spec, list_attributes=list_attributes)
