"""A form spec checked, parsed, resolved and put in order, once per version."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from config.shared.definitions import digest
from config.shared.problems import Problem, ProblemsFound
from forms_builder.clashes import argument_problems, clash_problems
from forms_builder.expressions import FUNCTIONS, ExpressionError, parse, to_json
from forms_builder.expressions.nodes import (
    Call,
    Expr,
    Field,
    ItemField,
    Items,
    Ref,
    Rows,
    Text,
    walk,
)
from forms_builder.layout import Layout, Resolver, Unresolved
from forms_builder.schema import (
    SELECTS,
    Place,
    Spec,
    expression_attributes,
    is_yes,
    texts_of,
    validate_shape,
)

SCHEMA = 2  # of the compiled JSON; evaluation compiles versions of another schema anew
Lists = Mapping[str, Collection[str]]
_PLACEHOLDER = re.compile(r"\$\{\s*([^{}\s]+)\s*\}")
_SPACED_CALL = re.compile(r"[\w.-]\s+\(")
_PLAIN_DEFAULT = re.compile(r"[-+\w.,:/ ]*")
# What a node has worked out before its answer is judged.
WORKED_OUT = ("calculation", "relevant", "repeat_count", "read_only")
TEMPLATED = ("labels", "hints", "guidance", "constraint_message", "required_message")


@dataclass
class _Work:
    """A form on its way through the compiler."""

    spec: Spec
    layout: Layout
    lists: Lists | None
    trees: dict[str, Expr] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    order: list[str] = field(default_factory=list)

    def add(self, code: str, message: str, path: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(code, message, path))


def compile_spec(spec: Spec, *, list_attributes: Lists | None = None) -> dict[str, Any]:
    """The compiled JSON of `spec`. Raises ProblemsFound.

    `list_attributes` names the attributes of each shared list; without it, lists that the
    form does not hold itself are not checked.
    """
    work, problems = _compile(spec, list_attributes)
    if problems or work is None:
        raise ProblemsFound(problems)
    return {
        "schema": SCHEMA,
        "digest": digest(spec),
        "nodes": {place.path: _node_json(place) for place in work.layout.places},
        "asts": {path: to_json(tree) for path, tree in work.trees.items()},
        "order": work.order,
        "counts_days": any(map(_counts_days, work.trees.values())),
    }


def _counts_days(tree: Expr) -> bool:
    """Whether the days off must be known."""
    calls = (node for node, _depth in walk(tree) if isinstance(node, Call))
    return any(call.name == "working-days" for call in calls)


def check_spec(spec: Spec, *, lists: Lists | None = None) -> list[Problem]:
    """Everything that forbids publishing `spec`, each at `section/group/name#attribute`."""
    return _compile(spec, lists)[1]


def _compile(spec: Spec, lists: Lists | None) -> tuple[_Work | None, list[Problem]]:
    if problems := validate_shape(spec):
        return None, problems
    work = _Work(spec, Layout(spec), _all_lists(spec, lists))
    for place in work.layout.places:
        _parse_node(work, place)
        _check_list(work, place)
    _put_in_order(work)
    return work, work.problems


def _all_lists(spec: Spec, lists: Lists | None) -> Lists | None:
    """Attributes of the shared lists and of the form's own."""
    if lists is None:
        return None
    own = {
        code: {key for row in rows for key in row}
        for code, rows in spec.get("lists", {}).items()
    }
    return {**lists, **own}


# One node


def _parse_node(work: _Work, place: Place) -> None:
    for attribute, source in expression_attributes(place.node):
        _add_tree(work, place, attribute, source)
    default = place.node.get("default")
    if isinstance(default, str) and is_dynamic_default(default):
        _add_tree(work, place, "default", default)
    for attribute in TEMPLATED:
        labels = texts_of(place.node, attribute)
        for language, text in labels.items():
            if isinstance(text, str) and "${" in text:
                _add_template(work, place, f"{attribute}.{language}", text)


def is_dynamic_default(text: str) -> bool:
    """Whether a default is an expression and not the plain answer (pyxform's rule, safer)."""
    if not text.strip() or _PLAIN_DEFAULT.fullmatch(text):
        return False
    try:
        tree = parse(text)
    except ExpressionError:
        return False
    if _SPACED_CALL.search(text) and "${" not in text:  # "hello (world)" is a text
        calls = (node.name for node, _depth in walk(tree) if isinstance(node, Call))
        return any(name in FUNCTIONS for name in calls)
    return any(isinstance(node, Call | Ref) for node, _depth in walk(tree))


def _add_template(work: _Work, place: Place, attribute: str, text: str) -> None:
    """A label with ${field} in it, as a concat() of its parts."""
    parts: list[Expr] = []
    for index, part in enumerate(_PLACEHOLDER.split(text)):
        if index % 2:
            parts.append(Ref(part))
        elif part:
            parts.append(Text(part))
    _resolve(work, place, attribute, Call("concat", tuple(parts)))


def _add_tree(work: _Work, place: Place, attribute: str, source: str) -> None:
    where = f"{place.path}#{attribute}"
    try:
        tree = parse(source)
    except ExpressionError as error:
        work.add("syntax", syntax_message(error), where)
        return
    problems = list(argument_problems(tree, where))
    work.problems += problems
    if not problems:
        _resolve(work, place, attribute, tree)


