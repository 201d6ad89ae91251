"""A caseworker, a supervisor and an auditor do their main job by keys alone."""

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from protocols.models import Step
from registry.models import Record, Submission
from tests.journeys.keyboard import Keyboard
from tests.protocols import specs
from tests.protocols.conftest import people, publish_spec
from tests.registry.conftest import publish
from tests.registry.specs import rule
from tests.support.forms import publish_list, question

__all__ = ["people", "publish", "publish_spec"]
STEP = "Qərar verin"


@pytest.fixture
def office(roomy_database, publish, publish_spec, people, make_user):
    """A form with a protocol that asks the supervisor to decide, and an auditor."""
    publish_list("ways", [{"name": one, "labels": {"az": one}} for one in ("evdə", "kənarda")])
    roles = rule(["social_worker", "supervisor"])
    auditor = rule(["auditor"], actions=["read", "audit"])
    publish(specs.reports_spec() | {"access": [roles, auditor]})
    rows = {
        "kind": "repeat",
        "name": "kids",
        "labels": {"az": "Uşaqlar", "en": "Children"},
        "children": [question("child")],
    }
    way = question("way", "select_one", list="ways", required=True)
    publish(specs.report_spec("report", "create", way, question("day", "date"), rows))
    spec = specs.protocol_spec(
        steps=[
            {
                **specs.step(
                    "triage",
                    specs.decide("yes", "no"),
                    specs.go("END"),
                    role="supervisor",
                    **specs.hours(1),
                ),
                "labels": {"az": STEP, "en": STEP},
            },
            specs.step("END", {"type": "close"}),
        ]
    )
    publish_spec(spec)
    people.auditor = make_user("auditor", username="auditor")
    return people


def file_it(keyboard: Keyboard) -> None:
    """From the portal's first page to the receipt, with a mistake that is mended."""
    page = keyboard.page
    page.goto(reverse("portal:home"))
    keyboard.past_the_head()
    keyboard.follow("Forma report")
    keyboard.past_the_head()
    keyboard.to_place("[name=last_name]")
    keyboard.type("Quliyeva")
    keyboard.to_place("[name=danger]")
    keyboard.type("high")
    keyboard.to_place("[name=day]")
    keyboard.type("31.02.2026")
    keyboard.to_place("button[name=_add][value=kids]")
    keyboard.press("Enter")
    keyboard.to_place("[name='kids[0]/child']")
    keyboard.type("Aysu")
    keyboard.send("Save and continue")
    expect(page.get_by_role("alert")).to_be_visible()
    keyboard.to_place("[name=way]")
    keyboard.choose("kənarda")
    keyboard.to_place("[name=day]", within=5)
    assert keyboard.focused("value") == "31.02.2026"
    keyboard.press("Control+a")
    keyboard.type("28.02.2026")
    keyboard.send("Save and continue")
    expect(page.get_by_role("heading", level=1)).to_have_text(_("Check your answers"))
    keyboard.past_the_head()
    keyboard.send("Send")
    page.wait_for_url("**/receipt/**")


def decide_it(keyboard: Keyboard) -> None:
    """From the worklist to the decision."""
    keyboard.page.goto(reverse("protocols:worklist"))
    keyboard.past_the_head()
    keyboard.follow(STEP)
    keyboard.past_the_head()
    keyboard.choose("yes")
    keyboard.press("Space")
    keyboard.send("Save the decision")


def audit_it(keyboard: Keyboard, key: str) -> None:
    """From the auditor's desk to the change itself."""
    keyboard.page.goto(reverse("audit:history"))
    keyboard.past_the_head()
    keyboard.answer(_("Person or record: FIN, number or name"), key)
    keyboard.press("Enter")
    keyboard.page.wait_for_url("**person=**")
    keyboard.follow(_("answers"))
    expect(keyboard.page.get_by_role("main")).to_contain_text("Quliyeva")


def test_a_report_is_filed_decided_and_audited(open_page, office):
    file_it(Keyboard(open_page(office.worker)))
    submission = Submission.objects.get()
    assert submission.answers["way"] == "kənarda"
    assert submission.answers["day"] == "2026-02-28"
    assert submission.answers["kids"] == [{"child": "Aysu"}]

    decide_it(Keyboard(open_page(office.supervisor)))
    assert Step.objects.get(code="triage").decision == "yes"

    audit_it(Keyboard(open_page(office.auditor)), Record.objects.get().key)
