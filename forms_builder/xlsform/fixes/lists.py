"""Fixes of lists of values."""

import difflib
import re

from django.utils.translation import gettext as _

from config.shared.problems import Problem
from config.shared.text import fold
from forms_builder.xlsform.columns import keyword
from forms_builder.xlsform.fixes.base import free, here, leave_out, names, survey
from forms_builder.xlsform.survey import NAME, YES
from forms_builder.xlsform.tables import Table, Tables
from forms_builder.xlsform.types import parse_type

ALLOW = "allow_choice_duplicates"
YES_NO = re.compile(r"(yes|bəli|oui|si|sim)[ _-]*(no|xeyr|non|nao)\b.*|yn|y_n", re.IGNORECASE)
# `${a} = 'x'`, `. != 'x'`, `selected(${a}, 'x')`, `selected(., 'x')`
COMPARED = re.compile(
    r"(?:selected\s*\(\s*(?:\$\{\s*([^{}]+?)\s*\}|\.)\s*,|(?:\$\{\s*([^{}]+?)\s*\}|\.)\s*!?=)"
    r"\s*(['\"])(\S+?)\3"
)
INSTANCE = re.compile(r"\binstance\(\s*(['\"])(.*?)\1\s*\)")


# --- values that stand twice ----------------------------------------------------------------


def settle_duplicate(tables: Tables, problem: Problem) -> None:
    """Remove a repeated value; where the rows differ by attributes, let the list repeat."""
    table, row = tables.sheet(problem.sheet), problem.row or 0
    first = first_of(table, row)
    if first is None or is_allowed(tables):
        return
    if facts(table, first) != facts(table, row):
        allow_duplicates(tables, problem)
    elif labels(table, first) == labels(table, row):
        table.clear(row)
    else:
        rename_duplicate(tables, problem)


def rename_duplicate(tables: Tables, problem: Problem) -> None:
    """Another name for the later value."""
    table, row = tables.sheet(problem.sheet), problem.row or 0
    code, name = table.text(row, "list_name"), table.text(row, "name")
    taken = {
        table.text(n, "name") for n in table.numbers() if table.text(n, "list_name") == code
    }
    table.write(row, "name", free(name, taken))


def allow_duplicates(tables: Tables, problem: Problem) -> None:
    """The setting that says that values may repeat."""
    settings = tables.sheet("settings")
    row = next(settings.numbers(), settings.top + 2)
    settings.put(row, settings.column(ALLOW), "yes")


def is_allowed(tables: Tables) -> bool:
    """Whether the setting says so already."""
    settings = tables.sheet("settings")
    place = settings.titled(ALLOW)
    row = next(settings.numbers(), 0)
    return place is not None and keyword(settings.at(row, place)) in YES


def first_of(table: Table, row: int) -> int | None:
    """The row where the value stood first."""
    wanted = table.text(row, "list_name"), table.text(row, "name")
    for n in range(table.top + 2, row):
        if (table.text(n, "list_name"), table.text(n, "name")) == wanted:
            return n
    return None


def facts(table: Table, row: int) -> dict[str, str]:
    """What a value says beside its labels."""
    return {
        column.title: table.at(row, place)
        for place, column in enumerate(table.columns)
        if column.heading.field not in ("label",) and table.at(row, place)
    }


def labels(table: Table, row: int) -> list[str]:
    """A value's labels for comparing."""
    return [fold(table.at(row, place)) for place in table.meaning("label")]


# --- a list that is not there ---------------------------------------------------------


def use_near_or_make(tables: Tables, problem: Problem) -> None:
    """The list with nearly this name; without one, a list of the values that are asked for."""
    table, row, column = here(tables, problem)
    if table.columns[column].heading.field != "type":
        if not declare_files(tables, table.at(row, column)):
            leave_out(tables, problem)
        return
    code = list_code(table.at(row, column))
    there = known_lists(tables)
    if not code or code in there:
        return
    near = difflib.get_close_matches(keyword(code), {keyword(c): c for c in there}, 1, 0.85)
    if near:
        meant = next(c for c in there if keyword(c) == near[0])
        table.put(row, column, table.at(row, column).replace(code, meant))
    else:
        make_list(tables, problem)


