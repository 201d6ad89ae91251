"""One form with every type of question and every appearance that changes how it is filled.

`CASES` is the table that tests of filling, reading and printing run over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.forms import form, question, section

Json = dict[str, Any]
COLOURS = [
    {"name": "red", "labels": {"az": "Qırmızı", "en": "Red"}},
    {"name": "green", "labels": {"az": "Yaşıl", "en": "Green"}},
    {"name": "blue", "labels": {"az": "Göy", "en": "Blue"}},
]
MANY = [
    {"name": f"n{number}", "labels": {"az": f"Kənd {number}", "en": f"Village {number}"}}
    for number in range(30)
]
LONG = "Çoxuzunsözlüsual" * 12
POINT = {"lat": 40.4093, "lon": 49.8671}
CORNERS = [{"lat": 40.1, "lon": 49.1}, {"lat": 40.2, "lon": 49.2}, {"lat": 40.3, "lon": 49.0}]


@dataclass(frozen=True)
class Case:
    """A question, an answer to it, and how the answer is told in English.

    `posted` is what a browser sends for it (name -> value or values, the question is `q`),
    `wrong` something typed that is refused with the problem `code`, and `kept` is what the
    page shows of it again.
    """

    id: str
    kind: str
    more: Json = field(default_factory=dict)
    answer: Any = None
    words: str = ""
    posted: Mapping[str, Any] = field(default_factory=dict)
    wrong: Mapping[str, Any] = field(default_factory=dict)
    code: str = "type"
    kept: str = ""

    @property
    def node(self) -> Json:
        """The question, called after the case."""
        return question(self.id, self.kind, **self.more)

    def post(self, wrong: bool = False) -> Json:
        """What a browser sends, under the question's own name."""
        sent = self.wrong if wrong else self.posted
        return {name.replace("q", self.id, 1): value for name, value in sent.items()}


def look(*words: str) -> Json:
    """An appearance."""
    return {"appearance": " ".join(words)}


def _points(*places: Mapping[str, float]) -> Json:
    return {
        "q#lat": [str(place["lat"]) for place in places] + [""],
        "q#lon": [str(place["lon"]) for place in places] + [""],
        "q#fix": [""] * (len(places) + 1),
    }


_ONE = {"list": "colours"}
_WRONG_CHOICE: Json = {"wrong": {"q": "pink"}, "code": "choice", "kept": "pink"}
_DATE: Json = {"wrong": {"q": "31.02.2026"}, "kept": "31.02.2026"}
_RED: Json = {"answer": "red", "words": "Red", "posted": {"q": "red"}}
_SCALE = {"parameters": {"start": "0", "end": "100", "step": "5"}}

