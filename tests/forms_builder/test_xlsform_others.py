"""Forms as other tools make and take them: what they refuse is refused with its cause and a
fix, and an export converts with pyxform and comes back the same."""

from datetime import date

import openpyxl
import pytest
from pyxform.xls2xform import convert

from config.shared.definitions import digest
from forms_builder.evaluation import evaluate_expression
from forms_builder.expressions import parse
from forms_builder.xlsform import read_workbook, write_workbook
from forms_builder.xlsform.common_words import said_by_all
from forms_builder.xlsform.repair import Reading, repair_all
from forms_builder.xlsform.workbook import open_sheets
from tests.forms_builder.workbooks import LABEL, READY, codes, survey

# The other apps' checks of a form ask the database.
pytestmark = pytest.mark.django_db


def exported(spec, folder):
    """The path of an export that pyxform converts and that comes back the same."""
    path = folder / "again.xlsx"
    write_workbook(spec, path, shared={})
    convert(xlsform=str(path), validate=False)
    is_free = spec.get("settings", {}).get("any_language", False)
    assert digest(read_workbook(path, any_language=is_free).spec) == digest(spec)
    return path


def silent_spec(workbook):
    """A form of which an old version has a question without words."""
    spec = good(read_workbook(workbook(survey=survey(READY, ("text", "silent", "S")))))
    del spec["children"][0]["children"][1]["labels"]
    return spec


def cells(path, name):
    """The rows of the survey of an export as maps, those called `name`."""
    rows = list(openpyxl.load_workbook(path)["survey"].values)
    named = (dict(zip(rows[0], row, strict=True)) for row in rows[1:])
    return [{k: v for k, v in row.items() if v} for row in named if row["name"] == name]


def good(report):
    assert codes(report) == []
    return report.spec


def fixed(path):
    """The form after every fix."""
    report, _changes = repair_all(open_sheets(path), Reading("form", any_language=True))
    return good(report)


class TestExportsForOtherTools:
    def test_have_a_label_where_a_question_has_none(self, workbook, tmp_path):
        spec = silent_spec(workbook)

        path = exported(spec, tmp_path)

        assert cells(path, "silent")[0][LABEL] == "silent"

    def test_show_something_in_a_group_of_calculations(self, workbook, tmp_path):
        spec = good(read_workbook(workbook(survey=survey(READY))))
        count = {"kind": "question", "type": "calculate", "name": "n", "calculation": "1"}
        group = {"kind": "group", "name": "g", "labels": {"az": "G"}, "children": [count]}
        spec["children"].append({"kind": "section", "name": "s", "labels": {"az": "S"},
                                 "children": [group]})  # fmt: skip

        path = exported(spec, tmp_path)

        (note,) = cells(path, "dayaq_note_1")
        assert (note["type"], note["relevant"]) == ("note", "false()")

    def test_name_their_root_otherwise_than_a_field(self, workbook, tmp_path):
        columns = ("type", "name", LABEL, "relevant")
        path = workbook(
            survey=survey(("text", "data", "D"), ("text", "b", "B", "${data} = '1'"),
                          columns=columns)
        )  # fmt: skip

        again = exported(good(read_workbook(path)), tmp_path)

        assert openpyxl.load_workbook(again)["settings"]["A1"].value == "name"

    def test_calculate_something_where_nothing_is_said(self, workbook, tmp_path):
        spec = good(read_workbook(workbook(survey=survey(READY, ("calculate", "c", "")))))

        exported(spec, tmp_path)

    def test_leave_out_columns_that_others_stumble_over(self, workbook, tmp_path):
        columns = ("type", "name", LABEL, "instance::tag", "a::b::c", "remark", "trigger")
        row = ("text", "b", "B", "x", "y", "see ${nowhere}", "${a} ${b}")
        path = workbook(survey=survey(READY, row, columns=columns))
        spec = good(read_workbook(path))

        again = exported(spec, tmp_path)

        assert spec["children"][0]["children"][1]["other"]["remark"] == "see ${nowhere}"
        assert "remark" not in cells(again, "b")[0]

    def test_count_as_changed_where_a_person_changed_them(self, workbook, tmp_path):
        spec = silent_spec(workbook)
        path = exported(spec, tmp_path)
        book = openpyxl.load_workbook(path)
        place = [cell.value for cell in book["survey"][1]].index(LABEL) + 1
        book["survey"].cell(3, place).value = "Səs"
        book.save(path)

        (_a, silent) = read_workbook(path).spec["children"][0]["children"]

        assert silent["labels"] == {"az": "Səs"}

    def test_refuse_a_note_of_ours_that_was_spoilt(self, workbook):
        columns = ("type", "name", LABEL, "dayaq_written")
        path = workbook(survey=survey(("text", "a", "A", "[1"), columns=columns))

        problem = read_workbook(path).problems[0]

        assert (problem.code, problem.row, problem.column) == (
            "dayaq_more", 2, "dayaq_written",
        )  # fmt: skip


