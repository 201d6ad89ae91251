"""A large form edited part by part, and one of 500 questions edited whole."""

import json
import re
from html import unescape
from itertools import chain

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import nested_form_data, streamfield

from config.accounts.actors import Actor
from forms_builder import parts, services
from forms_builder.models import FormDefinition
from forms_builder.parts import Part
from forms_builder.placing import Spot

EDIT = "wagtailsnippets_forms_builder_formdefinition:edit"


def row(name, kind="question"):
    value = None if kind == "end" else {"code": name, "label_az": name, "settings": {}}
    if kind == "question":
        value["type"] = "text"
    return {"type": kind, "id": f"id-{name}", "value": value}


def section(name, rows):
    value = {"code": name, "label_az": name, "settings": {}, "fields": rows}
    return {"type": "section", "id": f"id-{name}", "value": value}


def names(sections):
    return [[one["id"] for one in each["value"]["fields"]] for each in sections]


@pytest.fixture
def small():
    return [section("a", [row("a1"), row("a2"), row("a3")]), section("b", [row("b1")])]


class TestAPart:
    def test_shows_its_rows_alone(self, small):
        shown = parts.cut(small, Part("id-a", after="id-a1", before="id-a3"))

        assert names(shown) == [["id-a2"]]

    def test_is_put_back_between_the_rows_around_it(self, small):
        part = Part("id-a", after="id-a1", before="id-a3")
        edited = [section("a", [row("new"), row("a2")])]

        assert names(parts.put_back(small, part, edited)) == [
            ["id-a1", "id-new", "id-a2", "id-a3"],
            ["id-b1"],
        ]

    def test_finds_its_place_when_the_draft_grew_elsewhere(self, small):
        small[0]["value"]["fields"].insert(0, row("a0"))
        small.insert(0, section("z", []))
        part = Part("id-a", after="id-a1")

        assert names(parts.put_back(small, part, [section("a", [])]))[1] == ["id-a0", "id-a1"]

    def test_without_the_rows_around_it_is_gone(self, small):
        with pytest.raises(parts.PartGone):
            parts.put_back(small, Part("id-a", after="id-x"), [])
        with pytest.raises(parts.PartGone):
            parts.cut(small, Part("id-a", after="id-a3", before="id-a1"))

    def test_that_is_a_whole_section_may_be_removed(self, small):
        assert names(parts.put_back(small, Part("id-a"), [])) == [["id-b1"]]

    def test_of_a_section_never_takes_hidden_rows_along(self, small):
        left = parts.put_back(small, Part("id-a", after="id-a1"), [])

        assert names(left) == [["id-a1"], ["id-b1"]]

    def test_brings_a_new_section_once_however_often_it_is_saved(self, small):
        sent = [section("a", [row("a1")]), section("new", [])]
        once = parts.put_back(small, Part("id-a"), sent)

        assert names(parts.put_back(once, Part("id-a"), sent)) == [["id-a1"], [], ["id-b1"]]


class TestPieces:
    def test_are_sections_and_parts_of_long_ones(self):
        rows = [row(f"q{number}") for number in range(2 * parts.PART_ROWS + 1)]
        form = [section("long", rows), section("short", []), section("last", [row("x")])]
        pieces = parts.pieces_of(form)

        assert [(one.number, one.count) for one in pieces] == [(1, 3), (2, 3), (3, 3)] + 2 * [
            (1, 1)
        ]
        shown = [each for one in pieces for each in names(parts.cut(form, one.part))]
        assert list(chain(*shown)) == list(chain(*names(form)))

    def test_are_cut_between_groups(self):
        group = [row("g", "begin_group"), row("inside"), row("g/", "end")]
        rows = [row(f"q{n}") for n in range(parts.PART_ROWS - 1)] + group
        rows += [row(f"r{n}") for n in range(20)]
        (first, _second) = parts.pieces_of([section("s", rows)])

        assert first.span.end == parts.PART_ROWS - 1

    def test_know_how_deep_they_begin(self):
        rows = [row("g", "begin_repeat"), *(row(f"q{n}") for n in range(400))]
        form = [section("s", [*rows, row("g/", "end")])]
        pieces = parts.pieces_of(form)

        assert [parts.depth_before(form, one.span) for one in pieces] == [0, 1, 1]
        assert parts.holding(pieces, Spot(0, 399)) == 2

    @pytest.mark.parametrize(
        ("act", "order"),
        [
            ("up:id-b", "ba"),
            ("down:id-a", "ba"),
            ("up:id-a", "ab"),
            ("remove:id-a", "b"),
            ("remove:", "ab"),
            ("burn:id-a", "ab"),
        ],
    )
    def test_are_arranged(self, small, act, order):
        arranged = parts.arranged(small, act)

        assert "".join(one["value"]["code"] for one in arranged) == order

    @pytest.mark.parametrize("data", [None, 3, [], "x", {"section": 3}])
    def test_read_from_nonsense_are_none_or_nothing(self, data):
        assert parts.part_from(data) in (None, Part())