CASES = [
    Case(
        "words",
        "text",
        {},
        "Salam",
        "Salam",
        {"q": "Salam"},
        {"q": "x" * 10_001},
        "too_long",
        "xxx",
    ),
    Case("lines", "text", look("multiline"), "bir\niki", "bir\niki", {"q": "bir\r\niki"}),
    Case("digits", "text", look("numbers"), "0012", "0012", {"q": "0012"}),
    Case(
        "phone", "text", look("tel"), "+994501234567", "+994501234567", {"q": "+994501234567"}
    ),
    Case("mail", "text", look("email"), "a@b.az", "a@b.az", {"q": "a@b.az"}),
    Case(
        "web",
        "text",
        look("url"),
        "https://e-gov.az",
        "https://e-gov.az",
        {"q": "https://e-gov.az"},
    ),
    Case(
        "odd_look", "text", look("w4", "ex:org.counter", "placement-map"), "x", "x", {"q": "x"}
    ),
    Case("whole", "integer", {}, 12, "12", {"q": "12"}, {"q": "on iki"}, kept="on iki"),
    Case(
        "thousands",
        "integer",
        look("thousands-sep"),
        1234567,
        "1\u00a0234\u00a0567",
        {"q": "1 234 567"},
        {"q": "1,5"},
        kept="1,5",
    ),
    Case("fraction", "decimal", {}, 12.5, "12.5", {"q": "12,5"}, {"q": "1.2.3"}, kept="1.2.3"),
    Case("slider", "range", _SCALE, 35, "35", {"q": "35"}, {"q": "105"}, kept="105"),
    Case("off_step", "range", _SCALE, 40, "40", {"q": "40"}, {"q": "41"}, kept="41"),
    Case(
        "picker",
        "range",
        {**look("picker"), "parameters": {"start": "1", "end": "3"}},
        2,
        "2",
        {"q": "2"},
    ),
    Case(
        "rating",
        "range",
        {**look("rating"), "parameters": {"start": "1", "end": "5"}},
        4,
        "4",
        {"q": "4"},
    ),
    Case("day", "date", {}, "2026-03-05", "05.03.2026", {"q": "5.3.2026"}, **_DATE),
    Case(
        "day_typed",
        "date",
        look("no-calendar"),
        "2026-03-05",
        "05.03.2026",
        {"q": "05032026"},
        **_DATE,
    ),
    Case(
        "month",
        "date",
        look("month-year"),
        "2026-03-01",
        "03.2026",
        {"q": "3.2026"},
        {"q": "13.2026"},
        kept="13.2026",
    ),
    Case(
        "year",
        "date",
        look("year"),
        "2026-01-01",
        "2026",
        {"q": "2026"},
        {"q": "26"},
        kept="26",
    ),
    Case("clock", "time", {}, "09:05", "09:05", {"q": "9:05"}, {"q": "25:00"}, kept="25:00"),
    Case(
        "moment",
        "dateTime",
        {},
        "2026-03-05T09:05:00+04:00",
        "05.03.2026 09:05",
        {"q#date": "5.3.2026", "q#time": "9:05"},
        {"q#date": "5.3.2026", "q#time": ""},
        kept="05.03.2026",
    ),
    Case("one", "select_one", _ONE, **_RED, **_WRONG_CHOICE),
    Case("one_listed", "select_one", {**_ONE, **look("minimal")}, **_RED, **_WRONG_CHOICE),
    Case("one_quick", "select_one", {**_ONE, **look("quick")}, **_RED),
    Case("one_across", "select_one", {**_ONE, **look("horizontal")}, **_RED),
    Case("one_likert", "select_one", {**_ONE, **look("likert")}, **_RED),
    Case("one_columns", "select_one", {**_ONE, **look("columns-2")}, **_RED),
    Case("one_packed", "select_one", {**_ONE, **look("columns-pack")}, **_RED),
    Case(
        "one_found",
        "select_one",
        {"list": "many", **look("autocomplete")},
        "n7",
        "Village 7",
        {"q": "n7"},
    ),
    Case(
        "one_searched",
        "select_one",
        {"list": "many", **look("search('many')")},
        "n7",
        "Village 7",
        {"q": "n7"},
    ),
    Case("one_file", "select_one", {**_ONE, "list_source": "colours.csv"}, **_RED),
    Case(
        "some",
        "select_multiple",
        _ONE,
        ["red", "blue"],
        "Red, Blue",
        {"q": ["red", "blue"]},
        {"q": ["red", "pink"]},
        "choice",
        "pink",
    ),
    Case(
        "some_columns",
        "select_multiple",
        {**_ONE, **look("columns")},
        ["red"],
        "Red",
        {"q": ["red"]},
    ),
    Case(
        "some_of_many",
        "select_multiple",
        {"list": "many"},
        ["n1", "n29"],
        "Village 1, Village 29",
        {"q": ["n1", "n29"]},
    ),
    Case(
        "order",
        "rank",
        _ONE,
        ["blue", "red", "green"],
        "1. Blue, 2. Red, 3. Green",
        {"q#blue": "1", "q#red": "2", "q#green": "3"},
        {"q#blue": "1", "q#red": "1"},
        kept='value="1"',
    ),
    Case("agreed", "acknowledge", {}, "OK", "Yes, confirmed", {"q": "OK"}),
    Case("code", "barcode", {}, "4760001", "4760001", {"q": "4760001"}),
    Case(
        "place",
        "geopoint",
        {},
        {**POINT, "alt": 12, "acc": 5},
        "40.4093, 49.8671 (± 5 m)",
        {"q#lat": "40.4093", "q#lon": "49.8671", "q#fix": "40.4093 49.8671 12.0 5.0"},
        {"q#lat": "140", "q#lon": "49"},
        kept="140",
    ),
    Case(
        "line",
        "geotrace",
        {},
        CORNERS[:2],
        "2 points: 40.1, 49.1; 40.2, 49.2",
        _points(*CORNERS[:2]),
        _points(CORNERS[0]),
        kept="40.1",
    ),
    Case(
        "area",
        "geoshape",
        {},
        [*CORNERS, CORNERS[0]],
        "3 points: 40.1, 49.1; 40.2, 49.2; 40.3, 49",
        _points(*CORNERS),
        _points(*CORNERS[:2]),
        kept="40.2",
    ),
]

