"""Every type of question on every page: drawn, typed, judged, stored and told again."""

import html
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from forms_builder.evaluation import evaluate
from forms_builder.expressions import NoLookups
from forms_builder.rendering import Filling, FormPages, in_words, parse_post, render_preview
from forms_builder.rendering.blank import blank_form
from registry.differences import Differ
from registry.models import Draft, Submission
from tests.forms_builder.test_rendering import Fields
from tests.support.every_type import CASES, Case, every_type
from tests.support.forms import MONDAY, form, make_register, publish, question, section

SPEC = every_type()
ANSWERS = {case.id: case.answer for case in CASES}
each = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
wrong = pytest.mark.parametrize(
    "case", [case for case in CASES if case.wrong], ids=lambda case: case.id
)


def posted(data: dict[str, Any]) -> QueryDict:
    sent = QueryDict(mutable=True)
    for name, value in data.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    return sent


def read(data: QueryDict) -> dict[str, Any]:
    found = parse_post(SPEC, "typed", data, MultiValueDict(), {}, {}).answers
    return {key: value for key, value in found.items() if value is not None}


def draw(language: str = "en", **filled: Any) -> str:
    return str(FormPages(SPEC, language).section("typed", Filling(**filled)))


def judged(answers: dict[str, Any]) -> Any:
    return evaluate(SPEC, answers, today=MONDAY.date(), now=MONDAY, lookups=NoLookups())


@pytest.fixture
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@each
class TestEachType:
    def test_is_read_from_what_a_browser_sends(self, case: Case) -> None:
        assert judged(read(posted(case.post()))).answers[case.id] == case.answer

    def test_comes_back_as_it_was_drawn(self, case: Case) -> None:
        again = read(Fields(draw(answers={case.id: case.answer})).data)

        assert judged(again).answers[case.id] == case.answer

    def test_breaks_no_rule_with_its_answer(self, case: Case) -> None:
        assert [p for p in judged({case.id: case.answer}).problems if p.path == case.id] == []

    def test_is_told_in_words_that_no_machine_writes(
        self, case: Case, in_english: None
    ) -> None:
        told = in_words(SPEC, {case.id: case.answer}, choices=lambda code: (), language="en")

        assert [line.text for line in told[0].lines] == [case.words]

    def test_is_told_in_a_difference(self, case: Case, in_english: None) -> None:
        differ = Differ(SPEC, "en", lambda code: ())

        assert [one.new for one in differ.compare({}, {case.id: case.answer})] == [case.words]

    def test_stands_on_paper(self, case: Case) -> None:
        paper = blank_form(SPEC, choices=lambda code: (), language="az")

        assert f"{case.id} sualı" in [line.label for line in paper[0].lines]


@wrong
class TestEachWrongAnswer:
    def test_is_named_in_both_languages(self, case: Case) -> None:
        answers = read(posted(case.post(wrong=True)))
        said = {}
        for language in ("az", "en"):
            with translation.override(language):
                [problem] = [p for p in judged(answers).problems if p.path == case.id]
                said[language] = str(problem.message)
                assert problem.code == case.code

        assert said["az"] and said["en"]

    def test_stays_on_the_page_as_typed_with_its_message(self, case: Case) -> None:
        page = draw(answers=read(posted(case.post(wrong=True))), messages={case.id: ["No!"]})

        start = page.index(f'data-question="{case.id}"')
        here = (
            page[start : page.index("data-question=", start + 20)]
            if case is not CASES[-1]
            else page[start:]
        )
        assert html.unescape(case.kept) in html.unescape(here)
        assert f'id="e:{case.id}">No!' in here