class TestOurFunctions:
    @pytest.mark.parametrize(
        ("source", "answers", "value"),
        [
            ("floor(${x})", {"x": "2.7"}, 2),
            ("floor(${x})", {"x": "-2.1"}, -3),
            ("ceiling(${x})", {"x": "2.1"}, 3),
            ("ceiling(${x})", {"x": "-2.7"}, -2),
            ("difference-in-months(${x}, '2026-03-14')", {"x": "2025-01-15"}, 13),
            ("difference-in-months(${x}, '2026-03-15')", {"x": "2025-01-15"}, 14),
            ("age-in-years(${x}, '2026-03-14')", {"x": "2000-03-15"}, 25),
            ("age-in-years(${x})", {"x": "2000-11-22"}, 26),
            ("working-days(${x}, '2026-11-30')", {"x": "2026-11-20"}, 6),
            ("coalesce(${x}, ${y}, 'z')", {}, "z"),
            ("selected(${x}, 1)", {"x": "1 2"}, True),
        ],
    )
    def test_mean_the_same_in_the_words_of_other_tools(self, source, answers, value, noon):
        said = said_by_all(source)

        times = {"today": date(2026, 11, 22), "now": noon}
        assert evaluate_expression(parse(said), answers, **times) == value
        assert evaluate_expression(parse(source), answers, **times) == value
        assert said != source

    def test_come_back_from_an_export(self, workbook, tmp_path):
        columns = ("type", "name", LABEL, "calculation")
        rows = [("date", "born", "D", ""), ("calculate", "age", "", "age-in-years(${born})")]
        spec = good(read_workbook(workbook(survey=survey(*rows, columns=columns))))

        path = exported(spec, tmp_path)

        assert "age-in-years" not in cells(path, "age")[0]["calculation"]


@pytest.fixture
def noon():
    from datetime import UTC, datetime

    return datetime(2026, 11, 22, 8, tzinfo=UTC)


