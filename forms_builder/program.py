"""A compiled form as Python closures, kept in memory by the digest of its spec."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from forms_builder.choices import Choice, choice_from_row
from forms_builder.coercion import Coerce, coercer
from forms_builder.compile import SCHEMA, compile_spec
from forms_builder.expressions import Closure, compile_tree, from_json
from forms_builder.expressions.nodes import Call, Text, reads_any
from forms_builder.layout import Layout
from forms_builder.schema import SELECT_MANY, SELECTS, Place, Spec, is_yes

FILLED_BY_US = frozenset({"start", "end", "today"})
MASK = "•••"  # stands for an answer that the filler may not see
_KEPT = 256  # programs in memory; a large form takes some megabytes


@dataclass(slots=True, eq=False)
class Entry:
    """One question, group, section or repeat, ready to be worked out."""

    place: Place
    path: str
    key: str
    kind: str
    type: str
    coerce: Coerce
    is_computed: bool
    is_select: bool
    is_many: bool
    list: str
    always_required: bool
    required: Closure | None
    relevant: Closure | None
    constraint: Closure | None
    calculation: Closure | None
    count: Closure | None
    choice_filter: Closure | None
    locked: Closure | None  # whether the answer may only be read
    default: Closure | None
    # What disappears from the same scope together with this node.
    below: tuple[str, ...] = ()
    repeats_below: tuple[str, ...] = ()

    @property
    def is_asked(self) -> bool:
        """Whether a person sees a control, so that required and constraint are tested."""
        return self.kind == "question" and self.type not in ("calculate", "hidden", "note")


@dataclass(slots=True, eq=False)
class Plan:
    """One scope: the form outside repeats (`repeat` is "") or the rows of one repeat."""

    repeat: str
    key: str
    entries: list[Entry] = field(default_factory=list)
    questions: list[Entry] = field(default_factory=list)
    asked: list[Entry] = field(default_factory=list)  # a person sees a control
    prepared: list[Entry] = field(default_factory=list)  # may start with a value of ours
    retired: list[Entry] = field(default_factory=list)
    locked: list[Entry] = field(default_factory=list)  # read-only under a condition
    wanted: list[Entry] = field(default_factory=list)  # "soft required"
    by_key: dict[str, Entry] = field(default_factory=dict)
    repeats: "list[Plan]" = field(default_factory=list)


class Program:
    """Everything `forms_builder.evaluation` needs of one form, made once."""

    def __init__(self, spec: Spec, compiled: Mapping[str, Any]) -> None:
        self.layout = Layout(spec)
        self._asts: Mapping[str, Any] = compiled["asts"]
        self._lists: Mapping[str, list[Mapping[str, Any]]] = spec.get("lists", {})
        self._choices: dict[str, tuple[Choice, ...]] = {}
        self.entries = {place.path: self._entry(place) for place in self.layout.places}
        for entry in self.entries.values():
            self._note_below(entry)
        self.plans: dict[str, Plan] = {"": Plan("", "")}
        for entry in self.entries.values():
            self._plan(entry)
        order = [self.entries[path] for path in compiled["order"]]
        self.order = [(entry, entry.place.chain) for entry in order]

    def closure(self, path: str, attribute: str) -> Closure | None:
        """The function for `path#attribute`, None when it has no expression."""
        ast = self._asts.get(f"{path}#{attribute}")
        return None if ast is None else compile_tree(from_json(ast))

    def own_choices(self, code: str) -> tuple[Choice, ...] | None:
        """The choices of one of the form's own lists, read once; None for other lists."""
        if code not in self._lists:
            return None
        if code not in self._choices:
            self._choices[code] = tuple(map(choice_from_row, self._lists[code]))
        return self._choices[code]

    def template(
        self, path: str, attribute: str, language: str, withheld: Collection[str] = ()
    ) -> Closure | None:
        """The function for a label with ${field} in it, `withheld` fields masked."""
        ast = self._asts.get(f"{path}#{attribute}.{language}")
        if ast is None or not withheld:
            return None if ast is None else compile_tree(from_json(ast))
        tree = from_json(ast)
        assert isinstance(tree, Call)  # a template is a concat() of texts and fields
        parts = (Text(MASK) if reads_any(part, withheld) else part for part in tree.arguments)
        return compile_tree(Call(tree.name, tuple(parts)))

    def _entry(self, place: Place) -> Entry:
        node = place.node
        return Entry(
            place=place,
            path=place.path,
            key=place.key,
            kind=place.kind,
            type=place.type,
            coerce=coercer(place.type, node.get("parameters"), node.get("appearance", "")),
            is_computed=place.is_computed,
            is_select=place.type in SELECTS and not node.get("list", "").startswith("${"),
            is_many=place.type in SELECT_MANY,
            list=node.get("list", ""),
            always_required=is_yes(node.get("required")),
            required=self.closure(place.path, "required"),
            relevant=self.closure(place.path, "relevant"),
            constraint=self.closure(place.path, "constraint"),
            calculation=self.closure(place.path, "calculation"),
            count=self.closure(place.path, "repeat_count"),
            choice_filter=self.closure(place.path, "choice_filter"),
            locked=self.closure(place.path, "read_only"),
            default=self.closure(place.path, "default"),
        )

    def _note_below(self, entry: Entry) -> None:
        if entry.kind == "question":
            return
        start = f"{entry.path}/"
        chain = entry.place.chain
        inside = (
            [other for path, other in self.entries.items() if path.startswith(start)]
            if entry.kind != "repeat"
            else []
        )
        same = [other for other in inside if other.place.chain == chain]
        entry.below = tuple(other.path for other in same)
        repeats = [other.path for other in same if other.kind == "repeat"]
        entry.repeats_below = (
            (*repeats, entry.path) if entry.kind == "repeat" else tuple(repeats)
        )

    def _plan(self, entry: Entry) -> None:
        plan = self.plans[entry.place.repeat]
        plan.entries.append(entry)
        if entry.place.is_retired:
            plan.retired.append(entry)
        if entry.locked is not None:
            plan.locked.append(entry)
        if entry.kind == "question":
            plan.questions.append(entry)
            if entry.is_asked:
                plan.asked.append(entry)
                if is_yes(entry.place.node.get("soft_required")) and not entry.is_computed:
                    plan.wanted.append(entry)
            if entry.is_computed or entry.type in FILLED_BY_US:
                plan.prepared.append(entry)
            plan.by_key[entry.key] = entry
        elif entry.kind == "repeat":
            inner = Plan(entry.path, entry.key)
            self.plans[entry.path] = inner
            plan.repeats.append(inner)
            plan.by_key[entry.key] = entry


_programs: "OrderedDict[str, Program]" = OrderedDict()
_lock = Lock()


def program_of(spec: Spec, compiled: Mapping[str, Any] | None = None) -> Program:
    """The program of a form, from memory when it was made before.

    Raises ProblemsFound when `compiled` is missing (or of an older kind) and `spec` does
    not compile.
    """
    if compiled is None:
        compiled = compile_spec(spec)
    digest = compiled["digest"]
    with _lock:
        known = _programs.get(digest)
        if known is not None:
            _programs.move_to_end(digest)
            return known
    if compiled.get("schema") != SCHEMA:
        compiled = compile_spec(spec)
    made = Program(spec, compiled)
    with _lock:
        _programs[digest] = made
        while len(_programs) > _KEPT:
            _programs.popitem(last=False)
    return made