@pytest.mark.django_db
class TestAWholeForm:
    @pytest.fixture
    def worker(self, make_user):
        return make_user("social_worker", username="leyla", email="l@d.az", language="en")

    @pytest.fixture
    def client(self, worker) -> Client:
        make_register("cases")
        publish(SPEC)
        client = Client()
        client.force_login(worker)
        return client

    @pytest.fixture
    def draft(self, client) -> Draft:
        client.get("/portal/fill/every_type/")
        draft = Draft.objects.get()
        data = {name: value for case in CASES for name, value in case.post().items()}
        client.post(
            self.step(draft, "typed"), {**data, "wizard-current_step": "typed", "_next": "1"}
        )
        draft.refresh_from_db()
        return draft

    @pytest.fixture
    def sent(self, client, draft) -> Submission:
        client.post(self.step(draft, "review"), {"wizard-current_step": "review"})
        return Submission.objects.get()

    def step(self, draft: Draft, name: str) -> str:
        return f"/portal/draft/{draft.uuid}/step/{name}/"

    def missing(self, page: Any) -> list[str]:
        assert page.status_code == 200
        text = html.unescape(page.content.decode())
        return [case.id for case in CASES if case.words not in text]

    def test_is_stored_as_the_browser_sent_it(self, sent) -> None:
        assert {key: sent.answers.get(key) for key in ANSWERS} == ANSWERS

    def test_is_reviewed_in_words(self, client, draft) -> None:
        assert self.missing(client.get(self.step(draft, "review"))) == []

    def test_stands_on_the_record_in_words(self, client, sent) -> None:
        assert self.missing(client.get(f"/portal/records/{sent.record.uuid}/")) == []

    def test_is_printed_in_words(self, client, sent) -> None:
        assert self.missing(client.get(f"/portal/submissions/{sent.uuid}/print/")) == []

    def test_is_drawn_with_every_section(self, client, draft) -> None:
        for name in ("typed", "files", "tables", "rest"):
            assert client.get(self.step(draft, name)).status_code == 200

    def test_shows_in_a_preview(self, db) -> None:
        page = render_preview(SPEC, "az")

        assert [case.id for case in CASES if f'data-question="{case.id}"' not in page] == []

    def test_knows_who_filled_it_and_when(self, sent) -> None:
        found = sent.answers

        assert (found["username"], found["email"]) == ("leyla", "l@d.az")
        assert found["start"] < found["end"]
        assert found["today"] == found["start"][:10]
        assert "deviceid" not in found

    def test_opened_twice_without_typing_is_one_draft(self, client) -> None:
        client.get("/portal/fill/every_type/")
        client.get("/portal/fill/every_type/?new=1")

        assert Draft.objects.count() == 1

    def test_speaks_of_answers_in_labels_hints_and_guidance(self, client, draft) -> None:
        client.post(
            self.step(draft, "rest"),
            {"kids[0]": "row", "kids[0]/kid": "Aylin", "kids[1]": "row", "kids[1]/kid": "Murad",
             "kids[0]/toys[0]": "row", "kids[0]/toys[0]/toy": "top", "_update": "1"},
        )  # fmt: skip
        page = client.get(self.step(draft, "rest")).content.decode()

        assert 'Name: <span data-says="words">Salam</span>' in page
        assert 'A long story of <span data-says="words">Salam</span>' in page
        assert '<span data-says="kid">Aylin</span>: <span data-says="toy">top</span>' in page
        assert '<span data-says="kid">Murad</span>: <span data-says="toy"></span>' in page

    def test_lists_what_is_wrong_in_the_order_of_the_form(self, client, draft) -> None:
        data = {
            name: value
            for case in CASES
            if case.wrong
            for name, value in case.post(True).items()
        }
        client.post(self.step(draft, "typed"), {**data, "_update": "1"})
        problems = client.get(self.step(draft, "review")).context["problems"]

        asked = [case.id for case in CASES if case.wrong]
        assert [href.partition("#q:")[2] for href, _text in problems] == asked

    def test_names_the_question_of_a_row_by_the_answers_of_its_row(self, client, draft) -> None:
        rows = {"kids[0]": "row", "kids[0]/kid": "Aylin", "kids[0]/toys[0]": "row"}
        toy = {"kids[0]/toys[0]/toy": "a very long name"}
        client.post(self.step(draft, "rest"), {**rows, **toy, "_update": "1"})
        page = client.get(self.step(draft, "review"))

        assert any("Toy of Aylin" in text for _href, text in page.context["problems"])
        assert "<dt>Toy of Aylin</dt>" in page.content.decode()

    def test_moves_rows_without_scripts(self, client, draft) -> None:
        rows = {
            "kids[0]": "row",
            "kids[0]/kid": "Aylin",
            "kids[1]": "row",
            "kids[1]/kid": "Murad",
        }
        answer = client.post(self.step(draft, "rest"), {**rows, "_down": "kids[0]"})

        draft.refresh_from_db()
        assert answer["Location"].endswith("#q:kids")
        assert [row["kid"] for row in draft.answers["kids"]] == ["Murad", "Aylin"]

        client.post(self.step(draft, "rest"), {**rows, "_up": "kids[0]"})
        draft.refresh_from_db()
        assert [row["kid"] for row in draft.answers["kids"]] == ["Aylin", "Murad"]

    def test_keeps_what_its_author_hides_from_sight(self, client, draft) -> None:
        page = client.get(self.step(draft, "rest")).content.decode()
        client.post(self.step(draft, "rest"), {**Fields(page).data.dict(), "_update": "1"})

        draft.refresh_from_db()
        assert "data-unseen hidden" in page
        assert draft.answers["unseen"] == "gizli"


class TestTables:
    spec = every_type()

    def draw(self, **filled: Any) -> str:
        return str(FormPages(self.spec, "en").section("tables", Filling(**filled)))

    def read(self, page: str) -> dict[str, Any]:
        found = parse_post(self.spec, "tables", Fields(page).data, MultiValueDict(), {}, {})
        return {key: value for key, value in found.answers.items() if value is not None}

    def test_give_back_what_they_were_drawn_with(self) -> None:
        answers = {
            "row_0": "red",
            "row_2": "blue",
            "bare_0": "green",
            "bare_1": ["red", "blue"],
            "age_0": 7,
            "work_1": "red",
        }

        assert self.read(self.draw(answers=answers)) == answers

    def test_have_a_row_for_each_question_and_a_column_for_each_choice(self) -> None:
        page = self.draw()

        assert page.count("<table") == 3
        assert page.count('<th scope="col">Red</th>') == 2
        assert page.count('<tr data-question="row_') == 3
        assert "<caption>heads question</caption>" in page

    def test_name_the_row_and_the_column_of_every_box(self) -> None:
        page = self.draw()

        assert 'aria-labelledby="l:row_1 t:row_1#2"' in page
        assert '<span id="t:row_1#2">Blue</span>' in page

    def test_say_what_is_wrong_in_the_row(self) -> None:
        page = self.draw(messages={"row_1": ["Answer this question."]})

        assert '<div class="field-error" id="e:row_1">Answer this question.</div>' in page

    def test_show_an_answer_that_left_the_list(self) -> None:
        page = self.draw(answers={"row_1": "pink"})

        assert self.read(page)["row_1"] == "pink"


@pytest.mark.parametrize("kind", ["select_one", "select_multiple", "rank"])
def test_a_list_whose_file_is_missing_says_so(kind: str) -> None:
    away = [{"name": "towns.csv", "labels": {"az": "towns.csv"}, "retired": True}]
    spec = {
        **form("f", section("one", question("q", kind, list="towns"))),
        "lists": {"towns": away},
    }
    page = str(FormPages(spec, "az").section("one", Filling()))

    assert "<input" not in page
    assert 'id="q:q"' in page