class TestRefusedAsOtherToolsDo:
    @pytest.mark.parametrize(
        ("rows", "code", "row"),
        [
            ([READY, ("begin group", "g", "G"), ("end group",)], "empty_group", 3),
            ([READY, ("begin group", "g", ""), ("calculate", "c", ""), ("end group",)],
             "empty_group", 3),
            ([READY, ("note", "b", "Salam ${a")], "text_reference", 3),
            ([READY, ("note", "b", "Salam ${a b}")], "text_reference", 3),
            ([("begin group", "g", "G"), ("begin repeat", "r", "R"), READY, ("end repeat",),
              ("end group",), ("begin repeat", "R", "R"), READY, ("end repeat",)],
             "duplicate_name", 7),
        ],
    )  # fmt: skip
    def test_at_the_row_and_after_a_fix_not(self, workbook, tmp_path, rows, code, row):
        path = workbook(survey=survey(*rows))

        problem = read_workbook(path).problems[0]

        assert (problem.code, problem.row) == (code, row)
        exported(fixed(path), tmp_path)

    def test_for_a_list_without_labels(self, workbook, tmp_path):
        choices = [["list_name", "name"], ["l", "x"], ["l", "y"]]
        path = workbook(survey=survey(("select_one l", "q", "Q")), choices=choices)

        assert codes(read_workbook(path)) == ["no_labels"]
        assert exported(fixed(path), tmp_path)

    def test_for_a_field_that_a_choice_names_and_that_is_not_there(self, workbook, tmp_path):
        choices = [["list_name", "name", LABEL], ["l", "x", "${who}"]]
        path = workbook(survey=survey(("select_one l", "q", "Q")), choices=choices)

        problem = read_workbook(path).problems[0]

        assert (problem.code, problem.sheet, problem.row) == ("unknown_field", "choices", 2)
        exported(fixed(path), tmp_path)

    @pytest.mark.parametrize(
        "calculation",
        [
            "date(concat(${year}, '-', ${month}, '-22'))",
            "format-date(concat(${year}, '-01-01'), '%Y')",
        ],
    )
    def test_for_a_date_that_fails_when_the_form_is_opened(
        self, workbook, tmp_path, calculation
    ):
        columns = ("type", "name", LABEL, "calculation")
        rows = [("integer", "year", "İl", ""), ("integer", "month", "Ay", ""),
                ("calculate", "born", "", calculation)]  # fmt: skip
        path = workbook(survey=survey(*rows, columns=columns))

        problem = read_workbook(path).problems[0]

        assert (problem.code, problem.row, problem.column) == ("bad_date", 4, "calculation")
        exported(fixed(path), tmp_path)

    def test_even_where_nobody_is_asked_yet(self, workbook, tmp_path):
        columns = ("type", "name", LABEL, "relevant", "calculation")
        rows = [READY, ("begin repeat", "r", "R", "${a} = 'x'", ""),
                ("integer", "year", "İl", "", ""),
                ("calculate", "born", "", "", "date(concat(${year}, '-01-01'))"),
                ("end repeat",)]  # fmt: skip
        path = workbook(survey=survey(*rows, columns=columns))

        assert codes(read_workbook(path)) == ["bad_date"]
        exported(fixed(path), tmp_path)

    def test_for_a_date_that_stands_in_a_file(self, workbook, tmp_path):
        columns = ("type", "name", LABEL, "calculation")
        seen = "date(pulldata('visits', 'last', 'key', ${a}))"
        path = workbook(survey=survey(READY, ("calculate", "seen", "", seen), columns=columns))

        problem = read_workbook(path).problems[0]

        assert (problem.code, problem.row, problem.column) == ("bad_date", 3, "calculation")
        exported(fixed(path), tmp_path)

    @pytest.mark.parametrize(
        ("rows", "code", "column"),
        [
            ([("text", "b", "B", "${c} = ''", "", "", ""),
              ("text", "c", "C", "", "${b} = ''", "", "")], "cycle", "required"),
            ([("text", "b", "B", ". = ''", "", "", "")], "cycle", "required"),
            ([("begin repeat", "r", "R"), ("text", "n", "N"), ("end repeat",),
              ("text", "b", "B", "", "${n} = 'x'", "", "")], "several_rows", "relevant"),
            ([("calculate", "b", "", "", "", "instance('no')/root/item[1]/x", "")],
             "unknown_list", "calculation"),
            ([("calculate", "b", "", "", "", "instance('yn')/root/item[label::en = 'x']/name",
               "")], "syntax", "calculation"),
        ],
    )  # fmt: skip
    def test_for_what_only_others_cannot_work_out(self, workbook, tmp_path, rows, code, column):
        columns = ("type", "name", LABEL, "required", "relevant", "calculation", "repeat_count")
        path = workbook(survey=survey(READY, *rows, columns=columns))

        problems = read_workbook(path).problems

        assert (problems[0].code, problems[0].column) == (code, column)
        exported(fixed(path), tmp_path)

    @pytest.mark.parametrize("name", ["${nowhere}", "concat(${a}", "nothing(${a})"])
    def test_for_a_name_of_answers_that_cannot_be_worked_out(self, workbook, tmp_path, name):
        settings = [["form_title", "default_language", "instance_name"], ["S", "az", name]]
        path = workbook(survey=survey(READY), settings=settings)

        problem = read_workbook(path).problems[0]

        assert (problem.code, problem.sheet, problem.row, problem.column) == (
            "setting_refused", "settings", 2, "instance_name",
        )  # fmt: skip
        exported(fixed(path), tmp_path)

    def test_in_a_repeat_that_is_called_as_a_question(self, workbook, tmp_path):
        columns = ("type", "name", LABEL, "relevant", "calculation")
        rows = [("begin group", "g", "G", "", ""), ("text", "child", "A", "", ""),
                ("end group",), ("begin group", "h", "H", "${a} = 'x'", ""),
                ("begin repeat", "child", "R", "", ""), ("integer", "year", "İl", "", ""),
                ("calculate", "born", "", "", "date(concat(../year, '-01-01'))"),
                ("end repeat",), ("end group",), READY]  # fmt: skip
        path = workbook(survey=survey(*rows, columns=columns))

        assert codes(read_workbook(path)) == ["bad_date"]
        exported(fixed(path), tmp_path)

    @pytest.mark.parametrize("label", ["if(${a} = 'x', 'y')", "concat(${a}"])
    def test_for_an_entity_that_cannot_be_worked_out(self, workbook, tmp_path, label):
        path = workbook(survey=survey(READY), entities=[["list_name", "label"], ["e", label]])

        problem = read_workbook(path).problems[0]

        assert (problem.code, problem.sheet, problem.row, problem.column) == (
            "entity", "entities", 2, "label",
        )  # fmt: skip
        exported(fixed(path), tmp_path)

    def test_but_not_for_a_date_that_is_asked_for_later(self, workbook):
        columns = ("type", "name", LABEL, "calculation")
        safe = "if(${year} = '', '', date(concat(${year}, '-01-01')))"
        rows = [("integer", "year", "İl", ""), ("calculate", "born", "", safe)]

        assert read_workbook(workbook(survey=survey(*rows, columns=columns))).is_good


