"""What our own forms say that other tools want otherwise: exports convert with pyxform, say the
same, and come back with the same digest."""

import json

import openpyxl
import pytest
from pyxform.xls2xform import convert

from config.shared.definitions import digest
from forms_builder.xlsform import read_workbook, write_workbook
from forms_builder.xlsform.circles import circles
from forms_builder.xlsform.common_words import said_by_all
from forms_builder.xlsform.foreign_names import plain_names

# The other apps' checks of a form ask the database.
pytestmark = pytest.mark.django_db

LISTS = {
    "l": [{"name": "x", "labels": {"az": "X"}, "st": "1"},
          {"name": "y", "labels": {"az": "Y"}, "st": "2"}],
    "m": [{"name": "x", "labels": {"az": "X"}}],
}  # fmt: skip


def question(name, kind="text", **more):
    return {"kind": "question", "type": kind, "name": name, "labels": {"az": name}, **more}


def group(name, *children, kind="group", **more):
    return {"kind": kind, "name": name, "labels": {"az": name}, "children": [*children], **more}


def form(*sections, **more):
    return {"schema": 1, "code": "f", "labels": {"az": "F"}, "languages": ["az"],
            "default_language": "az", "children": [*sections], **more}  # fmt: skip


def section(name, *children, **more):
    return group(name, *children, kind="section", **more)


@pytest.fixture
def exported(tmp_path):
    """`exported(spec)`: the rows of its survey by name, after pyxform and a way back."""

    def make(spec):
        path = tmp_path / "again.xlsx"
        write_workbook(spec, path, shared={})
        convert(xlsform=str(path), validate=False)
        report = read_workbook(path)
        assert report.problems == []
        assert digest(report.spec) == digest(spec)
        return sheet_rows(path, "survey", "name")

    return make


def sheet_rows(path, sheet, key):
    rows = list(openpyxl.load_workbook(path)[sheet].values)
    named = [{k: v for k, v in zip(rows[0], row, strict=True) if v} for row in rows[1:]]
    return {row[key]: row for row in named if key in row}


class TestNames:
    def test_that_stand_twice_are_told_by_their_path(self, exported):
        asks = {"relevant": "${fin} = '1'", "labels": {"az": "FIN: ${fin}"}}
        rows = exported(
            form(
                section("s1", question("fin"), question("a", **asks)),
                section("s2", question("fin"), question("b", relevant="${s1/fin} = '1'")),
            )
        )

        assert rows["a"]["relevant"] == "/data/s1/fin = '1'"
        assert rows["b"]["relevant"] == "/data/s1/fin = '1'"

    def test_of_a_field_and_its_section_are_told_by_their_path(self, exported):
        rows = exported(
            form(section("fin", question("fin"), question("a", relevant="${fin} = '1'")))
        )

        assert rows["a"]["relevant"] == "/data/fin/fin = '1'"

    def test_that_stand_twice_may_be_a_repeats_and_a_choices(self, exported):
        rows = exported(
            form(
                section(
                    "s1",
                    group("r", question("s", "select_one", list="l"), kind="repeat"),
                    question("c", "calculate", calculation="sum(${r}[s = 'x']/s)"),
                ),
                section(
                    "s2",
                    question("s", "select_one", list="l"),
                    question("d", "calculate", calculation="jr:choice-name(${s}, '${s}')"),
                ),
                lists={"l": LISTS["l"]},
            )
        )

        assert rows["d"]["calculation"] == "jr:choice-name(/data/s2/s, '/data/s2/s')"

    def test_with_letters_that_others_cannot_read_are_said_plainly(self, exported):
        rows = exported(
            form(
                section(
                    "Öz",
                    question("Çay"),
                    question("a", relevant="${Çay} = 'Çay' and ../Çay = 'x'"),
                )
            )
        )

        assert rows["Cay"]["type"] == "text"
        assert rows["a"]["relevant"] == "${Cay} = 'Çay' and ../Cay = 'x'"

    @pytest.mark.parametrize(
        ("name", "plain"),
        [("Öz_adı", "Oz_adı"), ("sahə_m²", "sahə_m2"), ("א", "_"), ("ev", None)],
    )
    def test_are_plain_and_free(self, name, plain):
        assert plain_names([name]).get(name) == plain

    def test_do_not_meet_another(self):
        assert plain_names(["Çay", "Cay"]) == {"Çay": "Cay_2"}


