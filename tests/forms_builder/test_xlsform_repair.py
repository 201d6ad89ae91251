"""The repair assistant: what each fix makes of a refused workbook, and the page around it."""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from forms_builder.models import FormDefinition
from forms_builder.xlsform.keeping import name_of
from forms_builder.xlsform.repair import FIXES, Reading, apply, repair_all
from forms_builder.xlsform.workbook import open_sheets
from tests.forms_builder.workbooks import CHOICES, LABEL, READY, save, survey

# The other apps' checks of a form ask the database.
pytestmark = pytest.mark.django_db

LETTER = 24  # pixels


@pytest.fixture
def sheets(tmp_path):
    """`sheets(survey=[rows] ...)`: the cells of a workbook with these sheets."""
    return lambda **rows: open_sheets(save(tmp_path / "form.xlsx", **rows))


def repaired(answer, **reading):
    return repair_all(answer, Reading("form", **reading))


def changed(changes):
    return [(c.sheet, c.row, c.column, c.before, c.after) for c in changes]


class TestRows:
    @pytest.mark.parametrize(
        ("written", "asked"),
        [
            ("db:person", "text"),
            ("caseid", "text"),
            ("calculate_here", "calculate"),
            ("text audit", "hidden"),
            ("speed violations count", "hidden"),
            ("intger", "integer"),
            ("slect_one yn", "select_one yn"),
            ("no such thing at all", "text"),
        ],
    )
    def test_are_asked_by_the_closest_type(self, sheets, written, asked):
        report, changes = repaired(sheets(survey=survey(READY, (written, "b", "B"))))

        assert report.is_good
        assert changed(changes) == [("survey", 3, "type", written, asked)]

    def test_ask_a_telephone_number_as_checked_text(self, sheets):
        report, _changes = repaired(sheets(survey=survey(("tel", "phone", "Telefon"))))

        assert report.is_good
        node = report.spec["children"][0]["children"][0]
        assert (node["type"], node["appearance"]) == ("text", "numbers")
        assert node["constraint"].startswith("regex(")

    @pytest.mark.parametrize(
        ("name", "label", "new"),
        [
            ("", "Ailənin ünvanı", "ailenin_unvani"),
            ("my name", "A", "my_name"),
            ("1st", "A", "q_1st"),
            ("constructor", "A", "constructor_2"),
            ("a/b(c)", "A", "a_b_c"),
        ],
    )
    def test_get_a_name_that_may_stand(self, sheets, name, label, new):
        report, changes = repaired(sheets(survey=survey(READY, ("text", name, label))))

        assert report.is_good
        assert changed(changes) == [("survey", 3, "name", name, new)]

    def test_keep_their_references_when_they_are_renamed(self, sheets):
        rows = survey(
            ("text", "my name", "A", ""),
            ("note", "n", "Salam ${my name}", "${my name} != ''"),
            columns=("type", "name", LABEL, "relevant"),
        )

        report, _changes = repaired(sheets(survey=rows))

        assert report.is_good
        note = report.spec["children"][0]["children"][1]
        assert note["relevant"] == "${my_name} != ''"
        assert note["labels"]["az"] == "Salam ${my_name}"

    def test_are_renamed_when_two_have_one_name(self, sheets):
        report, changes = repaired(sheets(survey=survey(READY, ("text", "a", "B"))))

        assert report.is_good
        assert changed(changes) == [("survey", 3, "name", "a", "a_2")]

    def test_end_their_groups(self, sheets):
        rows = survey(
            ("begin group", "g", "G"),
            ("begin repeat", "r", "R"),
            READY,
        )

        report, changes = repaired(sheets(survey=rows))

        assert report.is_good
        ends = [c for c in changed(changes) if c[2] == "type"]
        assert [c[4] for c in ends] == ["end repeat", "end group"]

    def test_end_what_they_opened(self, sheets):
        rows = survey(
            ("begin group", "g", "G"),
            ("begin repeat", "r", "R"),
            READY,
            ("end group",),
            ("end repeat",),
            ("end group",),
        )

        report, changes = repaired(sheets(survey=rows))

        assert report.is_good
        assert changed(changes) == [
            ("survey", 5, "type", "end group", "end repeat"),
            ("survey", 6, "type", "end repeat", "end group"),
            ("survey", 7, "type", "end group", ""),
        ]


