"""The options of a form's rows, in words: one table for the editor, diffs and reports."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

QUESTION_TYPES: list[tuple[str | Promise, list[tuple[str, str | Promise]]]] = [
    (
        _("Answers"),
        [
            ("text", _("Text")),
            ("integer", _("Whole number")),
            ("decimal", _("Decimal number")),
            ("range", _("Number on a scale")),
            ("date", _("Date")),
            ("time", _("Time")),
            ("dateTime", _("Date and time")),
            ("select_one", _("One of a list")),
            ("select_multiple", _("Several of a list")),
            ("rank", _("Order of a list")),
            ("acknowledge", _("Confirmation")),
        ],
    ),
    (
        _("Files and places"),
        [
            ("image", _("Photograph")),
            ("audio", _("Sound")),
            ("video", _("Video")),
            ("file", _("File")),
            ("geopoint", _("Point on the map")),
            ("geotrace", _("Line on the map")),
            ("geoshape", _("Area on the map")),
            ("barcode", _("Barcode")),
        ],
    ),
    (
        _("Without an answer"),
        [
            ("note", _("Note to read")),
            ("calculate", _("Calculated")),
            ("hidden", _("Hidden")),
        ],
    ),
    (
        _("Filled by the device"),
        [
            ("start", _("Time of opening")),
            ("end", _("Time of finishing")),
            ("today", _("Day of opening")),
            ("deviceid", _("Device")),
            ("username", _("User name")),
            ("email", _("E-mail of the user")),
            ("phonenumber", _("Telephone of the user")),
            ("simserial", _("SIM serial number")),
            ("subscriberid", _("Subscriber number")),
            ("audit", _("Trace of filling")),
            ("start-geopoint", _("Place of opening")),
            ("background-audio", _("Sound in the background")),
            ("background-geopoint", _("Place while filling")),
            ("email_metadata", _("E-mail set in the device")),
            ("csv-external", _("Table from a CSV file")),
            ("xml-external", _("Table from an XML file")),
        ],
    ),
]

# An icon of Wagtail's set, and what the person who fills the form will do.
TYPE_HELP: dict[str, tuple[str, str | Promise]] = {
    "text": ("title", _("Words or sentences are typed.")),
    "integer": ("list-ol", _("A number without a fraction, for example an age.")),
    "decimal": ("decimal", _("A number with a fraction, for example an amount of money.")),
    "range": ("minus", _("A number between two ends; set start, end and step under More.")),
    "date": ("date", _("A day is chosen from a calendar or typed.")),
    "time": ("time", _("An hour and a minute.")),
    "dateTime": ("calendar-check", _("A day with hour and minute.")),
    "select_one": ("radio-full", _("One value of a list; name the list in the settings.")),
    "select_multiple": ("check", _("Any number of values of a list.")),
    "rank": ("order", _("All values of a list are put in order.")),
    "acknowledge": ("success", _("A box to tick: it was read, it was agreed.")),
    "image": ("image", _("A photograph is taken or chosen.")),
    "audio": ("media", _("A recording of sound.")),
    "video": ("media", _("A recording of moving pictures.")),
    "file": ("doc-empty", _("Any document is attached.")),
    "geopoint": ("site", _("One place: latitude and longitude.")),
    "geotrace": ("site", _("A line through several places.")),
    "geoshape": ("site", _("An area between several places.")),
    "barcode": ("code", _("A code is scanned or typed.")),
    "note": ("info-circle", _("Nothing is asked; people only read it.")),
    "calculate": ("cog", _("Nothing is asked; the value follows from other answers.")),
    "hidden": ("lock", _("Neither seen nor asked; the value is set in the settings.")),
}

TYPE_LABELS: dict[str, str | Promise] = {
    code: label for _group, types in QUESTION_TYPES for code, label in types
}

KIND_LABELS: dict[str, str | Promise] = {
    "section": _("Section"),
    "group": _("Group"),
    "repeat": _("Repeat"),
    "question": _("Question"),
}

SENSITIVITIES: list[tuple[str, str | Promise]] = [
    ("public", _("Public")),
    ("internal", _("Internal")),
    ("personal", _("Personal")),
    ("sensitive", _("Sensitive")),
    ("safe_address", _("Address of safety")),
]

OPTION_LABELS: dict[str, str | Promise] = {
    "kind": _("Kind"),
    "name": _("Code"),
    "labels": _("Label"),
    "order": _("Order"),
    "type": _("Type"),
    "list": _("List of values"),
    "required": _("Required"),
    "soft_required": _("Asked for once more when it is missing, not forced"),
    "required_message": _("Message when it is missing"),
    "hints": _("Hint"),
    "guidance": _("Guidance"),
    "relevant": _("Shown when"),
    "constraint": _("Must hold"),
    "constraint_message": _("Message when it does not hold"),
    "calculation": _("Calculation"),
    "choice_filter": _("Filter of the values"),
    "default": _("Value at the start"),
    "read_only": _("Read only"),
    "appearance": _("Appearance"),
    "repeat_count": _("Number of repetitions"),
    "parameters": _("Parameters"),
    "media": _("Media"),
    "lookup": _("Looks up a record of"),
    "or_other": _("With “other”"),
    "sensitivity": _("Sensitivity"),
    "searchable": _("Searchable"),
    "save_to": _("Kept in the register as"),
    "retired": _("Retired"),
    "for_staff": _("In a public form asked of staff only"),
    "told": _("Told to the applicant who asks about the request"),
    "other": _("Other columns of the workbook"),
    "children": _("Content"),
}

SELECTS = ("select_one", "select_multiple", "rank")
NUMBERS = ("integer", "decimal", "range")
QUESTION, CONTAINERS = ("question",), ("section", "group", "repeat")
EVERYWHERE = QUESTION + CONTAINERS


@dataclass(frozen=True)
class Option:
    """One entry of the settings panel.

    `input` is how it is typed: text, list, register, expression, labels, check, choice,
    pairs or json. It is offered to rows of `kinds`, and of `types` when those are named;
    `is_common` ones are seen at once, the others behind “More”.
    """

    key: str
    input: str
    kinds: tuple[str, ...] = QUESTION
    types: tuple[str, ...] = ()
    is_common: bool = False

    @property
    def label(self) -> str | Promise:
        """The option in words; the checkbox “Required” is another than its condition."""
        return _("Required when") if self.key == "required" else OPTION_LABELS[self.key]


OPTIONS = [
    Option("list", "list", types=SELECTS, is_common=True),
    Option("hints", "labels", EVERYWHERE, is_common=True),
    Option("relevant", "expression", EVERYWHERE, is_common=True),
    Option("required", "expression", is_common=True),
    Option("constraint", "expression", is_common=True),
    Option("constraint_message", "labels", is_common=True),
    Option("calculation", "expression", is_common=True),
    Option("choice_filter", "expression", types=SELECTS, is_common=True),
    Option("repeat_count", "expression", ("repeat",), is_common=True),
    Option("default", "text"),
    Option("soft_required", "check"),
    Option("required_message", "labels"),
    Option("guidance", "labels", EVERYWHERE),
    Option("sensitivity", "choice"),
    Option("save_to", "save_to"),
    Option("lookup", "register", types=("text",)),
    Option("searchable", "check"),
    Option("read_only", "check"),
    Option("or_other", "check", types=("select_one", "select_multiple")),
    Option("retired", "check", EVERYWHERE),
    Option("for_staff", "check", EVERYWHERE),
    Option("told", "check"),
    Option("appearance", "text", EVERYWHERE),
    Option("parameters", "pairs"),
    Option("labels", "languages", EVERYWHERE),
    Option("media", "json", EVERYWHERE),
    Option("other", "pairs", EVERYWHERE),
]
