"""What must hold before a form may be published, beyond its own grammar."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from config.shared.problems import Problem
from forms_builder.compile import check_spec, compile_spec
from forms_builder.languages import language_problems
from forms_builder.schema import questions, validate_shape
from forms_builder.usage import Usage, usages
from forms_builder.wordless import wordless_problems

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
        *wordless_problems(spec),
        *plugged_problems(spec),
    ]


def compiled_form(
    spec: dict[str, Any], list_attributes: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """`spec` parsed and ordered, as JSON. Raises ProblemsFound."""
    return compile_spec(spec, list_attributes=list_attributes)


def removal_problems(before: dict[str, Any], after: dict[str, Any]) -> list[Problem]:
    """Questions of the newest version that are gone from `after` although others use them."""
    kept = {place.key for place in questions(after)} if not validate_shape(after) else None
    if kept is None:
        return []
    removed = [place.key for place in questions(before) if place.key not in kept]
    return [
        _removal(key, found)
        for key in removed
        if (found := usages("field", f"{before['code']}.{key}"))
    ]


def _removal(key: str, found: Sequence[Usage]) -> Problem:
    message = _(
        "The question “{name}” cannot be removed, because it is used by: {users}. "
        "Put it back and mark it as retired instead."
    )
    users = ", ".join(usage.label for usage in found)
    return Problem("in_use", message.format(name=key, users=users))