class TestLists:
    def test_lose_a_value_that_stands_twice(self, sheets):
        choices = [*CHOICES, ["yn", "no", "Xeyr"]]
        answer = sheets(survey=survey(("select_one yn", "q", "Q")), choices=choices)

        report, changes = repaired(answer)

        assert report.is_good
        assert {c.row for c in changes} == {4}
        assert all(c.after == "" for c in changes)

    def test_rename_a_value_that_says_something_else(self, sheets):
        choices = [*CHOICES, ["yn", "no", "Bilmirəm"]]
        answer = sheets(survey=survey(("select_one yn", "q", "Q")), choices=choices)

        report, changes = repaired(answer)

        assert report.is_good
        assert changed(changes) == [("choices", 4, "name", "no", "no_2")]

    def test_may_repeat_values_that_differ_by_an_attribute(self, sheets):
        choices = [
            ["list_name", "name", LABEL, "region"],
            ["place", "1", "Bir", "north"],
            ["place", "1", "Bir", "south"],
        ]
        answer = sheets(survey=survey(("select_one place", "q", "Q")), choices=choices)

        report, changes = repaired(answer)

        assert report.is_good
        assert [c.sheet for c in changes] == ["settings", "settings"]

    def test_are_made_of_the_values_that_conditions_name(self, sheets):
        rows = survey(
            ("select_one risk", "q", "Q", ""),
            ("text", "why", "W", "${q} = 'high' or selected(${q}, 'middle')"),
            columns=("type", "name", LABEL, "relevant"),
        )

        report, _changes = repaired(sheets(survey=rows))

        assert report.is_good
        assert [row["name"] for row in report.spec["lists"]["risk"]] == ["high", "middle"]

    def test_are_found_by_a_near_name(self, sheets):
        choices = [["list_name", "name", LABEL], ["yes_no", "yes", "Bəli"]]
        answer = sheets(survey=survey(("select_one yesno", "q", "Q")), choices=choices)

        report, changes = repaired(answer)

        assert report.is_good
        assert changes[0].after == "select_one yes_no"

    def test_lose_spaces_where_several_answers_are_given(self, sheets):
        choices = [["list_name", "name", LABEL], ["l", "my own", "Öz"], ["l", "x", "X"]]
        rows = survey(
            ("select_multiple l", "q", "Q", ""),
            ("text", "t", "T", "selected(${q}, 'my own')"),
            columns=("type", "name", LABEL, "relevant"),
        )

        report, _changes = repaired(sheets(survey=rows, choices=choices))

        assert report.is_good
        question, text = report.spec["children"][0]["children"]
        assert report.spec["lists"][question["list"]][0]["name"] == "my_own"
        assert text["relevant"] == "selected(${q}, 'my_own')"


class TestExpressions:
    @pytest.mark.parametrize(
        ("written", "corrected"),
        [
            ("${a} &gt;= 'x'", "${a} >= 'x'"),
            ("not(selected(${a}, 'x')", "not(selected(${a}, 'x'))"),
            ("${a} == 'x' && ${a} != 'y'", "${a} = 'x'  and  ${a} != 'y'"),
            ("${a} = 'x' and", "${a} = 'x'"),
            ("${a) = 'x'", "${a} = 'x'"),
            ("${a} ≥ 'x'", "${a} >= 'x'"),
            ("${a} = yes", "${a} = 'yes'"),
            ("${A} = 'x'", "${a} = 'x'"),
            ("empty(${a})", "(${a} = '')"),
            ("index() = 1", "position(..) = 1"),
        ],
    )
    def test_are_corrected(self, sheets, written, corrected):
        rows = survey(
            ("text", "a", "A", ""),
            ("begin repeat", "r", "R", ""),
            ("text", "b", "B", written),
            ("end repeat",),
            columns=("type", "name", LABEL, "relevant"),
        )

        report, changes = repaired(sheets(survey=rows))

        assert report.is_good, report.problems
        assert changed(changes) == [("survey", 4, "relevant", written, corrected)]

    def test_keep_their_text_when_they_must_be_left_out(self, sheets):
        rows = survey(
            ("calculate", "a", "", "${b} + 1"),
            ("calculate", "b", "", "${a} + 1"),
            columns=("type", "name", LABEL, "calculation"),
        )

        report, changes = repaired(sheets(survey=rows))

        assert report.is_good
        kept = [c for c in changes if c.column == "calculation (as written)" and c.row > 1]
        assert kept
        assert kept[0].after in ("${b} + 1", "${a} + 1")

    def test_get_a_hidden_field_where_none_is_near(self, sheets):
        rows = survey(
            ("text", "a", "A", "${contact_summary} = 'x'"),
            columns=("type", "name", LABEL, "relevant"),
        )

        report, changes = repaired(sheets(survey=rows))

        assert report.is_good
        assert [c.after for c in changes] == ["hidden", "contact_summary"]