class TestChoices:
    def test_with_a_filter_and_another_answer_are_written_out(self, exported, tmp_path):
        rows = exported(
            form(
                section(
                    "s",
                    question("a", "select_one", list="m"),
                    question(
                        "b", "select_one", list="l", or_other=True, choice_filter="st = ${a}"
                    ),
                ),
                lists=LISTS,
            )
        )

        assert rows["b"]["type"] == "select_one l"
        assert rows["b"]["choice_filter"] == "(st = ${a}) or name = 'other'"
        assert rows["b_other_1"]["relevant"] == "selected(../b, 'other')"
        assert "other" in sheet_rows(tmp_path / "again.xlsx", "choices", "name")

    def test_may_ask_for_another_answer_where_that_name_is_taken(self, exported):
        spec = form(
            section(
                "s",
                question("b", "select_one", list="l", or_other=True),
                question("b_other"),
            ),
            lists={"l": LISTS["l"]},
        )

        assert "b_other_1" in exported(spec)

    def test_may_have_attributes_with_any_name(self, exported):
        row = {"name": "x", "labels": {"az": "X"}, "parent code": "1", "a::b": "2",
               "itextId": "3", "1x": "4", "media": "5", "image": "i.png"}  # fmt: skip

        assert exported(
            form(section("s", question("a", "select_one", list="l")), lists={"l": [row]})
        )

    def test_may_be_none_yet(self, exported):
        assert exported(
            form(section("s", question("a", "select_one", list="l")), lists={"l": []})
        )

    def test_of_lists_with_spaces_are_read_by_the_other_name(self, exported):
        read = "instance('my list')/root/item[name = ${a}]/st"
        rows = exported(
            form(
                section(
                    "s",
                    question("a", "select_one", list="my list"),
                    question("b", "calculate", calculation=read),
                ),
                lists={"my list": LISTS["l"], "my_list": LISTS["l"]},
            )
        )

        assert rows["a"]["type"] == "select_one my_list_list"
        assert "instance('my_list_list')" in rows["b"]["calculation"]

    def test_are_pulled_from_lists_of_the_workbook_as_instances(self, exported):
        pulled = "pulldata('l', 'st', 'name', ${a})"
        rows = exported(
            form(
                section(
                    "s",
                    question("a", "select_one", list="l"),
                    question("b", "calculate", calculation=pulled),
                ),
                lists={"l": LISTS["l"]},
            )
        )

        assert rows["b"]["calculation"] == "instance('l')/root/item[name = ${a}]/st"

    def test_that_are_searched_for_in_a_file_stay_pulled(self, exported):
        pulled = "pulldata('l', 'st', 'name', ${a})"
        rows = exported(
            form(
                section(
                    "s",
                    question("a", "select_one", list="l", appearance="search('l')"),
                    question("b", "calculate", calculation=pulled),
                ),
                lists={"l": LISTS["l"]},
            )
        )

        assert rows["b"]["calculation"] == pulled

    def test_of_a_register_stay_pulled_and_are_no_file_of_the_form(self, exported):
        pulled = "pulldata('persons', 'fin', 'id', ${a})"
        rows = exported(
            form(section("s", question("a"), question("b", "calculate", calculation=pulled)))
        )

        assert rows["b"]["calculation"] == pulled

    @pytest.mark.parametrize("first", [{}, {"choice_filter": "st = '1'"}])
    def test_in_a_table_that_do_not_fit_stand_in_a_plain_group(self, exported, first):
        other = "l" if first else "m"
        rows = exported(
            form(
                section(
                    "s",
                    group(
                        "g",
                        question("a", "select_one", list="l", **first),
                        question("b", "select_one", list=other),
                        appearance="w4 table-list",
                    ),
                ),
                lists=LISTS if not first else {"l": LISTS["l"]},
            )
        )

        assert rows["g"]["appearance"] == "w4 field-list"


