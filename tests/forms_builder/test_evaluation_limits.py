"""Hostile sizes: what must take a moment takes a moment, or says that it is too much."""

from time import process_time

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from forms_builder.compile import check_spec
from forms_builder.rendering import Filling, in_words, parse_post
from forms_builder.rendering.pages import FormPages
from tests.forms_builder.test_evaluation import codes, form, judge, question

NAMES = [f"place{number}" for number in range(10_000)]


def choices(**rest):
    return [{"name": name, "labels": {"az": name.upper()}, **rest} for name in NAMES]


def seconds(work):
    start = process_time()
    work()
    return process_time() - start


class TestTenThousandChoices:
    def test_are_judged_at_once(self):
        spec = form(question("m", "select_multiple", list="l"), lists={"l": choices()})

        assert seconds(lambda: judge(spec, {"m": NAMES})) < 1

    def test_that_are_retired_are_kept_at_once(self):
        spec = form(
            question("m", "select_multiple", list="l"), lists={"l": choices(retired=True)}
        )

        assert seconds(lambda: judge(spec, {"m": NAMES}, previous={"m": NAMES})) < 1

    def test_are_filtered_and_named_at_once(self):
        spec = form(
            question("m", "select_multiple", list="l"),
            question("k", "select_one", list="l", choice_filter="selected(${m}, name)"),
            question("t", "calculate", calculation="jr:choice-name(${m}, '${m}')"),
            lists={"l": choices()},
        )
        found = []

        def work():
            found.append(judge(spec, {"m": NAMES, "k": NAMES[-1]}).choices_for("k"))

        assert seconds(work) < 1.5
        assert len(found[0]) == 10_000


class TestComparingEverythingWithEverything:
    def test_counts_as_work(self):
        rows = [
            {"kind": "repeat", "name": name, "children": [question(f"{name}x")]}
            for name in ("a", "b")
        ]
        every = "${ax} = ${bx} or ${ax} > ${bx} or ${bx} = ${ax}"
        spec = form(*rows, question("c", "calculate", calculation=every))
        answers = {
            "a": [{"ax": f"a{n}"} for n in range(1000)],
            "b": [{"bx": f"b{n}"} for n in range(1000)],
        }

        assert ("", "too_complex") in codes(judge(spec, answers))


class TestUnknownNames:
    def test_of_a_thousand_questions_are_found_in_seconds(self):
        spec = form(
            *(
                question(f"question_number_{n}", relevant=f"${{qestion_nmber_{n}}} = 1")
                for n in range(1300)
            )
        )
        found = []

        assert seconds(lambda: found.extend(check_spec(spec))) < 15
        assert len(found) == 1300
        assert "“question_number_7”" in found[7].message


class TestLabelsOfManyRows:
    def test_are_found_at_once(self):
        inside = [question(f"q{n}", labels={"az": "${q0}?"}) for n in range(10)]
        spec = form({"kind": "repeat", "name": "r", "children": inside})
        outcome = judge(spec, {"r": [{"q0": str(n)} for n in range(1000)]})

        def work():
            for row in range(1000):
                for n in range(10):
                    outcome.text(f"r[{row}]/q{n}", "labels", "az")

        assert seconds(work) < 2
        assert outcome.text("r[999]/q3", "labels", "az") == "999?"


class TestWordsOfManyRows:
    def test_are_found_at_once(self):
        inside = [question("q", "select_one", list="l", labels={"az": "Yer"})]
        spec = form(
            {"kind": "repeat", "name": "r", "labels": {"az": "R"}, "children": inside},
            lists={"l": choices()},
        )
        answers = {"r": [{"q": name} for name in NAMES[:1000]]}
        found = []

        def work():
            found.extend(in_words(spec, answers, choices=lambda code: (), language="az"))

        assert seconds(work) < 2
        assert found[0].lines[-1].text == "PLACE999"


class TestTenThousandUnknownChoices:
    def test_are_drawn_in_seconds(self):
        rows = choices()
        asked = question("m", "select_multiple", list="l", labels={"az": "Yer"})
        spec = form(asked, lists={"l": rows})
        filling = Filling(answers={"m": [f"x{name}" for name in NAMES]})
        found = []

        def work():
            pages = FormPages(spec, "az")
            found.append(pages.section("main", filling))

        assert seconds(work) < 3
        assert "xplace9999" in found[0]


class TestManyPostedRows:
    def test_are_read_in_a_moment(self):
        inner = {"kind": "repeat", "name": "i", "labels": {}, "children": [question("x")]}
        spec = form({"kind": "repeat", "name": "o", "labels": {}, "children": [inner]})
        post = QueryDict(mutable=True)
        for row in range(1000):
            post[f"o[{row}]"] = "row"
            for place in range(10):
                post[f"o[{row}]/i[{place}]"] = "row"
                post[f"o[{row}]/i[{place}]/x"] = str(place)
        found = []

        def work():
            found.append(parse_post(spec, "main", post, MultiValueDict(), {}, {}).answers)

        assert seconds(work) < 2
        assert found[0]["o"][999]["i"][9] == {"x": "9"}


class TestRowsOfRows:
    COUNTED = {"kind": "repeat", "name": "i", "children": [], "repeat_count": "${n}"}

    def test_that_one_typed_number_asks_for_are_refused_at_once(self):
        inner = {**self.COUNTED, "children": [question("y")]}
        outer = {**self.COUNTED, "name": "o", "children": [inner]}
        spec = form(question("n", "integer"), outer)
        found = []

        assert seconds(lambda: found.append(judge(spec, {"n": 1000}))) < 5
        assert ("", "too_complex") in codes(found[0])
        assert codes(judge(spec, {"n": 100})) == []

    def test_that_are_sent_are_refused_at_once(self):
        inner = {"kind": "repeat", "name": "i", "children": [question("y")]}
        spec = form({"kind": "repeat", "name": "o", "children": [inner]})
        answers = {"o": [{"i": [{}] * 1000}] * 1000}
        found = []

        assert seconds(lambda: found.append(judge(spec, answers))) < 5
        assert ("", "too_complex") in codes(found[0])
