"""Workbooks that the test writes itself: what is understood, refused, told and kept."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from config.shared.definitions import digest
from forms_builder.models import FormDefinition, FormVersion
from forms_builder.xlsform import read_workbook, write_workbook
from forms_builder.xlsform.columns import language_code, language_title, parse_heading
from forms_builder.xlsform.dialect import repaired
from forms_builder.xlsform.reader import form_code
from forms_builder.xlsform.types import parse_type
from tests.forms_builder.workbooks import LABEL, codes, survey

# The other apps' checks of a form ask the database.
pytestmark = pytest.mark.django_db


class TestReading:
    def test_understands_groups_at_any_depth(self, workbook):
        path = workbook(
            survey=survey(
                ("begin group", "home", "Ev"),
                ("begin_repeat", "members", "Üzvlər"),
                ("begin group", "who", "Kim"),
                ("text", "name", "Ad"),
                ("end group",),
                ("end_repeat",),
                ("end group",),
            )
        )

        (section,) = read_workbook(path).spec["children"]

        assert section["kind"] == "section"
        repeat = section["children"][0]
        assert (repeat["kind"], repeat["name"]) == ("repeat", "members")
        assert repeat["children"][0]["children"][0]["labels"] == {"az": "Ad"}

    def test_collects_questions_outside_groups_in_a_section_of_their_own(self, workbook):
        path = workbook(
            survey=survey(
                ("text", "a", "A"),
                ("begin group", "g", "G"),
                ("text", "b", "B"),
                ("end group",),
                ("text", "c", "C"),
            )
        )  # fmt: skip

        children = read_workbook(path).spec["children"]

        assert [(s["name"], s.get("loose")) for s in children] == [
            ("part_1", True), ("g", None), ("part_2", True),
        ]  # fmt: skip

    def test_reads_every_attribute_of_a_question(self, workbook):
        columns = (
            "type", "name", LABEL, "label::English (en)", "hint::en", "required", "relevance",
            "constraint", "bind::jr:constraintMsg::az", "readonly", "appearance", "parameters",
            "media::image::az", "choice_filter", "note",
        )  # fmt: skip
        path = workbook(
            survey=survey(
                ("integer", "age", "Yaş", "Age", "Years", "yes", "", ". > 0", "Müsbət olsun",
                 "", "numbers", "", "", "", ""),
                ("select_one yn or_other", "ok", "Razı", "Agrees", "", "no", "${age} > 17", "",
                 "", "yes", "minimal", "randomize=true", "a.png", "name != ''", "ask twice"),
                columns=columns,
            )
        )  # fmt: skip

        age, agrees = read_workbook(path).spec["children"][0]["children"]

        assert age == {
            "kind": "question", "name": "age", "type": "integer",
            "labels": {"az": "Yaş", "en": "Age"}, "hints": {"en": "Years"}, "required": True,
            "constraint": ". > 0", "constraint_message": {"az": "Müsbət olsun"},
            "appearance": "numbers",
        }  # fmt: skip
        assert agrees == {
            "kind": "question", "name": "ok", "type": "select_one", "list": "yn",
            "or_other": True, "labels": {"az": "Razı", "en": "Agrees"},
            "relevant": "${age} > 17", "read_only": True, "appearance": "minimal",
            "parameters": {"randomize": "true"},
            "media": {"image": {"az": "a.png"}}, "choice_filter": "name != ''",
            "other": {"note": "ask twice"},
        }  # fmt: skip

    def test_keeps_attributes_of_choices(self, workbook):
        choices = [["list_name", "name", LABEL, "region"], ["d", "x", "X", "r1"]]
        path = workbook(survey=survey(("select_one d", "q", "Q")), choices=choices)

        assert read_workbook(path).spec["lists"] == {
            "d": [{"name": "x", "labels": {"az": "X"}, "region": "r1"}]
        }

    def test_tells_of_every_cell_it_leaves_out(self, workbook):
        path = workbook(
            survey=survey(("text", "a", "A"), ("", "", "a remark"), ("# text", "b", "B")),
            diary=[["dear diary"]],
        )

        report = read_workbook(path)

        places = {(w.code, w.sheet, w.row, w.column) for w in report.warnings}
        assert ("comment_row", "survey", 3, LABEL) in places
        assert ("comment_row", "survey", 4, "name") in places
        assert ("ignored_sheet", "diary", None, "") in places


class TestRefusing:
    @pytest.mark.parametrize(
        ("rows", "code", "row", "column"),
        [
            ([("tekst", "a", "A")], "unknown_type", 2, "type"),
            ([("text", "1a", "A")], "name", 2, "name"),
            ([("text", "__proto__", "A")], "name", 2, "name"),
            ([("text", "a", "A"), ("text", "a", "A")], "duplicate_name", 3, "name"),
            ([("begin group", "g", "G")], "unclosed", 2, "type"),
            ([("end group", "", "")], "stray_end", 2, "type"),
            ([("select_one nothing", "a", "A")], "unknown_list", 2, "type"),
            ([("text", "a", "${b}")], "unknown_field", 2, LABEL),
        ],
    )
    def test_names_the_cell(self, workbook, rows, code, row, column):
        problem = read_workbook(workbook(survey=survey(*rows))).problems[0]

        assert (problem.code, problem.sheet, problem.row, problem.column) == (
            code, "survey", row, column,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("expression", "code"),
        [("${b} > 1", "unknown_field"), ("${a} >", "syntax"), ("selected(${a})", "arity")],
    )
    def test_names_the_cell_of_a_wrong_expression(self, workbook, expression, code):
        columns = ("type", "name", LABEL, "relevant")
        path = workbook(
            survey=survey(("text", "a", "A"), ("text", "c", "C", expression), columns=columns)
        )

        problem = read_workbook(path).problems[0]

        assert (problem.code, problem.row, problem.column) == (code, 3, "relevant")

    def test_refuses_a_cycle_and_names_it(self, workbook):
        columns = ("type", "name", LABEL, "calculation")
        rows = [("calculate", "a", "A", "${b} + 1"), ("calculate", "b", "B", "${a} + 1")]

        problems = read_workbook(workbook(survey=survey(*rows, columns=columns))).problems

        assert problems[0].code == "cycle"
        assert "a -> b" in problems[0].message or "b -> a" in problems[0].message

    def test_wants_azerbaijani_unless_the_form_is_freed_of_it(self, workbook):
        path = workbook(
            survey=survey(("text", "a", "A"), columns=("type", "name", "label::English (en)")),
            settings=[
                ["form_title", "form_id", "default_language"],
                ["Try", "try", "English (en)"],
            ],
            choices=[["list_name", "name"]],
        )

        assert "language" in codes(read_workbook(path))
        assert read_workbook(path, any_language=True).is_good

    def test_refuses_to_send_answers_elsewhere(self, workbook):
        path = workbook(
            survey=survey(("text", "a", "A")),
            settings=[["form_id", "submission_url"], ["x", "https://example.org"]],
        )

        assert codes(read_workbook(path)) == ["setting_refused"]

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "file_empty"),
            (b"name,label\n", "file_type"),
            (b"PK\x03\x04 half a file", "file_corrupt"),
        ],
    )
    def test_refuses_what_is_not_a_workbook(self, tmp_path, content, code):
        path = tmp_path / "form.xlsx"
        path.write_bytes(content)

        assert codes(read_workbook(path)) == [code]

    def test_says_that_a_file_is_damaged_without_the_words_of_a_library(self, tmp_path):
        path = tmp_path / "form.xlsx"
        path.write_bytes(b"PK\x03\x04 half a file")

        said = str(read_workbook(path).problems[0].message)

        assert said == "Fayl zədələnib; Excel-də açıb yenidən saxlayın."

    def test_refuses_an_excel_error_and_a_formula_without_a_value(self, workbook):
        columns = ("type", "name", LABEL, "hint")
        sheet = survey(("text", "a", "A", "=1+1"), columns=columns)
        report = read_workbook(workbook(survey=sheet))

        assert codes(report) == ["formula"]
        assert "D2" in report.problems[0].message


class TestWriting:
    def test_gives_a_workbook_that_reads_back_the_same(self, workbook, tmp_path):
        columns = ("type", "name", LABEL, "relevant", "x::y")
        path = workbook(
            survey=survey(
                ("start", "start", "", "", ""),
                ("text", "a", "A = 1", "", "kept"),
                ("begin group", "g", "G", "${a} != ''", ""),
                ("select_multiple yn", "b", "B", "", ""),
                ("end group", "", "", "", ""),
                columns=columns,
            )
        )
        spec = read_workbook(path).spec
        spec["settings"] = {"filled_by": ["registrar"]}
        spec["children"][0]["children"][1]["sensitivity"] = "sensitive"

        write_workbook(spec, tmp_path / "again.xlsx", shared={})

        assert digest(read_workbook(tmp_path / "again.xlsx").spec) == digest(spec)

    def test_divides_long_texts_over_cells(self, workbook, tmp_path):
        spec = read_workbook(workbook(survey=survey(("text", "a", "A")))).spec
        spec["tests"] = [{"title": {"az": "söz " * 20_000}}]

        write_workbook(spec, tmp_path / "again.xlsx", shared={})

        assert read_workbook(tmp_path / "again.xlsx").spec["tests"] == spec["tests"]


@pytest.mark.django_db
class TestCommands:
    def run(self, *arguments):
        out = StringIO()
        status = 0
        try:
            call_command("import_xlsform", *arguments, "--json", stdout=out)
        except SystemExit as leaving:
            status = leaving.code
        return status, json.loads(out.getvalue())

    def test_store_a_good_form_and_publish_it(self, workbook):
        path = workbook(survey=survey(("text", "a", "A"), ("select_one yn", "b", "B")))

        status, answer = self.run(str(path), "--code", "trial", "--publish")

        assert (status, answer["form"], answer["version"], answer["questions"]) == (
            0,
            "trial",
            1,
            2,
        )
        assert answer["problems"] == []
        assert FormVersion.objects.get(definition__code="trial").spec["code"] == "trial"

    def test_store_nothing_of_a_bad_form(self, workbook):
        path = workbook(survey=survey(("text", "a", "A"), ("tekst", "b", "B")))

        status, answer = self.run(str(path))

        assert status == 1
        assert answer["problems"][0]["row"] == 3
        assert not FormDefinition.objects.exists()

    def test_export_what_was_imported(self, workbook, tmp_path):
        self.run(str(workbook(survey=survey(("text", "a", "A")))), "--publish")
        sha256 = FormVersion.objects.get().sha256

        call_command("export_xlsform", "sinaq", str(tmp_path / "x.xlsx"), stdout=StringIO())
        status, answer = self.run(str(tmp_path / "x.xlsx"), "--publish")

        assert (status, answer["version"]) == (0, 1)
        assert FormVersion.objects.get().sha256 == sha256


class TestWords:
    @pytest.mark.parametrize(
        ("text", "kind", "list_code", "or_other"),
        [
            ("select_one yes no", "select_one", "yes no", False),
            ("select one from l", "select_one", "l", False),
            ("select all that apply from l or_other", "select_multiple", "l", True),
            ("add select one prompt using l", "select_one", "l", False),
            ("select_one  l or specify other", "select_one", "l", True),
            ("rank l", "rank", "l", False),
        ],
    )
    def test_selects(self, text, kind, list_code, or_other):
        found = parse_type(text)
        assert (found.type, found.list, found.or_other) == (kind, list_code, or_other)

    @pytest.mark.parametrize(
        ("text", "kind"),
        [("begin\xa0group", "group"), ("Begin_Repeat", "repeat"), ("end group", "end_group"),
         ("INT", "question"), ("q picture", "question"), ("begin loop over x", "")],
    )  # fmt: skip
    def test_rows(self, text, kind):
        assert parse_type(text).kind == kind

    @pytest.mark.parametrize(
        ("text", "meaning"),
        [
            ("bind::relevant", ("relevant", "")),
            ("Relevance", ("relevant", "")),
            ("media::image::French (fr)", ("image", "fr")),
            ("label::Русский", ("label", "ru")),
            ("label::Klingon", ("label", "Klingon")),
            ("bind::type", ("bind::type", "")),
            ("instance::tag", ("instance::tag", "")),
        ],
    )
    def test_headings(self, text, meaning):
        assert parse_heading(text, "survey").meaning == meaning

    @pytest.mark.parametrize("code", ["az", "en", "fr-ca", "Klingon", "dioula"])
    def test_languages_come_back(self, code):
        assert language_code(language_title(code)) == code

    @pytest.mark.parametrize(
        ("text", "code"),
        [("Köçmə (v2)", "kocme_v2"), ("2024 survey", "form_2024_survey"), ("İş", "is")],
    )
    def test_codes(self, text, code):
        assert form_code(text) == code

    @pytest.mark.parametrize(
        ("source", "result"),
        [
            ("${a} = “x”", '${a} = "x"'),
            ("FALSE", "false()"),
            ("${a} and and ${b}", "${a} and ${b}"),
            ("'and and'", "'and and'"),
            ("regex(., '^[A-Z]{3}+_$')", "regex(., '^[A-Z]{3}_$')"),
            ("${a} + 1", "${a} + 1"),
        ],
    )
    def test_repairs(self, source, result):
        changed, notes = repaired(source)
        assert changed == result
        assert bool(notes) == (source != result)
