"""What the engine in the browser must know that it cannot see in the page."""

from collections.abc import Mapping
from typing import Any

from forms_builder.evaluation import Outcome
from forms_builder.lookups import DatabaseLookups


def engine_data(
    outcome: Outcome, compiled: Mapping[str, Any], lookups: DatabaseLookups
) -> dict[str, Any]:
    """Retired questions that stay, values of locked ones, and days off where they count."""
    found: dict[str, Any] = {"kept": sorted(outcome.kept), "held": outcome.held}
    if compiled.get("counts_days"):
        found["holidays"] = sorted(lookups.holidays())
    return {key: value for key, value in found.items() if value}