# Files are sent, not typed; what they hold decides.
FILES = [
    ("photo", "image", {}),
    ("photo_small", "image", {"parameters": {"max-pixels": "640"}}),
    ("signature", "image", look("signature")),
    ("drawing", "image", look("draw")),
    ("annotated", "image", look("annotate")),
    ("new_photo", "image", look("new")),
    ("sound", "audio", {}),
    ("film", "video", {}),
    ("document", "file", {}),
]


def group(name: str, *children: Mapping[str, Any], **more: Any) -> Json:
    """A group node."""
    labels = {"az": f"{name} qrupu", "en": f"{name} group"}
    return {"kind": "group", "name": name, "labels": labels, "children": list(children), **more}


def repeat(name: str, *children: Mapping[str, Any], **more: Any) -> Json:
    """A repeat node."""
    return {**group(name, *children, **more), "kind": "repeat"}


def _tables() -> list[Json]:
    rows = [question(f"row_{n}", "select_one", list="colours") for n in range(3)]
    label = question("heads", "select_one", list="colours", **look("label"))
    bare = [
        question(
            f"bare_{n}",
            "select_multiple" if n == 1 else "select_one",
            list="colours",
            **look("list-nolabel"),
        )
        for n in range(3)
    ]
    cells = [
        group(
            f"line_{n}",
            question(f"age_{n}", "integer"),
            question(f"work_{n}", "select_one", list="colours", **look("minimal")),
        )
        for n in range(2)
    ]
    return [
        group("table", *rows, **look("table-list")),
        group("labelled", label, *bare, **look("field-list")),
        group("matrix", *cells, **look("matrix")),
    ]


def _rest() -> list[Json]:
    inner = repeat(
        "toys",
        question(
            "toy",
            constraint="string-length(.) < 9",
            labels={"az": "${kid} oyuncağı", "en": "Toy of ${kid}"},
        ),
        question("toy_note", "note", labels={"az": "${kid}: ${toy}", "en": "${kid}: ${toy}"}),
        repeat_count="2",
    )
    return [
        question("other_one", "select_one", list="colours", or_other=True),
        question("other_some", "select_multiple", list="colours", or_other=True),
        question("filter", "select_one", list="colours"),
        question(
            "filtered", "select_multiple", list="colours", choice_filter="name != ${filter}"
        ),
        question(
            "told",
            hints={"az": "Ad: ${words}", "en": "Name: ${words}"},
            guidance={"az": "Uzun izah ${words}", "en": "A long story of ${words}"},
        ),
        question("long_name", labels={"az": LONG, "en": LONG}),
        question("sum", "calculate", calculation="${whole} * 2"),
        question("secret", "hidden", default="1"),
        question("unseen", "text", default="gizli", **look("hidden")),
        question("note", "note", labels={"az": "Qeyd ${words}", "en": "Note ${words}"}),
        *(
            question(kind, kind)
            for kind in ("start", "end", "today", "username", "email", "deviceid")
        ),
        repeat("kids", question("kid"), inner),
    ]


def every_type(code: str = "every_type", **settings: Any) -> Json:
    """The whole form, in four sections."""
    return form(
        code,
        section("typed", *(case.node for case in CASES)),
        section("files", *(question(name, kind, **more) for name, kind, more in FILES)),
        section("tables", *_tables()),
        section("rest", *_rest()),
        lists={"colours": COLOURS, "many": MANY},
        settings=settings,
    )
