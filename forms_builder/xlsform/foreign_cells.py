"""Single cells of an export as other tools take them; "" where they must not see one."""

import re
from collections.abc import Callable, Collection, Mapping

from forms_builder.xlsform.columns import MEDIA, keyword, parse_heading

Cells = dict[str, str]
EXPRESSIONS = {
    "relevant", "constraint", "calculation", "choice_filter", "repeat_count", "required",
    "read_only", "default",
}  # fmt: skip
# The headings of expressions that an export writes.
_WRITTEN_AS = (EXPRESSIONS - {"read_only"}) | {"readonly"}
# Headings that pyxform takes for parts of its own.
_RESERVED = {
    "_itemset_has_ref", "actions", "bind", "body", "control", "flat", "instance",
    "instance::tag", "media",
}  # fmt: skip
# Prefixes of names in XML that every converted form declares.
_DECLARED = {"h", "jr", "odk", "orx", "xsd", "ev"}
_XML_TYPES = {
    "string", "int", "integer", "boolean", "decimal", "date", "time", "datetime", "geopoint",
    "geotrace", "geoshape", "binary", "barcode", "intent", "select1", "select",
}  # fmt: skip
_PLACED = re.compile(
    r"(bind|body|control|instance)::([A-Za-z_][\w.-]*)(?::([A-Za-z_][\w.-]*))?"
)
_CANDIDATE = re.compile(r"\$\{([^}]*)\}?")
_REFERENCE = re.compile(r"(?:last-saved#)?([^\W\d][\w.-]*)")
_SPACED = re.compile(r"\$\{\s*([^{}\s]+)\s*\}")
_TRIGGER = re.compile(r"\$\{[^{}]+\}(\s*,\s*\$\{[^{}]+\})*")


def cell_for_others(
    heading: str, text: str, names: Collection[str], spaces: Collection[str]
) -> str:
    """A cell that other tools take; "" when they must not see it at all.

    `names` are those that one row alone has, `spaces` the prefixes that the form declares.
    """
    field = parse_heading(heading, "survey").field
    if heading.startswith("dayaq_") or field in ("type", "name"):
        return text
    if field in EXPRESSIONS:  # another spelling is only kept here, and read by others
        return _SPACED.sub(r"${\1}", text) if heading in _WRITTEN_AS else ""
    if field:
        text = _SPACED.sub(r"${\1}", text)
        return text if refers_well(text, names) else text.replace("${", "$ {")
    if keyword(heading) == "trigger" and not _TRIGGER.fullmatch(text):
        return ""
    if not is_safe(heading, text, spaces) or not refers_well(text, names):
        return ""
    return text


def is_safe(heading: str, text: str, spaces: Collection[str]) -> bool:
    """Whether other tools pass over a column that XLSForm does not know, or place it well."""
    word = keyword(heading)
    if word in _RESERVED or heading.endswith("(as written)"):
        return False
    if word == "bind::type":
        return text.casefold() in _XML_TYPES
    if ":" not in heading:
        return True
    placed = _PLACED.fullmatch(heading)
    return placed is not None and (not placed[3] or placed[2] in {*_DECLARED, *spaces})


def refers_well(text: str, names: Collection[str]) -> bool:
    """Whether every `${...}` of a text names a field as other tools read it."""
    found = (_REFERENCE.fullmatch(m[1]) for m in _CANDIDATE.finditer(text))
    return all(match is not None and match[1] in names for match in found)


def without_lonely_big_images(row: Cells) -> Cells:
    """A big image is shown only where there is an image."""
    fields = {heading: parse_heading(heading, "survey").field for heading in row}
    if "image" in fields.values():
        return row
    return {h: "" if fields[h] == MEDIA[-1] else text for h, text in row.items()}


# --- parameters ------------------------------------------------------------------------------


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[-+]?(\d+(\.\d*)?|\.\d+)", text, re.ASCII))


def _is_whole(text: str) -> bool:
    return bool(re.fullmatch(r"\d+", text, re.ASCII))


def _is_truth(text: str) -> bool:
    return text in ("true", "false")


