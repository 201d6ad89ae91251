"""Addresses that no page of ours gave out: another page or a plain refusal, never an error."""

import base64
import json

import pytest
from django.urls import reverse

from registry.services import submit
from tests.conftest import appoint
from tests.registry.conftest import actor, publish, worker
from tests.registry.specs import PERSON_MAP, form_spec, persons_spec, register_spec, rule

__all__ = ["actor", "publish", "worker"]

MOMENTS = [
    "0001-01-01T00:00:00",
    "9999-12-31T23:59:59",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "2026-01-01T00:00:00+23:59",
    "2026-01-01",
    "2026-W01",
]
NUL, HALF, HUGE = "%00", "%ED%A0%80", "9" * 30
ADDRESSES = [
    f"/portal/?q={NUL}",
    f"/portal/forms/?q={NUL}{HALF}",
    f"/portal/registers/cases/?query={NUL}aa&status={NUL}&district={NUL}&mine={NUL}&cursor={NUL}",
    f"/portal/registers/cases/?query={HALF}aa&status={HALF}&district={HALF}&cursor={HALF}",
    f"/portal/search/?q={NUL}aa",
    f"/portal/search/?q={HALF}aa",
    "/portal/search/?q=" + "%F0%9F%98%80" * 300,
    "/portal/search/?q=" + "ab%20" * 40,
    f"/portal/lookup/cases/?q={NUL}aa{HALF}",
    f"/portal/fill/intake/?record={NUL}&step={NUL}",
    f"/portal/fill/intake/?step={HALF}&new=1",
    f"/portal/fill/visit/?q={NUL}{HALF}aa",
    f"/audit/?person={NUL}aa&user={NUL}&field={NUL}&register={NUL}&kind={NUL}&since={NUL}",
    f"/audit/?person={HALF}aa&user={HALF}&field={HALF}&register={HALF}&before={HALF}",
    "/audit/?field=a%22b&register=cases",
    "/audit/?since=0001-01-01&until=9999-12-31",
    "/audit/?until=31.12.2199",
    "/audit/?person=" + "ab%20" * 500,
    f"/audit/change/record/{HUGE}/",
    "/audit/change/submission/0/",
    f"/portal/work/?tab=team&protocol={NUL}&person={NUL}&area={NUL}&after={NUL}~{NUL}",
    f"/portal/work/?tab=team&protocol={HALF}&area={HALF}&person={HUGE}&after=~{HUGE}",
    "/portal/work/?tab=team&person=99999999999999999&after=~99999999999999999",
    f"/portal/referrals/?box={NUL}&before=99999999999999999",
    f"/portal/notices/?before={NUL}~1",
    f"/portal/notices/{HUGE}/",
]


@pytest.fixture
def browser(client, publish, worker):
    """Somebody who may use every page, in front of a register."""
    publish(register_spec(access=[rule(["social_worker"], sensitivity="internal")]))
    publish(form_spec())
    publish(form_spec("visit", mode="update"))
    appoint(worker, "supervisor", worker.appointments.get().organization)
    client.force_login(worker)
    return client


class TestAnAddress:
    @pytest.mark.parametrize("address", ADDRESSES)
    def test_of_nowhere_is_no_error(self, browser, address):
        assert browser.get(address, follow=True).status_code in (200, 404)

    @pytest.mark.parametrize("moment", MOMENTS)
    @pytest.mark.parametrize("number", [1, 10**40, -5, True])
    def test_with_a_place_of_a_register_that_is_none(self, browser, moment, number):
        cursor = base64.urlsafe_b64encode(json.dumps([moment, number]).encode()).decode()
        url = reverse("portal:register", args=["cases"])
        assert browser.get(url, {"cursor": cursor}).status_code in (200, 302)

    @pytest.mark.parametrize("moment", MOMENTS)
    def test_with_a_moment_of_a_list_that_is_none(self, browser, moment):
        for name, query in [
            ("audit:history", {"before": f"{moment}~{moment}~record~1"}),
            ("protocols:notices", {"before": f"{moment}~1"}),
            ("protocols:worklist", {"after": f"{moment}~1"}),
            ("protocols:worklist", {"after": f"{moment}~1", "tab": "team"}),
        ]:
            assert browser.get(reverse(name), query).status_code == 200


FORMS = [
    ("protocols:notices-read", {"notice": ["\0", "²", "9" * 17, "-1"]}),
    ("protocols:hand-over", {"step": ["{}", "\0"], "assignee": "9" * 17, "reason": "x"}),
    ("citizen:status", {"number": "\0", "code": "\0" * 3}),
    ("citizen:resume", {"code": "\0"}),
    ("set_language", {"language": "\0", "next": "\0//evil"}),
]


class TestAForm:
    @pytest.mark.parametrize(("name", "typed"), FORMS)
    def test_with_signs_that_nobody_types_is_no_error(self, browser, name, typed):
        assert browser.post(reverse(name), typed).status_code < 500

    @pytest.mark.parametrize("name", [name for name, _typed in FORMS])
    def test_with_halves_of_signs_or_nothing_is_no_error(self, browser, name):
        for body in (b"", b"code=%ED%A0%80&number=%ED%A0%80&next=%ED%A0%80&step=%ED%A0%80"):
            kind = "application/x-www-form-urlencoded"
            answer = browser.generic("POST", reverse(name), body, content_type=kind)
            assert answer.status_code < 500


class TestTheAuditorsPages:
    def test_show_every_row_of_an_act_that_stands_across_two_pages(
        self, publish, actor, client, noon
    ):
        publish(register_spec(access=[rule(["social_worker"])]))
        publish(persons_spec())
        form = publish(form_spec(person_map=PERSON_MAP))
        for number in range(40):  # each makes a person, a case and a submission
            answers = {"last_name": "A", "fin": f"FIN{number:04}"}
            submit(version=form, answers=answers, actor=actor, now=noon)
        client.force_login(actor.user)

        address, shown = reverse("audit:history"), []
        while address:
            page = client.get(address)
            acts = page.context["acts"]
            shown += [(part.what, part.row.pk) for act in acts for part in act.parts]
            following = page.context["next_url"]
            address = following and reverse("audit:history") + following

        assert len(shown) == len(set(shown)) == 120
