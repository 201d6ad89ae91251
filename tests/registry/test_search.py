"""Lists, search, timelines, differences and the auditor's search."""

from datetime import timedelta

import pytest

from config.accounts.actors import Actor
from config.shared.memo import request_memo
from registry import selectors
from registry.access import MASKED
from registry.history_search import Mark
from registry.models import HistoricalSubmission, Record, Register
from registry.selectors import HistoryQuery
from registry.services import amend, assign, link, submit, transition
from tests.registry import specs
from tests.registry.specs import rule

NAMES = ["Çingiz", "Əli", "Elçin", "İsmayıl", "Ismət", "Xədicə", "Həsən", "Zaur"]


@pytest.fixture
def people(intake, actor, noon):
    """Records with names whose order PostgreSQL gets wrong, a minute apart."""
    return [
        submit(
            version=intake,
            answers={
                "last_name": name,
                "fin": f"5TKQ9M{place}",
                "risk": "high" if place % 2 else "low",
                "story": f"gizli {name}",
            },
            actor=actor,
            now=noon + timedelta(minutes=place),
        ).record
        for place, name in enumerate(NAMES)
    ]


def titles(page):
    return [row.title for row in page.rows]


def reader_up_to(publish, make_user, sensitivity):
    """A reader of all cases up to a sensitivity."""
    publish(
        specs.register_spec(
            access=[
                rule(["social_worker"]),
                rule(["trainer"], sensitivity=sensitivity, actions=["read"]),
            ]
        )
    )
    return make_user("trainer")


class TestTheList:
    def test_is_in_azerbaijani_order(self, people, worker):
        page = selectors.records_list(worker, "cases")

        assert titles(page) == [
            "Çingiz", "Elçin", "Əli", "Həsən", "Xədicə", "Ismət", "İsmayıl", "Zaur",
        ]  # fmt: skip

    @pytest.mark.parametrize("sensitivity", ["sensitive", "internal"])
    def test_goes_through_all_pages_once(self, publish, people, make_user, sensitivity):
        user = reader_up_to(publish, make_user, sensitivity)
        found, cursor = [], ""
        for _page in range(10):
            page = selectors.records_list(user, "cases", cursor=cursor, limit=3)
            found += [row.record.key for row in page.rows]
            cursor = page.next
            if not cursor:
                break

        assert len(found) == 8
        assert sorted(found) == sorted(record.key for record in people)

    def test_costs_the_same_for_one_row_and_many(
        self, people, worker, django_assert_num_queries
    ):
        selectors.records_list(worker, "cases")
        # The rows, and whether what is kept in memory still holds.
        with request_memo(), django_assert_num_queries(2):
            selectors.records_list(worker, "cases", limit=1)
        with request_memo(), django_assert_num_queries(2):
            selectors.records_list(worker, "cases", limit=8)

    def test_filters_by_status_district_and_assignee(
        self, intake, people, actor, worker, noon, make_place
    ):
        region = make_place("absheron", kind="region")
        place = make_place("sumqayit", parent=region)
        moved = transition(
            record=people[0], status="active", actor=actor, now=noon, expected_row_version=1
        )
        placed = submit(
            version=intake,
            answers={"last_name": "Y", "district": place.code},
            actor=actor,
            now=noon,
        ).record
        mine = assign(record=people[1], assignee=worker, actor=actor, now=noon)

        def found(**filters):
            rows = selectors.records_list(worker, "cases", **filters).rows
            return [row.record for row in rows]

        assert found(status="active") == [moved]
        assert found(district="sumqayit") == found(district="absheron") == [placed]
        assert found(mine=True) == [mine]

    def test_shows_the_columns_in_words_and_masks(self, publish, people, make_user):
        user = reader_up_to(publish, make_user, "internal")
        page = selectors.records_list(user, "cases", limit=1)
        row = page.rows[0]

        assert [column.name for column in page.columns] == ["risk", "story"]
        assert [cell.label for cell in row.cells] == [column.label for column in page.columns]
        assert (row.cells[1].text, row.cells[1].is_masked) == (MASKED, True)
        assert row.title == row.record.key
        assert row.status == "Yeni"

    def test_does_not_betray_hidden_names_by_its_order(self, publish, people, make_user):
        user = reader_up_to(publish, make_user, "internal")

        page = selectors.records_list(user, "cases")

        assert not page.is_sorted_by_title
        assert [row.record for row in page.rows] == people[::-1]

    def test_hides_a_register_without_rights_as_if_it_were_not_there(self, people, make_user):
        for code in ("cases", "nothing"):
            with pytest.raises(Register.DoesNotExist):
                selectors.records_list(make_user("trainer"), code)

    @pytest.mark.parametrize("cursor", ["x", "WzFd", "eyJ9", "WyJcdTAwMDAiLCAxXQ=="])
    def test_refuses_a_cursor_it_did_not_give(self, people, worker, cursor):
        with pytest.raises(selectors.BadCursor):
            selectors.records_list(worker, "cases", cursor=cursor)


