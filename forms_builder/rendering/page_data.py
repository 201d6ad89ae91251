"""What the engine in the browser must know that it cannot see in the page."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from config.shared.labels import pick
from forms_builder.choices import Choice
from forms_builder.evaluation import Outcome
from forms_builder.expressions.functions_set import choice_attribute
from forms_builder.lookups import DatabaseLookups
from forms_builder.rendering.extract import Extract

ENGINE_LANGUAGE = "az"  # in which expressions read the labels of choices


def page_data(
    extract: Extract,
    outcome: Outcome,
    answers: Mapping[str, Any],
    choices: Callable[[str], Sequence[Choice]],
    lookups: DatabaseLookups,
    language: str,
) -> dict[str, Any]:
    """Answers, values and lists of one page, and no others."""
    found = engine_data(outcome, {"counts_days": extract.counts_days}, lookups)
    return {
        "answers": extract.answers(answers),
        "lists": {
            code: list_rows(choices(code), used, language)
            for code, used in extract.lists.items()
        },
        "language": language,
        **found,
        "kept": [path for path in found.get("kept", ()) if extract.has(path)],
        "held": extract.by_path(found.get("held", {})),
        "given": outcome.given(extract.asked),
    }


def list_rows(
    choices: Iterable[Choice], used: Iterable[str], language: str
) -> list[dict[str, Any]]:
    """The choices of a list with those of their attributes that are used."""
    attributes = sorted(set(used) - {"name", "label"})
    rows = []
    for choice in choices:
        row: dict[str, Any] = {
            name: choice.attributes[name] for name in attributes if name in choice.attributes
        }
        row["name"] = choice.name
        row["label"] = pick(choice.labels, language) or choice.name
        row["labels"] = {"az": choice_attribute(choice, "label", ENGINE_LANGUAGE)}
        if choice.retired:
            row["retired"] = True
        rows.append(row)
    return rows


def engine_data(
    outcome: Outcome, compiled: Mapping[str, Any], lookups: DatabaseLookups
) -> dict[str, Any]:
    """Retired questions that stay, values of locked ones, and days off where they count."""
    found: dict[str, Any] = {"kept": sorted(outcome.kept), "held": outcome.held}
    if compiled.get("counts_days"):
        found["holidays"] = sorted(lookups.holidays())
    return {key: value for key, value in found.items() if value}
