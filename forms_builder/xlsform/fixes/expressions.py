"""Fixes of expressions: fields and functions that are not there, slips of writing, circles."""

import difflib
import html
import re
from collections.abc import Callable, Sequence
from functools import partial

from config.shared.problems import Problem
from forms_builder.expressions import FUNCTIONS, ExpressionError, parse, to_source
from forms_builder.expressions.nodes import Call, Expr, Number, Text
from forms_builder.xlsform.columns import keyword
from forms_builder.xlsform.dialect import repaired
from forms_builder.xlsform.fixes.base import (
    REFERENCE,
    here,
    is_text,
    leave_out,
    names,
    replace_references,
    survey,
)
from forms_builder.xlsform.survey import CANDIDATE, NAME, TEXTS
from forms_builder.xlsform.survey import REFERENCE as WELL_WRITTEN
from forms_builder.xlsform.tables import Tables
from forms_builder.xlsform.trees import changed

NEAR_FIELD, NEAR_FUNCTION = 0.8, 0.75
_STRING = re.compile(r"('[^']*'|\"[^\"]*\"|\$\{[^}]*\})")
_WORD = re.compile(r"(?<![\w$./:@-])([^\W\d][\w.-]*)(?![\w(:/.-]|\s*\()")
_CONSTANTS = {"null": "''", "true": "true()", "false": "false()", "nan": "''"}
# Functions whose results are dates already.
DATES = {"today", "now", "date", "date-time"}
_OPERATORS = {"and", "or", "div", "mod"}


# --- fields ---------------------------------------------------------------------------------


def point_to_field(tables: Tables, problem: Problem) -> None:
    """The field with nearly the same name, a hidden field, or a text instead of a word."""
    table, row, column = here(tables, problem)
    text = table.at(row, column)
    known = names(survey(tables))
    missing = [name for name in REFERENCE.findall(text) if name not in known]
    for name in missing:
        add_or_rename(tables, name, known)
    if not missing and not is_text(table, column):
        table.put(row, column, with_quoted_words(text, known))
    if table.at(row, column) == text and not missing:
        leave_out(tables, problem)


def add_or_rename(tables: Tables, name: str, known: set[str]) -> None:
    """Lead `${name}` to the near field everywhere; without one add a hidden field."""
    table = survey(tables)
    near = near_name(name, known)
    if near:
        replace_references(table, name, near)
        replace_references(tables.sheet("choices"), name, near)
    elif NAME.match(name):
        table.append(type="hidden", name=name)
        known.add(name)


def add_hidden(tables: Tables, problem: Problem) -> None:
    """A hidden field for every name that the cell asks for and that is not there."""
    table, row, column = here(tables, problem)
    known = names(survey(tables))
    for name in REFERENCE.findall(table.at(row, column)):
        if name not in known and NAME.match(name):
            survey(tables).append(type="hidden", name=name)
            known.add(name)


def near_name(name: str, known: set[str]) -> str:
    """The name that was surely meant, or ""."""
    same = [entry for entry in sorted(known) if keyword(entry) == keyword(name)]
    close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=NEAR_FIELD)
    return next(iter(same or close), "")


def with_quoted_words(text: str, known: set[str]) -> str:
    """`${a} = yes` means `${a} = 'yes'`; null means empty."""
    parts = _STRING.split(text)
    for index in range(0, len(parts), 2):
        parts[index] = _WORD.sub(lambda match: word(match[1], known), parts[index])
    made = "".join(parts)
    return made if reads(made) else text


def word(found: str, known: set[str]) -> str:
    """A bare word as an expression says it."""
    if found in _OPERATORS or found in known:
        return found
    return _CONSTANTS.get(keyword(found), f"'{found}'")


# --- functions ------------------------------------------------------------------------------


def _days(arguments: Sequence[str]) -> str:
    first, second = (*arguments, "''", "''")[:2]
    return f"(decimal-date-time({second}) - decimal-date-time({first}))"


# How other dialects' functions are said here: another name, the same text whatever is asked,
# or something made of the arguments.
RENAMED = {
    "length": "string-length",
    "len": "string-length",
    "concatenate": "concat",
    "ifnull": "coalesce",
    "nvl": "coalesce",
    "iif": "if",
    "substring": "substr",
}
FIXED = {
    "index": "position(..)",
    "duration": "''",
    "device-info": "''",
    "linebreak": "' '",
    "version": "''",
    "caseid": "''",
    "username": "''",
    "collect-is-phone-app": "false()",
}
SAID: dict[str, Callable[[Sequence[str]], str]] = {
    "difference-in-days": lambda a: f"int{_days(a)}",
    "difference-in-weeks": lambda a: f"int({_days(a)} div 7)",
    "difference-in-years": lambda a: f"int(difference-in-months({', '.join(a)}) div 12)",
    "parse-timestamp-to-date": lambda a: f"date-time(({a[0]}) div 86400000)",
    **dict.fromkeys(("isnull", "empty", "isblank"), lambda a: f"({a[0]} = '')"),
    "choice-label": lambda a: f"jr:choice-name({a[1]}, '{a[0]}')",
    "year": lambda a: f"format-date({a[0]}, '%Y')",
}