class TestSearching:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("ismayil", ["İsmayıl"]),
            ("İSMAYIL", ["İsmayıl"]),
            ("xedice", ["Xədicə"]),
            ("5tkq9m3", ["İsmayıl"]),
            ("km-2026-0002", ["Əli"]),
            ("is", ["Ismət", "İsmayıl"]),
            ("high 5tkq9m", ["Əli", "Xədicə", "Zaur", "İsmayıl"]),
            ("100%", []),
            ("_", []),
            ("", None),
        ],
    )
    def test_finds_by_name_number_and_fin(self, people, worker, query, found):
        page = selectors.records_list(worker, "cases", query=query)

        if found is None:
            assert len(page.rows) == 8
        else:
            assert sorted(titles(page)) == sorted(found)

    @pytest.mark.parametrize(
        ("sensitivity", "query", "number"),
        [
            ("internal", "ismayil", 0),
            ("internal", "5tkq9m3", 0),
            ("internal", "high", 4),
            ("personal", "ismayil", 1),
            ("personal", "gizli", 0),
            ("sensitive", "gizli", 8),
        ],
    )
    def test_does_not_find_by_what_is_masked(
        self, publish, people, make_user, sensitivity, query, number
    ):
        user = reader_up_to(publish, make_user, sensitivity)

        assert len(selectors.records_list(user, "cases", query=query).rows) == number
        assert len(selectors.search_everywhere(user, query)) == number

    def test_finds_by_the_person_whatever_the_register_keeps(
        self, publish, persons, actor, worker, send
    ):
        bare = [specs.attribute("risk")]
        publish(
            specs.register_spec("bare", attributes=bare, title_template="", list_columns=[])
        )
        version = publish(
            specs.form_spec("bare_form", register="bare", person_map=specs.PERSON_MAP)
        )
        record = send(version, actor, fin="5TKQ9M2", last_name="Ağayeva").record

        found = [row.record for _rules, row in selectors.search_everywhere(worker, "5TKQ9M2")]
        assert sorted(found, key=str) == [record, record.person]
        rows = selectors.records_list(worker, "bare", query="agayeva").rows
        assert [row.record for row in rows] == [record]
        assert rows[0].title == "Ağayeva"


@pytest.fixture
def story(intake, actor, noon, send):
    """A record that was made, amended, moved and linked; the submission."""
    submission = send(intake, actor, risk="low", story="a", members=[{"name": "A"}])
    amended = amend(
        submission=submission,
        answers={
            "last_name": "Məmmədova",
            "risk": "high",
            "story": "b",
            "members": [{"name": "A"}, {"name": "B", "illness": "x"}],
        },
        actor=actor,
        now=noon + timedelta(hours=1),
        expected_row_version=1,
        reason_code="mistake",
        reason="Düzəliş",
    )
    transition(
        record=amended.record,
        status="active",
        actor=actor,
        now=noon + timedelta(hours=2),
        expected_row_version=2,
    )
    link(
        source=amended.record,
        target=send(intake, actor).record,
        kind="sibling",
        actor=actor,
        now=noon + timedelta(hours=3),
        valid_from=noon.date(),
    )
    return amended


