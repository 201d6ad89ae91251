"""What leaves the server of a form when some of it may not be seen."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms_builder.compile import compile_spec
from forms_builder.evaluation import evaluate
from forms_builder.expressions import parse, to_json, to_source
from forms_builder.expressions.nodes import Field, Given
from forms_builder.expressions.partial import Partial
from forms_builder.rendering.extract import extract_of
from forms_builder.rendering.page_data import page_data
from tests.forms_builder import generated
from tests.forms_builder.table import NOW, TODAY, moments
from tests.forms_builder.test_browser_engine import engine_page

__all__ = ["engine_page"]

Json = dict[str, Any]
SECRET = "gizli"  # in every word of a withheld question
FORMS = 400


def partial(source: str, *secret: str) -> tuple[Any, Partial]:
    """The open tree of an expression of which the questions `secret` are withheld."""
    spec = form([question(name) for name in ("a", "b", *secret)], relevant=source)
    tree = compile_spec(spec)["asts"]["one/last#relevant"]
    paths = {f"one/{name}" for name in secret}
    from forms_builder.expressions import from_json

    work = Partial(lambda node: isinstance(node, Field) and node.path in paths)
    return to_json(work.open(from_json(tree))), work


def question(name: str, kind: str = "text", **more: Any) -> Json:
    labels = {"az": f"Sual {name}", "en": f"Question {name}"}
    return {"kind": "question", "type": kind, "name": name, "labels": labels, **more}


def form(children: list[Json], **last: Any) -> Json:
    return {
        "schema": 1,
        "code": "f",
        "labels": {"az": "F"},
        "children": [
            {
                "kind": "section",
                "name": "one",
                "labels": {"az": "Bir"},
                "children": [*children, question("last", **last)],
            }
        ],
    }


class TestPartial:
    def test_leaves_an_open_expression_alone(self):
        tree, work = partial("${a} = 'x'", "gizli1")

        assert tree == ["=", ["field", "one/a", 0], "x"]
        assert work.asked == {}

    def test_gives_the_truth_of_a_secret_condition(self):
        tree, work = partial("${a} = 'x' and ${gizli1} = 'SIRR'", "gizli1")

        assert tree == ["and", ["given", "1"], ["=", ["field", "one/a", 0], "x"]]
        assert list(work.asked) == ["1"]

    def test_tells_several_secret_conditions_as_one(self):
        source = "${gizli1} = 'x' and ${a} = 1 and selected(${gizli2}, 'y')"
        tree, work = partial(source, "gizli1", "gizli2")

        assert tree[:2] == ["and", ["given", "1"]]
        assert len(work.asked) == 1

    def test_answers_the_whole_where_secret_and_open_answers_mix(self):
        tree, work = partial("${a} = ${gizli1}", "gizli1")

        assert tree == ["given", "1"]
        assert len(work.asked) == 1

    def test_never_gives_a_secret_number_or_text(self):
        assert partial("${a} + ${gizli1} > 3", "gizli1")[0] == ["given", "1"]
        assert partial("concat(${a}, ${gizli1}) = 'ab'", "gizli1")[0] == ["given", "1"]

    def test_goes_into_what_chooses_between_open_answers(self):
        tree, _work = partial("if(${gizli1} = 'x', ${a}, ${b}) = 'c'", "gizli1")

        assert tree[1][2] == ["given", "1"]

    def test_is_no_expression_that_a_person_may_read(self):
        with pytest.raises(TypeError):
            to_source(Given("1"))

    @given(seed=st.integers(0, 10**9))
    @settings(max_examples=300, deadline=None)
    def test_never_lets_a_secret_out(self, seed):
        source = random.Random(seed)
        tree = generated.expression(source)
        names = {name for name in generated.NAMES if source.random() < 0.5}
        work = Partial(lambda node: getattr(node, "name", None) in names)

        sent = json.dumps(to_json(work.open(tree)))

        assert not any(f'["$", "{name}"]' in sent for name in names)
        assert work.asked or not work.has_secret(tree)


# Whole forms


def invented(source: random.Random) -> tuple[Json, frozenset[str], Json]:
    """A form, the paths of it that are withheld, and answers to all of it."""
    names: list[str] = []
    children = [_invented(source, names) for _ in range(7)]
    inner = [_invented(source, names, kinds=("text", "text", "calculate")) for _ in range(3)]
    repeat = {"kind": "repeat", "name": "rows", "labels": {"az": "Sıra"}, "children": inner}
    other = [_invented(source, names) for _ in range(3)]
    spec = {
        "schema": 1,
        "code": "f",
        "labels": {"az": "F"},
        "lists": {
            "open": [{"name": "yes", "labels": {"az": "Hə"}}],
            "gizlilist": [{"name": "gizlisec", "labels": {"az": "gizli seçim"}}],
        },
        "children": [
            {"kind": "section", "name": "one", "labels": {"az": "1"}, "children": children},
            {"kind": "section", "name": "many", "labels": {"az": "2"}, "children": [repeat]},
            {"kind": "section", "name": "two", "labels": {"az": "3"}, "children": other},
        ],
    }
    paths = {
        *(f"one/{node['name']}" for node in children),
        *(f"many/rows/{node['name']}" for node in inner),
        *(f"two/{node['name']}" for node in other),
    }
    withheld = frozenset(path for path in paths if SECRET in path)
    rows = [_answers(source, inner) for _ in range(source.randint(0, 3))]
    answers = {**_answers(source, [*children, *other]), "rows": rows}
    return spec, withheld, answers


def _invented(
    source: random.Random,
    names: list[str],
    kinds: tuple[str, ...] = ("text", "integer", "select_one", "calculate"),
) -> Json:
    """A question that reads those before it."""
    is_secret = source.random() < 0.4
    name = f"{SECRET if is_secret else 'q'}{len(names)}"
    kind = source.choice(kinds)
    node = question(name, kind)
    if kind == "select_one":
        node["list"] = "gizlilist" if is_secret else "open"
    if is_secret:
        node["constraint"] = ". != 'gizlisirr'"
        node["constraint_message"] = {"az": "gizli mesaj"}
        node["hints"] = {"az": "gizli ipucu"}
    if names:
        if source.random() < 0.6:
            node["relevant"] = _condition(source, names)
        if kind == "calculate":
            node["calculation"] = _value(source, names)
        if not is_secret:
            node["labels"] = {"az": f"Sual ${{{source.choice(names)}}}"}
            if source.random() < 0.3:
                node["required"] = _condition(source, names)
    elif kind == "calculate":
        node["calculation"] = "1 + 1"
    names.append(name)
    return node


def _condition(source: random.Random, names: list[str]) -> str:
    parts = [_truth(source, names) for _ in range(source.randint(1, 3))]
    return source.choice([" and ", " or "]).join(parts)


def _truth(source: random.Random, names: list[str]) -> str:
    one, other = source.choice(names), source.choice(names)
    wanted = "gizlisirr" if SECRET in one else "open"
    return source.choice(
        [
            f"${{{one}}} = '{wanted}'",
            f"not(selected(${{{one}}}, '{wanted}'))",
            f"string-length(${{{one}}}) > {source.randint(0, 9)}",
            f"${{{one}}} = ${{{other}}}",
            f"if(${{{one}}} = '{wanted}', ${{{other}}}, 'x') != ''",
            f"count(${{{one}}}) > 0",
        ]
    )


def _value(source: random.Random, names: list[str]) -> str:
    name = source.choice(names)
    return source.choice(
        [f"concat('v', ${{{name}}})", f"if({_truth(source, names)}, 3, 4)", f"${{{name}}}"]
    )


def _answers(source: random.Random, nodes: list[Json]) -> Json:
    found: Json = {}
    for node in nodes:
        if node["type"] == "calculate" or source.random() < 0.2:
            continue
        word = "gizlisirr" if SECRET in node["name"] else "open"
        values = {"integer": source.randint(0, 9), "select_one": "yes", "text": word}
        if node["type"] == "select_one" and SECRET in node["name"]:
            values["select_one"] = "gizlisec"
        found[node["name"]] = values[node["type"]]
    return found


def declassified(spec: Json, withheld: frozenset[str]) -> frozenset[str]:
    """`withheld` and every open calculation that would tell it, as registry withholds them."""
    found = set(withheld)
    is_settled = False
    while not is_settled:
        secret = {path.rpartition("/")[2] for path in found}
        more = {
            path
            for path, source in _calculations(spec)
            if path not in found and any(f"${{{name}}}" in source for name in secret)
        }
        is_settled = not more
        found |= more
    return frozenset(found)


def _calculations(node: Json, path: str = "") -> list[tuple[str, str]]:
    found = []
    for child in node.get("children", ()):
        here = f"{path}/{child['name']}".lstrip("/")
        if "calculation" in child:
            found.append((here, child["calculation"]))
        found += _calculations(child, here)
    return found


def page_of(source: random.Random) -> tuple[Any, Any, Json, str]:
    """A page of an invented form: its extract, what the server finds, its data, its step."""
    spec, withheld, answers = invented(source)
    withheld = declassified(spec, withheld)
    compiled = compile_spec(spec)
    lookups = _Lookups()
    outcome = evaluate(
        spec, answers, **moments(), lookups=lookups, compiled=compiled, previous=answers,
        withheld=withheld,
    )  # fmt: skip
    step = source.choice(["one", "many", "two"])
    extract = extract_of(spec, compiled, step, withheld, lambda code: 0)
    lists = {code: tuple(_choices(rows)) for code, rows in spec["lists"].items()}
    data = page_data(extract, outcome, answers, lists.__getitem__, lookups, "az")
    return extract, outcome, data, step


def _choices(rows: list[Json]) -> list[Any]:
    from forms_builder.choices import choice_from_row

    return [choice_from_row(row) for row in rows]


class _Lookups:
    def choices(self, code: str) -> tuple[Any, ...]:
        return ()

    def record(self, register: str, key: str) -> None:
        return None

    def holidays(self) -> tuple[str, ...]:
        return ()


@pytest.mark.parametrize("seed", range(4))
def test_no_word_of_a_withheld_question_is_in_the_page(seed):
    source = random.Random(seed)
    for _ in range(FORMS // 4):
        extract, _outcome, data, _step = page_of(source)
        sent = extract.definition + json.dumps(data, ensure_ascii=False)
        assert SECRET not in sent, sent


OPEN_FORMS = """cases => cases.map(({definition, data, options}) => {
  const form = engine.createForm(definition.compiled, data.answers,
    {...options, choices: data.lists, given: data.given, kept: data.kept, held: data.held});
  const {relevant, required} = form.state;
  return {answers: form.answers(), relevant, required};
})"""


@pytest.mark.browser
def test_the_browser_finds_what_the_server_finds(engine_page):
    source = random.Random(20_261_122)
    pages = [page_of(source) for _ in range(FORMS)]
    sent = [
        {
            "definition": json.loads(extract.definition),
            "data": data,
            "options": {"today": TODAY, "now": NOW},
        }
        for extract, _outcome, data, _step in pages
    ]

    found = engine_page.evaluate(OPEN_FORMS, json.loads(json.dumps(sent)))

    for (extract, outcome, _data, step), seen in zip(pages, found, strict=True):
        assert seen["answers"] == extract.answers(outcome.answers)
        for path, shown in seen["relevant"].items():
            assert outcome.relevant[path] is shown, (path, extract.definition)
        here = {
            path: needed
            for path, needed in seen["required"].items()
            if path in outcome.required and _is_on(extract, step, path)
        }
        assert here == {path: outcome.required[path] for path in here}


def _is_on(extract: Any, step: str, path: str) -> bool:
    return any(
        place.startswith(f"{step}/") and place.rpartition("/")[2] == path.rpartition("/")[2]
        for place in extract.nodes
    )


def test_the_tree_of_the_page_is_read_by_the_evaluator_of_the_browser():
    tree = parse("${a} = 'x'")

    assert to_json(Partial(lambda node: False).open(tree)) == to_json(tree)