def syntax_message(error: ExpressionError) -> str:
    """Why an expression cannot be read, in the reader's language."""
    if error.reason == "unexpected" and error.position is not None:
        message = _("The expression cannot be read at character %(position)s, at “%(found)s”.")
        return message % {"position": error.position + 1, "found": error.found}
    if error.reason == "early":
        return _("The expression ends too early. Is a bracket or a quotation mark missing?")
    if error.reason == "deep":
        return _("The expression is nested too deeply. Split it into several calculations.")
    if error.reason == "number":
        return _("A number in the expression is too large.")
    return _("The expression is too long. Split it into several calculations.")


def _resolve(work: _Work, place: Place, attribute: str, tree: Expr) -> None:
    where = f"{place.path}#{attribute}"
    item = "list" if attribute == "choice_filter" else None
    try:
        resolved = Resolver(work.layout, place, item).resolve(tree)
    except Unresolved as error:
        work.add(error.code, error.message, where)
    except ExpressionError as error:
        work.add("bad_path", error.message, where)
    else:
        work.trees[where] = resolved
        work.problems += clash_problems(resolved, work.layout.by_path, where)
        _check_instances(work, resolved, where)


# Lists


def _check_list(work: _Work, place: Place) -> None:
    if place.type not in SELECTS or work.lists is None:
        return
    code = place.node["list"]
    if code.startswith("${"):
        return  # choices are the rows of a repeat
    if code not in work.lists:
        message = _("There is no list “%(list)s”. Create it or choose another.")
        work.add("unknown_list", message % {"list": code}, f"{place.path}#list")


def _check_instances(work: _Work, tree: Expr, where: str) -> None:
    for node, _depth in walk(tree):
        if not isinstance(node, Items) or not isinstance(node.list, Text):
            continue
        if work.lists is not None and node.list.value not in work.lists:
            message = _("There is no list “%(list)s”. Create it or choose another.")
            work.add("unknown_list", message % {"list": node.list.value}, where)


# Order


def _put_in_order(work: _Work) -> None:
    """Nodes with something to work out, each after all it depends on; cycles are problems."""
    active = dict.fromkeys(
        place.path for place in work.layout.places if _is_active(work, place)
    )
    needs = {path: _needs(work, work.layout.by_path[path], active) for path in active}
    done: dict[str, bool] = {}  # path -> finished (True) or being visited (False)
    for path in active:
        cycle = _visit(path, needs, done, work.order)
        if cycle:
            message = _("These fields depend on one another in a circle: %(path)s. Break it.")
            names = " -> ".join(step.rsplit("/", 1)[-1] for step in cycle)
            attribute = _first_attribute(work, cycle[0])
            work.add("cycle", message % {"path": names}, f"{cycle[0]}#{attribute}")


def _first_attribute(work: _Work, path: str) -> str:
    return next(name for name in WORKED_OUT if f"{path}#{name}" in work.trees)


def _is_active(work: _Work, place: Place) -> bool:
    return any(f"{place.path}#{attribute}" in work.trees for attribute in WORKED_OUT)


def _needs(work: _Work, place: Place, active: Collection[str]) -> list[str]:
    """The active nodes that must be worked out before `place`."""
    found: dict[str, None] = {}
    parent = place.parent
    while parent:
        found[parent] = None
        parent = work.layout.by_path[parent].parent
    for attribute in WORKED_OUT:
        tree = work.trees.get(f"{place.path}#{attribute}")
        if tree is not None:
            found.update(dict.fromkeys(_read_paths(work, place, tree)))
    return [path for path in found if path in active]


def _read_paths(work: _Work, place: Place, tree: Expr) -> Iterator[str]:
    """The nodes whose state `tree` reads, with everything around them."""
    kept = {
        id(node.arguments[0])
        for node, _depth in walk(tree)
        if isinstance(node, Call) and node.name == "once"
    }
    for node, _depth in walk(tree):
        if isinstance(node, Rows):
            yield from (level.path for level in node.levels)
        if not isinstance(node, Field | Rows | ItemField):
            continue
        if id(node) in kept or (node.path == place.path and not isinstance(node, Field)):
            continue  # once() keeps its value; other rows of itself come in their order
        path = node.path
        while path:
            yield path
            path = work.layout.by_path[path].parent


def _visit(
    start: str, needs: Mapping[str, list[str]], done: dict[str, bool], order: list[str]
) -> list[str]:
    """Append `start` after what it needs; the first circle found, else []. Not recursive."""
    stack: list[tuple[str, Iterator[str]]] = []

    def enter(path: str) -> None:
        done[path] = False
        stack.append((path, iter(needs[path])))

    if start not in done:
        enter(start)
    while stack:
        path, rest = stack[-1]
        following = next(rest, None)
        if following is None:
            done[path] = True
            order.append(path)
            stack.pop()
        elif following not in done:
            enter(following)
        elif not done[following]:
            trail = [step for step, _rest in stack]
            done.update(dict.fromkeys(trail, True))
            return [*trail[trail.index(following) :], following]
    return []


# JSON


def _node_json(place: Place) -> dict[str, Any]:
    """What the browser and the evaluator must know of a node; absent means default."""
    node = place.node
    default = node.get("default")
    is_dynamic = isinstance(default, str) and is_dynamic_default(default)
    entry = {
        "kind": place.kind,
        "key": place.key,
        "parent": place.parent,
        "repeat": place.repeat,
        "type": place.type,
        "list": node.get("list"),
        "computed": place.is_computed,
        "required": is_yes(node.get("required")),
        "or_other": is_yes(node.get("or_other")),
        "retired": place.is_retired,
        "parameters": node.get("parameters"),
        "initial": None if is_dynamic else node.get("default"),
    }
    return {key: value for key, value in entry.items() if value}
