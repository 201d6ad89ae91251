"""Making a protocol: what the editor suggests and checks, and trying it out."""

import json

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from config.accounts.actors import Actor
from content.services import save_legal_act
from protocols.checks import check_protocol
from protocols.drafting import starter, steps_from_stream, stream_from_steps
from protocols.models import Protocol, Run, RunFailure, Step
from protocols.services import save_protocol
from tests.protocols.specs import decide, go, protocol_spec, step

ACTOR = Actor.system("tests")


def bare(code, **more):
    """A step that names no way on."""
    return {
        "code": code,
        "labels": {"az": code},
        "responsible": {"role": "duty_officer"},
        "action": {"type": "approve"},
        **more,
    }


class TestStepsWithoutAWayOn:
    def test_go_to_the_next_of_the_list_and_the_last_ends(self):
        steps = steps_from_stream(stream_from_steps([bare("a"), bare("b"), bare("c")]))

        assert [one.get("transitions") for one in steps] == [
            [{"to": "b"}],
            [{"to": "c"}],
            None,
        ]
        assert [one.get("final", False) for one in steps] == [False, False, True]

    def test_leave_named_ways_alone(self):
        spec = protocol_spec()

        assert steps_from_stream(stream_from_steps(spec["steps"])) == spec["steps"]

    def test_need_no_first_step(self, db):
        draft = Protocol(code="x", title_az="X")
        draft.steps = json.dumps(stream_from_steps([bare("a"), bare("b")]))

        assert draft.build_spec()["start"] == "a"


class TestANewProtocol:
    def test_begins_with_one_step(self, client, administrator, forms):
        client.force_login(administrator)

        page = client.get(reverse("wagtailsnippets_protocols_protocol:add"))

        assert "assessment" in page.content.decode()

    def test_offers_the_legal_acts_by_name(self, client, administrator, forms):
        save_legal_act("sx_qanun", {"name_az": "Sosial xidmət haqqında Qanun"}, ACTOR)
        client.force_login(administrator)
        page = client.get(reverse("wagtailsnippets_protocols_protocol:add")).content.decode()

        assert "Sosial xidmət haqqında Qanun" in page
        assert 'name="legal_basis" value="sx_qanun"' in page

    def test_may_be_an_unfinished_draft(self, db):
        draft = Protocol(code="x", title_az="X", steps=json.dumps(starter()))

        page = draft.make_preview_request().render().content.decode()

        assert "Qiymətləndirmə" in page


class TestAStatusToSet:
    @pytest.mark.parametrize(
        ("status", "codes"),
        [("closed", []), ("nowhere", ["unknown_status"])],
    )
    def test_is_one_of_the_registers(self, forms, people, make_organization, status, codes):
        spec = protocol_spec()
        spec["steps"][3] = step("END", {"type": "set_status", "status": status})

        found = check_protocol(spec)

        assert [problem.code for problem in found] == codes
        assert all("closed" in problem.message for problem in found)


class TestSuggestions:
    def test_are_the_questions_and_the_statuses(self, client, administrator, forms):
        client.force_login(administrator)

        facts = client.get(reverse("protocols_editor_facts"), {"form": "report"}).json()

        assert "danger" in dict(facts["questions"])
        assert "closed" in dict(facts["statuses"])

    def test_of_an_unknown_form_are_none(self, client, administrator, db):
        client.force_login(administrator)

        facts = client.get(reverse("protocols_editor_facts"), {"form": "\0?"}).json()

        assert facts == {"questions": [], "statuses": []}


class TestAConditionBeingTyped:
    def check(self, client, form, source):
        body = json.dumps({"form": form, "source": source})
        url = reverse("protocols_check_condition")
        return client.post(url, body, content_type="application/json")

    @pytest.mark.parametrize(
        ("form", "source", "said"),
        [
            ("report", "${danger} = 'high'", ""),
            ("decision", "${decision} = 'visit'", ""),
            ("report", "${dnger} = 'high'", "dnger"),
            ("report", "", ""),
        ],
    )
    def test_is_checked_as_publishing_would(
        self, client, administrator, forms, form, source, said
    ):
        client.force_login(administrator)

        problems = self.check(client, form, source).json()["problems"]

        assert said in " ".join(problems)
        assert bool(problems) == bool(said)

    def test_that_cannot_be_parsed_is_told(self, client, administrator, forms):
        client.force_login(administrator)

        assert self.check(client, "report", "${danger} = (").json()["problems"]

    def test_that_is_no_json_is_refused(self, client, administrator, db):
        client.force_login(administrator)
        url = reverse("protocols_check_condition")

        response = client.post(url, "x", content_type="application/json")

        assert response.status_code == 400


@pytest.mark.parametrize(
    "name", ["protocols_editor_facts", "protocols_failures", "protocols_simulate"]
)
def test_pages_around_the_editor_are_for_configuration_admins(client, protocol, people, name):
    client.force_login(people.supervisor)
    args = [protocol.definition_id] if name == "protocols_simulate" else []

    assert client.get(reverse(name, args=args)).status_code in (302, 403)


