"""Valid answers for any form: propose, let the evaluator judge, propose again.

Nothing here knows a form: types, lists and rules come from its spec, and every rule that is
too clever to be read from the text is met by trying.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from django.utils import timezone

from config.demo.families.values import Values
from forms_builder.evaluation import Outcome, evaluate
from forms_builder.expressions import Lookups
from forms_builder.models import FormVersion
from forms_builder.schema import Place, places

Json = dict[str, Any]
ROUNDS = 80
NEVER_ASKED = {"note", "calculate", "hidden"}


class CannotFill(Exception):
    """No valid answers were found; the text names the problems that stayed."""


@dataclass
class Filler:
    """Fills `version` as somebody at `now` would.

    `known` are answers by question name, met before anything is invented (a list of
    candidates is tried in order); `records` are numbers by register for look-ups.
    `thorough` is how often a question that may stay empty is answered.
    """

    version: FormVersion
    values: Values
    lookups: Lookups
    now: datetime
    rng: Random
    known: Mapping[str, Any] = field(default_factory=dict)
    records: Mapping[str, str] = field(default_factory=dict)
    thorough: float = 0.5

    def __post_init__(self) -> None:
        self.places = {place.path: place for place in places(self.version.spec)}
        self.tries: dict[str, int] = {}
        self.skipped: set[str] = set()
        self.needed: set[str] = set()

    def fill(self) -> Json:
        """Answers that the form accepts. Raises CannotFill."""
        answers = self.with_rows()
        outcome = self.judge(answers)
        for _round in range(ROUNDS):
            wrong = self.wrong_paths(outcome, answers)
            missing = self.missing_paths(outcome, answers)
            if not wrong and not missing:
                return outcome.answers
            for path in [*missing, *wrong]:
                self.propose(answers, path, outcome)
            outcome = self.judge(answers)
        rest = "; ".join(f"{p.path}: {p.message}" for p in outcome.problems[:5])
        raise CannotFill(f"{self.version.code}: {rest}")

    def judge(self, answers: Json) -> Outcome:
        """What the one interpreter says."""
        local = timezone.localtime(self.now)
        return evaluate(
            self.version.spec,
            answers,
            today=local.date(),
            now=local,
            lookups=self.lookups,
            compiled=self.version.compiled,
        )

    def with_rows(self) -> Json:
        """Empty rows for every repeat of the outermost scope, one to three."""
        repeats = [p for p in self.places.values() if p.kind == "repeat" and not p.chain]
        return {place.key: [{} for _ in range(self.row_count(place))] for place in repeats}

    def row_count(self, place: Place) -> int:
        """How many rows: as many as are known, else a few."""
        rows = self.known.get(place.name)
        return len(rows) if isinstance(rows, list) else self.rng.randint(1, 3)

    # --- which questions -----------------------------------------------------------------

    def wrong_paths(self, outcome: Outcome, answers: Json) -> list[str]:
        """Questions whose answer breaks a rule, and those that it depends on after a while."""
        return [p.path for p in outcome.problems if p.code != "required"]

    def missing_paths(self, outcome: Outcome, answers: Json) -> list[str]:
        """Questions that apply, are asked and have no answer yet."""
        found = []
        for path, is_required in outcome.required.items():
            if path in self.skipped or get(answers, path) is not None:
                continue
            if self.question(path).type in NEVER_ASKED:
                continue
            if is_required or path in self.needed or self.wants(path):
                found.append(path)
            else:
                self.skipped.add(path)
        return found

    def wants(self, path: str) -> bool:
        """Whether a question that may stay empty is answered."""
        place = self.question(path)
        if place.name in self.known:
            return True
        if place.type in ("image", "file", "geopoint") or place.node.get("lookup"):
            return self.register_of(place) in self.records
        return self.rng.random() < self.thorough

    def register_of(self, place: Place) -> str:
        """The register that a look-up names; "" for any other question."""
        return str((place.node.get("lookup") or {}).get("register", ""))

    def question(self, path: str) -> Place:
        """The place in the form of an answer path such as "members[0]/fin"."""
        wanted = [part.partition("[")[0] for part in path.split("]/")]
        candidates = [
            place
            for place in self.places.values()
            if place.key == wanted[-1] and len(place.chain) == len(wanted) - 1
        ]
        for place in candidates:
            chain = [self.places[repeat].key for repeat in place.chain]
            if chain == wanted[:-1]:
                return place
        raise KeyError(path)

    # --- proposing -----------------------------------------------------------------------

    def propose(self, answers: Json, path: str, outcome: Outcome) -> None:
        """Put the next candidate at `path`."""
        place = self.question(path)
        if place.kind != "question":
            return
        attempt = self.tries[path] = self.tries.get(path, -1) + 1
        value = self.candidate(place, path, attempt, outcome)
        if value is None and not outcome.required.get(path):
            self.skipped.add(path)
        put(answers, path, value)
        if value is None or (attempt and attempt % 8 == 0):
            self.loosen(answers, place)

    def candidate(self, place: Place, path: str, attempt: int, outcome: Outcome) -> Any:
        """Known answers first, then invented ones."""
        known = self.known_answers(place, path)
        if attempt < len(known):
            return known[attempt]
        if register := self.register_of(place):
            return self.records.get(register)
        if "list" in place.node:
            return self.values.choice(place.node, outcome.choices_for(path))
        scope = outcome.answers if not place.chain else get(outcome.answers, row_of(path)) or {}
        return self.values.invent(place.node, {**outcome.answers, **scope})

    def known_answers(self, place: Place, path: str) -> list[Any]:
        """Candidates that the caller gave for this question or row."""
        source: Any = self.known
        for part in path.split("]/")[:-1]:
            name, _bracket, index = part.partition("[")
            rows = source.get(name) if isinstance(source, Mapping) else None
            source = rows[int(index)] if isinstance(rows, list) and rows else {}
        value = source.get(place.name) if isinstance(source, Mapping) else None
        if value is None:
            return []
        several = place.type in ("select_multiple", "rank")
        if isinstance(value, tuple):
            return list(value)
        return [value] if several or not isinstance(value, list) else list(value)

    def loosen(self, answers: Json, place: Place) -> None:
        """Where no answer fits, let the questions that the rule names be answered anew."""
        rule = f"{place.node.get('constraint', '')} {place.node.get('relevant', '')}"
        for other in self.places.values():
            if f"${{{other.name}}}" in rule and other.kind == "question" and not other.chain:
                put(answers, other.key, None)
                self.tries.setdefault(other.key, 0)
                self.skipped.discard(other.key)
                self.needed.add(other.key)


# --- answers by path ---------------------------------------------------------------------


def row_of(path: str) -> str:
    """The path of the row that holds an answer: "members[0]" of "members[0]/fin"."""
    return path.rpartition("/")[0]


def get(answers: Any, path: str) -> Any:
    """The answer at `path`, or None."""
    for part in steps(path):
        try:
            answers = answers[part]
        except (KeyError, IndexError, TypeError):
            return None
    return answers


def put(answers: Any, path: str, value: Any) -> None:
    """Set or, for None, drop the answer at `path`."""
    *way, last = steps(path)
    for part in way:
        answers = answers[part]
    if value is None:
        answers.pop(last, None)
    else:
        answers[last] = value


def steps(path: str) -> list[str | int]:
    """Keys and row numbers of a path; a key may hold a slash, a row never does."""
    found: list[str | int] = []
    parts = path.split("]/")
    for part in parts[:-1]:
        name, _bracket, index = part.partition("[")
        found += [name, int(index)]
    last, bracket, index = parts[-1].partition("[")
    return [*found, last, int(index.rstrip("]"))] if bracket else [*found, last]