class TestTheTimeline:
    def test_tells_every_act_once_with_who_and_why(self, story, worker):
        events = selectors.record_timeline(worker, Record.objects.get(pk=story.record_id))

        assert [event.kind for event in events] == ["link", "transition", "amend", "create"]
        assert events[2].reason == "Düzəliş"
        assert events[2].form_title == "Forma intake"
        assert events[1].summary == ["Status: Yeni → Aktiv"]
        assert "KM-2026-0002" in events[0].summary[0]
        assert {event.actor_name for event in events} == {"Leyla"}

    def test_shows_what_an_amendment_changed(self, story, worker):
        amended = selectors.record_timeline(worker, story.record)[2]

        assert [
            (found.path, found.kind, found.old, found.new) for found in amended.differences
        ] == [
            ("risk", "changed", "low", "high"),
            ("story", "changed", "a", "b"),
            ("members[1]/name", "added", "", "B"),
            ("members[1]/illness", "added", "", "x"),
        ]

    def test_masks_values_but_not_that_they_changed(self, publish, story, make_user):
        user = reader_up_to(publish, make_user, "internal")

        amended = selectors.record_timeline(user, story.record)[2]

        changed = {found.path: (found.old, found.new) for found in amended.differences}
        assert changed["risk"] == ("low", "high")
        assert changed["story"] == (MASKED, MASKED)
        assert changed["members[1]/illness"] == ("", MASKED)

    def test_costs_the_same_however_much_happened(
        self, story, actor, worker, noon, django_assert_num_queries
    ):
        record = Record.objects.get(pk=story.record_id)
        selectors.record_timeline(worker, record)
        with django_assert_num_queries(7) as few:
            selectors.record_timeline(worker, record)
        for number in range(5):
            amend(
                submission=story,
                answers={"last_name": f"N{number}"},
                actor=actor,
                now=noon + timedelta(days=number + 1),
                expected_row_version=number + 2,
                reason_code="mistake",
            )
        with django_assert_num_queries(len(few)):
            selectors.record_timeline(worker, record)


class TestDifferences:
    def compare(self, old, new, language="en"):
        rows = HistoricalSubmission(answers=old), HistoricalSubmission(answers=new)
        rows[1].form_version = self.version
        return [
            (found.path, found.label, found.old, found.new)
            for found in selectors.submission_diff(*rows, language)
        ]

    @pytest.fixture(autouse=True)
    def form(self, intake):
        self.version = intake

    def test_speak_the_words_of_the_form_in_the_readers_language(self):
        old, new = {"risk": "low"}, {"risk": "high"}

        assert self.compare(old, new) == [("risk", "Question risk", "low", "high")]
        assert self.compare(old, new, "az") == [("risk", "Sual risk", "low", "high")]

    def test_say_nothing_about_rows_that_only_moved_down(self):
        old = [{"name": "A"}, {"name": "B"}]
        new = [{"name": "X"}, {"name": "A"}, {"name": "B"}]

        assert self.compare({"members": old}, {"members": new}) == [
            ("members[0]/name", "Member 1 › Question name", "", "X")
        ]

    def test_pair_a_changed_row_with_the_one_it_was(self):
        old = [{"name": "A"}, {"name": "B", "illness": "x"}]
        new = [{"name": "A"}, {"name": "B", "illness": "y"}]

        assert self.compare({"members": old}, {"members": new}) == [
            ("members[1]/illness", "Member 2 › Question illness", "x", "y")
        ]

    def test_tell_of_removed_rows(self):
        assert self.compare({"members": [{"name": "A"}]}, {}) == [
            ("members[0]/name", "Member 1 › Question name", "A", "")
        ]

    def test_do_not_lose_answers_that_the_form_no_longer_asks(self):
        assert self.compare({"ghost": "1"}, {}) == [("ghost", "ghost", "1", "")]


