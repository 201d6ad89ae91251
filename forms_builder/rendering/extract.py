"""The part of a form that one page of it needs, and may have.

A page gets the nodes of its section and, of the rest, what its expressions read. What the
filler may not see is not in it: an expression that reads it is answered by the server
(`forms_builder.expressions.partial`), and the page is told the answer only.
"""

import json
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from config.shared.definitions import digest
from forms_builder.evaluation import Asked
from forms_builder.expressions import compile_tree, from_json, to_json
from forms_builder.expressions.nodes import (
    Attribute,
    Call,
    Expr,
    Given,
    Items,
    Text,
    own_paths,
    paths_read,
    walk,
)
from forms_builder.expressions.partial import Partial
from forms_builder.program import program_of
from forms_builder.schema import Place, Spec

Json = dict[str, Any]
Withheld = frozenset[str]

# Expressions that change the value of a node; the others matter on the node's own page.
VALUES = ("relevant", "calculation", "repeat_count", "read_only", "default")
JUDGING = ("required", "constraint", "choice_filter")
TRUTHS = frozenset({"relevant", "required", "read_only"})
# What a node is told of on another page than its own.
OUTLINE = ("kind", "key", "parent", "repeat", "type", "computed", "retired", "initial")
# The browser searches longer lists through the server only.
LONGEST_LIST = 2000

# How many values a shared list has; 0: there is no such list.
Length = Callable[[str], int]


