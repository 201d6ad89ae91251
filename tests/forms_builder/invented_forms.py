"""Whole forms invented by a seeded generator, with what people may type into them."""

import random
from typing import Any

from forms_builder.expressions import to_source
from forms_builder.expressions.nodes import Call, Path, walk
from tests.forms_builder import generated

Json = dict[str, Any]
KINDS = (
    "text", "integer", "decimal", "date", "time", "dateTime", "select_one", "select_multiple",
    "calculate", "calculate", "hidden", "note", "acknowledge", "range", "geopoint", "rank",
)  # fmt: skip
LISTS = {
    "l": [
        {"name": "a", "labels": {"az": "A"}, "k": "1"},
        {"name": "b", "labels": {"az": "B"}, "k": "2"},
        {"name": "c", "labels": {}, "k": "x"},
        {"name": "other", "labels": {"az": "O"}, "retired": True},
    ]
}
TYPED: dict[str, tuple[Any, ...]] = {
    "integer": (0, 3, "12", " 7 ", "-0", "+4", "1e3", "3.5", 10**15, "x", 2.0),
    "decimal": (0.5, "1,5", ",5", "-0.0", "1e2", 7, "2.", "."),
    "range": (1, 4, 11, "5", 2.5, -1),
    "date": ("2026-11-22", "1.2.2024", "31.02.2024", "0000-01-01", "2024-02-29", "x"),
    "time": ("09:30", "9:5", "9:05", "24:00", "23:59:59", "7"),
    "dateTime": ("2026-11-22T09:30", "2026-11-22 09:30:15.25Z", "2026-11-22"),
    "select_one": ("a", "b", "z", " c ", "other", "a b"),
    "select_multiple": (["a", "b"], "a c", ["a b", "a"], [], ["z"], "\x1ca"),
    "rank": (["b", "a"], "c b a", []),
    "acknowledge": ("OK", "yes", True, False, "maybe"),
    "geopoint": ("40.4 49.8", {"lat": 1.5, "lon": 2.0}, ""),
}  # fmt: skip


class Inventor:
    """Invents one form; every expression reads what stands before it."""

    def __init__(self, seed: int) -> None:
        self.source = random.Random(seed)
        self.count = 0

    def form(self) -> Json:
        """A form of some sections."""
        names: list[str] = []
        sections = [
            {"kind": "section", "name": f"s{n}", "children": self.children(names, 0, 5)}
            for n in range(2)
        ]
        return {"schema": 1, "code": "f", "lists": LISTS, "children": sections}

    def children(self, names: list[str], depth: int, most: int) -> list[Json]:
        return [self.node(names, depth) for _ in range(self.source.randint(2, most))]

    def node(self, names: list[str], depth: int) -> Json:
        kind = self.source.random()
        if depth < 3 and kind < 0.15:
            return self.group(names, depth)
        if depth < 3 and kind < 0.35:
            return self.repeat(names, depth)
        return self.question(names)

    def fresh(self, start: str) -> str:
        self.count += 1
        return f"{start}{self.count}"

    def group(self, names: list[str], depth: int) -> Json:
        node = {"kind": "group", "name": self.fresh("g"), **self.relevance(names, 0.6)}
        return {**node, "children": self.children(names, depth + 1, 3)}

    def repeat(self, names: list[str], depth: int) -> Json:
        node = {"kind": "repeat", "name": self.fresh("r"), **self.relevance(names, 0.4)}
        if names and self.source.random() < 0.4:
            node["repeat_count"] = self.source.choice([f"${{{self.name(names)}}}", "2"])
        return {**node, "children": self.children(names, depth + 1, 4)}

    def relevance(self, names: list[str], share: float) -> Json:
        is_asked = names and self.source.random() < share
        return {"relevant": self.expression(names)} if is_asked else {}

    def question(self, names: list[str]) -> Json:
        source, kind = self.source, self.source.choice(KINDS)
        node: Json = {"kind": "question", "name": self.fresh("q"), "type": kind}
        node |= self.relevance(names, 0.35)
        if kind in ("select_one", "select_multiple", "rank"):
            node["list"] = "l"
            if source.random() < 0.3:
                node["choice_filter"] = f"k != {self.expression(names)}"
        if kind == "range":
            node["parameters"] = {"start": "1", "end": "10", "step": "1"}
        if kind == "calculate" or (
            kind in ("text", "integer", "date", "acknowledge", "select_multiple")
            and source.random() < 0.15
        ):
            node["calculation"] = self.expression(names)
        elif names and source.random() < 0.15:
            node["read_only"] = f"({self.expression(names)}) = 1"  # no plain true()
        if source.random() < 0.3:
            wanted = source.choice(["a", "3", "2026-01-01"])
            node["default"] = source.choice([wanted, f"concat('', {self.expression(names)})"])
        if source.random() < 0.3:
            node["required"] = source.choice([True, self.expression(names)])
        if source.random() < 0.3:
            node["constraint"] = f". != {self.expression(names)}"
        names.append(node["name"])
        return node

    def name(self, names: list[str]) -> str:
        return self.source.choice(names[-8:])

    def expression(self, names: list[str]) -> str:
        """An invented expression over `names`."""
        if not names:
            return "1"
        while True:
            tree = generated.expression(self.source, 2)
            calls = {node.name for node, _depth in walk(tree) if isinstance(node, Call)}
            paths = any(isinstance(node, Path) for node, _depth in walk(tree))
            if not paths and not calls & {"indexed-repeat", "jr:choice-name", "pulldata"}:
                break
        text = to_source(tree)
        for old in (*generated.NAMES, "deep", "rows"):
            text = text.replace(f"${{{old}}}", f"${{{self.name(names)}}}")
        return text

    def answers(self, nodes: list[Json]) -> Json:
        """What somebody may send for `nodes`."""
        found: Json = {}
        for node in nodes:
            if node["kind"] in ("section", "group"):
                found |= self.answers(node["children"])
            elif node["kind"] == "repeat":
                count = self.source.randint(0, 3)
                found[node["name"]] = [self.answers(node["children"]) for _ in range(count)]
            elif node["type"] in ("calculate", "hidden") or "calculation" in node:
                continue  # nobody types them, and the server listens to nobody
            elif self.source.random() < 0.7:
                values = TYPED.get(node["type"], (*generated.TEXTS, 5, 0.25))
                found[node["name"]] = self.source.choice(values)
        return found
