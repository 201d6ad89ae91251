"""A form spec as a workbook that other ODK tools convert and that imports back the same."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet.worksheet import Worksheet

from forms_builder.schema import SELECTS, places
from forms_builder.xlsform.columns import MEDIA, language_title
from forms_builder.xlsform.elsewhere import for_elsewhere
from forms_builder.xlsform.foreign import Ways, as_json
from forms_builder.xlsform.foreign_rows import Survey, for_others
from forms_builder.xlsform.foreign_sheets import (
    choice_columns,
    declared_spaces,
    elsewhere,
    entities_for_others,
    entity_files,
    saves_well,
    settings_for_others,
)
from forms_builder.xlsform.lists import OTHER, OWN, Lists, is_missing_file
from forms_builder.xlsform.settings import OURS
from forms_builder.xlsform.survey import EXPRESSIONS, TEXTS

Json = Mapping[str, Any]
Cells = dict[str, str]
# Excel's limit for a cell; longer JSON goes on in the next row.
CELL_LETTERS = 32_000
PLAIN_KEYS = ("appearance", "default")
# Keys of a node that have a column of their own, or are made from the rows' order.
WRITTEN = {
    "kind", "name", "type", "list", "list_source", "or_other", "labels", "children", "loose",
    "required", "read_only", "parameters", "media", "other", "sensitivity", "searchable",
    "save_to", "lookup", "retired", *TEXTS.values(), *EXPRESSIONS, *PLAIN_KEYS,
}  # fmt: skip


def write_workbook(
    spec: Json, path: Path, *, version: str = "", shared: Mapping[str, Sequence[Json]]
) -> None:
    """Save `spec` as .xlsx at `path`.

    `shared` are the rows of the shared lists that the form uses: other tools want every list
    inside the workbook.
    """
    lists: Lists = {
        **{k: [dict(row) for row in v] for k, v in shared.items()},
        **spec.get("lists", {}),
    }
    external, names = external_lists(spec), list_names(spec, lists)
    listed = {code: rows for code, rows in lists.items() if not is_missing_file(rows)}
    columns = choice_columns(listed)
    survey = survey_of(spec, names, [code for code in listed if code not in external])
    rows = {
        code: [choice_row(names.get(code, code), row, columns) for row in values]
        for code, values in listed.items()
    }
    added = add_others(rows, names, survey.others, spec)
    sheets = {
        "survey": (survey.rows, survey_columns(spec)),
        "choices": (joined(rows, set(listed) - external), ["list_name", "name"]),
        "external_choices": (joined(rows, external), ["list_name", "name"]),
        "settings": ([settings_row(spec, version)], []),
        "entities": (entities_for_others(spec), []),
        "osm": (spec.get("workbook", {}).get("osm", []), []),
    }
    notes = {
        "shared_lists": sorted(shared),
        "list_names": {name: code for code, name in names.items()},
        "choice_columns": {shown: column for column, shown in columns.items()},
        "added_choices": added,
        "elsewhere": elsewhere(spec, lists),
    }
    save_sheets(path, {**sheets, "dayaq": (our_rows(spec, notes), ["key", "value"])})


def save_sheets(
    path: Path, sheets: Mapping[str, tuple[Sequence[Mapping[str, str]], Sequence[str]]]
) -> None:
    """Save {name: (rows, first headings)}, without rows only the sheets that all know."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, (rows, first) in sheets.items():
        if rows or name in ("survey", "choices", "dayaq"):
            fill(book.create_sheet(name), rows, first)
    book.save(path)


def fill(sheet: Worksheet, rows: Sequence[Mapping[str, str]], first: Sequence[str]) -> None:
    """Write headings (those of `first`, then as they come) and rows, all as text."""
    headings = list(dict.fromkeys([*first, *(key for row in rows for key in row)]))
    sheet.append(headings)
    for number, row in enumerate(rows, start=2):
        for place, heading in enumerate(headings, start=1):
            if value := row.get(heading, ""):
                cell = sheet.cell(number, place)
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
                cell.data_type = "s"  # text, even where it begins with "="


# --- survey --------------------------------------------------------------------------


def survey_columns(spec: Json) -> list[str]:
    """The usual columns first, so that a reader finds them."""
    languages = spec.get("languages") or ["az"]
    return ["type", "name", *(f"label::{language_title(language)}" for language in languages)]