@dataclass
class Extract:
    """What a page needs.

    `nodes` and `asts` are parts of the compiled form; `asked` is what the server answers;
    `lists` the attributes that are used of each list.
    """

    nodes: dict[str, Json] = field(default_factory=dict)
    asts: dict[str, Any] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    asked: dict[str, Asked] = field(default_factory=dict)
    lists: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    counts_days: bool = False

    @cached_property
    def definition(self) -> str:
        """The JSON that the page fetches: `{"compiled": {nodes, asts, order}}`."""
        compiled = {"nodes": self.nodes, "asts": self.asts, "order": self.order}
        return json.dumps({"compiled": compiled}, ensure_ascii=False)

    @cached_property
    def tag(self) -> str:
        """What changes whenever the definition does."""
        return digest(self.definition)[:16]

    @cached_property
    def keys(self) -> dict[str, dict[str, str]]:
        """Of each scope (a repeat's path) the answers it has: key -> path of the node."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for path, node in self.nodes.items():
            if node["kind"] in ("question", "repeat"):
                found[node.get("repeat", "")][node["key"]] = path
        return found

    def answers(self, answers: Mapping[str, Any], repeat: str = "") -> Json:
        """The answers that the page may have."""
        known = self.keys.get(repeat, {})
        found: Json = {}
        for key, value in answers.items():
            path = known.get(key) or known.get(key.removesuffix("_other"))
            if path is None:
                continue
            rows = value if self.nodes[path]["kind"] == "repeat" else None
            if isinstance(rows, list):
                inner = (row if isinstance(row, Mapping) else {} for row in rows)
                found[key] = [self.answers(row, path) for row in inner]
            else:
                found[key] = value
        return found

    def by_path(self, found: Mapping[str, Any]) -> Json:
        """Of a map by answer path, the entries that the page may have."""
        return {path: value for path, value in found.items() if self.has(path)}

    def has(self, path: str) -> bool:
        """Whether the page has the node at an answer path."""
        scope = ""
        *rows, last = path.split("]/")
        for row in rows:
            inner = self.keys.get(scope, {}).get(row.rpartition("[")[0])
            if inner is None:
                return False
            scope = inner
        return last in self.keys.get(scope, {})


class _Extractor:
    def __init__(
        self, spec: Spec, compiled: Json, step: str, withheld: Withheld, length: Length
    ):
        self.compiled, self.step, self.withheld, self.length = compiled, step, withheld, length
        self.places = program_of(spec, compiled).layout.by_path
        self.own_lists = spec.get("lists", {})
        self.found = Extract()
        self.partial = Partial(self._is_secret)
        # Name of a Given -> the repeat it is in, whether it is a truth, a default.
        self.rows: dict[str, tuple[str, bool, bool]] = {}

    def extract(self) -> Extract:
        """Walk from the page's nodes to all that they read."""
        found = self.found
        waiting = [path for path in self.places if self._is_on_page(path)]
        done: set[str] = set()
        while waiting:
            path = waiting.pop()
            if path in done or path in self.withheld:
                continue
            done.add(path)
            waiting += self._take(self.places[path])
        nodes = self.compiled["nodes"]
        found.nodes = {p: self._node(p, nodes[p]) for p in self.places if p in done}
        found.order = [path for path in self.compiled["order"] if path in done]
        for name, tree in self.partial.asked.items():
            repeat, is_truth, is_default = self.rows[name]
            found.asked[name] = Asked(repeat, compile_tree(tree), is_truth, is_default)
        return found

    def _is_on_page(self, path: str) -> bool:
        return path == self.step or path.startswith(f"{self.step}/")

    def _node(self, path: str, node: Json) -> Json:
        if self._is_on_page(path):
            return node
        return {name: value for name, value in node.items() if name in OUTLINE}

    def _take(self, place: Place) -> Iterator[str]:
        """Keep the expressions of a node; gives the nodes that they read."""
        is_here = self._is_on_page(place.path)
        if place.parent:
            yield place.parent
        yield from place.chain
        for attribute in VALUES + JUDGING if is_here else VALUES:
            ast = self.compiled["asts"].get(f"{place.path}#{attribute}")
            if ast is not None:
                yield from self._attribute(place, attribute, from_json(ast))
        if is_here:
            yield from self._said(place.path)
            if place.is_computed and place.node.get("list"):
                self.found.lists[place.node["list"]].add("label")

    def _attribute(self, place: Place, attribute: str, tree: Expr) -> Iterator[str]:
        before = set(self.partial.asked)
        open_tree = self.partial.open(tree)
        if attribute in ("constraint", "choice_filter") and isinstance(open_tree, Given):
            for name in set(self.partial.asked) - before:
                del self.partial.asked[name]
            return  # the server judges and filters alone
        whole = isinstance(open_tree, Given) and attribute not in TRUTHS
        for name in set(self.partial.asked) - before:
            self.rows[name] = (place.repeat, not whole, attribute == "default")
        self.found.asts[f"{place.path}#{attribute}"] = to_json(open_tree)
        self._note_lists(place, attribute, open_tree)
        for path in paths_read(open_tree):
            yield path
            yield from self.places[path].chain

    def _said(self, path: str) -> Iterator[str]:
        """What the labels of a node read; the page fills them in itself."""
        start = f"{path}#"
        for where, ast in self.compiled["asts"].items():
            if where.startswith(start) and "." in where[len(start) :]:
                yield from paths_read(from_json(ast))

    def _note_lists(self, place: Place, attribute: str, tree: Expr) -> None:
        lists, own = self.found.lists, str(place.node.get("list", ""))
        if attribute == "choice_filter":
            lists[own].add("label")
        for node, _depth in walk(tree):
            match node:
                case Attribute(name) if attribute == "choice_filter":
                    lists[own].add(name)
                case Items(Text(code), predicates, name):
                    lists[code].add(name)
                    inner = (part for tree in predicates for part, _ in walk(tree))
                    lists[code].update(p.name for p in inner if isinstance(p, Attribute))
                case Call("pulldata", (Text(code), Text(wanted), Text(key), _)):
                    lists[code].update((wanted, key))
                case Call("jr:choice-name", (_, Text(code))):
                    lists[code].add("label")
                case Call("working-days", _):
                    self.found.counts_days = True

    def _is_secret(self, node: Expr) -> bool:
        """Whether a node of a tree is for the server alone."""
        match node:
            case Items(Text(code), _, _):
                return not self._is_sent(code)
            case Items():
                return True
            case Call("pulldata", (Text(code), Text(), Text(), _)):
                return not self._is_sent(code)
            case Call("pulldata", _):
                return True
            case Call("jr:choice-name", (_, Text(code))):
                return not self._is_sent(code)
            case Call("jr:choice-name", _):
                return True
        return any(path in self.withheld for path in own_paths(node))

    def _is_sent(self, code: str) -> bool:
        """Whether a list goes to the browser: it is one, and of no great length."""
        own = self.own_lists.get(code)
        length = self.length(code) if own is None else len(own)
        return 0 < length <= LONGEST_LIST


def lists_used(spec: Spec, compiled: Json, length: Length) -> dict[str, set[str]]:
    """The lists that a page with the whole form works with, and their used attributes."""
    found: dict[str, set[str]] = defaultdict(set)
    for section in spec.get("children", ()):
        extractor = _Extractor(spec, compiled, section["name"], frozenset(), length)
        for code, used in extractor.extract().lists.items():
            found[code] |= used
    return found


_kept: OrderedDict[tuple[str, str, Withheld], Extract] = OrderedDict()
_KEPT = 300


def extract_of(
    spec: Spec, compiled: Json, step: str, withheld: Withheld, length: Length
) -> Extract:
    """The extract for one section, from this process's memory when made before."""
    place = (compiled["digest"], step, withheld)
    known = _kept.get(place)
    if known is None:
        known = _kept[place] = _Extractor(spec, compiled, step, withheld, length).extract()
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return known
