"""Questions as HTML, and what a browser posts as answers."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from forms_builder.choices import Choice
from forms_builder.rendering import (
    Filling,
    FormPages,
    formats,
    in_words,
    parse_post,
    render_preview,
)
from tests.support.forms import form, question, section

LIST = (
    Choice("yes", {"az": "Bəli", "en": "Yes"}),
    Choice("no", {"az": "Xeyr & yox", "en": "No"}),
)


def lists(code: str) -> tuple[Choice, ...]:
    return LIST


def draw(spec: dict[str, Any], language: str = "az", **filled: Any) -> str:
    filling = Filling(choices=lists, **filled)
    return str(FormPages(spec, language).section("one", filling))


def one(*children: dict[str, Any]) -> dict[str, Any]:
    return form("f", section("one", *children))


class Fields(HTMLParser):
    """What a browser would post of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.data = QueryDict(mutable=True)
        self.select = self.textarea = ""
        self.inside_template = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        name = values.get("name") or ""
        if tag == "template":
            self.inside_template += 1
        if self.inside_template:
            return
        if tag == "select":
            self.select = name
        elif tag == "option" and "selected" in values:
            self.data.appendlist(self.select, values["value"])
        elif tag == "textarea":
            self.textarea = name
        elif tag == "input" and name and values.get("type") != "file":
            chosen = values.get("type") not in ("radio", "checkbox") or "checked" in values
            if chosen:
                self.data.appendlist(name, values.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self.inside_template -= 1
        if tag == "textarea":
            self.textarea = ""

    def handle_data(self, data: str) -> None:
        if self.textarea and not self.inside_template:
            self.data.appendlist(self.textarea, data.removeprefix("\n"))


def read(spec: dict[str, Any], data: QueryDict, previous: Any = None) -> dict[str, Any]:
    posted = parse_post(spec, "one", data, MultiValueDict(), previous or {}, {})
    return {key: value for key, value in posted.answers.items() if value is not None}


FILE = {"id": "7b1c", "name": "a.pdf", "size": 3, "type": "application/pdf"}


@pytest.mark.parametrize(
    ("kind", "more", "answer"),
    [
        ("text", {}, 'Əli "və" <Vəli>'),
        ("text", {"appearance": "multiline"}, "bir\niki"),
        ("text", {"lookup": {"register": "cases"}}, "TS-2026-00001"),
        ("integer", {}, 12),
        ("integer", {}, "on iki"),
        ("decimal", {}, 12.5),
        ("range", {"parameters": {"start": "1", "end": "5", "step": "1"}}, 3),
        ("range", {"parameters": {"start": "0", "end": "1000", "step": "1"}}, 300),
        ("date", {}, "2026-03-05"),
        ("date", {}, "31.02.2026"),
        ("time", {}, "09:05"),
        ("dateTime", {}, "2026-03-05T09:05:00+04:00"),
        # The real Baku had summer time until 2015 and odd minutes before 1924.
        ("dateTime", {}, "2010-07-01T00:30:00+04:00"),
        ("dateTime", {}, "1890-01-01T00:30:00+04:00"),
        ("dateTime", {}, "0001-01-01T00:00:00+04:00"),
        ("dateTime", {}, "9999-12-31T23:59:00+04:00"),
        ("select_one", {"list": "l"}, "no"),
        ("select_one", {"list": "l", "appearance": "minimal"}, "no"),
        ("select_one", {"list": "l"}, "unknown"),
        ("select_multiple", {"list": "l"}, ["yes", "no"]),
        ("rank", {"list": "l"}, ["no", "yes"]),
        ("acknowledge", {}, "OK"),
        ("geopoint", {}, {"lat": 40.4, "lon": 49.9}),
        ("barcode", {}, "4760001"),
        ("file", {}, FILE),
        ("image", {"appearance": "signature"}, FILE),
    ],
)
def test_an_answer_comes_back_as_it_was_drawn(kind, more, answer):
    spec = one(question("q", kind, **more))
    page = draw(spec, answers={"q": answer})

    assert read(spec, Fields(page).data, {"q": answer}) == {"q": answer}


@pytest.mark.parametrize("end", ["inf", "nan", "1e400", "-1e308"])
@pytest.mark.parametrize("look", ["", "picker", "rating"])
def test_a_range_without_an_end_is_drawn_all_the_same(end, look):
    parameters = {"start": "1e308", "end": end, "step": "nan"}
    asked = question("q", "range", parameters=parameters, appearance=look)

    assert 'name="q"' in draw(one(asked))


def test_rows_of_repeats_come_back_nested():
    inner = {"kind": "repeat", "name": "toys", "labels": {"az": "Oyuncaq"}}
    outer = {"kind": "repeat", "name": "kids", "labels": {"az": "Uşaq"}}
    spec = one({**outer, "children": [question("n"), {**inner, "children": [question("t")]}]})
    answers = {"kids": [{"n": "A", "toys": [{"t": "x"}, {"t": "y"}]}, {"n": "B"}]}

    assert read(spec, Fields(draw(spec, answers=answers)).data) == answers


def test_a_removed_row_leaves_no_gap():
    repeat = {"kind": "repeat", "name": "kids", "labels": {"az": "Uşaq"}}
    spec = one({**repeat, "children": [question("n")]})
    data = QueryDict("kids[0]=row&kids[0]/n=A&kids[7]=row&kids[7]/n=B&kids[x]=row")

    assert read(spec, data) == {"kids": [{"n": "A"}, {"n": "B"}]}


def test_a_repeat_with_a_fixed_number_has_that_many_rows_and_no_buttons():
    repeat = {"kind": "repeat", "name": "kids", "labels": {"az": "Uşaq"}, "repeat_count": "2"}
    spec = one({**repeat, "children": [question("n")]})
    page = draw(spec, answers={"kids": [{"n": "A"}]}, row_count=lambda path: 2)

    assert read(spec, Fields(page).data) == {"kids": [{"n": "A"}, {}]}
    assert "_add" not in page
    assert "_remove" not in page


def test_a_select_may_offer_another_answer():
    spec = one(question("q", "select_one", list="l", or_other=True))
    answers = {"q": "other", "q_other": "Qonşu"}

    assert read(spec, Fields(draw(spec, answers=answers)).data) == answers


def test_what_nobody_may_type_is_not_read():
    spec = one(
        question("sum", "calculate", calculation="1"),
        question("fixed", read_only=True),
        question("info", "note"),
    )

    assert read(spec, QueryDict("sum=1&fixed=2&info=4")) == {}


def test_nothing_typed_can_become_markup():
    spec = one(question("q"), question("r", labels={"az": "Salam ${q} <b>"}))
    page = draw(spec, answers={"q": '"><script>x</script>'}, messages={"q": ["<i>no</i>"]})

    assert "<script>" not in page
    assert "<b>" not in page
    assert "<i>" not in page
    assert "Salam <span" in page


class TestAQuestion:
    def test_names_its_label_hint_and_error_to_readers(self):
        spec = one(question("q", hints={"az": "Kömək"}, required=True))
        page = draw(spec, messages={"q": ["Yazın"]})

        assert '<label for="q:q" id="l:q">q sualı' in page
        assert 'aria-describedby="h:q e:q"' in page
        assert 'aria-invalid="true"' in page
        assert '<div class="field-error" id="e:q">Yazın</div>' in page

    def test_that_is_not_relevant_is_hidden(self):
        assert " hidden>" in draw(one(question("q")), relevant={"q": False})

    def test_speaks_the_language_of_the_page(self):
        spec = one(question("q", "select_one", list="l"))

        assert "Bəli" in draw(spec, "az")
        assert "Yes" in draw(spec, "en")

    def test_with_many_choices_is_a_list(self):
        rows = [{"name": f"n{i}", "labels": {"az": str(i)}} for i in range(20)]
        spec = {**one(question("q", "select_one", list="own")), "lists": {"own": rows}}

        page = draw(spec, answers={"q": "n7"})
        assert "<select" in page
        assert '<option selected value="n7">' in page

    def test_shows_a_computed_value(self):
        spec = one(question("sum", "calculate", calculation="1.5"))

        assert "1,5</output>" in draw(spec, values={"sum": 1.5})


def test_every_type_of_a_form_is_drawn():
    from forms_builder.schema import TYPES

    nodes = [question(f"q{n}", kind, list="l") for n, kind in enumerate(sorted(TYPES))]

    assert draw(one(*nodes)).count("data-question") > 15


def test_answers_are_told_in_words():
    repeat = {"kind": "repeat", "name": "kids", "labels": {"az": "Uşaq"}}
    spec = one(
        question("born", "date"),
        question("ok", "select_one", list="l"),
        question("gone"),
        {**repeat, "children": [question("n")]},
    )
    answers = {"born": "2026-03-05", "ok": "no", "gone": "x", "kids": [{"n": "A"}]}
    told = in_words(spec, answers, choices=lists, language="az", relevant={"gone": False})

    assert [(line.label, line.text) for line in told[0].lines] == [
        ("born sualı", "05.03.2026"),
        ("ok sualı", "Xeyr & yox"),
        ("Uşaq 1", ""),
        ("n sualı", "A"),
    ]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12", 12),
        ("1 200", 1200),
        ("-3", -3),
        ("1e5", "1e5"),
        ("", ""),
        ("9" * 30, "9" * 30),
    ],
)
def test_a_typed_whole_number(typed, value):
    assert formats.read_integer(typed) == value