class TestCells:
    def test_are_emptied_where_a_setting_is_refused(self, sheets):
        settings = [["form_id", "submission_url"], ["sinaq", "https://elsewhere.example/"]]
        report, changes = repaired(sheets(survey=survey(READY), settings=settings))

        assert report.is_good
        assert [(c.row, c.after) for c in changes] == [(2, "")]

    def test_keep_the_parameters_that_can_be_read(self, sheets):
        rows = survey(
            ("range", "a", "A", "start=1; about end = 5"),
            columns=("type", "name", LABEL, "parameters"),
        )

        report, changes = repaired(sheets(survey=rows))

        assert report.is_good
        assert changes[0].after == "start=1 end=5"

    def test_are_parted_where_two_columns_mean_the_same(self, sheets):
        rows = survey(
            ("text", "a", "A", "B"),
            columns=("type", "name", LABEL, LABEL),
        )

        report, changes = repaired(sheets(survey=rows))

        assert report.is_good
        assert changes[0].before == LABEL
        assert report.spec["children"][0]["children"][0]["labels"] == {"az": "A"}

    def test_are_copied_into_azerbaijani(self, sheets):
        label = "label::English (en)"
        settings = [["form_title", "form_id", "default_language"], ["Test", "t", "en"]]
        answer = sheets(
            survey=survey(("select_one l", "q", "Question"), columns=("type", "name", label)),
            choices=[["list_name", "name", label], ["l", "x", "Value"]],
            settings=settings,
        )

        report, changes = repaired(answer)

        assert report.is_good
        assert report.spec["children"][0]["children"][0]["labels"]["az"] == "Question"
        assert {c.sheet for c in changes} == {"survey", "choices"}


class TestOneFix:
    def test_changes_nothing_else(self, sheets):
        answer = sheets(survey=survey(("tel", "a", "A"), ("db:person", "b", "B")))
        problems = Reading("form").read(answer).problems

        changes = apply(answer, problems[1], "closest")

        assert changed(changes) == [("survey", 3, "type", "db:person", "text")]
        assert [p.row for p in Reading("form").read(answer).problems] == [2]

    def test_has_a_title_and_its_own_kind_for_each_code(self):
        for fixes in FIXES.values():
            assert len({fix.kind for fix in fixes}) == len(fixes)
            assert all(str(fix.title) for fix in fixes)


class TestCommand:
    def run(self, path, *arguments):
        out = StringIO()
        try:
            call_command("import_xlsform", str(path), "--json", *arguments, stdout=out)
        except SystemExit as ended:
            return ended.code, json.loads(out.getvalue())
        return 0, json.loads(out.getvalue())

    def test_tells_every_change(self, tmp_path):
        path = save(tmp_path / "f.xlsx", survey=survey(("db:person", "b", "B")))

        status, answer = self.run(path, "--repair", "--publish")

        assert status == 0
        assert answer["version"] == 1
        assert answer["changes"] == [
            {"sheet": "survey", "row": 2, "column": "type", "before": "db:person",
             "after": "text"}
        ]  # fmt: skip

    def test_stores_nothing_when_a_problem_is_left(self, tmp_path):
        path = save(tmp_path / "f.xlsx", survey=[["type", "name"]])

        status, answer = self.run(path, "--repair")

        assert status == 1
        assert answer["problems"][0]["code"] == "empty"
        assert not FormDefinition.objects.exists()


