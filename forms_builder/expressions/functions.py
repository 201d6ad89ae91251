"""The functions of the language: one entry each, tried by tests/forms_builder/cases.

The ODK XForms specification's functions, XPath 1.0's floor, ceiling and last, and ours:
difference-in-months, age-in-years, working-days.
"""

from . import functions_date, functions_geo, functions_number, functions_set, functions_text
from .table import ANY, Function

# Worked out by the compiler itself, because they do not evaluate every argument or because
# they look at where they stand. Their entries here are for the checks.
SPECIAL = [
    Function("if", 3, 3, "any"),
    Function("coalesce", 1, ANY, "any"),
    Function("once", 1, 1, "any"),
    Function("position", 0, 1, "number"),
    Function("last", 0, 0, "number"),
    Function("indexed-repeat", 3, 9, "any"),
    Function("instance", 1, 1, "nodes"),
    Function("current", 0, 0, "nodes"),
    Function("jr:choice-name", 2, 2, "text"),
]

FUNCTIONS: dict[str, Function] = {
    entry.name: entry
    for entry in (
        *SPECIAL,
        *functions_text.FUNCTIONS,
        *functions_number.FUNCTIONS,
        *functions_date.FUNCTIONS,
        *functions_set.FUNCTIONS,
        *functions_geo.FUNCTIONS,
    )
}
