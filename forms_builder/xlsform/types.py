"""The `type` column: every spelling that XLSForm tools accept, as our kinds and types."""

import re
from dataclasses import dataclass

from forms_builder.xlsform.columns import keyword, words_of

PLAIN = {
    "text": ("string", "q string", "add text prompt", "s", "q text"),
    "integer": ("int", "q int", "add integer prompt"),
    "decimal": ("q decimal", "add decimal prompt"),
    "range": (),
    "date": ("q date", "add date prompt"),
    "time": ("q time",),
    "dateTime": ("datetime", "date time", "q datetime", "q date time", "add datetime prompt",
                 "add date time prompt"),
    "note": ("q note", "add note prompt"),
    "calculate": ("q calculate", "add calculate prompt", "calculation"),
    "hidden": (),
    "acknowledge": ("trigger", "q acknowledge", "add acknowledge prompt"),
    "image": ("photo", "q image", "q picture", "add image prompt", "add photo prompt"),
    "audio": ("q audio", "add audio prompt"),
    "video": ("q video", "add video prompt"),
    "file": ("q file", "add file prompt"),
    "geopoint": ("gps", "location", "q location", "q geopoint", "add location prompt"),
    "geotrace": ("q geotrace",),
    "geoshape": ("q geoshape",),
    "barcode": ("q barcode", "add barcode prompt"),
    "start": ("start time", "get start time", "starttime"),
    "end": ("end time", "get end time", "endtime"),
    "today": ("get today", "day"),
    "deviceid": ("device id", "get device id", "imei", "uri:deviceid"),
    "username": ("uri:username",),
    "email": ("uri:email",),
    "phonenumber": ("get phone number", "uri:phonenumber"),
    "simserial": ("sim id", "get sim id", "simserial number", "uri:simserial"),
    "subscriberid": ("subscriber id", "get subscriber id", "uri:subscriberid"),
    "audit": (),
    "start-geopoint": (),
    "background-audio": (),
    "background-geopoint": (),
}  # fmt: skip
TYPES = {
    spelling.casefold(): kind for kind, others in PLAIN.items() for spelling in (kind, *others)
}
METADATA = {
    "start", "end", "today", "deviceid", "username", "email", "phonenumber", "simserial",
    "subscriberid", "audit", "start-geopoint", "background-audio",
}  # fmt: skip
# Old types that are another type with a rule of their own.
RULED = {
    "percentage": ("integer", "0 <= . and . <= 100"),
    "number of days in last month": ("integer", "0 <= . and . <= 31"),
    "number of days in last six months": ("integer", "0 <= . and . <= 183"),
    "number of days in last year": ("integer", "0 <= . and . <= 365"),
    "phone number": ("text", r"regex(., '^\d*$')"),
}
# Files that other rows read by name; they ask nothing.
EXTERNAL_FILES = {"csv-external", "xml-external"}
_GROUPS = {"group": "group", "lgroup": "repeat", "looped group": "repeat", "repeat": "repeat"}
_BOUNDARY = re.compile(r"^(begin|end)[ _]+(group|lgroup|looped group|repeat|loop)(?: .*)?$")
_SELECT = re.compile(
    r"^(?:(?P<add>add) )?"
    r"(?P<word>select_one_from_file|select one from file|select_multiple_from_file|"
    r"select multiple from file|select_one_external|select one external|"
    r"select_one|select one|select1|q select1|select_multiple|select multiple|"
    r"select all that apply|q select|rank)"
    r"(?: prompt)?(?: (?:from|using))? (?P<rest>.+)$"
)
_OTHER = re.compile(r"\s+(?:or[_ ]other|or specify other)$")


@dataclass(frozen=True)
class RowType:
    """What a row is: `kind` is question, group, repeat, end_group, end_repeat, file, "".

    `source` is where a select finds its values: "" (choices sheet), external, file.
    `constraint` holds unless the row has one. `approximate`: we know something close only.
    """

    kind: str
    type: str = ""
    list: str = ""
    source: str = ""
    or_other: bool = False
    constraint: str = ""
    approximate: bool = False


def parse_type(text: str) -> RowType:
    """The meaning of a `type` cell; kind "" when it has none that we know."""
    words = words_of(text)
    folded = words.casefold()
    if match := _BOUNDARY.match(folded):
        return _boundary(match[1], match[2])
    if folded in TYPES:
        return RowType("question", TYPES[folded])
    if folded in RULED:
        return RowType("question", RULED[folded][0], constraint=RULED[folded][1])
    if folded.split(" ")[0] == "osm":
        return RowType("question", "file", approximate=True)  # OpenMapKit answers with a file
    if folded in EXTERNAL_FILES:
        return RowType("file", folded)
    if match := _SELECT.match(folded):
        rest = words[match.start("rest") :]
        return _select(match["word"].replace("_", " "), rest)
    return RowType("")


def _boundary(edge: str, word: str) -> RowType:
    kind = _GROUPS.get(word, "")
    return RowType(f"end_{kind}" if kind and edge == "end" else kind)


def _select(word: str, rest: str) -> RowType:
    or_other = bool(_OTHER.search(keyword(rest)))
    if or_other:
        rest = re.sub(r"(?i)\s+(?:or[_ ]other|or specify other)$", "", rest)
    source = "file" if word.endswith("file") else "external" if "external" in word else ""
    return RowType("question", _select_type(word), rest.strip(), source, or_other)


def _select_type(word: str) -> str:
    if word == "rank":
        return "rank"
    several = word.startswith(("select multiple", "select all")) or word == "q select"
    return "select_multiple" if several else "select_one"