class TestPage:
    @pytest.fixture(autouse=True)
    def private(self, settings, tmp_path):
        settings.PRIVATE_ROOT = str(tmp_path / "private")

    @pytest.fixture
    def refused(self, client, administrator, tmp_path):
        """The page after a workbook with two problems was uploaded."""
        client.force_login(administrator)
        rows = survey(("tel", "a", "A"), ("db:person", "b", "<script>B</script>"))
        content = save(tmp_path / "up.xlsx", survey=rows).read_bytes()
        upload = SimpleUploadedFile("up.xlsx", content)
        return client.post(reverse("forms_builder_import"), {"workbook": upload})

    def act(self, client, page, act):
        key = re.search(r'name="key" value="([^"]+)"', page.content.decode())[1]
        return client.post(reverse("forms_builder_repair"), {"key": key, "act": act})

    def test_offers_a_fix_for_each_problem(self, refused):
        text = refused.content.decode()

        assert refused.status_code == 422
        assert len(re.findall(r'name="act" value="[0-9a-f]{24}"', text)) == 4
        assert 'value="all"' in text
        assert 'value="import"' not in text

    def test_fixes_one_problem_and_shows_the_change(self, client, refused):
        first = re.search(r'name="act" value="([0-9a-f]{24})"', refused.content.decode())[1]

        page = self.act(client, refused, first)

        text = page.content.decode()
        assert "<del>tel</del>" in text
        assert "<del>db:person</del>" not in text
        assert 'value="import"' not in text

    def test_fixes_everything_and_then_imports_a_draft(self, client, refused):
        page = self.act(client, refused, "all")
        assert "<del>db:person</del>" in page.content.decode()
        assert not FormDefinition.objects.exists()

        done = self.act(client, page, "import")

        assert done.status_code == 302
        assert FormDefinition.objects.get().code == "sinaq"

    def test_undoes_all_changes(self, client, refused):
        page = self.act(client, refused, "all")

        text = self.act(client, page, "again").content.decode()

        assert "<del>" not in text
        assert 'value="import"' not in text

    def test_imports_nothing_that_is_not_repaired(self, client, refused):
        assert self.act(client, refused, "import").status_code == 422
        assert not FormDefinition.objects.exists()

    def test_takes_no_key_that_it_did_not_sign(self, client, refused):
        for key in ("", "../../etc/passwd", "0" * 32):
            page = client.post(reverse("forms_builder_repair"), {"key": key, "act": "all"})
            assert page.url == reverse("forms_builder_import")

    def test_shows_no_workbook_to_somebody_else(self, client, refused, make_user):
        client.force_login(make_user(username="other", role="administrator"))

        page = self.act(client, refused, "all")

        assert page.status_code == 302

    def test_keeps_the_workbook_in_a_private_file(self, refused, settings):
        key = re.search(r'name="key" value="([^"]+)"', refused.content.decode())[1]
        path = Path(settings.PRIVATE_ROOT) / "workbooks" / f"{name_of(key)}.json"

        assert path.stat().st_mode & 0o777 == 0o600

    def test_says_what_is_wrong_with_a_file_that_cannot_be_read(self, client, administrator):
        client.force_login(administrator)
        upload = SimpleUploadedFile("up.xlsx", b"no workbook")

        page = client.post(reverse("forms_builder_import"), {"workbook": upload})

        assert page.status_code == 422
        assert not FormDefinition.objects.exists()


class TestFiles:
    def test_that_expressions_read_and_nothing_names_get_a_row(self, sheets):
        columns = ("type", "name", LABEL, "relevant")
        read = "instance('places')/root/item[name = ${a}]/open = 'yes'"
        made = sheets(survey=survey(READY, ("text", "b", "B", read), columns=columns))

        report, changes = repaired(made)

        assert report.is_good
        assert report.spec["children"][0]["children"][1]["relevant"] == read
        assert report.spec["workbook"]["files"] == [{"type": "csv-external", "name": "places"}]
        assert len(changes) == 2

    def test_that_are_called_as_a_question_cannot_be_read(self, sheets):
        columns = ("type", "name", LABEL, "relevant")
        read = "instance('a')/root/item[name = ${a}]/open = 'yes'"
        made = sheets(survey=survey(READY, ("text", "b", "B", read), columns=columns))

        report, _changes = repaired(made)

        assert report.is_good
        assert "relevant" not in report.spec["children"][0]["children"][1]


@pytest.mark.django_db(transaction=True)
class TestTheRepairedWorkbookInABrowser:
    def test_is_marked_with_an_icon_no_larger_than_a_letter(
        self, open_page, administrator, tmp_path
    ):
        path = save(tmp_path / "up.xlsx", survey=survey(("tel", "a", "A")))
        page = open_page(administrator)
        page.goto(reverse("forms_builder_import"))
        page.locator("#id_workbook").set_input_files(path)
        page.locator(".dayaq-report button[type=submit]").click()
        page.locator("[name=act][value=all]").click()

        icon = page.locator(".help-success .icon")
        assert icon.bounding_box()["width"] <= LETTER
