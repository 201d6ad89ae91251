"""A question that says nothing is no question."""

from typing import Any

import pytest

from config.accounts.actors import Actor
from config.shared.problems import ProblemsFound
from forms_builder.services import publish_form, save_definition_draft
from forms_builder.xlsform import read_workbook
from forms_builder.xlsform.repair import Reading, repair_all
from forms_builder.xlsform.workbook import open_sheets
from tests.forms_builder.workbooks import LABEL, READY, codes, save, survey

pytestmark = pytest.mark.django_db
COLUMNS = ("type", "name", LABEL, "hint", "guidance_hint", "calculation", "media::image")


def form(*nodes: dict[str, Any]) -> dict[str, Any]:
    """A form with these questions in its section "a"."""
    children = [{"kind": "question", "type": "text", **node} for node in nodes]
    section = {"kind": "section", "name": "a", "labels": {"az": "A"}, "children": children}
    return {
        "schema": 1,
        "code": "plain",
        "labels": {"az": "Sadə"},
        "lists": {"yn": [{"name": "yes", "labels": {"az": "Bəli"}}]},
        "children": [section],
    }


class TestAQuestionWithoutWords:
    @pytest.mark.parametrize(
        "node",
        [{}, {"type": "note"}, {"guidance": {"az": "Bax"}}, {"type": "geopoint"}],
    )
    def test_cannot_be_published(self, noon, node):
        made = save_definition_draft("plain", form({"name": "b", **node}), Actor.system("t"))

        with pytest.raises(ProblemsFound) as found:
            publish_form(made, actor=Actor.system("t"), now=noon)

        assert [(p.code, p.path) for p in found.value.problems] == [("no_label", "a/b#labels")]

    @pytest.mark.parametrize(
        "node",
        [
            {"hints": {"az": "Adı"}},
            {"media": {"image": {"az": "ev.png"}}},
            {"type": "calculate", "calculation": "1"},
            {"type": "hidden"},
            {"type": "today"},
            {"retired": True},
            {"type": "select_one", "list": "yn", "appearance": "label"},
        ],
    )
    def test_may_be_when_it_says_something_or_is_not_shown(self, noon, node):
        spec = form({"name": "b", **node}, {"name": "c", "labels": {"az": "C"}})
        made = save_definition_draft("plain", spec, Actor.system("t"))
        assert publish_form(made, actor=Actor.system("t"), now=noon).number == 1


class TestARowWithoutWords:
    @pytest.mark.parametrize(
        "row",
        [("text", "b"), ("note", "b"), ("text", "b", "", "", "Bax")],
        ids=["text", "note", "guidance alone"],
    )
    def test_is_refused_as_other_tools_do(self, tmp_path, row):
        rows = survey((*READY,), row, columns=COLUMNS)
        report = read_workbook(save(tmp_path / "form.xlsx", survey=rows))

        assert codes(report) == ["no_label"]
        assert report.problems[0].row == 3

    @pytest.mark.parametrize(
        "row",
        [
            ("text", "b", "", "Adı"),
            ("text", "b", "", "", "", "1 + 1"),
            ("text", "b", "", "", "", "", "ev.png"),
        ],
        ids=["hint", "worked out", "picture"],
    )
    def test_is_taken_where_other_tools_take_it(self, tmp_path, row):
        rows = survey((*READY,), row, columns=COLUMNS)
        assert read_workbook(save(tmp_path / "form.xlsx", survey=rows)).is_good

    def test_shows_its_name_after_one_click(self, tmp_path):
        answer = open_sheets(save(tmp_path / "form.xlsx", survey=survey(READY, ("text", "b"))))

        report, changes = repair_all(answer, Reading("form"))

        assert report.is_good
        assert [(c.row, c.column, c.after) for c in changes] == [(3, LABEL, "b")]