class TestTryingOut:
    def page(self, client, protocol, **asked):
        return client.get(reverse("protocols_simulate", args=[protocol.definition_id]), asked)

    def test_counts_and_stores_nothing(self, client, administrator, protocol, report):
        report()
        report(danger="low")
        before = Run.objects.count(), Step.objects.count()
        client.force_login(administrator)

        response = self.page(client, protocol)

        found = response.context["found"]
        assert (found.looked_at, found.triggered) == (2, 1)
        assert (Run.objects.count(), Step.objects.count()) == before
        assert "Məmmədova" not in response.content.decode()

    @pytest.mark.parametrize(
        ("decision", "codes"),
        [("visit", ["triage", "visit", "END"]), ("nothing", ["triage", "END"])],
    )
    def test_walks_as_is_decided(
        self, client, administrator, protocol, report, decision, codes
    ):
        report()
        client.force_login(administrator)

        found = self.page(client, protocol, d_triage=decision, hours="2").context["found"]

        assert [stop.code for stop in found.stops] == codes
        assert found.finished
        assert found.stops[0].due_at is not None

    def draft(self, **trigger):
        """A draft that reads what its author likes."""
        spec = protocol_spec()
        spec["trigger"] |= trigger
        spec["steps"][0]["responsible"] = {
            "role": "duty_officer",
            "organization_field": "last_name",
        }
        return save_protocol("urgent", spec, Actor.system("tests"))

    def test_tells_nothing_of_a_single_person(self, client, administrator, protocol, report):
        report()
        client.force_login(administrator)
        pages = []
        for name in ("Məmmədova", "Başqası"):
            self.draft(expression=f"${{last_name}} = '{name}'")
            pages.append(self.page(client, protocol))

        told = [page.context["found"] for page in pages]
        assert [one.triggered for one in told] == [1, 0]
        assert [one.stops[0].organization for one in told] == ["", ""]
        texts = [page.text.partition("<main")[2] for page in pages]
        assert texts[0] == texts[1]
        assert "Məmmədova" not in texts[0]

    @pytest.mark.parametrize(
        ("high", "low", "shown"), [(6, 5, "<strong>6</strong>"), (6, 4, ""), (4, 6, "")]
    )
    def test_tells_the_number_of_a_large_group_alone(
        self, client, administrator, protocol, report, high, low, shown
    ):
        for danger in ["high"] * high + ["low"] * low:
            report(danger=danger)
        client.force_login(administrator)

        text = self.page(client, protocol).text

        assert shown in text
        assert bool(shown) == (f"<strong>{high}</strong>" in text)

    def test_walks_with_the_answers_that_its_reader_may_read(
        self, client, make_user, protocol, report
    ):
        report()
        rights = ["wagtailadmin.access_admin", "protocols.change_protocol"]
        client.force_login(make_user("supervisor", permissions=rights))
        self.draft()

        found = self.page(client, protocol).context["found"]

        assert not found.is_invented
        assert found.stops[0].organization == "Məmmədova"

    def test_is_in_the_trail(self, client, administrator, protocol, report):
        report()
        client.force_login(administrator)

        self.page(client, protocol)

        line = ModelLogEntry.objects.get(action="protocols.tried")
        assert (line.user, line.data["looked_at"]) == (administrator, 1)

    def test_invents_an_example_when_nothing_ever_triggered(
        self, client, administrator, protocol
    ):
        client.force_login(administrator)

        found = self.page(client, protocol, what="published", hours="x").context["found"]

        assert found.is_invented
        assert found.stops

    def test_lists_the_problems_of_a_draft(self, client, administrator, protocol):
        broken = protocol_spec()
        broken["steps"][0] = step("triage", decide("a"), go("nowhere"))
        save_protocol("urgent", broken, Actor.system("tests"))
        client.force_login(administrator)

        found = self.page(client, protocol).context["found"]

        assert found.problems
        assert not found.stops

    def test_goes_round_in_a_circle_only_so_often(self, client, administrator, forms):
        spec = protocol_spec()
        spec["steps"][0]["transitions"] = [
            go("triage", "${decision} = 'visit'", "decision"),
            go("visit", "${decision} = 'nothing'", "decision"),
        ]
        draft = save_protocol("urgent", spec, Actor.system("tests"))
        client.force_login(administrator)
        url = reverse("protocols_simulate", args=[draft.pk])

        found = client.get(url, {"d_triage": "visit"}).context["found"]

        assert not found.finished


class TestFailures:
    def test_are_listed_without_personal_data_and_retried(
        self, client, administrator, protocol, report, broken_table
    ):
        with broken_table("protocols_run"):
            submission = report()
        failure = RunFailure.objects.get()
        client.force_login(administrator)

        page = client.get(reverse("protocols_failures")).content.decode()
        client.post(reverse("protocols_retry", args=[failure.pk]))

        assert protocol.title in page
        assert "Məmmədova" not in page
        assert submission.record.key not in page
        failure.refresh_from_db()
        assert failure.resolved_at is not None
        assert submission.protocol_runs.exists()

    def test_appear_in_the_menu_only_while_there_are_some(
        self, client, administrator, protocol, report, broken_table
    ):
        client.force_login(administrator)
        home, address = reverse("wagtailadmin_home"), reverse("protocols_failures")
        assert address not in client.get(home).content.decode()

        with broken_table("protocols_run"):
            report()

        assert address in client.get(home).content.decode()