def declare_files(tables: Tables, text: str) -> bool:
    """Rows that name the lists which an expression reads as files of values; False where a
    name is taken by a question."""
    table = survey(tables)
    taken = names(table)
    codes = {code for _quote, code in INSTANCE.findall(text)} - known_lists(tables)
    if not codes or codes & taken or not all(map(NAME.match, codes)):
        return False
    for code in sorted(codes):
        table.append(type="csv-external", name=code)
    return True


def make_list(tables: Tables, problem: Problem) -> None:
    """A list with the values that conditions compare with; yes and no by the list's name."""
    table, row, column = here(tables, problem)
    code = list_code(table.at(row, column))
    if not code or code in known_lists(tables):
        return
    found = codes_asked_for(tables, code)
    if not found and YES_NO.fullmatch(code):
        found = ["yes", "no"]
    for name in found or ["to_fill"]:
        add_value(tables.sheet("choices"), code, name)
    known_lists(tables).add(code)


def known_lists(tables: Tables) -> set[str]:
    """The lists of the sheet of choices; add what you add there."""
    choices = tables.sheet("choices")
    return tables.once(
        "lists", lambda: {choices.text(n, "list_name") for n in choices.numbers()} - {""}
    )


def list_code(text: str) -> str:
    """The list that a type names."""
    words = " ".join(text.split())
    if " over " in words:
        return words.partition(" over ")[2].strip()
    return parse_type(words).list


def codes_asked_for(tables: Tables, code: str) -> list[str]:
    """The values that expressions of the survey compare answers of this list with."""
    table = survey(tables)
    asked = tables.once("asked", lambda: comparisons(table))
    users = tables.once("users", lambda: users_of_lists(table))
    found = (value for name in users.get(code, ()) for value in asked.get(name, ()))
    return [value for value in dict.fromkeys(found) if "%(" not in value]


def users_of_lists(table: Table) -> dict[str, list[str]]:
    """The names of the questions that choose from each list."""
    users: dict[str, list[str]] = {}
    for row in table.numbers():
        users.setdefault(list_code(table.text(row, "type")), []).append(table.text(row, "name"))
    return users


def comparisons(table: Table) -> dict[str, list[str]]:
    """The plain values that answers are compared with, by the question's name."""
    found: dict[str, list[str]] = {}
    for row in table.numbers():
        own = table.text(row, "name")
        for place in range(len(table.columns)):
            text = table.at(row, place)
            for match in COMPARED.finditer(text) if "'" in text or '"' in text else ():
                name = match[1] or match[2] or own
                found.setdefault(name, []).append(match[4])
    return found


def add_value(choices: Table, code: str, name: str) -> None:
    """A value with a label in every language of the sheet."""
    shown = {"yes": _("Yes"), "no": _("No"), "to_fill": _("To be filled in")}.get(name, name)
    row = choices.append(list_name=code, name=name)
    for place in choices.meaning("label") or [choices.column("label")]:
        choices.put(row, place, shown)


# --- spaces ---------------------------------------------------------------------------------


def close_spaces(tables: Tables, problem: Problem) -> None:
    """Values without spaces, and the conditions that name them."""
    table, row, column = here(tables, problem)
    code = list_code(table.at(row, column))
    for key in ("choices", "external_choices"):
        choices = tables.sheet(key) if any(t.key == key for t in tables.tables) else None
        for number in choices.numbers() if choices else ():
            name = choices.text(number, "name") if choices else ""
            if choices and choices.text(number, "list_name") == code and " " in name:
                new = re.sub(r"\s+", "_", name)
                choices.write(number, "name", new)
                quote_anew(survey(tables), name, new)


def quote_anew(table: Table, old: str, new: str) -> None:
    """'old' becomes 'new' in every expression."""
    for row in table.numbers():
        for column in range(len(table.columns)):
            text = table.at(row, column)
            if f"'{old}'" in text or f'"{old}"' in text:
                changed = text.replace(f"'{old}'", f"'{new}'").replace(f'"{old}"', f'"{new}"')
                table.put(row, column, changed)


# --- labels ---------------------------------------------------------------------------------


def label_by_values(tables: Tables, problem: Problem) -> None:
    """Each value of the list as its own label."""
    table, row, column = here(tables, problem)
    code, choices = list_code(table.at(row, column)), tables.sheet("choices")
    places = choices.meaning("label") or [choices.column("label")]
    for number in choices.numbers():
        if choices.text(number, "list_name") == code:
            for place in places:
                choices.put(number, place, choices.text(number, "name"))