def spec(code, questions, per_section):
    def question(number):
        labels = {"az": f"Sual {number}"}
        return {"kind": "question", "name": f"q{number}", "type": "text", "labels": labels}

    children = [
        {
            "kind": "section",
            "name": f"s{first // per_section}",
            "labels": {"az": f"Bölmə {first // per_section}"},
            "children": [
                question(n) for n in range(first, min(first + per_section, questions))
            ],
        }
        for first in range(0, questions, per_section)
    ]
    return {"schema": 1, "code": code, "labels": {"az": "Böyük"}, "children": children}


@pytest.fixture
def actor(administrator):
    return Actor.for_user(administrator)


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def large(db, actor):
    return services.save_definition_draft("large", spec("large", 1300, 260), actor)


def draft_of(form):
    return FormDefinition.objects.get(pk=form.pk).get_latest_revision_as_object()


def codes(form):
    sections = draft_of(form).sections.get_prep_value()
    return [each["value"]["code"] for one in sections for each in one["value"]["fields"]]


def sent_rows(sections):
    """Rows as the editor posts them, with their ids."""
    found = streamfield([(one["type"], sent_value(one)) for one in sections])
    return {**found, **{f"{n}-id": one["id"] for n, one in enumerate(sections)}}


def sent_value(one):
    value = dict(one["value"])
    value["settings"] = json.dumps(value.get("settings") or {})
    if "fields" in value:
        value["fields"] = sent_rows(value["fields"])
    return value


def post_of(form, sections, part=None, **more):
    draft = draft_of(form)
    fields = {name: getattr(draft, name) for name in ("code", "title_az", "title_en", "mode")}
    data = nested_form_data({**fields, "person_map": "", "sections": sent_rows(sections)})
    return {**data, **({"part": json.dumps(part.as_dict())} if part else {}), **more}


@pytest.mark.django_db
class TestALargeForm:
    def test_opens_on_its_sections(self, admin, large):
        page = admin.get(reverse(EDIT, args=[large.pk]))

        assert "sections" not in page.context["form"].fields
        links = re.findall(r'href="(\?[^"]*)" data-dayaq-part', page.content.decode())
        assert len(links) == 10
        part = admin.get(reverse(EDIT, args=[large.pk]) + unescape(links[1]))
        shown = part.context["form"]["sections"].value().get_prep_value()
        assert 0 < len(shown[0]["value"]["fields"]) <= parts.PART_ROWS

    def test_is_opened_at_a_section_or_at_a_row(self, admin, large):
        rows = draft_of(large).sections.get_prep_value()[3]["value"]["fields"]
        url = reverse(EDIT, args=[large.pk])
        page = admin.get(url, {"section": "s3", "row": rows[-1]["id"]})
        shown = page.context["form"]["sections"].value().get_prep_value()

        assert shown[0]["value"]["fields"][-1]["value"]["code"] == rows[-1]["value"]["code"]

    def test_says_that_a_part_is_gone(self, admin, large):
        page = admin.get(reverse(EDIT, args=[large.pk]), {"section": "nothing"}, follow=True)

        assert page.status_code == 200
        assert page.redirect_chain

    def test_keeps_the_other_parts_when_one_is_saved(self, admin, large):
        before = codes(large)
        draft = draft_of(large).sections.get_prep_value()
        part = parts.pieces_of(draft)[1].part
        shown = parts.cut(draft, part)
        moved = shown[0]["value"]["fields"]
        moved.insert(0, moved.pop())
        moved.append(
            {"type": "question", "id": "new", "value": {"code": "new", "type": "text"}}
        )
        answer = admin.post(reverse(EDIT, args=[large.pk]), post_of(large, shown, part))

        assert answer.status_code == 302
        assert "section=" in answer.url
        assert sorted(codes(large)) == sorted([*before, "new"])
        assert len(codes(large)) == 1301
        span = parts.span_of(draft, part)
        assert codes(large)[: span.start] == before[: span.start]

    def test_goes_on_to_another_part_after_saving(self, admin, large):
        draft = draft_of(large).sections.get_prep_value()
        here, there = (one.part for one in parts.pieces_of(draft)[:2])
        post = post_of(large, parts.cut(draft, here), here, go_to=parts.address_of(there))
        answer = admin.post(reverse(EDIT, args=[large.pk]), post)

        assert answer.url.endswith(parts.address_of(there))

    def test_refuses_a_part_whose_place_is_gone_and_keeps_what_was_typed(self, admin, large):
        draft = draft_of(large).sections.get_prep_value()
        part = parts.pieces_of(draft)[1].part
        shown = parts.cut(draft, part)
        shown[0]["value"]["fields"][0]["value"]["label_az"] = "Yazdığım söz"
        lost = Part(part.section, "somebody-removed-it", part.before)
        answer = admin.post(reverse(EDIT, args=[large.pk]), post_of(large, shown, lost))

        assert answer.status_code == 200
        typed = answer.context["form"]["sections"].value().get_prep_value()
        assert typed[0]["value"]["fields"][0]["value"]["label_az"] == "Yazdığım söz"
        assert len(codes(large)) == 1300

    def test_has_its_sections_moved_added_and_removed(self, admin, large):
        url = reverse(EDIT, args=[large.pk])
        ids = [one["id"] for one in draft_of(large).sections.get_prep_value()]
        admin.post(url, post_of(large, [], Part(), section_act=f"down:{ids[0]}"))
        admin.post(url, post_of(large, [], Part(), section_act=f"remove:{ids[4]}"))
        answer = admin.post(url, post_of(large, [], Part(), section_act="add"))
        found = [one["id"] for one in draft_of(large).sections.get_prep_value()]

        assert found[:4] == [ids[1], ids[0], ids[2], ids[3]]
        assert f"section={found[4]}" in answer.url

    def test_tells_problems_of_every_part_with_the_way_there(self, admin, large):
        draft = draft_of(large).sections.get_prep_value()
        wrong = draft[4]["value"]["fields"][5]
        wrong["value"]["settings"] = {"relevant": "${nobody} = 1"}
        saved = draft_of(large)
        saved.sections = json.dumps(draft)
        saved.save_revision(clean=False)
        part = parts.pieces_of(draft)[0].part
        shown = parts.cut(draft, part)
        broken = {"relevant": "${noone} = 1"}
        shown[0]["value"]["fields"][2]["value"]["settings"] = broken
        body = {"sections": shown, "part": part.as_dict(), "form": large.pk}
        url = reverse("forms_builder_problems")
        found = admin.post(url, json.dumps(body), content_type="application/json").json()

        here, there = found["problems"]
        assert (here["section"], here["row"], here["attribute"]) == (0, 2, "relevant")
        assert there["section"] is None
        assert f"row={wrong['id']}" in there["url"] and "option=relevant" in there["url"]

    def test_publishes_from_a_part_only_when_all_of_it_is_right(self, admin, large):
        draft = draft_of(large).sections.get_prep_value()
        part = parts.pieces_of(draft)[0].part
        shown = parts.cut(draft, part)
        url = reverse(EDIT, args=[large.pk])
        wrong = json.loads(json.dumps(shown))
        wrong[0]["value"]["fields"][3]["value"]["code"] = "not a code"
        refused = admin.post(
            url, {**post_of(large, wrong, part), "action-publish": "action-publish"}
        )
        assert refused.status_code == 200
        error = refused.context["form"].errors.as_data()["sections"][0].as_json_data()
        assert 3 in error["blockErrors"][0]["blockErrors"]["fields"]["blockErrors"]

        admin.post(url, {**post_of(large, shown, part), "action-publish": "action-publish"})
        assert FormDefinition.objects.get(pk=large.pk).live


