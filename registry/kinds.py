"""Closed lists of words that registers are described with."""

from django.utils.translation import gettext_lazy as _

# In order: who may see one may see those before it.
SENSITIVITIES = [
    ("public", _("public")),
    ("internal", _("internal")),
    ("personal", _("personal")),
    ("sensitive", _("sensitive")),
    ("safe_address", _("safe address")),
]
RANKS = {name: rank for rank, (name, _label) in enumerate(SENSITIVITIES)}
DEFAULT_SENSITIVITY = "internal"
NOTHING = -1  # a rank below every field

SCOPES = [
    ("own", _("assigned to or made by the person")),
    ("team", _("of the organization, in the person's area")),
    ("organization", _("of the organization")),
    ("area", _("in the person's area")),
    ("referred", _("referred to the organization")),
    ("all", _("all")),
]

ACTIONS = [
    ("read", _("read")),
    ("create", _("create")),
    ("update", _("supplement")),
    ("amend", _("amend")),
    ("transition", _("change the status")),
    ("assign", _("assign")),
    ("audit", _("see the history of everybody")),
]

ATTRIBUTE_TYPES = [
    ("text", _("text")),
    ("integer", _("whole number")),
    ("decimal", _("number with a fraction")),
    ("date", _("date")),
    ("dateTime", _("date and time")),
    ("select_one", _("one of a list")),
    ("select_multiple", _("several of a list")),
    ("geopoint", _("point on the map")),
]

# Columns that every register has beside its attributes.
SYSTEM_COLUMNS = {
    "key": _("Number"),
    "title": _("Title"),
    "status": _("Status"),
    "district": _("District"),
    "organization": _("Organization"),
    "assignee": _("Assigned to"),
    "created_at": _("Registered"),
    "updated_at": _("Changed"),
}

# Columns of a record that searching reads, with the ranks of the fields they hold.
SEARCH_COLUMNS = {
    "search_internal": (RANKS["public"], RANKS["internal"]),
    "search_personal": (RANKS["personal"],),
    "search_sensitive": (RANKS["sensitive"],),
}