def survey_of(spec: Json, names: Mapping[str, str], inside: Sequence[str]) -> Survey:
    """Rows of the survey sheet; `names` says how lists are called in the workbook, `inside`
    are the lists that stand in its choices."""
    called = {code: names.get(code, code) for code in inside}
    searched = {p.node.get("list") for p in places(spec) if "search(" in appearance_of(p.node)}
    read = {code: name for code, name in called.items() if code not in searched}
    said = for_elsewhere(spec, read, root_of(spec))
    label = f"label::{language_title(spec.get('default_language', 'az'))}"
    ways = Ways(
        label,
        names,
        declared_spaces(spec),
        saves_entities=saves_well(spec),
        files=entity_files(spec),
    )
    return for_others(rows_of(spec), rows_of(said), ways, list(called.values()))


def appearance_of(node: Json) -> str:
    """How a node looks; with search() others take its values from a file of any name."""
    return str(node.get("appearance", ""))


def rows_of(spec: Json) -> list[Cells]:
    """Rows of the survey sheet as they are."""
    files = spec.get("workbook", {}).get("files", [])
    rows = [dict(row) for row in files]
    for section in spec.get("children", []):
        if section.get("loose"):
            rows.extend(row for node in section.get("children", []) for row in node_rows(node))
        else:
            rows.extend(node_rows({**section, "kind": "group"}))
    return rows


def node_rows(node: Json) -> Iterator[Cells]:
    """A question's row; for a group or repeat its begin row, content and end row."""
    if node["kind"] == "question":
        yield {"type": type_cell(node), **cells(node)}
        return
    yield {"type": f"begin_{node['kind']}", **cells(node)}
    for child in node.get("children", []):
        yield from node_rows(child)
    yield {"type": f"end_{node['kind']}"}


def type_cell(node: Json) -> str:
    """The type column."""
    kind = node.get("type", "text")
    if "list" not in node or kind not in SELECTS:
        return str(kind)
    source = node.get("list_source", "")
    if source == "external":
        kind = f"{kind}_external"
    elif source:
        return f"{kind}_from_file {source}"
    return f"{kind} {node['list']}" + (" or_other" if node.get("or_other") else "")


def cells(node: Json) -> Cells:
    """Every other column of a node."""
    row: Cells = {"name": node["name"]}
    for column, key in TEXTS.items():
        row |= texts(column, node.get(key, {}))
    for name in MEDIA:
        row |= texts(f"media::{name}", node.get("media", {}).get(name, {}))
    row |= {key: str(node[key]) for key in (*EXPRESSIONS, *PLAIN_KEYS) if key in node}
    for key in ("required", "read_only"):
        if value := node.get(key):
            row["readonly" if key == "read_only" else key] = "yes" if value is True else value
    if parameters := node.get("parameters"):
        row["parameters"] = " ".join(f"{key}={value}" for key, value in parameters.items())
    return {**row, **our_cells(node), **node.get("other", {})}


def texts(column: str, labels: Mapping[str, str]) -> Cells:
    """A text in each of its languages."""
    return {f"{column}::{language_title(code)}": text for code, text in labels.items()}


def our_cells(node: Json) -> Cells:
    """What XLSForm has no column for."""
    row = {f"dayaq_{key}": str(node[key]) for key in ("sensitivity", "save_to") if key in node}
    if "lookup" in node:
        row["dayaq_lookup"] = node["lookup"]["register"]
    row |= {f"dayaq_{key}": "yes" for key in ("searchable", "retired") if node.get(key)}
    more = {key: value for key, value in node.items() if key not in WRITTEN}
    if "list" in node and node.get("type") not in SELECTS:
        more["list"] = node["list"]  # a calculation that gives a value of a list
    if more:
        row["dayaq_more"] = as_json(more)
    return row


# --- choices, settings, ours ------------------------------------------------------------


def external_lists(spec: Json) -> set[str]:
    """Lists that questions find in the sheet external_choices, or that always stood there."""
    found: set[str] = set(spec.get("workbook", {}).get("external_lists", []))
    open_nodes = list(spec.get("children", []))
    while open_nodes:
        node = open_nodes.pop()
        open_nodes.extend(node.get("children", []))
        if node.get("list_source") == "external":
            found.add(node["list"])
    return found