@pytest.mark.parametrize(
    ("typed", "value"),
    [("9:05", "09:05"), ("0905", "09:05"), ("9.05", "09:05"), ("25:00", "25:00"), ("", "")],
)
def test_a_typed_time(typed, value):
    assert formats.read_time(typed) == value


class TestAPreview:
    @pytest.mark.django_db
    def test_shows_every_section_and_what_the_browser_needs(self):
        spec = form(
            "f",
            section("one", question("a", "integer", default="2")),
            section("two", question("b", relevant="${a} > 3")),
        )
        page = render_preview(spec, "en")

        assert "one section" in page
        assert 'name="a" value="2"' in page
        assert 'id="fill-definition"' in page

    @pytest.mark.django_db
    def test_of_a_form_that_cannot_be_published_shows_its_questions(self):
        page = render_preview(one(question("a", relevant="${nobody} = ")), "az")

        assert 'name="a"' in page
        assert 'id="fill-definition"' not in page


class TestRetiredQuestions:
    spec = one(
        question("old", retired=True),
        {"kind": "group", "name": "g", "retired": True, "children": [question("a")]},
    )

    def test_are_drawn_only_where_they_were_answered(self) -> None:
        assert draw(self.spec) == ""
        page = draw(self.spec, answers={"old": "x"}, kept={"old"})
        assert read(self.spec, Fields(page).data) == {"old": "x"}

    def test_take_their_group_with_them(self) -> None:
        page = draw(self.spec, answers={"a": "x"}, kept={"g", "a"})

        assert 'data-group="g"' in page
        assert 'name="a"' in page


class TestLockedQuestions:
    def test_show_what_they_have_and_take_nothing(self) -> None:
        spec = one(question("fee", "integer", read_only="1 = 1"))

        page = draw(spec, answers={"fee": 9}, locked={"fee": True}, held={"fee": 3})

        assert 'value="3"' in page
        assert " readonly" in page
        assert "data-locked" in page


class TestKeys:
    def test_of_a_repeat_and_a_question_that_share_a_name_are_those_of_the_schema(self) -> None:
        rows = {"kind": "repeat", "name": "a", "children": [question("x")]}
        spec = one(
            {"kind": "group", "name": "g", "children": [question("a")]},
            {"kind": "group", "name": "h", "children": [rows]},
        )

        page = draw(spec, answers={"one/g/a": "1", "one/h/a": [{"x": "2"}]})
        posted = parse_post(spec, "one", Fields(page).data, MultiValueDict(), {}, {})

        assert 'data-repeat="one/h/a"' in page
        assert posted.answers == {"one/g/a": "1", "one/h/a": [{"x": "2"}]}