@pytest.mark.django_db
class TestAFormOf500Questions:
    @pytest.fixture
    def form(self, actor):
        return services.save_definition_draft("many", spec("many", 500, 50), actor)

    def test_is_saved_whole_without_too_many_fields(self, admin, form):
        rows = draft_of(form).sections.get_prep_value()
        post = post_of(form, rows)
        assert len(post) > 4000
        answer = admin.post(reverse(EDIT, args=[form.pk]), post)

        assert answer.status_code == 302
        assert len(codes(form)) == 500

    def autosave(self, client, form, **more):
        revision = draft_of(form).latest_revision
        post = post_of(form, draft_of(form).sections.get_prep_value())
        sent = {
            "loaded_revision_id": revision.pk,
            "loaded_revision_created_at": revision.created_at.isoformat(),
        }
        return client.post(
            reverse(EDIT, args=[form.pk]),
            {**post, **sent, **more},
            headers={"accept": "application/json", "x-requested-with": "XMLHttpRequest"},
        )

    def test_is_saved_by_itself(self, admin, form):
        assert self.autosave(admin, form).json()["success"]

    def test_is_not_saved_by_itself_over_a_newer_draft(self, admin, form):
        stale = draft_of(form).latest_revision.created_at.isoformat()
        newer = draft_of(form)
        newer.title_az = "Başqasının"
        newer.save_revision(clean=False)
        answer = self.autosave(admin, form, loaded_revision_created_at=stale)

        assert answer.json()["error_code"] == "invalid_revision"
        assert draft_of(form).title_az == "Başqasının"

    def test_is_not_saved_by_itself_while_another_holds_the_lock(self, admin, form, make_user):
        locker = make_user(username="other", is_superuser=True, is_staff=True)
        form.locked, form.locked_by, form.locked_at = True, locker, timezone.now()
        form.save(update_fields=["locked", "locked_by", "locked_at"])
        answer = self.autosave(admin, form)

        assert answer.json()["error_code"] == "locked"
