"""Where a list, a form or a question is used: asked before removing anything."""

from collections.abc import Callable, Iterable

from config.shared.definitions import Usage

# Plug-ins: (kind, code) -> usages. Kinds: "list" (code), "form" (code),
# "field" ("form_code.question_name"). Higher apps append theirs.
UsageFinder = Callable[[str, str], Iterable[Usage]]
USAGE_FINDERS: list[UsageFinder] = []


def usages(kind: str, code: str) -> list[Usage]:
    """Every known use of the list, form or field."""
    return [usage for find in USAGE_FINDERS for usage in find(kind, code)]


__all__ = ["USAGE_FINDERS", "Usage", "UsageFinder", "usages"]