class TestRepeats:
    def test_are_counted_under_a_free_name(self, exported):
        rows = exported(
            form(
                section(
                    "s",
                    question("r_count", "integer"),
                    group(
                        "r", question("a"), kind="repeat", repeat_count="${r_count} + 1"
                    ),
                )
            )
        )  # fmt: skip

        assert rows["r"]["repeat_count"] == "${r_count_1}"
        assert rows["r_count_1"]["calculation"] == "${r_count} + 1"

    def test_of_which_others_want_one_row_say_which(self, exported):
        spec = form(
            section(
                "s",
                group("r", question("n", "integer"), kind="repeat"),
                question("a", relevant="${n} = 1 and ${n} + 1 > 2"),
                question("b", "calculate", calculation="sum(${n}) + count(${r})"),
                question("d", "calculate", calculation="max(${n}, 3)"),
                question("c", "select_one", list="l", choice_filter="st = ${n}"),
            ),
            lists={"l": LISTS["l"]},
        )

        rows = exported(spec)

        assert rows["a"]["relevant"] == (
            "count(${r}[n = 1]) > 0 and indexed-repeat(${n}, ${r}, 1) + 1 > 2"
        )
        assert rows["b"]["calculation"] == "sum(${n}) + count(${r})"
        assert rows["d"]["calculation"] == "max(max(${n}), max(3))"
        assert rows["c"]["choice_filter"] == "selected(join(' ', ${n}), st)"


class TestExpressions:
    def test_of_required_close_no_circle(self, exported):
        spec = form(
            section(
                "s",
                question("a", required="${b} = ''"),
                question("b", required="${a} = ''"),
                question("c", required="${a} = ''"),
            )
        )

        assert circles(spec) == ["s/a", "s/b"]
        assert "required" not in exported(spec)["a"]

    def test_make_dates_of_whole_dates_only(self, exported):
        made = "date(concat(${y}, '-01-01'))"
        rows = exported(
            form(
                section(
                    "s",
                    question("y", "integer"),
                    question("d", "calculate", calculation=made),
                    question("e", relevant=f"{made} > today()"),
                    question("f", read_only=f"{made} > today()"),
                )
            )
        )

        assert rows["d"]["calculation"].startswith("date(if(regex(concat(${y}, '-01-01'), ")
        assert rows["e"]["relevant"].startswith("date(if(regex(")
        assert rows["f"]["readonly"].startswith("date(if(regex(")
        assert "relevant" not in rows["f"]
        assert json.loads(rows["d"]["dayaq_written"])["calculation"][1] == made

    @pytest.mark.parametrize(
        ("source", "said"),
        [
            ("format-date(${d}, '%B %A %j%Y')", "format-date(${d}, '%b %a %Y')"),
            ("sum(${a} | ${b})", "sum(${a}) + sum(${b})"),
            ("max(${a} | ${b} | ${c})", "max(${a}, ${b}, ${c})"),
            ("join(',', ${a} | ${b})", "join(',', ${a}, ${b})"),
        ],
    )
    def test_are_said_in_words_that_others_have(self, source, said):
        assert said_by_all(source) == said