class TestTheAuditorsSearch:
    @pytest.fixture
    def auditor(self, publish, story, make_user):
        publish(
            specs.register_spec(
                access=[
                    rule(["social_worker"]),
                    rule(["auditor"], actions=["read", "audit"]),
                ]
            )
        )
        return make_user("auditor")

    def found(self, user, **query):
        return [
            (entry.what, entry.row.change_kind, entry.record.key)
            for entry in selectors.history_search(user, HistoryQuery(**query))
        ]

    def test_finds_changes_of_a_field(self, auditor, story):
        assert sorted(self.found(auditor, field="risk", kind="amend")) == [
            ("record", "amend", "KM-2026-0001"),
            ("submission", "amend", "KM-2026-0001"),
        ]
        assert self.found(auditor, field="status", kind="transition") == [
            ("record", "transition", "KM-2026-0001")
        ]

    @pytest.mark.parametrize(
        ("reads", "records", "answers"),
        [("sensitive", 1, 1), ("internal", 1, 0), ("public", 0, 0)],
    )
    def test_finds_a_field_for_who_may_read_it(
        self, publish, story, make_user, reads, records, answers
    ):
        may = rule(["auditor"], actions=["read", "audit"], sensitivity=reads)
        publish(specs.register_spec(access=[rule(["social_worker"]), may]))
        hits = self.found(make_user("auditor"), register="cases", field="risk", kind="amend")

        kinds = [what for what, _kind, _key in hits]
        assert (kinds.count("record"), kinds.count("submission")) == (records, answers)

    def test_finds_by_person_user_register_and_time(self, auditor, story, actor, noon):
        everything = self.found(auditor)
        assert len(everything) == 7
        assert self.found(auditor, user_id=actor.user.pk) == everything
        assert self.found(auditor, register="cases", person="memmedova") == everything
        assert self.found(auditor, register="other") == []
        assert self.found(auditor, person="km-2026-0002") != []
        late = self.found(auditor, since=noon + timedelta(minutes=90))
        assert late == [("record", "transition", "KM-2026-0001")]
        assert self.found(auditor, until=noon) == []

    @pytest.mark.parametrize("typed", ["ilqar", "İLQAR əliyev", "Ilqar  Eliyev"])
    def test_finds_who_did_it_however_the_name_is_typed(
        self, auditor, intake, send, make_user, typed
    ):
        ilqar = make_user("social_worker", first_name="İlqar", last_name="Əliyev")
        send(intake, Actor.for_user(ilqar))

        found = selectors.history_search(auditor, HistoryQuery(actor_name=typed))
        assert {entry.row.actor_name for entry in found} == {"İlqar Əliyev"}

    def test_goes_on_where_the_page_before_ended(self, auditor):
        first = selectors.history_search(auditor, HistoryQuery(), limit=3)
        last = first[-1]
        mark = Mark(last.row.history_date, last.row.recorded_at, last.what, last.row.pk)
        rest = selectors.history_search(auditor, HistoryQuery(before=mark))

        shown = [(entry.what, entry.row.pk) for entry in [*first, *rest]]
        everything = selectors.history_search(auditor, HistoryQuery())
        assert shown == [(entry.what, entry.row.pk) for entry in everything]

    def test_shows_nothing_without_the_right_to_audit(self, story, make_user, publish):
        user = reader_up_to(publish, make_user, "sensitive")

        assert self.found(user) == []

    def test_opens_a_change_with_the_state_before(self, auditor, story):
        row = story.history.first()

        before, now, record = selectors.change_of(auditor, "submission", row.pk)

        assert (before.row_version, now.row_version) == (1, 2)
        assert record.pk == story.record_id

    @pytest.mark.parametrize(("what", "pk"), [("submission", 0), ("nonsense", 1)])
    def test_does_not_open_what_is_not_there(self, auditor, what, pk):
        with pytest.raises(Record.DoesNotExist):
            selectors.change_of(auditor, what, pk)

    def test_does_not_open_what_is_hidden(self, story, make_user):
        row = story.history.first()
        with pytest.raises(Record.DoesNotExist):
            selectors.change_of(make_user("trainer"), "submission", row.pk)


class TestThePersonsPage:
    def test_gathers_what_the_reader_may_see(
        self, publish, persons, cases, actor, worker, send
    ):
        publish(specs.register_spec("secret", access=[rule(["duty_officer"])]))
        intake = publish(specs.form_spec(person_map=specs.PERSON_MAP))
        secret = publish(
            specs.form_spec("hidden", register="secret", person_map=specs.PERSON_MAP)
        )
        first = send(intake, actor, fin="5TKQ9M2").record
        second = send(intake, actor, fin="5TKQ9M2").record
        send(secret, Actor.system("tests"), fin="5TKQ9M2")

        view = selectors.person_view(worker, first.person)

        assert [group.rules.code for group in view.registers] == ["cases"]
        assert {record for record, _title in view.registers[0].rows} == {first, second}
        from_case = selectors.person_view(worker, first)
        assert from_case.person == first.person
        assert [record for record, _title in from_case.registers[0].rows] == [second]

    def test_shows_links_both_ways(self, story, worker):
        other = Record.objects.get(key="KM-2026-0002")

        here = selectors.person_view(worker, story.record).links
        there = selectors.person_view(worker, other).links

        assert [(row.record.key, row.is_outgoing) for row in here] == [("KM-2026-0002", True)]
        assert [(row.record.key, row.is_outgoing) for row in there] == [("KM-2026-0001", False)]


class TestReceipts:
    def test_are_the_writers_even_without_the_right_to_read(
        self, publish, intake, make_user, noon
    ):
        publish(specs.register_spec(access=[rule(["agency_rep"], actions=["create"])]))
        user = make_user("agency_rep")
        sent = submit(
            version=intake,
            answers={"last_name": "A"},
            actor=Actor.for_user(user),
            now=noon,
        )

        assert selectors.receipt(user, sent.uuid) == sent
        with pytest.raises(Record.DoesNotExist):
            selectors.record_for(user, sent.record.uuid)