def say_function(tables: Tables, problem: Problem) -> None:
    """Functions of other dialects as ours; what cannot be said is left out."""
    table, row, column = here(tables, problem)
    text = table.at(row, column)
    made, calls = text, 0
    while (call := unknown_call(made)) and calls < 100:
        replacement = said(*call[2:])
        if replacement is None:
            break
        made, calls = made[: call[0]] + replacement + made[call[1] :], calls + 1
    if made != text and unknown_call(made) is None and reads(made):
        table.put(row, column, made)
    else:
        leave_out(tables, problem)


def said(name: str, arguments: Sequence[str]) -> str | None:
    """A call in our words."""
    bare = name.rpartition(":")[2]
    if bare in FIXED:
        return FIXED[bare]
    if bare in SAID:
        try:
            return SAID[bare](arguments)
        except IndexError:
            return None
    ours = RENAMED.get(bare) or near_function(bare)
    return f"{ours}({', '.join(arguments)})" if ours else None


def near_function(name: str) -> str:
    """Our function of that name, or of a near one; "" when there is none."""
    if name in FUNCTIONS:
        return name
    near = difflib.get_close_matches(name, FUNCTIONS, n=1, cutoff=NEAR_FUNCTION)
    return near[0] if near else ""


def unknown_call(text: str) -> tuple[int, int, str, list[str]] | None:
    """Start, end, name and arguments of the first call of an unknown function."""
    masked = _STRING.sub(lambda match: "\0" * len(match[0]), text)
    for match in re.finditer(r"([^\W\d][\w.:-]*)\s*\(", masked):
        if match[1] in FUNCTIONS or match[1] in _OPERATORS:
            continue
        end = closing(masked, match.end() - 1)
        if end > 0:
            inside = split_arguments(text, masked, match.end(), end)
            return match.start(), end + 1, match[1], inside
    return None


def closing(masked: str, start: int) -> int:
    """Where the bracket that opens at `start` closes; -1 when it does not."""
    depth = 0
    for index in range(start, len(masked)):
        depth += (masked[index] in "([") - (masked[index] in ")]")
        if depth == 0:
            return index
    return -1


def split_arguments(text: str, masked: str, start: int, end: int) -> list[str]:
    """The texts between the commas of one call."""
    found, depth, begin = [], 0, start
    for index in range(start, end):
        depth += (masked[index] in "([") - (masked[index] in ")]")
        if masked[index] == "," and depth == 0:
            found.append(text[begin:index].strip())
            begin = index + 1
    last = text[begin:end].strip()
    return [*found, last] if found or last else []


# --- slips of writing -----------------------------------------------------------------------


def correct_writing(tables: Tables, problem: Problem) -> None:
    """Correct what surely is a slip; an expression that stays unreadable is left out."""
    table, row, column = here(tables, problem)
    text = table.at(row, column)
    made = text
    for step in STEPS:
        made = step(made)
        if made != text and reads(made):
            table.put(row, column, made)
            return
    leave_out(tables, problem)


def correct_text(tables: Tables, problem: Problem) -> None:
    """References in a text: slips corrected, what cannot be one taken as text."""
    table, row, _column = here(tables, problem)
    for place, column in enumerate(table.columns):
        text = table.at(row, place)
        if column.heading.field in TEXTS and "${" in text:
            table.put(row, place, CANDIDATE.sub(lambda m: as_reference(m[0]), text))


def as_reference(found: str) -> str:
    """`${a }` as it is, `${my field}` as the words inside."""
    if WELL_WRITTEN.fullmatch(found):
        return found
    inside = found.removeprefix("${").removesuffix("}").strip()
    tidy = re.sub(r"^[$({]+|[)}]+$", "", inside).strip()
    return f"${{{tidy}}}" if NAME.match(tidy) else inside


WHOLE_DATE = r"'^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*$'"
# How many of the first arguments of a function are dates.
_DATED = {
    "date": 1, "date-time": 1, "format-date": 1, "format-date-time": 1, "decimal-date-time": 1,
    "difference-in-months": 2, "age-in-years": 2, "working-days": 2,
}  # fmt: skip