class TestCells:
    def test_hold_parameters_that_others_take(self, exported):
        rows = exported(
            form(
                section(
                    "s",
                    question("a", parameters={"rows": "many"}),
                    question("b", "image", parameters={"max-pixels": "640", "x": "1"}),
                    question("c", "range", parameters={"start": "0", "end": "5", "step": "9"}),
                    question("d", "range", parameters={"start": "1", "end": "1", "step": "1"}),
                    question("e", "geopoint", parameters={"capture-accuracy": "5"}),
                    question("f", "select_one", list="l", parameters={"seed": "1"}),
                    question("g", "range", parameters={"start": "1", "end": "9", "step": "2",
                                                       "tick_interval": "3"}),
                    question("audit", "audit", parameters={"location-max-age": "1"}),
                ),
                lists={"l": LISTS["l"]},
            )
        )  # fmt: skip

        kept = {name: row.get("parameters", "") for name, row in rows.items()}
        assert kept == {
            "s": "", "a": "", "b": "max-pixels=640", "c": "start=0 end=5", "d": "",
            "e": "capture-accuracy=5", "f": "", "g": "start=1 end=9 step=2", "audit": "",
        }  # fmt: skip

    def test_name_a_big_image_only_beside_an_image(self, exported):
        media = {"image": {"az": "a.png"}, "big-image": {"az": "b.png"}}
        alone = {"big-image": {"az": "b.png"}}
        rows = exported(
            form(section("s", question("a", media=media), question("b", media=alone)))
        )

        shown = {n: [k for k in row if "big" in k] for n, row in rows.items()}
        assert shown == {"s": [], "a": ["media::big-image::Azərbaycan (az)"], "b": []}

    @pytest.mark.parametrize(
        ("heading", "text"),
        [("bind", "x"), ("instance", "x"), ("flat", "yes"), ("bind::type", "odd"),
         ("bind::esri:kind", "x"), ("count", "(Years)"), ("save_to", "p")],
    )  # fmt: skip
    def test_of_columns_that_others_stumble_over_are_left_out(self, exported, heading, text):
        rows = exported(form(section("s", question("a", other={heading: text}))))

        assert heading not in rows["a"]

    def test_of_columns_whose_prefix_is_declared_stay(self, exported):
        spec = form(
            section("s", question("a", other={"bind::esri:kind": "x"})),
            workbook={"settings": {"namespaces": 'esri="http://example.org/esri"'}},
        )

        assert exported(spec)["a"]["bind::esri:kind"] == "x"


class TestEntities:
    @pytest.mark.parametrize(
        ("rows", "saved"),
        [
            ([{"list_name": "trees", "label": "${a}"}], "height"),
            ([{"dataset": "trees", "entity_id": "${a}"}], "height"),
        ],
    )
    def test_that_fit_together_stay(self, exported, rows, saved, tmp_path):
        spec = form(
            section("s", question("a", other={"save_to": saved})), workbook={"entities": rows}
        )

        assert exported(spec)["a"]["save_to"] == saved
        assert "entities" in openpyxl.load_workbook(tmp_path / "again.xlsx").sheetnames

    @pytest.mark.parametrize(
        ("rows", "saved"),
        [
            ([{"list_name": "trees"}], "height"),
            ([{"list_name": "trees", "label": "x", "update_if": "true()"}], "height"),
            ([{"list_name": "tre.es", "label": "x"}], "height"),
            ([{"list_name": "trees", "label": "x", "colour": "y"}], "height"),
            ([{"list_name": "trees", "label": "x"}], "name"),
            ([{"list_name": "a", "label": "x"}, {"list_name": "b", "label": "y"}], "height"),
        ],
    )
    def test_that_others_would_refuse_are_kept_for_us_alone(
        self, exported, rows, saved, tmp_path
    ):
        spec = form(
            section("s", question("a", other={"save_to": saved})), workbook={"entities": rows}
        )

        assert "save_to" not in exported(spec)["a"]
        assert "entities" not in openpyxl.load_workbook(tmp_path / "again.xlsx").sheetnames


class TestSettings:
    @pytest.mark.parametrize("name", ["${nowhere}", "concat(${a}", "nothing(${a})"])
    def test_that_others_cannot_work_out_are_kept_for_us_alone(self, exported, name, tmp_path):
        spec = form(section("s", question("a")), workbook={"settings": {"instance_name": name}})

        exported(spec)

        cells = openpyxl.load_workbook(tmp_path / "again.xlsx")["settings"][1]
        assert "instance_name" not in {cell.value for cell in cells}
