"""Filling a form in the portal, without a script."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from registry.models import Draft, Record, Submission
from tests.support.forms import publish_demo_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(make_user):
    return make_user("social_worker", username="leyla", first_name="Leyla")


@pytest.fixture
def signal(db):
    return publish_demo_form("danger_signal")


@pytest.fixture
def signed_in(worker) -> Client:
    client = Client()
    client.force_login(worker)
    return client


WHAT = {
    "who": "child",
    "age_group": "0_6",
    "signal_types": ["neglect"],
    "ongoing": "yes",
    "description": "Uşaq gecələr tək qalır, ağlayır.",
}
WHERE = {"region": "baku", "district": "", "address": "Nizami küçəsi 5"}
REPORTER = {"anonymous": "yes"}


def first(code: str, place: int = 0) -> str:
    from config.demo.pack import pack

    return pack("choices")[code][place]["name"]


def district_of(region: str) -> str:
    from config.demo.pack import pack

    return next(r["name"] for r in pack("choices")["district"] if r["region"] == region)


def answers(section: str) -> dict[str, Any]:
    region = first("region")
    return {
        "what": {
            "who": first("danger_who"),
            "age_group": first("age_group"),
            "signal_types": [first("violence_type")],
            "ongoing": "yes",
            "description": "Uşaq gecələr tək qalır, ağlayır.",
        },
        "where": {
            "region": region,
            "district": district_of(region),
            "address": "Nizami küçəsi 5",
        },
        "reporter": {"anonymous": "yes"},
    }[section]


def begin(client: Client, code: str = "danger_signal") -> Draft:
    client.get(reverse("portal:fill", args=[code]), follow=True)
    return Draft.objects.get()


def post(client: Client, draft: Draft, section: str, data: dict[str, Any], **more: Any) -> Any:
    draft.refresh_from_db()
    body = {
        "wizard-current_step": section,
        "row_version": draft.row_version,
        **data,
        **more,
    }
    return client.post(reverse("portal:draft-step", args=[draft.uuid, section]), body)


def fill_all(client: Client, draft: Draft) -> None:
    for section in ("what", "where", "reporter"):
        response = post(client, draft, section, answers(section))
        assert response.status_code == 302, response.content.decode()


def send(client: Client, draft: Draft) -> Any:
    body = {"wizard-current_step": "review"}
    return client.post(reverse("portal:draft-step", args=[draft.uuid, "review"]), body)


class TestFilling:
    def test_begins_with_a_draft_and_its_first_section(self, signed_in, signal):
        response = signed_in.get(reverse("portal:fill", args=["danger_signal"]), follow=True)

        draft = Draft.objects.get()
        assert response.redirect_chain[-1][0].endswith(f"{draft.uuid}/step/what/")
        assert "Nə baş verir?" in response.content.decode()

    def test_leads_from_section_to_section_to_a_record(self, signed_in, signal):
        draft = begin(signed_in)
        fill_all(signed_in, draft)
        review = signed_in.get(reverse("portal:draft-step", args=[draft.uuid, "review"]))
        response = send(signed_in, draft)

        assert "Uşaq gecələr tək qalır" in review.content.decode()
        record = Record.objects.get()
        assert response.url == reverse("portal:receipt", args=[Submission.objects.get().uuid])
        assert record.key in signed_in.get(response.url).content.decode()
        assert not Draft.objects.exists()

    def test_names_what_is_wrong_at_the_field_and_keeps_what_was_typed(self, signed_in, signal):
        draft = begin(signed_in)
        response = post(signed_in, draft, "what", {"description": "qısa", "who": "nobody"})

        page = response.content.decode()
        assert response.status_code == 200
        assert 'href="#q:description"' in page
        assert "10–2000 simvol" in page
        assert ">\nqısa</textarea>" in page
        draft.refresh_from_db()
        assert draft.answers["description"] == "qısa"

    def test_shows_questions_that_follow_from_an_answer(self, signed_in, signal):
        draft = begin(signed_in)
        post(signed_in, draft, "reporter", {"anonymous": "no"}, _update="1")
        page = signed_in.get(
            reverse("portal:draft-step", args=[draft.uuid, "reporter"])
        ).content.decode()

        assert (
            '<fieldset class="field" data-question="reporter_type"' in page.replace("  ", " ")
            or 'data-question="reporter_type"' in page
        )
        start = page.index('data-question="reporter_name"')
        assert " hidden>" not in page[start : start + 120]

    def test_offers_only_the_districts_of_the_region(self, signed_in, signal):
        draft = begin(signed_in)
        post(signed_in, draft, "where", {"region": first("region")}, _update="1")
        page = signed_in.get(
            reverse("portal:draft-step", args=[draft.uuid, "where"])
        ).content.decode()

        select = page[page.index('name="district"') :].partition("</select>")[0]
        assert f'value="{district_of(first("region"))}"' in select
        other = district_of(first("region", 3))
        assert f'value="{other}"' not in select

    def test_refuses_to_send_an_unfinished_form_and_names_all_that_is_missing(
        self, signed_in, signal
    ):
        draft = begin(signed_in)
        post(signed_in, draft, "what", answers("what"))
        response = send(signed_in, draft)

        page = response.content.decode()
        assert response.status_code == 200
        assert "check=1#q:address" in page
        assert not Submission.objects.exists()

    def test_makes_one_record_of_a_double_click(self, signed_in, signal):
        draft = begin(signed_in)
        fill_all(signed_in, draft)
        once, twice = send(signed_in, draft), send(signed_in, draft)

        assert once.url == twice.url
        assert Record.objects.count() == 1

    def test_is_closed_to_other_people(self, signed_in, signal, make_user):
        draft = begin(signed_in)
        stranger = Client()
        stranger.force_login(make_user("social_worker", username="stranger"))

        for step in ("what", "review"):
            address = reverse("portal:draft-step", args=[draft.uuid, step])
            assert stranger.get(address).status_code == 404
            assert stranger.post(address, {}).status_code == 404

    def test_asks_for_rights_to_fill_the_form(self, signal, make_user):
        client = Client()
        client.force_login(make_user("accountant"))

        assert client.get(reverse("portal:fill", args=["danger_signal"])).status_code == 403
