"""Values of choice lists as content needs them: code to labels."""

from forms_builder.selectors import choices

# Field of a service -> the list its codes come from.
CODE_LISTS = {
    "form": "service_form",
    "types": "service_type",
    "payment": "payment",
    "channels": "channel",
}


def list_values(list_code: str) -> dict[str, dict[str, str]]:
    """`{code: {"az": ..., "en": ...}}`; empty while nobody has published the list."""
    return {choice.name: dict(choice.labels) for choice in choices(list_code)}


def labelled(list_code: str, codes: list[str]) -> list[dict[str, str]]:
    """Each code with its labels of now: `{"code", "az", "en"?}`."""
    values = list_values(list_code) if codes else {}
    return [{"code": code, **values.get(code, {"az": code})} for code in codes]