def list_names(spec: Json, lists: Lists) -> dict[str, str]:
    """How lists are called in the workbook, where otherwise than here.

    Other tools take no spaces or quotes, and no list that is called as a file.
    """
    sources = (str(place.node.get("list_source", "")) for place in places(spec))
    files = {source.rpartition(".")[0] for source in sources}
    files |= {row["name"] for row in spec.get("workbook", {}).get("files", [])}
    names: dict[str, str] = {}
    for code in lists:
        wanted = re.sub(r"[\s'\"/]+", "_", code)
        taken = {*files, *names.values(), *(set(lists) - {code})}
        names[code] = next(name for name in numbered(wanted) if name not in taken)
    return {code: name for code, name in names.items() if name != code}


def numbered(name: str) -> Iterator[str]:
    """`name`, then other names like it."""
    yield from (name, f"{name}_list")
    yield from (f"{name}_list_{number}" for number in count(2))


def joined(rows: Mapping[str, Sequence[Cells]], codes: Collection[str]) -> list[Cells]:
    """The rows of some lists, one after the other."""
    return [row for code, values in rows.items() if code in codes for row in values]


def choice_row(code: str, row: Json, columns: Mapping[str, str]) -> Cells:
    """One value with labels and attributes; `columns` renames attributes."""
    cells = {
        "list_name": code,
        "name": str(row["name"]),
        **texts("label", row.get("labels", {})),
    }
    cells |= {columns.get(key, key): str(value) for key, value in row.items() if key not in OWN}
    return cells | ({"dayaq_retired": "yes"} if row.get("retired") else {})


def add_others(
    rows: Mapping[str, list[Cells]],
    names: Mapping[str, str],
    others: Collection[str],
    spec: Json,
) -> list[str]:
    """Give the lists `others`, and empty ones, the value "other"; how those are called that
    had none."""
    added = []
    for code, values in rows.items():
        name = names.get(code, code)
        is_wanted = name in others or not values
        if is_wanted and all(row["name"] != OTHER for row in values):
            labels = dict.fromkeys(spec.get("languages") or ["az"], _("Other"))
            values.append({"list_name": name, "name": OTHER, **texts("label", labels)})
            added.append(name)
    return added


def settings_row(spec: Json, version: str) -> Cells:
    """The one row of the settings sheet."""
    default = spec.get("default_language", "az")
    labels = spec.get("labels", {})
    row = {
        **root_name(spec),
        "form_title": labels.get(default) or spec["code"],
        "form_id": spec.get("workbook", {}).get("form_id") or spec["code"],
        "default_language": language_title(default),
        **({"version": version} if version else {}),
        **settings_for_others(spec),
    }
    return {key: str(value) for key, value in row.items()}


def root_of(spec: Json) -> str:
    """The name of the form's root in the workbook."""
    return str({**root_name(spec), **settings_for_others(spec)}.get("name", "data"))


def root_name(spec: Json) -> Cells:
    """A name for the form's root, where a field has the name that others give it."""
    names = {place.name for place in places(spec)}
    if "data" not in names:
        return {}
    return {"name": next(name for name in roots() if name not in names)}


def roots() -> Iterator[str]:
    """Names for a form's root, the likeliest first."""
    yield "form"
    yield from (f"form_{number}" for number in count(2))


def our_rows(spec: Json, notes: Mapping[str, Any]) -> list[Cells]:
    """The sheet "dayaq": top-level keys of the spec as JSON, and how things were."""
    values: dict[str, Any] = {key: spec[key] for key in sorted(OURS) if key in spec}
    values |= {key: value for key, value in notes.items() if value}
    if added := root_name(spec):
        values["added_settings"] = added
    loose = [
        (len(section.get("children", [])), without(section, "children", "kind", "loose"))
        for section in spec.get("children", [])
        if section.get("loose")
    ]
    if loose:
        values["loose"] = loose
    return [
        {"key": key, "value": part} for key, value in values.items() for part in parts(value)
    ]


def without(node: Json, *keys: str) -> dict[str, Any]:
    """`node` without some keys."""
    return {key: value for key, value in node.items() if key not in keys}


def parts(value: Any) -> list[str]:
    """`value` as JSON in pieces that fit into a cell; reading trims the ends of cells, so no
    piece begins or ends with a space."""
    text, pieces = as_json(value), []
    while text:
        end = CELL_LETTERS
        while end < len(text) and (text[end - 1].isspace() or text[end].isspace()):
            end -= 1
        pieces.append(text[:end])
        text = text[end:]
    return pieces