def guard_dates(tables: Tables, problem: Problem) -> None:
    """Texts that are worked out become dates only when they are whole."""
    table, row, column = here(tables, problem)
    text = table.at(row, column)
    try:
        made = to_source(changed(parse(text), guarded))
    except ExpressionError:
        made = text
    if made == text:
        leave_out(tables, problem)
    else:
        table.put(row, column, made)


def guarded(node: Expr) -> Expr:
    """`date(x)` as `date(if(regex(x, ...), x, ''))`."""
    if not isinstance(node, Call) or node.name not in _DATED:
        return node
    count = _DATED[node.name]
    checked = tuple(map(whole_date, node.arguments[:count]))
    return Call(node.name, (*checked, *node.arguments[count:]))


def whole_date(node: Expr) -> Expr:
    """`node` where it is a whole date, else nothing."""
    if isinstance(node, Text | Number) or (isinstance(node, Call) and node.name in DATES):
        return node
    source = to_source(node)
    return parse(f"if(regex({source}, {WHOLE_DATE}), {source}, '')")


def reads(text: str) -> bool:
    """Whether our grammar reads it."""
    try:
        parse(repaired(text)[0])
    except ExpressionError:
        return False
    return bool(text.strip())


def outside(text: str, change: Callable[[str], str]) -> str:
    """`text` changed outside its strings and references."""
    parts = _STRING.split(text)
    return "".join(change(p) if n % 2 == 0 else p for n, p in enumerate(parts))


_SIGNS = str.maketrans(
    {"≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "–": "-", "−": "-", "\xa0": " ", "\u200b": "",
     "\ufeff": "", "÷": " div ", "\u202f": " ", "“": '"', "”": '"', "‘": "'", "’": "'"}
)  # fmt: skip
_LOOKS = (
    (re.compile(r"&&"), " and "), (re.compile(r"\|\|"), " or "), (re.compile(r"=="), "="),
    (re.compile(r"<>"), "!="), (re.compile(r"=>"), ">="), (re.compile(r"=<"), "<="),
    (re.compile(r"\b(AND|And)\b"), "and"), (re.compile(r"\b(OR|Or)\b"), "or"),
    (re.compile(r"\b(NOT|Not)\b(?=\s*\()"), "not"), (re.compile(r"\bIF\b(?=\s*\()"), "if"),
    (re.compile(r"!(?=\s*\()"), "not"), (re.compile(r"!\s+="), "!="),
    (re.compile(r"%"), " mod "),
)  # fmt: skip
_TAIL = re.compile(r"(?:\s*(?:\b(?:and|or|div|mod)\b|[,;:=<>+*!-]))+\s*$")
_HEAD = re.compile(r"^\s*(?:(?:and|or)\b|=(?!=))\s*")


def signs(text: str) -> str:
    """Characters that word processors and web pages leave."""
    return html.unescape(text).translate(_SIGNS)


def looks(text: str) -> str:
    """Operators as programming languages write them."""
    for pattern, ours in _LOOKS:
        text = outside(text, partial(pattern.sub, ours))
    return text


def references(text: str) -> str:
    """`$ {a}`, `$(a)`, `${a)`, `{a}` mean `${a}`."""
    text = re.sub(r"\$\s*[{(]\s*([\w.-]+)\s*[})]", r"${\1}", text)
    return re.sub(r"(?<!\$)\{([\w.-]+)\}", r"${\1}", text)


def loose_ends(text: str) -> str:
    """An operator before or after everything."""
    return _TAIL.sub("", _HEAD.sub("", text))


def quotes(text: str) -> str:
    """A text that is not closed, or a quote too many at the end."""
    for quote in "'\"":
        if _STRING.sub("", text).count(quote) % 2:
            bare = text.rstrip()
            return bare[:-1] if bare.endswith(quote) else text + quote
    return text


def brackets(text: str) -> str:
    """Brackets that are missing or too many at the end."""
    masked = _STRING.sub(lambda match: "\0" * len(match[0]), text)
    missing = masked.count("(") - masked.count(")")
    if missing > 0:
        return text + ")" * missing
    for _number in range(-missing):
        at = masked.rfind(")")
        text, masked = text[:at] + text[at + 1 :], masked[:at] + masked[at + 1 :]
    return text


STEPS = (signs, references, looks, loose_ends, quotes, brackets, loose_ends, brackets)


def as_text_default(tables: Tables, problem: Problem) -> None:
    """A value at the start that is meant as it stands."""
    table, row, column = here(tables, problem)
    text = table.at(row, column).replace("'", "’")
    table.put(row, column, f"string('{text}')")