class TestTakenAsOtherToolsDo:
    def test_two_names_of_one_language_in_one_workbook(self, workbook, tmp_path):
        columns = ("type", "name", LABEL, "label::fr", "label::French")
        path = workbook(survey=survey(("text", "a", "A", "un", "deux"), columns=columns))

        spec = good(read_workbook(path))

        (question,) = spec["children"][0]["children"]
        assert question["labels"] == {"az": "A", "fr": "un", "French": "deux"}
        exported(spec, tmp_path)

    @pytest.mark.parametrize(
        "calculation",
        [
            "instance('people')/root/data[x = current()/../a]/y/z",
            "pulldata('@json', ${a}, '0.b')",
        ],
    )
    def test_what_only_they_can_look_up_counts_as_empty(self, workbook, tmp_path, calculation):
        columns = ("type", "name", LABEL, "calculation")
        rows = [("xml-external", "people"), READY, ("text", "b", "B", calculation)]
        report = read_workbook(workbook(survey=survey(*rows, columns=columns)))

        question = good(report)["children"][0]["children"][1]

        assert question["calculation"] == "''"
        assert calculation in question["other"].values()
        assert any(warning.row == 4 for warning in report.warnings)
        exported(report.spec, tmp_path)

    def test_a_count_of_what_does_not_repeat(self, workbook, tmp_path):
        columns = ("type", "name", LABEL, "repeat_count")
        path = workbook(survey=survey(("integer", "a", "A", "(Years)"), columns=columns))

        report = read_workbook(path)

        assert good(report)["children"][0]["children"][0]["other"] == {
            "repeat_count": "(Years)"
        }
        assert [warning.column for warning in report.warnings] == ["repeat_count"]
        exported(report.spec, tmp_path)

    def test_a_constraint_of_another_system(self, workbook, tmp_path):
        columns = ("type", "name", LABEL, "constraint")
        path = workbook(survey=survey(("text", "a", "A", "wq:length(., 3)"), columns=columns))

        report = read_workbook(path)

        assert "constraint" not in good(report)["children"][0]["children"][0]
        assert [warning.column for warning in report.warnings] == ["constraint"]
        exported(report.spec, tmp_path)

    def test_words_with_letters_that_nobody_sees(self, workbook):
        columns = ("\ufefftype", "name\u200b", LABEL)
        path = workbook(survey=survey(("text\u200f", "a", "A"), columns=columns))

        (question,) = good(read_workbook(path))["children"][0]["children"]

        assert (question["type"], question["name"]) == ("text", "a")

    def test_rows_that_are_switched_off(self, workbook, tmp_path):
        columns = ("type", "name", LABEL, "disabled")
        rows = [("text", "b", "B", "yes"), ("text", "c", "C", "no")]
        report = read_workbook(workbook(survey=survey((*READY, ""), *rows, columns=columns)))

        names = [node["name"] for node in good(report)["children"][0]["children"]]

        assert names == ["a", "c"]
        assert {(w.row, w.column) for w in report.warnings if w.code == "comment_row"} == {
            (3, title) for title in columns
        }
        exported(report.spec, tmp_path)

    def test_words_far_below_everything(self, workbook):
        rows = [*survey(READY), *[[""]] * 70, ["some words of mine"]]

        report = read_workbook(workbook(survey=rows))

        assert good(report)
        assert ("comment_row", 73) in {(w.code, w.row) for w in report.warnings}

    @pytest.mark.parametrize(
        ("default", "kept"),
        [("hello (world)", "hello (world)"), ("property('username')", None)],
    )
    def test_values_at_the_start(self, workbook, tmp_path, default, kept):
        columns = ("type", "name", LABEL, "default")
        path = workbook(survey=survey(("text", "a", "A", default), columns=columns))

        spec = good(read_workbook(path))

        assert spec["children"][0]["children"][0].get("default") == kept
        exported(spec, tmp_path)

    @pytest.mark.parametrize(
        ("trigger", "calculation", "constraint"),
        [
            ("${a}", "instance('no')/root/item[1]/x", ""),
            ("${a}", "date(concat(${a}, '-01-01'))", ""),
            ("", "", "instance('no')/root/item[1]/x = ."),
        ],
    )
    def test_what_nobody_works_out_when_the_form_is_opened(
        self, workbook, tmp_path, trigger, calculation, constraint
    ):
        columns = ("type", "name", LABEL, "trigger", "calculation", "constraint")
        row = ("text", "b", "B", trigger, calculation, constraint)
        spec = good(read_workbook(workbook(survey=survey(READY, row, columns=columns))))

        exported(spec, tmp_path)

    def test_a_list_whose_name_has_spaces(self, workbook, tmp_path):
        choices = [["list_name", "name", LABEL], ["my list", "x", "X"]]
        path = workbook(survey=survey(("select_one my list", "q", "Q")), choices=choices)

        again = exported(good(read_workbook(path)), tmp_path)

        assert cells(again, "q")[0]["type"] == "select_one my_list"

    def test_a_list_called_as_a_file(self, workbook, tmp_path):
        choices = [["list_name", "name", LABEL], ["city", "x", "X"]]
        rows = [("select_one city", "q", "Q"), ("select_one_from_file city.csv", "p", "P")]
        path = workbook(survey=survey(*rows), choices=choices)

        again = exported(good(read_workbook(path)), tmp_path)

        assert cells(again, "q")[0]["type"] == "select_one city_list"

    def test_a_list_of_the_second_sheet_that_nobody_asks_for(self, workbook, tmp_path):
        rows = [["list_name", "name", "label"], ["l", "x", "X"], ["l", "x", "Y"]]
        path = workbook(survey=survey(READY), external_choices=rows)

        assert exported(good(read_workbook(path)), tmp_path)

    def test_an_excel_error_below_no_heading(self, workbook):
        path = workbook(survey=[["type", "name", LABEL], ["text", "a", "A", "", "#N/A"]])
        book = openpyxl.load_workbook(path)
        book["survey"]["E2"].data_type = "e"
        book.save(path)

        report = read_workbook(path)

        assert good(report)
        assert ("cell_error", 2, "E") in {(w.code, w.row, w.column) for w in report.warnings}
