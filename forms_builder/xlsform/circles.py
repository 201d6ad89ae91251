"""Circles of dependencies that only other tools see: through `required`.

Here what is required is judged last, so it can close no circle. ODK tools work it out together
with relevance and calculations and refuse the form.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from config.shared.problems import Problem
from forms_builder.compile import compile_spec
from forms_builder.expressions import from_json
from forms_builder.expressions.nodes import paths_read
from forms_builder.schema import expression_attributes, places
from forms_builder.xlsform.named_files import is_triggered

# What other tools work out again when something it reads changes; a calculation with a trigger
# waits for that.
_WORKED_OUT = ("calculation", "relevant", "read_only", "required")
# What reaches everything inside a group.
_REACHING = ("relevant", "read_only")


def circle_problems(spec: Mapping[str, Any]) -> list[Problem]:
    """The `required` expressions of a faultless `spec` that other tools refuse."""
    message = _(
        "Other tools refuse that “{name}” is required only when something depends on it "
        "in a circle; break the circle."
    )
    return [
        Problem("cycle", message.format(name=path.rpartition("/")[2]), path=f"{path}#required")
        for path in circles(spec)
    ]


def circles(spec: Mapping[str, Any]) -> list[str]:
    """Paths of the nodes whose `required` closes a circle.

    Raises ProblemsFound for a spec that cannot be compiled.
    """
    asked = [
        place.path
        for place in places(spec)
        if place.kind == "question" and "required" in dict(expression_attributes(place.node))
    ]
    if not asked:
        return []
    trees = {
        path: set(paths_read(from_json(tree)))
        for path, tree in compile_spec(spec)["asts"].items()
    }
    follows = _follows(spec, trees)
    return [
        path
        for path in asked
        if trees.get(f"{path}#required", set()) & {path, *_reached(path, follows)}
    ]


def _follows(spec: Mapping[str, Any], trees: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The nodes that must be worked out again when a node changes."""
    every = places(spec)
    paths = [place.path for place in every]
    waiting = {place.path for place in every if is_triggered(place.node)}
    follows: dict[str, set[str]] = defaultdict(set)
    for path in paths:
        for attribute in _WORKED_OUT[path in waiting :]:
            below = [path]
            if attribute in _REACHING:
                below += [other for other in paths if other.startswith(f"{path}/")]
            for read in trees.get(f"{path}#{attribute}", ()):
                follows[read].update(below)
    return follows


def _reached(start: str, follows: Mapping[str, set[str]]) -> Iterator[str]:
    """Everything that depends on `start`, however far."""
    seen, waiting = {start}, [start]
    while waiting:
        for path in follows.get(waiting.pop(), set()) - seen:
            seen.add(path)
            waiting.append(path)
            yield path