def _one_of(*words: str) -> Callable[[str], bool]:
    return lambda text: text in words


def _is_any(_text: str) -> bool:
    return True


def _is_seed(text: str) -> bool:
    return _is_number(text) or bool(_SPACED.fullmatch(text))


def _is_column(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z_][\w.-]*", text))


_Rules = Mapping[str, Callable[[str], bool]]
_SELECT: _Rules = {"randomize": _is_truth, "seed": _is_seed}
_FROM_FILE: _Rules = {**_SELECT, "value": _is_column, "label": _is_column}
_LINE: _Rules = {"allow-mock-accuracy": _is_truth, "incremental": _one_of("true")}
_QUALITY = ("voice-only", "low", "normal")
# The parameters of each type that other tools refuse when they are not like this.
_PARAMETERS: Mapping[str, _Rules] = {
    "text": {"rows": _is_whole},
    "image": {"max-pixels": _is_whole, "app": lambda text: text.count(".") > 0},
    "audio": {"quality": _one_of(*_QUALITY, "external")},
    "background-audio": {"quality": _one_of(*_QUALITY)},
    "geopoint": {
        "allow-mock-accuracy": _is_truth, "capture-accuracy": _is_number,
        "warning-accuracy": _is_number,
    },
    "geotrace": _LINE,
    "geoshape": _LINE,
    "range": dict.fromkeys(
        ("start", "end", "step", "tick_interval", "placeholder"), _is_number
    ) | {"tick_labelset": _is_any},
    "audit": {
        "location-priority": _one_of("no-power", "low-power", "balanced", "high-accuracy"),
        "location-min-interval": _is_whole, "location-max-age": _is_whole,
        "track-changes": _is_truth, "identify-user": _is_truth,
        "track-changes-reasons": _one_of("on-form-edit"),
    },
    "select_one": _SELECT, "select_multiple": _SELECT, "rank": _SELECT,
    "select_one_external": _SELECT,
    "select_one_from_file": _FROM_FILE, "select_multiple_from_file": _FROM_FILE,
}  # fmt: skip
# What means something only together.
_LOCATION = ("location-priority", "location-min-interval", "location-max-age")
_TICKS = ("tick_interval", "placeholder", "tick_labelset")


def parameters_for_others(row: Mapping[str, str]) -> str:
    """The parameters of a row without those that other tools refuse."""
    rules = _PARAMETERS.get(row["type"].split(" ")[0])
    text = row.get("parameters", "")
    if rules is None or not text:
        return text
    parts = (pair.partition("=") for pair in text.split(" "))
    pairs = {key.casefold(): value for key, _equals, value in parts}
    kept = {key: value for key, value in pairs.items() if key in rules and rules[key](value)}
    if "seed" in kept and "randomize" not in kept:
        del kept["seed"]
    if row["type"] == "range":
        kept = range_for_others(kept, row.get("appearance", ""))
    if not set(_LOCATION) <= set(kept) or int(kept[_LOCATION[2]]) < int(kept[_LOCATION[1]]):
        kept = {key: value for key, value in kept.items() if key not in _LOCATION}
    return " ".join(f"{key}={value}" for key, value in kept.items())


def range_for_others(pairs: Mapping[str, str], appearance: str) -> dict[str, str]:
    """Start, end and step that fit together, and marks only where they may stand."""
    kept = dict(pairs)
    start, end = float(kept.get("start", "1")), float(kept.get("end", "10"))
    step = float(kept.get("step", "1"))
    if step == 0 or step > abs(end - start):
        kept.pop("step", None)
        step = 1.0
    if step > abs(end - start):
        return {}
    may_be_marked = not appearance or "vertical" in appearance or "no-ticks" in appearance
    interval, mark = float(kept.get("tick_interval", step)), float(kept.get("placeholder", end))
    is_even = interval != 0 and interval % step == 0 and interval <= abs(end - start)
    is_inside = min(start, end) <= mark <= max(start, end)
    if may_be_marked and is_even and (is_inside or "placeholder" not in kept):
        return kept
    return {key: value for key, value in kept.items() if key not in _TICKS}
